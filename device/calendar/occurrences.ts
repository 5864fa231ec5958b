/**
 * What happens between two dates: appointments and the occurrences of series, with those moved or taken away, as the
 * handheld's calendar shows them. Pure; the zone is given.
 */
import { addDays, dayNumber } from '../../datasets/calendar/days.ts';
import {
  exceptionsOf,
  isAllDay,
  isZoned,
  occurrenceOn,
  occurrencesOf,
  ruleOf,
  utcOfWallClock,
  wallClockOfUtc,
} from '../../datasets/calendar/index.ts';
import type { Fields, FieldValue } from '../../datasets/index.ts';
import { isGroup, textOf } from '../../datasets/record/keys.ts';

/** Dates by the handheld's calendar, both inclusive. */
export interface DateRange {
  readonly from: string;
  readonly to: string;
}

export interface ShownTime {
  readonly allDay: boolean;
  /** Dates of whole days, both inclusive; else local times `YYYY-MM-DDThh:mm:ss` by the handheld's own clock. */
  readonly from: string;
  readonly to: string;
}

export interface Occurrence {
  /** Id of the record: of the whole series, if it is one. */
  readonly id: string;
  /** The date, in the series' own zone, on which its rule puts the occurrence; undefined: the appointment is single. */
  readonly original: string | undefined;
  /** Whether an exception of the series says what happens instead. */
  readonly isReplacement: boolean;
  /** Of the occurrence, as if it were an appointment of its own. */
  readonly fields: Fields;
  readonly shown: ShownTime;
}

interface StoredAppointment {
  readonly id: string;
  readonly fields: Fields;
}

/** Clocks are at most so many days apart. */
const CLOCKS_APART = 2;

/** In the order in which they begin; whole days first. `zone`: IANA name of the handheld's own. */
export function occurrencesBetween(
  appointments: Iterable<StoredAppointment>,
  range: DateRange,
  zone: string,
): Occurrence[] {
  const found: Occurrence[] = [];
  for (const { id, fields } of appointments) {
    for (const happening of happenings(fields, range)) {
      const shown = shownTime(happening.fields, zone);
      if (shown !== undefined && touches(shown, range)) found.push({ id, ...happening, shown });
    }
  }
  return found.sort(inTime);
}

type Happening = Pick<Occurrence, 'original' | 'isReplacement' | 'fields'>;

function* happenings(fields: Fields, { from, to }: DateRange): IterableIterator<Happening> {
  const rule = ruleOf(fields);
  if (rule === undefined) {
    yield { original: undefined, isReplacement: false, fields };
    return;
  }
  const exceptions = exceptionsOf(fields);
  const taken = new Set(exceptions.map(([date]) => date));
  const near = {
    from: addDays(from, -daysSpanned(fields.When) - CLOCKS_APART),
    to: addDays(to, CLOCKS_APART),
  };
  for (const original of occurrencesOf(rule, near)) {
    if (taken.has(original)) continue;
    yield { original, isReplacement: false, fields: occurrenceOn(fields, original) };
  }
  for (const [original, value] of exceptions) {
    if (isGroup(value)) yield { original, isReplacement: true, fields: value };
  }
}

function shownTime({ When: when, ...rest }: Fields, zone: string): ShownTime | undefined {
  const [from, to] = ends(when);
  if (from === '') return undefined;
  if (isAllDay(when)) return { allDay: true, from, to };
  const own = isZoned({ ...rest, When: when ?? '' }) ? textOf(rest.TimeZone).trim() : undefined;
  return { allDay: false, from: atDevice(from, own, zone), to: atDevice(to, own, zone) };
}

/** Times of a zone that nobody knows are taken for local ones, as a device does (spec: datasets 4.3). */
function atDevice(local: string, own: string | undefined, zone: string): string {
  const utc = own === undefined ? undefined : utcOfWallClock(local, own);
  return (utc && wallClockOfUtc(utc, zone)) ?? local;
}

function touches(shown: ShownTime, { from, to }: DateRange): boolean {
  if (shown.from.slice(0, 10) > to) return false;
  if (shown.allDay) return shown.to >= from;
  const midnight = `${from}T00:00:00`;
  // What ends at midnight is over by then.
  return shown.to > midnight || shown.from >= midnight;
}

function inTime(a: Occurrence, b: Occurrence): number {
  const key = ({ shown, id }: Occurrence): string => `${shown.from} ${shown.to} ${id}`;
  return key(a) < key(b) ? -1 : 1;
}

function daysSpanned(when: FieldValue | undefined): number {
  const [from, to] = ends(when);
  return dayNumber(to.slice(0, 10)) - dayNumber(from.slice(0, 10));
}

/** Start and end; empty texts of what has none. */
function ends(when: FieldValue | undefined): [from: string, to: string] {
  if (!isGroup(when)) return ['', ''];
  return isAllDay(when)
    ? [textOf(when.StartDate), textOf(when.EndDate)]
    : [textOf(when.Start), textOf(when.End)];
}
