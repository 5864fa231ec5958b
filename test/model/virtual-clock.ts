/** Time of a model: it passes only when somebody waits or says so. */
import type { Clock } from '../../bridge/sync/clock.ts';

export class VirtualClock implements Clock {
  #now = Date.UTC(2026, 10, 24, 12);

  now(): number {
    return this.#now;
  }

  pass(ms: number): void {
    this.#now += ms;
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.#now += Math.max(0, ms);
    return Promise.resolve();
  }
}
