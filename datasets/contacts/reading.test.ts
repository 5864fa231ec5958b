// What the desktop makes of a device's records (spec: datasets 2, 3 and class RD of the test catalogue).
import { describe, expect, test } from 'vitest';
import {
  contactXml,
  DEVICE_ID,
  elementIn,
  errorOf,
  example,
  fieldsOf,
  readContact,
  writeContact,
} from '../../test/support/contact-records.ts';
import { contacts } from '../index.ts';

describe('the whole document', () => {
  test('#67 self-closed elements, pairs of tags and a line feed between them are the same empty value', () => {
    for (const birthday of ['<Birthday/>', '<Birthday></Birthday>', '<Birthday>\n</Birthday>']) {
      const record = readContact(contactXml(`${birthday}<Gender/><Categories/>`));
      expect(record.fields).toEqual({});
      expect([...record.present]).toEqual(['Birthday', 'Gender', 'Categories']);
      expect(record.warnings).toEqual([]);
    }
  });

  test('#68 a leading line feed, a declaration and white space before one are all accepted', () => {
    const body = contactXml('<FirstName>Bo</FirstName>');
    const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n';
    for (const start of ['', '\n', declaration, `\n${declaration}`, '\ufeff']) {
      expect(readContact(start + body).fields).toEqual({ FirstName: 'Bo' });
    }
  });

  test.each([DEVICE_ID, '{3c0f}:{51d0}:17', '3-17', '../../x', '<script>&"', ' a  B ', '__proto__'])(
    '#69 the id %j is kept byte for byte',
    (id) => {
      const xml = writeContact({ FirstName: 'Bo' }, { id });
      expect(readContact(xml).id).toBe(id);
    },
  );

  test('an id is the sender’s own only where the document says false or 0', () => {
    const local = (attribute: string) =>
      readContact(`<Contact><Identifier${attribute}>1</Identifier></Contact>`).localIdentifier;
    expect(['', ' localIdentifier="true"', ' localIdentifier="no"'].map(local)).toEqual([true, true, true]);
    expect([' localIdentifier="false"', ' localIdentifier="0"'].map(local)).toEqual([false, false]);
  });

  test('a document without an Identifier has an empty id', () => {
    expect(readContact('<Contact><FirstName>Bo</FirstName></Contact>').id).toBe('');
  });

  test('another root, a child within a text and what is no XML are refused, each by its code', () => {
    expect(errorOf('<Person><FirstName>F</FirstName></Person>')).toBe('record.wrong-root');
    expect(errorOf(contactXml('<FirstName>F<b/></FirstName>'))).toBe('record.structure');
    expect(errorOf('<Contact><FirstName>')).toBe('record.not-xml');
    expect(errorOf('')).toBe('record.not-xml');
    expect(errorOf('hello')).toBe('record.not-xml');
  });

  test('elements out of order are read nevertheless', () => {
    const fields = fieldsOf('<LastName>B</LastName><FirstName>A</FirstName><NameTitle>Dr.</NameTitle>');
    expect(fields).toEqual({ NameTitle: 'Dr.', FirstName: 'A', LastName: 'B' });
  });

  test('#74 an unknown element is kept as residue, and its following siblings are read', () => {
    const record = readContact(
      contactXml('<FirstName>A</FirstName><Pet kind="cat">Tom &amp; Co</Pet><LastName>B</LastName>'),
    );
    expect(record.fields).toMatchObject({ FirstName: 'A', LastName: 'B' });
    expect(record.fields['~residue']).toEqual(['<Pet kind="cat">Tom &amp; Co</Pet>']);
    expect(record.warnings.map(({ code }) => code)).toEqual(['record.unknown-element']);
    expect(contacts.canonical(record.fields)).toEqual({ FirstName: 'A', LastName: 'B' });
    expect(writeContact(record.fields)).not.toContain('Pet');
  });

  test('warnings of one record are bounded', () => {
    const record = readContact(contactXml('<Pet/>'.repeat(10_000)));
    expect(record.warnings.length).toBeGreaterThan(0);
    expect(record.warnings.length).toBeLessThanOrEqual(50);
  });
});

