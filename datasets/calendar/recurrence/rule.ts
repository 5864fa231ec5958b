/**
 * A recurrence rule as devices have it: six types, and everything else derived from the first date (spec: datasets 8.1).
 * The first occurrence is always the first date itself.
 */
import type { Fields } from '../../record/fields.ts';
import { isGroup, textOf } from '../../record/keys.ts';
import { parseDate } from '../../schema/dates.ts';
import { dayNumber, WEEKDAYS, weekdayIndex, weekdayOf, type Weekday } from '../days.ts';
import { textsIn } from '../group-element.ts';
import { parseRepeat, type RepeatType, type RepeatValue } from '../repeat-value.ts';
import { startDateOf } from '../when.ts';
import { daysInMonth, monthIndex } from './months.ts';

export interface RecurrenceRule {
  /** Date of the first occurrence, in the series' own zone. */
  readonly start: string;
  readonly type: RepeatType;
  /** In days, weeks, months or years, from 1. */
  readonly frequency: number;
  /** Of a weekly rule, Monday first, that of the start among them; of any other none. */
  readonly weekdays: readonly Weekday[];
  /** Where the computed date does not exist, the nearest earlier one is taken; else the period is skipped. */
  readonly nearest: boolean;
  /** Last date on which an occurrence may start; undefined: forever. */
  readonly until: string | undefined;
}

/** The rule of a record; undefined where it does not repeat or has no start. */
export function ruleOf(fields: Fields): RecurrenceRule | undefined {
  const start = startDateOf(fields);
  const repeat = isGroup(fields.Repeat) ? parseRepeat(textsIn(fields.Repeat)) : undefined;
  if (start === undefined || repeat === undefined) return undefined;
  return {
    start,
    type: repeat.Type,
    frequency: Number(repeat.Frequency),
    weekdays: repeat.Type === 'Weekly' ? withWeekdayOf(start, repeat.WeekMask ?? '') : [],
    nearest: repeat.Nearest === 'true',
    until: parseDate(textOf(fields['Repeat@Until'])),
  };
}

/** The fields `Repeat` and, where the rule ends, `Repeat@Until`. */
export function repeatFields(rule: RecurrenceRule): Fields {
  const repeat: RepeatValue = {
    Frequency: String(rule.frequency),
    ...(rule.nearest && { Nearest: 'true' }),
    Type: rule.type,
    ...(rule.type === 'Weekly' && { WeekMask: rule.weekdays.join(' ') }),
  };
  return { Repeat: repeat, ...(rule.until !== undefined && { 'Repeat@Until': rule.until }) };
}

/** A mask's days, and that of the start, which is an occurrence anyhow (8.1). */
function withWeekdayOf(start: string, mask: string): Weekday[] {
  const names = mask.split(' ');
  const own = weekdayOf(start);
  return WEEKDAYS.filter((day) => day === own || names.includes(day));
}

/** Where a date stands in its month: the n-th of its weekday, and the n-th from the end; both 1 to 5. */
export function positionOf(date: string): { readonly fromStart: number; readonly fromEnd: number } {
  const day = Number(date.slice(8));
  const length = daysInMonth(monthIndex(date));
  return { fromStart: Math.ceil(day / 7), fromEnd: Math.floor((length - day) / 7) + 1 };
}

/** Whether the rule ever comes to a date that does not exist, so that `nearest` changes something (8.5). */
export function nearestMatters({ start, type, frequency }: RecurrenceRule): boolean {
  switch (type) {
    case 'Daily':
    case 'Weekly':
      return false;
    case 'MonthlyDate':
      return Number(start.slice(8)) > shortestMonth(start, frequency);
    case 'MonthlyDay':
      return positionOf(start).fromStart === 5;
    case 'MonthlyEndDay':
      return positionOf(start).fromEnd === 5;
    case 'Yearly':
      return start.slice(5) === '02-29';
  }
}

/** Days of the shortest month that every so many months come to, February with its 28. */
function shortestMonth(start: string, frequency: number): number {
  const first = monthIndex(start);
  let shortest = 31;
  for (let step = 0; step < 12; step += 1) {
    const month = (first + step * frequency) % 12;
    shortest = Math.min(shortest, month === 1 ? 28 : daysInMonth(month));
  }
  return shortest;
}

/** Whether all seven days of every week are meant. */
export const isEveryDay = (rule: RecurrenceRule): boolean =>
  rule.type === 'Weekly' && rule.frequency === 1 && rule.weekdays.length === 7;

/** 0 for Monday to 6 for Sunday, of the rule's first date. */
export const startWeekday = (rule: RecurrenceRule): number => weekdayIndex(dayNumber(rule.start));
