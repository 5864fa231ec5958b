import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arbitraryAppointment } from '../../test/arbitraries/appointments.ts';
import { allDay, at } from '../../test/support/calendar-records.ts';
import { calendar, type Fields } from '../index.ts';
import { addDays } from './days.ts';
import { fromGraph, occurrencesOf, ruleOf, type PatternedRecurrence } from './recurrence/index.ts';
import { exceptionsOf } from './repeat.ts';
import { occurrenceOn, takesPlace, withRecurrence } from './series.ts';
import { endDateOf, startDateOf, whenOn } from './when.ts';

const weekly: Fields = { Repeat: { Frequency: '1', Type: 'Weekly' }, 'Repeat@Until': '2026-06-24' };

describe('a record of a series out of Graph', () => {
  const mapped = (recurrence: PatternedRecurrence) => {
    const result = fromGraph(recurrence, { from: '2026-01-01' });
    if (!result.ok) throw new Error(result.refusal.sentence);
    return result.mapping;
  };

  test('#98 begins where the rule does, with the phantom taken away', () => {
    const mapping = mapped({
      pattern: { type: 'weekly', interval: 2, daysOfWeek: ['monday', 'wednesday'] },
      range: { type: 'noEnd', startDate: '2026-01-07' },
    });
    const single = at('2026-01-07', { Description: 'x', TimeZone: 'Europe/Oslo', '~residue': ['<a/>'] });
    expect(withRecurrence(single, mapping)).toEqual({
      ...single,
      When: { End: '2026-01-05T10:00:00', Start: '2026-01-05T09:00:00' },
      Repeat: { Frequency: '2', Type: 'Weekly', WeekMask: 'Monday Wednesday' },
      'Repeat/2026-01-05': 'deleted',
    });
  });

  test('has complete records for occurrences that the rule cannot say', () => {
    const mapping = mapped({
      pattern: {
        type: 'relativeMonthly',
        interval: 1,
        daysOfWeek: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'],
        index: 'first',
      },
      range: { type: 'endDate', startDate: '2026-01-01', endDate: '2026-03-31' },
    });
    const single = allDay('2026-01-01', '2026-01-02', { Description: 'x', 'Categories/work': 'Work' });
    const series = withRecurrence({ ...single, ...weekly }, mapping);
    expect(series['Repeat/2026-02-01']).toEqual({
      Description: 'x',
      'Categories/work': 'Work',
      When: { EndDate: '2026-02-03', StartDate: '2026-02-02' },
    });
    expect(series['Repeat@Until']).toBe('2026-03-01');
    expect(calendar.normalise(series)).toEqual(series);
  });
});

describe('an occurrence', () => {
  test('has what the series has, on its own date', () => {
    const series = at('2026-06-10', {
      ...weekly,
      'Categories/~': '~',
      'Repeat/2026-06-17': 'deleted',
      '~residue': ['<a/>'],
    });
    expect(occurrenceOn(series, '2026-06-24')).toEqual(at('2026-06-24', { 'Categories/~': '~' }));
    expect(whenOn('', '2026-06-24')).toBeUndefined();
  });
});

describe('an appointment takes place in a range', () => {
  test.each<[string, Fields, string, string, boolean]>([
    ['that its days touch', allDay('2026-06-10', '2026-06-12'), '2026-06-12', '2026-06-20', true],
    ['not one after it', allDay('2026-06-10', '2026-06-12'), '2026-06-13', '2026-06-20', false],
    ['not one before it', allDay('2026-06-10', '2026-06-12'), '2026-06-01', '2026-06-09', false],
    ['of an occurrence', at('2026-06-10', weekly), '2026-06-16', '2026-06-18', true],
    ['not between occurrences', at('2026-06-10', weekly), '2026-06-18', '2026-06-23', false],
    ['not after the end of its series', at('2026-06-10', weekly), '2026-06-25', '2027-06-25', false],
    [
      'not of an occurrence that was taken away',
      at('2026-06-10', { ...weekly, 'Repeat/2026-06-17': 'deleted' }),
      '2026-06-16',
      '2026-06-18',
      false,
    ],
    [
      'of an occurrence that was moved into it',
      at('2026-06-10', { ...weekly, 'Repeat/2026-06-17': at('2026-08-01') }),
      '2026-07-16',
      '2026-08-18',
      true,
    ],
    ['not without a time', {}, '0001-01-01', '9999-12-31', false],
  ])('%s', (_, fields, from, to, expected) => {
    expect(takesPlace(fields, { from, to })).toBe(expected);
  });

  test('if any day of it does', () => {
    fc.assert(
      fc.property(
        arbitraryAppointment(),
        fc.integer({ min: -50, max: 1500 }),
        fc.nat(90),
        (fields, offset, length) => {
          const start = startDateOf(fields)!;
          const range = { from: addDays(start, offset), to: addDays(start, offset + length) };
          const rule = ruleOf(fields);
          const exceptions = new Map(exceptionsOf(fields));
          const dates = rule === undefined ? [start] : occurrencesOf(rule, { from: start, to: range.to });
          const times = [
            ...dates.filter((date) => !exceptions.has(date)).map((date) => whenOn(fields.When, date)),
            ...[...exceptions.values()].flatMap((value) =>
              typeof value === 'string' ? [] : [(value as Fields).When],
            ),
          ];
          const expected = times.some(
            (when) => startDateOf({ When: when! })! <= range.to && endDateOf(when)! >= range.from,
          );
          expect(takesPlace(fields, range)).toBe(expected);
        },
      ),
      { numRuns: 100 },
    );
  });
});
