/** Guard, preview and undo through the real engine (spec: sync engine, G1, G6). */
import { describe, expect, it, vi } from 'vitest';
import { SyncError } from '../../contract/errors.ts';
import { Device2009 } from '../device-2009/device.ts';
import { USER, type SyncRig } from '../support/sync-rig.ts';
import {
  closeAfterEach,
  idOnDevice,
  inOutlook,
  onDevice,
  openConflicts,
  seed,
  startContacts,
} from './contacts-bench.ts';

let rig: SyncRig;
closeAfterEach();

describe('the guard (G6, R8)', () => {
  const twenty = async (): Promise<readonly string[]> => {
    rig = await startContacts();
    const ids = seed(...Array.from({ length: 20 }, (_, n) => ({ givenName: `Person ${n}` })));
    await rig.synced();
    return ids;
  };
  const loseFifteen = async (): Promise<void> => {
    const ids = await twenty();
    for (const id of ids.slice(0, 15)) rig.mailbox.admin.remove(USER, id);
  };

  it('[SYNC-7] lets nothing be removed while nobody is there, and says how many', async () => {
    await loseFifteen();
    const job = await rig.sync();
    expect(job).toMatchObject({ state: 'failed', error: { code: 'sync.mass-removal' } });
    expect(job.error?.message).toContain('15 of 20');
    expect(rig.device.records()).toHaveLength(20);
  });

  it('[SYNC-7] asks with the whole list, and removes on a yes', async () => {
    await loseFifteen();
    rig.answer('remove');
    await rig.synced();
    expect(rig.device.records()).toHaveLength(5);
    await rig.idle();
  });

  it.each(['asked', 'beforehand'] as const)(
    '[SYNC-7] puts the records back from the other side (%s)',
    async (when) => {
      await loseFifteen();
      if (when === 'asked') rig.answer('restore');
      await rig.synced(when === 'asked' ? {} : { removals: 'restore' });
      expect(rig.device.records()).toHaveLength(20);
      expect(inOutlook()).toHaveLength(20);
      expect(await rig.outlookRecords()).toEqual(rig.deviceRecords());
      await rig.idle();
    },
  );

  it('carries them out where that was said beforehand', async () => {
    await loseFifteen();
    await rig.synced({ removals: 'remove' });
    expect(rig.device.records()).toHaveLength(5);
    await rig.idle();
  });

  it('skips on a no; the next sync asks again', async () => {
    await loseFifteen();
    rig.answer('skip');
    expect(await rig.sync()).toMatchObject({ state: 'failed', error: { code: 'sync.mass-removal' } });
    rig.answer('remove');
    await rig.synced();
    expect(rig.device.records()).toHaveLength(5);
  });

  it('[STORE-4] keeps no plan that it has stopped: nothing that did happen is forgotten for it', async () => {
    await loseFifteen();
    const before = rig.archive.history(null, 10).sessions;
    for (let times = 0; times < 3; times++) {
      await rig.sync();
      expect(rig.archive.history(null, 10).sessions).toEqual(before);
    }
    const kept = rig.store.database.all('SELECT DISTINCT session FROM step ORDER BY session');
    // The last one's is there until it is known what became of it.
    expect(kept).toHaveLength(before.length + 1);
    rig.answer('remove');
    await rig.synced();
    expect(rig.archive.history(null, 10).sessions).toHaveLength(before.length + 1);
  });

  it('[SYNC-8] offers a refill to a device that comes back empty, and removes nothing without a word', async () => {
    await twenty();
    for (const { id } of rig.device.records()) rig.device.remove(id);
    await rig.synced({ slow: true });
    expect(inOutlook()).toHaveLength(20);
    await rig.idle();
    rig.answer('restore');
    await rig.synced({ slow: true });
    expect(rig.device.records()).toHaveLength(20);
    await rig.idle();
  });
});

