import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SyncError } from '../../contract/errors.ts';
import { connectToWireDevice, settleDown } from '../../test/support/remote-harness.ts';
import {
  HEADER,
  SECOND,
  create,
  openSession,
  outcome,
  record,
  signal,
} from '../../test/support/proxy-session.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('settle', () => {
  it('needs no wait when there was nothing to do', async () => {
    const plugin = await openSession(await connectToWireDevice());
    expect(await outcome(plugin.settle(signal), 0)).toBe('done');
  });

  it('is over with the 200 of the last operation: what is not mapped then was dropped', async () => {
    const harness = await connectToWireDevice({ drops: (xml) => xml.includes('s2') });
    const plugin = await openSession(harness);
    const mapped: string[] = [];
    for (const id of ['s1', 's2', 's3', 's2b']) await create(plugin, id, mapped);
    await plugin.apply({ kind: 'remove', clientId: 'c1' }, () => undefined);
    expect(await outcome(plugin.settle(signal), 0)).toBe('done');
    expect(mapped).toEqual(['s1', 's3']);
    await plugin.commit(signal);
  });

  it('without 200s: over when all creates are mapped', async () => {
    const harness = await connectToWireDevice({ send200: 'never' });
    const plugin = await openSession(harness);
    const mapped: string[] = [];
    await create(plugin, 's1', mapped);
    await plugin.apply({ kind: 'remove', clientId: 'c1' }, () => undefined);
    expect(await outcome(plugin.settle(signal), 0)).toBe('done');
    expect(mapped).toEqual(['s1']);
  });

  it('without 200s a dropped create is given up after ten seconds of silence', async () => {
    const harness = await connectToWireDevice({ send200: 'never', drops: () => true });
    const plugin = await openSession(harness);
    await create(plugin, 's1');
    await settleDown();
    const settled = plugin.settle(signal);
    expect(await outcome(settled, 10 * SECOND - 1)).toBe('waiting');
    expect(await outcome(settled, 1)).toBe('done');
    await plugin.commit(signal);
    expect(harness.wire.messages.at(-1)).toBe('serverEnd');
  });

  it('a 200 that only comes with the next call is waited for two seconds', async () => {
    const harness = await connectToWireDevice({ send200: 'late', drops: (xml) => xml.includes('s2') });
    const plugin = await openSession(harness);
    await create(plugin, 's1');
    await plugin.apply({ kind: 'remove', clientId: 'c1' }, () => undefined);
    expect(await outcome(plugin.settle(signal), 0)).toBe('done');
    await create(plugin, 's2');
    await settleDown();
    const settled = plugin.settle(signal);
    expect(await outcome(settled, 2 * SECOND - 1)).toBe('waiting');
    expect(await outcome(settled, 1)).toBe('done');
  });

  it('what the link has not taken yet is not given up', async () => {
    const harness = await connectToWireDevice({ send200: 'never', limits: { answerMs: 600 * SECOND } });
    const plugin = await openSession(harness);
    harness.link.blocked = true;
    const mapped: string[] = [];
    await create(plugin, 's1', mapped);
    const settled = plugin.settle(signal);
    expect(await outcome(settled, 300 * SECOND)).toBe('waiting');
    harness.link.unblock();
    expect(await outcome(settled, 0)).toBe('done');
    expect(mapped).toEqual(['s1']);
  });

  it('a mapping for a create that is not ours, or comes twice, is told nobody', async () => {
    const harness = await connectToWireDevice();
    const plugin = await openSession(harness);
    const mapped: string[] = [];
    await create(plugin, 's1', mapped);
    await plugin.settle(signal);
    harness.wire.say({ name: 'mappedId', serverId: '', clientId: 'c' });
    harness.wire.say({ name: 'mappedId', serverId: 's1', clientId: 'again' });
    await settleDown();
    expect(mapped).toEqual(['s1']);
    await plugin.commit(signal);
  });

  it('a handler that fails rolls the session back', async () => {
    const harness = await connectToWireDevice();
    const plugin = await openSession(harness);
    await plugin.apply({ kind: 'create', serverId: 's1', xml: record('s1') }, () => {
      throw new SyncError('store.full');
    });
    await settleDown();
    expect(harness.wire.messages.at(-1)).toBe('serverError');
    await expect(plugin.commit(signal)).rejects.toMatchObject({ code: 'store.full' });
    expect(harness.store.records.size).toBe(0);
  });
});

