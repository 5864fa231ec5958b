// What the desktop makes of a device's appointments (spec: datasets 2, 4 and class RD of the test catalogue).
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readAppointment } from '../../test/support/calendar-records.ts';
import { readRecord } from '../../test/support/records.ts';
import { calendar, type Fields, type ReadOptions } from '../index.ts';
import { takesPlace } from './series.ts';

const when = (content: string) => `<When>${content}</When>`;
const hour = when('<Start>2026-06-10T10:30:00</Start><End>2026-06-10T11:30:00</End>');
const fieldsOf = (elements: string, options: ReadOptions = {}) => readAppointment(elements, options).fields;
const codesOf = (elements: string) => readAppointment(elements).warnings.map(({ code }) => code);

describe('when it is', () => {
  test.each([
    '2026-06-10T10:30:00',
    '2026-06-10T10:30:00Z',
    ' 2026-06-10T10:30\n',
    '2026-06-10T10:30:00.000',
    '2026-06-10T10:30:00+02:00',
    '2026-06-10 10:30:00',
  ])('%j is that wall clock time, whatever is said of a zone', (text) => {
    const fields = fieldsOf(
      `<TimeZone>Europe/Oslo</TimeZone>${when(`<Start>${text}</Start><End>${text}</End>`)}`,
    );
    expect(fields).toEqual({
      TimeZone: 'Europe/Oslo',
      When: { End: '2026-06-10T10:30:00', Start: '2026-06-10T10:30:00' },
    });
  });

  test.each([
    ['no such day', '<Start>2026-02-30T10:00:00</Start><End>2026-02-30T11:00:00</End>'],
    ['no such hour', '<Start>2026-02-03T24:00:00</Start><End>2026-02-03T25:00:00</End>'],
    ['an end that is none', '<Start>2026-02-03T10:00:00</Start><End>soon</End>'],
    ['empty dates, as of whole days without a date', '<StartDate></StartDate><EndDate></EndDate>'],
    ['nothing', ''],
  ])('%s keeps the old value, with a warning', (_, content) => {
    const record = readAppointment(when(content));
    expect(record.fields).toEqual({});
    expect(record.warnings.map(({ code }) => code)).toEqual(['record.bad-date']);
    const held = { When: { EndDate: '2026-01-01', StartDate: '2026-01-01' } };
    expect(calendar.applyReplace(held, record, 'replace')).toEqual(held);
  });

  test('an end that is missing or lies before the start is the start', () => {
    const start = '<Start>2026-06-10T10:30:00</Start>';
    const moment = { End: '2026-06-10T10:30:00', Start: '2026-06-10T10:30:00' };
    expect(fieldsOf(when(start)).When).toEqual(moment);
    expect(fieldsOf(when(`${start}<End>2026-06-09T00:00:00</End>`)).When).toEqual(moment);
    expect(fieldsOf(when('<StartDate>2026-06-10</StartDate>')).When).toEqual({
      EndDate: '2026-06-10',
      StartDate: '2026-06-10',
    });
  });
});

describe('a device for which Z means UTC', () => {
  const utc: ReadOptions = { zonedTimes: 'utc' };
  const times = (start: string, end: string) => when(`<Start>${start}</Start><End>${end}</End>`);

  test('#66 sends UTC, which becomes the wall clock of the zone', () => {
    const elements = `<TimeZone>Europe/Oslo</TimeZone>${times('2026-06-10T08:30:00Z', '2026-12-10T08:30:00Z')}`;
    expect(fieldsOf(elements, utc).When).toEqual({
      End: '2026-12-10T09:30:00',
      Start: '2026-06-10T10:30:00',
    });
  });

  test('a Z without a zone is of UTC, and an offset is regarded', () => {
    expect(fieldsOf(times('2026-06-10T08:30:00Z', '2026-06-10T11:30:00+02:00'), utc)).toEqual({
      TimeZone: 'UTC',
      When: { End: '2026-06-10T09:30:00', Start: '2026-06-10T08:30:00' },
    });
  });

  test('times without Z stay, and those of an unknown zone keep their digits, with a warning', () => {
    expect(fieldsOf(hour, utc)).toEqual({
      When: { End: '2026-06-10T11:30:00', Start: '2026-06-10T10:30:00' },
    });
    const record = readAppointment(
      `<TimeZone>Nowhere/Land</TimeZone>${times('2026-06-10T08:30:00Z', '2026-06-10T09:30:00Z')}`,
      utc,
    );
    expect(record.fields.When).toEqual({ End: '2026-06-10T09:30:00', Start: '2026-06-10T08:30:00' });
    expect(record.warnings[0]).toMatchObject({ code: 'record.bad-value', field: 'TimeZone' });
  });

  test('an occurrence of its own is of its own zone', () => {
    const nested =
      '<Repeat><Type>Daily</Type><Exception><OriginalDate>2026-06-11</OriginalDate><Appointment>' +
      `<TimeZone>America/New_York</TimeZone>${times('2026-06-11T12:00:00Z', '2026-06-11T13:00:00Z')}` +
      '</Appointment></Exception></Repeat>';
    const fields = fieldsOf(
      `<TimeZone>Europe/Oslo</TimeZone>${times('2026-06-10T08:30:00Z', '2026-06-10T09:30:00Z')}${nested}`,
      utc,
    );
    expect(fields['Repeat/2026-06-11']).toEqual({
      TimeZone: 'America/New_York',
      When: { End: '2026-06-11T09:00:00', Start: '2026-06-11T08:00:00' },
    });
  });
});

