/** Recurrences as Microsoft Graph has them: its JSON, and the same as a rule of iCalendar. */
import type { ForeignEnd, ForeignRule } from './foreign-rule.ts';
import { parseDate } from '../../schema/dates.ts';
import { WEEKDAYS, type Weekday } from '../days.ts';
import { LONGEST_STEP } from '../repeat-value.ts';

export interface PatternedRecurrence {
  readonly pattern: RecurrencePattern;
  readonly range: RecurrenceRange;
}

/** Graph sends zeros and a first index where a part has no meaning; they are not looked at. */
export interface RecurrencePattern {
  readonly type:
    'daily' | 'weekly' | 'absoluteMonthly' | 'relativeMonthly' | 'absoluteYearly' | 'relativeYearly';
  readonly interval: number;
  readonly month?: number;
  readonly dayOfMonth?: number;
  readonly daysOfWeek?: readonly GraphWeekday[];
  /** Sunday where it is absent. */
  readonly firstDayOfWeek?: GraphWeekday;
  readonly index?: WeekIndex;
}

export interface RecurrenceRange {
  readonly type: 'endDate' | 'noEnd' | 'numbered';
  readonly startDate: string;
  readonly endDate?: string;
  readonly numberOfOccurrences?: number;
  readonly recurrenceTimeZone?: string;
}

export type GraphWeekday = Lowercase<Weekday>;
export type WeekIndex = 'first' | 'second' | 'third' | 'fourth' | 'last';

export const WEEK_INDEXES = ['first', 'second', 'third', 'fourth'] as const;

const graphWeekdays = new Map<string, Weekday>(WEEKDAYS.map((day) => [day.toLowerCase(), day]));

export function graphWeekday(day: Weekday): GraphWeekday {
  return day.toLowerCase() as GraphWeekday;
}

/** What the pattern says; undefined where a part that its type needs is missing or makes no sense. */
export function foreignRuleOf(pattern: RecurrencePattern): ForeignRule | undefined {
  const { type, interval } = pattern;
  if (!isBetween(interval, 1, LONGEST_STEP)) return undefined;
  const weekdays = weekdaysOf(pattern);
  const yearly = type === 'absoluteYearly' || type === 'relativeYearly';
  if (yearly && !isBetween(pattern.month, 1, 12)) return undefined;
  const step = yearly ? 12 * interval : interval;
  const month = yearly ? { month: pattern.month ?? 1 } : {};
  switch (type) {
    case 'daily':
      return { kind: 'daily', interval };
    case 'weekly': {
      const weekStart = graphWeekdays.get(pattern.firstDayOfWeek ?? 'sunday') ?? 'Sunday';
      return weekdays.length === 0 ? undefined : { kind: 'weekly', interval, weekdays, weekStart };
    }
    case 'absoluteMonthly':
    case 'absoluteYearly': {
      const day = pattern.dayOfMonth;
      // Exchange takes the last day of a month that is too short (8.2, row 5).
      return isBetween(day, 1, 31) ? { kind: 'monthDay', step, ...month, day, clamp: true } : undefined;
    }
    case 'relativeMonthly':
    case 'relativeYearly': {
      const index = pattern.index ?? 'first';
      const position = index === 'last' ? -1 : WEEK_INDEXES.indexOf(index) + 1;
      if (weekdays.length === 0 || position === 0) return undefined;
      return { kind: 'weekdayOfMonth', step, ...month, weekdays, position };
    }
  }
}

/** Where the range ends. */
export function foreignEndOf(range: RecurrenceRange): ForeignEnd {
  if (range.type === 'numbered') return { count: range.numberOfOccurrences ?? 1 };
  const until = parseDate(range.endDate ?? '');
  return range.type === 'endDate' && until !== undefined ? { until } : {};
}

/** Whether two recurrences have the same pattern and first date; their ends are not looked at. */
export function samePattern(a: PatternedRecurrence, b: PatternedRecurrence): boolean {
  const key = ({ pattern, range }: PatternedRecurrence) =>
    JSON.stringify([foreignRuleOf(pattern) ?? null, range.startDate]);
  return key(a) === key(b);
}

function weekdaysOf({ daysOfWeek = [] }: RecurrencePattern): Weekday[] {
  const named = new Set(daysOfWeek.map((day) => graphWeekdays.get(day)));
  return WEEKDAYS.filter((day) => named.has(day));
}

function isBetween(value: number | undefined, least: number, most: number): value is number {
  return value !== undefined && Number.isInteger(value) && value >= least && value <= most;
}