describe('texts', () => {
  test('#75 D9 a control character is removed, the record accepted, and a warning tells of it', () => {
    const record = readContact(contactXml('<Notes>a\u0001b</Notes>'));
    expect(record.fields).toEqual({ Notes: 'ab' });
    expect(record.warnings.map(({ code }) => code)).toEqual(['record.control-characters']);
  });

  test('U+FFFD, the sign of bytes that were no UTF-8, is told of, and the record kept', () => {
    const record = readContact(contactXml('<FirstName>Mar\ufffdt</FirstName>'));
    expect(record.fields).toEqual({ FirstName: 'Mar\ufffdt' });
    expect(record.warnings.map(({ code }) => code)).toEqual(['record.bad-value']);
  });

  test('#76 CRLF and CR become LF', () => {
    expect(fieldsOf('<Notes>a\r\nb\rc&#13;&#10;d</Notes>')).toEqual({ Notes: 'a\nb\nc\nd' });
  });

  test('CDATA and comments within a text are read as the original reads them', () => {
    expect(fieldsOf('<FirstName>A<![CDATA[<&>]]><!-- x -->B</FirstName>')).toEqual({ FirstName: 'A<&>B' });
  });

  test('white space alone is no text', () => {
    expect(fieldsOf('<FirstName pronunciation=" "> \n </FirstName><Notes>\t</Notes>')).toEqual({});
  });

  test('an attribute is a field of its own, also where the element is empty', () => {
    expect(fieldsOf('<LastName pronunciation="UR-vre-gor"/>')).toEqual({
      'LastName@pronunciation': 'UR-vre-gor',
    });
  });
});

describe('dates and tokens', () => {
  test.each([
    '1979-02-28',
    ' 1979-02-28\n',
    '1979-02-28T00:00:00',
    '1979-02-28T23:59:59.5Z',
    '1979-02-28+14:00',
  ])('the date %j is the 28th', (text) =>
    expect(fieldsOf(`<Birthday>${text}</Birthday>`)).toEqual({ Birthday: '1979-02-28' }),
  );

  test.each(['1979-2-28', '1979-02-30', '1900-02-29', '0000-01-01', 'soon', '28.02.1979', '1979-13-01'])(
    'the date %j is told of and changes nothing, instead of clearing what is there',
    (text) => {
      const record = readContact(contactXml(`<Birthday>${text}</Birthday>`));
      expect(record.warnings.map(({ code, field }) => [code, field])).toEqual([
        ['record.bad-date', 'Birthday'],
      ]);
      const before = { FirstName: 'A', Birthday: '1979-02-28' };
      expect(contacts.applyReplace(before, record, 'replace')).toEqual(before);
    },
  );

  test('an unknown gender is told of and changes nothing', () => {
    const record = readContact(contactXml('<Gender>male</Gender>'));
    expect(record.fields).toEqual({});
    expect(record.present.has('Gender')).toBe(false);
    expect(record.warnings.map(({ code }) => code)).toEqual(['record.bad-value']);
  });
});

