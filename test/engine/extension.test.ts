/** Syncs with a device that has the protocol extension, and what the extension saves (docs/protocol-extensions.md). */
import { afterEach, describe, expect, it } from 'vitest';
import type { LineObserver } from '../../bridge/remote/connection-events.ts';
import type { StoredRecord } from '../../device/store/pim-store.ts';
import type { Fields } from '../../datasets/index.ts';
import { decodeForDesktop, decodeForDevice, parseLine, unwrapForwarded } from '../../qdsync/index.ts';
import { startAgentRig } from '../support/agent-rig.ts';
import { contactSeed } from '../../demo/seeds.ts';
import { makePeople } from '../../demo/sample-data/people.ts';
import { USER, type RigOptions, type SyncRig } from '../support/sync-rig.ts';
import type { TestAgent } from '../desktop-2009/test-agent.ts';

describe('a sync with a device that has the extension', () => {
  let rig: SyncRig<TestAgent>;
  afterEach(async () => {
    await rig.close();
  });

  const ids = (): string[] => [...rig.device.store.list('contacts')].map(({ id }) => id);
  const edit = (id: string, fields: Fields): void =>
    void rig.device.store.edit('contacts', id, (held) => ({ ...held, ...fields }));
  /** Once the device has told its changes in the next session, and before it is told the desktop's. */
  const onceFetched = (act: () => void): void => {
    rig.device.onFetched = () => {
      rig.device.onFetched = undefined;
      act();
    };
  };
  const outlookItem = async (): Promise<{ readonly id: string; readonly fields: Fields }> => {
    const read = await rig.plugin().read({ anchor: null, page: null }, AbortSignal.timeout(20_000));
    if (read.kind !== 'page' || read.items[0] === undefined) throw new Error('nothing in Outlook');
    return read.items[0];
  };

  it('waits for no second of the device’s clock', async () => {
    rig = await startAgentRig();
    rig.device.add({ FirstName: 'Ada' });
    expect((await rig.synced()).waitedMs).toBe(0);
    edit(ids()[0]!, { FirstName: 'Augusta' });
    const second = await rig.synced();
    expect(second).toMatchObject({ kind: 'fast', waitedMs: 0, mailbox: { updated: 1 } });
    await rig.idle();
  });

  it('an edit made while the sync ran is not overwritten: the update is a debt, and the next sync merges both', async () => {
    rig = await startAgentRig();
    rig.device.add({ FirstName: 'Ada', LastName: 'Byron', JobTitle: 'Poet' });
    await rig.synced();
    const item = await outlookItem();
    rig.mailbox.admin.edit(USER, item.id, { jobTitle: 'Programmer' });
    onceFetched(() => edit(ids()[0]!, { LastName: 'Lovelace' }));
    const refused = await rig.synced();
    expect(refused.device.updated).toBe(0);
    expect(refused.lines).toContainEqual(
      expect.objectContaining({ action: 'problem', code: 'record.changed-on-device', side: 'device' }),
    );
    expect(rig.device.store.get('contacts', ids()[0]!).fields).toMatchObject({
      LastName: 'Lovelace',
      JobTitle: 'Poet',
    });
    await rig.synced();
    expect(rig.device.store.get('contacts', ids()[0]!).fields).toMatchObject({
      LastName: 'Lovelace',
      JobTitle: 'Programmer',
    });
    expect(await rig.outlookRecords()).toEqual(rig.deviceRecords());
    await rig.idle();
  });

  it('a removal of what was edited meanwhile is refused, and then a matter of the policy', async () => {
    rig = await startAgentRig();
    rig.device.add({ FirstName: 'Ada', LastName: 'Byron' });
    await rig.synced();
    const item = await outlookItem();
    await rig
      .plugin()
      .apply(
        [{ kind: 'remove', key: 'k', id: item.id, expected: item.fields, version: '' }],
        AbortSignal.timeout(20_000),
      );
    onceFetched(() => edit(ids()[0]!, { LastName: 'Lovelace' }));
    const refused = await rig.synced();
    expect(refused.device.removed).toBe(0);
    expect(ids()).toHaveLength(1);
    const settled = await rig.synced();
    expect(settled.conflicts).toBe(1);
    expect(ids()).toHaveLength(0);
    await rig.idle();
  });
});

