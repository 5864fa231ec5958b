/**
 * Wall clock of a zone to UTC and back, by the zone rules of the platform (Intl). Local times are texts
 * `YYYY-MM-DDThh:mm:ss` without any mark of a zone.
 */
import { localTimeOf } from '../days.ts';

/** What one zone's clock shows at an instant. */
type Clock = (instant: number) => number;

const DAY_MS = 86_400_000;

/** Making a formatter takes far longer than using it. */
const clocks = new Map<string, Clock | undefined>();

/** No device or mailbox uses so many zones; what a hostile sender invents is not kept beyond it. */
const MAX_CLOCKS = 1000;

/** Whether the platform knows the zone, by its IANA name. */
export function isKnownZone(zone: string): boolean {
  return clockOf(zone) !== undefined;
}

/**
 * The UTC time, in the same form, of a wall clock time in a zone; undefined when nobody knows the zone. A time that comes
 * twice, when clocks are set back, is its first; one that is skipped, when they are set forward, is as much later as
 * they are (as RFC 5545, section 3.3.5 has it).
 */
export function utcOfWallClock(local: string, zone: string): string | undefined {
  const clock = clockOf(zone);
  if (clock === undefined) return undefined;
  const shown = Date.parse(`${local}Z`);
  const offsetAt = (instant: number) => clock(instant) - instant;
  const before = shown - offsetAt(shown - DAY_MS);
  const after = shown - offsetAt(shown + DAY_MS);
  const [first, second] = before < after ? [before, after] : [after, before];
  const fitting = [first, second].find((instant) => clock(instant) === shown);
  return localTimeOf(fitting ?? before);
}

/** The wall clock time in a zone of a UTC time; undefined when nobody knows the zone. */
export function wallClockOfUtc(utc: string, zone: string): string | undefined {
  const clock = clockOf(zone);
  return clock === undefined ? undefined : localTimeOf(clock(Date.parse(`${utc}Z`)));
}

function clockOf(zone: string): Clock | undefined {
  if (clocks.has(zone)) return clocks.get(zone);
  if (clocks.size >= MAX_CLOCKS) clocks.clear();
  const clock = makeClock(zone);
  clocks.set(zone, clock);
  return clock;
}

function makeClock(zone: string): Clock | undefined {
  const format = formatterOf(zone);
  if (format === undefined) return undefined;
  return (instant) => {
    const parts: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
    for (const { type, value } of format.formatToParts(instant)) parts[type] = Number(value);
    const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = parts;
    // Not Date.UTC, which takes the years 0 to 99 for those of the twentieth century.
    const midnight = new Date(0).setUTCFullYear(year, month - 1, day);
    return midnight + ((hour * 60 + minute) * 60 + second) * 1000;
  };
}

function formatterOf(zone: string): Intl.DateTimeFormat | undefined {
  // Intl takes offsets such as +02:00 for zones; a record's zone is a name.
  if (!/^[A-Za-z]/.test(zone)) return undefined;
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    // RangeError: the only way to ask Intl whether it knows a zone.
    return undefined;
  }
}
