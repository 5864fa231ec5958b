import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { encodeMessageLine } from '../../qdsync/index.ts';
import { connectToWireDevice, settleDown } from '../../test/support/remote-harness.ts';
import {
  HEADER,
  SECOND,
  collect,
  create,
  openSession,
  outcome,
  signal,
} from '../../test/support/proxy-session.ts';
import { WireDeviceStore } from '../../test/support/wire-device.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the order of a session', () => {
  it('is the original’s', async () => {
    const harness = await connectToWireDevice();
    const plugin = await openSession(harness);
    await create(plugin, 's1');
    await plugin.settle(signal);
    await plugin.commit(signal);
    expect(harness.wire.messages).toEqual([
      'serverSyncRequest',
      'serverIdentity',
      'serverVersion',
      'serverSyncAnchors',
      'requestSlowSync',
      'createServerRecord',
      'serverEnd',
    ]);
  });

  it('one dataset at a time: a second session is refused before anything is said', async () => {
    const harness = await connectToWireDevice();
    await openSession(harness);
    const said = harness.wire.messages.length;
    const other = harness.remote.plugins.create('calendar');
    await expect(other.begin(HEADER, signal)).rejects.toMatchObject({ code: 'device.busy' });
    expect(harness.wire.messages.length).toBe(said);
  });

  it('the next dataset follows on the same connection', async () => {
    const harness = await connectToWireDevice();
    const contacts = await openSession(harness);
    await contacts.commit(signal);
    const calendar = harness.remote.plugins.create('calendar');
    await calendar.begin(HEADER, signal);
    await calendar.abort();
    expect(harness.wire.messages.filter((name) => name === 'serverSyncRequest').length).toBe(2);
  });

  it('a dataset that the device does not announce is never asked for', async () => {
    const harness = await connectToWireDevice();
    const plugin = harness.remote.plugins.create('notes');
    await expect(plugin.begin(HEADER, signal)).rejects.toMatchObject({
      code: 'device.dataset',
      detail: 'notes',
    });
    expect(harness.wire.messages).toEqual([]);
  });

  it('calls out of order are bugs of the caller, and say nothing', async () => {
    const harness = await connectToWireDevice();
    const plugin = harness.remote.plugins.create('contacts');
    await expect(plugin.commit(signal)).rejects.toThrow(TypeError);
    await expect(plugin.settle(signal)).rejects.toThrow(TypeError);
    await plugin.begin(HEADER, signal);
    await expect(plugin.begin(HEADER, signal)).rejects.toThrow(TypeError);
    await expect(plugin.commit(signal)).rejects.toThrow('commit cannot be called while open');
    expect(harness.wire.messages).not.toContain('serverEnd');
  });

  it('one server id is not created twice', async () => {
    const harness = await connectToWireDevice();
    const plugin = await openSession(harness);
    await create(plugin, 's1');
    harness.wire.messages.length = 0;
    await settleDown();
    harness.wire.messages.length = 0;
    await expect(create(plugin, 's1')).rejects.toThrow('s1 is created twice');
    await settleDown();
    expect(harness.wire.messages).toEqual([]);
  });
});

describe('the header', () => {
  it('carries anchors in ms, UTC', async () => {
    const store = new WireDeviceStore();
    store.last = Date.UTC(2026, 10, 22, 22, 50, 41);
    const clock = (): number => Date.UTC(2026, 10, 22, 22, 50, 43, 17);
    const harness = await connectToWireDevice({ store, clock });
    const header = await harness.remote.plugins.create('contacts').begin(HEADER, signal);
    expect(header).toEqual({
      identity: '{0c39edd7-b32d-4968-86d1-30f5dbb11ba9}',
      version: [4, 3, 0],
      last: store.last,
      next: clock(),
    });
  });

  it('another version of the sync messages: serverError, wire.version', async () => {
    const harness = await connectToWireDevice({ version: [4, 4, 0] });
    const plugin = harness.remote.plugins.create('contacts');
    await expect(plugin.begin(HEADER, signal)).rejects.toMatchObject({
      code: 'wire.version',
      detail: '4.4.0',
    });
    expect(harness.wire.messages.at(-1)).toBe('serverError');
    expect(harness.wire.messages).not.toContain('serverSyncAnchors');
  });

  it('a device that says no: device.error, and nothing more is said', async () => {
    const harness = await connectToWireDevice({ ignores: ['serverVersion'] });
    const plugin = harness.remote.plugins.create('contacts');
    const begun = expect(plugin.begin(HEADER, signal)).rejects.toMatchObject({ code: 'device.error' });
    await settleDown();
    harness.wire.say({ name: 'clientError' });
    await begun;
    harness.wire.say({ name: 'clientIdentity', identity: 'late' });
    harness.wire.say({ name: 'clientVersion', major: 4, minor: 3, patch: 0 });
    await plugin.abort();
    await settleDown();
    expect(harness.wire.messages).toEqual(['serverSyncRequest', 'serverIdentity', 'serverVersion']);
    await expect(plugin.settle(signal)).rejects.toMatchObject({ code: 'device.error' });
  });

  it('after a failed session a second of silence comes first', async () => {
    const harness = await connectToWireDevice();
    const plugin = await openSession(harness);
    await plugin.abort();
    const begun = harness.remote.plugins.create('contacts').begin(HEADER, signal);
    expect(await outcome(begun, SECOND - 1)).toBe('waiting');
    expect(await outcome(begun, 1)).toBe('done');
  });
});

