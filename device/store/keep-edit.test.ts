import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keepEdit } from './keep-edit.ts';

const fields = fc.dictionary(
  fc.constantFrom('FirstName', 'LastName', 'Notes', 'EmailAddresses'),
  fc.string(),
);

describe('an edit made while a desktop replaces the same record', () => {
  it('survives field by field; the rest is the desktop’s', () => {
    const base = { FirstName: 'Ada', LastName: 'Byron', Notes: 'old' };
    const edited = { FirstName: 'Augusta', LastName: 'Byron', Notes: 'old' };
    const incoming = { FirstName: 'Ada', LastName: 'Lovelace' };
    expect(keepEdit(base, edited, incoming)).toEqual({ FirstName: 'Augusta', LastName: 'Lovelace' });
  });

  it('a field that the person cleared stays cleared', () => {
    expect(keepEdit({ Notes: 'old' }, {}, { Notes: 'new' })).toEqual({});
  });

  it('without an edit the result is the desktop’s version', () => {
    fc.assert(
      fc.property(fields, fields, (base, incoming) => {
        expect(keepEdit(base, base, incoming)).toEqual(incoming);
      }),
    );
  });

  it('what the person changed is never lost', () => {
    fc.assert(
      fc.property(fields, fields, fields, (base, edited, incoming) => {
        const merged = keepEdit(base, edited, incoming);
        for (const key of Object.keys({ ...base, ...edited })) {
          if (base[key] !== edited[key]) expect(merged[key]).toEqual(edited[key]);
        }
      }),
    );
  });
});
