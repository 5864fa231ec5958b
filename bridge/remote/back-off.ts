/** How long to wait before the next attempt to connect. */

const FIRST_MS = 500;
const LONGEST_MS = 30_000;
/** Spread of the waits, so that several devices do not all knock at once. */
const JITTER = 0.25;

/**
 * @param failures attempts that failed in a row, at least 1
 * @param lastedMs how long the last attempt took, which counts as waiting
 * @param random in [0, 1)
 */
export function backOffMs(failures: number, lastedMs: number, random: number): number {
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** (failures - 1));
  const spread = full * (1 + JITTER * (2 * random - 1));
  return Math.max(FIRST_MS * (1 - JITTER), Math.min(LONGEST_MS, spread) - lastedMs);
}
