import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { GrowingPlan, type StepReader } from './growing-plan.ts';

interface TestStep {
  readonly number: number;
  readonly isMine: boolean;
}

const steps = (from: number, to: number, isMine = true): TestStep[] =>
  Array.from({ length: to - from }, (_, index) => ({ number: from + index, isMine }));
const numbersOf = (some: readonly TestStep[]): number[] => some.map(({ number }) => number);

/** A plan with its journal, and a follower of it that takes a chunk whenever it is let. */
class Bench {
  readonly plan = new GrowingPlan<TestStep>();
  readonly journal: TestStep[] = [];
  /** The numbers after which the journal was read. */
  readonly readAfter: number[] = [];
  readonly #reader: StepReader<TestStep, TestStep> = {
    chunk: 200,
    read: (after) => {
      this.readAfter.push(after);
      const found = this.journal.filter(({ number, isMine }) => isMine && number > after);
      return Array.from({ length: Math.ceil(found.length / 200) }, (_, index) =>
        found.slice(index * 200, (index + 1) * 200),
      );
    },
    ownOf: (step) => (step.isMine ? step : null),
  };

  grow(more: readonly TestStep[]): void {
    this.journal.push(...more);
    this.plan.grew(more);
  }

  follow(signal = new AbortController().signal): AsyncGenerator<readonly TestStep[]> {
    return this.plan.follow(this.#reader, signal);
  }

  async all(): Promise<number[]> {
    const followed: number[] = [];
    for await (const some of this.follow()) followed.push(...numbersOf(some));
    return followed;
  }
}

describe('a plan that grows while it is carried out', () => {
  it('is followed to its end by who keeps up, a chunk at a time, without a look at the journal', async () => {
    const bench = new Bench();
    const chunks: number[] = [];
    const following = (async () => {
      for await (const some of bench.follow()) chunks.push(some.length);
    })();
    await setImmediate();
    bench.readAfter.length = 0;
    bench.grow(steps(0, 500));
    await setImmediate();
    bench.grow(steps(500, 750));
    await setImmediate();
    bench.plan.complete();
    await following;
    expect(chunks).toEqual([200, 200, 100, 200, 50]);
    expect(bench.readAfter).toEqual([]);
  });

  it('is read from the journal by who has fallen behind, without a gap and nothing twice', async () => {
    const bench = new Bench();
    const follower = bench.follow();
    const first = follower.next();
    await setImmediate();
    bench.grow(steps(0, 500));
    const followed = numbersOf((await first).value as TestStep[]);
    for (let from = 500; from < 5_000; from += 500) bench.grow(steps(from, from + 500));
    bench.plan.complete();
    for await (const some of follower) followed.push(...numbersOf(some));
    expect(followed).toEqual(numbersOf(bench.journal));
    expect(bench.readAfter).toContain(499);
  });

  it('is followed on at once where it has grown while the last steps were carried out', async () => {
    const bench = new Bench();
    const follower = bench.follow();
    const first = follower.next();
    await setImmediate();
    bench.grow(steps(0, 100));
    await first;
    bench.grow(steps(100, 150));
    const { value } = (await Promise.race([follower.next(), setImmediate({ value: [] })])) as {
      value: TestStep[];
    };
    expect(numbersOf(value)).toEqual(numbersOf(steps(100, 150)));
  });

  it('does not pass over again what is none of the reader’s', async () => {
    const bench = new Bench();
    const following = bench.all();
    await setImmediate();
    bench.grow(steps(0, 1_500, false));
    await setImmediate();
    bench.grow(steps(1_500, 1_501));
    bench.grow(steps(1_501, 4_000, false));
    bench.plan.complete();
    expect(await following).toEqual([1_500]);
    expect(Math.min(...bench.readAfter.slice(2))).toBeGreaterThanOrEqual(1_499);
  });

  it('is another one after it was taken back', async () => {
    const bench = new Bench();
    bench.grow(steps(0, 10));
    bench.plan.complete();
    bench.journal.length = 0;
    bench.plan.restart();
    bench.grow(steps(0, 3));
    bench.plan.complete();
    expect(await bench.all()).toEqual([0, 1, 2]);
  });

  it('ends with the reason of the signal', async () => {
    const cancel = new AbortController();
    const following = new Bench().follow(cancel.signal).next();
    cancel.abort(new Error('cancelled'));
    await expect(following).rejects.toThrow('cancelled');
  });
});
