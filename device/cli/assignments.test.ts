import { describe, expect, it } from 'vitest';
import { contacts, type FieldKey, type Fields, type FieldValue } from '../../datasets/index.ts';
import { assign, checkFields } from './assignments.ts';

const check = (key: FieldKey, value: FieldValue): string | undefined => contacts.problem(key, value);
const set = (fields: Fields, ...assignments: string[]): Fields => assign(fields, assignments, check);

describe('fields on the command line', () => {
  it('are texts', () => {
    expect(set({}, 'FirstName=Ada', 'PhoneNumbers/HomePhone=555', 'Birthday=1815-12-10')).toEqual({
      FirstName: 'Ada',
      'PhoneNumbers/HomePhone': '555',
      Birthday: '1815-12-10',
    });
  });

  it('a value may hold an equals sign and blanks', () => {
    expect(set({}, 'Notes=a = b')).toEqual({ Notes: 'a = b' });
  });

  it('a repeated list is a list, and replaces the one that was there', () => {
    const fields = { EmailAddresses: ['old@x.example'] };
    expect(set(fields, 'EmailAddresses=a@x.example', 'EmailAddresses=b@x.example')).toEqual({
      EmailAddresses: ['a@x.example', 'b@x.example'],
    });
  });

  it('a part of an address leaves the other parts', () => {
    const fields = { 'Addresses/Home': { Street: 'Main 1', City: 'Paris' } };
    expect(set(fields, 'Addresses/Home/City=London')).toEqual({
      'Addresses/Home': { Street: 'Main 1', City: 'London' },
    });
    expect(set(fields, 'Addresses/Home/City=')).toEqual({ 'Addresses/Home': { Street: 'Main 1' } });
    expect(set(fields, 'Addresses/Home/City=', 'Addresses/Home/Street=')).toEqual({});
  });

  it('custom fields and categories are written by their names', () => {
    const fields = set({}, 'CustomFields/Shoe size=39', 'Categories/Choir=Choir');
    expect(fields).toEqual({
      'CustomFields/shoe size': { Key: 'Shoe size', Value: '39' },
      'Categories/choir': 'Choir',
    });
    expect(set(fields, 'CustomFields/Shoe size=', 'Categories/Choir=')).toEqual({});
  });

  it('an empty value removes the field', () => {
    expect(set({ FirstName: 'Ada', Notes: 'x' }, 'Notes=')).toEqual({ FirstName: 'Ada' });
    expect(set({ FirstName: 'Ada' }, 'Notes=')).toEqual({ FirstName: 'Ada' });
  });

  it.each([
    ['FirstNam=Ada', 'FirstNam'],
    ['Birthday=1815-2-30', 'Birthday'],
    ['PhoneNumbers/Car=1', 'PhoneNumbers/Car'],
    ['__proto__=x', '__proto__'],
    ['Addresses/Home/Planet=Mars', 'Addresses/Home/Planet'],
    ['FirstName', 'expected Field=value'],
    ['=x', 'expected Field=value'],
  ])('%s is refused with a word', (assignment, named) => {
    expect(() => set({}, assignment)).toThrow(
      expect.objectContaining({ code: 'pim.bad-field', detail: expect.stringContaining(named) as string }),
    );
  });

  it('whole records of a file are checked the same way', () => {
    expect(() => checkFields({ FirstName: 'Ada', EmailAddresses: ['a@x.example'] }, check)).not.toThrow();
    expect(() => checkFields({ EmailAddresses: 'a@x.example' }, check)).toThrow(/EmailAddresses/);
  });
});