describe('commit and abort', () => {
  it('a commit that the device refuses: device.error', async () => {
    const harness = await connectToWireDevice({ ignores: ['serverEnd'] });
    const plugin = await openSession(harness);
    const committed = expect(plugin.commit(signal)).rejects.toMatchObject({ code: 'device.error' });
    await settleDown();
    harness.wire.say({ name: 'clientError' });
    await committed;
    await plugin.abort();
    expect(harness.wire.messages).not.toContain('serverError');
  });

  it('a commit that is not confirmed in two minutes: link.timeout', async () => {
    const plugin = await openSession(await connectToWireDevice({ ignores: ['serverEnd'] }));
    const committed = plugin.commit(signal);
    expect(await outcome(committed, 120 * SECOND - 1)).toBe('waiting');
    expect(await outcome(committed, 1)).toBe('link.timeout');
  });

  it('a commit once said is not taken back: cancelled, the device’s word is still waited for', async () => {
    const harness = await connectToWireDevice({ ignores: ['serverEnd'] });
    const plugin = await openSession(harness);
    const cancel = new AbortController();
    const committed = expect(plugin.commit(cancel.signal)).rejects.toMatchObject({ code: 'sync.cancelled' });
    cancel.abort();
    await committed;
    const aborted = plugin.abort();
    expect(await outcome(aborted, SECOND)).toBe('waiting');
    harness.wire.say({ name: 'clientEnd' });
    expect(await outcome(aborted, 0)).toBe('done');
    expect(harness.wire.messages).not.toContain('serverError');
  });

  it('an abort that the device does not answer in ten seconds ends the connection, which rolls back too', async () => {
    const harness = await connectToWireDevice({ ignores: ['serverError'] });
    const plugin = await openSession(harness);
    const aborted = plugin.abort();
    expect(await outcome(aborted, 10 * SECOND - 1)).toBe('waiting');
    expect(await outcome(aborted, 1)).toBe('done');
    expect(harness.endError()?.code).toBe('link.timeout');
  });

  it('a cancelled wait says serverError at once', async () => {
    const harness = await connectToWireDevice({ ignores: ['requestSlowSync'] });
    const plugin = harness.remote.plugins.create('contacts');
    await plugin.begin(HEADER, signal);
    const cancel = new AbortController();
    const reading = plugin.changes('slow', cancel.signal)[Symbol.asyncIterator]().next();
    const refused = expect(reading).rejects.toMatchObject({ code: 'sync.cancelled' });
    await settleDown();
    cancel.abort();
    await refused;
    await plugin.abort();
    expect(harness.wire.messages.filter((name) => name === 'serverError').length).toBe(1);
  });

  it('a link lost at any point rejects what is waited for; abort then does nothing', async () => {
    const harness = await connectToWireDevice({ ignores: ['serverEnd'] });
    const plugin = await openSession(harness);
    const committed = expect(plugin.commit(signal)).rejects.toMatchObject({ code: 'link.lost' });
    harness.link.end();
    await committed;
    await plugin.abort();
    await expect(plugin.begin(HEADER, signal)).rejects.toMatchObject({ code: 'link.lost' });
    expect(await harness.remote.ended).toMatchObject({ code: 'link.lost' });
  });
});

describe('back-pressure towards the device', () => {
  it('apply resolves only when there is room', async () => {
    const harness = await connectToWireDevice();
    const plugin = await openSession(harness);
    harness.link.blocked = true;
    const xml = `${record('big')}${'x'.repeat(200_000)}`;
    expect(
      await outcome(
        plugin.apply({ kind: 'replace', clientId: 'c', xml }, () => undefined),
        0,
      ),
    ).toBe('waiting');
    harness.link.unblock();
    expect(await outcome(plugin.settle(signal), 0)).toBe('done');
  });
});

describe('the device besides its sessions', () => {
  it('is told notices and tells its owner’s wishes', async () => {
    const harness = await connectToWireDevice();
    const wishes: string[] = [];
    harness.remote.onRequest((request) => wishes.push(request));
    harness.remote.notify({ kind: 'syncStart' });
    harness.remote.notify({ kind: 'syncSteps', total: 18 });
    harness.remote.notify({ kind: 'syncProgress', step: 1 });
    harness.remote.notify({ kind: 'displayText', text: 'Hei' });
    harness.remote.notify({ kind: 'syncEnd' });
    harness.wire.say({ name: 'startSync' });
    harness.wire.say({ name: 'cancelSync' });
    await settleDown();
    expect(harness.wire.messages).toEqual([
      'syncStart',
      'syncSteps',
      'syncProgress',
      'displayText',
      'syncEnd',
    ]);
    expect(wishes).toEqual(['startSync', 'cancelSync']);
  });

  it('stray messages without a session are ignored', async () => {
    const harness = await connectToWireDevice();
    harness.wire.say({ name: 'clientError' });
    harness.wire.say({ name: 'clientEnd' });
    harness.wire.say({ name: 'mappedId', serverId: 'a', clientId: 'b' });
    await settleDown();
    expect(harness.wire.messages).toEqual([]);
    expect(harness.endError()).toBeNull();
  });

  it('close says QUIT and ends without an error', async () => {
    const harness = await connectToWireDevice();
    await harness.remote.close();
    expect(harness.wire.heard.at(-1)).toBe('QUIT');
    expect(await harness.remote.ended).toBeUndefined();
    expect(harness.link.closed).toBe(true);
  });
});
