// Appointments and tasks as iCalendar and back (spec: datasets 10.2, 10.3).
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arbitraryAppointment } from '../../test/arbitraries/appointments.ts';
import { arbitraryTask } from '../../test/arbitraries/tasks.ts';
import { calendar, stableJson, tasks, type Fields } from '../index.ts';
import { fromICalendar, toICalendar, type CalendarDataset, type Imported } from './index.ts';

const only = ({ records, problems }: Imported) => {
  expect(problems).toEqual([]);
  expect(records).toHaveLength(1);
  return records[0]!;
};
const codes = (record: { losses: readonly { code: string }[] }) => record.losses.map(({ code }) => code);
const written = (dataset: CalendarDataset, fields: Fields) =>
  toICalendar(dataset, [{ id: 'x', fields }]).text;
const linesOf = (text: string) => text.replaceAll('\r\n ', '').split('\r\n');
const inCalendar = (...lines: string[]) => ['BEGIN:VCALENDAR', ...lines, 'END:VCALENDAR', ''].join('\r\n');
const event = (...lines: string[]) => ['BEGIN:VEVENT', 'UID:x', ...lines, 'END:VEVENT'];
const readEvents = (...lines: string[]) => fromICalendar('calendar', inCalendar(...lines));
const readEvent = (...lines: string[]) => only(readEvents(...event(...lines)));
const readTask = (...lines: string[]) =>
  only(fromICalendar('tasks', inCalendar('BEGIN:VTODO', 'UID:x', ...lines, 'END:VTODO')));

describe('#111 VTODO status', () => {
  const waiting = {
    Description: 'Boiler',
    Status: 'Waiting',
    StartedDate: '2026-05-20',
    PercentCompleted: '40',
  };

  test('Waiting: IN-PROCESS with X-QDSYNC-STATUS, and back Waiting', () => {
    const text = written('tasks', waiting);
    expect(linesOf(text)).toEqual(
      expect.arrayContaining([
        'STATUS:IN-PROCESS',
        'X-QDSYNC-STATUS;VALUE=TEXT:Waiting',
        'DTSTART;VALUE=DATE:20260520',
      ]),
    );
    const back = only(fromICalendar('tasks', text));
    expect([back.fields, back.losses]).toEqual([waiting, []]);
  });

  test.each([
    ['NEEDS-ACTION', undefined, []],
    ['IN-PROCESS', 'InProgress', []],
    ['COMPLETED', 'Completed', []],
    ['CANCELLED', 'Deferred', ['D-2']],
  ])('%s of other programs is %s', (status, expected, losses) => {
    const record = readTask(`STATUS:${status}`);
    expect([record.fields.Status, codes(record)]).toEqual([expected, losses]);
  });

  test('X-QDSYNC-STATUS says nothing beside a status that another program has set', () => {
    const text = written('tasks', waiting).replace('IN-PROCESS', 'COMPLETED');
    expect(only(fromICalendar('tasks', text)).fields.Status).toBe('Completed');
  });
});

describe('tasks', () => {
  test('any of them comes back as it was', () => {
    fc.assert(
      fc.property(arbitraryTask(), fc.string({ minLength: 1 }), (fields, id) => {
        const back = only(fromICalendar('tasks', toICalendar('tasks', [{ id, fields }]).text));
        expect(back.losses).toEqual([]);
        expect(stableJson(tasks.canonical(back.fields))).toBe(stableJson(tasks.canonical(fields)));
      }),
      { numRuns: 200 },
    );
  });

  test.each<[code: string | undefined, line: string, fields: Fields]>([
    [undefined, 'PRIORITY:1', { Priority: 'VeryHigh' }],
    ['D-1', 'PRIORITY:2', { Priority: 'VeryHigh' }],
    ['D-1', 'PRIORITY:4', { Priority: 'High' }],
    [undefined, 'PRIORITY:5', {}],
    ['D-1', 'PRIORITY:0', {}],
    ['D-1', 'PRIORITY:6', { Priority: 'Low' }],
    [undefined, 'PRIORITY:7', { Priority: 'Low' }],
    ['D-1', 'PRIORITY:8', { Priority: 'VeryLow' }],
    [undefined, 'PRIORITY:9', { Priority: 'VeryLow' }],
    ['D-3', 'DUE:20261001T220000Z', { DueDate: '2026-10-01' }],
    ['D-3', 'DUE;VALUE=DATE:20260231', {}],
    [
      'D-4',
      'COMPLETED:20261001T220000Z',
      { Status: 'Completed', CompletedDate: '2026-10-01', PercentCompleted: '100' },
    ],
    ['D-5', 'RRULE:FREQ=DAILY', {}],
    ['D-5', 'DTSTART;VALUE=DATE:20260501', {}],
    [undefined, 'PERCENT-COMPLETE:40', { Status: 'InProgress', PercentCompleted: '40' }],
  ])('%s: %s', (code, line, fields) => {
    const record = readTask(line);
    expect([codes(record), record.fields]).toEqual([code === undefined ? [] : [code], fields]);
  });
});

