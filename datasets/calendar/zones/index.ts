/** Public face of zones/: names of time zones, and the wall clocks in them. */
export { canonicalZone, ianaZoneOf, windowsZoneOf } from './names.ts';
export { isKnownZone, utcOfWallClock, wallClockOfUtc } from './wall-clock.ts';
