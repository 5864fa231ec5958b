// What a recording shows of people's data: stand-ins (docs/recordings.md).
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { calendar, contacts, tasks, type Fields, type FieldValue } from '../../datasets/index.ts';
import { joinFieldsJson } from '../../datasets/record/fields-json.ts';
import { encodeMessageLine } from '../../qdsync/index.ts';
import { arbitraryAppointment } from '../../test/arbitraries/appointments.ts';
import { arbitraryContact } from '../../test/arbitraries/contacts.ts';
import { arbitraryTask } from '../../test/arbitraries/tasks.ts';
import { Pseudonyms } from './pseudonyms.ts';
import { redactJson } from './redact-call.ts';
import { redactLine } from './redact-line.ts';
import { redactFields, redactRecord } from './redact-record.ts';

/** Words that come about by chance hardly ever. */
const secret = fc.stringMatching(/^[A-Za-z]{12,20}$/);
/** Some of the notes are long. */
const RUNS = { numRuns: 12 };
const KEY = new Uint8Array(32).fill(7);

const records: readonly [string, typeof contacts, fc.Arbitrary<Fields>, string][] = [
  ['contact', contacts, arbitraryContact(), 'LastName'],
  ['appointment', calendar, arbitraryAppointment(), 'Description'],
  ['task', tasks, arbitraryTask(), 'Description'],
];

/** Of these what is said is when, how often and of what kind, which a recording shows (docs/recordings.md). */
const SHOWN =
  /^(?:Gender|TimeZone|Start|End|StartDate|EndDate|Type|Repeat|OriginalDate|Priority|Status|DueDate|StartedDate|CompletedDate|PercentCompleted|Alarm|Delay)/;

/** Words of five letters and more, and numbers of six digits, that somebody may have written. */
function textsOf(fields: Fields): readonly string[] {
  const leaves = (value: FieldValue): string[] => {
    if (typeof value === 'string') return [value];
    const members: readonly FieldValue[] = Array.isArray(value) ? value : Object.values(value as Fields);
    return members.flatMap(leaves);
  };
  const written = Object.entries(fields).flatMap(([key, value]) => (SHOWN.test(key) ? [] : leaves(value)));
  return written.flatMap((text) => text.normalize('NFC').match(/[\p{L}\p{M}]{5,}|\d{6,}/gu) ?? []);
}

/** A record as a device tells it: as XML, and as JSON of its fields. */
function formsOf(definition: typeof contacts, fields: Fields): readonly string[] {
  const target = { id: 'AAMk', own: true, style: 'device' } as const;
  return [definition.write(fields, target), joinFieldsJson(target.id, JSON.stringify(fields))];
}