describe('appointments', () => {
  test('any of them comes back as it was', () => {
    fc.assert(
      fc.property(arbitraryAppointment(), (fields) => {
        const back = only(fromICalendar('calendar', written('calendar', fields)));
        expect(back.losses).toEqual([]);
        expect(stableJson(calendar.canonical(back.fields))).toBe(stableJson(calendar.canonical(fields)));
      }),
      { numRuns: 200 },
    );
  });

  test('a zoned series has its zone, its rule, and its exceptions as events of their own', () => {
    const fields = {
      Description: 'Choir, all; voices',
      TimeZone: 'Europe/Oslo',
      When: { Start: '2026-03-03T19:00:00', End: '2026-03-03T21:00:00' },
      Alarm: { Type: 'Visible', Delay: '15' },
      Repeat: { Type: 'Weekly', Frequency: '1', WeekMask: 'Tuesday' },
      'Repeat@Until': '2026-06-30',
      'Repeat/2026-03-10': 'deleted',
      'Repeat/2026-03-17': {
        TimeZone: 'Europe/Oslo',
        When: { Start: '2026-03-18T19:00:00', End: '2026-03-18T20:00:00' },
      },
    };
    const lines = linesOf(toICalendar('calendar', [{ id: 'x', fields }], { now: 0 }).text);
    for (const line of [
      'TZID:Europe/Oslo',
      'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU',
      'RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU',
      'DTSTAMP:19700101T000000Z',
      'DTSTART;TZID=Europe/Oslo:20260303T190000',
      'DTEND;TZID=Europe/Oslo:20260303T210000',
      'RRULE:FREQ=WEEKLY;UNTIL=20260630T170000Z',
      'EXDATE;TZID=Europe/Oslo:20260310T190000',
      'RECURRENCE-ID;TZID=Europe/Oslo:20260317T190000',
      'SUMMARY:Choir\\, all\\; voices',
      'ACTION:DISPLAY',
      'TRIGGER:-PT15M',
    ]) {
      expect(lines).toContain(line);
    }
  });

  test('whole days end on the day after, UTC is said by Z, and a reminder may come after the start', () => {
    const days = {
      When: { StartDate: '2026-09-01', EndDate: '2026-09-03' },
      Alarm: { Type: 'Audible', Delay: '-540' },
    };
    expect(linesOf(written('calendar', days))).toEqual(
      expect.arrayContaining(['DTSTART;VALUE=DATE:20260901', 'DTEND;VALUE=DATE:20260904', 'TRIGGER:PT540M']),
    );
    const utc = { TimeZone: 'UTC', When: { Start: '2026-09-01T10:00:00', End: '2026-09-01T11:00:00' } };
    expect(linesOf(written('calendar', utc))).toContain('DTSTART:20260901T100000Z');
    expect(readEvent('DTSTART:20260901T100000Z', 'DTEND:20260901T110000Z').fields).toEqual(utc);
  });

  test('one without a time cannot be written, and is named', () => {
    expect(toICalendar('calendar', [{ id: 'x', fields: { Description: 'a' } }]).left).toEqual(['x']);
  });
});

