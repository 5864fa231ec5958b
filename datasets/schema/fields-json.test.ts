// Records that are told as JSON of their fields (docs/protocol-extensions.md, `fields`).
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arbitraryAppointment } from '../../test/arbitraries/appointments.ts';
import { arbitraryContact } from '../../test/arbitraries/contacts.ts';
import { arbitraryTask } from '../../test/arbitraries/tasks.ts';
import { keptForm } from '../../device/store/kept-form.ts';
import { readRecord } from '../../test/support/records.ts';
import { joinFieldsJson } from '../record/fields-json.ts';
import {
  calendar,
  contacts,
  tasks,
  type DatasetDefinition,
  type Fields,
  type FieldValue,
  type ReadOptions,
} from '../index.ts';

const TODAY = '2026-11-24';
/** Some of the records are long. */
const RUNS = { numRuns: 40 };
const TOLD: ReadOptions = { brief: true, fields: true };

const cases: readonly [string, DatasetDefinition, fc.Arbitrary<Fields>][] = [
  ['contact', contacts, arbitraryContact()],
  ['appointment', calendar, arbitraryAppointment()],
  ['task', tasks, arbitraryTask()],
];

/** Values as people and programs write them: with blanks around and within, other line ends, what XML forbids, or nothing. */
const asWritten = fc.constantFrom<(text: string) => string>(
  (text) => text,
  (text) => ` ${text}`,
  (text) => `${text}\t \r\nx`,
  (text) => `\u0001${text}\ufffe\ud800`,
  (text) => `${text}\u{1F600}`,
  () => '  ',
  () => '',
);

/** The record with some of its texts, not the words of its rule, written in other ways, and only what is a field all the same. */
function mangled(definition: DatasetDefinition, fields: fc.Arbitrary<Fields>): fc.Arbitrary<Fields> {
  return fc
    .tuple(
      fields,
      fc.infiniteStream(
        fc.oneof(
          fc.constant((t: string) => t),
          asWritten,
        ),
      ),
    )
    .map(([record, ways]) => {
      const rewritten = (value: FieldValue): FieldValue => {
        if (typeof value === 'string') return (ways.next().value as (text: string) => string)(value);
        if (Array.isArray(value)) return value.map(rewritten);
        return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, rewritten(part)]));
      };
      const entries = Object.entries(record).map(
        ([key, value]) => [key, key === 'Repeat' ? value : rewritten(value)] as const,
      );
      return Object.fromEntries(
        entries.filter(([key, value]) => definition.problem(key, value) === undefined),
      );
    });
}

const json = (definition: DatasetDefinition, fields: Fields, style: 'desktop' | 'device'): string => {
  const told = definition.writeFields(JSON.stringify(fields), { id: 'i"1', style, today: TODAY });
  if (told === undefined) throw new Error('told as XML');
  return told;
};

/** Also such as we tell as XML, for others may not; where the fields must be prepared, in XML. */
const jsonOfAnyone = (definition: DatasetDefinition, fields: Fields, style: 'desktop' | 'device'): string => {
  const stored = JSON.stringify(fields);
  const target = { id: 'i"1', own: style === 'device', style, brief: true, today: TODAY };
  const isAsStored = style === 'device' || definition === contacts;
  const other = isAsStored ? joinFieldsJson(target.id, stored) : definition.write(fields, target);
  return definition.writeFields(stored, target) ?? other;
};

describe.each(cases)('any %s', (_, definition, arbitrary) => {
  const xml = (fields: Fields, style: 'desktop' | 'device'): string =>
    definition.write(fields, { id: 'i"1', own: style === 'device', style, brief: true, today: TODAY });
  const written = fc.oneof(arbitrary, mangled(definition, arbitrary));

  test('is held by a device just as if it were told as XML', () => {
    const held = (text: string): Fields => {
      const record = readRecord(definition, text, TOLD);
      expect(record).toMatchObject({ id: 'i"1', localIdentifier: false });
      return keptForm(definition, definition.applyReplace({}, record, 'merge'), TODAY);
    };
    fc.assert(
      fc.property(written, (fields) => {
        expect(held(jsonOfAnyone(definition, fields, 'desktop'))).toEqual(held(xml(fields, 'desktop')));
      }),
      RUNS,
    );
  });

  test('is known to a desktop just as if it were told as XML, a device’s words for categories included', () => {
    const known = (text: string, options: ReadOptions): unknown => {
      const { id, fields } = readRecord(definition, text, { ...TOLD, ...options });
      return [id, definition.normalise(fields), definition.canonical(fields)];
    };
    const options = fc.constantFrom<ReadOptions>({}, { categoryAliases: { Choir: 'Business' } });
    fc.assert(
      fc.property(written, options, (fields, wanted) => {
        const told = known(jsonOfAnyone(definition, fields, 'device'), wanted);
        expect(told).toEqual(known(xml(fields, 'device'), wanted));
      }),
      RUNS,
    );
  });
});

