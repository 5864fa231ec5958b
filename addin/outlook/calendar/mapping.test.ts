import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addDays } from '../../../datasets/calendar/days.ts';
import {
  exceptionKey,
  exceptionsOf,
  isAllDay,
  ruleOf,
  toGraph,
  utcOfWallClock,
  wallClockOfUtc,
  whenOn,
} from '../../../datasets/calendar/index.ts';
import { calendar, type Fields, type FieldValue } from '../../../datasets/index.ts';
import { elementOf, isGroup, textOf } from '../../../datasets/record/keys.ts';
import { arbitraryAppointment } from '../../../test/arbitraries/appointments.ts';
import {
  createOf,
  differences,
  itemOf,
  startOutlookBench,
  updateOf,
  USER,
  type OutlookBench,
} from '../../../test/support/outlook-bench.ts';

let bench: OutlookBench;
beforeEach(async () => {
  bench = await startOutlookBench({}, { dataset: calendar.name });
  bench.mailbox.admin.setTimeZone(USER, 'W. Europe Standard Time');
});
afterEach(async () => {
  expect(bench.mailbox.admin.calendar.outgoingMail(USER)).toEqual([]);
  await bench.close();
});

/**
 * Appointments that Outlook can hold: no time that a change to summer time skips, occurrences that stay on their day and in
 * the categories of their series, and where a rule is approximated none changed before or after that is right.
 */
const holdable = arbitraryAppointment().map((fields) => {
  const result: Record<string, Fields[string]> = { ...fields };
  const own = Object.entries(fields).filter(([key]) => elementOf(key) === 'Categories');
  const rule = ruleOf(fields);
  const isApproximated = rule !== undefined && toGraph(rule, { from: YEAR }).losses.length > 0;
  for (const [date, value] of exceptionsOf(fields)) {
    if (isApproximated && (date < YEAR || date > addDays(YEAR, 1800)))
      Reflect.deleteProperty(result, exceptionKey(date));
    else if (!isGroup(value)) continue;
    else result[exceptionKey(date)] = onItsDay(value, date, own);
  }
  return calendar.normalise(result);
});
const YEAR = `${new Date().getUTCFullYear()}-01-01`;

const onItsDay = (value: Fields, date: string, categories: [string, FieldValue][]): Fields => {
  const contents = Object.entries(value).filter(([key]) => elementOf(key) !== 'Categories');
  return { ...Object.fromEntries([...contents, ...categories]), When: whenOn(value.When, date) ?? '' };
};
const existing = (fields: Fields): boolean =>
  [fields, ...exceptionsOf(fields).map(([, value]) => (isGroup(value) ? value : {}))].every(exists);

function exists({ When: when, TimeZone: zone }: Fields): boolean {
  if (!isGroup(when) || isAllDay(when)) return true;
  const name = textOf(zone) || 'Europe/Berlin';
  return [textOf(when.Start), textOf(when.End)].every((local) => {
    const utc = utcOfWallClock(local, name);
    return utc !== undefined && wallClockOfUtc(utc, name) === local;
  });
}
const arbitrary = holdable.filter(existing);
const differing = (a: Fields, b: Fields): string[] => differences(a, b, calendar);

describe('a record in Outlook', () => {
  it('comes back unchanged after it was created, over real HTTP', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(arbitrary, { minLength: 1, maxLength: 20 }), async (records) => {
        const operations = records.map(createOf);
        const results = await bench.apply(...operations);
        const byKey = new Map(results.map((result) => [result.key, itemOf(result)]));
        const read = await bench.read();
        for (const { key, fields } of operations) {
          const item = byKey.get(key)!;
          expect(differing(item.fields, fields)).toEqual([]);
          // What a write answers and what a read brings is the same: echoes vanish by content.
          expect(read.items.get(item.id)?.fields).toEqual(item.fields);
        }
      }),
      { numRuns: 6, endOnFailure: true },
    );
  });

  it.each([
    {},
    { originalZones: 'fixed', seriesChange: 'keepsExceptions', textBodies: 'asSent', ianaZones: 'refused' },
  ] as const)('comes back unchanged after it was changed into any other: %o', async (switches) => {
    bench.mailbox.admin.set(switches);
    await fc.assert(
      fc.asyncProperty(arbitrary, fc.array(arbitrary, { maxLength: 4 }), async (first, then) => {
        let item = await bench.create(first);
        for (const next of then) {
          const [result] = await bench.apply(updateOf(item, next, calendar));
          item = itemOf(result);
          expect(differing(item.fields, next)).toEqual([]);
        }
        expect((await bench.read()).items.get(item.id)?.fields).toEqual(item.fields);
      }),
      { numRuns: 10, endOnFailure: true },
    );
  });
});