describe('lists', () => {
  test('#71 a repeated HomePhone: one is chosen, the others are hidden, none is lost', () => {
    const { fields } = readContact(example('contact-06-device-repeated-phone-type'));
    expect(fields).toEqual({
      FirstName: 'Ines',
      LastName: 'Prado',
      'PhoneNumbers/HomePhone': '555 0101',
      'PhoneNumbers/HomeMobile': '555 0102',
      'PhoneNumbers@default': '555 0101',
      'PhoneNumbers~hidden': ['555 0100', 'sip:ines@voip.example'],
    });
  });

  test.each([
    ['one, then another type', ['HomePhone 1', 'HomeMobile 2'], '1'],
    ['a leading run of two', ['HomePhone 1', 'HomePhone 2', 'HomeMobile 3'], '2'],
    ['two, and nothing else', ['HomePhone 1', 'HomePhone 2'], '2'],
    ['a leading run of three', ['HomePhone 1', 'HomePhone 2', 'HomePhone 3', 'HomeMobile 4'], '1'],
    ['one first and one last', ['HomePhone 1', 'HomeMobile 2', 'HomePhone 3'], '1'],
  ])('the HomePhone of %s', (_, numbers, chosen) => {
    const entries = numbers.map((number) => {
      const [type = '', text = ''] = number.split(' ');
      return `<Number type="${type}">${text}</Number>`;
    });
    expect(fieldsOf(`<PhoneNumbers>${entries.join('')}</PhoneNumbers>`)).toMatchObject({
      'PhoneNumbers/HomePhone': chosen,
    });
  });

  test('an unknown type of number is a HomePhone, of address a Home address', () => {
    expect(
      fieldsOf(
        '<Addresses><Address type="Other"><City>C</City></Address></Addresses>' +
          '<PhoneNumbers><Number type="Car">5</Number></PhoneNumbers>',
      ),
    ).toEqual({ 'Addresses/Home': { City: 'C' }, 'PhoneNumbers/HomePhone': '5' });
  });

  test('of repeated addresses the last is the real one, and the other one is kept', () => {
    const address = (type: string, city: string) => `<Address type="${type}"><City>${city}</City></Address>`;
    const fields = fieldsOf(
      `<Addresses>${address('Home', 'Other')}${address('Home', 'H')}${address('Business', 'B')}</Addresses>`,
    );
    expect(fields).toEqual({
      'Addresses/Home': { City: 'H' },
      'Addresses/Business': { City: 'B' },
      'Addresses~hidden': [{ City: 'Other' }],
    });
  });

  test('the parts of an address are read in any order; one without any text is none', () => {
    expect(
      fieldsOf(
        '<Addresses><Address type="Home"><Zip>1</Zip><Street>a\nb</Street></Address>' +
          '<Address type="Business"><City> </City></Address></Addresses>',
      ),
    ).toEqual({ 'Addresses/Home': { Zip: '1', Street: 'a\nb' } });
  });

  test('an empty entry does not end a list', () => {
    expect(
      fieldsOf(
        '<PhoneNumbers><Number type="HomePhone"/><Number type="HomeMobile">9</Number></PhoneNumbers>' +
          '<EmailAddresses><Email/><Email>a@x</Email></EmailAddresses>',
      ),
    ).toEqual({ 'PhoneNumbers/HomeMobile': '9', EmailAddresses: ['a@x'] });
  });

  test('a preferred e-mail that the list lacks is one of its entries', () => {
    expect(fieldsOf('<EmailAddresses default="z@x"><Email>c@x</Email></EmailAddresses>')).toEqual({
      EmailAddresses: ['c@x', 'z@x'],
      'EmailAddresses@default': 'z@x',
    });
  });

  test('#72 an empty category is ignored', () => {
    expect(fieldsOf('<Categories><Category></Category><Category>Choir</Category></Categories>')).toEqual({
      'Categories/choir': 'Choir',
    });
  });

  test('#73 a translated system category is the common one by its alias', () => {
    const xml = contactXml(
      '<Categories><Category>Geschäftlich</Category><Category>Chor</Category></Categories>',
    );
    expect(readContact(xml, { Geschäftlich: 'Business' }).fields).toEqual({
      'Categories/business': 'Business',
      'Categories/chor': 'Chor',
    });
  });

  test('a category called like a member of every object has no alias', () => {
    expect(
      fieldsOf('<Categories><Category>constructor</Category><Category>__proto__</Category></Categories>'),
    ).toEqual({ 'Categories/constructor': 'constructor', 'Categories/__proto__': '__proto__' });
  });

  test('custom fields keep keys and values; a field without a value is none', () => {
    expect(
      fieldsOf(
        '<CustomFields><Field><Key>Locker</Key><Value>12\n13</Value></Field>' +
          '<Field><Key>Empty</Key><Value></Value></Field></CustomFields>',
      ),
    ).toEqual({ 'CustomFields/locker': { Key: 'Locker', Value: '12\n13' } });
  });

  test('maxItems is a number, or none', () => {
    const record = readContact(
      contactXml('<PhoneNumbers maxItems="7"/><EmailAddresses maxItems="many"/><Categories/>'),
    );
    expect([...record.maxItems]).toEqual([
      ['PhoneNumbers', 7],
      ['EmailAddresses', null],
      ['Categories', null],
    ]);
  });
});

