// What the desktop sends to a device (spec: datasets 2.12 and class WR of the test catalogue), and the device's style.
import { describe, expect, test } from 'vitest';
import {
  DEVICE_ID,
  elementIn,
  example,
  fieldsOf,
  readContact,
  writeContact,
} from '../../test/support/contact-records.ts';
import { contacts, type Fields } from '../index.ts';

const documentOrder = [...example('contact-01-device-full').matchAll(/^ {4}<(\w+)/gm)].map(
  ([, name]) => name,
);

/** Names of the root's children in the order in which they stand in a compact document. */
function order(xml: string): string[] {
  const body = xml.slice('<Contact>'.length, -'</Contact>'.length);
  return [...body.matchAll(/<(\w+)[^>]*>(?:[^]*?)<\/\1>/g)].map(([, name]) => name ?? '');
}

describe('the whole record', () => {
  test.each<[string, Fields]>([
    ['an empty contact', {}],
    ['a name', { FirstName: 'Bo' }],
    ['everything', readContact(example('contact-01-device-full')).fields],
  ])('#53 %s is sent complete, in document order, with nothing foreign', (_, fields) => {
    expect(documentOrder).toHaveLength(28);
    expect(order(writeContact(fields))).toEqual(documentOrder);
  });

  test('#53 a create carries our id as ours, a replace the device’s own', () => {
    expect(elementIn(writeContact({}, { id: 'AAMk', own: false }), 'Identifier')).toBe(
      '<Identifier localIdentifier="false">AAMk</Identifier>',
    );
    expect(elementIn(writeContact({}), 'Identifier')).toBe(`<Identifier>${DEVICE_ID}</Identifier>`);
  });

  test('an absent field is an explicit empty element, so that the device clears it', () => {
    const xml = writeContact({ FirstName: 'Bo' });
    expect(xml).toContain('<FirstName pronunciation="">Bo</FirstName>');
    expect(xml).toContain('<Birthday></Birthday>');
    expect(xml).toContain('<Gender></Gender>');
    expect(xml).toContain('<Addresses maxItems="99"></Addresses>');
  });

  test('compact, without declaration or white space between elements', () => {
    expect(writeContact({ FirstName: 'Bo' })).toMatch(
      /^<Contact><Identifier>[^]*<\/CustomFields><\/Contact>$/,
    );
  });
});

describe('texts', () => {
  test('#54 what XML needs escaped is escaped, in attributes line feeds and tabs too', () => {
    const xml = writeContact({ Company: `A & "B" <C> 'D'`, 'Company@pronunciation': 'a&"<>\n\tb' });
    expect(elementIn(xml, 'Company')).toBe(
      `<Company pronunciation="a&amp;&quot;&lt;&gt;&#10;&#9;b">A &amp; &quot;B&quot; &lt;C&gt; 'D'</Company>`,
    );
  });

  test('#55 what XML 1.0 does not allow is removed', () => {
    const xml = writeContact({ Notes: 'a\u000bb\u0000c\uffffd\ud800e\u{1f642}' });
    expect(elementIn(xml, 'Notes')).toBe('<Notes>abcde\u{1f642}</Notes>');
  });

  test('line ends are LF', () => {
    const xml = writeContact({ Notes: 'a\r\nb\rc', 'Addresses/Home': { Street: 'a\r\nb' } });
    expect(xml).not.toContain('\r');
    expect(xml).toContain('<Notes>a\nb\nc</Notes>');
    expect(xml).toContain('<Street>a\nb</Street>');
  });

  test('dates are written strictly; one that cannot be understood is left out, not cleared', () => {
    expect(elementIn(writeContact({ Birthday: ' 1979-02-28T00:00:00Z' }), 'Birthday')).toBe(
      '<Birthday>1979-02-28</Birthday>',
    );
    expect(writeContact({ Birthday: 'soon' })).not.toContain('Birthday');
  });
});