describe('its alarm', () => {
  test.each([
    '<Alarm/>',
    '<Alarm></Alarm>',
    '<Alarm>\n</Alarm>',
    '<Alarm><Type/><Delay>5</Delay></Alarm>',
    '',
  ])('#67 %j is none', (alarm) => {
    expect(fieldsOf(alarm + hour).Alarm).toBeUndefined();
    expect(codesOf(alarm + hour)).toEqual([]);
  });

  test('is kept as it is, also after the start', () => {
    const alarm = '<Alarm><Type>Visible</Type><Delay>-540</Delay></Alarm>';
    expect(fieldsOf(alarm).Alarm).toEqual({ Delay: '-540', Type: 'Visible' });
  });

  test('makes a sound where its type is unknown, and is kept where its delay is no number', () => {
    expect(fieldsOf('<Alarm><Type>Loud</Type><Delay> +15 </Delay></Alarm>').Alarm).toEqual({
      Delay: '15',
      Type: 'Audible',
    });
    const record = readAppointment('<Alarm><Type>Visible</Type><Delay>soon</Delay></Alarm>');
    expect(record.present.has('Alarm')).toBe(false);
    expect(record.warnings.map(({ code }) => code)).toEqual(['record.bad-value']);
  });
});

describe('its recurrence', () => {
  const repeat = (content: string) => fieldsOf(`<Repeat>${content}</Repeat>`);

  test.each(['<Repeat/>', '<Repeat></Repeat>', '<Repeat>\n</Repeat>'])('#67 %j is none', (element) => {
    const record = readAppointment(element);
    expect(record.fields).toEqual({});
    expect(record.present.has('Repeat')).toBe(true);
  });

  test('is read in any order of its elements', () => {
    expect(
      repeat(
        '<WeekMask>Wednesday  Monday Funday Monday</WeekMask><Until> 2026-03-04 </Until><Nearest>1</Nearest>' +
          '<Frequency>+2</Frequency><Type>Weekly</Type>',
      ),
    ).toEqual({
      Repeat: { Frequency: '2', Nearest: 'true', Type: 'Weekly', WeekMask: 'Monday Wednesday' },
      'Repeat@Until': '2026-03-04',
    });
  });

  test.each([
    '',
    '<Frequency/>',
    '<Frequency>0</Frequency>',
    '<Frequency>-3</Frequency>',
    '<Frequency>x</Frequency>',
  ])('is every time where its step is %j', (frequency) => {
    expect(repeat(`<Type>Daily</Type>${frequency}`).Repeat).toEqual({ Frequency: '1', Type: 'Daily' });
  });

  test('#83 an end that is no date keeps the one there was, with a warning', () => {
    const record = readAppointment('<Repeat><Type>Daily</Type><Until>some day</Until></Repeat>');
    expect(record.warnings).toMatchObject([{ code: 'record.bad-date', field: 'Repeat@Until' }]);
    const held = { Repeat: { Frequency: '1', Type: 'Weekly' }, 'Repeat@Until': '2026-03-04' };
    expect(calendar.applyReplace(held, record, 'replace')).toEqual({
      Repeat: { Frequency: '1', Type: 'Daily' },
      'Repeat@Until': '2026-03-04',
    });
  });

  test('of an unknown type is no change', () => {
    const record = readAppointment('<Repeat><Type>Hourly</Type><Frequency>3</Frequency></Repeat>');
    expect(record.present.has('Repeat')).toBe(false);
    expect(record.warnings.map(({ code }) => code)).toEqual(['record.bad-value']);
  });
});