/** Longer than an attribute may be in XML. */
const LONG = 'x'.repeat(64 * 1024 + 1);

test('the text of an element may be longer than that of an attribute', () => {
  const notes = '\\",[{'.repeat(100_000);
  const fields = { FirstName: LONG, Notes: notes, 'CustomFields/a': { Key: 'a', Value: LONG } };
  expect(readRecord(contacts, json(contacts, fields, 'desktop'), TOLD).fields).toEqual(fields);
});

const read = (definition: DatasetDefinition, record: unknown) =>
  definition.read(typeof record === 'string' ? record : JSON.stringify(record), TOLD);

test('a contact of one name is as short as this', () => {
  expect(json(contacts, { FirstName: 'Ada' }, 'desktop')).toBe('["i\\"1",{"FirstName":"Ada"}]');
  expect(json(contacts, {}, 'device')).toBe('["i\\"1",{}]');
});

test('fields of one side alone only XML can tell; a mere sign in a text does not matter', () => {
  const target = { id: '1', style: 'device' } as const;
  expect(contacts.writeFields('{"FirstName":"A","~residue":["<X/>"]}', target)).toBeUndefined();
  expect(contacts.writeFields('{"PhoneNumbers~hidden":["1"]}', target)).toBeUndefined();
  expect(contacts.writeFields('{"FirstName":"~A"}', target)).toBe('["1",{"FirstName":"~A"}]');
});

test('what XML does not tell as it is, is told as XML', () => {
  const told = (text: string): string | undefined =>
    contacts.writeFields(JSON.stringify({ Notes: text }), { id: '1', style: 'desktop' });
  for (const text of ['a\u0001b', 'a\u000bb', 'a\bb', 'a\fb', 'a\rb', 'a\ufffeb', 'a\ud800b']) {
    expect(told(text)).toBeUndefined();
  }
  expect(told('a\n\t"\u{1F600}\u2028')).toBe('["1",{"Notes":"a\\n\\t\\"\u{1F600}\u2028"}]');
});

test('a time in a zone is the clock’s there, whatever a Z means to the device', () => {
  const fields = {
    TimeZone: 'Europe/Oslo',
    When: { End: '2026-07-01T10:00:00', Start: '2026-07-01T09:00:00' },
  };
  const outcome = readRecord(calendar, json(calendar, fields, 'device'), { ...TOLD, zonedTimes: 'utc' });
  expect(outcome.fields).toEqual(fields);
});

describe('what is no record', () => {
  test.each<[string, string, string]>([
    ['no JSON', '["1",{"FirstName":"Ada"}', 'record.not-json'],
    ['something behind it', '["1",{}]{}', 'record.not-json'],
    ['no id', '[{"FirstName":"Ada"}]', 'record.not-json'],
    ['an id that is no text', '[7,{}]', 'record.not-json'],
    ['no fields', '["1"]', 'record.not-json'],
    ['fields in a list', '["1",[]]', 'record.not-json'],
    ['fields that are none', '["1",null]', 'record.not-json'],
    ['more than that', '["1",{},{}]', 'record.not-json'],
    ['too long', `["1",{"Notes":"${'x'.repeat(17 * 1024 * 1024)}"}]`, 'record.too-large'],
    [
      'too many fields',
      `["1",{${Array.from({ length: 100_001 }, (_, index) => `"F${index}":""`).join()}}]`,
      'record.too-large',
    ],
    [
      'too many entries of one field',
      `["1",{"EmailAddresses":[${'"",'.repeat(100_000)}""]}]`,
      'record.too-large',
    ],
    [
      'too many parts within fields',
      `["1",{"Addresses/Home":{${Array.from({ length: 100_001 }, (_, index) => `"F${index}":""`).join()}}}]`,
      'record.too-large',
    ],
    ['nested without end', `["1",{"EmailAddresses":${'['.repeat(100_000)}`, 'record.too-large'],
    ['too many values behind quotes', `["\\"",{"a\\\\":[${'{},'.repeat(100_000)}{}]}]`, 'record.too-large'],
    ['an attribute too long', `["1",{"FirstName@pronunciation":"${LONG}"}]`, 'record.too-large'],
    ['an e-mail too long for a default', `["1",{"EmailAddresses":["${LONG}"]}]`, 'record.too-large'],
    ['a number too long for a default', `["1",{"PhoneNumbers/HomePhone":"${LONG}"}]`, 'record.too-large'],
  ])('%s', (_, text, code) => {
    const outcome = contacts.read(text, TOLD);
    expect(outcome).toMatchObject({ ok: false, error: { code } });
    expect(JSON.stringify(outcome)).not.toContain('Ada');
  });

  test('where nobody has agreed on it JSON is what it is to a reader of XML', () => {
    expect(contacts.read('["1",{}]', { brief: true })).toMatchObject({
      error: { code: 'record.not-xml' },
    });
  });
});

