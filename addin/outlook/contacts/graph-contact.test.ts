import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arbitraryContact } from '../../../test/arbitraries/contacts.ts';
import { graphContactSchema, isWholeContact } from './graph-contact.ts';
import { checkContact } from './items.ts';
import { createBody } from './to-graph.ts';

/** Contacts as the service gives them, and with anything at all in some places. */
const arbitraryAnswer = fc
  .tuple(
    arbitraryContact(),
    fc.dictionary(
      fc.constantFrom('id', 'unknown', ...Object.keys(graphContactSchema.shape)),
      fc.oneof(
        fc.jsonValue({ maxDepth: 2 }),
        fc.array(fc.oneof(fc.string(), fc.constant(null))),
        fc.dictionary(fc.constantFrom('street', 'city', 'type'), fc.oneof(fc.string(), fc.integer())),
        fc.array(fc.dictionary(fc.constantFrom('name', 'address', 'id', 'value', 'more'), fc.string())),
      ),
      { maxKeys: 2 },
    ),
  )
  .map(([fields, other]): unknown =>
    // As JSON, which is how an answer comes.
    JSON.parse(JSON.stringify({ id: 'AAk=', ...createBody(fields, 'key'), ...other })),
  );

describe('a contact of the service', () => {
  it('is taken as it stands exactly where the schema would make an equal copy', () => {
    fc.assert(
      fc.property(arbitraryAnswer, (answer) => {
        const parsed = graphContactSchema.safeParse(answer);
        expect(isWholeContact(answer)).toBe(parsed.success && isDeepStrictEqual(parsed.data, answer));
      }),
      { numRuns: 300 },
    );
  });

  it.each([null, 'contact', [], {}, { id: '' }, { id: 7 }])('is no %j', (answer) => {
    expect(isWholeContact(answer)).toBe(false);
    expect(checkContact(answer).kind).toBe('unreadable');
  });

  it('keeps of an address what has a field, and is named where it holds something else', () => {
    expect(checkContact({ id: 'a', homeAddress: { city: 'Leer', type: 'home' } })).toEqual({
      kind: 'item',
      item: { id: 'a', homeAddress: { city: 'Leer' } },
    });
    expect(checkContact({ id: 'a', homeAddress: { city: 7 } })).toMatchObject({
      kind: 'unreadable',
      problem: { detail: expect.stringContaining('homeAddress.city') as string },
    });
  });
});
