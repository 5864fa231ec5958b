/** Rules of iCalendar to ours (spec: datasets 8.3); rrule-text.ts has the other direction. */
import { addDays, localTimeOf, WEEKDAYS, weekdayOf, type Weekday } from '../days.ts';
import { wallClockOfUtc } from '../zones/wall-clock.ts';
import { parseDate } from '../../schema/dates.ts';
import { LONGEST_STEP } from '../repeat-value.ts';
import { CODES, type ForeignEnd, type ForeignRule } from './foreign-rule.ts';
import { refusal } from './losses.ts';
import type { SeriesTime } from './rrule-text.ts';
import type { Mapped, SeriesMapping } from './series-mapping.ts';
import { toRule } from './to-rule.ts';

export interface FromRRuleOptions {
  /** Date of DTSTART, in the zone of the series. */
  readonly start: string;
  /** Time of DTSTART; none for whole days. */
  readonly time?: SeriesTime;
  /** First day of the year from which on approximations are right (horizon.ts). */
  readonly from: string;
}

/**
 * The rule of the value of an RRULE. Refused (L-R3) where it is none, comes more often than once a day, has several days of
 * a month, or parts beyond those of the six types.
 */
export function fromRRule(rrule: string, options: FromRRuleOptions): Mapped<SeriesMapping> {
  const parts = partsOf(rrule);
  const rule = parts && foreignRule(parts, options.start);
  const end = parts && endOf(parts, options);
  if (rule === undefined || end === undefined) {
    return { ok: false, refusal: refusal(`The device has no such recurrence: ${rrule.slice(0, 200)}`) };
  }
  return toRule({ rule, end, start: options.start }, options.from);
}

type Parts = ReadonlyMap<string, string>;

const KNOWN = [
  'FREQ',
  'INTERVAL',
  'BYDAY',
  'BYMONTHDAY',
  'BYMONTH',
  'BYSETPOS',
  'WKST',
  'UNTIL',
  'COUNT',
  'SKIP',
  'RSCALE',
];

function partsOf(rrule: string): Parts | undefined {
  const parts = new Map<string, string>();
  for (const part of rrule
    .trim()
    .toUpperCase()
    .replace(/^RRULE:/, '')
    .split(';')) {
    const [name = '', value = ''] = part.split('=');
    if (!KNOWN.includes(name) || parts.has(name) || value === '') return undefined;
    parts.set(name, value);
  }
  return parts;
}

/** What the parts say; undefined where it is more than `ForeignRule` can. */
function foreignRule(parts: Parts, start: string): ForeignRule | undefined {
  const interval = wholeNumber(parts.get('INTERVAL') ?? '1', 1, LONGEST_STEP);
  if (interval === undefined || (parts.get('RSCALE') ?? 'GREGORIAN') !== 'GREGORIAN') return undefined;
  const has = (...names: readonly string[]) => names.some((name) => parts.has(name));
  switch (parts.get('FREQ')) {
    case 'DAILY':
      if (has('BYMONTHDAY', 'BYMONTH', 'BYSETPOS')) return undefined;
      return has('BYDAY') ? everyWeekday(parts, interval) : { kind: 'daily', interval };
    case 'WEEKLY': {
      if (has('BYMONTHDAY', 'BYMONTH', 'BYSETPOS')) return undefined;
      const weekdays = has('BYDAY') ? plainWeekdays(parts) : [weekdayOf(start)];
      const weekStart = weekdayOfCode(parts.get('WKST') ?? 'MO');
      return weekdays && weekStart && { kind: 'weekly', interval, weekdays, weekStart };
    }
    case 'MONTHLY':
      return has('BYMONTH') ? undefined : ofMonth(parts, { step: interval }, start);
    case 'YEARLY': {
      const month = wholeNumber(parts.get('BYMONTH') ?? start.slice(5, 7), 1, 12);
      // Without a month the n-th weekday would be that of the year, and a day that of every month.
      if (month === undefined || (has('BYDAY', 'BYMONTHDAY') && !has('BYMONTH'))) return undefined;
      return ofMonth(parts, { step: 12 * interval, month }, start);
    }
    default:
      return undefined;
  }
}

/** "Every day that is one of these" of a daily rule. */
function everyWeekday(parts: Parts, interval: number): ForeignRule | undefined {
  const weekdays = plainWeekdays(parts);
  if (interval !== 1 || weekdays === undefined) return undefined;
  return { kind: 'weekly', interval: 1, weekdays, weekStart: 'Monday' };
}

