/** Time zones between records, which name them as the IANA does, and Graph, which names them as Windows does. */
import {
  ianaZoneOf,
  isKnownZone,
  wallClockOfUtc,
  windowsZoneOf,
} from '../../../datasets/calendar/zones/index.ts';

export const UTC = 'UTC';

/** A zone as Graph is told it, and whether it only has the same clock as the one that was meant. */
export interface GraphZone {
  readonly name: string;
  readonly exact: boolean;
}

/**
 * The zone of Graph for an IANA zone. What Windows has no name for gets a zone with the same clock; what nobody knows
 * is taken for the time of `mailboxZone`, as devices take it for the local one (spec: datasets 4.3, 8.6 L-R6).
 */
export function graphZoneOf(zone: string, mailboxZone: string): GraphZone {
  if (zone === UTC) return { name: UTC, exact: true };
  const windows = windowsZoneOf(zone);
  if (windows !== undefined) return { name: windows, exact: true };
  return { name: isKnownZone(zone) ? likeClock(zone) : mailboxZone, exact: false };
}

/** The IANA zone for one that Graph names; undefined when nobody knows it, such as `tzone://Microsoft/Custom`. */
export function recordZoneOf(graphZone: string): string | undefined {
  if (graphZone === UTC) return UTC;
  const zone = ianaZoneOf(graphZone) ?? graphZone;
  return isKnownZone(zone) ? zone : undefined;
}

/** Whether two names of Graph's mean one zone: it may answer with the Windows name of what it was told. */
export function sameGraphZone(a: string, b: string): boolean {
  const windows = (name: string) => (name === UTC ? UTC : (windowsZoneOf(name) ?? name));
  return windows(a) === windows(b);
}

/** Once each in winter and summer, in the years of people's calendars. */
const PROBES = ['2026-01-01T00:00:00', '2026-07-01T00:00:00'];
const alike = new Map<string, string>();

function likeClock(zone: string): string {
  const known = alike.get(zone);
  if (known !== undefined) return known;
  const clock = (name: string) => PROBES.map((utc) => wallClockOfUtc(utc, name)).join();
  const wanted = clock(zone);
  const twin = Intl.supportedValuesOf('timeZone').find(
    (name) => windowsZoneOf(name) !== undefined && clock(name) === wanted,
  );
  const name = (twin === undefined ? undefined : windowsZoneOf(twin)) ?? UTC;
  alike.set(zone, name);
  return name;
}