describe('lists', () => {
  test('D13 every list says that it is complete', () => {
    const xml = writeContact({});
    for (const list of ['Addresses', 'PhoneNumbers', 'EmailAddresses', 'Categories', 'CustomFields']) {
      expect(elementIn(xml, list)).toBe(`<${list} maxItems="99"></${list}>`);
    }
  });

  test('#56 no empty entries: of slots 1 and 3 two e-mails are left, blank values of other lists are none', () => {
    const xml = writeContact({
      EmailAddresses: ['a@x', '', ' ', 'b@x'],
      'PhoneNumbers/HomePhone': ' ',
      'PhoneNumbers/HomeMobile': '9',
      'Addresses/Home': { City: ' ' },
      'CustomFields/k': { Key: 'k', Value: '' },
    });
    expect(xml.match(/<Email>/g)).toHaveLength(2);
    expect(xml.match(/<Number /g)).toHaveLength(1);
    expect(xml).not.toContain('<Address ');
    expect(xml).not.toContain('<Field>');
  });

  test('#57 what differs only in case is sent once', () => {
    const xml = writeContact({
      EmailAddresses: ['A@x', 'a@x'],
      'Categories/work': 'Work',
      'Categories/WORK': 'work',
      'CustomFields/k': { Key: 'k', Value: '1' },
      'CustomFields/K': { Key: 'K', Value: '1' },
    });
    expect(xml.match(/<Email>[^<]*/g)).toEqual(['<Email>A@x']);
    expect(xml.match(/<Category>/g)).toHaveLength(1);
    expect(xml.match(/<Field>/g)).toHaveLength(1);
  });

  test('D3 the order of e-mails is kept', () => {
    const xml = writeContact({ EmailAddresses: ['c@x', 'a@x', 'b@x'] });
    expect(xml.match(/<Email>[^<]*/g)).toEqual(['<Email>c@x', '<Email>a@x', '<Email>b@x']);
  });

  test('D8 no entry is cut off, however many there are', () => {
    const emails = Array.from({ length: 150 }, (_, index) => `${index}@x`);
    expect(writeContact({ EmailAddresses: emails }).match(/<Email>/g)).toHaveLength(150);
  });

  test('a default is always one of the entries, and the first where none is told', () => {
    const emails = (preferred: Fields) =>
      /<EmailAddresses[^>]*>/.exec(writeContact({ EmailAddresses: ['a@x', 'b@x'], ...preferred }))?.[0];
    expect(emails({})).toBe('<EmailAddresses maxItems="99" default="a@x">');
    expect(emails({ 'EmailAddresses@default': 'B@x' })).toBe('<EmailAddresses maxItems="99" default="b@x">');
    expect(emails({ 'EmailAddresses@default': 'z@x' })).toBe('<EmailAddresses maxItems="99" default="a@x">');

    const numbers = { 'PhoneNumbers/HomePhone': '1', 'PhoneNumbers/HomeFax': '2' };
    const phones = (preferred: Fields) =>
      /<PhoneNumbers[^>]*>/.exec(writeContact({ ...numbers, ...preferred }))?.[0];
    expect(phones({})).toBe('<PhoneNumbers maxItems="99" default="1">');
    expect(phones({ 'PhoneNumbers@default': '2' })).toBe('<PhoneNumbers maxItems="99" default="2">');
    expect(phones({ 'PhoneNumbers@default': '9' })).toBe('<PhoneNumbers maxItems="99" default="1">');
  });

  test('a device’s word for "no category" is never sent', () => {
    expect(
      writeContact({ 'Categories/unfiled': 'Unfiled', 'Categories/a': 'A' }).match(/<Category>[^<]*/g),
    ).toEqual(['<Category>A']);
  });

  test('numbers are simplified, custom fields come by their keys', () => {
    const xml = writeContact({
      'PhoneNumbers/HomePhone': ' 555  01 ',
      'CustomFields/b': { Key: 'b', Value: '2' },
      'CustomFields/a': { Key: 'A', Value: '1' },
    });
    expect(xml).toContain('<Number type="HomePhone">555 01</Number>');
    expect(xml.match(/<Key>[^<]*/g)).toEqual(['<Key>A', '<Key>b']);
  });
});

