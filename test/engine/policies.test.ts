/** Policies and the conflict inbox through the real engine (spec: sync engine, section 4). */
import { describe, expect, it } from 'vitest';
import type { Policy } from '../../contract/settings.ts';
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

/** One person on both sides, whose job title is then changed on both. */
const disagree = async (policy: Policy): Promise<void> => {
  rig = await startContacts({ policy });
  const [grace = ''] = seed({ givenName: 'Grace', surname: 'Hopper', jobTitle: 'Officer' });
  await rig.synced();
  rig.device.edit(idOnDevice('Grace'), { JobTitle: 'Admiral' });
  rig.mailbox.admin.edit(USER, grace, { jobTitle: 'Captain', companyName: 'Navy' });
};

describe('a field changed differently on both sides', () => {
  it.each([
    ['device', 'Admiral', 'device'],
    ['outlook', 'Captain', 'mailbox'],
  ] as const)(
    '[SYNC-1] R12 by policy %s is settled, listed with the losing value, and reversed by one word',
    async (policy, kept, winner) => {
      await disagree(policy);
      expect(await rig.synced()).toMatchObject({ conflicts: 1 });
      expect(inOutlook()).toMatchObject([{ jobTitle: kept, companyName: 'Navy' }]);
      expect(onDevice('Grace')).toContain(`<JobTitle>${kept}</JobTitle>`);
      await rig.idle();

      const [conflict] = rig.archive.conflicts('settled', null, 10).conflicts;
      expect(conflict).toMatchObject({
        kind: 'field',
        winner,
        label: 'Grace Hopper',
        fields: [{ field: 'Job title', base: 'Officer', device: 'Admiral', mailbox: 'Captain' }],
      });
      const other = kept === 'Admiral' ? 'Captain' : 'Admiral';
      rig.archive.resolve({ ids: [conflict?.id ?? 0], choice: winner === 'device' ? 'mailbox' : 'device' });
      await rig.synced();
      expect(inOutlook()).toMatchObject([{ jobTitle: other, companyName: 'Navy' }]);
      expect(onDevice('Grace')).toContain(`<JobTitle>${other}</JobTitle>`);
      expect(rig.archive.conflict(conflict?.id ?? 0).state).toBe('done');
      await rig.idle();
    },
  );

  it('[SYNC-2] R12 by policy ask stays as it is on both sides until a person decides, whatever else is synced', async () => {
    await disagree('ask');
    await rig.synced();
    expect(inOutlook()).toMatchObject([{ jobTitle: 'Captain', companyName: 'Navy' }]);
    expect(onDevice('Grace')).toContain('<JobTitle>Admiral</JobTitle>');
    expect(onDevice('Grace')).toContain('Navy');
    await rig.idle();
    rig.device.edit(idOnDevice('Grace'), { JobTitle: 'Rear Admiral' });
    await rig.synced();
    expect(inOutlook()).toMatchObject([{ jobTitle: 'Captain' }]);
    expect(openConflicts()).toMatchObject([
      { fields: [{ base: 'Officer', device: 'Rear Admiral', mailbox: 'Captain' }], winner: null },
    ]);
    await rig.idle();
    rig.archive.resolve({ ids: openConflicts().map(({ id }) => id), choice: 'device' });
    await rig.synced();
    expect(inOutlook()).toMatchObject([{ jobTitle: 'Rear Admiral' }]);
    expect(openConflicts()).toEqual([]);
    await rig.idle();
  });

  it('[SYNC-2] by policy ask keeps the record on the device until it is decided, whatever is sent there by then', async () => {
    rig = await startContacts({ policy: 'ask', exclude: ['Work'] });
    const [grace = ''] = seed({ givenName: 'Grace', surname: 'Hopper', jobTitle: 'Officer' });
    await rig.synced();
    rig.device.edit(idOnDevice('Grace'), { JobTitle: 'Admiral' });
    rig.mailbox.admin.edit(USER, grace, { jobTitle: 'Captain', categories: ['Work'] });
    await rig.synced();
    expect(onDevice('Grace')).toContain('<JobTitle>Admiral</JobTitle>');
    await rig.idle();
    rig.archive.resolve({ ids: openConflicts().map(({ id }) => id), choice: 'device' });
    await rig.synced();
    expect(inOutlook()).toMatchObject([{ jobTitle: 'Admiral' }]);
    expect(rig.device.records()).toEqual([]);
    await rig.idle();
  });

  it('[SYNC-2] by policy ask is no conflict any more once both sides agree', async () => {
    await disagree('ask');
    await rig.synced();
    rig.device.edit(idOnDevice('Grace'), { JobTitle: 'Captain' });
    await rig.synced();
    expect(openConflicts()).toEqual([]);
    expect(rig.archive.conflicts('void', null, 10).conflicts).toHaveLength(1);
    await rig.idle();
  });

  it('[SYNC-3] R12 by policy keep-both leaves Outlook’s value, and the device’s in a second record on both sides', async () => {
    await disagree('keep-both');
    await rig.synced();
    const names = inOutlook().map(({ surname, jobTitle }) => `${String(surname)}: ${String(jobTitle)}`);
    const today = new Date(rig.clock.now());
    const two = (n: number) => String(n).padStart(2, '0');
    const date = `${today.getFullYear()}-${two(today.getMonth() + 1)}-${two(today.getDate())}`;
    expect(names.sort()).toEqual([`Hopper (device ${date}): Admiral`, 'Hopper: Captain']);
    expect(await rig.outlookRecords()).toEqual(rig.deviceRecords());
    await rig.idle();
  });

  it('[SYNC-4] by policy newest is asked where the device does not tell when it changed the record', async () => {
    await disagree('newest');
    const { lines } = await rig.synced();
    expect(lines.map(({ reason }) => reason)).toContainEqual(
      'Different on both sides; a person has to decide. Which side’s change is the newer one cannot be told.',
    );
    expect(openConflicts()).toHaveLength(1);
    await rig.idle();
  });

  it('[SYNC-5] R12 is no conflict where both changed it alike', async () => {
    rig = await startContacts({ policy: 'ask' });
    const [grace = ''] = seed({ givenName: 'Grace' });
    await rig.synced();
    rig.device.edit(idOnDevice('Grace'), { JobTitle: 'Admiral' });
    rig.mailbox.admin.edit(USER, grace, { jobTitle: 'Admiral' });
    expect(await rig.synced()).toMatchObject({ conflicts: 0 });
    await rig.idle();
  });
});