describe('the device’s changes', () => {
  it('are told in chunks as they arrive', async () => {
    const harness = await connectToWireDevice({ ignores: ['requestTwoWaySync'] });
    const plugin = harness.remote.plugins.create('contacts');
    await plugin.begin(HEADER, signal);
    const changes = plugin.changes('two-way', signal)[Symbol.asyncIterator]();
    const first = changes.next();
    await settleDown();
    harness.link.push(
      Buffer.concat([
        encodeMessageLine({ name: 'createClientRecord', record: Buffer.from('<Contact>é</Contact>') }),
        encodeMessageLine({ name: 'removeClientRecord', clientId: 'gone' }),
      ]),
    );
    expect((await first).value).toEqual([
      { kind: 'create', xml: '<Contact>é</Contact>' },
      { kind: 'remove', id: 'gone' },
    ]);
    const second = changes.next();
    harness.wire.say({ name: 'replaceClientRecord', record: Buffer.from('<Contact/>') });
    expect((await second).value).toEqual([{ kind: 'replace', xml: '<Contact/>' }]);
    harness.wire.say({ name: 'clientEnd' });
    expect((await changes.next()).done).toBe(true);
  });

  it('hold the link back while nobody reads them', async () => {
    const store = new WireDeviceStore();
    const size = 1024 * 1024;
    for (let index = 0; index < 10; index += 1)
      store.records.set(`c${index}`, `<Contact>${'x'.repeat(size)}</Contact>`);
    const harness = await connectToWireDevice({ store });
    const plugin = harness.remote.plugins.create('contacts');
    await plugin.begin(HEADER, signal);
    const changes = plugin.changes('slow', signal)[Symbol.asyncIterator]();
    let told = 0;
    const first = await changes.next();
    told += first.done === true ? 0 : first.value.length;
    await settleDown();
    expect(harness.link.paused).toBe(true);
    await vi.advanceTimersByTimeAsync(300 * SECOND);
    expect(harness.endError()).toBeNull();
    for (let next = await changes.next(); next.done !== true; next = await changes.next())
      told += next.value.length;
    expect(told).toBe(10);
    expect(harness.link.paused).toBe(false);
    await plugin.commit(signal);
  });

  it('an abort while they are held back still gets through', async () => {
    const store = new WireDeviceStore();
    for (let index = 0; index < 10; index += 1) store.records.set(`c${index}`, 'x'.repeat(1024 * 1024));
    const harness = await connectToWireDevice({ store });
    const plugin = harness.remote.plugins.create('contacts');
    await plugin.begin(HEADER, signal);
    await plugin.changes('slow', signal)[Symbol.asyncIterator]().next();
    await settleDown();
    expect(harness.link.paused).toBe(true);
    await plugin.abort();
    expect(harness.wire.messages.at(-1)).toBe('serverError');
  });

  it('that do not come: link.timeout', async () => {
    const harness = await connectToWireDevice({ ignores: ['requestSlowSync'] });
    const plugin = harness.remote.plugins.create('contacts');
    await plugin.begin(HEADER, signal);
    expect(await outcome(collect(plugin), 60 * SECOND)).toBe('link.timeout');
    expect(harness.endError()?.code).toBe('link.timeout');
  });

  it('a record at a time when none may come: wire.protocol, and the device rolls back', async () => {
    const harness = await connectToWireDevice();
    const plugin = await openSession(harness);
    harness.wire.say({ name: 'createClientRecord', record: Buffer.from('<Contact/>') });
    await settleDown();
    expect(harness.wire.messages.at(-1)).toBe('serverError');
    await expect(create(plugin, 's1')).rejects.toMatchObject({ code: 'wire.protocol' });
    await plugin.abort();
  });
});
