import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arbitraryContact } from '../test/arbitraries/contacts.ts';
import { contacts } from './contacts/index.ts';
import { diffFields, mergeOrderedList } from './merge.ts';

describe('what differs between two versions of a record', () => {
  const diff = (base: Parameters<typeof diffFields>[1], current: typeof base) =>
    diffFields(contacts, base, current);

  it('is told field by field, members of lists by themselves (D10)', () => {
    const base = {
      FirstName: 'Ada',
      'PhoneNumbers/HomePhone': '1',
      'PhoneNumbers/HomeFax': '2',
      'Categories/work': 'Work',
      'CustomFields/shoe': { Key: 'Shoe', Value: '39' },
    };
    const current = {
      FirstName: 'Ada',
      LastName: 'Lovelace',
      'PhoneNumbers/HomePhone': '9',
      'Categories/work': 'Work',
      'CustomFields/shoe': { Key: 'Shoe', Value: '40' },
    };
    expect(diff(base, current)).toEqual([
      'CustomFields/shoe',
      'LastName',
      'PhoneNumbers/HomeFax',
      'PhoneNumbers/HomePhone',
    ]);
  });

  it('is nothing where only the form differs', () => {
    expect(diff({ FirstName: ' Zoe\u0308  B' }, { FirstName: 'Zo\u00eb B' })).toEqual([]);
    expect(diff({ Notes: 'a\r\nb\n' }, { Notes: 'a\nb' })).toEqual([]);
    expect(diff({ 'Categories/work': 'Work' }, { 'Categories/work': 'WORK' })).toEqual([]);
    expect(diff({ Gender: 'UnspecifiedGender', Suffix: ' ' }, {})).toEqual([]);
  });

  it('leaves out what belongs to one side only', () => {
    expect(diff({ 'PhoneNumbers~hidden': ['1'], '~residue': ['<X></X>'] }, {})).toEqual([]);
  });

  it('is nothing between a record and itself, and the same whichever comes first', () => {
    fc.assert(
      fc.property(arbitraryContact(), arbitraryContact(), (a, b) => {
        expect(diff(a, a)).toEqual([]);
        expect(diff(a, b)).toEqual(diff(b, a));
      }),
      { numRuns: 50 },
    );
  });
});

describe('merging ordered lists', () => {
  it('honours what both sides added and removed, in the order of the winner', () => {
    expect(mergeOrderedList(['a', 'b', 'c'], ['c', 'b', 'n', 'a'], ['a', 'c', 'm'])).toEqual([
      'c',
      'n',
      'a',
      'm',
    ]);
  });

  it('takes members for the same that differ only in case', () => {
    expect(mergeOrderedList(['a@x'], ['A@X', 'b@x'], ['a@x', 'B@x', 'c@x'])).toEqual(['A@X', 'b@x', 'c@x']);
  });

  it('without a base it is the union', () => {
    expect(mergeOrderedList([], ['b', 'a'], ['a', 'c'])).toEqual(['b', 'a', 'c']);
  });

  const list = fc.uniqueArray(fc.constantFrom<string[]>('a', 'b', 'c', 'd', 'e', 'f'));

  it('an unchanged side leaves the other side’s members', () => {
    fc.assert(
      fc.property(list, list, (base, changed) => {
        expect(mergeOrderedList(base, changed, base)).toEqual(changed);
        expect([...mergeOrderedList(base, base, changed)].sort()).toEqual([...changed].sort());
      }),
    );
  });

  it('has each member that was added anywhere or kept by both, and no other', () => {
    fc.assert(
      fc.property(list, list, list, (base, winner, loser) => {
        const merged = mergeOrderedList(base, winner, loser);
        for (const member of 'abcdef') {
          const [was, here, there] = [base, winner, loser].map((one) => one.includes(member));
          expect(merged.includes(member)).toBe(
            was === true ? here && there : here === true || there === true,
          );
        }
        expect(new Set(merged).size).toBe(merged.length);
        const order = merged.filter((member) => winner.includes(member));
        expect(order).toEqual(winner.filter((member) => order.includes(member)));
      }),
    );
  });
});
