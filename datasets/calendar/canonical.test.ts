// When two appointments are the same, and what merging makes of them (spec: datasets 7.5, 8.4; class CN of the catalogue).
import { describe, expect, test } from 'vitest';
import { allDay, at, readAppointment } from '../../test/support/calendar-records.ts';
import { calendar, diffFields, stableJson, type Fields } from '../index.ts';

const canonicalText = (fields: Fields) => stableJson(calendar.canonical(fields));
const repeat = (Type: string, rest: Fields = {}) => ({ Repeat: { Frequency: '1', Type, ...rest } });
const nearest = at('2026-01-31', repeat('MonthlyDate', { Nearest: 'true' }));

describe('equal', () => {
  test.each<[string, Fields, Fields]>([
    [
      '#83 an end between two occurrences and one on the last',
      at('2001-01-01', { ...repeat('MonthlyDay', { Frequency: '4' }), 'Repeat@Until': '2002-06-01' }),
      at('2001-01-01', { ...repeat('MonthlyDay', { Frequency: '4' }), 'Repeat@Until': '2002-05-06' }),
    ],
    [
      '#100 whole days in series: an end on the start of an occurrence, and one within it',
      allDay('2026-01-05', '2026-01-07', { ...repeat('Weekly'), 'Repeat@Until': '2026-01-19' }),
      allDay('2026-01-05', '2026-01-07', { ...repeat('Weekly'), 'Repeat@Until': '2026-01-21' }),
    ],
    [
      'an empty mask and that of the start',
      at('2026-06-10', repeat('Weekly')),
      at('2026-06-10', repeat('Weekly', { WeekMask: 'Wednesday' })),
    ],
    [
      'a mask of a rule that has none',
      at('2026-06-10', repeat('Daily')),
      at('2026-06-10', repeat('Daily', { WeekMask: 'Monday' })),
    ],
    [
      'names of one zone',
      at('2026-06-10', { TimeZone: 'Asia/Calcutta' }),
      at('2026-06-10', { TimeZone: 'Asia/Kolkata' }),
    ],
    [
      'an occurrence of whole days, itself without a time, with a zone and without',
      allDay('2026-06-10', '2026-06-10', {
        ...repeat('Daily'),
        'Repeat/2026-06-12': { Description: 'Late', TimeZone: 'UTC' },
      }),
      allDay('2026-06-10', '2026-06-10', {
        ...repeat('Daily'),
        'Repeat/2026-06-12': { Description: 'Late' },
      }),
    ],
    [
      'whole days with a zone and without',
      allDay('2026-06-10', '2026-06-10', { TimeZone: 'UTC' }),
      allDay('2026-06-10'),
    ],
    [
      'an exception outside the rule and none',
      at('2026-06-10', { ...repeat('Weekly'), 'Repeat/2026-06-11': 'deleted' }),
      at('2026-06-10', repeat('Weekly')),
    ],
    [
      'an exception and an end of what does not repeat, and none',
      at('2026-06-10', { 'Repeat/2026-06-10': 'deleted', 'Repeat@Until': '2026-06-10' }),
      at('2026-06-10'),
    ],
    [
      'every twelve months and every year',
      at('2026-06-10', repeat('MonthlyDate', { Frequency: '12' })),
      at('2026-06-10', repeat('Yearly')),
    ],
  ])('%s', (_, a, b) => {
    expect(calendar.canonical(a)).toEqual(calendar.canonical(b));
    expect(canonicalText(a)).toBe(canonicalText(b));
    expect(calendar.matchText(a)).toBe(calendar.matchText(b));
    expect(diffFields(calendar, a, b)).toEqual([]);
    expect(diffFields(calendar, b, a)).toEqual([]);
  });

  test('#82 #84 exceptions in another order, and under other ids', () => {
    const exception = (date: string, id: string) =>
      `<Exception><OriginalDate>${date}</OriginalDate><Appointment><Identifier>${id}</Identifier>` +
      `<When><Start>${date}T12:00:00</Start><End>${date}T13:00:00</End></When></Appointment></Exception>`;
    const series = (exceptions: string) =>
      readAppointment(
        '<When><Start>2026-06-10T09:00:00</Start><End>2026-06-10T10:00:00</End></When>' +
          `<Repeat><Type>Daily</Type><Frequency>1</Frequency>${exceptions}</Repeat>`,
      ).fields;
    const [a, b] = [
      series(exception('2026-06-11', '{x}:1') + exception('2026-06-12', '{x}:2')),
      series(exception('2026-06-12', '{y}:7') + exception('2026-06-11', '')),
    ];
    expect(canonicalText(a)).toBe(canonicalText(b));
    expect(Object.keys(a)).toContain('Repeat/2026-06-12');
  });
});

