import { beforeEach, describe, expect, test, vi } from 'vitest';
import {
  HOST_PATIENCE_MS,
  HOST_POLL_MS,
  LEASE_GRACE_MS,
  LEASE_MS,
  type HostAnswer,
} from '../../contract/api.ts';
import type { MailboxIdentity, MailboxItem } from '../../contract/server-plugin.ts';
import { ManualClock, settled } from '../../test/support/manual-clock.ts';
import type { LateAnswer } from './call-book.ts';
import { HostRegistry, type NextCall } from './host-registry.ts';

const ada: MailboxIdentity = {
  tenant: 't',
  user: 'ada',
  displayName: 'Ada',
  folders: { contacts: 'folder-1' },
};
const bob: MailboxIdentity = { ...ada, user: 'bob', displayName: '' };
const item: MailboxItem = { id: 'item-1', fields: { FirstName: 'Ada' }, version: '1', modified: '' };
const never = new AbortController().signal;

let clock: ManualClock;
let late: LateAnswer[];
let changes: number;
let registry: HostRegistry;

beforeEach(() => {
  clock = new ManualClock();
  late = [];
  changes = 0;
  registry = new HostRegistry({
    clock,
    onLateAnswer: (answer) => late.push(answer),
    onChange: () => (changes += 1),
  });
});

const attach = (mailbox = ada, label = 'headless'): string =>
  registry.attach({ mailbox, datasets: ['contacts'], label });
const next = (host: string, working: string[] = [], waitMs?: number): Promise<NextCall> =>
  registry.next({ host, working, ...(waitMs === undefined ? {} : { waitMs }) }, never);
const found = (...items: MailboxItem[]): HostAnswer => ({ method: 'find', items });

async function contacts() {
  return (await registry.waitForMailbox(never)).create('contacts');
}

describe('mailboxes', () => {
  test('are those of the hosts that were heard of lately', async () => {
    expect(registry.mailboxes()).toEqual([]);
    attach();
    attach(ada, 'task pane');
    attach(bob);
    expect(registry.mailboxes()).toEqual([ada, bob]);
    expect(registry.hosts()).toEqual([
      { label: 'headless', mailbox: 'Ada', datasets: ['contacts'] },
      { label: 'task pane', mailbox: 'Ada', datasets: ['contacts'] },
      { label: 'headless', mailbox: 'bob', datasets: ['contacts'] },
    ]);
    await clock.advance(LEASE_MS + 1000);
    expect(registry.mailboxes()).toEqual([]);
    expect(changes).toBe(6);
  });

  test('a silent host is present again as soon as it asks', async () => {
    const host = attach();
    await clock.advance(LEASE_MS + 1000);
    const waiting = registry.waitForMailbox(never);
    void next(host);
    expect(registry.mailboxes()).toEqual([ada]);
    await expect(waiting).resolves.toMatchObject({ mailbox: ada });
  });

  test('are waited for', async () => {
    const waiting = registry.waitForMailbox(never, ({ user }) => user === 'bob');
    attach(ada);
    await clock.advance(1000);
    attach(bob);
    await expect(waiting).resolves.toMatchObject({ mailbox: bob, datasets: ['contacts'] });
  });

  test('no host within two minutes: mailbox.no-host', async () => {
    const waiting = registry.waitForMailbox(never);
    const outcome = expect(waiting).rejects.toMatchObject({ code: 'mailbox.no-host' });
    await clock.advance(HOST_PATIENCE_MS);
    await outcome;
  });

  test('waiting can be cancelled', async () => {
    const cancel = new AbortController();
    const waiting = registry.waitForMailbox(cancel.signal);
    cancel.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'sync.cancelled' });
    await expect(registry.waitForMailbox(AbortSignal.abort())).rejects.toMatchObject({
      code: 'sync.cancelled',
    });
  });
});

