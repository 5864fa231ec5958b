// What a store has after a replace, and what a side makes of what it is sent (spec: datasets 2.6, 2.7, 2.11).
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arbitraryContact } from '../../test/arbitraries/contacts.ts';
import { contactXml, fieldsOf, readContact, writeContact } from '../../test/support/contact-records.ts';
import { contacts, diffFields, type Fields, type ListReading } from '../index.ts';

const PORTRAIT_FREE = (fields: Fields) =>
  Object.fromEntries(Object.entries(fields).filter(([key]) => key !== 'Portrait'));
const replaced = (previous: Fields, elements: string, reading: ListReading) =>
  contacts.applyReplace(previous, readContact(contactXml(elements)), reading);
const numbers = (...entries: readonly string[]) =>
  entries
    .map((entry) => {
      const [type = '', text = ''] = entry.split(' ');
      return `<Number type="${type}">${text}</Number>`;
    })
    .join('');

describe('elements', () => {
  test('absent leaves unchanged, empty clears', () => {
    const previous = { FirstName: 'A', LastName: 'B', Birthday: '1979-02-28' };
    expect(replaced(previous, '<FirstName/><Birthday/>', 'replace')).toEqual({ LastName: 'B' });
  });

  test('#92 an element that the sender does not know is never cleared by its replaces', () => {
    const previous = { FirstName: 'A', HomeWebpage: 'https://a.example/' };
    expect(replaced(previous, '<FirstName>B</FirstName>', 'replace')).toEqual({
      ...previous,
      FirstName: 'B',
    });
  });

  test('a pronunciation goes where its element comes without it', () => {
    expect(
      replaced({ FirstName: 'A', 'FirstName@pronunciation': 'p' }, '<FirstName>A</FirstName>', 'replace'),
    ).toEqual({ FirstName: 'A' });
  });

  test('an unknown element replaces those of its name, and leaves the others', () => {
    const previous = { '~residue': ['<Pet>Tom</Pet>', '<Car>1</Car>'] };
    expect(replaced(previous, '<Pet>Ann</Pet>', 'replace')['~residue']).toEqual([
      '<Car>1</Car>',
      '<Pet>Ann</Pet>',
    ]);
    expect(replaced(previous, '<FirstName>A</FirstName>', 'replace')['~residue']).toEqual(
      previous['~residue'],
    );
  });
});

describe('lists as a device reads them', () => {
  const phones = { 'PhoneNumbers/HomePhone': '1', 'PhoneNumbers/HomeMobile': '2' };

  test('#7 numbers without maxItems are merged', () => {
    expect(replaced(phones, `<PhoneNumbers>${numbers('HomeMobile 9')}</PhoneNumbers>`, 'merge')).toEqual({
      'PhoneNumbers/HomePhone': '1',
      'PhoneNumbers/HomeMobile': '9',
    });
  });

  test('#8 numbers with enough maxItems are replaced', () => {
    expect(
      replaced(phones, `<PhoneNumbers maxItems="7">${numbers('HomeMobile 9')}</PhoneNumbers>`, 'merge'),
    ).toEqual({ 'PhoneNumbers/HomeMobile': '9' });
  });

  test('#9 #10 e-mails with no or too small a maxItems are added', () => {
    const previous = { EmailAddresses: ['a@x', 'b@x'] };
    for (const attribute of ['', ' maxItems="1"']) {
      expect(
        replaced(previous, `<EmailAddresses${attribute}><Email>c@x</Email></EmailAddresses>`, 'merge'),
      ).toEqual({ EmailAddresses: ['a@x', 'b@x', 'c@x'] });
    }
  });

  test('#12 #13 #14 an empty list empties only with enough maxItems', () => {
    const previous = { 'Categories/business': 'Business' };
    expect(replaced(previous, '<Categories></Categories>', 'merge')).toEqual(previous);
    expect(replaced(previous, '<Categories maxItems="many"/>', 'merge')).toEqual(previous);
    expect(replaced(previous, '<Categories maxItems="99"/>', 'merge')).toEqual({});
  });

  test('a blank number removes its type', () => {
    expect(
      replaced(phones, '<PhoneNumbers><Number type="HomePhone"> </Number></PhoneNumbers>', 'merge'),
    ).toEqual({ 'PhoneNumbers/HomeMobile': '2' });
  });

  test('a custom field without a value is removed', () => {
    const previous = fieldsOf('<CustomFields><Field><Key>Shoe</Key><Value>39</Value></Field></CustomFields>');
    const blank = '<CustomFields><Field><Key>shoe</Key><Value></Value></Field></CustomFields>';
    expect(replaced(previous, blank, 'merge')).toEqual({});
  });

  test('of a new record, a default that goes without saying goes', () => {
    const list = (preferred: string) =>
      `<PhoneNumbers maxItems="99" default="${preferred}">${numbers('HomePhone 1', 'HomeMobile 2')}</PhoneNumbers>`;
    expect(replaced({}, list('1'), 'merge')).toEqual(phones);
    expect(replaced({}, list('2'), 'merge')).toEqual({ ...phones, 'PhoneNumbers@default': '2' });
  });

  test('a default that is not there any more goes', () => {
    expect(
      replaced(
        { ...phones, 'PhoneNumbers@default': '2' },
        `<PhoneNumbers>${numbers('HomeMobile 9')}</PhoneNumbers>`,
        'merge',
      ),
    ).toEqual({ 'PhoneNumbers/HomePhone': '1', 'PhoneNumbers/HomeMobile': '9' });
  });
});