describe('different', () => {
  test.each<[string, Fields, Fields, readonly string[]]>([
    [
      'a start an hour later',
      at('2026-06-10'),
      { When: { End: '2026-06-10T11:00:00', Start: '2026-06-10T10:00:00' } },
      ['When'],
    ],
    [
      'a zone with the same clock',
      at('2026-06-10', { TimeZone: 'Europe/Oslo' }),
      at('2026-06-10', { TimeZone: 'Europe/Berlin' }),
      ['TimeZone'],
    ],
    [
      'another occurrence taken away',
      at('2026-06-10', { ...repeat('Daily'), 'Repeat/2026-06-11': 'deleted' }),
      at('2026-06-10', { ...repeat('Daily'), 'Repeat/2026-06-12': 'deleted' }),
      ['Repeat/2026-06-11', 'Repeat/2026-06-12'],
    ],
    [
      'a rule, although its end falls on another date for that',
      at('2026-06-10', { ...repeat('Weekly'), 'Repeat@Until': '2026-12-31' }),
      at('2026-06-10', { ...repeat('Daily'), 'Repeat@Until': '2026-12-31' }),
      ['Repeat'],
    ],
    [
      'an end one occurrence later',
      at('2026-06-10', { ...repeat('Weekly'), 'Repeat@Until': '2026-06-17' }),
      at('2026-06-10', { ...repeat('Weekly'), 'Repeat@Until': '2026-06-24' }),
      ['Repeat@Until'],
    ],
    ['“nearest” on the 31st', nearest, at('2026-01-31', repeat('MonthlyDate')), ['Repeat']],
  ])('%s', (_, a, b, changed) => {
    expect(canonicalText(a)).not.toBe(canonicalText(b));
    expect(diffFields(calendar, a, b)).toEqual(changed);
  });
});

describe('“nearest”', () => {
  const withoutIt = at('2026-01-31', repeat('MonthlyDate'));

  test('#86 a device that lost it has changed nothing', () => {
    const held = calendar.rendition('device', nearest);
    expect(diffFields(calendar, held, withoutIt)).toEqual([]);
    expect(calendar.matchText(withoutIt)).toBe(calendar.matchText(nearest));
    expect(calendar.identity({ ...withoutIt, Description: 'x' })).toEqual(
      calendar.identity({ ...nearest, Description: 'x' }),
    );
  });

  test('stays where the device changes something else, the end of the series among it', () => {
    const merged = { ...nearest, 'Repeat@Until': '2026-12-31', Description: 'x' };
    expect(calendar.normalise(merged, nearest).Repeat).toEqual(nearest.Repeat);
  });

  test('goes where the device moved the start, and stays where the time of day changed', () => {
    const moved = { ...nearest, When: at('2026-01-30').When ?? '' };
    expect(calendar.normalise(moved, nearest).Repeat).toEqual({ Frequency: '1', Type: 'MonthlyDate' });
    const later = { ...nearest, When: { End: '2026-01-31T12:00:00', Start: '2026-01-31T11:00:00' } };
    expect(calendar.normalise(later, nearest).Repeat).toEqual(nearest.Repeat);
  });

  test('stays where a new rule brought it along with a new start', () => {
    expect(calendar.normalise(nearest, at('2026-01-30', repeat('Yearly'))).Repeat).toEqual(nearest.Repeat);
  });
});

