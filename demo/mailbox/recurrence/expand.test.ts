import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays, daysBetween } from '../time/zones.ts';
import { dayAfter, dayBefore, daysWithin, isDayOf, latestDay } from './expand.ts';
import {
  fillers,
  noDate,
  patternTypes,
  weekdays,
  weekIndexes,
  type Recurrence,
  type RecurrencePattern,
} from './recurrence.ts';

const range = (startDate: string, rest: Partial<Recurrence['range']> = {}): Recurrence['range'] => ({
  type: 'noEnd',
  startDate,
  endDate: noDate,
  recurrenceTimeZone: 'UTC',
  numberOfOccurrences: 0,
  ...rest,
});
const pattern = (rest: Partial<RecurrencePattern>): RecurrencePattern => ({
  type: 'daily',
  interval: 1,
  ...fillers,
  ...rest,
});
const from = (startDate: string, rest: Partial<RecurrencePattern>): Recurrence => ({
  pattern: pattern(rest),
  range: range(startDate),
});

describe('the days of a recurrence', () => {
  it('are every n-th day', () => {
    const days = daysWithin(from('2026-01-05', { interval: 3 }), '2026-01-01', '2026-01-14');
    expect(days).toEqual(['2026-01-05', '2026-01-08', '2026-01-11', '2026-01-14']);
  });

  it('count weeks from the first day of the week', () => {
    const everySecond = { type: 'weekly', interval: 2, daysOfWeek: ['monday', 'wednesday'] } as const;
    const monday = from('2026-01-07', { ...everySecond, firstDayOfWeek: 'monday' });
    expect(daysWithin(monday, '2026-01-01', '2026-02-05')).toEqual([
      ...['2026-01-07', '2026-01-19', '2026-01-21', '2026-02-02', '2026-02-04'],
    ]);
    const wednesday = from('2026-01-07', { ...everySecond, firstDayOfWeek: 'wednesday' });
    expect(daysWithin(wednesday, '2026-01-01', '2026-02-05')).toEqual([
      ...['2026-01-07', '2026-01-12', '2026-01-21', '2026-01-26', '2026-02-04'],
    ]);
  });

  it('fall on the last day of a month that is too short', () => {
    const monthly = from('2026-01-31', { type: 'absoluteMonthly', dayOfMonth: 31 });
    expect(daysWithin(monthly, '2026-01-01', '2026-05-01')).toEqual([
      ...['2026-01-31', '2026-02-28', '2026-03-31', '2026-04-30'],
    ]);
    const yearly = from('2024-02-29', { type: 'absoluteYearly', dayOfMonth: 29, month: 2 });
    expect(daysWithin(yearly, '2024-01-01', '2028-12-31')).toEqual([
      ...['2024-02-29', '2025-02-28', '2026-02-28', '2027-02-28', '2028-02-29'],
    ]);
  });

  it('count several weekdays of a relative pattern together', () => {
    const workdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'] as const;
    const first = from('2026-01-01', { type: 'relativeMonthly', daysOfWeek: workdays });
    expect(daysWithin(first, '2026-01-01', '2026-03-31')).toEqual(['2026-01-01', '2026-02-02', '2026-03-02']);
    const lastFriday = from('2026-01-30', {
      type: 'relativeMonthly',
      daysOfWeek: ['friday'],
      index: 'last',
    });
    expect(daysWithin(lastFriday, '2026-01-01', '2026-03-31')).toEqual([
      ...['2026-01-30', '2026-02-27', '2026-03-27'],
    ]);
    const thanksgiving = from('2026-11-26', {
      type: 'relativeYearly',
      daysOfWeek: ['thursday'],
      index: 'fourth',
      month: 11,
    });
    expect(daysWithin(thanksgiving, '2026-01-01', '2028-12-31')).toEqual([
      ...['2026-11-26', '2027-11-25', '2028-11-23'],
    ]);
  });

  it('end with their number or their last date', () => {
    const fridays: Recurrence = {
      pattern: pattern({ type: 'weekly', daysOfWeek: ['friday'] }),
      range: range('2026-01-02', { type: 'numbered', numberOfOccurrences: 10 }),
    };
    expect(daysWithin(fridays, '2026-02-21', '2030-01-01')).toEqual(['2026-02-27', '2026-03-06']);
    expect(dayAfter(fridays, '2026-03-06')).toBeUndefined();
    const until: Recurrence = {
      pattern: pattern({}),
      range: range('2026-01-02', { type: 'endDate', endDate: '2026-01-03' }),
    };
    expect(daysWithin(until, '2026-01-01', '2026-12-31')).toEqual(['2026-01-02', '2026-01-03']);
  });

  it('are found far from the start', () => {
    expect(isDayOf(from('1902-03-01', {}), '2126-11-23')).toBe(true);
    expect(dayBefore(from('1902-03-01', {}), '1902-03-01')).toBeUndefined();
  });
});

