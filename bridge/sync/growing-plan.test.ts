import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { GrowingPlan } from './growing-plan.ts';

const step = (number: number): { number: number } => ({ number });

describe('a plan that grows while it is carried out', () => {
  it('is followed to its end, and what was passed over is not read again', async () => {
    const plan = new GrowingPlan();
    const readAfter: number[] = [];
    const journal: { number: number }[] = [];
    const read = (after: number): { number: number }[][] => {
      readAfter.push(after);
      const steps = journal.filter(({ number }) => number > after);
      return steps.length === 0 ? [] : [steps];
    };
    const followed: number[] = [];
    const following = (async () => {
      for await (const steps of plan.follow(read, new AbortController().signal)) {
        followed.push(...steps.map(({ number }) => number));
      }
    })();
    await setImmediate();
    // Of the first thousand none is this reader's.
    plan.grew(999);
    await setImmediate();
    journal.push(step(1_200));
    plan.grew(1_499);
    await setImmediate();
    journal.push(step(1_600));
    plan.grew(1_600);
    plan.complete();
    await following;
    expect(followed).toEqual([1_200, 1_600]);
    expect(Math.min(...readAfter.slice(2))).toBeGreaterThanOrEqual(999);
  });

  it('ends with the reason of the signal', async () => {
    const plan = new GrowingPlan();
    const cancel = new AbortController();
    const following = plan.follow(() => [], cancel.signal).next();
    cancel.abort(new Error('cancelled'));
    await expect(following).rejects.toThrow('cancelled');
  });
});
