// The worked examples of recurrence: occurrences, RRULE and Graph, in both directions (spec: datasets 8.2).
import { describe, expect, test } from 'vitest';
import { example, readRecord } from '../../../test/support/records.ts';
import { calendar, type Fields } from '../../index.ts';
import { exceptionsOf } from '../repeat.ts';
import { occurrencesOf } from './expand.ts';
import { fromGraph, toGraph } from './graph.ts';
import { sameOccurrences } from './normal-form.ts';
import type { PatternedRecurrence, RecurrencePattern } from './patterned-recurrence.ts';
import { fromRRule } from './rrule.ts';
import { rruleText } from './rrule-text.ts';
import { ruleOf, type RecurrenceRule } from './rule.ts';

const FROM = '2026-01-01';

interface Row {
  readonly row: number;
  readonly what: string;
  /** A sample file, or the fields of the rule. */
  readonly record: string | Fields;
  readonly occurrences: readonly string[];
  readonly rrule: string;
  readonly pattern: RecurrencePattern;
  /** Where Graph cannot say it. */
  readonly loss?: string;
}

const at = (start: string, repeat: Readonly<Record<string, string>>, until?: string): Fields => ({
  When: { Start: `${start}T09:00:00`, End: `${start}T10:00:00` },
  Repeat: repeat,
  ...(until !== undefined && { 'Repeat@Until': until }),
});

