/** Random recurrence rules, those of month ends, leap years and fifth weekdays more often than they come in life. */
import fc from 'fast-check';
import { addDays, WEEKDAYS, weekdayOf } from '../../datasets/calendar/days.ts';
import { REPEAT_TYPES } from '../../datasets/calendar/repeat-value.ts';
import {
  graphWeekday,
  WEEK_INDEXES,
  type PatternedRecurrence,
} from '../../datasets/calendar/recurrence/patterned-recurrence.ts';
import type { RecurrenceRule } from '../../datasets/calendar/recurrence/rule.ts';

const FIRST_DATE = '2020-01-01';

/** Dates of ten years, every other one at the end of a month. */
export const arbitraryStart: fc.Arbitrary<string> = fc.oneof(
  fc.integer({ min: 0, max: 3652 }).map((days) => addDays(FIRST_DATE, days)),
  fc.constantFrom(
    '2024-02-29',
    '2026-01-31',
    '2026-01-30',
    '2026-01-29',
    '2026-02-28',
    '2026-04-30',
    '2026-01-03',
    '2027-10-31',
  ),
);

/** A rule as a device may have it. */
export const arbitraryRule: fc.Arbitrary<RecurrenceRule> = fc
  .record({
    start: arbitraryStart,
    type: fc.constantFrom(...REPEAT_TYPES),
    frequency: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.constantFrom(6, 12, 24)),
    weekdays: fc.subarray([...WEEKDAYS]),
    nearest: fc.boolean(),
    length: fc.option(fc.integer({ min: 0, max: 3000 })),
  })
  .map(({ start, type, frequency, weekdays, nearest, length }) => ({
    start,
    type,
    frequency: type === 'Yearly' ? Math.min(frequency, 6) : frequency,
    weekdays:
      type === 'Weekly' ? WEEKDAYS.filter((day) => day === weekdayOf(start) || weekdays.includes(day)) : [],
    nearest,
    until: length === null ? undefined : addDays(start, length),
  }));

const arbitraryRange = fc.record({
  startDate: arbitraryStart,
  end: fc.oneof(
    fc.constant('noEnd' as const),
    fc.record({ days: fc.integer({ min: 0, max: 3000 }) }),
    fc.record({ count: fc.integer({ min: 1, max: 200 }) }),
  ),
});

const graphDays = WEEKDAYS.map(graphWeekday);

/** A recurrence as Graph may have it; its first date need not fit its pattern. */
export const arbitraryRecurrence: fc.Arbitrary<PatternedRecurrence> = fc
  .record({
    type: fc.constantFrom(
      'daily' as const,
      'weekly' as const,
      'absoluteMonthly' as const,
      'relativeMonthly' as const,
      'absoluteYearly' as const,
      'relativeYearly' as const,
    ),
    interval: fc.integer({ min: 1, max: 4 }),
    month: fc.integer({ min: 1, max: 12 }),
    dayOfMonth: fc.oneof(fc.integer({ min: 1, max: 31 }), fc.constantFrom(28, 29, 30, 31)),
    daysOfWeek: fc.oneof(
      fc.constantFrom(...graphDays).map((day) => [day]),
      fc.subarray(graphDays, { minLength: 1 }),
      fc.constant(graphDays.slice(0, 5)),
      fc.constant(graphDays),
    ),
    firstDayOfWeek: fc.constantFrom(...graphDays),
    index: fc.constantFrom(...WEEK_INDEXES, 'last' as const),
    range: arbitraryRange,
  })
  .map(({ range: { startDate, end }, ...pattern }) => ({
    pattern,
    range:
      end === 'noEnd'
        ? { type: 'noEnd', startDate }
        : 'days' in end
          ? { type: 'endDate', startDate, endDate: addDays(startDate, end.days) }
          : { type: 'numbered', startDate, numberOfOccurrences: end.count },
  }));
