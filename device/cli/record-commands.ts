/** The commands on the store: list, show, add, edit, remove, export. They work while the agent runs. */
import { SyncError } from '../../contract/errors.ts';
import type { DatasetDefinition, Fields } from '../../datasets/index.ts';
import { openStore } from '../agent/agent.ts';
import type { PimStore } from '../store/pim-store.ts';
import { assign, type FieldCheck } from './assignments.ts';
import type { Io } from './io.ts';
import { recordJson, recordLine, recordText } from './print.ts';
import { readRecordFile } from './record-file.ts';

/** Where a command works and how it answers. */
export interface RecordContext {
  readonly io: Io;
  readonly definition: DatasetDefinition;
  readonly stateFolder: string;
  readonly json: boolean;
}

export async function listRecords(context: RecordContext): Promise<void> {
  const { io, definition, json } = context;
  await withStore(context, (store) => {
    if (json) {
      const records = [...store.list(definition.name)].map((record) => recordJson(definition, record));
      io.out(`${JSON.stringify(records)}\n`);
      return;
    }
    for (const record of store.list(definition.name)) io.out(recordLine(definition, record));
  });
}

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
  const check = fieldCheck(definition);
  if ((file === undefined) === (assignments.length === 0)) {
    throw new SyncError('pim.bad-field', 'name either fields or a file');
  }
  const records =
    file === undefined ? [assign({}, assignments, check)] : await readRecordFile(file, io.stdin, check);
  await withStore(context, (store) => {
    const ids = store.add(
      definition.name,
      records.map((fields) => definition.normalise(fields)),
    );
    if (json) io.out(`${JSON.stringify({ added: ids })}\n`);
    else io.out(ids.length === 1 ? `Added ${ids.join()}\n` : `Added ${ids.length} records\n`);
  });
}

export async function editRecord(
  context: RecordContext,
  id: string,
  assignments: readonly string[],
): Promise<void> {
  const { io, definition, json } = context;
  await withStore(context, (store) => {
    const record = store.edit(definition.name, id, (fields) =>
      definition.normalise(assign(fields, assignments, fieldCheck(definition))),
    );
    io.out(json ? `${JSON.stringify(recordJson(definition, record))}\n` : `Changed ${id}\n`);
  });
}

/** Removes the named records, or all of the dataset, in one transaction. */
export async function removeRecords(
  context: RecordContext,
  ids: readonly string[],
  all: boolean,
): Promise<void> {
  const { io, definition, json } = context;
  if (all === ids.length > 0) throw new SyncError('pim.no-record', 'name either ids or --all');
  await withStore(context, (store) => {
    const removed = all ? [...store.list(definition.name)].map((record) => record.id) : ids;
    store.remove(definition.name, removed);
    io.out(json ? `${JSON.stringify({ removed })}\n` : `Removed ${removed.length} records\n`);
  });
}

/** Prints all records in the form that `add --from` takes. */
export async function exportRecords(context: RecordContext): Promise<void> {
  await withStore(context, (store) => {
    for (const { fields } of store.list(context.definition.name)) {
      context.io.out(`${JSON.stringify(fields satisfies Fields)}\n`);
    }
  });
}

function fieldCheck(definition: DatasetDefinition): FieldCheck {
  return (key, value) => definition.problem(key, value);
}

async function withStore(context: RecordContext, work: (store: PimStore) => void): Promise<void> {
  const store = openStore(context.stateFolder);
  try {
    work(store);
  } finally {
    store.close();
  }
}