it('[SYNC-8] a device that comes back empty is asked about in the regular comparison, too, however little it held', async () => {
  rig = await startContacts();
  seed({ givenName: 'Grace' }, { givenName: 'Ada' });
  await rig.synced();
  for (const { id } of rig.device.records()) rig.device.remove(id);
  rig.clock.pass(8 * 24 * 3_600_000);
  expect(await rig.synced()).toMatchObject({ kind: 'slow', mailbox: { removed: 0 } });
  expect(inOutlook()).toHaveLength(2);
  rig.answer('restore');
  await rig.synced();
  expect(rig.device.records()).toHaveLength(2);
  await rig.idle();
});

describe('a preview', () => {
  it('[SYNC-9] tells the plan and changes nothing on either side', async () => {
    rig = await startContacts();
    seed({ givenName: 'Grace' });
    rig.device.add({ FirstName: 'Ada' });
    const job = await rig.sync({ dryRun: true });
    expect(job).toMatchObject({ kind: 'preview', state: 'ok' });
    expect(
      job.sessions[0]?.lines.map(({ action, label, side }) => `${side} ${action} ${label}`).sort(),
    ).toEqual(['device create Grace', 'mailbox create Ada']);
    expect([inOutlook().length, rig.device.records().length]).toEqual([1, 1]);
    const number = job.sessions[0]?.session ?? 0;
    expect(rig.archive.records(number, -1, 10)).toMatchObject({
      total: 2,
      records: [{ undoable: false }, {}],
    });
    expect(rig.archive.history(null, 10).sessions).toEqual([]);
    expect(await rig.synced()).toMatchObject({
      kind: 'first',
      device: { created: 1 },
      mailbox: { created: 1 },
    });
    await rig.idle();
  });

  it('says what the guard would ask', async () => {
    rig = await startContacts();
    const ids = seed(...Array.from({ length: 20 }, (_, n) => ({ givenName: `Person ${n}` })));
    await rig.synced();
    for (const id of ids) rig.mailbox.admin.remove(USER, id);
    const job = await rig.sync({ dryRun: true });
    expect(job.state).toBe('ok');
    expect(job.sessions[0]?.lines[0]).toMatchObject({ code: 'sync.mass-removal' });
    expect(rig.device.records()).toHaveLength(20);
  });
});

