import { Temporal } from 'temporal-polyfill';
import { toIanaZone } from '../../../addin/outlook/windows-zones.ts';
import { windowsZoneNames } from './windows-names.ts';

/** Time zones by their Windows and IANA names, and wall clock times in them (spec: graph 3.2). */

const ianaNames = new Map<string, string | undefined>();

/** Names that a client may send are remembered, up to this many. */
const rememberedNames = 10_000;

/** The IANA name of a zone given by its Windows or IANA name; undefined when nobody knows it. */
export function ianaOf(name: string): string | undefined {
  if (!ianaNames.has(name)) {
    if (ianaNames.size >= rememberedNames) ianaNames.clear();
    ianaNames.set(name, name === 'tzone://Microsoft/Utc' ? 'UTC' : toIanaZone(name));
  }
  return ianaNames.get(name);
}

const windowsNames = new Map(windowsZoneNames.map((name) => [ianaOf(name) ?? name, name]));

/** The Windows name of a zone given by either name; the name itself when Windows has none for it. */
export function windowsOf(name: string): string {
  if (windowsZoneNames.includes(name)) return name;
  return windowsNames.get(ianaOf(name) ?? name) ?? name;
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
