// Definitions of time zones, read by another implementation than ours: ical.js reckons with them alone.
import ICAL from 'ical.js';
import { expect, test } from 'vitest';
import { addDays } from '../calendar/days.ts';
import { utcOfWallClock } from '../calendar/zones/index.ts';
import { vtimezone } from './vtimezone.ts';

test.each([
  ['Europe/Oslo', '1970-01-01', '1999-12-31'],
  ['Europe/Dublin', '2026-01-01', '2026-12-31'],
  ['America/New_York', '2000-06-01', '2012-06-01'],
  ['Australia/Lord_Howe', '2026-01-01', '2035-01-01'],
  ['Asia/Kolkata', '2026-01-01', '2026-12-31'],
  ['Africa/Casablanca', '2024-01-01', '2026-12-31'],
])('%s from %s to %s has the clock of the platform', (zone, from, to) => {
  const component = new ICAL.Component(ICAL.parse(vtimezone(zone, from, to)) as unknown[]);
  const defined = new ICAL.Timezone({ component });
  // Noon is never within a change of the clocks.
  for (let date = from; date <= to; date = addDays(date, 9)) {
    const time = ICAL.Time.fromData(
      {
        year: Number(date.slice(0, 4)),
        month: Number(date.slice(5, 7)),
        day: Number(date.slice(8)),
        hour: 12,
      },
      defined,
    );
    const utc = time.convertToZone(ICAL.Timezone.utcTimezone).toString().slice(0, 19);
    expect(`${date} ${utc}`).toBe(`${date} ${utcOfWallClock(`${date}T12:00:00`, zone)}`);
  }
});

test('goes on by its rules where appointments do without end', () => {
  const component = new ICAL.Component(
    ICAL.parse(vtimezone('Europe/Oslo', '2026-01-01', '2026-01-01')) as unknown[],
  );
  const defined = new ICAL.Timezone({ component });
  const offset = (month: number) =>
    defined.utcOffset(ICAL.Time.fromData({ year: 2060, month, day: 1, hour: 12 }));
  expect([offset(1), offset(7)]).toEqual([3600, 7200]);
});

test('of an unknown zone is nothing', () => {
  expect(vtimezone('Mars/Base', '2026-01-01', '2026-01-01')).toBe('');
});
