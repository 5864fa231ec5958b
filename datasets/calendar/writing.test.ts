// What the desktop sends of an appointment (spec: datasets 2.12, 4 and class WR of the test catalogue).
import { describe, expect, test } from 'vitest';
import {
  allDay,
  at,
  DEVICE_ID,
  readAppointment,
  writeAppointment,
} from '../../test/support/calendar-records.ts';
import { elementIn } from '../../test/support/contact-records.ts';
import { example, readRecord } from '../../test/support/records.ts';
import { calendar, type Fields } from '../index.ts';

const weekly = { Repeat: { Frequency: '1', Type: 'Weekly', WeekMask: 'Wednesday' } };
const zoned = at('2026-06-10', { TimeZone: 'Europe/Oslo' });
const held = (fields: Fields) => calendar.rendition('device', fields);

/** Names of an element's children, in their order. */
function children(xml: string, name: string): string[] {
  const body = (elementIn(xml, name) ?? '').slice(name.length + 2, -(name.length + 3));
  return [...body.matchAll(/<(\w+)[^>]*>(?:[^]*?)<\/\1>/g)].map(([, child]) => child ?? '');
}

describe('the whole record', () => {
  const documentOrder = [
    ...['Identifier', 'Description', 'Location', 'TimeZone', 'When', 'Alarm', 'Repeat', 'Notes'],
    ...['Categories', 'CustomFields'],
  ];
  const moved = readRecord(calendar, example('recurrence-15-weekly-moved-occurrence')).fields;

  test.each<[string, Fields]>([
    ['a floating appointment', at('2026-06-10')],
    ['whole days', allDay('2026-06-10')],
    ['a series with exceptions', moved],
  ])('#53 %s is sent complete, in document order, with nothing foreign', (_, fields) => {
    const body = writeAppointment({ ...fields, '~residue': ['<Pet/>'] }).replace(
      /<Repeat>[^]*<\/Repeat>/,
      '<Repeat></Repeat>',
    );
    expect(children(body, 'Appointment')).toEqual(documentOrder);
  });

  test('#53 an occurrence of its own is complete too, but for a recurrence, and its id is ours', () => {
    const xml = writeAppointment(moved);
    const nested =
      /<Exception><OriginalDate>2026-03-17<\/OriginalDate>(<Appointment>[^]*?<\/Appointment>)/.exec(xml)?.[1];
    expect(children(nested ?? '', 'Appointment')).toEqual(documentOrder.filter((name) => name !== 'Repeat'));
    expect(nested).toContain(`<Identifier localIdentifier="false">${DEVICE_ID}/2026-03-17</Identifier>`);
    expect(xml).not.toContain('Identitier');
    expect(xml).toContain('<Exception><OriginalDate>2026-03-31</OriginalDate></Exception>');
  });

  test('what is absent is an explicit empty element, but for a time, which cannot be empty', () => {
    expect(writeAppointment({})).toBe(
      `<Appointment><Identifier>${DEVICE_ID}</Identifier><Description></Description><Location></Location>` +
        '<TimeZone></TimeZone><Alarm></Alarm><Repeat></Repeat><Notes></Notes>' +
        '<Categories maxItems="99"></Categories><CustomFields maxItems="99"></CustomFields></Appointment>',
    );
  });

  test('#54 #55 texts are escaped and hold no character that XML does not allow', () => {
    const xml = writeAppointment(at('2026-06-10', { Description: 'A & "B" <C>\u000b', Notes: 'one\r\ntwo' }));
    expect(elementIn(xml, 'Description')).toBe('<Description>A &amp; &quot;B&quot; &lt;C&gt;</Description>');
    expect(elementIn(xml, 'Notes')).toBe('<Notes>one\ntwo</Notes>');
  });

  test('#57 categories that differ only in case are one', () => {
    const { fields } = readAppointment(
      '<Categories><Category>Work</Category><Category>work</Category></Categories>',
    );
    expect(elementIn(writeAppointment(fields), 'Categories')).toBe(
      '<Categories maxItems="99"><Category>Work</Category></Categories>',
    );
  });

  test('the elements of a recurrence stand in document order', () => {
    const fields = at('2026-01-31', {
      Repeat: { Frequency: '2', Nearest: 'true', Type: 'MonthlyDate', WeekMask: 'Friday' },
    });
    expect(children(writeAppointment(fields), 'Repeat')).toEqual([
      ...['Type', 'Frequency', 'Until', 'Nearest', 'WeekMask'],
    ]);
  });
});

test('the reference schema names every element, those of an occurrence too', () => {
  const schema = calendar.referenceSchema();
  expect(children(schema, 'Repeat')).toEqual([
    'Type',
    'Frequency',
    'Until',
    'Nearest',
    'WeekMask',
    'Exception',
  ]);
  expect(schema.match(/<When>\s*<Start><\/Start>\s*<End><\/End>\s*<StartDate>/g)).toHaveLength(2);
  expect(schema.match(/<Identifier><\/Identifier>/g)).toHaveLength(2);
  expect(schema.match(/<Repeat>/g)).toHaveLength(1);
  expect(schema).not.toContain('maxItems');
});

