/**
 * The original's map of ids, which knew neither devices nor doubts, and its echoes: what became of them (spec: datasets 7.1,
 * 7.4 and 11; sync engine, section 5).
 */
import { afterEach, describe, expect, it } from 'vitest';
import { Device2009 } from '../device-2009/device.ts';
import { JumpingClock, startRig, startRigWith, USER, type SyncRig } from '../support/sync-rig.ts';
import { WireServer } from '../support/wire-server.ts';

let close: (() => Promise<void>) | undefined;
afterEach(async () => {
  await close?.();
  close = undefined;
});
const closing = <R extends SyncRig<unknown>>(rig: R): R => {
  close = () => rig.close();
  return rig;
};

describe('the map of ids', () => {
  /** A rig whose device says whatever it is told to. */
  async function wireRig(): Promise<SyncRig<WireServer>> {
    const clock = new JumpingClock();
    const device = await WireServer.start({ clock: () => clock.now() });
    const end = {
      port: device.port,
      records: () => [],
      state: () => Object.fromEntries(device.store.records),
      close: () => device.stop(),
    };
    return closing(await startRigWith(device, end, clock));
  }
  const contactXml = (id: string, elements: string): string =>
    `<Contact><Identifier>${id}</Identifier>${elements}</Contact>`;
  const names = (rig: SyncRig<unknown>): unknown[] =>
    rig.mailbox.admin
      .dump(USER)
      .contacts.map(({ contact }) => contact.givenName)
      .sort();

  it('#77 a removal of an unknown record is ignored', async () => {
    const rig = await wireRig();
    rig.mailbox.admin.seed(USER, [{ contact: { givenName: 'Ada' } }]);
    await rig.synced();
    rig.device.store.changes = [{ name: 'removeClientRecord', clientId: '{x}:99' }];
    expect(await rig.synced()).toMatchObject({ mailbox: { removed: 0 }, lines: [] });
    expect(names(rig)).toEqual(['Ada']);
  });

  it('7.1 a replace of an unknown record, which the original lost, is a new one', async () => {
    const rig = await wireRig();
    const xml = contactXml('{x}:99', '<FirstName>Ada</FirstName>');
    rig.device.store.records.set('{x}:99', xml);
    await rig.synced();
    rig.device.store.records.set('{x}:100', contactXml('{x}:100', '<FirstName>Bo</FirstName>'));
    rig.device.store.changes = [
      {
        name: 'replaceClientRecord',
        record: Buffer.from(contactXml('{x}:100', '<FirstName>Bo</FirstName>')),
      },
    ];
    expect(await rig.synced()).toMatchObject({ mailbox: { created: 1, updated: 0 } });
    expect(names(rig)).toEqual(['Ada', 'Bo']);
    await rig.idle();
  });

  it('#70 D14 a null id is none: the create is told as refused and owed', async () => {
    const rig = await wireRig();
    rig.mailbox.admin.seed(USER, [{ contact: { givenName: 'Ada' } }]);
    const nullId = '{00000000-0000-0000-0000-000000000000}:0';
    rig.device.options = {
      ...rig.device.options,
      drops: (xml) => {
        const serverId = /<Identifier[^>]*>([^<]*)/.exec(xml)?.[1] ?? '';
        rig.device.device.say({ name: 'mappedId', serverId, clientId: nullId });
        return true;
      },
    };
    expect((await rig.synced()).lines).toContainEqual(
      expect.objectContaining({ code: 'record.refused-by-device', label: 'Ada' }),
    );
    rig.device.options = { ...rig.device.options, drops: () => false };
    rig.device.cut();
    expect(await rig.synced()).toMatchObject({ device: { created: 1 } });
    expect(rig.device.store.records.size).toBe(1);
    await rig.idle();
  });

  it('#92 D10 elements that nobody here knows are never cleared on the device', async () => {
    const rig = await wireRig();
    const xml = contactXml('{x}:1', '<FirstName>Ada</FirstName><Zed a="1">26</Zed>');
    rig.device.store.records.set('{x}:1', xml);
    await rig.synced();
    const [item] = rig.mailbox.admin.dump(USER).contacts;
    rig.mailbox.admin.edit(USER, item?.id ?? '', { jobTitle: 'Analyst' });
    expect(await rig.synced()).toMatchObject({ device: { updated: 1 } });
    // Absent says "unchanged" to a device; empty would clear it (spec: datasets 2.11).
    const sent = rig.device.store.records.get('{x}:1') ?? '';
    expect(sent).toContain('<JobTitle>Analyst</JobTitle>');
    expect(sent).not.toMatch(/<Zed[^>]*(\/>|><\/Zed>)/);
  });

  it.each([
    [
      'the device has lost its anchor',
      async (rig: SyncRig<WireServer>) => void (rig.device.store.last = null),
    ],
    ['this PC has lost its state', (rig: SyncRig<WireServer>) => rig.restart('lost')],
  ])('#88 D12 of 100 records none is written anew when %s', async (_what, lose) => {
    const rig = await wireRig();
    const people = Array.from({ length: 100 }, (_, n) => ({
      contact: { givenName: `Person ${n % 90}`, mobilePhone: `555 ${n}` },
    }));
    rig.mailbox.admin.seed(USER, people);
    await rig.synced();
    await lose(rig);
    const first = await rig.sync();
    if (first.state !== 'ok') expect(first.error?.code).toBe('sync.out-of-step');
    const report = first.state === 'ok' ? first.sessions[0] : await rig.synced({ slow: true });
    expect(report).toMatchObject({
      device: { created: 0, updated: 0, removed: 0 },
      mailbox: { created: 0, updated: 0, removed: 0 },
    });
    expect(rig.device.store.records.size).toBe(100);
    await rig.idle();
  });

  it('#87 D6 of two devices each has its own, and both end with the same', async () => {
    const clock = new JumpingClock();
    // Ids that collide, as those of two devices with one backup do.
    const context = '{a7a2832c-cdb3-40b6-9d95-6cd31e05647d}';
    const devices = [
      await Device2009.listen({ now: () => clock.now(), context }),
      await Device2009.listen({ now: () => clock.now(), context }),
    ] as const;
    for (const device of devices) device.owner('allow');
    const [one, two] = devices;
    const end = {
      port: one.port,
      records: () => [],
      state: () => devices.map((device) => device.snapshot().records),
      async close() {
        await Promise.all(devices.map((device) => device.close()));
      },
    };
    const rig = closing(await startRigWith(one, end, clock, { second: two.port }));
    const ada = one.add({ FirstName: 'Ada' });
    const bo = two.add({ FirstName: 'Bo' });
    expect(ada).toBe(bo);
    await rig.synced();
    await rig.synced({ device: 'second' });
    await rig.synced();
    for (const device of devices) {
      const texts = device.records().map(({ record }) => record.texts.get('FirstName'));
      expect(texts.sort()).toEqual(['Ada', 'Bo']);
    }
    expect(names(rig)).toEqual(['Ada', 'Bo']);

    one.edit(ada, { JobTitle: 'Analyst' });
    two.edit(bo, { JobTitle: 'Pilot' });
    await rig.synced();
    await rig.synced({ device: 'second' });
    await rig.synced();
    const titles = rig.mailbox.admin
      .dump(USER)
      .contacts.map(({ contact }) => `${String(contact.givenName)} ${String(contact.jobTitle)}`);
    expect(titles.sort()).toEqual(['Ada Analyst', 'Bo Pilot']);

    two.remove(two.records().find(({ xml }) => xml.includes('Ada'))?.id ?? '');
    await rig.synced({ device: 'second' });
    await rig.synced();
    expect(one.records().map(({ record }) => record.texts.get('FirstName'))).toEqual(['Bo']);
    expect(names(rig)).toEqual(['Bo']);
    await rig.idle();
  });
});

describe('an echo', () => {
  it('#91 D11 what was written for the device and is told back as modified is sent nowhere', async () => {
    const rig = closing(await startRig());
    rig.mailbox.admin.set({ ownWrites: 'echoed' });
    const id = rig.device.add({ FirstName: 'Ada' });
    await rig.synced();
    rig.device.edit(id, { JobTitle: 'Analyst' });
    expect(await rig.synced()).toMatchObject({ mailbox: { updated: 1 } });
    const since = rig.mailbox.admin.log().at(-1)?.number ?? 0;
    await rig.idle();
    // The service did tell it back.
    expect(rig.mailbox.admin.log(since).some(({ url }) => url.includes('delta'))).toBe(true);
    // Nor is what changes its version and nothing else.
    rig.mailbox.admin.touch(USER);
    expect(await rig.synced()).toMatchObject({ device: { updated: 0 }, mailbox: { updated: 0 }, lines: [] });
  });
});