describe('a plugin call', () => {
  test('goes to a host that waits, and its answer to whoever asked', async () => {
    const host = attach();
    const waiting = next(host);
    const plugin = await contacts();
    const asked = plugin.find(['key-1'], never);
    const { call, cancel } = await waiting;
    expect(call).toMatchObject({ dataset: 'contacts', method: 'find', keys: ['key-1'] });
    expect(cancel).toEqual([]);
    registry.answer(host, call!.id, found(item));
    await expect(asked).resolves.toEqual([item]);
  });

  test('waits for a host that asks later', async () => {
    const host = attach();
    const plugin = await contacts();
    const asked = plugin.read({ anchor: null, page: null }, never);
    const { call } = await next(host);
    registry.answer(host, call!.id, { method: 'read', page: { kind: 'reset', detail: 'token died' } });
    await expect(asked).resolves.toEqual({ kind: 'reset', detail: 'token died' });
  });

  test('that the host reports as failed rejects with the host’s code', async () => {
    const host = attach();
    const plugin = await contacts();
    const asked = plugin.snapshot(['x'], never);
    const { call } = await next(host);
    const problem = { code: 'mailbox.throttled', detail: 'for 5 minutes' };
    registry.answer(host, call!.id, { method: 'failed', problem });
    await expect(asked).rejects.toMatchObject({ code: 'mailbox.throttled', detail: 'for 5 minutes' });
  });

  test('that fails with a code that nobody knows rejects all the same', async () => {
    const host = attach();
    const asked = (await contacts()).find(['k'], never);
    const { call } = await next(host);
    registry.answer(host, call!.id, { method: 'failed', problem: { code: 'new.code', detail: 'odd' } });
    await expect(asked).rejects.toMatchObject({ code: 'mailbox.unavailable', detail: 'new.code: odd' });
  });

  test('apply answers in the order of the operations, and what was not told is unknown', async () => {
    const host = attach();
    const keys = ['3a0f9a52-8c1c-4d7e-9a55-2f6c2e0d9b01', '3a0f9a52-8c1c-4d7e-9a55-2f6c2e0d9b02'] as const;
    const operations = keys.map((key) => ({ kind: 'create', key, fields: {} }) as const);
    const asked = (await contacts()).apply(operations, never);
    const { call } = await next(host);
    const results = [
      { key: keys[1], status: 'done', item } as const,
      { key: 'not asked for', status: 'gone' } as const,
    ];
    registry.answer(host, call!.id, { method: 'apply', results });
    await expect(asked).resolves.toEqual([
      expect.objectContaining({ key: keys[0], status: 'unknown' }),
      { key: keys[1], status: 'done', item },
    ]);
  });

  test('find asks for many keys in several calls', async () => {
    const host = attach();
    const keys = Array.from({ length: 1500 }, (_, index) => `key-${index}`);
    const asked = (await contacts()).find(keys, never);
    const seen: string[] = [];
    for (let part = 0; part < 2; part += 1) {
      const { call } = await next(host);
      if (call?.method !== 'find') throw new Error('find was expected');
      seen.push(...call.keys);
      registry.answer(host, call.id, found({ ...item, id: `item-${part}` }));
      await settled();
    }
    expect(seen).toEqual(keys);
    await expect(asked).resolves.toMatchObject([{ id: 'item-0' }, { id: 'item-1' }]);
  });

  test('what would be too large an answer is asked for in parts', async () => {
    const host = attach();
    const asked = (await contacts()).snapshot(['a', 'b', 'c'], never);
    const seen: (readonly string[])[] = [];
    for (let round = 0; round < 5; round += 1) {
      const { call } = await next(host);
      if (call?.method !== 'snapshot') throw new Error('snapshot was expected');
      seen.push(call.ids);
      registry.answer(
        host,
        call.id,
        call.ids.length > 1
          ? { method: 'failed', problem: { code: 'api.too-large', detail: '' } }
          : { method: 'snapshot', snapshots: call.ids.map((id) => ({ id, item: `whole ${id}` })) },
      );
      await settled();
    }
    expect(seen).toEqual([['a', 'b', 'c'], ['a', 'b'], ['a'], ['b'], ['c']]);
    await expect(asked).resolves.toMatchObject([{ id: 'a' }, { id: 'b' }, { id: 'c' }]);
  });

  test('one answer that is too large by itself is told as such', async () => {
    const host = attach();
    const asked = (await contacts()).find(['k'], never);
    const { call } = await next(host);
    const problem = { code: 'api.too-large', detail: '' };
    registry.answer(host, call!.id, { method: 'failed', problem });
    await expect(asked).rejects.toMatchObject({ code: 'api.too-large' });
  });

  test('more than 100 operations at a time are refused', async () => {
    attach();
    const ids = Array.from({ length: 101 }, String);
    await expect((await contacts()).snapshot(ids, never)).rejects.toMatchObject({ code: 'sync.internal' });
  });
});

