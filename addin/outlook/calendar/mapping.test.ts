import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  exceptionKey,
  exceptionsOf,
  isAllDay,
  utcOfWallClock,
  wallClockOfUtc,
  whenOn,
} from '../../../datasets/calendar/index.ts';
import { calendar, type Fields } from '../../../datasets/index.ts';
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
 * Appointments that Outlook can hold: no time that a change to summer time skips, and occurrences that stay on their day
 * and in the categories of their series.
 */
const holdable = arbitraryAppointment().map((fields) => {
  const result: Record<string, Fields[string]> = { ...fields };
  const own = Object.entries(fields).filter(([key]) => elementOf(key) === 'Categories');
  for (const [date, value] of exceptionsOf(fields)) {
    if (!isGroup(value)) continue;
    const contents = Object.entries(value).filter(([key]) => elementOf(key) !== 'Categories');
    const when = whenOn(value.When, date) ?? '';
    result[exceptionKey(date)] = { ...Object.fromEntries([...contents, ...own]), When: when };
  }
  return calendar.normalise(result);
});
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

  it('comes back unchanged after it was changed into any other', async () => {
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
      { numRuns: 12, endOnFailure: true },
    );
  });
});