describe('a record removed on one side and changed on the other', () => {
  const removedOnDevice = async (policy: Policy): Promise<void> => {
    rig = await startContacts({ policy });
    const [grace = ''] = seed({ givenName: 'Grace' });
    await rig.synced();
    rig.device.remove(idOnDevice('Grace'));
    rig.mailbox.admin.edit(USER, grace, { jobTitle: 'Captain' });
  };
  const removedInOutlook = async (policy: Policy): Promise<void> => {
    rig = await startContacts({ policy });
    const [grace = ''] = seed({ givenName: 'Grace' });
    await rig.synced();
    rig.device.edit(idOnDevice('Grace'), { JobTitle: 'Admiral' });
    rig.mailbox.admin.remove(USER, grace);
  };

  it.each(['device', 'outlook'] as const)(
    '[SYNC-6] R12 by policy %s is removed, and comes back by one word',
    async (policy) => {
      await removedOnDevice(policy);
      await rig.synced();
      expect([inOutlook(), rig.device.records()]).toEqual([[], []]);
      const [conflict] = rig.archive.conflicts('settled', null, 10).conflicts;
      expect(conflict).toMatchObject({ kind: 'removal', removedOn: 'device', winner: 'device' });
      await rig.idle();
      rig.archive.resolve({ ids: [conflict?.id ?? 0], choice: 'mailbox' });
      await rig.synced();
      expect(inOutlook()).toMatchObject([{ givenName: 'Grace', jobTitle: 'Captain' }]);
      expect(await rig.outlookRecords()).toEqual(rig.deviceRecords());
      await rig.idle();
    },
  );

  it.each([
    ['on the device', removedOnDevice],
    ['in Outlook', removedInOutlook],
  ] as const)('R12 by policy keep-both comes back (removed %s)', async (_where, removed) => {
    await removed('keep-both');
    await rig.synced();
    expect(inOutlook()).toHaveLength(1);
    expect(await rig.outlookRecords()).toEqual(rig.deviceRecords());
    await rig.idle();
  });

  it.each([
    ['on the device', removedOnDevice, 'device', 0],
    ['on the device', removedOnDevice, 'mailbox', 1],
    ['on the device', removedOnDevice, 'both', 1],
    ['in Outlook', removedInOutlook, 'mailbox', 0],
    ['in Outlook', removedInOutlook, 'device', 1],
  ] as const)(
    '[SYNC-6] R12 by policy ask waits (removed %s), and ends as it is decided: %s',
    async (_where, removed, choice, left) => {
      await removed('ask');
      await rig.synced();
      expect(inOutlook().length + rig.device.records().length).toBe(1);
      expect(openConflicts()).toMatchObject([
        { kind: 'removal', winner: null, fields: [{ field: 'Job title' }] },
      ]);
      await rig.idle();
      await rig.idle();
      rig.archive.resolve({ ids: openConflicts().map(({ id }) => id), choice });
      await rig.synced();
      expect([inOutlook().length, rig.device.records().length]).toEqual([left, left]);
      expect(await rig.outlookRecords()).toEqual(rig.deviceRecords());
      expect(openConflicts()).toEqual([]);
      await rig.idle();
    },
  );
});
