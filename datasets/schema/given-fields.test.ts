// What functions of fields give back, and that they leave alone what they were given.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arbitraryAppointment } from '../../test/arbitraries/appointments.ts';
import { arbitraryContact } from '../../test/arbitraries/contacts.ts';
import { arbitraryTask } from '../../test/arbitraries/tasks.ts';
import { readRecord } from '../../test/support/records.ts';
import {
  calendar,
  contacts,
  stableJson,
  tasks,
  type DatasetDefinition,
  type Fields,
  type FieldValue,
} from '../index.ts';

const TODAY = '2026-11-24';
const RUNS = { numRuns: 40 };

const cases: readonly [string, DatasetDefinition, fc.Arbitrary<Fields>][] = [
  ['contact', contacts, arbitraryContact()],
  ['appointment', calendar, arbitraryAppointment()],
  ['task', tasks, arbitraryTask()],
];

/** With a default that means something, one that does not, or an unknown field; frozen, so that a change of it throws. */
const given = (fields: fc.Arbitrary<Fields>): fc.Arbitrary<Fields> =>
  fc
    .tuple(
      fields,
      fc.constantFrom<Fields>(
        {},
        { 'PhoneNumbers@default': 'nobody’s' },
        {
          EmailAddresses: ['a@b.example', 'c@d.example', 'A@B.example'],
          'EmailAddresses@default': 'C@d.example',
        },
        { Unknown: 'x', 'PhoneNumbers~hidden': ['5'] },
      ),
    )
    .map(([record, more]) => frozen({ ...record, ...more }) as Fields);

function frozen(value: FieldValue): FieldValue {
  if (typeof value !== 'string') Object.values(value).forEach(frozen);
  return Object.freeze(value);
}

describe.each(cases)('the fields of a %s', (_, definition, fields) => {
  test('are never changed in place', () => {
    fc.assert(
      fc.property(given(fields), given(fields), (record, before) => {
        definition.normalise(record, before);
        definition.canonical(record);
        definition.matchText(record);
        definition.rendition('device', record, TODAY);
        const xml = definition.write(record, {
          id: '1',
          own: false,
          style: 'desktop',
          brief: true,
          today: TODAY,
        });
        const read = readRecord(definition, xml, { brief: true });
        frozen(read.fields);
        definition.applyReplace({}, read, 'merge');
        definition.applyReplace(before, read, 'replace');
      }),
      RUNS,
    );
  });

  test('are told in their canonical form by one text', () => {
    fc.assert(
      fc.property(given(fields), (record) => {
        expect(definition.canonicalText(record)).toBe(stableJson(definition.canonical(record)));
      }),
      RUNS,
    );
  });

  test('are given back where a device holds them as they are sent', () => {
    fc.assert(
      fc.property(given(fields), (record) => {
        const held = definition.rendition('device', record, TODAY);
        expect(definition.rendition('device', held, TODAY)).toBe(held);
      }),
      RUNS,
    );
  });
});

test('a contact told as JSON is held as it was read, but for a default that means nothing', () => {
  const kept = (fields: Fields): Fields => {
    const json = contacts.writeFields(JSON.stringify(fields), { id: '1', style: 'desktop' });
    const read = readRecord(contacts, json ?? '', { brief: true, fields: true });
    return contacts.rendition('device', read.fields, TODAY);
  };
  expect(kept({ LastName: 'Byron' })).toEqual({ LastName: 'Byron' });
  expect(kept({ LastName: 'Byron', 'PhoneNumbers@default': '5' })).toEqual({ LastName: 'Byron' });
});
