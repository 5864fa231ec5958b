import { describe, expect, it } from 'vitest';
import { guardRemovals, isMassRemoval } from './guard.ts';

describe('the guard against mass removals (R8)', () => {
  it.each([
    [100, 100, true],
    [99, 100, true],
    [50, 100, true],
    [11, 100, true],
    [10, 100, false],
    [1, 1, false],
    [10, 10, false],
    [11, 110, false],
    [12, 110, true],
  ])('%i of %i: %s', (count, pairs, refused) => {
    expect(isMassRemoval(count, pairs)).toBe(refused);
  });

  it('names the side, the numbers and the first records', () => {
    const removals = { device: { count: 20, labels: ['Ada', 'Bo'] }, mailbox: { count: 0, labels: [] } };
    expect(() => guardRemovals(removals, 30)).toThrow(
      '20 of 30 would be removed from the device: Ada, Bo, …',
    );
    expect(() => guardRemovals({ ...removals, device: { count: 2, labels: [] } }, 30)).not.toThrow();
  });
});