const rows: readonly Row[] = [
  {
    row: 1,
    what: 'every 3 days',
    record: 'recurrence-01-daily-3',
    occurrences: ['2026-01-05', '2026-01-08', '2026-01-11', '2026-01-14'],
    rrule: 'FREQ=DAILY;INTERVAL=3',
    pattern: { type: 'daily', interval: 3 },
  },
  {
    row: 2,
    what: 'every 2 weeks on Monday and Wednesday, starting on Monday',
    record: 'recurrence-02-weekly-2-mo-we-until',
    occurrences: [
      ...['2026-01-05', '2026-01-07', '2026-01-19', '2026-01-21', '2026-02-02', '2026-02-04'],
      ...['2026-02-16', '2026-02-18', '2026-03-02', '2026-03-04'],
    ],
    rrule: 'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;WKST=MO;UNTIL=20260304',
    pattern: { type: 'weekly', interval: 2, daysOfWeek: ['monday', 'wednesday'], firstDayOfWeek: 'monday' },
  },
  {
    row: 3,
    what: 'the same, starting on Wednesday',
    record: 'recurrence-03-weekly-2-start-wed',
    occurrences: [
      ...['2026-01-07', '2026-01-12', '2026-01-21', '2026-01-26', '2026-02-04', '2026-02-09'],
      ...['2026-02-18', '2026-02-23', '2026-03-04'],
    ],
    rrule: 'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;WKST=WE;UNTIL=20260304',
    pattern: {
      type: 'weekly',
      interval: 2,
      daysOfWeek: ['monday', 'wednesday'],
      firstDayOfWeek: 'wednesday',
    },
  },
  {
    row: 4,
    what: 'monthly on the 15th',
    record: 'recurrence-04-monthly-15',
    occurrences: ['2026-01-15', '2026-02-15', '2026-03-15'],
    rrule: 'FREQ=MONTHLY;BYMONTHDAY=15',
    pattern: { type: 'absoluteMonthly', interval: 1, dayOfMonth: 15 },
  },
  {
    row: 5,
    what: 'the 31st, else the last day',
    record: 'recurrence-05-monthly-31-nearest',
    occurrences: ['2026-01-31', '2026-02-28', '2026-03-31', '2026-04-30', '2026-05-31'],
    rrule: 'FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1',
    pattern: { type: 'absoluteMonthly', interval: 1, dayOfMonth: 31 },
  },
  {
    row: 6,
    what: 'the 31st only',
    record: 'recurrence-06-monthly-31-skip',
    occurrences: [
      '2026-01-31',
      '2026-03-31',
      '2026-05-31',
      '2026-07-31',
      '2026-08-31',
      '2026-10-31',
      '2026-12-31',
    ],
    rrule: 'FREQ=MONTHLY;BYMONTHDAY=31',
    pattern: { type: 'absoluteMonthly', interval: 1, dayOfMonth: 31 },
    loss: 'L-R1',
  },
  {
    row: 7,
    what: 'every 2 months on the third Tuesday',
    record: 'recurrence-07-monthly-3rd-tuesday-2',
    occurrences: ['2026-01-20', '2026-03-17', '2026-05-19', '2026-07-21', '2026-09-15'],
    rrule: 'FREQ=MONTHLY;INTERVAL=2;BYDAY=3TU',
    pattern: { type: 'relativeMonthly', interval: 2, daysOfWeek: ['tuesday'], index: 'third' },
  },
  {
    row: 8,
    what: 'the last Friday of the month',
    record: 'recurrence-08-monthly-last-friday',
    occurrences: [
      '2026-01-30',
      '2026-02-27',
      '2026-03-27',
      '2026-04-24',
      '2026-05-29',
      '2026-06-26',
      '2026-07-31',
    ],
    rrule: 'FREQ=MONTHLY;BYDAY=-1FR',
    pattern: { type: 'relativeMonthly', interval: 1, daysOfWeek: ['friday'], index: 'last' },
  },
  {
    row: 9,
    what: 'the second-last Friday',
    record: 'recurrence-09-monthly-2nd-last-friday',
    occurrences: ['2026-01-23', '2026-02-20', '2026-03-20', '2026-04-17', '2026-05-22'],
    rrule: 'FREQ=MONTHLY;BYDAY=-2FR',
    pattern: { type: 'relativeMonthly', interval: 1, daysOfWeek: ['friday'], index: 'fourth' },
    loss: 'L-R2',
  },
  {
    row: 10,
    what: '29 February in leap years',
    record: 'recurrence-10-yearly-feb29',
    occurrences: ['2024-02-29', '2028-02-29', '2032-02-29'],
    rrule: 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29',
    pattern: { type: 'absoluteYearly', interval: 1, month: 2, dayOfMonth: 29 },
    loss: 'L-R1',
  },
  {
    row: 11,
    what: '29 February, else 28 February, and never both',
    record: at('2024-02-29', { Type: 'Yearly', Frequency: '1', Nearest: 'true' }),
    occurrences: ['2024-02-29', '2025-02-28', '2026-02-28', '2027-02-28', '2028-02-29', '2029-02-28'],
    rrule: 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=28,29;BYSETPOS=-1',
    pattern: { type: 'absoluteYearly', interval: 1, month: 2, dayOfMonth: 29 },
  },
  {
    row: 12,
    what: 'a birthday',
    record: 'recurrence-11-yearly-allday-birthday',
    occurrences: ['1979-02-28', '1980-02-28', '1981-02-28'],
    rrule: 'FREQ=YEARLY',
    pattern: { type: 'absoluteYearly', interval: 1, month: 2, dayOfMonth: 28 },
  },
  {
    row: 13,
    what: 'the fourth Thursday of November',
    record: 'recurrence-12-yearly-4th-thursday-nov',
    occurrences: ['2026-11-26', '2027-11-25', '2028-11-23'],
    rrule: 'FREQ=YEARLY;BYMONTH=11;BYDAY=4TH',
    pattern: { type: 'relativeYearly', interval: 1, month: 11, daysOfWeek: ['thursday'], index: 'fourth' },
  },
  {
    row: 14,
    what: 'the last Monday of May',
    record: 'recurrence-13-yearly-last-monday-may',
    occurrences: ['2026-05-25', '2027-05-31', '2028-05-29'],
    rrule: 'FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO',
    pattern: { type: 'relativeYearly', interval: 1, month: 5, daysOfWeek: ['monday'], index: 'last' },
  },
  {
    row: 15,
    what: 'daily with an occurrence taken away',
    record: 'recurrence-14-daily-deleted-occurrence',
    occurrences: ['2026-03-02', '2026-03-03', '2026-03-05', '2026-03-06', '2026-03-07', '2026-03-08'],
    rrule: 'FREQ=DAILY;UNTIL=20260308',
    pattern: { type: 'daily', interval: 1 },
  },
  {
    row: 16,
    what: 'weekly with an occurrence moved and one taken away',
    record: 'recurrence-15-weekly-moved-occurrence',
    occurrences: [
      ...['2026-03-03', '2026-03-10', '2026-03-18', '2026-03-24', '2026-04-07', '2026-04-14'],
      ...['2026-04-21', '2026-04-28'],
    ],
    rrule: 'FREQ=WEEKLY;UNTIL=20260428',
    pattern: { type: 'weekly', interval: 1, daysOfWeek: ['tuesday'], firstDayOfWeek: 'tuesday' },
  },
  {
    row: 18,
    what: 'the fifth Thursday only',
    record: at('2026-01-29', { Type: 'MonthlyDay', Frequency: '1' }),
    occurrences: ['2026-01-29', '2026-04-30', '2026-07-30', '2026-10-29', '2026-12-31'],
    rrule: 'FREQ=MONTHLY;BYDAY=5TH',
    pattern: { type: 'relativeMonthly', interval: 1, daysOfWeek: ['thursday'], index: 'last' },
    loss: 'L-R2',
  },
  {
    row: 19,
    what: 'the fifth Thursday, else the fourth',
    record: at('2026-01-29', { Type: 'MonthlyDay', Frequency: '1', Nearest: 'true' }),
    occurrences: ['2026-01-29', '2026-02-26', '2026-03-26', '2026-04-30'],
    rrule: 'FREQ=MONTHLY;BYDAY=-1TH',
    pattern: { type: 'relativeMonthly', interval: 1, daysOfWeek: ['thursday'], index: 'last' },
  },
  {
    row: 20,
    what: 'ten Fridays',
    record: at('2026-01-02', { Type: 'Weekly', Frequency: '1' }, '2026-03-06'),
    occurrences: [
      ...['2026-01-02', '2026-01-09', '2026-01-16', '2026-01-23', '2026-01-30', '2026-02-06'],
      ...['2026-02-13', '2026-02-20', '2026-02-27', '2026-03-06'],
    ],
    rrule: 'FREQ=WEEKLY;UNTIL=20260306',
    pattern: { type: 'weekly', interval: 1, daysOfWeek: ['friday'], firstDayOfWeek: 'friday' },
  },
];