describe('undo (R9)', () => {
  /** What both sides hold, as they would have to be again. */
  const both = async () => ({ device: rig.deviceRecords(), outlook: await rig.outlookRecords() });

  it('[SYNC-10] puts back edits, additions and removals of a session on both sides, and a later sync leaves them so', async () => {
    rig = await startContacts();
    const [grace = '', ilse = ''] = seed({ givenName: 'Grace' }, { givenName: 'Ilse' }, { givenName: 'Bo' });
    rig.device.add({ FirstName: 'Ada' });
    await rig.synced();
    rig.device.edit(idOnDevice('Ada'), { JobTitle: 'Analyst' });
    rig.device.remove(idOnDevice('Bo'));
    rig.device.add({ FirstName: 'Charles' });
    rig.mailbox.admin.edit(USER, grace, { jobTitle: 'Admiral' });
    rig.mailbox.admin.remove(USER, ilse);
    seed({ givenName: 'Lise' });
    const before = await both();
    const { session } = await rig.synced();
    const entry = rig.archive.session(session ?? 0);
    expect(entry).toMatchObject({ outcome: 'committed', undoable: true, undoneBy: null });

    const undo = await rig.undo({ session: session ?? 0 });
    expect(undo).toMatchObject({ kind: 'undo', state: 'ok' });
    expect(await both()).toEqual(before);
    const named = new Set(undo.sessions[0]?.lines.map(({ label }) => label));
    expect([...named].sort()).toEqual(['Ada', 'Bo', 'Charles', 'Grace', 'Ilse', 'Lise']);
    expect(rig.archive.session(session ?? 0).undoneBy).toBe(undo.sessions[0]?.session);
    await rig.idle();
    expect(await both()).toEqual(before);
    expect(openConflicts()).toHaveLength(6);

    // An undo is put back like any other session.
    await rig.undo({ session: undo.sessions[0]?.session ?? 0 });
    expect(await rig.outlookRecords()).toEqual(rig.deviceRecords());
    expect(openConflicts()).toEqual([]);
    await rig.idle();
  });

  it('[SYNC-11] leaves alone what has been changed since, and says so; overwrites it where that is said', async () => {
    rig = await startContacts();
    const [grace = '', ada = ''] = seed({ givenName: 'Grace' }, { givenName: 'Ada' });
    await rig.synced();
    rig.mailbox.admin.edit(USER, grace, { jobTitle: 'Admiral' });
    rig.mailbox.admin.edit(USER, ada, { jobTitle: 'Analyst' });
    const { session } = await rig.synced();
    rig.device.edit(idOnDevice('Grace'), { JobTitle: 'Captain' });
    const undo = await rig.undo({ session: session ?? 0 });
    expect(undo.sessions[0]?.lines).toContainEqual(
      expect.objectContaining({ code: 'undo.changed', label: 'Grace' }),
    );
    expect(onDevice('Grace')).toContain('Captain');
    expect(onDevice('Ada')).not.toContain('Analyst');
    await rig.undo({ session: session ?? 0, overwrite: true });
    expect(onDevice('Grace')).not.toContain('Captain');
    expect(onDevice('Grace')).not.toContain('Admiral');
  });

  it('puts back single records', async () => {
    rig = await startContacts();
    seed({ givenName: 'Grace' }, { givenName: 'Ada' });
    const { session } = await rig.synced();
    const { records } = rig.archive.records(session ?? 0, -1, 10);
    const grace = records.find(({ lines }) => lines[0]?.label === 'Grace');
    await rig.undo({ session: session ?? 0, records: [grace?.number ?? -1] });
    expect(rig.device.records().map(({ xml }) => xml.includes('Ada'))).toEqual([true]);
    await rig.idle();
    // A person decides that it is to be on the device after all.
    rig.archive.resolve({ ids: openConflicts().map(({ id }) => id), choice: 'mailbox' });
    await rig.synced();
    expect(rig.device.records()).toHaveLength(2);
    await rig.idle();
  });

  it('[STORE-4] says so where the history has forgotten the session', async () => {
    rig = await startContacts();
    seed({ givenName: 'Grace' });
    const { session } = await rig.synced();
    rig.store.history.prune({ before: 0, bytes: 0, sessions: 0 });
    await expect(rig.undo({ session: session ?? 0 })).rejects.toMatchObject({ code: 'undo.forgotten' });
    await expect(rig.undo({ session: 999 })).rejects.toMatchObject({ code: 'undo.unknown' });
    await rig.idle();
  });

  it('is refused where another device has taken the name: nothing of it is for that one', async () => {
    rig = await startContacts();
    const [grace = ''] = seed({ givenName: 'Grace' }, { givenName: 'Ada' });
    await rig.synced();
    rig.mailbox.admin.remove(USER, grace);
    const { session } = await rig.synced();
    const { port } = rig.device;
    await rig.device.close();
    const other = await Device2009.listen({ now: () => rig.clock.now() }, port);
    try {
      other.owner('allow');
      await rig.synced();
      expect(other.records()).toHaveLength(1);
      const undo = await rig.undo({ session: session ?? 0 });
      expect(undo).toMatchObject({ state: 'failed', error: { code: 'undo.other-partner' } });
      expect(other.records()).toHaveLength(1);
      expect(inOutlook()).toHaveLength(1);
    } finally {
      await other.close();
    }
  });

  it('[SYNC-12] leaves other changes to the next sync also where its end could not be kept', async () => {
    rig = await startContacts();
    const [grace = ''] = seed({ givenName: 'Grace' }, { givenName: 'Ada' });
    await rig.synced();
    rig.mailbox.admin.edit(USER, grace, { jobTitle: 'Admiral' });
    const { session } = await rig.synced();
    rig.device.edit(idOnDevice('Ada'), { JobTitle: 'Analyst' });
    vi.spyOn(rig.store.partnerships, 'putAnchors').mockImplementationOnce(() => {
      throw new SyncError('store.unwritable');
    });
    expect(await rig.undo({ session: session ?? 0 })).toMatchObject({ state: 'failed' });
    await rig.synced();
    expect(inOutlook()).toContainEqual(expect.objectContaining({ givenName: 'Ada', jobTitle: 'Analyst' }));
    await rig.idle();
  });

  it('[SYNC-12] leaves other changes, made since, to the next sync', async () => {
    rig = await startContacts();
    const [grace = ''] = seed({ givenName: 'Grace' }, { givenName: 'Ada' });
    await rig.synced();
    rig.mailbox.admin.edit(USER, grace, { jobTitle: 'Admiral' });
    const { session } = await rig.synced();
    rig.device.edit(idOnDevice('Ada'), { JobTitle: 'Analyst' });
    seed({ givenName: 'Lise' });
    await rig.undo({ session: session ?? 0 });
    expect(rig.device.records()).toHaveLength(2);
    await rig.synced();
    expect(rig.device.records()).toHaveLength(3);
    expect(inOutlook()).toContainEqual(expect.objectContaining({ givenName: 'Ada', jobTitle: 'Analyst' }));
    await rig.idle();
  });
});

