/** Devices that are slow with their last answer, or send a record that nobody can read. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { JumpingClock, startRigWith, USER, type SyncRig } from '../support/sync-rig.ts';
import { WireDevice } from '../support/wire-device.ts';
import { WireServer } from '../support/wire-server.ts';

let rig: SyncRig<WireServer>;
beforeEach(async () => {
  const clock = new JumpingClock();
  const device = await WireServer.start({ clock: () => clock.now() });
  const end = {
    port: device.port,
    records: () => [],
    state: () => Object.fromEntries(device.store.records),
    close: () => device.stop(),
  };
  rig = await startRigWith(device, end, clock);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rig.close();
});

/** From the message with this text on, the device gets everything some ms later. */
function stallAt(text: string, ms: number): void {
  // Called with its own `this` below.
  // eslint-disable-next-line @typescript-eslint/unbound-method
  const receive = WireDevice.prototype.receive;
  const held: Buffer[] = [];
  let state: 'waiting' | 'stalled' | 'over' = 'waiting';
  vi.spyOn(WireDevice.prototype, 'receive').mockImplementation(function (this: WireDevice, bytes) {
    const given = Buffer.from(bytes);
    const at = state === 'stalled' ? 0 : state === 'waiting' ? startOfMessage(given, text) : undefined;
    if (at === undefined) {
      receive.call(this, given);
      return;
    }
    held.push(given.subarray(at));
    if (state === 'stalled') return;
    state = 'stalled';
    receive.call(this, given.subarray(0, at));
    setTimeout(() => {
      state = 'over';
      for (const each of held) receive.call(this, each);
    }, ms);
  });
}

/** Where the line begins whose message holds the text. */
function startOfMessage(bytes: Buffer, text: string): number | undefined {
  for (let start = 0; start < bytes.length;) {
    const end = bytes.indexOf('\n', start);
    const line = bytes.subarray(start, end === -1 ? bytes.length : end).toString('latin1');
    const message = Buffer.from(line.trim().split(' ')[3] ?? '', 'base64').toString('latin1');
    if (message.includes(text)) return start;
    if (end === -1) return undefined;
    start = end + 1;
  }
  return undefined;
}

describe('a device that is slow with the last new record', () => {
  it('has it once, for the id that comes with the commit counts', { timeout: 30_000 }, async () => {
    rig.mailbox.admin.seed(USER, [
      { contact: { givenName: 'Ada' } },
      { contact: { givenName: 'Bo' } },
      { contact: { givenName: 'Zora' } },
    ]);
    stallAt('<FirstName pronunciation="">Zora', 3_000);
    const first = await rig.synced();
    expect(first).toMatchObject({ device: { created: 3 }, pairs: 3 });
    expect(first.lines.filter(({ action }) => action === 'problem')).toEqual([]);
    await rig.idle();
    expect(rig.device.store.records.size).toBe(3);
  });
});

describe('a record on the device that nobody can read', () => {
  const contact = (id: number, name: string): string =>
    `<Contact><Identifier>${id}</Identifier><FirstName>${name}</FirstName></Contact>`;
  const people = (): unknown[] =>
    rig.mailbox.admin
      .dump(USER)
      .contacts.map(({ contact: { givenName } }) => givenName)
      .sort();
  const removeBo = (): void => {
    rig.device.store.records.delete('2');
    rig.device.store.changes.push({ name: 'removeClientRecord', clientId: '2' });
  };

  it('R18 is told each time it comes, and neither hides what was removed nor stops the others', async () => {
    const { store } = rig.device;
    store.records.set('1', contact(1, 'Ada'));
    store.records.set('2', contact(2, 'Bo'));
    store.records.set('3', '<Contact><Identifier>3</Identifier><FirstName>Bad</FirstName><oops></Contact>');
    const first = await rig.synced();
    expect(first.lines).toContainEqual(expect.objectContaining({ action: 'problem', side: 'device' }));
    expect(people()).toEqual(['Ada', 'Bo']);
    removeBo();
    expect(await rig.synced()).toMatchObject({ kind: 'fast', mailbox: { removed: 1 } });
    expect(people()).toEqual(['Ada']);
  });

  it('without an id may be any of those that do not come: they are held, and named', async () => {
    const { store } = rig.device;
    store.records.set('1', contact(1, 'Ada'));
    store.records.set('2', contact(2, 'Bo'));
    store.records.set('3', 'no record at all');
    await rig.synced();
    removeBo();
    const second = await rig.synced();
    expect(second).toMatchObject({ kind: 'slow', mailbox: { removed: 0 } });
    expect(second.lines).toContainEqual(expect.objectContaining({ action: 'problem', label: 'Bo' }));
    expect(people()).toEqual(['Ada', 'Bo']);
  });
});
