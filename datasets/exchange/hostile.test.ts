// Files that mean harm, or are broken: typed problems, the other records, in a time that grows with the text alone.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromICalendar, fromVcards } from './index.ts';

const good = 'BEGIN:VCARD\nVERSION:4.0\nN:Lovelace;Ada;;;\nEND:VCARD\n';
const GOOD_FIELDS = { FirstName: 'Ada', LastName: 'Lovelace' };
const around = (bad: string) => {
  const { records, problems } = fromVcards(good + bad + good);
  expect(records.map(({ fields }) => fields)).toEqual([GOOD_FIELDS, GOOD_FIELDS]);
  return problems.map(({ line, reason }) => [line, reason]);
};

describe('a bad card between two good ones is named with its line', () => {
  test.each<[what: string, bad: string, line: number, reason: string]>([
    ['a line that is none', 'BEGIN:VCARD\nN:x;;;;\n???\nEND:VCARD\n', 7, 'bad-line'],
    ['a parameter that does not end', 'BEGIN:VCARD\nTEL;TYPE="home:1\nEND:VCARD\n', 6, 'bad-line'],
    ['no end', 'BEGIN:VCARD\nN:x;;;;\n', 5, 'not-closed'],
    ['another end', 'BEGIN:VCARD\nEND:VEVENT\nEND:VCARD\n', 6, 'not-closed'],
    ['another kind', 'BEGIN:VEVENT\nEND:VEVENT\n', 5, 'unsupported'],
    ['a line without end', `BEGIN:VCARD\nNOTE:${'x'.repeat(17 * 1024 * 1024)}\nEND:VCARD\n`, 5, 'too-large'],
    ['lines without end', `BEGIN:VCARD\n${'X-A:1\n'.repeat(20_001)}END:VCARD\n`, 5, 'too-large'],
    [
      'deep nesting',
      `BEGIN:VCARD\n${'BEGIN:X\n'.repeat(30_000)}${'END:X\n'.repeat(30_000)}END:VCARD\n`,
      13,
      'too-large',
    ],
  ])('%s', (_, bad, line, reason) => {
    expect(around(bad)).toEqual([[line, reason]]);
  });
});

describe('names that objects have of themselves', () => {
  test('are no properties, parameters or kinds, and mean nothing as keys', () => {
    const lines = [
      ...['__proto__:1', 'constructor;__proto__=x;toString=y:2', 'TEL;VALUE=constructor;TYPE=__proto__:3'],
      ...[
        'X-QDSYNC-CF;X-KEY=__proto__;VALUE=TEXT:4',
        'CATEGORIES:__proto__,constructor',
        '__proto__.TEL;TYPE=work:5',
      ],
    ];
    const { records, problems } = fromVcards(`BEGIN:VCARD\nN:;;;;\n${lines.join('\n')}\nEND:VCARD\n`);
    expect(problems).toEqual([]);
    expect(records[0]?.fields).toEqual({
      'Categories/__proto__': '__proto__',
      'Categories/constructor': 'constructor',
      'CustomFields/__proto__': { Key: '__proto__', Value: '4' },
      'PhoneNumbers/HomePhone': '3',
      'PhoneNumbers/BusinessPhone': '5',
    });
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe('events and tasks', () => {
  const event = (...lines: string[]) =>
    `BEGIN:VCALENDAR\nBEGIN:VEVENT\n${lines.join('\n')}\nEND:VEVENT\nEND:VCALENDAR\n`;

  test.each([
    '',
    'DTSTART:20260231T100000',
    'DTSTART:20260201T250000',
    'DTSTART:99999999',
    'DTSTART:',
    'DTSTART:now',
  ])('an event that does not say when it is: %j', (line) => {
    const { records, problems } = fromICalendar('calendar', event('SUMMARY:x', line));
    expect([records, problems]).toEqual([[], [{ line: 2, reason: 'bad-value', detail: 'DTSTART' }]]);
  });

  test('ends, reminders and rules beyond all measure', () => {
    const { records, problems } = fromICalendar(
      'calendar',
      event(
        'DTSTART:99991231T235900',
        'DURATION:P999999W',
        'RRULE:FREQ=DAILY;INTERVAL=999999999;COUNT=999999999',
        `EXDATE:${Array.from({ length: 5000 }, () => '99991231T235900').join(',')}`,
        'BEGIN:VALARM\nACTION:DISPLAY\nTRIGGER:-P999999W\nEND:VALARM',
      ),
    );
    expect(problems).toEqual([]);
    expect(records.map(({ fields }) => fields)).toEqual([
      { When: { Start: '9999-12-31T23:59:00', End: '9999-12-31T23:59:59' } },
    ]);
  });

  test('nothing at all, and a text of another kind', () => {
    for (const text of ['', '\n\n', '{"FirstName":"Ada"}', '<html></html>']) {
      expect(fromVcards(text).problems).toMatchObject([{ line: 1, reason: 'nothing-found' }]);
      expect(fromICalendar('tasks', text).problems).toMatchObject([{ line: 1, reason: 'nothing-found' }]);
    }
  });
});

const names = [
  'BEGIN',
  'END',
  'UID',
  'DTSTART',
  'DTEND',
  'DURATION',
  'RRULE',
  'EXDATE',
  'RDATE',
  'TRIGGER',
  'TEL',
  'N',
  'ADR',
];
const values = [
  'VCARD',
  'VCALENDAR',
  'VEVENT',
  'VTODO',
  'VALARM',
  '20260301',
  '20260301T100000Z',
  'FREQ=DAILY',
  'PT1H',
  ';;',
  '\\',
];
const line = fc.oneof(
  fc.string({ maxLength: 30 }),
  fc
    .tuple(
      fc.constantFrom(...names, 'RECURRENCE-ID', 'PHOTO', 'BDAY', 'ORG', 'GENDER'),
      fc.constantFrom(
        '',
        ';VALUE=DATE',
        ';TZID=Europe/Oslo',
        ';TYPE=a,"b"',
        ';=',
        ';X="',
        ';RANGE=THISANDFUTURE',
      ),
      fc.oneof(fc.constantFrom(...values), fc.string({ maxLength: 20 })),
    )
    .map(([name, params, value]) => `${name}${params}:${value}`),
);

test('of lines in any order nothing is thrown', () => {
  fc.assert(
    fc.property(
      fc.array(line, { maxLength: 20 }),
      fc.constantFrom('VCARD', 'VEVENT', 'VTODO'),
      (lines, name) => {
        const text = [`BEGIN:${name}`, ...lines, `END:${name}`].join('\n');
        fromVcards(text);
        fromICalendar('calendar', text);
        fromICalendar('tasks', text);
      },
    ),
    { numRuns: 500 },
  );
});
