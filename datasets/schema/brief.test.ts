// Records that are written without what says nothing (docs/protocol-extensions.md, `brief`).
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arbitraryAppointment } from '../../test/arbitraries/appointments.ts';
import { arbitraryContact } from '../../test/arbitraries/contacts.ts';
import { arbitraryTask } from '../../test/arbitraries/tasks.ts';
import { readRecord } from '../../test/support/records.ts';
import {
  calendar,
  contacts,
  tasks,
  type DatasetDefinition,
  type Fields,
  type WriteTarget,
} from '../index.ts';

const TODAY = '2026-11-24';
const fromDesktop: WriteTarget = { id: 'AAMk', own: false, style: 'desktop', today: TODAY };
const fromDevice: WriteTarget = { id: '{a7a2832c}:7', own: true, style: 'device' };

const cases: readonly [string, DatasetDefinition, fc.Arbitrary<Fields>][] = [
  ['contact', contacts, arbitraryContact()],
  ['appointment', calendar, arbitraryAppointment()],
  ['task', tasks, arbitraryTask()],
];

describe.each(cases)('any %s', (_, definition, arbitrary) => {
  test.each([
    ['desktop', fromDesktop],
    ['device', fromDevice],
  ])('says the same briefly, written by a %s', (_, target) => {
    fc.assert(
      fc.property(arbitrary, (fields) => {
        const long = readRecord(definition, definition.write(fields, target));
        const short = definition.read(definition.write(fields, { ...target, brief: true }), { brief: true });
        if (!short.ok) throw new Error(short.error.detail);
        const { record } = short;
        expect(record.warnings).toEqual(long.warnings);
        expect(definition.canonical(record.fields)).toEqual(definition.canonical(long.fields));
        // Whatever was there before, nothing of it stays.
        const before = { FirstName: 'Ada', Description: 'Tea', 'Categories/tea': 'Tea' };
        expect(definition.canonical(definition.applyReplace(before, record, 'replace'))).toEqual(
          definition.canonical(definition.applyReplace({}, long, 'replace')),
        );
      }),
    );
  });
});

test('a contact of one name is as short as this', () => {
  expect(contacts.write({ FirstName: 'Ada' }, { ...fromDesktop, brief: true })).toBe(
    '<Contact><Identifier localIdentifier="false">AAMk</Identifier>' +
      '<FirstName pronunciation="">Ada</FirstName></Contact>',
  );
});

test('a value that makes no sense leaves what was there also in a brief document', () => {
  const document = '<Contact><Identifier>1</Identifier><Birthday>someday</Birthday></Contact>';
  const outcome = contacts.read(document, { brief: true });
  if (!outcome.ok) throw new Error(outcome.error.detail);
  const before = { FirstName: 'Ada', Birthday: '1815-12-10' };
  expect(contacts.applyReplace(before, outcome.record, 'replace')).toEqual({ Birthday: '1815-12-10' });
});
