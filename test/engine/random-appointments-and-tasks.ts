/** Random records of calendar or tasks, half of them from either side, edited on either side, and paired anew. */
import fc from 'fast-check';
import { expect } from 'vitest';
import { calendar, tasks, type DatasetDefinition, type Fields } from '../../datasets/index.ts';
import { holdableAppointment } from '../arbitraries/appointments.ts';
import { arbitraryTask } from '../arbitraries/tasks.ts';
import { readFields, startRig, USER, type SyncRig } from '../support/sync-rig.ts';

const SEED = 8;
const TODAY = '2026-11-26';
const YEAR = `${new Date().getUTCFullYear()}-01-01`;

export async function randomTrips(dataset: 'calendar' | 'tasks', count: number): Promise<void> {
  const definition = dataset === 'calendar' ? calendar : tasks;
  const records = sample(definition, count);
  const rig = await startRig({ dataset });
  const hands = dataset === 'calendar' ? rig.device.calendar : rig.device.tasks;
  const alike = async (): Promise<void> => {
    const there = (await rig.outlookFields()).map((fields) => matchText(definition, fields));
    const here = hands.records().map(({ xml }) => matchText(definition, readFields(xml, definition)));
    expect(here).toHaveLength(count);
    expect(here.sort()).toEqual(there.sort());
    await rig.idle();
  };
  try {
    await createInOutlook(rig, records.slice(count / 2));
    for (const fields of records.slice(0, count / 2))
      hands.add(definition.write(fields, { id: 'own', own: true, style: 'device', today: TODAY }));
    await rig.synced();
    await alike();
    // A series’ own text, which its single occurrences must not take over.
    for (const [index, { id }] of hands.records().entries())
      hands.edit(id, { Description: `Device ${index}`, Notes: 'Noted' });
    await rig.synced();
    await alike();
    const edit = { categories: ['Blue'] };
    const { events, tasks: todo } = rig.mailbox.admin.dump(USER);
    for (const { immutableId } of events) rig.mailbox.admin.calendar.edit(USER, immutableId, edit);
    for (const { id } of todo) rig.mailbox.admin.tasks.edit(USER, id, edit);
    await rig.synced();
    await alike();
    await rig.restart('lost');
    expect(await rig.synced()).toMatchObject({
      device: { created: 0, updated: 0, removed: 0 },
      mailbox: { created: 0, updated: 0, removed: 0 },
      paired: count,
      conflicts: 0,
    });
    await alike();
    expect(rig.device.offences).toEqual([]);
  } finally {
    await rig.close();
  }
}

function sample(definition: DatasetDefinition, count: number): Fields[] {
  const arbitrary =
    definition === calendar
      ? holdableAppointment({ from: YEAR, mailboxZone: 'UTC' })
      : arbitraryTask().map((fields) => tasks.rendition('device', fields, TODAY));
  return fc
    .sample(arbitrary, { seed: SEED, numRuns: count })
    .map((fields, index) => definition.normalise({ ...fields, Description: `Number ${index}` }));
}

async function createInOutlook(rig: SyncRig, records: readonly Fields[]): Promise<void> {
  const creates = records.map((fields) => ({ kind: 'create' as const, key: crypto.randomUUID(), fields }));
  const results = await rig.plugin().apply(creates, AbortSignal.timeout(120_000));
  expect(results.filter(({ status }) => status !== 'done')).toEqual([]);
}

/** What both sides hold alike. */
const matchText = (definition: DatasetDefinition, fields: Fields): string =>
  definition.matchText(definition.rendition('device', fields, TODAY));
