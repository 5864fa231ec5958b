// Rules to Graph and iCalendar and back: the same occurrences for ten years, but for the named losses (spec: datasets 8.3).
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arbitraryRecurrence, arbitraryRule } from '../../../test/arbitraries/rules.ts';
import { addDays } from '../days.ts';
import { expandRRule, occurrencesOf } from './expand.ts';
import { foreignRRule } from './foreign-rule.ts';
import { fromGraph, toGraph } from './graph.ts';
import { foreignEndOf, foreignRuleOf, type PatternedRecurrence } from './patterned-recurrence.ts';
import { fromRRule } from './rrule.ts';
import { rruleText } from './rrule-text.ts';
import { recordDateOf, otherDateOf, type Mapped, type SeriesMapping } from './series-mapping.ts';

const FROM = '2024-01-01';
const TEN_YEARS = 3653;
const FIVE_YEARS = 1827;
/** Records are written on any day of the year that begins at `FROM`. */
const A_YEAR = 365;

const later = (a: string, b: string) => (a > b ? a : b);

/** Dates on which a recurrence of Graph, without any exception, has an occurrence. */
function graphDates({ pattern, range }: PatternedRecurrence, from: string, to: string): string[] {
  const rrule = foreignRRule(foreignRuleOf(pattern)!);
  const { count, until } = foreignEndOf(range);
  const last = until !== undefined && until < to ? until : to;
  const all = expandRRule(rrule, range.startDate, { from: range.startDate, to: last });
  return all.slice(0, count).filter((date) => date >= from);
}

/** Dates of the record's rule once its exceptions are applied. */
function recordDates(mapping: SeriesMapping, from: string, to: string): string[] {
  const dates = new Set(occurrencesOf(mapping.rule, { from: mapping.rule.start, to: addDays(to, 31) }));
  for (const date of mapping.deletedInRecord) expect(dates.delete(date) || date > to).toBe(true);
  for (const { record, real } of mapping.moved) if (dates.delete(record)) dates.add(real);
  return [...dates].filter((date) => date >= from && date <= to).sort();
}

function mappingOf<T extends SeriesMapping>(result: Mapped<T>): T {
  if (!result.ok) throw new Error(result.refusal.sentence);
  return result.mapping;
}

describe('our rule', () => {
  test('to RRULE and back has the same occurrences, and no loss', () => {
    fc.assert(
      fc.property(arbitraryRule, (rule) => {
        const back = mappingOf(fromRRule(rruleText(rule), { start: rule.start, from: FROM }));
        const range = { from: rule.start, to: addDays(rule.start, TEN_YEARS) };
        expect(occurrencesOf(back.rule, range)).toEqual(occurrencesOf(rule, range));
        expect([back.deletedInRecord, back.moved, back.losses]).toEqual([[], [], []]);
      }),
      { numRuns: 100 },
    );
  });

  test('to Graph and back has the same occurrences where no loss is named', () => {
    fc.assert(
      fc.property(arbitraryRule, (rule) => {
        const there = toGraph(rule, { from: FROM });
        fc.pre(there.losses.length === 0);
        const to = addDays(rule.start, TEN_YEARS);
        const dates = occurrencesOf(rule, { from: rule.start, to });
        expect(graphDates(there.recurrence, rule.start, to)).toEqual(dates);
        const back = mappingOf(fromGraph(there.recurrence, { from: FROM }));
        expect(occurrencesOf(back.rule, { from: rule.start, to })).toEqual(dates);
        expect([back.deletedInRecord, back.moved, back.losses]).toEqual([[], [], []]);
      }),
      { numRuns: 100 },
    );
  });

  test('in Graph has no wrong occurrence for ten years from any day of the year, whatever the loss', () => {
    fc.assert(
      fc.property(arbitraryRule, (rule) => {
        const mapping = toGraph(rule, { from: FROM });
        const from = later(FROM, rule.start);
        const to = addDays(from, TEN_YEARS + A_YEAR);
        const dates = new Set(graphDates(mapping.recurrence, `${from.slice(0, 8)}01`, addDays(to, 31)));
        for (const date of mapping.deletedInOther) expect(dates.delete(date) || date > to).toBe(true);
        for (const { other, real } of mapping.moved) if (dates.delete(other)) dates.add(real);
        const held = [...dates].filter((date) => date >= from && date <= to).sort();
        expect(held).toEqual(occurrencesOf(rule, { from, to }));
        const back = mappingOf(fromGraph(mapping.recurrence, { from: FROM, remembered: mapping }));
        const range = { from: rule.start, to: addDays(rule.start, TEN_YEARS) };
        expect(occurrencesOf(back.rule, range)).toEqual(occurrencesOf(rule, range));
      }),
      { numRuns: 100 },
    );
  });
});

describe('a recurrence of Graph', () => {
  test('is a rule with the same occurrences for five years from any day of the year, for ten without a loss', () => {
    fc.assert(
      fc.property(arbitraryRecurrence, (recurrence) => {
        const result = fromGraph(recurrence, { from: FROM });
        const { startDate } = recurrence.range;
        if (!result.ok) {
          expect(graphDates(recurrence, startDate, addDays(startDate, TEN_YEARS))).toEqual([]);
          return;
        }
        const { mapping } = result;
        const first = graphDates(recurrence, startDate, addDays(startDate, TEN_YEARS))[0]!;
        const to =
          mapping.losses.length === 0
            ? addDays(first, TEN_YEARS)
            : addDays(later(FROM, first), FIVE_YEARS + A_YEAR);
        expect(recordDates(mapping, mapping.rule.start, to)).toEqual(graphDates(recurrence, startDate, to));
        for (const date of graphDates(recurrence, startDate, to)) {
          const record = recordDateOf(mapping, date);
          expect(record === undefined ? undefined : otherDateOf(mapping, record)).toBe(date);
        }
      }),
      { numRuns: 100 },
    );
  });

  test('#98 comes back as it was, first date and first day of the week included', () => {
    fc.assert(
      fc.property(arbitraryRecurrence, (recurrence) => {
        const result = fromGraph(recurrence, { from: FROM });
        fc.pre(result.ok);
        const { rule, deletedInRecord } = mappingOf(result);
        const back = toGraph(rule, { from: FROM, deleted: deletedInRecord, held: recurrence });
        expect(back.recurrence).toBe(recurrence);
      }),
      { numRuns: 100 },
    );
  });

  test('#98 comes back with the same occurrences when nobody remembers it, phantom start or not', () => {
    fc.assert(
      fc.property(arbitraryRecurrence, (recurrence) => {
        const result = fromGraph(recurrence, { from: FROM });
        fc.pre(result.ok && result.mapping.losses.length === 0);
        const { rule, deletedInRecord } = mappingOf(result);
        const back = toGraph(rule, { from: FROM, deleted: deletedInRecord });
        const { startDate } = recurrence.range;
        const to = addDays(startDate, TEN_YEARS);
        const dates = graphDates(recurrence, startDate, to);
        expect(graphDates(back.recurrence, '0001-01-01', to)).toEqual(dates);
        if (dates.length > 0) expect(back.recurrence.range.startDate).toBe(dates[0]);
      }),
      { numRuns: 100 },
    );
  });
});
