import { describe, expect, it } from 'vitest';
import { guardQuestion, isMassRemoval } from './guard.ts';

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

  const asked = (device: number, missing: number, isEmpty = false) =>
    guardQuestion({
      dataset: 'contacts',
      removals: {
        device: { count: device, labels: ['Ada', 'Bo'] },
        mailbox: { count: 0, labels: [] },
      },
      missing: { count: missing, labels: ['Cy'] },
      isEmpty,
      pairs: 30,
    });

  it('asks with the side, the numbers and the records', () => {
    expect(asked(20, 0)).toEqual({
      kind: 'removals',
      dataset: 'contacts',
      side: 'device',
      reason: 'removed',
      count: 20,
      pairs: 30,
      labels: ['Ada', 'Bo'],
    });
    expect(asked(2, 0)).toBeNull();
  });

  it('asks about every record that a full comparison missed, and about a device that came back empty', () => {
    expect(asked(0, 1)).toMatchObject({ side: 'mailbox', reason: 'missing', count: 1, labels: ['Cy'] });
    expect(asked(0, 30, true)).toMatchObject({ reason: 'empty', count: 30 });
  });
});
