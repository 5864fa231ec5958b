/** Sessions that the device has rolled back after Outlook was written: what they began is done once (spec: sync engine, G2, G5). */
import { describe, expect, it, vi } from 'vitest';
import { SyncError } from '../../contract/errors.ts';
import { USER, type SyncRig } from '../support/sync-rig.ts';
import { closeAfterEach, idOnDevice, inOutlook, seed, startContacts } from './contacts-bench.ts';

let rig: SyncRig;
closeAfterEach();

/** The next session ends when Outlook is written and the device has not been told to commit. */
const cutBeforeCommit = (): void => {
  vi.spyOn(rig.store.journal, 'markPending').mockImplementationOnce(() => {
    throw new SyncError('link.lost');
  });
};
const titles = (): readonly string[] =>
  inOutlook()
    .map(
      ({ surname, jobTitle }) =>
        `${String(surname).replace(/ \(device.*\)/, ' (device)')}: ${String(jobTitle)}`,
    )
    .sort();

describe('both values of a conflict are kept', () => {
  it('in one second record, by policy', async () => {
    rig = await startContacts({ policy: 'keep-both' });
    const [grace = ''] = seed({ givenName: 'Grace', surname: 'Hopper', jobTitle: 'Officer' });
    await rig.synced();
    rig.device.edit(idOnDevice('Grace'), { JobTitle: 'Admiral' });
    rig.mailbox.admin.edit(USER, grace, { jobTitle: 'Captain' });
    cutBeforeCommit();
    expect(await rig.sync()).toMatchObject({ state: 'failed' });
    await rig.synced();
    expect(titles()).toEqual(['Hopper (device): Admiral', 'Hopper: Captain']);
    expect(await rig.outlookRecords()).toEqual(rig.deviceRecords());
    await rig.idle();
  });

  it('in a second record, also where Outlook took the rest of the pair and not yet that record', async () => {
    rig = await startContacts({ policy: 'keep-both' });
    const [grace = ''] = seed({ givenName: 'Grace', surname: 'Hopper', jobTitle: 'Officer' });
    await rig.synced();
    rig.device.edit(idOnDevice('Grace'), { JobTitle: 'Admiral', Company: 'Navy' });
    rig.mailbox.admin.edit(USER, grace, { jobTitle: 'Captain' });
    rig.wrapPlugin((plugin) => ({
      ...plugin,
      read: (...args) => plugin.read(...args),
      snapshot: (...args) => plugin.snapshot(...args),
      find: (...args) => plugin.find(...args),
      apply: async (operations, signal) => {
        const creates = operations.filter(({ kind }) => kind === 'create');
        const done = await plugin.apply(
          operations.filter(({ kind }) => kind !== 'create'),
          signal,
        );
        const problem = { code: 'mailbox.unavailable', detail: '' };
        return [...done, ...creates.map(({ key }) => ({ key, status: 'failed' as const, problem }))];
      },
    }));
    cutBeforeCommit();
    expect(await rig.sync()).toMatchObject({ state: 'failed' });
    rig.wrapPlugin((plugin) => plugin);
    await rig.synced();
    expect(titles()).toEqual(['Hopper (device): Admiral', 'Hopper: Captain']);
    expect(await rig.outlookRecords()).toEqual(rig.deviceRecords());
    await rig.idle();
  });

  it('in one second record, by a person who wants so afterwards', async () => {
    rig = await startContacts({ policy: 'outlook' });
    const [grace = ''] = seed({ givenName: 'Grace', surname: 'Hopper', jobTitle: 'Officer' });
    await rig.synced();
    rig.device.edit(idOnDevice('Grace'), { JobTitle: 'Admiral' });
    rig.mailbox.admin.edit(USER, grace, { jobTitle: 'Captain' });
    await rig.synced();
    const [conflict] = rig.archive.conflicts('settled', null, 10).conflicts;
    rig.archive.resolve({ ids: [conflict?.id ?? 0], choice: 'both' });
    cutBeforeCommit();
    expect(await rig.sync()).toMatchObject({ state: 'failed' });
    await rig.synced();
    expect(titles()).toEqual(['Hopper (device): Admiral', 'Hopper: Captain']);
    expect(await rig.outlookRecords()).toEqual(rig.deviceRecords());
    await rig.idle();
  });
});

it('a removal that a person reverses brings the record back once', async () => {
  rig = await startContacts({ policy: 'device' });
  const [grace = ''] = seed({ givenName: 'Grace', surname: 'Hopper' });
  await rig.synced();
  rig.device.remove(idOnDevice('Grace'));
  rig.mailbox.admin.edit(USER, grace, { jobTitle: 'Captain' });
  await rig.synced();
  const [conflict] = rig.archive.conflicts('settled', null, 10).conflicts;
  rig.archive.resolve({ ids: [conflict?.id ?? 0], choice: 'mailbox' });
  cutBeforeCommit();
  expect(await rig.sync()).toMatchObject({ state: 'failed' });
  await rig.synced();
  expect(titles()).toEqual(['Hopper: Captain']);
  expect(await rig.outlookRecords()).toEqual(rig.deviceRecords());
  await rig.idle();
});