describe.each(records)('any %s', (_, definition, arbitrary, name) => {
  const planted = fc.tuple(arbitrary, secret, secret, secret).map(([fields, a, b, c]) => ({
    words: [a, b, c],
    fields: {
      ...fields,
      [name]: `${a} ${b}`,
      [`Categories/${c.toLowerCase()}`]: c,
      [`CustomFields/${a.toLowerCase()}`]: { Key: a, Value: b },
      Notes: `first\r\n${c}`,
    } satisfies Fields,
  }));
  const hidden = (text: string, words: readonly string[]): void => {
    for (const word of words) expect(text.toLowerCase()).not.toContain(word.toLowerCase());
  };

  test('shows no word of it, as a document, as fields and in a call', () => {
    fc.assert(
      fc.property(planted, ({ fields, words }) => {
        const pseudonyms = new Pseudonyms();
        const forms = formsOf(definition, fields);
        for (const form of forms) hidden(redactRecord(pseudonyms, form), words);
        hidden(JSON.stringify(redactFields(pseudonyms, fields)), words);
        const call = { items: [{ id: words[0], version: words[1], fields, createKey: 'k' }] };
        hidden(JSON.stringify(redactJson(pseudonyms, call)), words);
        for (const form of forms) {
          const line = encodeMessageLine({ name: 'createClientRecord', record: Buffer.from(form) });
          const shown = redactLine(pseudonyms, 'in', line.toString('latin1').trimEnd());
          expect(shown.message?.name).toBe('createClientRecord');
          hidden(JSON.stringify(shown), words);
        }
      }),
      RUNS,
    );
  });

  test('[SEC-10] shows none of its texts, whichever field they are in', () => {
    fc.assert(
      fc.property(arbitrary, (fields) => {
        // A category may be called as an element is.
        const names = definition.write({}, { id: '1', own: true, style: 'device' });
        const texts = textsOf(fields).filter((text) => !names.includes(text));
        const documents = formsOf(definition, fields).map(
          (form) => (): string => redactRecord(new Pseudonyms(), form),
        );
        const call = (): string => JSON.stringify(redactFields(new Pseudonyms(), fields));
        for (const redacted of [...documents, call]) {
          // A stand-in may be somebody's word by chance: not with every key.
          const shown = [redacted(), redacted(), redacted()];
          expect(texts.filter((text) => shown.every((each) => each.includes(text)))).toEqual([]);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('has the same stand-ins as a document and as fields', () => {
    fc.assert(
      fc.property(planted, ({ fields }) => {
        const pseudonyms = new Pseudonyms();
        const plain = { ...fields, Portrait: '' };
        for (const form of formsOf(definition, plain)) {
          const outcome = definition.read(redactRecord(pseudonyms, form), { fields: true });
          if (!outcome.ok) throw new Error(outcome.error.detail);
          expect(outcome.record.fields[name]).toBe(redactFields(pseudonyms, plain)[name]);
        }
      }),
      RUNS,
    );
  });
});

test('what only looks like a record becomes a hash', () => {
  const deep = `["1",{"FirstName":${'['.repeat(50_000)}${']'.repeat(50_000)}}]`;
  for (const text of ['<Ada', '["Ada"', '[{"FirstName":"Ada"}]', '["1",{"FirstName":null}]', deep]) {
    expect(redactRecord(new Pseudonyms(KEY), text)).toMatch(/^\*[0-9a-f]{16}\.\d+$/);
  }
});

describe('stand-ins', () => {
  const pseudonyms = new Pseudonyms(KEY);

  test('of short words differ as well, in whichever order they come', () => {
    const short = fc.uniqueArray(fc.stringMatching(/^[a-z0-9]{1,3}$/), { minLength: 20, maxLength: 300 });
    fc.assert(
      fc.property(short, (words) => {
        const fresh = new Pseudonyms();
        const standIns = words.map((word) => fresh.text(word));
        expect(new Set(standIns).size).toBe(words.length);
        expect(standIns.filter((standIn, index) => standIn === words[index])).toEqual([]);
        expect(words.map((word) => fresh.text(word))).toEqual(standIns);
      }),
      { numRuns: 30 },
    );
  });

  test('differ for more words and days than their form allows', () => {
    const fresh = new Pseudonyms();
    const signs = Array.from({ length: 1000 }, (_, index) => String.fromCodePoint(0x4e00 + index));
    expect(new Set(signs.map((sign) => fresh.text(sign))).size).toBe(signs.length);
    const days = Array.from({ length: 2000 }, (_, index) =>
      new Date(index * 86_400_000).toISOString().slice(0, 10),
    );
    const others = days.map((day) => fresh.text(day));
    expect(new Set(others).size).toBe(days.length);
    expect(others.filter((day) => !/^\d{4}-\d{2}-\d{2}$/.test(day))).toEqual([]);
  });

  test('are equal for equal texts alone, and keep their form', () => {
    fc.assert(
      fc.property(secret, secret, (a, b) => {
        expect(pseudonyms.text(a) === pseudonyms.text(b)).toBe(a === b);
        expect(pseudonyms.text(a).replace(/[A-Z]/g, 'X').replace(/[a-z]/g, 'x')).toBe(
          a.replace(/[A-Z]/g, 'X').replace(/[a-z]/g, 'x'),
        );
        expect(pseudonyms.text(a).toLowerCase()).toBe(pseudonyms.text(a.toLowerCase()));
      }),
    );
  });

  test('cannot be told without the key', () => {
    expect(new Pseudonyms().text('Lovelace')).not.toBe(pseudonyms.text('Lovelace'));
  });

  test('of phone numbers and days are such', () => {
    expect(pseudonyms.text('+47 (330) 00-001')).toMatch(/^\+\d\d \(\d{3}\) \d\d-\d{3}$/);
    expect(pseudonyms.text('+4733000001')).toBe(pseudonyms.text('+47 (330) 00-001').replace(/[^+\d]/g, ''));
    expect(pseudonyms.text('1951-03-09')).toMatch(/^(19|20)\d\d-\d\d-\d\d$/);
  });
});

test.each([
  ['USER root', 'USER'],
  ['PASS Qtopia15abcdefgh', 'PASS'],
  ['PAIR 2f0c', 'PAIR'],
  ['200 Command okay', '200 Command okay'],
  ['220 Qtopia 4.4.3;challenge={0c39edd7};loginname=root', '220'],
  ['200 Ada Lovelace', '200'],
])('of the line %s is kept %s', (line, shown) => {
  expect(redactLine(new Pseudonyms(KEY), 'out', line)).toEqual({ text: shown });
});
