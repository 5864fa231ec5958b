import { RRuleTemporal } from 'rrule-temporal';
import { Temporal } from 'temporal-polyfill';
import { addDays } from '../time/zones.ts';
import type { Recurrence, RecurrencePattern, Weekday, WeekIndex } from './recurrence.ts';

/**
 * The days of a recurrence. Days only: they are counted without a clock, and the wall clock time of the series is put on
 * them afterwards, so that a change to summer time moves nothing (spec: graph 3.2, 3.4).
 */

/** Rules whose expansion is remembered; the oldest is forgotten first. */
const rememberedRules = 2000;

/** Periods that the library may step through: every day of a thousand years. */
const maxPeriods = 400_000;

const rules = new Map<string, RRuleTemporal>();

/** The days of a recurrence from `from` to `to`, both inclusive, `YYYY-MM-DD`. */
export function daysWithin(recurrence: Recurrence, from: string, to: string): string[] {
  const first = from < recurrence.range.startDate ? recurrence.range.startDate : from;
  if (to < first) return [];
  return ruleOf(recurrence).between(midnight(first), midnight(to), true).map(dayOf);
}

export function isDayOf(recurrence: Recurrence, date: string): boolean {
  return daysWithin(recurrence, date, date).length === 1;
}

/** The first day of a recurrence after `date`; undefined after the last one. */
export function dayAfter(recurrence: Recurrence, date: string): string | undefined {
  const next = ruleOf(recurrence).next(midnight(date), false);
  return next === null ? undefined : dayOf(next);
}

/** The last day of a recurrence before `date`; undefined before the first one. */
export function dayBefore(recurrence: Recurrence, date: string): string | undefined {
  const previous = ruleOf(recurrence).previous(midnight(date), false);
  return previous === null ? undefined : dayOf(previous);
}

const periodDays = {
  daily: 1,
  weekly: 7,
  absoluteMonthly: 31,
  relativeMonthly: 31,
  absoluteYearly: 366,
  relativeYearly: 366,
} as const;

/** A day on or after the last one of a recurrence; undefined when it has no end. Each period has at least one day. */
export function latestDay({ pattern, range }: Recurrence): string | undefined {
  switch (range.type) {
    case 'noEnd':
      return undefined;
    case 'endDate':
      return range.endDate;
    case 'numbered':
      return addDays(
        range.startDate,
        (range.numberOfOccurrences + 1) * pattern.interval * periodDays[pattern.type],
      );
  }
}

function ruleOf(recurrence: Recurrence): RRuleTemporal {
  const key = JSON.stringify(recurrence);
  const known = rules.get(key);
  if (known !== undefined) return known;
  const [oldest] = rules.keys();
  if (rules.size >= rememberedRules && oldest !== undefined) rules.delete(oldest);
  const rule = makeRule(recurrence);
  rules.set(key, rule);
  return rule;
}

const codes: Readonly<Record<Weekday, string>> = {
  sunday: 'SU',
  monday: 'MO',
  tuesday: 'TU',
  wednesday: 'WE',
  thursday: 'TH',
  friday: 'FR',
  saturday: 'SA',
};

const positions: Readonly<Record<WeekIndex, number>> = { first: 1, second: 2, third: 3, fourth: 4, last: -1 };

/** The parts of an RRULE that select days. */
interface Selectors {
  readonly freq: 'DAILY' | 'WEEKLY' | 'MONTHLY' | 'YEARLY';
  byDay?: string[];
  byMonth?: number[];
  byMonthDay?: number[];
  bySetPos?: number[];
  wkst?: string;
}

function makeRule({ pattern, range }: Recurrence): RRuleTemporal {
  return new RRuleTemporal<Temporal.ZonedDateTime>({
    ...selectors(pattern),
    interval: pattern.interval,
    dtstart: utcDay(range.startDate),
    tzid: 'UTC',
    maxIterations: maxPeriods,
    ...(range.type === 'numbered' ? { count: range.numberOfOccurrences } : {}),
    ...(range.type === 'endDate' ? { until: utcDay(range.endDate) } : {}),
  });
}

function selectors(pattern: RecurrencePattern): Selectors {
  const byDay = pattern.daysOfWeek.map((day) => codes[day]);
  const bySetPos = [positions[pattern.index]];
  const byMonth = [pattern.month];
  switch (pattern.type) {
    case 'daily':
      return { freq: 'DAILY' };
    case 'weekly':
      return { freq: 'WEEKLY', byDay, wkst: codes[pattern.firstDayOfWeek] };
    case 'absoluteMonthly':
      return { freq: 'MONTHLY', ...monthDays(pattern.dayOfMonth) };
    case 'relativeMonthly':
      return { freq: 'MONTHLY', byDay, bySetPos };
    case 'absoluteYearly':
      return { freq: 'YEARLY', byMonth, ...monthDays(pattern.dayOfMonth) };
    case 'relativeYearly':
      return { freq: 'YEARLY', byMonth, byDay, bySetPos };
  }
}

/** The day of a month, or the last one of a month that is too short for it (spec: graph 3.4). */
function monthDays(day: number): Pick<Selectors, 'byMonthDay' | 'bySetPos'> {
  if (day <= 28) return { byMonthDay: [day] };
  return { byMonthDay: Array.from({ length: day - 27 }, (_, index) => 28 + index), bySetPos: [-1] };
}

const utcDay = (date: string): Temporal.ZonedDateTime => Temporal.PlainDate.from(date).toZonedDateTime('UTC');

const midnight = (date: string): Date => new Date(`${date}T00:00:00Z`);

const dayOf = (time: Temporal.ZonedDateTime): string => time.toPlainDate().toString();
