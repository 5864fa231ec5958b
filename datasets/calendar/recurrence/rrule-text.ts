/** Our rules as recurrence rules of iCalendar (RFC 5545, section 3.3.10); every one of them can be said so. */
import { utcOfWallClock } from '../zones/wall-clock.ts';
import { CODES, codeOf } from './foreign-rule.ts';
import { normalForm } from './normal-form.ts';
import { positionOf, startWeekday, type RecurrenceRule } from './rule.ts';

/** The time of the occurrences, which the end of a rule in iCalendar has to name. */
export interface SeriesTime {
  /** `hh:mm:ss`. */
  readonly time: string;
  /** IANA name; none for floating times. */
  readonly zone?: string;
}

/**
 * The rule as the value of an RRULE whose DTSTART is the rule's start. `UNTIL` is a date for whole days, a local time for
 * floating ones, and UTC for those of a zone (8.3).
 */
export function rruleText(rule: RecurrenceRule, time?: SeriesTime): string {
  const plain = normalForm(rule);
  const { frequency, until } = plain;
  const inYears = plain.type === 'Yearly' || isYearly(plain);
  const interval = inYears && plain.type !== 'Yearly' ? frequency / 12 : frequency;
  return [
    `FREQ=${inYears ? 'YEARLY' : frequencyName(plain)}`,
    ...(interval === 1 ? [] : [`INTERVAL=${interval}`]),
    ...(inYears ? monthPart(plain) : []),
    ...dayParts(plain),
    ...(until === undefined ? [] : [`UNTIL=${untilText(until, time)}`]),
  ].join(';');
}

/** Every so many years on the n-th weekday of a month: to devices, every so many times twelve months. */
function isYearly({ type, frequency }: RecurrenceRule): boolean {
  return (type === 'MonthlyDay' || type === 'MonthlyEndDay') && frequency % 12 === 0;
}

function frequencyName({ type }: RecurrenceRule): string {
  if (type === 'Daily') return 'DAILY';
  return type === 'Weekly' ? 'WEEKLY' : 'MONTHLY';
}

function monthPart({ start, type }: RecurrenceRule): string[] {
  // The date of the start is what a yearly rule takes anyhow, but 29 February has to be said.
  if (type === 'Yearly' && start.slice(5) !== '02-29') return [];
  return [`BYMONTH=${Number(start.slice(5, 7))}`];
}

function dayParts(rule: RecurrenceRule): string[] {
  const { start, type, weekdays, nearest } = rule;
  const day = Number(start.slice(8));
  const code = CODES[startWeekday(rule)] ?? 'MO';
  switch (type) {
    case 'Daily':
      return [];
    case 'Weekly':
      return weekdays.length < 2 ? [] : [`BYDAY=${weekdays.map(codeOf).join(',')}`, `WKST=${code}`];
    case 'Yearly':
      return start.slice(5) === '02-29' ? monthDays(29, nearest) : [];
    case 'MonthlyDate':
      return monthDays(day, nearest);
    case 'MonthlyDay':
      return [`BYDAY=${positionOf(start).fromStart}${code}`];
    case 'MonthlyEndDay':
      return [`BYDAY=-${positionOf(start).fromEnd}${code}`];
  }
}

/** A day of the month; with `nearest` the last there is up to it (spec: datasets 10.2). */
function monthDays(day: number, nearest: boolean): string[] {
  if (!nearest) return [`BYMONTHDAY=${day}`];
  const days = [28, 29, 30, 31].filter((candidate) => candidate <= day);
  return [`BYMONTHDAY=${days.join(',')}`, 'BYSETPOS=-1'];
}

function untilText(until: string, time: SeriesTime | undefined): string {
  const basic = (text: string) => text.replace(/[-:]/g, '');
  if (time === undefined) return basic(until);
  const local = `${until}T${time.time}`;
  if (time.zone === undefined) return basic(local);
  return `${basic(utcOfWallClock(local, time.zone) ?? local)}Z`;
}
