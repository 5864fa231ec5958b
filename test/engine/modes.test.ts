/** Modes and categories through the real engine (spec: sync engine, section 6). */
import { describe, expect, it } from 'vitest';
import type { SettingsChange } from '../../contract/settings.ts';
import { USER, type SyncRig } from '../support/sync-rig.ts';
import { closeAfterEach, idOnDevice, inOutlook, onDevice, seed, startContacts } from './contacts-bench.ts';

let rig: SyncRig;
closeAfterEach();

describe('modes', () => {
  const mixed = async (mode: SettingsChange['mode'] & string): Promise<void> => {
    rig = await startContacts({ mode: 'two-way' });
    const [grace = '', bo = ''] = seed({ givenName: 'Grace' }, { givenName: 'Bo' }, { givenName: 'Cy' });
    await rig.synced();
    rig.archive.changeSettings({ device: 'device', dataset: 'contacts', change: { mode } });
    await rig.synced();
    rig.device.edit(idOnDevice('Grace'), { JobTitle: 'Captain' });
    rig.mailbox.admin.edit(USER, grace, { companyName: 'Navy' });
    rig.device.remove(idOnDevice('Cy'));
    rig.mailbox.admin.remove(USER, bo);
    rig.device.add({ FirstName: 'Ada' });
    seed({ givenName: 'Lise' });
  };
  const names = () => ({
    device: rig.device
      .records()
      .map(({ xml }) => /<FirstName[^>]*>(.*?)</.exec(xml)?.[1])
      .sort(),
    outlook: inOutlook()
      .map(({ givenName }) => givenName)
      .sort(),
  });

  it('[SYNC-13] to-device writes the device alone: what it changed or removed is put back, what only it has is left and listed', async () => {
    await mixed('to-device');
    const report = await rig.synced();
    expect(report.mailbox).toEqual({ created: 0, updated: 0, removed: 0 });
    expect(names()).toEqual({ device: ['Ada', 'Cy', 'Grace', 'Lise'], outlook: ['Cy', 'Grace', 'Lise'] });
    expect(onDevice('Grace')).toContain('Navy');
    expect(onDevice('Grace')).not.toContain('Captain');
    const left = expect.objectContaining({ code: 'sync.left', label: 'Ada' }) as unknown;
    expect(report.lines).toContainEqual(left);
    expect(rig.archive.session(report.session ?? 0).problems).toEqual([left]);
    await rig.idle();
    rig.archive.changeSettings({ device: 'device', dataset: 'contacts', change: { mode: 'two-way' } });
    await rig.synced();
    expect(names().outlook).toContain('Ada');
    await rig.idle();
  });

  it('[SYNC-13] to-mailbox writes Outlook alone', async () => {
    await mixed('to-mailbox');
    const report = await rig.synced();
    expect(report.device).toEqual({ created: 0, updated: 0, removed: 0 });
    expect(names()).toEqual({
      device: ['Ada', 'Bo', 'Grace'],
      outlook: ['Ada', 'Bo', 'Grace', 'Lise'],
    });
    expect(inOutlook().find(({ givenName }) => givenName === 'Grace')).toMatchObject({ jobTitle: 'Captain' });
    expect(inOutlook().find(({ givenName }) => givenName === 'Grace')?.companyName ?? '').toBe('');
    await rig.idle();
    rig.archive.changeSettings({ device: 'device', dataset: 'contacts', change: { mode: 'two-way' } });
    await rig.synced();
    expect(names().device).toContain('Lise');
    await rig.idle();
  });

  it('[SYNC-14] add-only brings what is new to the other side, and overwrites and removes nothing', async () => {
    await mixed('add-only');
    const report = await rig.synced();
    expect(report).toMatchObject({
      device: { created: 1, updated: 0, removed: 0 },
      mailbox: { created: 1, updated: 0, removed: 0 },
    });
    expect(names()).toEqual({
      device: ['Ada', 'Bo', 'Grace', 'Lise'],
      outlook: ['Ada', 'Cy', 'Grace', 'Lise'],
    });
    await rig.idle();
    // What was left is a debt, delivered once the mode allows it.
    rig.archive.changeSettings({ device: 'device', dataset: 'contacts', change: { mode: 'two-way' } });
    rig.answer('remove');
    await rig.synced();
    expect(names()).toEqual({ device: ['Ada', 'Grace', 'Lise'], outlook: ['Ada', 'Grace', 'Lise'] });
    expect(await rig.outlookRecords()).toEqual(rig.deviceRecords());
    await rig.idle();
  });

  it('off leaves the dataset alone, for one run or for good', async () => {
    rig = await startContacts();
    seed({ givenName: 'Grace' });
    const job = await rig.sync({ settings: { contacts: { mode: 'off' } } });
    expect(job).toMatchObject({ state: 'failed', error: { code: 'sync.all-off' } });
    await rig.synced();
    expect(rig.device.records()).toHaveLength(1);
  });
});

describe('categories', () => {
  it('[SYNC-15] limit what is sent to the device, and remove nothing in Outlook for it', async () => {
    rig = await startContacts({ exclude: ['Private'] });
    const [, bo = ''] = seed(
      { givenName: 'Grace', categories: ['Private'] },
      { givenName: 'Bo', categories: ['Work'] },
      { givenName: 'Cy' },
    );
    rig.device.add({ FirstName: 'Ada' });
    await rig.synced();
    expect(rig.device.records()).toHaveLength(3);
    expect(inOutlook()).toHaveLength(4);
    await rig.idle();
    rig.mailbox.admin.edit(USER, bo, { categories: ['private'] });
    await rig.synced();
    expect(onDevice('Bo')).toBeUndefined();
    expect(inOutlook()).toHaveLength(4);
    await rig.idle();
    rig.archive.changeSettings({
      device: 'device',
      dataset: 'contacts',
      change: { exclude: [], include: ['Work', 'Private'] },
    });
    await rig.synced();
    expect([onDevice('Grace'), onDevice('Bo')].every((xml) => xml !== undefined)).toBe(true);
    expect(onDevice('Cy')).toBeUndefined();
    expect(inOutlook()).toHaveLength(4);
    await rig.idle();
  });
});
