// The arithmetic of rules against the library that lists their occurrences (spec: datasets 8.1).
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arbitraryRule } from '../../../test/arbitraries/rules.ts';
import { addDays } from '../days.ts';
import { occurrencesOf } from './expand.ts';
import { normalForm } from './normal-form.ts';
import { endOf, lastOccurrence, nextOccurrence, occursOn } from './occurrences.ts';

describe('the arithmetic of a rule', () => {
  test('finds the occurrences of ten years that the library lists', () => {
    fc.assert(
      fc.property(arbitraryRule, (rule) => {
        const to = addDays(rule.start, 3653);
        const listed = occurrencesOf(rule, { from: rule.start, to });
        const found: string[] = [];
        let date = lastOccurrence(rule, to);
        while (date !== undefined) {
          found.unshift(date);
          date = lastOccurrence(rule, addDays(date, -1));
        }
        expect(found).toEqual(listed);
        for (const [index, occurrence] of listed.entries()) {
          const next = nextOccurrence(rule, occurrence);
          if (index + 1 < listed.length) expect(next).toBe(listed[index + 1]);
        }
        expect(listed[0]).toBe(rule.start);
        if (rule.until !== undefined) expect(endOf(rule)).toBe(listed.at(-1));
      }),
      { numRuns: 100 },
    );
  });

  test('says of every day of two years whether it is one of them', () => {
    fc.assert(
      fc.property(arbitraryRule, fc.integer({ min: -10, max: 3000 }), (rule, offset) => {
        const from = addDays(rule.start, offset);
        const days = Array.from({ length: 100 }, (_, index) => addDays(from, index));
        const listed = occurrencesOf(rule, { from, to: addDays(from, 99) });
        expect(days.filter((day) => occursOn(rule, day))).toEqual(listed);
      }),
      { numRuns: 100 },
    );
  });

  test('gives a rule and its normal form the same occurrences', () => {
    fc.assert(
      fc.property(arbitraryRule, (rule) => {
        const range = { from: rule.start, to: addDays(rule.start, 3653) };
        const plain = normalForm(rule);
        expect(normalForm(plain)).toEqual(plain);
        let [a, b] = [lastOccurrence(rule, range.to), lastOccurrence(plain, range.to)];
        while (a !== undefined || b !== undefined) {
          expect(a).toBe(b);
          a = a && lastOccurrence(rule, addDays(a, -1));
          b = b && lastOccurrence(plain, addDays(b, -1));
        }
      }),
      { numRuns: 100 },
    );
  });
});