describe('the samples', () => {
  test('01: every field', () => {
    const record = readContact(example('contact-01-device-full'));
    expect(record).toMatchObject({ id: DEVICE_ID, localIdentifier: true, warnings: [] });
    expect(record.fields).toMatchObject({
      LastName: 'Øvregård',
      'LastName@pronunciation': 'UR-vre-gor',
      Department: 'R&D <north>',
      Manager: 'Siri "Boss" Dahl',
      Birthday: '1979-02-28',
      Notes: 'First line\nSecond line\n\nFourth line',
      Gender: 'Female',
      'Addresses/Business': {
        Street: 'Industriveien 40\nHall C',
        City: 'Tønsberg',
        Zip: '3125',
        Country: 'Norway',
      },
      'PhoneNumbers/BusinessPager': '90001',
      'PhoneNumbers@default': '+47 400 00 001',
      'EmailAddresses@default': 'marit@fjordlys.example',
      'Categories/choir': 'Choir',
      'CustomFields/shoe': { Key: 'Shoe', Value: '39' },
    });
    expect(Object.keys(record.fields)).toHaveLength(41);
    expect(record.present.size).toBe(27);
  });

  test('03: a create by the desktop', () => {
    const record = readContact(example('contact-03-desktop-create'));
    expect(record).toMatchObject({ id: 'AAMkAGx1bmNo-0001', localIdentifier: false, warnings: [] });
    expect(record.fields).toEqual({
      FirstName: 'Tariq',
      LastName: 'Benali',
      Birthday: '1988-11-05',
      Notes: 'Met at the fair',
      'Addresses/Home': { Street: 'Rue des Lilas 8', City: 'Lyon', Zip: '69003', Country: 'France' },
      'PhoneNumbers/HomePhone': '+33 4 0000 0001',
      'PhoneNumbers/HomeMobile': '+33 6 0000 0001',
      'PhoneNumbers@default': '+33 6 0000 0001',
      EmailAddresses: ['tariq@example.org'],
      'EmailAddresses@default': 'tariq@example.org',
      'Categories/personal': 'Personal',
    });
    expect(new Set(record.maxItems.values())).toEqual(new Set([99]));
  });

  test('04: empties all lists and leaves the rest', () => {
    const full = readContact(example('contact-01-device-full')).fields;
    const record = readContact(example('contact-04-desktop-replace-drop-all-lists'));
    const after = contacts.applyReplace(full, record, 'merge');
    expect(Object.keys(after).filter((key) => /[/]|Email|@default/.test(key))).toEqual([]);
    expect(after).toMatchObject({ FirstName: 'Marit', LastName: 'Øvregård', Gender: 'Female' });
  });

  test('05: merges one number and one text into what is there', () => {
    const full = readContact(example('contact-01-device-full')).fields;
    const record = readContact(example('contact-05-desktop-replace-merge-only'));
    expect(contacts.applyReplace(full, record, 'merge')).toEqual({
      ...full,
      JobTitle: 'Senior optical engineer',
      'PhoneNumbers/BusinessPhone': '+47 330 00 099',
    });
  });

  test('the elements of the reference schema are those of a full record, in its order', () => {
    const names = (xml: string) => [...xml.matchAll(/^ {4}<(\w+)/gm)].map(([, name]) => name);
    expect(names(contacts.referenceSchema())).toEqual(names(example('contact-01-device-full')));
    expect(elementIn(contacts.referenceSchema(), 'FirstName')).toContain('pronunciation=""');
  });
});
