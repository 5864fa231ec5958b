import { describe, expect, it } from 'vitest';
import { backOffMs } from './back-off.ts';

describe('back-off', () => {
  it('doubles from half a second to half a minute', () => {
    const waits = [1, 2, 3, 4, 5, 6, 7, 8, 40].map((failures) => backOffMs(failures, 0, 0.5));
    expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
  });

  it('is spread by a quarter, never beyond half a minute', () => {
    expect(backOffMs(3, 0, 0)).toBe(1_500);
    expect(backOffMs(3, 0, 0.999)).toBeCloseTo(2_500, -1);
    expect(backOffMs(9, 0, 0.999)).toBe(30_000);
  });

  it('counts the attempt itself as waiting', () => {
    expect(backOffMs(7, 29_000, 0.5)).toBe(1_000);
    expect(backOffMs(1, 30_000, 0.5)).toBe(375);
  });
});