const date = fc.integer({ min: 0, max: 4000 }).map((days) => addDays('2019-06-15', days));
const recurrence = fc.record({
  pattern: fc.record({
    type: fc.constantFrom(...patternTypes),
    interval: fc.integer({ min: 1, max: 5 }),
    month: fc.integer({ min: 1, max: 12 }),
    dayOfMonth: fc.integer({ min: 1, max: 31 }),
    daysOfWeek: fc.subarray([...weekdays], { minLength: 1 }),
    firstDayOfWeek: fc.constantFrom(...weekdays),
    index: fc.constantFrom(...weekIndexes),
  }),
  range: fc.oneof(
    date.map((startDate) => range(startDate)),
    fc
      .tuple(date, fc.nat(900))
      .map(([startDate, days]) => range(startDate, { type: 'endDate', endDate: addDays(startDate, days) })),
    fc
      .tuple(date, fc.integer({ min: 1, max: 20 }))
      .map(([startDate, count]) => range(startDate, { type: 'numbered', numberOfOccurrences: count })),
  ),
});

/** The rule of spec: graph 3.4 asked of every single day. */
function fits({ pattern: rule, range: { startDate } }: Recurrence, day: string): boolean {
  const monthsFromStart = (): number =>
    (Number(day.slice(0, 4)) - Number(startDate.slice(0, 4))) * 12 +
    Number(day.slice(5, 7)) -
    Number(startDate.slice(5, 7));
  const yearsFromStart = (): number => Number(day.slice(0, 4)) - Number(startDate.slice(0, 4));
  const weekday = (of: string): number => new Date(of).getUTCDay();
  const isListed = (of: string): boolean => rule.daysOfWeek.includes(weekdays[weekday(of)]!);
  const monthOf = day.slice(0, 8);
  const length = new Date(Date.UTC(Number(day.slice(0, 4)), Number(day.slice(5, 7)), 0)).getUTCDate();
  const isDayOfMonth = Number(day.slice(8)) === Math.min(rule.dayOfMonth, length);
  const isRelative = (): boolean => {
    const all = Array.from({ length }, (_, n) => monthOf + String(n + 1).padStart(2, '0')).filter(isListed);
    return all.at(rule.index === 'last' ? -1 : weekIndexes.indexOf(rule.index)) === day;
  };
  const isMonth = Number(day.slice(5, 7)) === rule.month;
  switch (rule.type) {
    case 'daily':
      return daysBetween(startDate, day) % rule.interval === 0;
    case 'weekly': {
      const back = (weekday(startDate) - weekdays.indexOf(rule.firstDayOfWeek) + 7) % 7;
      const weeks = Math.floor(daysBetween(addDays(startDate, -back), day) / 7);
      return isListed(day) && weeks % rule.interval === 0;
    }
    case 'absoluteMonthly':
      return isDayOfMonth && monthsFromStart() % rule.interval === 0;
    case 'relativeMonthly':
      return isRelative() && monthsFromStart() % rule.interval === 0;
    case 'absoluteYearly':
      return isMonth && isDayOfMonth && yearsFromStart() % rule.interval === 0;
    case 'relativeYearly':
      return isMonth && isRelative() && yearsFromStart() % rule.interval === 0;
  }
}

describe('the expansion', () => {
  it('finds the days that the rule names, and no others', () => {
    fc.assert(
      fc.property(recurrence, fc.nat(1500), fc.nat(400), (rule, skip, length) => {
        const { startDate, endDate, numberOfOccurrences } = rule.range;
        const first = addDays(startDate, skip - 100);
        const last = addDays(first, length);
        const latest = latestDay(rule);
        const named: string[] = [];
        for (let day = startDate; day <= last; day = addDays(day, 1)) {
          if (rule.range.type === 'endDate' && day > endDate) break;
          if (rule.range.type === 'numbered' && named.length === numberOfOccurrences) break;
          if (fits(rule, day)) named.push(day);
        }
        expect(daysWithin(rule, first, last)).toEqual(named.filter((day) => day >= first));
        for (const day of named) expect(latest === undefined || day <= latest).toBe(true);
        expect(dayBefore(rule, addDays(last, 1))).toBe(named.at(-1));
        const [one, two] = named;
        if (one !== undefined && two !== undefined) expect(dayAfter(rule, one)).toBe(two);
      }),
      { numRuns: 300 },
    );
  });
});
