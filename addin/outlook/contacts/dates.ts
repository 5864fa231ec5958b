/** Dates without a time, kept by the service as instants (spec: graph 2.4). */
import { toIanaZone } from '../windows-zones.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** The MAPI date that means "none". It is written to clear a date, for the service has no sure way to. */
export const NO_DATE = '4501-01-01T00:00:00Z';
/** Instants that stand for "no date": MAPI's, the start of its clock, and Graph's own. */
const noDates: ReadonlySet<number> = new Set(
  [NO_DATE, '1601-01-01T00:00:00Z', '0001-01-01T00:00:00Z'].map((text) => Date.parse(text)),
);

/** How a date is written: ActiveSync's noon-less-a-minute, which no zone moves to another day. */
export const toInstant = (date: string): string => `${date}T11:59:00Z`;

/** How the zone-free copy of a date is written. */
export const toLocalTwin = (date: string): string => `${date}T00:00:00Z`;

/** Tells midnights of the mailbox's zone; undefined when the zone is not known. */
export type ZoneClock = (instant: number) => { readonly date: string; readonly midnight: boolean };

/** A clock for a Windows or IANA zone name; undefined for a name that nobody knows. */
export function zoneClock(name: string): ZoneClock | undefined {
  const zone = toIanaZone(name);
  if (zone === undefined) return undefined;
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  });
  return (instant) => {
    const parts = new Map(format.formatToParts(instant).map(({ type, value }) => [type, value]));
    const year = (parts.get('year') ?? '').padStart(4, '0');
    return {
      date: `${year}-${parts.get('month') ?? ''}-${parts.get('day') ?? ''}`,
      midnight: parts.get('hour') === '00' && parts.get('minute') === '00',
    };
  };
}

const utcDate = (instant: number): string => new Date(instant).toISOString().slice(0, 10);

/**
 * The calendar date that an instant stands for; undefined for none or for what is no date.
 *
 * 11:59 UTC is what we and ActiveSync write: the UTC date. Otherwise the zone-free twin counts, as long as it is a
 * midnight somewhere of that instant (a twin that another program forgot to move is not). Otherwise a midnight of
 * the mailbox's zone, then noon or midnight UTC, then the nearest date.
 */
export function readDate(
  instantText: string | null | undefined,
  twinText: string | undefined,
  zone: ZoneClock | undefined,
): string | undefined {
  const instant = parseInstant(instantText);
  const twin = parseInstant(twinText);
  if (instant === undefined) return twin === undefined ? undefined : utcDate(twin);
  const timeOfDay = ((instant % DAY_MS) + DAY_MS) % DAY_MS;
  if (Math.floor(timeOfDay / 60_000) === 11 * 60 + 59) return utcDate(instant);
  if (twin !== undefined) {
    const twinDay = twin - (((twin % DAY_MS) + DAY_MS) % DAY_MS);
    const ahead = twinDay - instant;
    if (ahead <= 14 * HOUR_MS && ahead >= -12 * HOUR_MS) return utcDate(twin);
  }
  if (timeOfDay === 0) return utcDate(instant);
  const local = zone?.(instant);
  if (local?.midnight === true) return local.date;
  if (timeOfDay === 12 * HOUR_MS) return utcDate(instant);
  return utcDate(instant + 12 * HOUR_MS);
}

/** Milliseconds of an instant or a bare date; undefined for none, for what is neither, and for MAPI's "none". */
function parseInstant(text: string | null | undefined): number | undefined {
  if (typeof text !== 'string' || !/^\d{4}-\d{2}-\d{2}(T|$)/.test(text)) return undefined;
  const instant = Date.parse(text);
  return Number.isNaN(instant) || noDates.has(instant) ? undefined : instant;
}
