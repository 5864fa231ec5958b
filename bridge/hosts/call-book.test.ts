import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  HOST_PATIENCE_MS,
  LEASE_GRACE_MS,
  LEASE_MS,
  type HostAnswer,
  type HostCall,
} from '../../contract/api.ts';
import type { MailboxIdentity } from '../../contract/server-plugin.ts';
import { CALL_LIFE_MS, CallBook, MAX_HELD, type LeaseHolder } from './call-book.ts';

const mailbox: MailboxIdentity = {
  tenant: 't',
  user: 'ada',
  displayName: 'Ada',
  folders: { contacts: 'folder-1' },
};
const holder = (id: string, of: Partial<MailboxIdentity> = {}, datasets = ['contacts']): LeaseHolder => ({
  id,
  mailbox: { ...mailbox, ...of },
  datasets,
});
const call = (id: string): HostCall => ({ id, dataset: 'contacts', method: 'find', keys: [] });
const found: HostAnswer = { method: 'find', items: [] };
const failed: HostAnswer = { method: 'failed', problem: { code: 'mailbox.unavailable', detail: '' } };

const a = holder('a');
const b = holder('b');

function bookWith(...ids: readonly string[]): CallBook {
  const book = new CallBook();
  for (const id of ids) book.open(call(id), mailbox, 0);
  return book;
}

describe('LEASE-1: one host at a time', () => {
  test('calls are handed out in the order in which they came, each once', () => {
    const book = bookWith('1', '2');
    expect(book.take(a, 0)?.id).toBe('1');
    expect(book.take(b, 0)?.id).toBe('2');
    expect(book.take(a, 0)).toBeUndefined();
  });

  test('a host holds no more calls than it can name', () => {
    const book = bookWith(...Array.from({ length: MAX_HELD + 1 }, (_, index) => String(index)));
    for (let held = 0; held < MAX_HELD; held += 1) expect(book.take(a, 0)).toBeDefined();
    expect(book.take(a, 0)).toBeUndefined();
    expect(book.take(b, 0)?.id).toBe(String(MAX_HELD));
  });
});

describe('LEASE-2: renewal', () => {
  test('a named call stays with its host', () => {
    const book = bookWith('1');
    book.take(a, 0);
    for (let now = 20_000; now < 200_000; now += 20_000) {
      book.renew(a, ['1'], now);
      expect(book.take(b, now + LEASE_MS + LEASE_GRACE_MS - 1)).toBeUndefined();
    }
  });

  test('an answer to another call renews too', () => {
    const book = bookWith('1');
    book.take(a, 0);
    book.renewAll(a, 20_000);
    expect(book.take(b, 20_000 + LEASE_MS + LEASE_GRACE_MS - 1)).toBeUndefined();
  });

  test('a host that does not name a call gets it again once its lease has ended', () => {
    const book = bookWith('1');
    book.take(a, 0);
    book.renew(a, [], 10_000);
    expect(book.take(a, LEASE_MS - 1)).toBeUndefined();
    expect(book.take(a, LEASE_MS)?.id).toBe('1');
  });

  test('an ended lease that nobody took over is renewed as if it had not ended', () => {
    const book = bookWith('1');
    book.take(a, 0);
    book.renew(a, ['1'], LEASE_MS + 5000);
    expect(book.take(b, LEASE_MS + LEASE_GRACE_MS)).toBeUndefined();
    expect(book.stopped(a, ['1'])).toEqual([]);
  });
});

describe('LEASE-3: hand-over', () => {
  test('another host waits for the grace period, and the first one is told to stop', () => {
    const book = bookWith('1');
    book.take(a, 0);
    expect(book.take(b, LEASE_MS + LEASE_GRACE_MS - 1)).toBeUndefined();
    expect(book.take(b, LEASE_MS + LEASE_GRACE_MS)?.id).toBe('1');
    book.renew(a, ['1'], LEASE_MS + LEASE_GRACE_MS + 1);
    expect(book.stopped(a, ['1'])).toEqual(['1']);
    expect(book.stopped(b, ['1'])).toEqual([]);
  });

  test('a host that leaves ends its lease, not the grace period', () => {
    const book = bookWith('1');
    book.take(a, 0);
    book.release(a, 1000);
    expect(book.take(b, 1000 + LEASE_GRACE_MS - 1)).toBeUndefined();
    expect(book.take(b, 1000 + LEASE_GRACE_MS)?.id).toBe('1');
  });
});