describe('times', () => {
  test('#65 those of a zone are its wall clock, marked with Z', () => {
    const xml = writeAppointment(zoned);
    expect(elementIn(xml, 'TimeZone')).toBe('<TimeZone>Europe/Oslo</TimeZone>');
    expect(elementIn(xml, 'When')).toBe(
      '<When><Start>2026-06-10T09:00:00Z</Start><End>2026-06-10T10:00:00Z</End></When>',
    );
  });

  test('#66 for a device for which Z means UTC they are UTC', () => {
    const xml = writeAppointment(zoned, { zonedTimes: 'utc' });
    expect(elementIn(xml, 'When')).toBe(
      '<When><Start>2026-06-10T07:00:00Z</Start><End>2026-06-10T08:00:00Z</End></When>',
    );
    expect(readRecord(calendar, xml, { zonedTimes: 'utc' }).fields).toEqual(zoned);
  });

  test('floating ones have no Z, and whole days no zone', () => {
    expect(writeAppointment(at('2026-06-10'))).not.toContain('Z<');
    const days = writeAppointment(allDay('2026-06-10', '2026-06-12', { TimeZone: 'Europe/Oslo' }));
    expect(elementIn(days, 'TimeZone')).toBe('<TimeZone></TimeZone>');
    expect(elementIn(days, 'When')).toBe(
      '<When><StartDate>2026-06-10</StartDate><EndDate>2026-06-12</EndDate></When>',
    );
  });

  test('an end comes at least five minutes after the start, without seconds', () => {
    const moment = { When: { End: '2026-06-10T10:00:30', Start: '2026-06-10T10:00:30' } };
    expect(elementIn(writeAppointment(moment), 'When')).toBe(
      '<When><Start>2026-06-10T10:00:00</Start><End>2026-06-10T10:05:00</End></When>',
    );
    expect(held(moment)).toEqual({ When: { End: '2026-06-10T10:05:00', Start: '2026-06-10T10:00:00' } });
    expect(calendar.matchText(held(moment))).toBe(calendar.matchText(moment));
  });

  test('of an occurrence of its own the same holds', () => {
    const fields = at('2026-06-10', {
      ...weekly,
      'Repeat/2026-06-17': { When: { End: '2026-06-18T10:00:00', Start: '2026-06-18T10:00:00' } },
      'Repeat/2026-06-24': { TimeZone: 'UTC', When: { EndDate: '2026-06-24', StartDate: '2026-06-24' } },
    });
    const xml = writeAppointment(fields);
    expect(xml).toContain('<End>2026-06-18T10:05:00</End>');
    expect(xml).not.toContain('UTC');
  });
});

describe('what a replace cannot do', () => {
  const series = at('2026-06-10', weekly);

  test.each<[string, Fields, Fields, boolean]>([
    ['#62 a recurrence is dropped', series, at('2026-06-10'), false],
    ['#63 whole days become a time', allDay('2026-06-10'), at('2026-06-10'), false],
    ['#63 a zone is cleared', zoned, at('2026-06-10'), false],
    ['whole days become a zoned time', allDay('2026-06-10'), zoned, false],
    ['a recurrence is added', at('2026-06-10'), series, true],
    ['a time becomes whole days', zoned, allDay('2026-06-10'), true],
    ['a zone is another one', zoned, { ...zoned, TimeZone: 'UTC' }, true],
    ['a time gets a zone', at('2026-06-10'), zoned, true],
    ['a rule changes', series, at('2026-06-10', { Repeat: { Frequency: '2', Type: 'Daily' } }), true],
    ['a title changes', series, { ...series, Description: 'x' }, true],
  ])('%s', (_, before, after, possible) => {
    expect(calendar.replaceable?.(before, after)).toBe(possible);
  });
});

describe('a recurrence as a device can hold it', () => {
  test('#64 a weekly mask has the weekday of the start, and an empty one stays empty', () => {
    const fields = at('2026-06-10', { Repeat: { Frequency: '1', Type: 'Weekly', WeekMask: 'Monday' } });
    expect(elementIn(writeAppointment(fields), 'WeekMask')).toBe('<WeekMask>Monday Wednesday</WeekMask>');
    const empty = at('2026-06-10', { Repeat: { Frequency: '1', Type: 'Weekly' } });
    expect(elementIn(writeAppointment(empty), 'WeekMask')).toBeUndefined();
  });

  test('an end that lies before that of the first occurrence is raised to it, without a further occurrence', () => {
    const fields = allDay('2026-06-10', '2026-06-12', {
      Repeat: { Frequency: '1', Type: 'Daily' },
      'Repeat@Until': '2026-06-10',
    });
    expect(held(fields)).toEqual({
      ...fields,
      'Repeat@Until': '2026-06-12',
      'Repeat/2026-06-11': 'deleted',
      'Repeat/2026-06-12': 'deleted',
    });
  });

  test('“nearest” is sent, and not held', () => {
    const fields = at('2026-01-31', { Repeat: { Frequency: '1', Nearest: 'true', Type: 'MonthlyDate' } });
    expect(writeAppointment(fields)).toContain('<Nearest>true</Nearest>');
    expect(held(fields).Repeat).toEqual({ Frequency: '1', Type: 'MonthlyDate' });
  });
});
