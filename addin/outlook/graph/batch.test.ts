import { describe, expect, it } from 'vitest';
import { SyncError } from '../../../contract/errors.ts';
import { waitlessClock } from '../../../test/support/waitless-clock.ts';
import { BatchSender, MAX_PARTS, MIN_PARTS } from './batch.ts';
import type { BatchPart } from './batch-parts.ts';
import type { GraphClient, GraphReply } from './client.ts';

interface Sent {
  readonly id: string;
  readonly url: string;
}

/** A service of which each test says how it answers a batch. */
function service(answer: (parts: readonly Sent[], round: number) => readonly object[] | SyncError) {
  const rounds: string[][] = [];
  const renewed: (string | undefined)[] = [];
  const clock = waitlessClock();
  const none = (): Promise<GraphReply> => Promise.reject(new SyncError('sync.internal'));
  const client: GraphClient = {
    clock,
    get: none,
    put: none,
    needing: () => client,
    waitThrottled: (ms, signal) => clock.sleep(ms, signal),
    renewToken: (header) => void renewed.push(header),
    async post(_url, body) {
      const { requests } = body as { requests: Sent[] };
      rounds.push(requests.map(({ url }) => url));
      const responses = answer(requests, rounds.length);
      if (responses instanceof SyncError) throw responses;
      return { status: 200, headers: {}, body: { responses } };
    },
  };
  return { sender: new BatchSender(client), rounds, renewed, clock };
}

const gets = (count: number): BatchPart[] =>
  Array.from({ length: count }, (_, index) => ({ method: 'GET', url: `/${index}` }));
const { signal } = new AbortController();
const ok = ({ id }: Sent): object => ({ id, status: 200, body: {} });
const throttled = ({ id }: Sent, seconds = '1.5'): object => ({
  id,
  status: 429,
  headers: { 'Retry-After': seconds },
});

describe('a part for which the token is refused', () => {
  const refused = ({ id }: Sent): object => ({
    id,
    status: 401,
    headers: { 'WWW-Authenticate': 'Bearer claims="e30="' },
  });

  it('is sent once more with another token, for it was certainly not carried out', async () => {
    const { sender, rounds, renewed } = service((parts, round) =>
      parts.map((part) => (round === 1 && part.id === '2' ? refused(part) : ok(part))),
    );
    const post: BatchPart = { method: 'POST', url: '/made', body: {} };
    const outcomes = await sender.send([...gets(1), post], { signal });
    expect(outcomes).toMatchObject([{ status: 200 }, { status: 200 }]);
    expect(rounds).toEqual([['/0', '/made'], ['/made']]);
    expect(renewed).toEqual(['Bearer claims="e30="']);
  });

  it('is refused for good when the other token is refused, too', async () => {
    const { sender, rounds } = service((parts) => parts.map(refused));
    expect(await sender.send(gets(1), { signal })).toMatchObject([{ kind: 'reply', status: 401 }]);
    expect(rounds).toHaveLength(2);
  });
});