describe('what a record cannot have is left out, and told', () => {
  const deep = '['.repeat(40_000) + ']'.repeat(40_000);
  test.each<[string, string, string]>([
    ['a key of nothing', '"Shoes":"42"', 'record.unknown-element'],
    ['a key of objects', '"__proto__":{"polluted":"1"}', 'record.unknown-element'],
    ['a field of one side', '"~residue":["<Shoes/>"]', 'record.unknown-element'],
    ['a number', '"LastName":1', 'record.bad-value'],
    ['nothing', '"LastName":null', 'record.bad-value'],
    ['a group of nothing', '"CustomFields/a":{"Key":"a","Value":null}', 'record.bad-value'],
    ['a list in place of a text', '"LastName":["B"]', 'record.bad-value'],
    ['a value without end', `"EmailAddresses":${deep}`, 'record.bad-value'],
    ['a date of nowhere', '"Birthday":"someday"', 'record.bad-value'],
    ['a type of number', '"PhoneNumbers/Sat":"1"', 'record.bad-value'],
    ['a category under another name', '"Categories/a":"b"', 'record.bad-value'],
  ])('%s', (_, field, code) => {
    const outcome = contacts.read(`["1",{"FirstName":"Ada",${field}}]`, TOLD);
    if (!outcome.ok) throw new Error(outcome.error.detail);
    expect(outcome.record.fields).toEqual({ FirstName: 'Ada' });
    expect(outcome.record.warnings.map((warning) => warning.code)).toEqual([code]);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test('a value that makes no sense leaves what was there; all else that is left out is empty', () => {
    const outcome = read(contacts, ['1', { Birthday: 'someday', LastName: 'Byron' }]);
    if (!outcome.ok) throw new Error(outcome.error.detail);
    const before = { FirstName: 'Ada', Birthday: '1815-12-10', 'PhoneNumbers/HomePhone': '1' };
    expect(contacts.applyReplace(before, outcome.record, 'replace')).toEqual({
      Birthday: '1815-12-10',
      LastName: 'Byron',
    });
  });

  test('a warning names the element, and nothing that somebody called a member of it', () => {
    const outcome = read(contacts, [
      '1',
      {
        'Categories/secret': 's\u0001ecret',
        'CustomFields/secret': { Key: 'secret', Value: '\u0001x' },
        'CustomFields/secrets': 'x',
        'Lists/secret': 'x',
        'FirstName@pronunciation': '\ufffd',
      },
    ]);
    if (!outcome.ok) throw new Error(outcome.error.detail);
    expect(outcome.record.warnings.map(({ field }) => field)).toEqual([
      'Categories',
      'CustomFields',
      'CustomFields',
      'Lists',
      'FirstName',
    ]);
  });

  test('characters that XML does not allow in the id, too', () => {
    const outcome = read(contacts, ['a\u0000b\ud800', { LastName: 'Byron' }]);
    if (!outcome.ok) throw new Error(outcome.error.detail);
    expect(outcome.record.id).toBe('ab');
  });

  test('characters that XML does not allow, and what was no UTF-8 is told', () => {
    const outcome = read(contacts, ['1', { FirstName: 'A\u0001da', LastName: 'By\ufffdron' }]);
    if (!outcome.ok) throw new Error(outcome.error.detail);
    expect(outcome.record.fields).toEqual({ FirstName: 'Ada', LastName: 'By\ufffdron' });
    expect(outcome.record.warnings.map(({ code, field }) => [code, field])).toEqual([
      ['record.control-characters', 'FirstName'],
      ['record.bad-value', 'LastName'],
    ]);
  });
});
