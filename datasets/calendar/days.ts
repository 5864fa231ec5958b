/** Dates and local times as texts, and their arithmetic. The calendar is the Gregorian one throughout. */
import { parseDate } from '../schema/dates.ts';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const FIRST_INSTANT = Date.parse('0001-01-01T00:00:00Z');
const LAST_INSTANT = Date.parse('9999-12-31T23:59:59Z');

/** Of the dates that records can hold. */
export const LAST_DATE = '9999-12-31';

/** Monday first, as masks of weekdays are written. */
export const WEEKDAYS = [
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
  'Sunday',
] as const;

export type Weekday = (typeof WEEKDAYS)[number];

/** Days since 1970-01-01 of a date `YYYY-MM-DD`. */
export function dayNumber(date: string): number {
  return Date.parse(`${date}T00:00:00Z`) / DAY_MS;
}

/** The date, `YYYY-MM-DD`, of a number of days since 1970-01-01. */
export function dateOfDay(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

export function addDays(date: string, days: number): string {
  return dateOfDay(dayNumber(date) + days);
}

/** 0 for Monday to 6 for Sunday. 1970-01-01 was a Thursday. */
export function weekdayIndex(day: number): number {
  return (((day + 3) % 7) + 7) % 7;
}

export function weekdayOf(date: string): Weekday {
  return WEEKDAYS[weekdayIndex(dayNumber(date))] ?? 'Monday';
}

/** A local time, `YYYY-MM-DDThh:mm:ss`, some minutes later. */
export function addMinutes(local: string, minutes: number): string {
  return localTimeOf(Date.parse(`${local}Z`) + minutes * MINUTE_MS);
}

/** Minutes from one local time to another. */
export function minutesBetween(from: string, to: string): number {
  return (Date.parse(`${to}Z`) - Date.parse(`${from}Z`)) / MINUTE_MS;
}

/** `YYYY-MM-DDThh:mm:ss` of a UTC instant in milliseconds; of one beyond the years 1 to 9999 the nearest there is. */
export function localTimeOf(instant: number): string {
  return new Date(Math.min(Math.max(instant, FIRST_INSTANT), LAST_INSTANT)).toISOString().slice(0, 19);
}

/** A time as it stood in a text. */
export interface WrittenTime {
  /** Its digits, `YYYY-MM-DDThh:mm:ss`. */
  readonly local: string;
  /** Minutes east of UTC: 0 for `Z`; undefined where nothing is said. */
  readonly offset: number | undefined;
}

const written =
  /^(\d{4}-\d{2}-\d{2})[T ]((?:[01]\d|2[0-3]):[0-5]\d)(?::([0-5]\d)(?:[.,]\d{1,9})?)?\s*(?:(Z)|([+-])(\d{2}):?(\d{2}))?$/i;

/**
 * The time that a text holds, or undefined. Tolerant as spec: datasets 2.10 asks: without seconds, with a fraction, with
 * `Z` or an offset, with blanks around it.
 */
export function parseTime(text: string): WrittenTime | undefined {
  const match = written.exec(text.trim());
  if (match === null) return undefined;
  const [, date = '', time = '', seconds = '00', z, sign, hours, minutes] = match;
  if (parseDate(date) === undefined) return undefined;
  const east = Number(hours ?? 0) * 60 + Number(minutes ?? 0);
  const offset = sign === undefined ? (z === undefined ? undefined : 0) : sign === '-' ? -east : east;
  return { local: `${date}T${time}:${seconds}`, offset };
}
