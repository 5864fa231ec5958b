import { describe, expect, it } from 'vitest';
import { laterSide } from './record-times.ts';

const AT = Date.parse('2026-03-01T12:00:00.000Z');

describe('which side changed a record later', () => {
  it.each([
    ['device', AT + 1000, '2026-03-01T12:00:00Z'],
    ['mailbox', AT - 1, '2026-03-01T12:00:00Z'],
    ['device', AT + 1, '2026-03-01T12:00:00.000Z'],
    ['mailbox', AT - 1, '2026-03-01T12:00:00.0000000Z'],
  ] as const)('is told by their times: %s', (later, changedAt, modified) => {
    expect(laterSide(changedAt, modified, 0)).toBe(later);
  });

  it.each([
    [AT, '2026-03-01T12:00:00Z'],
    [AT + 999, '2026-03-01T12:00:00Z'],
    [AT, '2026-03-01T12:00:00.000Z'],
  ])(
    'cannot be told of changes in one second, or one millisecond where that is told: %d, %s',
    (at, modified) => {
      expect(laterSide(at, modified, 0)).toBeNull();
    },
  );

  it('cannot be told without times, nor by clocks that differ by more than two minutes', () => {
    expect(laterSide(null, '2026-03-01T12:00:00Z', 0)).toBeNull();
    expect(laterSide(AT, undefined, 0)).toBeNull();
    expect(laterSide(AT + 3_600_000, '2026-03-01T12:00:00Z', 120_001)).toBeNull();
    expect(laterSide(AT + 3_600_000, '2026-03-01T12:00:00Z', -120_000)).toBe('device');
  });
});