describe('what an undo has put back', () => {
  /** The next session ends when Outlook is written and the device has not been told to commit. */
  const cutBeforeCommit = (): void => {
    vi.spyOn(rig.store.journal, 'markPending').mockImplementationOnce(() => {
      throw new SyncError('link.lost');
    });
  };
  const removed = async (): Promise<number> => {
    rig = await startContacts();
    seed({ givenName: 'Grace', surname: 'Hopper' }, { givenName: 'Ada', surname: 'Lovelace' });
    await rig.synced();
    rig.device.remove(idOnDevice('Grace'));
    return (await rig.synced()).session ?? 0;
  };

  it('is not put back a second time', async () => {
    const session = await removed();
    await rig.undo({ session });
    expect(inOutlook()).toHaveLength(2);
    await rig.undo({ session });
    expect(inOutlook()).toHaveLength(2);
    expect(openConflicts()).toHaveLength(1);
    await rig.idle();
  });

  it('is not put back a second time on the device either', async () => {
    rig = await startContacts();
    const [grace = ''] = seed({ givenName: 'Grace', surname: 'Hopper' }, { givenName: 'Ada' });
    await rig.synced();
    rig.mailbox.admin.remove(USER, grace);
    const session = (await rig.synced()).session ?? 0;
    await rig.undo({ session });
    await rig.undo({ session });
    expect(rig.device.records()).toHaveLength(2);
    await rig.idle();
  });

  it('is not put back a second time where the first one was cut', async () => {
    const session = await removed();
    cutBeforeCommit();
    expect(await rig.undo({ session })).toMatchObject({ state: 'failed' });
    await rig.undo({ session });
    expect(inOutlook()).toHaveLength(2);
    await rig.idle();
  });

  it('is put back again once that has been undone', async () => {
    const session = await removed();
    const first = await rig.undo({ session });
    await rig.undo({ session: first.sessions[0]?.session ?? 0 });
    expect(inOutlook()).toHaveLength(1);
    await rig.undo({ session });
    expect(inOutlook()).toHaveLength(2);
    await rig.idle();
  });
});

it('[SYNC-12] a removal on the device since is not lost where its clock was set before the undo', async () => {
  rig = await startContacts();
  const [grace = ''] = seed({ givenName: 'Grace' }, { givenName: 'Ada' }, { givenName: 'Bo' });
  await rig.synced();
  rig.mailbox.admin.edit(USER, grace, { jobTitle: 'Admiral' });
  const session = (await rig.synced()).session ?? 0;
  rig.device.remove(idOnDevice('Bo'));
  rig.store.database.write(() => rig.store.database.run('UPDATE partnership SET clock = clock - 600000'));
  expect(await rig.undo({ session })).toMatchObject({ state: 'ok' });
  rig.answer('remove');
  await rig.synced();
  expect(inOutlook()).toHaveLength(2);
  await rig.idle();
});