test.each([
  ['another user', holder('x', { user: 'bob' })],
  ['another tenant', holder('x', { tenant: 'u' })],
  ['another folder of the same user', holder('x', { folders: { contacts: 'folder-2' } })],
  ['another dataset', holder('x', {}, ['tasks'])],
])('LEASE-4: no call goes to a host of %s', (_, stranger) => {
  expect(bookWith('1').take(stranger, 10 * CALL_LIFE_MS)).toBeUndefined();
});

describe('LEASE-5: answers', () => {
  test('the first one is delivered, the same host’s second one is nothing new', () => {
    const book = bookWith('1');
    book.take(a, 0);
    expect(book.answer('a', '1', found)).toEqual({ fate: 'deliver' });
    expect(book.answer('a', '1', found)).toEqual({ fate: 'repeated' });
    expect(book.size).toBe(0);
  });

  test('one that comes after the hand-over is delivered, and the second host’s is late', () => {
    const book = bookWith('1');
    book.take(a, 0);
    book.take(b, LEASE_MS + LEASE_GRACE_MS);
    expect(book.answer('a', '1', found)).toEqual({ fate: 'deliver' });
    expect(book.answer('b', '1', found)).toMatchObject({
      fate: 'late',
      late: { call: '1', dataset: 'contacts', mailbox, answer: found },
    });
    expect(book.answer('b', '1', found)).toEqual({ fate: 'repeated' });
  });

  test('one to a call that was given up is late', () => {
    const book = bookWith('1');
    book.take(a, 0);
    book.close('1');
    expect(book.answer('a', '1', found)).toMatchObject({ fate: 'late' });
  });

  test('a failure of a host that lost its lease does not end the other host’s work', () => {
    const book = bookWith('1');
    book.take(a, 0);
    book.take(b, LEASE_MS + LEASE_GRACE_MS);
    expect(book.answer('a', '1', failed)).toEqual({ fate: 'repeated' });
    expect(book.answer('b', '1', found)).toEqual({ fate: 'deliver' });
  });

  test('what a host never held it cannot answer, and an unknown call nobody', () => {
    const book = bookWith('1', '2');
    book.take(a, 0);
    expect(() => book.answer('b', '1', found)).toThrow(expect.objectContaining({ code: 'api.lease-lost' }));
    expect(() => book.answer('a', '2', found)).toThrow(expect.objectContaining({ code: 'api.lease-lost' }));
    expect(() => book.answer('a', '9', found)).toThrow(expect.objectContaining({ code: 'api.not-found' }));
  });

  test('an answer to another method is refused and the call stays open', () => {
    const book = bookWith('1');
    book.take(a, 0);
    const wrong: HostAnswer = { method: 'apply', results: [] };
    expect(() => book.answer('a', '1', wrong)).toThrow(expect.objectContaining({ code: 'api.invalid' }));
    expect(book.size).toBe(1);
  });
});