describe('an exception', () => {
  const exceptions = (content: string): Fields => {
    const series = `${hour}<Repeat><Type>Daily</Type><Frequency>1</Frequency>${content}</Repeat>`;
    return Object.fromEntries(Object.entries(fieldsOf(series)).filter(([key]) => key.startsWith('Repeat/')));
  };
  const nested = (content: string) =>
    exceptions(
      `<Exception><OriginalDate>2026-06-12</OriginalDate><Appointment>${content}</Appointment></Exception>`,
    );

  test('without a record takes its occurrence away; the first of a date counts', () => {
    const gone = '<Exception><OriginalDate>2026-06-12</OriginalDate></Exception>';
    expect(exceptions(gone + gone.replace('</Ex', `<Appointment>${hour}</Appointment></Ex`))).toEqual({
      'Repeat/2026-06-12': 'deleted',
    });
  });

  test.each(['Identifier', 'Identitier'])('may name its id as %s', (name) => {
    expect(nested(`<${name}>{x}:91</${name}><Description>Moved</Description>${hour}`)).toEqual({
      'Repeat/2026-06-12': {
        Description: 'Moved',
        When: { End: '2026-06-10T11:30:00', Start: '2026-06-10T10:30:00' },
      },
    });
  });

  test('has texts, zone, alarm, categories and custom fields of its own', () => {
    const moved =
      '<TimeZone>UTC</TimeZone><When><StartDate>2026-06-13</StartDate><EndDate>2026-06-13</EndDate></When>' +
      '<Alarm><Type>Visible</Type><Delay>5</Delay></Alarm><Notes>n</Notes>' +
      '<Categories><Category>Work</Category></Categories>' +
      '<CustomFields><Field><Key>K</Key><Value>v</Value></Field></CustomFields>';
    expect(nested(moved)['Repeat/2026-06-12']).toEqual({
      TimeZone: 'UTC',
      When: { EndDate: '2026-06-13', StartDate: '2026-06-13' },
      Alarm: { Delay: '5', Type: 'Visible' },
      Notes: 'n',
      'Categories/work': 'Work',
      'CustomFields/k': { Key: 'K', Value: 'v' },
    });
  });

  test('without a time that can be understood takes place when its occurrence would', () => {
    const fields = calendar.normalise(
      fieldsOf(
        `${hour}<Repeat><Type>Daily</Type><Exception><OriginalDate>2026-06-12</OriginalDate>` +
          '<Appointment><Description>x</Description><When/></Appointment></Exception></Repeat>',
      ),
    );
    expect(fields['Repeat/2026-06-12']).toEqual({
      Description: 'x',
      When: { End: '2026-06-12T11:30:00', Start: '2026-06-12T10:30:00' },
    });
  });

  test('without a date is left out, with a warning', () => {
    const element =
      '<Repeat><Type>Daily</Type><Exception><OriginalDate>12 June</OriginalDate></Exception></Repeat>';
    expect(codesOf(element)).toEqual(['record.bad-date']);
    expect(exceptions('<Exception/>')).toEqual({});
  });

  test('#74 with elements that nobody knows is read without them, and they are told of', () => {
    const element =
      '<Repeat><Colour>red</Colour><Type>Daily</Type><Exception><Why/><OriginalDate>2026-06-12</OriginalDate>' +
      `<Appointment><Repeat/><Description>x</Description>${hour}</Appointment></Exception></Repeat>`;
    const record = readAppointment(element);
    expect(record.fields['Repeat/2026-06-12']).toMatchObject({ Description: 'x' });
    expect(record.warnings.map(({ code }) => code)).toEqual(Array(3).fill('record.unknown-element'));
  });
});

describe('lists and texts', () => {
  test('#72 #73 an empty category is ignored, a translated one is the common one', () => {
    const elements =
      '<Categories><Category></Category><Category>Geschäftlich</Category><Category>Chor</Category></Categories>';
    expect(fieldsOf(elements, { categoryAliases: { Geschäftlich: 'Business' } })).toEqual({
      'Categories/business': 'Business',
      'Categories/chor': 'Chor',
    });
  });

  test('#76 CRLF becomes LF, and a title of blanks is none', () => {
    expect(fieldsOf('<Description>  </Description><Notes>a\r\nb</Notes>')).toEqual({ Notes: 'a\nb' });
  });
});

