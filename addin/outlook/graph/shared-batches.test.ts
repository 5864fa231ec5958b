import { describe, expect, it } from 'vitest';
import type { BatchOptions } from './batch.ts';
import type { BatchPart, PartOutcome } from './batch-parts.ts';
import { SharedBatches } from './shared-batches.ts';

const { signal } = new AbortController();
const get = (url: string): BatchPart => ({ method: 'GET', url });
const patch = (url: string): BatchPart => ({ method: 'PATCH', url, body: {} });

/** Answers each part with its own url; keeps what was sent together. */
function sender() {
  const sent: { readonly urls: readonly string[]; readonly options: BatchOptions }[] = [];
  return {
    sent,
    async send(parts: readonly BatchPart[], options: BatchOptions): Promise<readonly PartOutcome[]> {
      sent.push({ urls: parts.map(({ url }) => url), options });
      await new Promise((resolve) => setTimeout(resolve, 1));
      return parts.map(({ url }) => ({ kind: 'reply', status: 200, headers: {}, body: url }));
    },
  };
}

const bodies = (outcomes: readonly PartOutcome[]) =>
  outcomes.map((outcome) => (outcome.kind === 'reply' ? outcome.body : outcome.kind));

describe('pieces of work that share their batches', () => {
  it('go together, step by step, and each gets its own answers', async () => {
    const inner = sender();
    const shared = new SharedBatches(inner, signal);
    const piece = async (name: string): Promise<unknown[]> => [
      ...bodies(await shared.send([get(`${name}1`)], { signal })),
      ...bodies(await shared.send([get(`${name}2`), get(`${name}3`)], { signal })),
    ];
    expect(await Promise.all([piece('a'), piece('b'), piece('c')])).toEqual([
      ['a1', 'a2', 'a3'],
      ['b1', 'b2', 'b3'],
      ['c1', 'c2', 'c3'],
    ]);
    expect(inner.sent.map(({ urls }) => urls)).toEqual([
      ['a1', 'b1', 'c1'],
      ['a2', 'a3', 'b2', 'b3', 'c2', 'c3'],
    ]);
  });

  it('send one batch at a time; who comes meanwhile goes with the next', async () => {
    const inner = sender();
    const shared = new SharedBatches(inner, signal);
    const first = shared.send([get('a')], { signal });
    await new Promise((resolve) => setTimeout(resolve, 0));
    const late = [shared.send([get('b')], { signal }), shared.send([get('c')], { signal })];
    expect(inner.sent).toHaveLength(1);
    expect(bodies((await Promise.all([first, ...late])).flat())).toEqual(['a', 'b', 'c']);
    expect(inner.sent.map(({ urls }) => urls)).toEqual([['a'], ['b', 'c']]);
  });

  it('ask the gate of those who write', async () => {
    const inner = sender();
    const shared = new SharedBatches(inner, signal);
    const gate = () => Promise.resolve();
    await Promise.all([shared.send([get('a')], { signal }), shared.send([patch('b')], { signal, gate })]);
    expect(inner.sent[0]?.options.gate).toBe(gate);
    await shared.send([get('c')], { signal });
    expect(inner.sent[1]?.options).toEqual({ signal });
  });

  it('fail together, and go on afterwards', async () => {
    let isBroken = true;
    const inner = sender();
    const shared = new SharedBatches(
      {
        send: (parts, options) =>
          isBroken ? Promise.reject(new Error('broken')) : inner.send(parts, options),
      },
      signal,
    );
    const both = await Promise.allSettled([
      shared.send([get('a')], { signal }),
      shared.send([get('b')], { signal }),
    ]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    isBroken = false;
    expect(bodies(await shared.send([get('c')], { signal }))).toEqual(['c']);
    expect(await shared.send([], { signal })).toEqual([]);
  });
});