describe('lists as the desktop reads them', () => {
  test('a device sends whole lists, without maxItems', () => {
    expect(
      replaced(
        { 'PhoneNumbers/HomePhone': '1', 'Categories/a': 'A', EmailAddresses: ['a@x'] },
        `<PhoneNumbers>${numbers('HomeMobile 9')}</PhoneNumbers><EmailAddresses/>`,
        'replace',
      ),
    ).toEqual({ 'PhoneNumbers/HomeMobile': '9', 'Categories/a': 'A' });
  });
});

describe('for any two contacts', () => {
  test('what the desktop sends, complete, is what the device has, whatever it had', () => {
    fc.assert(
      fc.property(arbitraryContact(), arbitraryContact(), (previous, fields) => {
        const record = readContact(writeContact(fields, { previous }));
        const after = contacts.applyReplace(previous, record, 'merge');
        expect(contacts.canonical(after)).toEqual(contacts.canonical(fields));
      }),
    );
  });

  test('what a device sends, complete, is what the desktop has', () => {
    fc.assert(
      fc.property(arbitraryContact(), arbitraryContact(), (previous, fields) => {
        const record = readContact(writeContact(fields, { style: 'device' }));
        const after = contacts.applyReplace(previous, record, 'replace');
        expect(contacts.canonical(after)).toEqual(contacts.canonical(fields));
      }),
    );
  });

  test('R16 ten times to the device and back, nothing changes', () => {
    fc.assert(
      fc.property(arbitraryContact(), (fields) => {
        let current = fields;
        for (let trip = 0; trip < 10; trip += 1) {
          const there = readContact(writeContact(current)).fields;
          current = readContact(writeContact(there, { style: 'device' })).fields;
        }
        expect(contacts.canonical(current)).toEqual(contacts.canonical(fields));
      }),
      { numRuns: 30 },
    );
  });

  test('a document is as legal as it is complete: it is read without a warning', () => {
    fc.assert(
      fc.property(arbitraryContact(), fc.constantFrom('desktop', 'device'), (fields, style) => {
        const told = readContact(writeContact(fields, { style })).warnings;
        expect(told.filter(({ detail }) => !detail.includes('UTF-8'))).toEqual([]);
      }),
    );
  });

  test('writing again what was read gives the same document', () => {
    fc.assert(
      fc.property(arbitraryContact(), fc.constantFrom('desktop', 'device'), (fields, style) => {
        const once = writeContact(contacts.normalise(readContact(writeContact(fields, { style })).fields), {
          style,
        });
        expect(writeContact(contacts.normalise(readContact(once).fields), { style })).toBe(once);
      }),
    );
  });

  test('a device keeps its hidden numbers, and takes the rest', () => {
    const hidden = fc.array(fc.stringMatching(/^[0-9]{3,9}$/), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(arbitraryContact(), arbitraryContact(), hidden, (held, fields, extras) => {
        const previous = { ...held, 'PhoneNumbers~hidden': extras };
        const record = readContact(writeContact(fields, { previous }));
        const after = contacts.applyReplace(previous, record, 'merge');
        expect(after['PhoneNumbers~hidden']).toEqual(extras);
        expect(contacts.canonical(after)).toEqual(contacts.canonical(fields));
      }),
    );
  });
});

describe('how a side holds what it is sent', () => {
  test('a device trims texts, simplifies numbers, and keeps no blanks', () => {
    expect(
      contacts.rendition('device', {
        NameTitle: ' Dr. ',
        'PhoneNumbers/HomePhone': ' 555  01 ',
        'Addresses/Home': { City: ' C ', Zip: ' ' },
        'Addresses/Business': { City: ' ' },
        'Categories/unfiled': 'Unfiled',
        Notes: ' \n ',
        '~residue': ['<Pet/>'],
      }),
    ).toEqual({
      NameTitle: 'Dr.',
      'PhoneNumbers/HomePhone': '555 01',
      'Addresses/Home': { City: ' C ' },
      '~residue': ['<Pet/>'],
    });
  });

  test('the mailbox holds what it is sent', () => {
    const sent = { NameTitle: ' Dr. ' };
    expect(contacts.rendition('mailbox', sent)).toEqual(sent);
  });

  test('a rendition of a rendition is itself, and no change but for what the side cannot hold', () => {
    fc.assert(
      fc.property(arbitraryContact(), (sent) => {
        const once = contacts.rendition('device', sent);
        expect(contacts.rendition('device', once)).toEqual(once);
        expect(diffFields(contacts, PORTRAIT_FREE(sent), PORTRAIT_FREE(once))).toEqual([]);
      }),
    );
  });

  test('making fields consistent twice changes no more than once', () => {
    fc.assert(
      fc.property(arbitraryContact(), (fields) => {
        expect(contacts.normalise(fields)).toEqual(fields);
      }),
    );
  });
});