describe('cancelling a call', () => {
  test('rejects at once, and its host is told when it names it', async () => {
    const host = attach();
    const cancel = new AbortController();
    const asked = (await contacts()).find(['k'], cancel.signal);
    const { call } = await next(host);
    const waiting = next(host, [call!.id]);
    cancel.abort();
    await expect(asked).rejects.toMatchObject({ code: 'sync.cancelled' });
    await expect(waiting).resolves.toEqual({ call: null, cancel: [call!.id] });
  });

  test('of which nobody has heard leaves nothing behind', async () => {
    const host = attach();
    const cancel = new AbortController();
    const asked = (await contacts()).find(['k'], cancel.signal);
    cancel.abort();
    await expect(asked).rejects.toMatchObject({ code: 'sync.cancelled' });
    const waiting = next(host);
    await clock.advance(HOST_POLL_MS);
    await expect(waiting).resolves.toEqual({ call: null, cancel: [] });
  });
});

describe('asking for work', () => {
  test('is answered with nothing after a while, or sooner when the host wants that', async () => {
    const host = attach();
    const settle = vi.fn();
    void next(host, [], 3000).then(settle);
    await clock.advance(2999);
    expect(settle).not.toHaveBeenCalled();
    await clock.advance(1);
    expect(settle).toHaveBeenCalledWith({ call: null, cancel: [] });
  });

  test('a newer request takes the place of an older one, so that no call gets lost in a dead one', async () => {
    const host = attach();
    const older = next(host);
    const newer = next(host);
    await expect(older).resolves.toEqual({ call: null, cancel: [] });
    void (await contacts()).find(['k'], never);
    await expect(newer).resolves.toMatchObject({ call: { method: 'find' } });
  });

  test('a request whose connection broke off gets no call', async () => {
    const host = attach();
    const gone = new AbortController();
    const waiting = registry.next({ host, working: [] }, gone.signal);
    gone.abort();
    await expect(waiting).resolves.toEqual({ call: null, cancel: [] });
    void (await contacts()).find(['k'], never);
    await expect(next(host)).resolves.toMatchObject({ call: { method: 'find' } });
  });

  test('an unknown host is told so, and attaches again', async () => {
    await expect(next('nobody')).rejects.toMatchObject({ code: 'api.not-found' });
    const host = attach();
    registry.detach(host);
    await expect(next(host)).rejects.toMatchObject({ code: 'api.not-found' });
  });
});

