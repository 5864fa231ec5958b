import { asObject, asString, cannotConvert } from '../items/edm.ts';
import { GraphFault } from '../protocol/fault.ts';
import { ianaOf, instantOf, localOf } from './zones.ts';

/** A `dateTimeTimeZone`: a wall clock time that keeps the zone it was written in (spec: graph 3.2). */
export interface ZonedTime {
  /** `YYYY-MM-DDTHH:MM:SS`. */
  readonly local: string;
  /** The zone's name as it was written. */
  readonly zone: string;
  /** The instant, in milliseconds since 1970. */
  readonly at: number;
}

const form = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2})(?::(\d{2})(?:\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})?$/i;

/**
 * Reads `{dateTime, timeZone}`; without a zone it is UTC. An offset in dateTime counts, the zone is the one that it is
 * shown in. Fractions of a second are dropped. Throws a GraphFault 400.
 */
export function readZonedTime(name: string, value: unknown): ZonedTime {
  const { dateTime, timeZone } = asObject(name, value, ['dateTime', 'timeZone']);
  const text = asString(`${name}/dateTime`, dateTime);
  const zone = timeZone === undefined || timeZone === null ? 'UTC' : asString(`${name}/timeZone`, timeZone);
  const iana = knownZone(zone);
  const [, minutes, seconds = '00', offset] = form.exec(text) ?? [];
  // Date.parse knows which days and hours there are.
  const utc = minutes === undefined ? Number.NaN : Date.parse(`${minutes}:${seconds}Z`);
  if (minutes === undefined || !isSame(utc, `${minutes}:${seconds}`)) {
    throw cannotConvert(`${name}/dateTime`, text, 'a date and time');
  }
  if (offset === undefined) return zonedTime(`${minutes}:${seconds}`, zone);
  const at = Date.parse(`${minutes}:${seconds}${offset}`);
  return { local: localOf(at, iana), zone, at };
}

function isSame(utc: number, local: string): boolean {
  return !Number.isNaN(utc) && new Date(utc).toISOString().startsWith(local);
}

/** A wall clock time in a zone whose name is known to be good. */
export function zonedTime(local: string, zone: string): ZonedTime {
  return { local, zone, at: instantOf(local, ianaOf(zone) ?? 'UTC') };
}

/** The IANA name of the zone. Throws a GraphFault 400 for a name that nobody knows. */
export function knownZone(name: string): string {
  const iana = ianaOf(name);
  if (iana !== undefined) return iana;
  throw new GraphFault(400, 'TimeZoneNotSupportedException', `The time zone '${name}' is not supported.`);
}

/** A `dateTimeTimeZone` of an answer: 7 digits of a second, no offset (spec: graph 1 line 12). */
export interface ShownTime {
  readonly dateTime: string;
  readonly timeZone: string;
}

/** An instant as it is shown in a zone, UTC unless the request prefers another. */
export function showInstant(at: number, zone: string | undefined): ShownTime {
  const name = zone ?? 'UTC';
  return { dateTime: `${localOf(at, knownZone(name))}.0000000`, timeZone: name };
}

/** An Edm.DateTimeOffset of an event or a task: with 7 digits of a second (spec: graph 1 line 12). */
export function preciseInstant(at: number): string {
  return `${new Date(at).toISOString().slice(0, 23)}0000Z`;
}
