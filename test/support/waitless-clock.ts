/** A clock for tests: waiting takes no time, and is remembered. */
import type { Clock } from '../../addin/outlook/graph/clock.ts';

export interface WaitlessClock extends Clock {
  /** The waits so far, in milliseconds. */
  readonly slept: readonly number[];
  advance(ms: number): void;
  reset(): void;
}

export function waitlessClock(start = Date.UTC(2026, 10, 22, 12)): WaitlessClock {
  let now = start;
  const slept: number[] = [];
  return {
    slept,
    now: () => now,
    advance: (ms) => void (now += ms),
    async sleep(ms) {
      slept.push(ms);
      now += ms;
    },
    reset() {
      now = start;
      slept.length = 0;
    },
  };
}
