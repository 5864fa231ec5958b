import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MailboxResult } from '../../../contract/server-plugin.ts';
import { calendar, type Fields } from '../../../datasets/index.ts';
import { holdableAppointment } from '../../../test/arbitraries/appointments.ts';
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

const YEAR = `${new Date().getUTCFullYear()}-01-01`;
const arbitrary = holdableAppointment({ from: YEAR, mailboxZone: 'Europe/Berlin' });
const differing = (a: Fields, b: Fields): string[] => differences(a, b, calendar);

/** The occurrences that the service did not give back, by the result's own word. */
function refusedDates(result: MailboxResult | undefined): ReadonlySet<string> {
  const problems = result?.status === 'done' ? (result.problems ?? []) : [];
  const refused = problems.filter(({ code }) => code === 'mailbox.refused');
  return new Set(refused.map(({ detail }) => `Repeat/${detail.slice(0, 10)}`));
}

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
          // A deleted occurrence that the service keeps from a former rule is told by its date.
          const told = refusedDates(result);
          const different = differing(item.fields, next).filter((key) => !told.has(key));
          expect(different).toEqual([]);
        }
        expect((await bench.read()).items.get(item.id)?.fields).toEqual(item.fields);
      }),
      { numRuns: 10, endOnFailure: true },
    );
  });
});
