/** The command `list`: all records, the tasks that one looks for, or what happens between two dates. */
import type { StoredRecord } from '../store/pim-store.ts';
import { occurrencesBetween } from '../calendar/occurrences.ts';
import { localDate } from '../clock/device-zone.ts';
import { listedRange, occurrenceJson, occurrenceText } from './calendar-list.ts';
import { lineOf, recordJson, recordLine } from './print.ts';
import { withStore, type RecordContext } from './record-context.ts';
import { parseStatuses, selectTasks } from './task-list.ts';
import { UsageError } from './usage-error.ts';

/** Dates are `YYYY-MM-DD`; undefined: not asked for. */
export interface ListOptions {
  readonly from?: string;
  readonly to?: string;
  /** Several with commas between them. */
  readonly status?: string;
  readonly dueFrom?: string;
  readonly dueBefore?: string;
}

/** Which options are for which dataset alone. */
const OPTIONS_OF: Readonly<Record<string, readonly (keyof ListOptions)[]>> = {
  calendar: ['from', 'to'],
  tasks: ['status', 'dueFrom', 'dueBefore'],
};

/** Prints a list. Throws a UsageError for options that do not go with the dataset or with one another. */
export async function listRecords(context: RecordContext, options: ListOptions): Promise<void> {
  const { name } = context.definition;
  for (const [dataset, names] of Object.entries(OPTIONS_OF)) {
    const strange = names.find((option) => options[option] !== undefined && dataset !== name);
    if (strange !== undefined) throw new UsageError(`--${dashed(strange)} is for list ${dataset}`);
  }
  if (options.from !== undefined || options.to !== undefined) await listOccurrences(context, options);
  else await listAll(context, options);
}

async function listAll(context: RecordContext, options: ListOptions): Promise<void> {
  const { io, definition, json } = context;
  const filter = {
    statuses: options.status === undefined ? undefined : parseStatuses(options.status),
    dueFrom: options.dueFrom,
    dueBefore: options.dueBefore,
  };
  await withStore(context, (store) => {
    const stored = store.list(definition.name);
    const records: Iterable<StoredRecord> =
      definition.name === 'tasks' ? selectTasks(stored, filter) : stored;
    if (json) {
      io.out(`${JSON.stringify([...records].map((record) => recordJson(definition, record)))}\n`);
      return;
    }
    for (const record of records) io.out(recordLine(definition, record));
  });
}

async function listOccurrences(context: RecordContext, { from, to }: ListOptions): Promise<void> {
  const { io, definition, json, zone, now } = context;
  const range = listedRange(from, to, localDate(now(), zone));
  await withStore(context, (store) => {
    const occurrences = occurrencesBetween(store.list(definition.name), range, zone);
    if (json) {
      const shown = { ...range, zone, occurrences: occurrences.map(occurrenceJson) };
      io.out(`${JSON.stringify(shown)}\n`);
      return;
    }
    for (const occurrence of occurrences) io.out(lineOf(`${occurrenceText(occurrence)}  ${occurrence.id}`));
  });
}

const dashed = (option: string): string => option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
