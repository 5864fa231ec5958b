/**
 * Wall clock of a zone to UTC and back, by the zone rules of the platform. Local times are texts `YYYY-MM-DDThh:mm:ss`
 * without any mark of a zone.
 */
import { Temporal } from 'temporal-polyfill';
import { localTimeOf } from '../days.ts';

/** Names that the platform has been found to know; the spellings of a name are many, hence the bound. */
const known = new Set<string>();
const MOST_KNOWN = 2000;

/** Whether the platform knows the zone, by its IANA name. */
export function isKnownZone(zone: string): boolean {
  if (known.has(zone)) return true;
  const isKnown = wallClockOfUtc('2000-01-01T00:00:00', zone) !== undefined;
  if (isKnown && known.size < MOST_KNOWN) known.add(zone);
  return isKnown;
}

/**
 * The UTC time, in the same form, of a wall clock time in a zone; undefined when nobody knows the zone. A time that comes
 * twice, when clocks are set back, is its first; one that is skipped, when they are set forward, is as much later as
 * they are (as RFC 5545, section 3.3.5 has it).
 */
export function utcOfWallClock(local: string, zone: string): string | undefined {
  return inZone(zone, () =>
    localTimeOf(Temporal.PlainDateTime.from(local).toZonedDateTime(zone).epochMilliseconds),
  );
}

/** The wall clock time in a zone of a UTC time; undefined when nobody knows the zone. */
export function wallClockOfUtc(utc: string, zone: string): string | undefined {
  return inZone(zone, () => {
    const instant = Date.parse(`${utc}Z`);
    const { offsetNanoseconds } = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone);
    return localTimeOf(instant + Math.floor(offsetNanoseconds / NANOSECONDS));
  });
}

/** In a millisecond. */
const NANOSECONDS = 1_000_000;

function inZone(zone: string, work: () => string): string | undefined {
  // Offsets such as +02:00 would do for a zone; a record's zone is a name.
  if (!/^[A-Za-z]/.test(zone)) return undefined;
  try {
    return work();
  } catch (error) {
    // The only way to ask whether the platform knows a zone.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