interface Months {
  readonly step: number;
  readonly month?: number;
}

function ofMonth(parts: Parts, months: Months, start: string): ForeignRule | undefined {
  if (!parts.has('BYDAY')) return ofDays(parts, months, start);
  if (parts.has('BYMONTHDAY')) return undefined;
  const position = numbers(parts.get('BYSETPOS'), -5, 5);
  const match = /^([+-]?[1-5])([A-Z]{2})$/.exec(parts.get('BYDAY') ?? '');
  const weekday = weekdayOfCode(match?.[2] ?? '');
  if (weekday !== undefined && position === undefined)
    return { kind: 'weekdayOfMonth', ...months, weekdays: [weekday], position: Number(match?.[1]) };
  const weekdays = plainWeekdays(parts);
  const [only] = position ?? [];
  if (weekdays === undefined || only === undefined || only === 0 || position?.length !== 1) return undefined;
  return { kind: 'weekdayOfMonth', ...months, weekdays, position: only };
}

function ofDays(parts: Parts, months: Months, start: string): ForeignRule | undefined {
  const days = numbers(parts.get('BYMONTHDAY') ?? start.slice(8), -31, 31);
  if (days === undefined) return undefined;
  const [first = 0] = days;
  const last = Math.max(...days);
  const skip = parts.get('SKIP') ?? 'OMIT';
  if (skip !== 'OMIT' && skip !== 'BACKWARD') return undefined;
  const position = parts.get('BYSETPOS');
  if (days.length === 1 && (position === undefined || position === '1' || position === '-1')) {
    if (first === -1) return { kind: 'monthDay', ...months, day: 31, clamp: true };
    return first < 1 ? undefined : { kind: 'monthDay', ...months, day: first, clamp: skip === 'BACKWARD' };
  }
  // The last of 28 up to a day is that day, or the last of a month that is too short (spec: datasets 10.2).
  const fromEnd = days.toSorted((a, b) => a - b).every((day, index) => day === 28 + index);
  return fromEnd && position === '-1' ? { kind: 'monthDay', ...months, day: last, clamp: true } : undefined;
}

/** Undefined for an end that makes no sense. */
function endOf(parts: Parts, { start, time }: FromRRuleOptions): ForeignEnd | undefined {
  const count = parts.get('COUNT');
  const until = parts.get('UNTIL');
  if (count !== undefined) {
    const number = until === undefined ? wholeNumber(count, 1, 1_000_000) : undefined;
    return number === undefined ? undefined : { count: number };
  }
  if (until === undefined) return {};
  const match = /^(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})(Z?))?$/.exec(until);
  if (match === null) return undefined;
  const [, year = '', month = '', day = '', hours, minutes = '', seconds = '', z] = match;
  const date = parseDate(`${year}-${month}-${day}`);
  if (date === undefined) return undefined;
  if (hours === undefined || time === undefined) return { until: date };
  const written = Date.parse(`${date}T${hours}:${minutes}:${seconds}Z`);
  if (Number.isNaN(written)) return undefined;
  const local =
    z === 'Z' && time.zone !== undefined
      ? wallClockOfUtc(localTimeOf(written), time.zone)
      : localTimeOf(written);
  if (local === undefined) return undefined;
  const last = local.slice(0, 10);
  // An occurrence that begins later on that day is none any more; before the start there is none anyhow.
  return { until: local.slice(11) < time.time && last > start ? addDays(last, -1) : last };
}

function plainWeekdays(parts: Parts): Weekday[] | undefined {
  const named = (parts.get('BYDAY') ?? '').split(',').map(weekdayOfCode);
  return named.includes(undefined) ? undefined : WEEKDAYS.filter((day) => named.includes(day));
}

function weekdayOfCode(code: string): Weekday | undefined {
  return WEEKDAYS[CODES.findIndex((candidate) => candidate === code)];
}

function wholeNumber(text: string, least: number, most: number): number | undefined {
  if (!/^[+-]?\d{1,7}$/.test(text)) return undefined;
  const value = Number(text);
  return value >= least && value <= most ? value : undefined;
}

/** Numbers with commas between them, each once; undefined where one is none. */
function numbers(text: string | undefined, least: number, most: number): number[] | undefined {
  if (text === undefined) return undefined;
  const values = text.split(',').map((part) => wholeNumber(part, least, most));
  const known = values.filter((value) => value !== undefined);
  return known.length === values.length ? [...new Set(known)] : undefined;
}
