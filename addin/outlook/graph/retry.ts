/** When a request that the service turned away is sent again. Pure decisions; the waiting is done elsewhere. */

/** How often one request is sent again, and how long all its waits may take together. */
export const MAX_REPEATS = 6;
export const MAX_WAIT_MS = 90_000;

/** Waits without a Retry-After: 1, 2, 4 … s. */
const firstWaitMs = 1000;

/**
 * Milliseconds that a Retry-After asks for: whole or fractional seconds, or an HTTP date (spec: graph 6).
 * Undefined when there is none or it cannot be read.
 */
export function parseRetryAfter(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  const text = value.trim();
  if (/^\d{1,9}(\.\d{1,9})?$/.test(text)) return Math.ceil(Number(text) * 1000);
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** How long to wait before the n-th repeat (from 0) when the service said so, or did not say. */
export function waitBefore(repeat: number, retryAfterMs: number | undefined): number {
  return retryAfterMs ?? firstWaitMs * 2 ** Math.min(repeat, 5);
}

/**
 * Whether a status means "not now": 429 for every request, since nothing was carried out; 503 and 504 only for
 * requests that may safely be carried out twice.
 */
export function isTurnedAway(status: number, repeatable: boolean): boolean {
  return status === 429 || (repeatable && (status === 503 || status === 504));
}
