/** Two devices with one Outlook: pairs, anchors, policies and scopes of their own (spec: sync engine, sections 1 and 3). */
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ReadPage } from '../../contract/server-plugin.ts';
import { contacts } from '../../datasets/index.ts';
import { Device2009 } from '../device-2009/device.ts';
import { readFields, startRig, USER, type SyncRig } from '../support/sync-rig.ts';

describe('two devices', () => {
  let rig: SyncRig;
  let second: Device2009;
  beforeEach(async () => {
    // Both devices live in the same time.
    let now = (): number => Date.now();
    second = await Device2009.listen({ now: () => now() });
    second.owner('allow');
    rig = await startRig({ second: second.port });
    now = () => rig.clock.now();
  });
  afterEach(async () => {
    for (const device of [rig.device, second]) {
      expect(device.crashed).toBeUndefined();
      expect(device.offences).toEqual([]);
    }
    await rig.close();
    await second.close();
  });

  const names = (device: Device2009): readonly unknown[] =>
    device
      .records()
      .map(({ xml }) => readFields(xml, contacts).FirstName)
      .sort();
  const idOn = (device: Device2009, text: string): string =>
    device.records().find(({ xml }) => xml.includes(text))?.id ?? '';

  it('[SYNC-19] get each other’s additions, edits and removals at their next sync', async () => {
    rig.device.add({ FirstName: 'Ada' });
    second.add({ FirstName: 'Bo' });
    await rig.synced();
    await rig.synced({ device: 'second' });
    await rig.synced();
    expect([names(rig.device), names(second)]).toEqual([
      ['Ada', 'Bo'],
      ['Ada', 'Bo'],
    ]);
    second.edit(idOn(second, 'Ada'), { JobTitle: 'Analyst' });
    rig.device.remove(idOn(rig.device, 'Bo'));
    await rig.synced({ device: 'second' });
    await rig.synced();
    await rig.synced({ device: 'second' });
    expect([names(rig.device), names(second)]).toEqual([['Ada'], ['Ada']]);
    expect(rig.device.records()[0]?.xml).toContain('Analyst');
    await rig.idle();
  });

  it('[SYNC-20] do not make the same person twice when both sync for the first time at once', async () => {
    for (const device of [rig.device, second]) {
      device.add({ FirstName: 'Ada', LastName: 'Lovelace', phones: { HomePhone: '555 1' } });
    }
    const jobs = await Promise.all([rig.sync(), rig.sync({ device: 'second' })]);
    expect(jobs.map(({ state }) => state)).toEqual(['ok', 'ok']);
    await rig.synced();
    await rig.synced({ device: 'second' });
    expect(rig.mailbox.admin.dump(USER).contacts).toHaveLength(1);
    expect([names(rig.device), names(second)]).toEqual([['Ada'], ['Ada']]);
    await rig.idle();
  });

  it('[SYNC-23] lose nothing where both read everything at once', async () => {
    const people = ['Ada', 'Bo', 'Cy'].map((givenName) => ({ contact: { givenName } }));
    rig.mailbox.admin.seed(USER, people);
    await rig.synced();
    await rig.synced({ device: 'second' });
    const { database } = rig.store;
    database.write(() => database.run('UPDATE folder SET anchor = NULL'));
    // Each reading comes in two pages; the second one reads its first record between the first one's pages.
    let readers = 0;
    let secondBegan = (): void => undefined;
    const began = new Promise<void>((resolve) => (secondBegan = resolve));
    let oneDone: Promise<unknown> = Promise.resolve();
    rig.wrapPlugin((plugin) => {
      const isFirst = readers++ === 0;
      let rest: ReadPage | undefined;
      return {
        ...plugin,
        dataset: plugin.dataset,
        apply: (operations, signal) => plugin.apply(operations, signal),
        find: (keys, signal) => plugin.find(keys, signal),
        snapshot: (ids, signal) => plugin.snapshot(ids, signal),
        read: async (request, signal) => {
          if (request.page === 'rest' && rest !== undefined) {
            if (!isFirst) secondBegan();
            await (isFirst ? Promise.race([began, delay(1_000)]) : oneDone);
            await delay(50);
            return rest;
          }
          const page = await plugin.read(request, signal);
          if (page.kind !== 'page' || page.reading !== 'full') return page;
          const cut = isFirst ? 2 : 1;
          rest = { ...page, items: page.items.slice(cut) };
          return { ...page, items: page.items.slice(0, cut), next: 'rest', anchor: null };
        },
      };
    });
    const jobs = [rig.synced(), rig.synced({ device: 'second' })];
    oneDone = Promise.race(jobs);
    for (const report of await Promise.all(jobs)) {
      expect(report).toMatchObject({
        device: { created: 0, removed: 0 },
        mailbox: { created: 0, removed: 0 },
      });
    }
    expect([names(rig.device), names(second)]).toEqual([
      ['Ada', 'Bo', 'Cy'],
      ['Ada', 'Bo', 'Cy'],
    ]);
  });

  it('[SYNC-21] have policies and scopes of their own', async () => {
    const choose = (device: string, change: object) =>
      rig.archive.changeSettings({ device, dataset: 'contacts', change });
    choose('second', { exclude: ['Private'], policy: 'outlook' });
    rig.mailbox.admin.seed(USER, [
      { contact: { givenName: 'Grace', categories: ['Private'] } },
      { contact: { givenName: 'Bo' } },
    ]);
    await rig.synced();
    await rig.synced({ device: 'second' });
    expect([names(rig.device), names(second)]).toEqual([['Bo', 'Grace'], ['Bo']]);
    const bo = rig.mailbox.admin.dump(USER).contacts.find(({ contact }) => contact.givenName === 'Bo');
    second.edit(idOn(second, 'Bo'), { JobTitle: 'Of the device' });
    rig.mailbox.admin.edit(USER, bo?.immutableId ?? '', { jobTitle: 'Of Outlook' });
    await rig.synced({ device: 'second' });
    await rig.synced();
    expect(second.records()[0]?.xml).toContain('Of Outlook');
    expect(rig.device.records().find(({ xml }) => xml.includes('Bo'))?.xml).toContain('Of Outlook');
    await rig.idle();
  });

  it('[SYNC-29] both put back what was removed in Outlook by mistake, and nobody gets it twice', async () => {
    const people = Array.from({ length: 15 }, (_, n) => ({ contact: { givenName: `Person ${n}` } }));
    const ids = rig.mailbox.admin.seed(USER, people).map(({ immutableId }) => immutableId);
    await rig.synced();
    await rig.synced({ device: 'second' });
    const before = [names(rig.device), names(second)];
    for (const id of ids) rig.mailbox.admin.remove(USER, id);
    await rig.synced({ removals: 'restore' });
    // Left as it is where nobody is asked, and where somebody says the same at the second device.
    expect(await rig.synced({ device: 'second' })).toMatchObject({
      device: { created: 0, removed: 0 },
      mailbox: { created: 0, removed: 0 },
    });
    await rig.synced({ device: 'second', removals: 'restore' });
    await rig.synced();
    expect(rig.mailbox.admin.dump(USER).contacts).toHaveLength(15);
    expect([names(rig.device), names(second)]).toEqual(before);
    await rig.idle();
  });
});