it('what would have been made anew, and was edited meanwhile, stays one record', async () => {
  const rig = await startAgentRig({ dataset: 'calendar' });
  const at = (dateTime: string) => ({ dateTime, timeZone: 'Europe/Oslo' });
  const [series] = rig.mailbox.admin.calendar.seed(USER, [
    {
      event: {
        subject: 'Choir',
        start: at('2026-03-03T19:00:00'),
        end: at('2026-03-03T21:00:00'),
        recurrence: {
          pattern: { type: 'weekly', interval: 1, daysOfWeek: ['tuesday'], firstDayOfWeek: 'tuesday' },
          range: { type: 'endDate', startDate: '2026-03-03', endDate: '2026-04-28' },
        },
      },
    },
  ]);
  await rig.synced();
  const held = (): readonly StoredRecord[] => [...rig.device.store.list('calendar')];
  expect(held()).toHaveLength(1);
  rig.mailbox.admin.calendar.edit(USER, series!.id, { recurrence: null });
  rig.device.onFetched = () => {
    rig.device.onFetched = undefined;
    rig.device.store.edit('calendar', held()[0]!.id, (fields) => ({ ...fields, Location: 'Town hall' }));
  };
  const refused = await rig.synced();
  expect(refused.lines.map(({ code }) => code)).toContain('record.changed-on-device');
  expect(held().map(({ fields }) => [fields.Location, fields.Repeat !== undefined])).toEqual([
    ['Town hall', true],
  ]);
  await rig.synced();
  expect(held().map(({ fields }) => [fields.Location, fields.Repeat !== undefined])).toEqual([
    ['Town hall', false],
  ]);
  expect(await rig.outlookRecords()).toHaveLength(1);
  await rig.idle();
  await rig.close();
});

it('tells new records as JSON of their fields, those with something beside them and replaces as XML', async () => {
  const told: string[] = [];
  const observer: LineObserver = (_direction, text) => told.push(...recordIn(text()));
  const rig = await startAgentRig({ observer });
  rig.mailbox.admin.seed(USER, [{ contact: { givenName: 'Ada' } }]);
  rig.device.store.add('contacts', [
    { FirstName: 'Bo' },
    { FirstName: 'Cy', 'PhoneNumbers/HomePhone': '1', 'PhoneNumbers~hidden': ['2'] },
  ]);
  await rig.synced();
  expect(told.map((text) => [text[0], /Ada|Bo|Cy/.exec(text)?.[0]])).toEqual([
    ['[', 'Bo'],
    ['<', 'Cy'],
    ['[', 'Ada'],
  ]);
  const id = [...rig.device.store.list('contacts')].find(({ fields }) => fields.FirstName === 'Ada')?.id;
  rig.device.store.edit('contacts', id ?? '', (fields) => ({ ...fields, LastName: 'Byron' }));
  await rig.synced();
  expect(told.slice(3).map((text) => text.trim()[0])).toEqual(['<']);
  await rig.idle();
  await rig.close();
});

/** The record in a message of one, whoever says it. */
function recordIn(text: string): readonly string[] {
  const parsed = parseLine(Buffer.from(text, 'latin1'));
  const call = parsed.kind === 'call' ? unwrapForwarded(parsed.call) : undefined;
  if (call?.ok !== true) return [];
  const decoded = [decodeForDevice(call.value), decodeForDesktop(call.value)];
  return decoded.flatMap((message) =>
    message.ok && 'record' in message.value ? Buffer.from(message.value.record).toString('utf8') : [],
  );
}

describe('what a first sync moves', () => {
  const people = makePeople({ count: 300, seed: 1 });

  /** Bytes of a first sync in both directions, everything included. */
  async function bytes(from: 'outlook' | 'device', link: RigOptions['link'] = {}): Promise<number> {
    const rig = await startAgentRig({ link });
    if (from === 'device') rig.device.store.add('contacts', people);
    else
      rig.mailbox.admin.seed(
        USER,
        people.map((person) => ({ contact: contactSeed(person).contact })),
      );
    const report = await rig.synced();
    expect(report.device.created + report.mailbox.created).toBe(people.length);
    const { bytesIn, bytesOut } = await rig.counters();
    await rig.close();
    return bytesIn + bytesOut;
  }

  it.each(['outlook', 'device'] as const)(
    'from %s is a third of what it is without, or less',
    async (from) => {
      expect(await bytes(from)).toBeLessThanOrEqual((await bytes(from, { extensions: [] })) / 3);
    },
  );
});