describe('batches', () => {
  it('are bounded in bytes, not in characters', async () => {
    const { sender, rounds } = service((parts) => parts.map(ok));
    const notes = '语'.repeat(300_000);
    const parts = gets(4).map(({ url }): BatchPart => ({ method: 'PATCH', url, body: { notes } }));
    await sender.send(parts, { signal });
    expect(rounds).toEqual([
      ['/0', '/1'],
      ['/2', '/3'],
    ]);
  });

  it('are as large as the service takes, shrink when it throttles, and grow slowly', async () => {
    const { sender, rounds } = service((parts, round) =>
      parts.map((part, index) => (round === 1 && index >= 4 ? throttled(part) : ok(part))),
    );
    await sender.send(gets(40), { signal });
    expect(rounds.map(({ length }) => length)).toEqual([20, 10, 11, 12, 3]);
    expect(sender.size).toBe(13);
  });

  it('stay between 4 and 20 parts', async () => {
    const always = service((parts) => parts.map((part) => throttled(part)));
    await always.sender.send(gets(30), { signal });
    expect(always.sender.size).toBe(MIN_PARTS);
    const never = service((parts) => parts.map(ok));
    await never.sender.send(gets(100), { signal });
    expect(never.sender.size).toBe(MAX_PARTS);
  });

  it('send only the throttled parts again, after the longest wait that was asked for', async () => {
    const { sender, rounds, clock } = service((parts, round) =>
      parts.map((part) => {
        if (round > 1) return ok(part);
        return part.url === '/1'
          ? throttled(part, '2')
          : part.url === '/2'
            ? throttled(part, '3.25')
            : ok(part);
      }),
    );
    const outcomes = await sender.send(gets(4), { signal });
    expect(rounds).toEqual([
      ['/0', '/1', '/2', '/3'],
      ['/1', '/2'],
    ]);
    expect(clock.slept).toEqual([3250]);
    expect(outcomes.every(({ kind }) => kind === 'reply')).toBe(true);
  });

  it('match answers by id, in whatever order they come', async () => {
    const { sender } = service((parts) =>
      [...parts].reverse().map(({ id, url }) => ({ id, status: 200, body: url })),
    );
    const outcomes = await sender.send(gets(7), { signal });
    expect(outcomes.map((outcome) => (outcome.kind === 'reply' ? outcome.body : ''))).toEqual(
      gets(7).map(({ url }) => url),
    );
  });

  it('give up within bounds: what was never taken is unsent', async () => {
    const { sender, clock } = service((parts) => parts.map((part) => throttled(part, '20')));
    const outcomes = await sender.send(gets(3), { signal });
    expect(outcomes.map(({ kind }) => kind)).toEqual(['unsent', 'unsent', 'unsent']);
    expect(clock.slept.reduce((sum, ms) => sum + ms, 0)).toBeLessThanOrEqual(120_000);
  });

  it('do not wait for one part that always fails longer than for that part', async () => {
    const { sender } = service((parts) =>
      parts.map((part) => (part.url === '/0' ? { id: part.id, status: 500 } : ok(part))),
    );
    const outcomes = await sender.send(gets(50), { signal });
    expect(outcomes.map(({ kind }) => kind)).toEqual(['unsent', ...Array<string>(49).fill('reply')]);
  });

  it('never send a create twice that got no answer, and repeat all else', async () => {
    const parts: BatchPart[] = [
      { method: 'POST', url: '/create', body: {} },
      { method: 'PATCH', url: '/change', body: {} },
      { method: 'GET', url: '/read' },
    ];
    const { sender, rounds } = service((sent, round) =>
      round === 1 ? new SyncError('mailbox.unavailable') : sent.map(ok),
    );
    const outcomes = await sender.send(parts, { signal });
    expect(rounds).toEqual([
      ['/create', '/change', '/read'],
      ['/change', '/read'],
    ]);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['lost', 'reply', 'reply']);
  });

  it('tell a write that may have happened from one that certainly has not', async () => {
    const parts: BatchPart[] = [{ method: 'PATCH', url: '/change', body: {} }, ...gets(1)];
    const { sender } = service(() => new SyncError('mailbox.unavailable'));
    const outcomes = await sender.send(parts, { signal });
    expect(outcomes.map(({ kind }) => kind)).toEqual(['lost', 'unsent']);
  });

  it('split by size, too', async () => {
    const { sender, rounds } = service((parts) => parts.map(ok));
    const body = 'x'.repeat(900_000);
    await sender.send(
      gets(5).map((part) => ({ ...part, method: 'PUT', body })),
      { signal },
    );
    expect(rounds.map(({ length }) => length)).toEqual([2, 2, 1]);
  });

  it('ask the gate before each batch that writes, and before no other', async () => {
    let asked = 0;
    const gate = async (): Promise<void> => void (asked += 1);
    const { sender } = service((parts) => parts.map(ok));
    await sender.send(gets(25), { signal, gate });
    expect(asked).toBe(0);
    await sender.send(
      gets(25).map((part) => ({ ...part, method: 'DELETE' })),
      { signal, gate },
    );
    expect(asked).toBe(2);
  });
});