describe('LEASE-6: a call that writes', () => {
  const writes: HostCall = { id: 'w', dataset: 'contacts', method: 'apply', operations: [] };
  const done: HostAnswer = { method: 'apply', results: [] };
  const bookThatWrites = (): CallBook => {
    const book = new CallBook();
    book.open(writes, mailbox, 0);
    return book;
  };

  test('is handed out once, to no other host and not to the same one again', () => {
    const book = bookThatWrites();
    expect(book.take(a, 0)?.id).toBe('w');
    expect(book.take(a, LEASE_MS)).toBeUndefined();
    expect(book.take(b, 10 * (LEASE_MS + LEASE_GRACE_MS))).toBeUndefined();
  });

  test('lapses when lease and grace are over, and not while it waits for its first host', () => {
    const book = bookThatWrites();
    expect(book.lapsed(CALL_LIFE_MS)).toEqual([]);
    book.take(a, 0);
    expect(book.lapsed(LEASE_MS + LEASE_GRACE_MS - 1)).toEqual([]);
    expect(book.lapsed(LEASE_MS + LEASE_GRACE_MS)).toEqual(['w']);
  });

  test('lapses after the grace alone where its host has left', () => {
    const book = bookThatWrites();
    book.take(a, 0);
    book.release(a, 1000);
    expect(book.lapsed(1000 + LEASE_GRACE_MS - 1)).toEqual([]);
    expect(book.lapsed(1000 + LEASE_GRACE_MS)).toEqual(['w']);
  });

  test('is answered by its host as long as it is open', () => {
    const book = bookThatWrites();
    book.take(a, 0);
    expect(book.answer('a', 'w', done)).toEqual({ fate: 'deliver' });
    expect(book.lapsed(LEASE_MS + LEASE_GRACE_MS)).toEqual([]);
  });

  test('what only reads never lapses', () => {
    const book = bookWith('1');
    book.take(a, 0);
    expect(book.lapsed(LEASE_MS + LEASE_GRACE_MS)).toEqual([]);
  });
});

describe('patience', () => {
  test('a call is overdue when no host that could do it was heard of for two minutes', () => {
    const book = bookWith('1');
    book.heard(a, 5000);
    book.heard(holder('x', { user: 'bob' }), 60_000);
    expect(book.overdue(5000 + HOST_PATIENCE_MS - 1)).toEqual([]);
    expect(book.overdue(5000 + HOST_PATIENCE_MS)).toMatchObject([
      { id: '1', error: { code: 'mailbox.host-lost' } },
    ]);
  });

  test('a call that is renewed for ever ends all the same', () => {
    const book = bookWith('1');
    book.take(a, 0);
    book.heard(a, CALL_LIFE_MS);
    expect(book.overdue(CALL_LIFE_MS - 1)).toEqual([]);
    expect(book.overdue(CALL_LIFE_MS)).toMatchObject([{ id: '1' }]);
  });
});

test('in any history no two hosts work on a call within a lease and its grace, and each call is delivered once', () => {
  const hosts = [a, b, holder('c')];
  const step = fc.record({
    wait: fc.integer({ min: 0, max: 40_000 }),
    host: fc.integer({ min: 0, max: 2 }),
    action: fc.constantFrom('take', 'renew', 'answer', 'leave'),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (history) => {
      const ids = ['1', '2', '3'];
      const book = bookWith(...ids);
      const lastWord = new Map<string, { host: string; at: number }>();
      const delivered: string[] = [];
      let now = 0;
      for (const { wait, host: index, action } of history) {
        now += wait;
        const host = hosts[index]!;
        const held = ids.filter((id) => lastWord.get(id)?.host === host.id);
        const alive = held.filter((id) => !book.stopped(host, [id]).includes(id));
        if (action === 'take') {
          const taken = book.take(host, now);
          if (taken === undefined) continue;
          const before = lastWord.get(taken.id);
          if (before !== undefined && before.host !== host.id) {
            expect(now - before.at).toBeGreaterThanOrEqual(LEASE_GRACE_MS);
          }
          lastWord.set(taken.id, { host: host.id, at: now });
        } else if (action === 'renew') {
          book.renew(host, held, now);
          for (const id of alive) lastWord.set(id, { host: host.id, at: now });
        } else if (action === 'leave') {
          book.release(host, now);
        } else {
          for (const id of held) {
            if (book.answer(host.id, id, found).fate === 'deliver') delivered.push(id);
          }
        }
      }
      expect(new Set(delivered).size).toBe(delivered.length);
    }),
    { numRuns: 300 },
  );
});