describe('a host that goes away in the middle of a call', () => {
  test('is replaced by another host of the mailbox 20 s after its lease has ended', async () => {
    const first = attach();
    const asked = (await contacts()).find(['k'], never);
    const { call } = await next(first);
    const second = attach(ada, 'task pane');
    const settle = vi.fn();
    const poll = (): void =>
      void next(second).then((got) => {
        if (got.call === null) poll();
        else settle(got.call.id);
      });
    poll();
    await clock.advance(LEASE_MS + LEASE_GRACE_MS - 1000);
    expect(settle).not.toHaveBeenCalled();
    await clock.advance(2000);
    expect(settle).toHaveBeenCalledWith(call!.id);
    registry.answer(second, call!.id, found(item));
    await expect(asked).resolves.toEqual([item]);
  });

  test('what it was writing is given to nobody else: its fate is unknown', async () => {
    const first = attach();
    const key = '3a0f9a52-8c1c-4d7e-9a55-2f6c2e0d9b01';
    const asked = (await contacts()).apply([{ kind: 'create', key, fields: {} }], never);
    const { call } = await next(first);
    const second = attach(ada, 'task pane');
    const got: unknown[] = [];
    const poll = async (): Promise<void> => {
      for (let round = 0; round < 4; round += 1) got.push((await next(second)).call);
    };
    void poll();
    await clock.advance(LEASE_MS + LEASE_GRACE_MS + 2000);
    await expect(asked).resolves.toMatchObject([{ key, status: 'unknown' }]);
    expect(got.every((taken) => taken === null)).toBe(true);
    registry.answer(first, call!.id, { method: 'apply', results: [{ key, status: 'done', item }] });
    expect(late).toMatchObject([{ call: call!.id }]);
  });

  test('its late answer is taken while the call is open, and reported when it is not', async () => {
    const first = attach();
    const cancel = new AbortController();
    const plugin = await contacts();
    const asked = plugin.find(['k'], cancel.signal);
    const { call } = await next(first);
    await clock.advance(LEASE_MS + LEASE_GRACE_MS + 5000);
    registry.answer(first, call!.id, found(item));
    await expect(asked).resolves.toEqual([item]);
    expect(late).toEqual([]);

    const given = plugin.find(['k2'], cancel.signal);
    const { call: second } = await next(first);
    cancel.abort();
    await expect(given).rejects.toMatchObject({ code: 'sync.cancelled' });
    registry.answer(first, second!.id, found(item));
    registry.answer(first, second!.id, found(item));
    expect(late).toEqual([{ mailbox: ada, dataset: 'contacts', call: second!.id, answer: found(item) }]);
  });

  test('the call fails after two minutes without any host, and its answer is still read', async () => {
    const host = attach();
    const asked = (await contacts()).find(['k'], never);
    const { call } = await next(host);
    const outcome = expect(asked).rejects.toMatchObject({ code: 'mailbox.host-lost' });
    await clock.advance(HOST_PATIENCE_MS + 1000);
    await outcome;
    registry.answer(host, call!.id, found(item));
    expect(late).toHaveLength(1);
  });

  test('a host of another mailbox changes nothing about that', async () => {
    attach(ada);
    const asked = (await contacts()).find(['k'], never);
    const outcome = expect(asked).rejects.toMatchObject({ code: 'mailbox.host-lost' });
    const other = attach(bob);
    const calls: unknown[] = [];
    const poll = async (): Promise<void> => {
      for (let round = 0; round < 8; round += 1) calls.push((await next(other)).call);
    };
    void poll();
    await clock.advance(HOST_PATIENCE_MS + 2000);
    await outcome;
    expect(calls.every((got) => got === null)).toBe(true);
  });

  test('a waiting request keeps a host present, however long the call takes', async () => {
    const host = attach();
    const asked = (await contacts()).find(['k'], never);
    const { call } = await next(host);
    for (let round = 0; round < 20; round += 1) {
      const waiting = next(host, [call!.id]);
      await clock.advance(HOST_POLL_MS);
      await waiting;
    }
    registry.answer(host, call!.id, found());
    await expect(asked).resolves.toEqual([]);
  });
});

test('closing ends whoever waits', async () => {
  const host = attach();
  const plugin = await contacts();
  const held = plugin.find(['k'], never);
  await next(host);
  const waiting = next(host, []);
  const wanted = registry.waitForMailbox(never, () => false);
  const outcome = Promise.all([
    expect(held).rejects.toMatchObject({ code: 'sync.cancelled' }),
    expect(wanted).rejects.toMatchObject({ code: 'sync.cancelled' }),
  ]);
  registry.close();
  await outcome;
  await expect(waiting).resolves.toEqual({ call: null, cancel: [] });
  expect(() => attach()).toThrow(expect.objectContaining({ code: 'bridge.not-running' }));
});

test('the number of hosts is bounded: the one that was silent longest leaves', async () => {
  const first = attach();
  await clock.advance(10);
  for (let index = 0; index < 20; index += 1) attach();
  await expect(next(first)).rejects.toMatchObject({ code: 'api.not-found' });
  expect(registry.hosts()).toHaveLength(20);
});
