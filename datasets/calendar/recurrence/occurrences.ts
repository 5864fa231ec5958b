/**
 * Whether a rule has an occurrence on a date, and its last one up to a date: by arithmetic, since every record is asked
 * for them whenever it is compared. Listing occurrences is expand.ts's.
 */
import { dateOfDay, dayNumber, LAST_DATE, WEEKDAYS, weekdayIndex } from '../days.ts';
import { dateInMonth, daysInMonth, monthIndex, nthWeekday } from './months.ts';
import { positionOf, startWeekday, type RecurrenceRule } from './rule.ts';

const LAST_DAY = dayNumber(LAST_DATE);

/** Whether the rule puts an occurrence on a date; exceptions are not asked. */
export function occursOn(rule: RecurrenceRule, date: string): boolean {
  return date >= rule.start && lastOccurrence(rule, date) === date;
}

/** The last date of an occurrence up to a date, the rule's own end regarded; undefined where the date lies before the start. */
export function lastOccurrence(rule: RecurrenceRule, upTo: string): string | undefined {
  if (upTo < rule.start) return undefined;
  const limit = rule.until !== undefined && rule.until < upTo ? rule.until : upTo;
  for (let period = periodOf(rule, limit); period > 0; period -= 1) {
    const date = datesIn(rule, period).findLast((candidate) => candidate <= limit);
    if (date !== undefined) return date;
  }
  return datesIn(rule, 0).findLast((candidate) => candidate <= limit) ?? rule.start;
}

/** The date of the first occurrence after that of another one; undefined: it was the last. */
export function nextOccurrence(rule: RecurrenceRule, after: string): string | undefined {
  const limit = rule.until ?? LAST_DATE;
  for (let period = periodOf(rule, after); period <= periodOf(rule, limit); period += 1) {
    const date = datesIn(rule, period).find((candidate) => candidate > after);
    if (date !== undefined) return date <= limit ? date : undefined;
  }
  return undefined;
}

/** The rule's last occurrence at all; undefined: it never ends. */
export function endOf(rule: RecurrenceRule): string | undefined {
  return rule.until === undefined ? undefined : lastOccurrence(rule, LAST_DATE);
}

/** Number of the period, from 0, in which a date from the start on lies: days, weeks, months or years times frequency. */
function periodOf({ start, type, frequency }: RecurrenceRule, date: string): number {
  const days = dayNumber(date) - dayNumber(start);
  const months = monthIndex(date) - monthIndex(start);
  switch (type) {
    case 'Daily':
      return Math.floor(days / frequency);
    case 'Weekly':
      return Math.floor(days / (7 * frequency));
    case 'MonthlyDate':
    case 'MonthlyDay':
    case 'MonthlyEndDay':
      return Math.floor(months / frequency);
    case 'Yearly':
      return Math.floor((Math.floor(monthIndex(date) / 12) - Math.floor(monthIndex(start) / 12)) / frequency);
  }
}

/** The dates of one period, in their order. */
function datesIn(rule: RecurrenceRule, period: number): string[] {
  const { start, type, frequency, weekdays } = rule;
  switch (type) {
    case 'Daily':
      return [dateOfDay(dayNumber(start) + period * frequency)];
    case 'Weekly': {
      // Blocks of weeks are counted from the start, not from a first day of the week (8.1).
      const first = dayNumber(start) + period * 7 * frequency;
      return [0, 1, 2, 3, 4, 5, 6]
        .map((offset) => first + offset)
        .filter((day) => day <= LAST_DAY && weekdays.includes(WEEKDAYS[weekdayIndex(day)] ?? 'Monday'))
        .map(dateOfDay);
    }
    case 'MonthlyDate':
    case 'MonthlyDay':
    case 'MonthlyEndDay':
      return dateOfMonth(rule, monthIndex(start) + period * frequency);
    case 'Yearly':
      return dateOfMonth(rule, monthIndex(start) + period * frequency * 12);
  }
}

function dateOfMonth(rule: RecurrenceRule, month: number): string[] {
  const day = dayOfMonth(rule, month);
  return day === undefined ? [] : [dateInMonth(month, day)];
}

function dayOfMonth(rule: RecurrenceRule, month: number): number | undefined {
  const { start, type, nearest } = rule;
  if (type === 'MonthlyDate' || type === 'Yearly') {
    const day = Number(start.slice(8));
    const length = daysInMonth(month);
    return day <= length ? day : nearest ? length : undefined;
  }
  const { fromStart, fromEnd } = positionOf(start);
  const [n, instead] = type === 'MonthlyDay' ? [fromStart, 4] : [-fromEnd, -4];
  const weekday = startWeekday(rule);
  return nthWeekday(month, weekday, n) ?? (nearest ? nthWeekday(month, weekday, instead) : undefined);
}
