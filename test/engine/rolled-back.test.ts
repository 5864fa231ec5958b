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

/** A pair whose job title both sides have changed; `more`: what the device has changed besides. */
const startDisputed = async (
  policy: 'keep-both' | 'outlook',
  more: { Company?: string } = {},
): Promise<void> => {
  rig = await startContacts({ policy });
  const [grace = ''] = seed({ givenName: 'Grace', surname: 'Hopper', jobTitle: 'Officer' });
  await rig.synced();
  rig.device.edit(idOnDevice('Grace'), { JobTitle: 'Admiral', ...more });
  rig.mailbox.admin.edit(USER, grace, { jobTitle: 'Captain' });
};
/** A person wants the conflict that was settled the other way round. */
const reverse = (choice: 'both' | 'mailbox'): void => {
  const [conflict] = rig.archive.conflicts('settled', null, 10).conflicts;
  rig.archive.resolve({ ids: [conflict?.id ?? 0], choice });
};
const cutSync = async (): Promise<void> => {
  cutBeforeCommit();
  expect(await rig.sync()).toMatchObject({ state: 'failed' });
};
/** One sync puts it right. */
const expectOnBothSides = async (...wanted: readonly string[]): Promise<void> => {
  await rig.synced();
  expect(titles()).toEqual(wanted);
  expect(await rig.outlookRecords()).toEqual(rig.deviceRecords());
  await rig.idle();
};

describe('both values of a conflict are kept', () => {
  it('in one second record, by policy', async () => {
    await startDisputed('keep-both');
    await cutSync();
    await expectOnBothSides('Hopper (device): Admiral', 'Hopper: Captain');
  });

  it('in a second record, also where Outlook took the rest of the pair and not yet that record', async () => {
    await startDisputed('keep-both', { Company: 'Navy' });
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
    await cutSync();
    rig.wrapPlugin((plugin) => plugin);
    await expectOnBothSides('Hopper (device): Admiral', 'Hopper: Captain');
  });

  it('in one second record, by a person who wants so afterwards', async () => {
    await startDisputed('outlook');
    await rig.synced();
    reverse('both');
    await cutSync();
    await expectOnBothSides('Hopper (device): Admiral', 'Hopper: Captain');
  });
});

it('a removal that a person reverses brings the record back once', async () => {
  rig = await startContacts({ policy: 'device' });
  const [grace = ''] = seed({ givenName: 'Grace', surname: 'Hopper' });
  await rig.synced();
  rig.device.remove(idOnDevice('Grace'));
  rig.mailbox.admin.edit(USER, grace, { jobTitle: 'Captain' });
  await rig.synced();
  reverse('mailbox');
  await cutSync();
  await expectOnBothSides('Hopper: Captain');
});
