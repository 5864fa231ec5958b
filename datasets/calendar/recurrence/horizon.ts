/**
 * How far ahead approximations are right. Both reach from the first day of a year, for a record that changed by the day
 * would be sent by the day; from any day of that year they are right for five years, and for ten.
 */
import { dateOfDay, dayNumber, LAST_DATE } from '../days.ts';
import type { DateRange } from './expand.ts';
import { dateInMonth, daysInMonth, monthIndex } from './months.ts';

/** Six years in days. */
const DEVICE_DAYS = 2192;
/** Eleven years in days. */
const OUTLOOK_DAYS = 4018;

/** The last date up to which a record approximates what only Outlook can say: it is made anew with each year's reading. */
export const recordHorizon = (from: string): string => daysLater(from, DEVICE_DAYS);

/**
 * The dates between which single occurrences in Graph are put right from a date on, in whole months: they stay as they are
 * until the series is written again, which may be years later.
 */
export function correctionsFrom(from: string): DateRange {
  return { from: `${from.slice(0, 8)}01`, to: monthEnd(daysLater(from, OUTLOOK_DAYS)) };
}

export const monthEnd = (date: string): string =>
  dateInMonth(monthIndex(date), daysInMonth(monthIndex(date)));

const daysLater = (from: string, days: number): string =>
  dateOfDay(Math.min(dayNumber(from) + days, dayNumber(LAST_DATE)));
