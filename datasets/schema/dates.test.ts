import { describe, expect, it } from 'vitest';
import { parseDate } from './dates.ts';

describe('dates (spec: datasets 2.10)', () => {
  it.each([
    ['1979-02-28', '1979-02-28'],
    [' 1979-02-28\n', '1979-02-28'],
    ['1979-02-28Z', '1979-02-28'],
    ['1979-02-28+14:00', '1979-02-28'],
    ['1979-02-28T23:59:59.5Z', '1979-02-28'],
    ['1979-02-28T00:00-1100', '1979-02-28'],
    ['2000-02-29', '2000-02-29'],
    ['0001-01-01', '0001-01-01'],
  ])('%j is read as %s: the digits of the day, never shifted', (text, date) => {
    expect(parseDate(text)).toBe(date);
  });

  it.each([
    '1979-2-28',
    '1979-02-30',
    '1900-02-29',
    '0000-01-01',
    '1979-13-01',
    '28.2.1979',
    '19790228',
    'x',
  ])('%j is no date', (text) => {
    expect(parseDate(text)).toBeUndefined();
  });
});
