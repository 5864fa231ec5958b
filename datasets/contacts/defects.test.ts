/** Defects of the original merge engine that are mended here and tested nowhere else (spec: datasets 7.4). */
import { describe, expect, test } from 'vitest';
import { example, readContact, writeContact } from '../../test/support/contact-records.ts';
import { diffFields } from '../merge.ts';
import type { Fields } from '../record/fields.ts';
import { contacts } from './contacts.ts';

describe('the original’s defects', () => {
  test('D7 the reference schema names attributes and the elements within elements, and limits no list', () => {
    const schema = readContact(contacts.referenceSchema().replaceAll('></', '>x</'));
    expect(schema.warnings.map(({ field }) => field)).toEqual([
      'Birthday',
      'Anniversary',
      'Portrait',
      'Gender',
    ]);
    expect(Object.keys(schema.fields)).toEqual(
      expect.arrayContaining(['Addresses/Business', 'PhoneNumbers/BusinessPager', 'CustomFields/x']),
    );
    expect(schema.fields['Addresses/Home']).toEqual({
      Street: 'x',
      City: 'x',
      State: 'x',
      Zip: 'x',
      Country: 'x',
    });
    expect(contacts.referenceSchema().match(/pronunciation=""/g)).toHaveLength(3);
    expect(contacts.referenceSchema().match(/default=""/g)).toHaveLength(2);
    expect(contacts.referenceSchema()).not.toContain('maxItems');
  });

  test('D11 what a device sends back of what it was sent is no change', () => {
    const sent: Fields = {
      ...readContact(example('contact-01-device-full')).fields,
      FirstName: ' Marit ',
      Notes: 'one\r\ntwo\u0001\n',
      'PhoneNumbers/HomePhone': ' +47  330 00 001 ',
      'Categories/unfiled': 'Unfiled',
    };
    const held = contacts.rendition('device', sent);
    const back = readContact(writeContact(held, { style: 'device' })).fields;
    expect(diffFields(contacts, held, back)).toEqual([]);
    expect(diffFields(contacts, sent, back)).toEqual(['Categories/unfiled']);
  });
});
