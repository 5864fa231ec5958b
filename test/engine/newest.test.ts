/** The policy `newest` through the real engine, with our own handheld, which tells when it changed a record. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Conflict } from '../../contract/conflicts.ts';
import type { SessionReport } from '../../contract/job.ts';
import type { Extension } from '../../qdsync/index.ts';
import type { TestAgent } from '../desktop-2009/test-agent.ts';
import { startAgentRig } from '../support/agent-rig.ts';
import { USER, type SyncRig } from '../support/sync-rig.ts';

/** Long enough to tell which of two changes was later, short enough for clocks that agree. */
const LATER_MS = 30_000;
const UNDATED = expect.stringContaining('Which side’s change is the newer one cannot be told.') as string;

let rig: SyncRig<TestAgent>;
let grace: string;
afterEach(async () => {
  await rig.close();
});

/** One person on both sides. `ahead`: how far the device's clock is ahead of the PC's, in ms. */
async function start(ahead = 0, extensions?: readonly Extension[]): Promise<void> {
  rig = await startAgentRig({ settings: { contacts: { policy: 'newest' } }, link: { extensions } });
  rig.device.ahead = ahead;
  const person = { givenName: 'Grace', surname: 'Hopper', jobTitle: 'Officer' };
  grace = rig.mailbox.admin.seed(USER, [{ contact: person }])[0]?.immutableId ?? '';
  await rig.synced();
}

const onDevice = (): readonly unknown[] =>
  [...rig.device.store.list('contacts')].map(({ fields }) => fields.JobTitle);
const inOutlook = (): readonly unknown[] =>
  rig.mailbox.admin.dump(USER).contacts.map(({ contact }) => contact.jobTitle);
const deviceId = (): string => [...rig.device.store.list('contacts')][0]?.id ?? '';
const conflicts = (state: 'open' | 'settled'): readonly Conflict[] =>
  rig.archive.conflicts(state, null, 10).conflicts;
const reasons = ({ lines }: SessionReport): readonly string[] =>
  lines.filter(({ action }) => action === 'conflict').map(({ reason }) => reason);

const edits = {
  device: () =>
    void rig.device.store.edit('contacts', deviceId(), (held) => ({ ...held, JobTitle: 'Admiral' })),
  outlook: () => void rig.mailbox.admin.edit(USER, grace, { jobTitle: 'Captain' }),
};
const removals = {
  device: () => {
    rig.device.store.remove('contacts', [deviceId()]);
  },
  outlook: () => {
    rig.mailbox.admin.remove(USER, grace);
  },
};
/** Time passes for everybody. */
const later = (): void => {
  rig.clock.pass(LATER_MS);
  rig.device.ahead += LATER_MS;
  rig.mailbox.admin.advanceClock(LATER_MS);
};

describe('a field that both sides changed', () => {
  it.each([
    ['outlook', 'device', 'Admiral'],
    ['device', 'outlook', 'Captain'],
  ] as const)(
    '[SYNC-4] R12 first %s, then %s: the later value counts on both sides',
    async (first, then, kept) => {
      await start();
      edits[first]();
      later();
      edits[then]();
      later();
      const report = await rig.synced();
      expect(report).toMatchObject({ conflicts: 1 });
      const side = then === 'device' ? 'The device’s' : 'Outlook’s';
      expect(reasons(report)).toEqual([expect.stringContaining(`${side} change is the newer one.`)]);
      expect([onDevice(), inOutlook()]).toEqual([[kept], [kept]]);
      await rig.idle();

      // The losing value is listed, and one word turns it round.
      const winner = then === 'device' ? 'device' : 'mailbox';
      const [settled] = conflicts('settled');
      expect(settled).toMatchObject({
        winner,
        fields: [{ base: 'Officer', device: 'Admiral', mailbox: 'Captain' }],
      });
      rig.archive.resolve({ ids: [settled?.id ?? 0], choice: then === 'device' ? 'mailbox' : 'device' });
      await rig.synced();
      const lost = kept === 'Admiral' ? 'Captain' : 'Admiral';
      expect([onDevice(), inOutlook()]).toEqual([[lost], [lost]]);
      await rig.idle();
    },
  );

  it.each([
    ['one minute ahead', 60_000],
    ['one minute behind', -60_000],
  ])('[SYNC-4] R13 counts by one time where the device’s clock is %s', async (_how, ahead) => {
    await start(ahead);
    edits.device();
    later();
    edits.outlook();
    await rig.synced();
    expect([onDevice(), inOutlook()]).toEqual([['Captain'], ['Captain']]);
  });

  it.each([
    ['three minutes ahead', 180_000],
    ['ten years behind', -315_360_000_000],
  ])('[SYNC-4] R13 is asked, and said to be so, where the device’s clock is %s', async (_how, ahead) => {
    await start(ahead);
    edits.device();
    later();
    edits.outlook();
    expect(reasons(await rig.synced())).toEqual([UNDATED]);
    expect([onDevice(), inOutlook()]).toEqual([['Admiral'], ['Captain']]);
    expect(conflicts('open')).toMatchObject([{ winner: null, fields: [{ base: 'Officer' }] }]);
    await rig.idle();
  });

  it('[SYNC-4] is asked, and said to be so, where the device does not tell its times', async () => {
    await start(0, []);
    edits.device();
    later();
    edits.outlook();
    expect(reasons(await rig.synced())).toEqual([UNDATED]);
    expect(conflicts('open')).toHaveLength(1);
    await rig.idle();
  });

  it('[SYNC-4] is not asked where Outlook’s item has only been touched: nothing of it has changed', async () => {
    await start();
    edits.device();
    later();
    rig.mailbox.admin.edit(USER, grace, { jobTitle: 'Officer' });
    expect(await rig.synced()).toMatchObject({ conflicts: 0, mailbox: { updated: 1 } });
    expect(inOutlook()).toEqual(['Admiral']);
  });
});

describe('a record removed on one side and changed on the other', () => {
  it('[SYNC-6] goes where it was removed on the device after the change', async () => {
    await start();
    edits.outlook();
    later();
    removals.device();
    await rig.synced();
    expect([onDevice(), inOutlook()]).toEqual([[], []]);
    expect(conflicts('settled')).toMatchObject([{ kind: 'removal', removedOn: 'device', winner: 'device' }]);
    await rig.idle();
  });

  it('[SYNC-6] comes back where it was changed in Outlook after the removal', async () => {
    await start();
    removals.device();
    later();
    edits.outlook();
    await rig.synced();
    expect([onDevice(), inOutlook()]).toEqual([['Captain'], ['Captain']]);
    await rig.idle();
  });

  it('[SYNC-6] is asked where it was removed in Outlook, which does not tell when', async () => {
    await start();
    edits.device();
    later();
    removals.outlook();
    expect(reasons(await rig.synced())).toEqual([UNDATED]);
    expect([onDevice(), inOutlook()]).toEqual([['Admiral'], []]);
    expect(conflicts('open')).toMatchObject([{ kind: 'removal', removedOn: 'mailbox', winner: null }]);
    await rig.idle();
  });
});