const cases = rows.map((row) => {
  const { record, pattern } = row;
  const fields = typeof record === 'string' ? readRecord(calendar, example(record)).fields : record;
  const rule = ruleOf(fields)!;
  const { start: startDate, until } = rule;
  const recurrence: PatternedRecurrence = {
    pattern,
    range:
      until === undefined ? { type: 'noEnd', startDate } : { type: 'endDate', startDate, endDate: until },
  };
  return { ...row, fields, rule, recurrence };
});

describe.each(cases)('#93 row $row: $what', ({ fields, rule, occurrences, rrule, recurrence, loss }) => {
  test('has the occurrences given', () => {
    expect(withExceptions(fields, occurrences.at(-1)!)).toEqual(occurrences);
  });

  test('is this RRULE, and this RRULE is it', () => {
    expect(rruleText(rule)).toBe(rrule);
    expect(comesBack(fromRRule(rrule, { start: rule.start, from: FROM }), rule)).toBe(true);
  });

  test('is this recurrence of Graph', () => {
    const mapping = toGraph(rule, { from: FROM });
    expect(mapping.recurrence).toEqual(recurrence);
    expect(mapping.losses.map(({ code }) => code)).toEqual(loss === undefined ? [] : [loss]);
  });
});

test.each(cases.filter(({ loss }) => loss === undefined))(
  '#93 row $row: $what: the recurrence of Graph is the rule',
  ({ rule, recurrence }) => {
    expect(comesBack(fromGraph(recurrence, { from: FROM }), rule)).toBe(true);
  },
);

test.each(cases.filter(({ loss }) => loss !== undefined))(
  '#93 #109 row $row: $what: the loss is named, and the rule known again as long as the recurrence stays',
  ({ rule, recurrence, loss }) => {
    const [lost] = toGraph(rule, { from: FROM }).losses;
    expect(lost?.code).toBe(loss);
    expect(lost?.sentence).toMatch(/^Outlook .*\.$/);
    expect(comesBack(fromGraph(recurrence, { from: FROM, remembered: { rule } }), rule)).toBe(true);
    expect(comesBack(fromGraph(recurrence, { from: FROM }), rule)).toBe(false);
    const changed = { ...recurrence, pattern: { ...recurrence.pattern, interval: 2 } };
    expect(comesBack(fromGraph(changed, { from: FROM, remembered: { rule } }), rule)).toBe(false);
  },
);

/** Dates up to a date on which something takes place, exceptions regarded. */
function withExceptions(fields: Fields, to: string): string[] {
  const rule = ruleOf(fields)!;
  const dates = new Set(occurrencesOf(rule, { from: rule.start, to }));
  for (const [date, value] of exceptionsOf(fields)) {
    dates.delete(date);
    const when = typeof value === 'object' && 'When' in value ? (value.When as { Start: string }) : undefined;
    if (when !== undefined) dates.add(when.Start.slice(0, 10));
  }
  return [...dates].sort();
}

function comesBack(result: ReturnType<typeof fromRRule>, rule: RecurrenceRule): boolean {
  if (!result.ok) throw new Error(result.refusal.sentence);
  return sameOccurrences(result.mapping.rule, rule) && result.mapping.deletedInRecord.length === 0;
}