describe('hostile recurrences', () => {
  test('whatever stands in when, alarm and recurrence: the record is read, compared and written', () => {
    const text = fc.oneof(
      fc.constantFrom(
        ...[
          '0001-01-01',
          '9999-12-31',
          '2026-02-30',
          '2024-02-29',
          '9999-12-31T23:59:59Z',
          '2026-01-31T24:00:00',
        ],
        ...[
          '2026-01-31T10:00:00',
          'Weekly',
          'Yearly',
          'MonthlyDate',
          'MonthlyEndDay',
          'Monday',
          '-1',
          '0',
          '9999',
        ],
        ...['true', '__proto__', 'deleted'],
      ),
      fc.string({ maxLength: 5 }).map((part) => part.replace(/[<&]/g, '')),
    );
    const element = (name: string) => text.map((content) => `<${name}>${content}</${name}>`);
    const group = (name: string, ...parts: readonly fc.Arbitrary<string>[]) =>
      fc
        .tuple(...parts.map((part) => fc.option(part, { nil: '' })))
        .map((found) => `<${name}>${found.join('')}</${name}>`);
    const when = group('When', element('Start'), element('End'), element('StartDate'), element('EndDate'));
    const rule = ['Type', 'Frequency', 'Until', 'Nearest', 'WeekMask'].map(element);
    const nested = group('Appointment', element('TimeZone'), when, element('Description'));
    const repeat = group('Repeat', ...rule, group('Exception', element('OriginalDate'), nested));
    const alarm = group('Alarm', element('Type'), element('Delay'));
    const record = fc.tuple(element('TimeZone'), when, alarm, repeat).map((parts) => parts.join(''));
    fc.assert(
      fc.property(record, fc.constantFrom('utc' as const, 'wall-clock' as const), (elements, zonedTimes) => {
        const { fields } = readAppointment(elements, { zonedTimes });
        const canonical = calendar.canonical(fields);
        expect(calendar.canonical(canonical)).toEqual(canonical);
        const held = calendar.rendition('device', fields);
        const xml = calendar.write(fields, { id: 'x', own: true, style: 'desktop', zonedTimes });
        const told = readRecord(calendar, xml, { zonedTimes }).warnings;
        expect(told.filter(({ field }) => field !== 'TimeZone')).toEqual([]);
        expect(calendar.matchText(held)).toBe(calendar.matchText(fields));
        expect(takesPlace(fields, { from: '2026-01-01', to: '9999-12-31' })).toBeTypeOf('boolean');
        expect(calendar.label(fields)).not.toBe('');
      }),
      { numRuns: 300 },
    );
  });

  test('thousands of exceptions are read, and those outside the rule dropped, in no time', () => {
    const exception = (day: number) =>
      `<Exception><OriginalDate>${String(2000 + (day % 7000)).padStart(4, '0')}-01-01</OriginalDate></Exception>`;
    const content = Array.from({ length: 20_000 }, (_, day) => exception(day)).join('');
    const { fields } = readAppointment(
      `<When><StartDate>2000-02-29</StartDate><EndDate>2000-02-29</EndDate></When>` +
        `<Repeat><Type>Yearly</Type><Frequency>9999</Frequency>${content}</Repeat>`,
    );
    const started = performance.now();
    expect(Object.keys(calendar.canonical(fields))).toEqual(['Repeat', 'When']);
    expect(performance.now() - started).toBeLessThan(2000);
  });

  test('steps, dates and masks out of all measure make a record that can be compared', () => {
    const element =
      '<When><StartDate>0001-01-01</StartDate><EndDate>9999-12-31</EndDate></When>' +
      '<Repeat><Type>Weekly</Type><Frequency>999999999</Frequency><Until>9999-12-31</Until>' +
      `<WeekMask>${'Monday '.repeat(10_000)}</WeekMask></Repeat>`;
    const { fields } = readAppointment(element);
    expect(calendar.canonical(fields)).toMatchObject({ 'Repeat@Until': '9999-12-27' });
    expect(fieldsOf(element)).toEqual(fields);
  });
});
