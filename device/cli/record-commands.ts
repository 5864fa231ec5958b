/** The commands on single records: show, add, edit and remove. They work while the agent runs. */
import { SyncError } from '../../contract/errors.ts';
import type { Fields } from '../../datasets/index.ts';
import { happeningOf, withOccurrence } from '../calendar/occurrence-edit.ts';
import { localDate } from '../clock/device-zone.ts';
import { keptForm } from '../store/kept-form.ts';
import { assign, checkFields, fieldRules } from './assignments.ts';
import { recordJson, recordText } from './print.ts';
import { withStore, type RecordContext } from './record-context.ts';
import { readRecordFile } from './record-file.ts';
import { UsageError } from './usage-error.ts';

export async function showRecord(context: RecordContext, id: string): Promise<void> {
  const { io, definition, json } = context;
  await withStore(context, (store) => {
    const record = store.get(definition.name, id);
    io.out(json ? `${JSON.stringify(recordJson(definition, record))}\n` : recordText(definition, record));
  });
}

/** Adds one record of the assignments, or all of a file, in one transaction. */
export async function addRecords(
  context: RecordContext,
  assignments: readonly string[],
  file: string | undefined,
): Promise<void> {
  const { io, definition, json } = context;
  const rules = fieldRules(definition);
  if ((file === undefined) === (assignments.length === 0)) {
    throw new SyncError('pim.bad-field', 'name either fields or a file');
  }
  const records =
    file === undefined ? [assign({}, assignments, rules)] : await readRecordFile(file, io.stdin, rules);
  const kept = records.map((fields) => keptForm(definition, fields, today(context)));
  await withStore(context, (store) => {
    const ids = store.add(definition.name, kept);
    if (json) io.out(`${JSON.stringify({ added: ids })}\n`);
    else io.out(ids.length === 1 ? `Added ${ids.join()}\n` : `Added ${ids.length} records\n`);
  });
}

/** Changes a record, or, where a date is named, the occurrence of a series that its rule puts on that date. */
export async function editRecord(
  context: RecordContext,
  id: string,
  assignments: readonly string[],
  occurrence: string | undefined,
): Promise<void> {
  const { io, definition, json } = context;
  const rules = fieldRules(definition);
  const kept = (changed: Fields, fields: Fields): Fields =>
    keptForm(definition, changed, today(context), fields);
  requireCalendar(context, occurrence);
  await withStore(context, (store) => {
    const record = store.edit(definition.name, id, (fields) => {
      if (occurrence === undefined) return kept(assign(fields, assignments, rules), fields);
      const before = existingOccurrence(id, fields, occurrence);
      const changed = assign(before, assignments, rules);
      // An occurrence does not repeat, which single assignments cannot say of themselves.
      checkFields(withOccurrence(fields, occurrence, changed), rules);
      return withOccurrence(fields, occurrence, kept(changed, before));
    });
    io.out(json ? `${JSON.stringify(recordJson(definition, record))}\n` : `Changed ${id}\n`);
  });
}

/** Removes the named records, or all of the dataset, in one transaction; or one occurrence of one series. */
export async function removeRecords(
  context: RecordContext,
  ids: readonly string[],
  { all, occurrence }: { readonly all: boolean; readonly occurrence: string | undefined },
): Promise<void> {
  const { io, definition, json } = context;
  requireCalendar(context, occurrence);
  if (occurrence !== undefined) {
    await removeOccurrence(context, ids, occurrence);
    return;
  }
  if (all === ids.length > 0) throw new SyncError('pim.no-record', 'name either ids or --all');
  await withStore(context, (store) => {
    const removed = all ? [...store.list(definition.name)].map((record) => record.id) : ids;
    store.remove(definition.name, removed);
    io.out(json ? `${JSON.stringify({ removed })}\n` : `Removed ${removed.length} records\n`);
  });
}

async function removeOccurrence(
  context: RecordContext,
  [id, ...others]: readonly string[],
  occurrence: string,
): Promise<void> {
  const { io, definition, json } = context;
  if (id === undefined || others.length > 0) throw new UsageError('--occurrence needs the id of one series');
  await withStore(context, (store) => {
    const record = store.edit(definition.name, id, (fields) => {
      existingOccurrence(id, fields, occurrence);
      return withOccurrence(fields, occurrence, undefined);
    });
    const answer = `Removed the occurrence of ${occurrence} from ${id}\n`;
    io.out(json ? `${JSON.stringify(recordJson(definition, record))}\n` : answer);
  });
}

function existingOccurrence(id: string, series: Fields, date: string): Fields {
  const found = happeningOf(series, date);
  if (found === undefined) throw new SyncError('pim.no-record', `${id} has no occurrence on ${date}`);
  return found;
}

function requireCalendar({ definition }: RecordContext, occurrence: string | undefined): void {
  if (occurrence !== undefined && definition.name !== 'calendar') {
    throw new UsageError('--occurrence is for calendar');
  }
}

const today = ({ now, zone }: RecordContext): string => localDate(now(), zone);
