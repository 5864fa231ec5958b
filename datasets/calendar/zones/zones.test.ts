import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  canonicalZone,
  ianaZoneOf,
  isKnownZone,
  utcOfWallClock,
  wallClockOfUtc,
  windowsZoneOf,
} from './index.ts';
import { windowsZones } from './tables.ts';

describe('names', () => {
  test.each([
    ['Europe/Oslo', 'W. Europe Standard Time'],
    ['Europe/Kyiv', 'FLE Standard Time'],
    ['Asia/Kolkata', 'India Standard Time'],
    ['America/Nuuk', 'Greenland Standard Time'],
    ['UTC', 'UTC'],
  ])('%s lies in the Windows zone %s', (iana, windows) => {
    expect(windowsZoneOf(iana)).toBe(windows);
  });

  test.each([
    ['W. Europe Standard Time', 'Europe/Berlin'],
    ['Pacific Standard Time', 'America/Los_Angeles'],
    ['UTC', 'UTC'],
  ])('%s stands for %s', (windows, iana) => {
    expect(ianaZoneOf(windows)).toBe(iana);
  });

  test('every Windows zone has a zone that the platform knows, and is the Windows zone of it', () => {
    for (const windows of Object.keys(windowsZones)) {
      const iana = ianaZoneOf(windows) ?? '';
      expect([windows, isKnownZone(iana)]).toEqual([windows, true]);
      expect([windows, windowsZoneOf(iana)]).toEqual([windows, windows]);
    }
  });

  test('names of one zone are one', () => {
    expect(canonicalZone('Asia/Calcutta')).toBe(canonicalZone('Asia/Kolkata'));
    expect(canonicalZone('Etc/UTC')).toBe('UTC');
    expect(canonicalZone('Europe/Oslo')).not.toBe(canonicalZone('Europe/Berlin'));
    expect(canonicalZone('Nowhere/Land')).toBe('Nowhere/Land');
  });

  test('what is no zone has no other name', () => {
    for (const name of ['Nowhere/Land', '__proto__', 'constructor', '']) {
      expect([ianaZoneOf(name), windowsZoneOf(name), isKnownZone(name)]).toEqual([
        undefined,
        undefined,
        false,
      ]);
    }
    expect(isKnownZone('+02:00')).toBe(false);
  });
});

describe('the wall clock', () => {
  test.each([
    ['Europe/Oslo', '2026-06-10T10:30:00', '2026-06-10T08:30:00'],
    ['Europe/Oslo', '2026-01-10T10:30:00', '2026-01-10T09:30:00'],
    ['Asia/Kolkata', '2026-01-10T00:15:00', '2026-01-09T18:45:00'],
    ['UTC', '2026-01-10T10:30:00', '2026-01-10T10:30:00'],
    ['America/New_York', '1979-02-28T19:00:00', '1979-03-01T00:00:00'],
  ])('in %s at %s it is %s UTC', (zone, local, utc) => {
    expect(utcOfWallClock(local, zone)).toBe(utc);
    expect(wallClockOfUtc(utc, zone)).toBe(local);
  });

  test('a time that is skipped is as much later as the clocks are set forward', () => {
    expect(utcOfWallClock('2026-03-29T02:30:00', 'Europe/Oslo')).toBe('2026-03-29T01:30:00');
    expect(wallClockOfUtc('2026-03-29T01:30:00', 'Europe/Oslo')).toBe('2026-03-29T03:30:00');
  });

  test('of a time that comes twice the first counts', () => {
    expect(utcOfWallClock('2026-10-25T02:30:00', 'Europe/Oslo')).toBe('2026-10-25T00:30:00');
    expect(wallClockOfUtc('2026-10-25T01:30:00', 'Europe/Oslo')).toBe('2026-10-25T02:30:00');
  });

  test('of an unknown zone nobody knows', () => {
    expect(utcOfWallClock('2026-10-25T02:30:00', 'Nowhere/Land')).toBeUndefined();
    expect(wallClockOfUtc('2026-10-25T02:30:00', '+02:00')).toBeUndefined();
  });

  test('to UTC and back is the same time, but where it is skipped', () => {
    const zones = fc.constantFrom(
      'Europe/Oslo',
      'America/St_Johns',
      'Australia/Lord_Howe',
      'Pacific/Apia',
      'UTC',
    );
    const times = fc
      .date({ min: new Date('1980-01-01'), max: new Date('2037-12-31'), noInvalidDate: true })
      .map((date) => date.toISOString().slice(0, 19));
    fc.assert(
      fc.property(zones, times, (zone, local) => {
        const utc = utcOfWallClock(local, zone)!;
        const back = wallClockOfUtc(utc, zone)!;
        if (back !== local) expect(back > local).toBe(true);
        expect(utcOfWallClock(back, zone)).toBe(utc);
      }),
    );
  });
});
