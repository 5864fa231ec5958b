/**
 * Wall clock of a zone to UTC and back, by the zone rules of the platform. Local times are texts `YYYY-MM-DDThh:mm:ss`
 * without any mark of a zone.
 */
import { Temporal } from 'temporal-polyfill';

/** Whether the platform knows the zone, by its IANA name. */
export function isKnownZone(zone: string): boolean {
  return wallClockOfUtc('2000-01-01T00:00:00', zone) !== undefined;
}

/**
 * The UTC time, in the same form, of a wall clock time in a zone; undefined when nobody knows the zone. A time that comes
 * twice, when clocks are set back, is its first; one that is skipped, when they are set forward, is as much later as
 * they are (as RFC 5545, section 3.3.5 has it).
 */
export function utcOfWallClock(local: string, zone: string): string | undefined {
  return inZone(zone, () =>
    text(Temporal.PlainDateTime.from(local).toZonedDateTime(zone).withTimeZone('UTC')),
  );
}

/** The wall clock time in a zone of a UTC time; undefined when nobody knows the zone. */
export function wallClockOfUtc(utc: string, zone: string): string | undefined {
  return inZone(zone, () => text(Temporal.Instant.from(`${utc}Z`).toZonedDateTimeISO(zone)));
}

function text(time: Temporal.ZonedDateTime): string {
  return time.toPlainDateTime().toString({ smallestUnit: 'second' });
}

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
