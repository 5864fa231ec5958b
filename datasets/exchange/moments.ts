/** Dates, times and durations of iCalendar (RFC 5545 3.3.4 to 3.3.6), and the time zones in which they are. Pure. */
import { addDays, localTimeOf, minutesBetween } from '../calendar/days.ts';
import {
  canonicalZone,
  ianaZoneOf,
  isKnownZone,
  utcOfWallClock,
  wallClockOfUtc,
} from '../calendar/zones/index.ts';
import { parseDate } from '../schema/dates.ts';
import { contentLine, paramOf, type Property } from './content-lines.ts';
import { unescaped } from './texts.ts';

/** A date, or a wall clock time in a zone. */
export interface Moment {
  /** `YYYY-MM-DD`. */
  readonly date: string;
  /** `hh:mm:ss`; none for whole days. */
  readonly time?: string;
  /** IANA name or `UTC`; empty for floating times and whole days. */
  readonly zone: string;
}

export const UTC = 'UTC';

/** IANA names by the names of a file's zones; undefined for those that nobody knows. */
export type ZoneNames = (tzid: string) => string | undefined;

/** `YYYY-MM-DDThh:mm:ss`; of a whole day its midnight. */
export const localOf = ({ date, time = '00:00:00' }: Moment): string => `${date}T${time}`;

export function momentOf(date: string, local: string | undefined, zone: string): Moment {
  return local === undefined ? { date, zone: '' } : { date, time: local.slice(11), zone };
}

const basic = (text: string) => text.replace(/[-:]/g, '');

/** A line with a moment. */
export function momentLine(name: string, moment: Moment): string {
  if (moment.time === undefined) return contentLine(name, basic(moment.date), { VALUE: 'DATE' });
  const digits = basic(localOf(moment));
  if (moment.zone === '') return contentLine(name, digits);
  if (canonicalZone(moment.zone) === UTC) return contentLine(name, `${digits}Z`);
  return contentLine(name, digits, { TZID: moment.zone });
}

export interface ReadMoment {
  readonly moment: Moment;
  /** Its zone is named and nobody knows it: the moment is floating. */
  readonly unknownZone: boolean;
}

/** The moment of one value of a property; undefined where it is none. */
export function readMoment(value: string, property: Property, zones: ZoneNames): ReadMoment | undefined {
  const match = /^(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})(Z?))?$/.exec(value.trim().toUpperCase());
  if (match === null) return undefined;
  const [, year = '', month = '', day = '', hours, minutes = '', seconds = '', z] = match;
  const date = parseDate(`${year}-${month}-${day}`);
  if (date === undefined) return undefined;
  if (hours === undefined || paramOf(property, 'value') === 'date') {
    return { moment: { date, zone: '' }, unknownZone: false };
  }
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 60) return undefined;
  // A leap second, which no clock of ours shows.
  const time = `${hours}:${minutes}:${seconds === '60' ? '59' : seconds}`;
  const tzid = property.params.get('tzid')?.[0] ?? '';
  const zone = z === 'Z' ? UTC : tzid === '' ? '' : zones(tzid);
  return { moment: { date, time, zone: zone ?? '' }, unknownZone: zone === undefined };
}

/** The same instant by the clock of another zone. Whole days and floating times have no instant: they keep their digits. */
export function inZone(moment: Moment, zone: string): Moment {
  if (moment.time === undefined || moment.zone === '' || zone === '' || moment.zone === zone) return moment;
  const utc = utcOfWallClock(localOf(moment), moment.zone);
  const local = utc === undefined ? undefined : wallClockOfUtc(utc, zone);
  return local === undefined ? moment : momentOf(local.slice(0, 10), local, zone);
}

/** Minutes of a DURATION, with a fraction for seconds; undefined where it is none. */
export function minutesOf(text: string): number | undefined {
  const match =
    /^([+-]?)P(?=\d|T\d)(?:(\d{1,6})W)?(?:(\d{1,6})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,8})M)?(?:(\d{1,9})S)?)?$/i.exec(
      text.trim(),
    );
  if (match === null) return undefined;
  const [weeks, days, hours, minutes, seconds] = match.slice(2).map((digits) => Number(digits || '0'));
  const whole = ((weeks ?? 0) * 7 + (days ?? 0)) * 1440 + (hours ?? 0) * 60 + (minutes ?? 0);
  const total = whole + (seconds ?? 0) / 60;
  return match[1] === '-' ? -total : total;
}

/** Minutes by the clock from one moment to another of the same zone. */
export const minutesFrom = (from: Moment, to: Moment): number => minutesBetween(localOf(from), localOf(to));

/** A moment some minutes later, rounded to seconds; whole days become later by whole days. */
export function later(moment: Moment, minutes: number): Moment {
  if (moment.time === undefined) return { ...moment, date: addDays(moment.date, Math.floor(minutes / 1440)) };
  const local = localTimeOf(Date.parse(`${localOf(moment)}Z`) + Math.round(minutes * 60) * 1000);
  return momentOf(local.slice(0, 10), local, moment.zone);
}

/**
 * The zones of a file: by their IANA names, also at the end of a longer one as some programs write them; by those of
 * Windows; or as the definition in the file tells (`X-LIC-LOCATION`).
 */
export function zoneNames(locations: ReadonlyMap<string, string>): ZoneNames {
  const known = new Map<string, string | undefined>();
  const find = (tzid: string): string | undefined => {
    const name = unescaped(tzid).trim();
    const parts = name
      .split('/')
      .filter((part) => part !== '')
      .slice(-3);
    const tails = parts.map((_, index) => parts.slice(index).join('/'));
    const candidates = [name, ianaZoneOf(name) ?? '', locations.get(tzid) ?? '', ...tails];
    return candidates.find((candidate) => candidate !== '' && isKnownZone(candidate));
  };
  return (tzid) => {
    if (!known.has(tzid)) known.set(tzid, find(tzid));
    return known.get(tzid);
  };
}