describe('#58 a device that holds hidden numbers', () => {
  const previous = readContact(example('contact-06-device-repeated-phone-type')).fields;
  const shared = contacts.normalise(
    Object.fromEntries(Object.entries(previous).filter(([key]) => key !== 'PhoneNumbers~hidden')),
  );
  const send = (fields: Fields) => elementIn(writeContact(fields, { previous }), 'PhoneNumbers');
  /** Without a default that says no more than the order does. */
  const held = (fields: Fields) => contacts.normalise(fields);
  /** What a device that merges has afterwards. */
  const after = (fields: Fields) =>
    held(contacts.applyReplace(previous, readContact(writeContact(fields, { previous })), 'merge'));

  test('is sent no numbers where they did not change', () => {
    expect(send(shared)).toBeUndefined();
    expect(send({ ...shared, JobTitle: 'x' })).toBeUndefined();
    expect(after({ ...shared, JobTitle: 'x' })).toEqual(held({ ...previous, JobTitle: 'x' }));
  });

  test('is sent changed numbers without maxItems, and keeps the hidden ones', () => {
    const changed = { ...shared, 'PhoneNumbers/HomeFax': '555 0199' };
    expect(send(changed)).toContain('<Number type="HomeFax">555 0199</Number>');
    expect(send(changed)).not.toContain('maxItems');
    expect(after(changed)).toEqual(held({ ...previous, 'PhoneNumbers/HomeFax': '555 0199' }));
  });

  test('loses a removed number, and only that, by a blank entry', () => {
    const { 'PhoneNumbers/HomeMobile': mobile, ...rest } = shared;
    expect(mobile).toBe('555 0102');
    expect(send(rest)).toContain('<Number type="HomeMobile"> </Number>');
    const kept = Object.entries(previous).filter(([key]) => key !== 'PhoneNumbers/HomeMobile');
    expect(after(rest)).toEqual(held(Object.fromEntries(kept)));
  });

  test('is told a new default', () => {
    const changed = { ...shared, 'PhoneNumbers@default': '555 0102' };
    expect(send(changed)).toContain('<PhoneNumbers default="555 0102">');
    expect(after(changed)).toMatchObject({ 'PhoneNumbers@default': '555 0102' });
  });
});

describe('#52 the device’s style', () => {
  test.each([
    'contact-01-device-full',
    'contact-02-device-nearly-empty',
    'contact-06-device-repeated-phone-type',
  ])('%s is written byte for byte as the device did', (name) => {
    const xml = example(name);
    const { id, fields } = readContact(xml);
    expect(contacts.write(fields, { id, own: true, style: 'device' })).toBe(xml.trimEnd());
  });

  test('hidden entries are written so that the same ones are hidden when it is read again', () => {
    const home = (city: string) => `<Address type="Home"><City>${city}</City></Address>`;
    const business = '<Address type="Business"><City>B</City></Address>';
    const numbers = (...types: readonly string[]) =>
      `<PhoneNumbers>${types.map((type, index) => `<Number type="${type}">${index}</Number>`).join('')}</PhoneNumbers>`;
    for (const elements of [
      `<Addresses>${home('other')}${home('real')}${business}</Addresses>`,
      `<Addresses>${home('a')}${home('b')}${home('real')}${business}</Addresses>`,
      `<Addresses>${home('other')}${home('real')}</Addresses>`,
      numbers('HomePhone', 'HomePhone'),
      numbers('HomePhone', 'HomePhone', 'HomeFax'),
      numbers('HomePhone', 'HomePhone', 'HomeFax', 'HomePhone'),
      numbers('HomePhone', 'HomePhone', 'HomePhone'),
      numbers('HomePhone', 'HomePhone', 'HomePhone', 'BusinessPhone'),
      numbers('HomePhone', 'HomeFax', 'HomePhone'),
    ]) {
      const fields = fieldsOf(elements);
      const again = readContact(writeContact(fields, { style: 'device' })).fields;
      expect(contacts.normalise(again), elements).toEqual(contacts.normalise(fields));
    }
  });

  test('hidden numbers are written also where there is no number of their type', () => {
    const xml = writeContact(
      { 'PhoneNumbers/HomeFax': '1', 'PhoneNumbers~hidden': ['2', '3'] },
      { style: 'device' },
    );
    expect(xml.match(/<Number [^<]*/g)).toEqual([
      '<Number type="HomeFax">1',
      '<Number type="HomePhone">2',
      '<Number type="HomePhone">3',
    ]);
  });

  test('unknown elements of a later version are written after all others', () => {
    const fields = fieldsOf('<FirstName>A</FirstName><Pet>Tom</Pet><LastName>B</LastName>');
    const again = readContact(writeContact(fields, { style: 'device' }));
    expect(again.fields).toEqual(fields);
  });
});