describe('events of other programs', () => {
  const ten = 'DTSTART;TZID=Europe/Oslo:20260301T100000';
  const hour = [ten, 'DURATION:PT1H'];

  test.each<[code: string, lines: string[], fields: Fields]>([
    ['I1', [...hour, 'GEO:59.9;10.7'], {}],
    [
      'I2',
      [ten, 'DTEND:20260301T110000Z'],
      { When: { Start: '2026-03-01T10:00:00', End: '2026-03-01T12:00:00' } },
    ],
    ['I3', [ten], { When: { Start: '2026-03-01T10:00:00', End: '2026-03-01T10:05:00' } }],
    ['I6', [...hour, 'ATTENDEE:mailto:a@x.example'], {}],
    ['I6', [...hour, 'STATUS:TENTATIVE'], {}],
    ['L-R3', [...hour, 'RRULE:FREQ=HOURLY'], {}],
  ])('%s: %j', (code, lines, fields) => {
    const record = readEvent(...lines);
    expect(codes(record)).toEqual([code]);
    expect(record.fields).toEqual({
      TimeZone: 'Europe/Oslo',
      When: { Start: '2026-03-01T10:00:00', End: '2026-03-01T11:00:00' },
      ...fields,
    });
  });

  test('I4: of several reminders the earliest; those at the end or at a time are reckoned from the start', () => {
    const alarm = (...lines: string[]) => ['BEGIN:VALARM', ...lines, 'END:VALARM'];
    const record = readEvent(
      ...hour,
      ...alarm('ACTION:DISPLAY', 'TRIGGER:-PT10M'),
      ...alarm('ACTION:AUDIO', 'TRIGGER;RELATED=END:-PT90M'),
      ...alarm('ACTION:DISPLAY', 'TRIGGER;VALUE=DATE-TIME:20260301T084000Z'),
      ...alarm('ACTION:EMAIL', 'TRIGGER:-P1D'),
    );
    expect(record.fields.Alarm).toEqual({ Delay: '30', Type: 'Audible' });
    expect(codes(record)).toEqual(['I4']);
  });

  test('I5: dates beside the rule, and what is said of this and all later occurrences', () => {
    const series = [...hour, 'RRULE:FREQ=WEEKLY;COUNT=6', 'RDATE;TZID=Europe/Oslo:20260304T100000'];
    const later = event('RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Oslo:20260315T100000', ...hour).map(
      (line) => (line.startsWith('DTSTART') ? 'DTSTART;TZID=Europe/Oslo:20260316T120000' : line),
    );
    const { records } = readEvents(...event(...series), ...later);
    expect(records.map(({ fields }) => [fields.When, fields.Repeat, fields['Repeat@Until']])).toEqual([
      [
        { Start: '2026-03-01T10:00:00', End: '2026-03-01T11:00:00' },
        { Type: 'Weekly', Frequency: '1', WeekMask: 'Sunday' },
        '2026-03-14',
      ],
      [
        { Start: '2026-03-16T12:00:00', End: '2026-03-16T13:00:00' },
        { Type: 'Weekly', Frequency: '1', WeekMask: 'Monday' },
        '2026-04-06',
      ],
      [{ Start: '2026-03-04T10:00:00', End: '2026-03-04T11:00:00' }, undefined, undefined],
    ]);
    expect(codes(records[0]!)).toEqual(['I5']);
  });

  test.each(['W. Europe Standard Time', '/freeassociation.sourceforge.net/Europe/Berlin', 'Europe/Berlin'])(
    'the zone %s is known',
    (tzid) => {
      const record = readEvent(`DTSTART;TZID="${tzid}":20260301T100000`, 'DURATION:PT1H');
      expect([record.fields.TimeZone, record.losses]).toEqual(['Europe/Berlin', []]);
    },
  );

  test('L-R6: of a zone that nobody knows the clock times are kept', () => {
    const record = readEvent('DTSTART;TZID=Mars:20260301T100000', 'DTEND;TZID=Mars:20260301T110000');
    expect(record.fields).toEqual({ When: { Start: '2026-03-01T10:00:00', End: '2026-03-01T11:00:00' } });
    expect(codes(record)).toEqual(['L-R6']);
  });

  test('“last day of the month” and RFC 7529 are the nearest day', () => {
    for (const rule of [
      'BYMONTHDAY=-1',
      'BYMONTHDAY=28,29,30,31;BYSETPOS=-1',
      'BYMONTHDAY=31;SKIP=BACKWARD;RSCALE=GREGORIAN',
    ]) {
      const record = readEvent('DTSTART;VALUE=DATE:20260131', `RRULE:FREQ=MONTHLY;${rule}`);
      expect(record.fields.Repeat).toEqual({ Type: 'MonthlyDate', Frequency: '1', Nearest: 'true' });
    }
  });
});