describe('merged fields are made consistent', () => {
  test('end and exceptions go with the recurrence', () => {
    const fields = at('2026-06-10', { 'Repeat@Until': '2026-07-10', 'Repeat/2026-06-11': 'deleted' });
    expect(calendar.normalise(fields)).toEqual(at('2026-06-10'));
  });

  test('exceptions go that a new rule, start or end has no occurrence for', () => {
    const exceptions = {
      'Repeat/2026-06-11': 'deleted',
      'Repeat/2026-06-17': 'deleted',
      'Repeat/2026-07-01': 'deleted',
    };
    const fields = at('2026-06-10', { ...repeat('Weekly'), 'Repeat@Until': '2026-06-24', ...exceptions });
    expect(Object.keys(calendar.normalise(fields))).toEqual([
      'Repeat',
      'Repeat/2026-06-17',
      'Repeat@Until',
      'When',
    ]);
  });

  test('a zone goes with whole days, and a mask gets the weekday of a new start', () => {
    expect(calendar.normalise(allDay('2026-06-10', '2026-06-10', { TimeZone: 'UTC' }))).toEqual(
      allDay('2026-06-10'),
    );
    const fields = at('2026-06-11', repeat('Weekly', { WeekMask: 'Wednesday' }));
    expect(calendar.normalise(fields).Repeat).toMatchObject({ WeekMask: 'Wednesday Thursday' });
  });
});

describe('#99 a zoned series across a change of the clock', () => {
  test('keeps its time of day: exceptions and occurrences are dates of its own zone', () => {
    const fields = at('2026-03-16', {
      TimeZone: 'Europe/Oslo',
      ...repeat('Weekly'),
      'Repeat/2026-03-30': { TimeZone: 'Europe/Oslo' },
    });
    expect(calendar.normalise(fields)['Repeat/2026-03-30']).toMatchObject({
      When: { End: '2026-03-30T10:00:00', Start: '2026-03-30T09:00:00' },
    });
  });
});

describe('for people and for pairing', () => {
  test('a name is never empty', () => {
    expect(calendar.label({ Description: ' Dentist ' })).toBe('Dentist');
    expect(calendar.label({ Location: 'Room 4' })).toBe('Room 4');
    expect(calendar.label({})).toBe('Appointment without a title');
  });

  test.each([
    ['When', 'When'],
    ['TimeZone', 'Time zone'],
    ['Alarm', 'Reminder'],
    ['Repeat', 'Repeats'],
    ['Repeat@Until', 'Repeats until'],
    ['Repeat/2026-03-17', 'Occurrence of 2026-03-17'],
    ['Categories/work', 'Category “work”'],
  ])('%s is called %s', (key, label) => {
    expect(calendar.fieldLabel(key)).toBe(label);
  });

  test('same description, start and recurrence make a pair; a place and an end do not part it', () => {
    const meeting = at('2026-06-10', { Description: 'Meeting', ...repeat('Weekly') });
    const key = (fields: Fields) => calendar.identity(fields)?.key;
    const longer = { End: '2026-06-10T12:00:00', Start: '2026-06-10T09:00:00' };
    expect(key({ ...meeting, Description: ' meeting', Location: 'Room', When: longer })).toBe(key(meeting));
    expect(key({ ...meeting, 'Repeat@Until': '2026-12-31' })).not.toBe(key(meeting));
    expect(key({ ...meeting, Description: 'Other' })).not.toBe(key(meeting));
    expect(key(at('2026-06-10'))).toBeUndefined();
    expect(key({ Description: 'Meeting' })).toBeUndefined();
  });
});
