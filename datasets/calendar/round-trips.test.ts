// Records of calendar and tasks through XML and through a device of 2009 (spec: datasets 2.12, 4, 5).
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arbitraryAppointment } from '../../test/arbitraries/appointments.ts';
import { arbitraryTask } from '../../test/arbitraries/tasks.ts';
import { appointmentKind } from '../../test/device-2009/appointment/kind.ts';
import { CategoryBook } from '../../test/device-2009/categories.ts';
import { DatasetStore } from '../../test/device-2009/dataset-store.ts';
import { PortraitFiles } from '../../test/device-2009/portrait.ts';
import type { RecordKind } from '../../test/device-2009/record-kind.ts';
import { taskKind } from '../../test/device-2009/task/kind.ts';
import { readRecord } from '../../test/support/records.ts';
import { calendar, diffFields, tasks, type DatasetDefinition, type Fields } from '../index.ts';

const TODAY = '2026-11-24';
const CONTEXT = '{a7a2832c-cdb3-40b6-9d95-6cd31e05647d}';

interface Case {
  readonly definition: DatasetDefinition;
  readonly arbitrary: fc.Arbitrary<Fields>;
  readonly put: (create: string, replaces?: string) => string;
}

/** What a device of 2009 sends of a record after a create, and after a replace of it. */
function throughDevice<T>(kind: RecordKind<T>): (create: string, replace?: string) => string {
  return (create, replace) => {
    const environment = {
      categories: new CategoryBook(),
      portraits: new PortraitFiles(),
      localTime: () => `${TODAY}T12:00:00`,
      notice: () => undefined,
    };
    const store = new DatasetStore(kind, CONTEXT, environment);
    store.begin();
    expect(store.create(Buffer.from(create), 1)).toMatchObject({ kind: 'created' });
    store.commit();
    const [record] = store.records();
    if (replace !== undefined) {
      store.begin();
      expect(store.replace(Buffer.from(replace.replace('DEVICE-ID', record!.id)), 2)).toMatchObject({
        kind: 'replaced',
      });
      store.commit();
    }
    const [held] = store.records();
    return kind.write(held!.id, held!.record, environment);
  };
}

const cases: readonly [string, Case][] = [
  [
    'appointment',
    { definition: calendar, arbitrary: arbitraryAppointment(), put: throughDevice(appointmentKind) },
  ],
  ['task', { definition: tasks, arbitrary: arbitraryTask(), put: throughDevice(taskKind) }],
];

describe.each(cases)('any %s', (_, { definition, arbitrary, put }) => {
  const create = (fields: Fields) =>
    definition.write(fields, { id: 'AAMk', own: false, style: 'desktop', today: TODAY });
  const replace = (fields: Fields) =>
    definition.write(fields, { id: 'DEVICE-ID', own: true, style: 'desktop', today: TODAY });
  const read = (xml: string) => {
    const record = readRecord(definition, xml);
    // U+FFFD, the sign of bytes that were no UTF-8, may stand in any text.
    expect(record.warnings.filter(({ detail }) => !detail.includes('UTF-8'))).toEqual([]);
    return record.fields;
  };

  test('is valid in each of its fields', () => {
    fc.assert(
      fc.property(arbitrary, (fields) => {
        for (const [key, value] of Object.entries(fields)) {
          expect([key, definition.problem(key, value)]).toEqual([key, undefined]);
        }
      }),
    );
  });

  test('survives writing and reading in the style of devices', () => {
    fc.assert(
      fc.property(arbitrary, (fields) => {
        const back = read(definition.write(fields, { id: '1', own: true, style: 'device' }));
        expect(diffFields(definition, fields, back)).toEqual([]);
        expect(definition.canonical(back)).toEqual(definition.canonical(fields));
      }),
    );
  });

  test('survives writing and reading in the style of desktops, but for what no device may be sent', () => {
    fc.assert(
      fc.property(arbitrary, (fields) => {
        const back = read(create(fields));
        const held = definition.rendition('device', fields, TODAY);
        expect(diffFields(definition, held, definition.rendition('device', back, TODAY))).toEqual([]);
        expect(back.Repeat).toEqual(definition.normalise(fields).Repeat);
        expect(definition.canonical(read(create(back)))).toEqual(definition.canonical(back));
      }),
    );
  });

  test('is held by a device of 2009 as its rendition says, once created', () => {
    fc.assert(
      fc.property(arbitrary, (fields) => {
        const held = definition.rendition('device', fields, TODAY);
        expect(diffFields(definition, held, read(put(create(fields))))).toEqual([]);
      }),
      { numRuns: 120 },
    );
  });

  test('is held so by a replace of any other, where the device can come to it by one', () => {
    fc.assert(
      fc.property(arbitrary, arbitrary, (before, fields) => {
        const held = definition.rendition('device', before, TODAY);
        fc.pre(definition.replaceable?.(held, fields) === true);
        const back = read(put(create(before), replace(fields)));
        expect(diffFields(definition, definition.rendition('device', fields, TODAY), back)).toEqual([]);
      }),
      { numRuns: 120 },
    );
  });

  test('is equal to its rendition for matching', () => {
    fc.assert(
      fc.property(arbitrary, (fields) => {
        const held = definition.rendition('device', fields);
        expect(definition.matchText(held)).toBe(definition.matchText(fields));
        expect(definition.identity(held)).toEqual(definition.identity(fields));
      }),
    );
  });

  test('has a canonical form that is its own, whatever the order of its fields', () => {
    fc.assert(
      fc.property(arbitrary, (fields) => {
        const canonical = definition.canonical(fields);
        expect(definition.canonical(canonical)).toEqual(canonical);
        expect(definition.canonical(Object.fromEntries(Object.entries(fields).reverse()))).toEqual(canonical);
        expect(definition.canonical(definition.normalise(fields))).toEqual(canonical);
      }),
    );
  });
});
