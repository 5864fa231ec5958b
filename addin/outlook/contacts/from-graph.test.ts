import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arbitraryContact } from '../../../test/arbitraries/contacts.ts';
import { extendedValues } from '../items/extended.ts';
import { contactFields } from './from-graph.ts';
import { graphContactSchema } from './graph-contact.ts';
import { createBody } from './to-graph.ts';

describe('the fields of a contact', () => {
  it('come in the order of their keys, as the dataset has them', () => {
    fc.assert(
      fc.property(arbitraryContact(), (record) => {
        const contact = graphContactSchema.parse({ id: 'a', ...createBody(record, '') });
        const keys = Object.keys(contactFields(contact, extendedValues(contact), undefined));
        expect(keys).toEqual([...keys].sort());
      }),
      { numRuns: 200 },
    );
  });

  it('are none where there is nothing but empty values', () => {
    const contact = graphContactSchema.parse({
      ...{ id: 'a', givenName: '', surname: null, children: [], categories: [], emailAddresses: [] },
      ...{ homeAddress: {}, businessAddress: { street: '' }, homePhones: [''], personalNotes: '' },
    });
    expect(contactFields(contact, extendedValues(contact), undefined)).toEqual({});
  });
});
