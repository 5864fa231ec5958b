/** Contacts synced both ways with a 2009 device, as a person would see it; every scenario syncs once more. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startRig, USER, type SyncRig } from '../support/sync-rig.ts';

describe('a sync of contacts with a 2009 device, after which there is nothing to do (R10)', () => {
  let rig: SyncRig;
  beforeEach(async () => {
    rig = await startRig();
  });
  afterEach(async () => {
    expect(rig.device.crashed).toBeUndefined();
    expect(rig.device.offences).toEqual([]);
    await rig.close();
  });

  const bothSidesAreEqual = async (count: number): Promise<void> => {
    expect(rig.deviceRecords()).toHaveLength(count);
    expect(await rig.outlookRecords()).toEqual(rig.deviceRecords());
    await rig.idle();
    expect(await rig.outlookRecords()).toEqual(rig.deviceRecords());
  };
  const seed = (...people: Readonly<Record<string, unknown>>[]): string[] =>
    rig.mailbox.admin
      .seed(
        USER,
        people.map((contact) => ({ contact })),
      )
      .map(({ id }) => id);
  const deviceIdOf = (text: string): string => {
    const found = rig.device.records().find(({ xml }) => xml.includes(text));
    if (found === undefined) throw new Error(`no record with ${text}`);
    return found.id;
  };

  it('brings what each side has to the other at the first sync', async () => {
    seed(
      { givenName: 'Grace', surname: 'Hopper', mobilePhone: '+1 555 01' },
      { givenName: 'Ilse', surname: 'Aurich' },
    );
    rig.device.add({ FirstName: 'Ada', LastName: 'Lovelace', phones: { HomePhone: '555 02' } });
    const report = await rig.synced();
    expect(report).toMatchObject({
      kind: 'first',
      device: { created: 2 },
      mailbox: { created: 1 },
      pairs: 3,
    });
    await bothSidesAreEqual(3);
  });

  it('#91 does not read again what it wrote itself, although the service tells it as changed', async () => {
    for (let n = 0; n < 20; n += 1)
      rig.device.add({ FirstName: `Person ${n}`, phones: { HomePhone: `555 ${n}` } });
    await rig.synced();
    rig.mailbox.admin.clearLog();
    await rig.idle();
    const read = rig.mailbox.admin
      .log()
      .filter(({ method, url }) => method === 'GET' && !url.includes('delta'));
    expect(read).toEqual([]);
    expect(rig.mailbox.admin.log().filter(({ url }) => url.includes('delta'))).not.toEqual([]);
  });

  it('[G2] joins the same people instead of doubling them', async () => {
    seed(
      { givenName: 'Ada', surname: 'Lovelace', homePhones: ['555 02'] },
      { givenName: 'Grace', surname: 'Hopper', mobilePhone: '555 03', companyName: 'Navy' },
    );
    rig.device.add({ FirstName: 'Ada', LastName: 'Lovelace', phones: { HomePhone: '555 02' } });
    rig.device.add({
      FirstName: 'Grace',
      LastName: 'Hopper',
      phones: { BusinessMobile: '555 03' },
      JobTitle: 'Admiral',
    });
    const report = await rig.synced();
    expect(report).toMatchObject({
      paired: 2,
      device: { created: 0, updated: 1 },
      mailbox: { created: 0, updated: 1 },
    });
    await bothSidesAreEqual(2);
    expect(rig.device.records().find(({ xml }) => xml.includes('Grace'))?.xml).toContain('Navy');
  });

  it('carries edits, additions and removals of both sides in a fast sync', async () => {
    const [grace = '', ilse = ''] = seed({ givenName: 'Grace' }, { givenName: 'Ilse' }, { givenName: 'Bo' });
    const ada = rig.device.add({ FirstName: 'Ada' });
    await rig.synced();
    rig.device.edit(ada, { JobTitle: 'Analyst' });
    rig.device.remove(deviceIdOf('Bo'));
    rig.device.add({ FirstName: 'Charles' });
    rig.mailbox.admin.edit(USER, grace, { jobTitle: 'Admiral' });
    rig.mailbox.admin.remove(USER, ilse);
    seed({ givenName: 'Lise' });
    const report = await rig.synced();
    expect(report).toMatchObject({
      kind: 'fast',
      device: { created: 1, updated: 1, removed: 1 },
      mailbox: { created: 1, updated: 1, removed: 1 },
    });
    await bothSidesAreEqual(4);
  });

  it('#89 merges different fields of one record, D10', async () => {
    const [grace = ''] = seed({ givenName: 'Grace', mobilePhone: '1' });
    await rig.synced();
    rig.device.edit(deviceIdOf('Grace'), { phones: { BusinessMobile: '2' } });
    rig.mailbox.admin.edit(USER, grace, { title: 'Dr.' });
    const report = await rig.synced();
    expect(report).toMatchObject({ conflicts: 0, device: { updated: 1 }, mailbox: { updated: 1 } });
    const [record = ''] = rig.deviceRecords();
    expect(record).toContain('"2"');
    expect(record).toContain('Dr.');
    await bothSidesAreEqual(1);
  });

  it('[G7] lets the device win where both changed one field, and lists the losing value', async () => {
    const [grace = ''] = seed({ givenName: 'Grace', jobTitle: 'Officer' });
    await rig.synced();
    rig.device.edit(deviceIdOf('Grace'), { JobTitle: 'Admiral' });
    rig.mailbox.admin.edit(USER, grace, { jobTitle: 'Captain' });
    const report = await rig.synced();
    expect(report.conflicts).toBe(1);
    expect(report.lines.find((line) => line.action === 'conflict')).toMatchObject({
      label: 'Grace',
      fields: [{ field: 'Job title', before: 'Captain', after: 'Admiral' }],
    });
    await bothSidesAreEqual(1);
    expect(rig.deviceRecords()[0]).toContain('Admiral');
  });

  it('sees no conflict in the same edit on both sides', async () => {
    const [grace = ''] = seed({ givenName: 'Grace' });
    await rig.synced();
    rig.device.edit(deviceIdOf('Grace'), { JobTitle: 'Admiral' });
    rig.mailbox.admin.edit(USER, grace, { jobTitle: 'Admiral' });
    expect(await rig.synced()).toMatchObject({
      conflicts: 0,
      device: { updated: 0 },
      mailbox: { updated: 0 },
    });
    await bothSidesAreEqual(1);
  });

  it('#90 lets a removal win over an edit, tells it and keeps the item in the history', async () => {
    seed({ givenName: 'Grace', personalNotes: 'only here' });
    const [ilse = ''] = seed({ givenName: 'Ilse' });
    await rig.synced();
    rig.device.edit(deviceIdOf('Ilse'), { JobTitle: 'Edited' });
    rig.mailbox.admin.remove(USER, ilse);
    rig.device.remove(deviceIdOf('Grace'));
    const report = await rig.synced();
    expect(report).toMatchObject({ conflicts: 1, device: { removed: 1 }, mailbox: { removed: 1 } });
    const kept = rig.store.database.get(`SELECT snapshot FROM step WHERE mailbox_op = 'remove'`);
    expect(String(kept?.snapshot)).toContain('only here');
    await bothSidesAreEqual(0);
  });

  it('[G1] keeps an item whole before what its fields do not say of it is written over', async () => {
    seed({ givenName: 'Ada', fileAs: 'The Countess' }, { givenName: 'Grace' });
    await rig.synced();
    rig.device.edit(deviceIdOf('Ada'), { LastName: 'Lovelace' });
    rig.device.edit(deviceIdOf('Grace'), { JobTitle: 'Admiral' });
    expect(await rig.synced()).toMatchObject({ mailbox: { updated: 2 } });
    const kept = rig.store.database.all(`SELECT snapshot FROM step WHERE mailbox_op = 'update'`);
    const texts = kept.flatMap(({ snapshot }) => (snapshot === null ? [] : [String(snapshot)]));
    expect(texts).toEqual([expect.stringContaining('The Countess')]);
  });

  it('[SYNC-22] unites e-mail addresses that both sides added', async () => {
    const [grace = ''] = seed({
      givenName: 'Grace',
      emailAddresses: [{ address: 'a@x.example', name: 'a' }],
    });
    await rig.synced();
    rig.device.edit(deviceIdOf('Grace'), { emails: ['a@x.example', 'device@x.example'] });
    rig.mailbox.admin.edit(USER, grace, {
      emailAddresses: [{ address: 'a@x.example' }, { address: 'outlook@x.example' }],
    });
    await rig.synced();
    const [record = ''] = rig.deviceRecords();
    expect(record).toContain('device@x.example');
    expect(record).toContain('outlook@x.example');
    await bothSidesAreEqual(1);
  });

  it('#88 finds nothing to write when everything is compared again, D12', async () => {
    seed(
      ...Array.from({ length: 100 }, (_, index) => ({
        givenName: `Person ${index}`,
        mobilePhone: `555 ${index}`,
      })),
    );
    await rig.synced();
    const report = await rig.synced({ slow: true });
    expect(report).toMatchObject({
      kind: 'slow',
      device: { created: 0, updated: 0, removed: 0 },
      mailbox: { created: 0, updated: 0, removed: 0 },
    });
    await bothSidesAreEqual(100);
  });

  it('R10, SYNC cost: an idle sync moves the same few lines for one record as for a hundred', async () => {
    seed({ givenName: 'One' });
    await rig.synced();
    const one = await rig.synced();
    seed(...Array.from({ length: 100 }, (_, index) => ({ givenName: `Person ${index}` })));
    await rig.synced();
    const many = await rig.synced();
    expect(many.linkLines).toBe(one.linkLines);
    expect(many.linkLines).toBeLessThan(40);
  });

  it('refuses to remove many records at once and says which', async () => {
    const ids = seed(...Array.from({ length: 30 }, (_, index) => ({ givenName: `Person ${index}` })));
    await rig.synced();
    for (const id of ids.slice(0, 20)) rig.mailbox.admin.remove(USER, id);
    const job = await rig.sync();
    expect(job).toMatchObject({ state: 'failed', error: { code: 'sync.mass-removal' } });
    expect(job.error?.message).toContain('20 of 30');
    expect(rig.deviceRecords()).toHaveLength(30);
  });

  it('[SYNC-23] survives the death of every delta token without touching a record', async () => {
    seed(...Array.from({ length: 25 }, (_, index) => ({ givenName: `Person ${index}` })));
    await rig.synced();
    rig.mailbox.admin.killDeltaTokens();
    await rig.idle();
    await bothSidesAreEqual(25);
  });

  it('goes on with the same store after the bridge was started anew', async () => {
    seed({ givenName: 'Grace' });
    await rig.synced();
    await rig.restart();
    rig.device.add({ FirstName: 'Ada' });
    expect(await rig.synced()).toMatchObject({ kind: 'fast', mailbox: { created: 1 } });
    await bothSidesAreEqual(2);
  });

  it('keeps what a 2009 device cannot tell apart: hidden numbers survive an edit in Outlook', async () => {
    const id = rig.device.add({
      FirstName: 'Ines',
      phones: { OtherPhone: '555 00', HomePhone: '555 01', HomeVoip: 'sip:i' },
    });
    await rig.synced();
    const [item] = rig.mailbox.admin.dump(USER).contacts;
    rig.mailbox.admin.edit(USER, item?.id ?? '', { jobTitle: 'Singer', homePhones: ['555 09'] });
    await rig.synced();
    const xml = rig.device.records().find((record) => record.id === id)?.xml ?? '';
    expect(xml).toContain('555 00');
    expect(xml).toContain('sip:i');
    expect(xml).toContain('555 09');
    expect(xml).toContain('Singer');
    await rig.idle();
  });

  it('R7 says that device and PC are out of step, and compares without removing when told to', async () => {
    const [grace = ''] = seed({ givenName: 'Grace' }, { givenName: 'Ilse' });
    await rig.synced();
    // The bridge's state comes back from an old backup: the device has synced since.
    rig.store.database.run('UPDATE partnership SET device_anchor = device_anchor - 5000');
    rig.mailbox.admin.remove(USER, grace);
    expect(await rig.sync()).toMatchObject({ state: 'failed', error: { code: 'sync.out-of-step' } });
    expect(await rig.synced({ slow: true })).toMatchObject({
      device: { removed: 0 },
      mailbox: { removed: 0 },
    });
    await bothSidesAreEqual(2);
  });
});
