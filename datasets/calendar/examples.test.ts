// The example records of devices and desktops, read and written again (spec: datasets 12).
import { describe, expect, test } from 'vitest';
import { example, readRecord } from '../../test/support/records.ts';
import { calendar, tasks, type Fields } from '../index.ts';

describe('appointments', () => {
  test.each<[string, Fields]>([
    [
      'appointment-01-zone',
      {
        Description: 'Dentist',
        Location: 'Room 4',
        TimeZone: 'Europe/Oslo',
        When: { Start: '2026-06-10T10:30:00', End: '2026-06-10T11:15:00' },
        Alarm: { Type: 'Audible', Delay: '15' },
        Notes: 'Bring the card',
        'Categories/personal': 'Personal',
      },
    ],
    [
      'appointment-03-allday-one',
      {
        Description: 'Company holiday',
        When: { StartDate: '2026-05-14', EndDate: '2026-05-14' },
        Alarm: { Type: 'Visible', Delay: '-540' },
      },
    ],
    [
      'recurrence-05-monthly-31-nearest',
      {
        Description: 'Close the books',
        When: { Start: '2026-01-31T09:00:00', End: '2026-01-31T10:00:00' },
        Repeat: { Type: 'MonthlyDate', Frequency: '1', Nearest: 'true' },
      },
    ],
    [
      'recurrence-15-weekly-moved-occurrence',
      {
        Description: 'Choir',
        When: { Start: '2026-03-03T19:00:00', End: '2026-03-03T21:00:00' },
        Repeat: { Type: 'Weekly', Frequency: '1', WeekMask: 'Tuesday' },
        'Repeat@Until': '2026-04-28',
        'Repeat/2026-03-17': {
          Description: 'Choir (moved)',
          Location: 'Church hall',
          When: { Start: '2026-03-18T18:00:00', End: '2026-03-18T20:00:00' },
          Alarm: { Type: 'Visible', Delay: '30' },
          Notes: 'Different hall',
        },
        'Repeat/2026-03-31': 'deleted',
      },
    ],
  ])('%s', (name, fields) => {
    const record = readRecord(calendar, example(name));
    expect(record.fields).toEqual(fields);
    expect(record.warnings).toEqual([]);
  });
});

describe('tasks', () => {
  test.each<[string, Fields]>([
    ['task-01-device-notstarted', { Description: 'Order firewood', Priority: 'Low', DueDate: '2026-10-01' }],
    [
      'task-02-device-waiting',
      {
        Description: 'Passport renewal',
        Priority: 'VeryHigh',
        Status: 'Waiting',
        DueDate: '2026-07-01',
        StartedDate: '2026-05-20',
        PercentCompleted: '40',
        Notes: 'Police station, desk 3',
        'Categories/personal': 'Personal',
        'CustomFields/caseno': { Key: 'CaseNo', Value: '77-1203' },
      },
    ],
    [
      'task-03-device-completed',
      {
        Description: 'Service the boiler',
        Status: 'Completed',
        DueDate: '2026-02-01',
        StartedDate: '2026-01-20',
        CompletedDate: '2026-01-28',
        PercentCompleted: '100',
      },
    ],
  ])('%s', (name, fields) => {
    const record = readRecord(tasks, example(name));
    expect(record.fields).toEqual(fields);
    expect(record.warnings).toEqual([]);
  });
});

describe('written again as a device writes', () => {
  test.each([
    'appointment-01-zone',
    'appointment-02-floating',
    'appointment-03-allday-one',
    'appointment-04-allday-three',
    'recurrence-01-daily-3',
    'recurrence-02-weekly-2-mo-we-until',
    'recurrence-03-weekly-2-start-wed',
    'recurrence-04-monthly-15',
    'recurrence-05-monthly-31-nearest',
    'recurrence-06-monthly-31-skip',
    'recurrence-07-monthly-3rd-tuesday-2',
    'recurrence-08-monthly-last-friday',
    'recurrence-09-monthly-2nd-last-friday',
    'recurrence-10-yearly-feb29',
    'recurrence-11-yearly-allday-birthday',
    'recurrence-12-yearly-4th-thursday-nov',
    'recurrence-13-yearly-last-monday-may',
    'recurrence-14-daily-deleted-occurrence',
    'recurrence-15-weekly-moved-occurrence',
    'task-01-device-notstarted',
    'task-02-device-waiting',
    'task-03-device-completed',
  ])('%s is the same, but for the ids of occurrences', (name) => {
    const definition = name.startsWith('task') ? tasks : calendar;
    const { id, fields } = readRecord(definition, example(name));
    const written = definition.write(fields, { id, own: true, style: 'device' });
    const comparable = (xml: string) =>
      xml.replace(/(<Exception>[^]*?)<Identifier>[^<]*/g, '$1<Identifier>').trimEnd();
    expect(comparable(written)).toBe(comparable(example(name)));
  });

  test.each(['appointment-05-desktop-create', 'task-04-desktop-create-no-due'])(
    '%s is what a desktop sends',
    (name) => {
      const definition = name.startsWith('task') ? tasks : calendar;
      const { id, fields } = readRecord(definition, example(name));
      const written = definition.write(fields, { id, own: false, style: 'desktop' });
      expect(written).toBe(example(name).replace(/>\s+</g, '><').trim());
    },
  );
});
