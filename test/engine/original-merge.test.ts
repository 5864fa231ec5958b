/**
 * The rows of merge-rows.ts through the whole engine, with this project's handheld: each side's edits are made, one sync
 * settles them all, and a further one has nothing to do.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SessionReport } from '../../contract/job.ts';
import type { MailboxItem, MailboxOperation } from '../../contract/server-plugin.ts';
import { contacts, type Fields } from '../../datasets/index.ts';
import { decodeBase64 } from '../../datasets/portrait/index.ts';
import { paintings, pngOf } from '../arbitraries/pictures.ts';
import type { TestAgent } from '../desktop-2009/test-agent.ts';
import { startAgentRig } from '../support/agent-rig.ts';
import { createOf, removeOf, updateOf } from '../support/outlook-bench.ts';
import { canonicalText, USER, type SyncRig } from '../support/sync-rig.ts';
import { changedPairs, strangers } from './merge-rows.ts';

const { signal } = new AbortController();

let rig: SyncRig<TestAgent>;
let report: SessionReport;

const nameOf = (row: number): string => `Row ${row}`;
const person = (row: number, fields: Fields): Fields =>
  contacts.normalise({ ...fields, LastName: nameOf(row) });
const deviceRecords = () => [...rig.device.store.list('contacts')];
async function outlookItems(): Promise<readonly MailboxItem[]> {
  const page = await rig.plugin().read({ anchor: null, page: null }, signal);
  if (page.kind !== 'page' || page.next !== null) throw new Error('more than a page');
  return page.items;
}

describe('a pair that changed', () => {
  beforeAll(async () => {
    rig = await startAgentRig();
    const { store } = rig.device;
    store.add(
      'contacts',
      changedPairs.map(({ base }, row) => person(row, base)),
    );
    await rig.synced();
    const ids = new Map(deviceRecords().map(({ id, fields }) => [fields.LastName, id]));
    const items = new Map((await outlookItems()).map((item) => [item.fields.LastName, item]));
    const operations = changedPairs.flatMap(({ device, outlook }, row): MailboxOperation[] => {
      const id = ids.get(nameOf(row));
      const item = items.get(nameOf(row));
      if (id === undefined || item === undefined) throw new Error(`row ${row} was not synced`);
      if (device === 'removed') store.remove('contacts', [id]);
      else if (device !== 'left alone') store.edit('contacts', id, () => person(row, device));
      if (outlook === 'removed') return [removeOf(item)];
      return outlook === 'left alone' ? [] : [updateOf(item, person(row, outlook))];
    });
    await rig.plugin().apply(operations, signal);
    report = await rig.synced();
  });
  afterAll(() => rig.close());

  it.each(changedPairs.map((row, index) => [row.name, index, row] as const))(
    '%s',
    async (_name, index, { expected, conflicts = [] }) => {
      const wanted = expected === 'removed' ? [] : [canonicalText(person(index, expected))];
      const ofRow = (all: readonly { readonly fields: Fields }[]): string[] =>
        all.flatMap(({ fields }) => (fields.LastName === nameOf(index) ? [canonicalText(fields)] : []));
      expect(ofRow(deviceRecords())).toEqual(wanted);
      expect(ofRow(await outlookItems())).toEqual(wanted);
      const told = report.lines.filter((line) => line.action === 'conflict' && line.label === nameOf(index));
      expect(told.flatMap(({ fields }) => fields.map(({ field }) => field))).toEqual(conflicts);
    },
  );

  it('R10 leaves nothing to do', async () => {
    await rig.idle();
  });
});

describe('records that no pair joins yet', () => {
  beforeAll(async () => {
    rig = await startAgentRig();
    rig.device.store.add(
      'contacts',
      strangers.flatMap(({ device }) => device),
    );
    const creates = strangers.flatMap(({ outlook }) => outlook.map(createOf));
    await rig.plugin().apply(creates, signal);
    report = await rig.synced();
  });
  afterAll(() => rig.close());

  it.each(strangers.map((row) => [row.name, row] as const))('%s', async (_name, row) => {
    const { label, expected, writes } = row;
    const ofRow = (all: readonly { readonly fields: Fields }[]): string[] =>
      all
        .flatMap(({ fields }) => (contacts.label(fields).trim() === label ? [canonicalText(fields)] : []))
        .sort();
    const wanted = expected.map((fields) => canonicalText(fields)).sort();
    expect(ofRow(deviceRecords())).toEqual(wanted);
    expect(ofRow(await outlookItems())).toEqual(wanted);
    const written = report.lines.filter((line) => line.action !== 'pair' && line.label.trim() === label);
    expect(written.map(({ action, side }) => `${action} ${side}`).sort()).toEqual([...writes].sort());
  });

  it('R10 leave nothing to do', async () => {
    expect(rig.store.database.get('SELECT count(*) AS n FROM pair')?.n).toBe(
      strangers.flatMap(({ expected }) => expected).length,
    );
    await rig.idle();
  });
});

it('7.3 pictures replaced on both sides: the device’s, in the second sync, as the service tells nobody of a photo', async () => {
  rig = await startAgentRig();
  try {
    const picture = (name: keyof typeof paintings): string => pngOf(paintings[name], 12, 15);
    const id = rig.device.add({ LastName: 'Row', Portrait: picture('slope') });
    await rig.synced();
    rig.device.store.edit('contacts', id, (fields) => ({ ...fields, Portrait: picture('disc') }));
    const [item] = rig.mailbox.admin.dump(USER).contacts;
    const photo = Buffer.from(decodeBase64(picture('stripes')));
    rig.mailbox.admin.setPhoto(USER, item?.id ?? '', photo);

    expect((await rig.synced()).lines.map(({ code }) => code)).toContain('mailbox.changed');
    expect(await rig.synced()).toMatchObject({ conflicts: 1, mailbox: { updated: 1 } });
    for (const { fields } of [...deviceRecords(), ...(await outlookItems())]) {
      expect(contacts.sameValue('Portrait', fields.Portrait, picture('disc'))).toBe(true);
    }
    await rig.idle();
  } finally {
    await rig.close();
  }
});
