/** Time as the registry sees it, so that tests can move it. */
export interface Clock {
  /** Milliseconds on a clock that never jumps; its zero means nothing. */
  now(): number;
  /** Runs once after `ms` milliseconds, unless the returned function is called before. */
  after(ms: number, run: () => void): () => void;
}

/**
 * A monotonic clock: hosts run on this very PC, so a changed wall clock must not end leases. A sleeping PC stops
 * this clock, and its hosts with it.
 */
export const systemClock: Clock = {
  now: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};
