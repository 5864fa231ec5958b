import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isTurnedAway, MAX_WAIT_MS, parseRetryAfter, waitBefore } from './retry.ts';

describe('Retry-After', () => {
  const now = Date.UTC(2026, 10, 22, 12);
  it.each([
    ['2', 2000],
    ['2.128', 2128],
    [' 0 ', 0],
    ['Sun, 22 Nov 2026 12:00:30 GMT', 30_000],
    ['Sun, 22 Nov 2026 11:00:00 GMT', 0],
    ['soon', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%s', (value, wait) => {
    expect(parseRetryAfter(value, now)).toBe(wait);
  });

  it('never gives a wait that is no number, or negative', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const wait = parseRetryAfter(text, now);
        expect(wait === undefined || (Number.isFinite(wait) && wait >= 0)).toBe(true);
      }),
    );
  });
});

describe('repeats', () => {
  it('wait longer each time where the service does not say how long, within the bound for all', () => {
    const waits = [0, 1, 2, 3, 4, 5].map((repeat) => waitBefore(repeat, undefined));
    expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000]);
    expect(waits.reduce((sum, wait) => sum + wait, 0)).toBeLessThan(MAX_WAIT_MS);
  });

  it('are for what was certainly not done, or may be done twice', () => {
    expect(isTurnedAway(429, false)).toBe(true);
    expect(isTurnedAway(503, false)).toBe(false);
    expect(isTurnedAway(504, true)).toBe(true);
    expect(isTurnedAway(500, true)).toBe(false);
  });
});
