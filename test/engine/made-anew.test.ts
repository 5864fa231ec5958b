/** Records that one side removed and made anew: the same ones under other ids (spec: sync engine, G2, G6). */
import { describe, expect, it } from 'vitest';
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

const itemsInOutlook = (): readonly string[] =>
  rig.mailbox.admin
    .dump(USER)
    .contacts.map(({ immutableId }) => immutableId)
    .sort();

describe('[SYNC-29] records that a side removed and made anew', () => {
  const fifteen = async (): Promise<readonly string[]> => {
    rig = await startContacts();
    const ids = seed(
      ...Array.from({ length: 15 }, (_, n) => ({ givenName: `Person ${n}`, homePhones: [`555 ${n}`] })),
    );
    await rig.synced();
    return ids;
  };
  /** As a device does that reads its own copy of them. */
  const removeAndAdd = (): void => {
    const records = Array.from({ length: 15 }, (_, n) => ({
      FirstName: `Person ${n}`,
      phones: { HomePhone: `555 ${n}` },
    }));
    for (const { id } of rig.device.records()) rig.device.remove(id);
    for (const record of records) rig.device.add(record);
  };

  it.each([
    ['a sync', false],
    ['a full comparison', true],
  ])('on the device are no removals to %s, and their items stay in Outlook', async (_, slow) => {
    await fifteen();
    const before = itemsInOutlook();
    removeAndAdd();
    expect(await rig.synced({ slow })).toMatchObject({
      device: { created: 0, updated: 0, removed: 0 },
      mailbox: { created: 0, updated: 0, removed: 0 },
    });
    expect(itemsInOutlook()).toEqual(before);
    expect(rig.device.records()).toHaveLength(15);
    await rig.idle();
  });

  it('on the device answer the question whether what was missing was removed', async () => {
    await fifteen();
    const before = itemsInOutlook();
    for (const { id } of rig.device.records()) rig.device.remove(id);
    await rig.synced({ slow: true });
    removeAndAdd();
    rig.answer('restore');
    await rig.synced();
    expect(itemsInOutlook()).toEqual(before);
    expect(rig.device.records()).toHaveLength(15);
    await rig.idle();
  });

  it('in Outlook are merged with what the device has changed meanwhile', async () => {
    const [first = ''] = await fifteen();
    rig.device.edit(idOnDevice('Person 0'), { JobTitle: 'Analyst' });
    rig.mailbox.admin.remove(USER, first);
    seed({ givenName: 'Person 0', homePhones: ['555 0'], nickName: 'Nought' });
    expect(await rig.synced()).toMatchObject({ device: { created: 0, updated: 1 }, mailbox: { updated: 1 } });
    expect(onDevice('Person 0')).toContain('Nought');
    expect(inOutlook()).toContainEqual(
      expect.objectContaining({ givenName: 'Person 0', nickName: 'Nought', jobTitle: 'Analyst' }),
    );
    expect(openConflicts()).toEqual([]);
    expect(inOutlook()).toHaveLength(15);
    await rig.idle();
  });

  it('on both sides are merged, too', async () => {
    const [first = ''] = await fifteen();
    rig.device.remove(idOnDevice('Person 0'));
    rig.device.add({ FirstName: 'Person 0', JobTitle: 'Analyst', phones: { HomePhone: '555 0' } });
    rig.mailbox.admin.remove(USER, first);
    seed({ givenName: 'Person 0', homePhones: ['555 0'], nickName: 'Nought' });
    expect(await rig.synced()).toMatchObject({
      device: { created: 0, updated: 1 },
      mailbox: { created: 0, updated: 1 },
    });
    expect([inOutlook().length, rig.device.records().length]).toEqual([15, 15]);
    expect(await rig.outlookRecords()).toEqual(rig.deviceRecords());
    await rig.idle();
  });

  it('on one side only, and removed on the other, are new', async () => {
    const [first = ''] = await fifteen();
    rig.device.remove(idOnDevice('Person 0'));
    rig.device.add({ FirstName: 'Person 0', phones: { HomePhone: '555 0' } });
    rig.mailbox.admin.remove(USER, first);
    expect(await rig.synced()).toMatchObject({ device: { removed: 0 }, mailbox: { created: 1 } });
    await rig.idle();
  });

  it('are not guessed where several could be meant', async () => {
    rig = await startContacts();
    const ids = seed(
      { givenName: 'Ada', homePhones: ['555 1'], jobTitle: 'Analyst' },
      { givenName: 'Ada', homePhones: ['555 1'], jobTitle: 'Countess' },
    );
    await rig.synced();
    for (const id of ids) rig.mailbox.admin.remove(USER, id);
    seed({ givenName: 'Ada', homePhones: ['555 1'], jobTitle: 'Author' });
    expect(await rig.synced()).toMatchObject({ device: { created: 1, updated: 0, removed: 2 } });
    await rig.idle();
  });
});
