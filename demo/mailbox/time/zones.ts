import { Temporal } from 'temporal-polyfill';
import { ianaZoneOf, isKnownZone, windowsZoneOf } from '../../../datasets/calendar/zones/index.ts';
import { windowsZones } from '../../../datasets/calendar/zones/tables.ts';

/** Time zones by their Windows and IANA names, and wall clock times in them (spec: graph 3.2). */

/** The names of all Windows zones. */
export const windowsZoneNames: readonly string[] = Object.keys(windowsZones);

/** The IANA name of a zone given by its Windows or IANA name; undefined when nobody knows it. */
export function ianaOf(name: string): string | undefined {
  if (name === 'tzone://Microsoft/Utc') return 'UTC';
  // An offset is no name of a zone, though the platform takes it for one.
  return ianaZoneOf(name) ?? (/^[a-z]/i.test(name) && isKnownZone(name) ? name : undefined);
}

/** The Windows name of a zone given by either name; the name itself when Windows has none for it. */
export function windowsOf(name: string): string {
  return Object.hasOwn(windowsZones, name) ? name : (windowsZoneOf(name) ?? name);
}

/**
 * The instant of a wall clock time `YYYY-MM-DDTHH:MM:SS` in an IANA zone, in milliseconds since 1970. A time that the
 * clock skips is taken as the one as much later; of one that it shows twice the first counts.
 */
export function instantOf(local: string, zone: string): number {
  if (zone === 'UTC') return Date.parse(`${local}Z`);
  return Temporal.PlainDateTime.from(local).toZonedDateTime(zone).epochMilliseconds;
}

/** The wall clock time `YYYY-MM-DDTHH:MM:SS` of an instant in an IANA zone. */
export function localOf(instant: number, zone: string): string {
  if (zone === 'UTC') return new Date(instant).toISOString().slice(0, 19);
  return Temporal.Instant.fromEpochMilliseconds(instant)
    .toZonedDateTimeISO(zone)
    .toPlainDateTime()
    .toString({ smallestUnit: 'second' });
}

/** `(UTC+01:00) Europe/Berlin`, with the offset that holds in winter. */
export function zoneTitle(name: string): string {
  const iana = ianaOf(name) ?? 'UTC';
  const january = Temporal.PlainDateTime.from('2026-01-01T00:00').toZonedDateTime(iana);
  const offset = january.offset === '+00:00' ? '' : january.offset;
  return `(UTC${offset}) ${iana}`;
}

const dayMilliseconds = 86_400_000;

/** Days from one date `YYYY-MM-DD` to another. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / dayMilliseconds);
}

export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * dayMilliseconds).toISOString().slice(0, 10);
}
