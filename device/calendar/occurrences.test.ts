/** What the handheld's calendar shows (spec: datasets 4.4, 8). */
import { describe, expect, it } from 'vitest';
import { calendar, type Fields, type FieldValue } from '../../datasets/index.ts';
import { example, readRecord } from '../../test/support/records.ts';
import { happeningOf, withOccurrence } from './occurrence-edit.ts';
import { occurrencesBetween, type Occurrence } from './occurrences.ts';

const at = (start: string, end: string): FieldValue => ({ End: `${end}:00`, Start: `${start}:00` });
const days = (from: string, to = from): FieldValue => ({ EndDate: to, StartDate: from });

function between(from: string, to: string, zone: string, ...appointments: Fields[]): Occurrence[] {
  const stored = appointments.map((fields, index) => ({ id: `${index}`, fields }));
  return occurrencesBetween(stored, { from, to }, zone);
}

const starts = (occurrences: readonly Occurrence[]): string[] => occurrences.map(({ shown }) => shown.from);
const dates = (occurrences: readonly Occurrence[]): string[] =>
  starts(occurrences).map((start) => start.slice(5, 10));

describe('the occurrences of a series', () => {
  const choir = readRecord(calendar, example('recurrence-15-weekly-moved-occurrence')).fields;

  it('one is moved and one is gone (spec: datasets 8.2, row 16)', () => {
    const found = between('2026-01-01', '2026-12-31', 'Europe/Oslo', choir);
    expect(starts(found)).toEqual([
      '2026-03-03T19:00:00',
      '2026-03-10T19:00:00',
      '2026-03-18T18:00:00',
      '2026-03-24T19:00:00',
      '2026-04-07T19:00:00',
      '2026-04-14T19:00:00',
      '2026-04-21T19:00:00',
      '2026-04-28T19:00:00',
    ]);
    expect(found[2]).toMatchObject({
      original: '2026-03-17',
      isReplacement: true,
      fields: { Location: 'Church hall' },
      shown: { to: '2026-03-18T20:00:00' },
    });
    expect(found[0]?.fields).not.toHaveProperty('Repeat');
  });

  it('one that is moved far away is shown where it is', () => {
    const moved = withOccurrence(choir, '2026-03-24', { When: at('2027-01-01T10:00', '2027-01-01T11:00') });
    expect(dates(between('2026-03-20', '2026-03-31', 'UTC', moved))).toEqual([]);
    expect(starts(between('2027-01-01', '2027-01-01', 'UTC', moved))).toEqual(['2027-01-01T10:00:00']);
  });

  it('of several days is shown as long as it lasts', () => {
    const course = { When: days('2026-01-05', '2026-01-09'), Repeat: { Frequency: '4', Type: 'Weekly' } };
    const found = between('2026-03-06', '2026-03-06', 'UTC', course);
    expect(found[0]?.shown).toEqual({ allDay: true, from: '2026-03-02', to: '2026-03-06' });
    expect(between('2026-03-07', '2026-03-29', 'UTC', course)).toEqual([]);
  });
});

describe('the handheld’s own zone', () => {
  const call = {
    When: at('2026-03-10T23:30', '2026-03-11T00:30'),
    TimeZone: 'America/New_York',
    Repeat: { Frequency: '1', Type: 'Weekly' },
  };

  it('decides on the day on which something is, also across the change of clocks', () => {
    expect(starts(between('2026-03-18', '2026-04-08', 'Europe/Oslo', call))).toEqual([
      '2026-03-18T04:30:00',
      '2026-03-25T04:30:00',
      '2026-04-01T05:30:00',
      '2026-04-08T05:30:00',
    ]);
    expect(starts(between('2026-03-18', '2026-03-24', 'America/Los_Angeles', call))).toEqual([
      '2026-03-24T20:30:00',
    ]);
  });

  it('does not touch floating times, whole days, and zones that nobody knows', () => {
    const when = at('2026-03-10T10:00', '2026-03-10T11:00');
    for (const fields of [{ When: when }, { When: when, TimeZone: 'Europe/Atlantis' }]) {
      expect(starts(between('2026-03-10', '2026-03-10', 'Asia/Tokyo', fields))).toEqual([
        '2026-03-10T10:00:00',
      ]);
    }
    expect(dates(between('2026-03-10', '2026-03-10', 'Asia/Tokyo', { When: days('2026-03-10') }))).toEqual([
      '03-10',
    ]);
  });
});

describe('a range', () => {
  const on = (start: string, end: string): Fields => ({ When: at(start, end) });

  it('has what reaches into it, and not what ends at its midnight', () => {
    const found = between(
      '2026-03-10',
      '2026-03-11',
      'UTC',
      on('2026-03-09T22:00', '2026-03-10T00:00'),
      on('2026-03-09T22:00', '2026-03-10T00:01'),
      on('2026-03-10T00:00', '2026-03-10T00:00'),
      on('2026-03-11T23:59', '2026-03-12T08:00'),
      on('2026-03-12T00:00', '2026-03-12T01:00'),
      { When: days('2026-03-01', '2026-03-31') },
      { Description: 'Nobody knows when' },
    );
    expect(found.map(({ id }) => id)).toEqual(['5', '1', '2', '3']);
  });

  it('is in order of time, whole days first', () => {
    const found = between(
      '2026-03-10',
      '2026-03-10',
      'UTC',
      on('2026-03-10T08:00', '2026-03-10T09:00'),
      { When: days('2026-03-10') },
      { ...on('2026-03-10T08:30', '2026-03-10T09:00'), TimeZone: 'Europe/Oslo' },
    );
    expect(found.map(({ id }) => id)).toEqual(['1', '2', '0']);
  });
});

describe('changing one occurrence', () => {
  const series: Fields = {
    Description: 'Review',
    When: at('2026-03-02T09:00', '2026-03-02T10:00'),
    Repeat: { Frequency: '1', Type: 'Weekly' },
    'Repeat@Until': '2026-03-30',
    'Repeat/2026-03-09': 'deleted',
    'Repeat/2026-03-16': { Description: 'Long review', When: at('2026-03-17T09:00', '2026-03-17T12:00') },
  };

  it('starts from what happens then', () => {
    expect(happeningOf(series, '2026-03-16')).toBe(series['Repeat/2026-03-16']);
    expect(happeningOf(series, '2026-03-23')).toEqual({
      Description: 'Review',
      When: at('2026-03-23T09:00', '2026-03-23T10:00'),
    });
  });

  it.each(['2026-03-09', '2026-03-10', '2026-04-06', '2026-02-23'])('there is none on %s', (date) => {
    expect(happeningOf(series, date)).toBeUndefined();
  });

  it('there is none of an appointment that does not repeat', () => {
    expect(happeningOf({ When: days('2026-03-10') }, '2026-03-10')).toBeUndefined();
  });
});
