/** Names of time zones: those of Windows, which Graph uses too, and those of the IANA, which devices use. */
import { windowsZones, zoneNames } from './tables.ts';

/** As devices call it (spec: datasets 4.1). */
const UTC = 'UTC';

const canonicalNames = new Map<string, string>();
for (const group of zoneNames) {
  const names = group.split(' ');
  const canonical = names.includes(UTC) ? UTC : (names[0] ?? '');
  for (const name of names) canonicalNames.set(name, canonical);
}

const windowsNames = new Map<string, string>();
for (const [windows, zones] of Object.entries(windowsZones)) {
  for (const zone of zones.split(' ')) {
    const canonical = canonicalZone(zone);
    if (!windowsNames.has(canonical)) windowsNames.set(canonical, windows);
  }
}

/** One name for all names of a zone: `Asia/Calcutta` of `Asia/Kolkata`. The name itself where nobody knows it. */
export function canonicalZone(name: string): string {
  return canonicalNames.get(name) ?? name;
}

/** The IANA zone that stands for a Windows zone; undefined where there is no such one. */
export function ianaZoneOf(windowsZone: string): string | undefined {
  if (!Object.hasOwn(windowsZones, windowsZone)) return undefined;
  const [zone = ''] = windowsZones[windowsZone]?.split(' ') ?? [];
  return canonicalZone(zone) === UTC ? UTC : zone;
}

/** The Windows zone in which an IANA zone lies; undefined where Windows has none for it. */
export function windowsZoneOf(ianaZone: string): string | undefined {
  return windowsNames.get(canonicalZone(ianaZone));
}
