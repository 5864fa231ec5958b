/** Definitions of time zones for other programs (RFC 5545 3.6.5), by the zone rules of the platform. */
import { Temporal } from 'temporal-polyfill';
import { CODES } from '../calendar/recurrence/foreign-rule.ts';
import { positionOf } from '../calendar/recurrence/rule.ts';
import { dayNumber, weekdayIndex } from '../calendar/days.ts';
import { isKnownZone } from '../calendar/zones/index.ts';
import { contentLine } from './content-lines.ts';
import { escaped } from './texts.ts';

/** What comes after the last appointment follows the rules of the years before. */
const YEARS_AFTER = 6;
const MOST_YEARS = 80;
/** So many years in a row make a rule. */
const YEARS_OF_A_RULE = 3;

/** A change of the clocks. */
interface Change {
  /** By the clock before it, `YYYY-MM-DDThh:mm:ss`. */
  readonly local: string;
  /** Seconds east of UTC. */
  readonly before: number;
  readonly after: number;
}

/** The definition of a zone for appointments between two dates; empty for a zone that nobody knows. */
export function vtimezone(zone: string, from: string, to: string): string {
  if (!isKnownZone(zone)) return '';
  const firstYear = Math.max(Number(from.slice(0, 4)) - 1, 1);
  const lastYear = Math.min(Number(to.slice(0, 4)) + YEARS_AFTER, firstYear + MOST_YEARS, 9998);
  const begin = Temporal.PlainDateTime.from({ year: firstYear, month: 1, day: 1 }).toZonedDateTime(zone);
  const initial = secondsEast(begin);
  const groups = new Map<string, Change[]>();
  for (const change of changes(begin, lastYear)) {
    const key = `${change.before} ${change.after}`;
    groups.set(key, [...(groups.get(key) ?? []), change]);
  }
  const start = {
    local: begin.toPlainDateTime().toString({ smallestUnit: 'second' }),
    before: initial,
    after: initial,
  };
  return [
    'BEGIN:VTIMEZONE\r\n',
    contentLine('TZID', escaped(zone)),
    observance(start, ''),
    ...[...groups.values()].map((group) => observances(group, lastYear)),
    'END:VTIMEZONE\r\n',
  ].join('');
}

function changes(begin: Temporal.ZonedDateTime, lastYear: number): Change[] {
  const found: Change[] = [];
  let before = begin;
  for (;;) {
    const next = before.getTimeZoneTransition('next');
    if (next === null || next.year > lastYear) return found;
    const [from, to] = [secondsEast(before), secondsEast(next)];
    const local = next.toPlainDateTime().add({ seconds: from - to });
    // A zone may change its name alone.
    if (from !== to)
      found.push({ local: local.toString({ smallestUnit: 'second' }), before: from, after: to });
    before = next;
  }
}

const secondsEast = (time: Temporal.ZonedDateTime): number => Math.round(time.offsetNanoseconds / 1e9);

/** Changes between the same two clocks: by a rule from when one holds to the end, those before it one by one. */
function observances(group: readonly Change[], lastYear: number): string {
  const [rule, count] = lastRule(group, lastYear);
  const single = group.slice(0, group.length - count);
  const ruled = group[group.length - count];
  const [first] = single;
  // The first one again, which some readers take no notice of beside other dates.
  const listed = single.length > 1 ? single : [];
  const dates = listed.map(({ local }) => contentLine('RDATE', digits(local))).join('');
  return [
    first === undefined ? '' : observance(first, dates),
    ruled === undefined || count === 0 ? '' : observance(ruled, contentLine('RRULE', rule)),
  ].join('');
}

/** The rule that the last changes follow, and how many they are; 0 where there is none. */
function lastRule(group: readonly Change[], lastYear: number): readonly [rule: string, count: number] {
  const last = group.at(-1);
  if (last === undefined || Number(last.local.slice(0, 4)) !== lastYear) return ['', 0];
  const rules = candidates(last.local).map((rule) => {
    let count = 0;
    for (const { local } of group.toReversed()) {
      const follows = Number(local.slice(0, 4)) === lastYear - count && candidates(local).includes(rule);
      if (!follows || local.slice(11) !== last.local.slice(11)) break;
      count += 1;
    }
    return [rule, count] as const;
  });
  const [best] = rules.sort(([, a], [, b]) => b - a);
  return best !== undefined && best[1] >= YEARS_OF_A_RULE ? best : ['', 0];
}

/** The rules by which a change can have come to its date: the n-th weekday of its month, or the last. */
function candidates(local: string): string[] {
  const date = local.slice(0, 10);
  const { fromStart, fromEnd } = positionOf(date);
  const weekday = CODES[weekdayIndex(dayNumber(date))] ?? 'SU';
  const rule = (position: number) =>
    `FREQ=YEARLY;BYMONTH=${Number(date.slice(5, 7))};BYDAY=${position}${weekday}`;
  return [...(fromEnd === 1 ? [rule(-1)] : []), ...(fromStart < 5 ? [rule(fromStart)] : [])];
}

function observance({ local, before, after }: Change, more: string): string {
  const name = after > before ? 'DAYLIGHT' : 'STANDARD';
  return [
    `BEGIN:${name}\r\n`,
    contentLine('DTSTART', digits(local)),
    contentLine('TZOFFSETFROM', offset(before)),
    contentLine('TZOFFSETTO', offset(after)),
    more,
    `END:${name}\r\n`,
  ].join('');
}

const digits = (local: string) => local.replace(/[-:]/g, '');

function offset(seconds: number): string {
  const [hours, minutes, rest] = [3600, 60, 1].map((unit, index) =>
    String(Math.floor(Math.abs(seconds) / unit) % (index === 0 ? 100 : 60)).padStart(2, '0'),
  );
  return `${seconds < 0 ? '-' : '+'}${hours}${minutes}${rest === '00' ? '' : rest}`;
}
