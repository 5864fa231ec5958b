// When two contacts are the same (spec: datasets 7.5 and class CN of the test catalogue; sync engine, section 5).
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arbitraryContact } from '../../test/arbitraries/contacts.ts';
import { example, fieldsOf, readContact } from '../../test/support/contact-records.ts';
import { contacts, stableJson, type Fields } from '../index.ts';

const canonicalOf = (elements: string) => contacts.canonical(fieldsOf(elements));
const canonicalText = (fields: Fields) => stableJson(contacts.canonical(fields));
const shuffled = <T>(values: readonly T[]): fc.Arbitrary<T[]> =>
  fc.shuffledSubarray([...values], { minLength: values.length });

describe('equal', () => {
  test('#78 D4 a gender that is empty, unspecified or absent', () => {
    for (const gender of ['', '<Gender/>', '<Gender>UnspecifiedGender</Gender>', '<Gender> </Gender>']) {
      expect(canonicalOf(gender)).toEqual({});
    }
  });

  test('#79 D4 seven numbers in the style of Outlook and the filled ones in the style of a device', () => {
    const outlook = fieldsOf(
      '<PhoneNumbers maxItems="7">' +
        '<Number type="HomePhone">1</Number><Number type="BusinessPhone"/><Number type="HomeMobile">2</Number>' +
        '<Number type="BusinessMobile"/><Number type="HomeFax"/><Number type="BusinessFax"/>' +
        '<Number type="BusinessPager"></Number></PhoneNumbers><Gender>UnspecifiedGender</Gender>',
    );
    const device = fieldsOf(
      '<Gender></Gender><Addresses></Addresses><PhoneNumbers default="1">' +
        '<Number type="HomePhone">1</Number><Number type="HomeMobile">2</Number></PhoneNumbers>',
    );
    expect(contacts.canonical(outlook)).toEqual(contacts.canonical(device));
    expect(canonicalText(outlook)).toBe(canonicalText(device));
    expect(contacts.matchText(outlook)).toBe(contacts.matchText(device));
  });

  test('#80 categories, numbers and custom fields in another order', () => {
    const entries = (values: readonly string[]) => values.join('');
    const lists = [
      ['<Category>A</Category>', '<Category>B</Category>'],
      ['<Number type="HomeFax">1</Number>', '<Number type="HomePhone">2</Number>'],
      ['<Field><Key>a</Key><Value>1</Value></Field>', '<Field><Key>b</Key><Value>2</Value></Field>'],
    ];
    const record = (order: (list: readonly string[]) => readonly string[]) => {
      const [categories = [], numbers = [], pairs = []] = lists.map(order);
      return fieldsOf(
        `<PhoneNumbers>${entries(numbers)}</PhoneNumbers><Categories>${entries(categories)}</Categories>` +
          `<CustomFields>${entries(pairs)}</CustomFields>`,
      );
    };
    expect(canonicalText(record((list) => list))).toBe(canonicalText(record((list) => list.toReversed())));
  });

  test('#80 e-mails in another order: the same for the other side, not for their own', () => {
    const [first, second] = [{ EmailAddresses: ['A@x', 'b@x'] }, { EmailAddresses: ['b@x', 'a@x'] }];
    expect(canonicalText(first)).not.toBe(canonicalText(second));
    expect(contacts.matchText(first)).toBe(contacts.matchText(second));
  });

  test('#81 D1 D2 whatever order the elements come in', () => {
    const document = example('contact-01-device-full');
    const body = document.slice(
      document.indexOf('</Identifier>') + '</Identifier>'.length,
      -'</Contact>'.length,
    );
    const elements = [...body.matchAll(/^ {4}<(\w+)[^]*?<\/\1>$/gm)].map(([text]) => text);
    expect(elements).toHaveLength(27);
    const expected = canonicalText(readContact(document).fields);
    fc.assert(
      fc.property(shuffled(elements), (order) => {
        expect(canonicalText(fieldsOf(order.join('')))).toBe(expected);
      }),
      { numRuns: 200 },
    );
  });

  test('#81 D1 D2 one identical text for 1000 orders of the fields and of the parts of addresses', () => {
    const { fields } = readContact(example('contact-01-device-full'));
    const expected = [canonicalText(fields), contacts.matchText(fields)];
    const reordered = shuffled(Object.entries(fields)).chain((entries) =>
      fc.tuple(
        ...entries.map(([key, value]) =>
          typeof value === 'object' && !Array.isArray(value)
            ? shuffled(Object.entries(value)).map((parts) => [key, Object.fromEntries(parts)] as const)
            : fc.constant([key, value] as const),
        ),
      ),
    );
    fc.assert(
      fc.property(reordered, (entries) => {
        const permuted: Fields = Object.fromEntries(entries);
        expect([canonicalText(permuted), contacts.matchText(permuted)]).toEqual(expected);
      }),
      { numRuns: 1000 },
    );
  });

  test('#84 records that differ in their ids only', () => {
    const { fields } = readContact(example('contact-01-device-full'));
    const other = readContact(
      example('contact-01-device-full').replace(/<Identifier>[^<]*/, '<Identifier>x'),
    );
    expect(canonicalText(other.fields)).toBe(canonicalText(fields));
  });

  test('texts but for their composition, line ends and outer white space', () => {
    const a = { LastName: 'Zo\u00eb  B', Notes: 'a\nb', 'Addresses/Home': { Street: 'x\ny', City: 'C' } };
    const b = {
      LastName: ' Zoe\u0308 B ',
      Notes: '\na\r\nb\n',
      'Addresses/Home': { Street: 'x\r\ny ', City: ' C', State: ' ' },
    };
    expect(canonicalText(a)).toBe(canonicalText(b));
  });

  test('labels and categories but for their case, but not "Masse" and "Maße"', () => {
    expect(canonicalText({ 'Categories/work': 'Work' })).toBe(canonicalText({ 'Categories/work': 'work' }));
    expect(canonicalText({ 'Categories/masse': 'Masse' })).not.toBe(
      canonicalText({ 'Categories/maße': 'Maße' }),
    );
  });

  test('a default that is the first entry and none', () => {
    const [first, none] = [
      { EmailAddresses: ['a@x', 'b@x'], 'EmailAddresses@default': 'A@x' },
      { EmailAddresses: ['a@x', 'b@x'] },
    ];
    expect(canonicalText(first)).toBe(canonicalText(none));
    expect(canonicalText({ ...none, 'EmailAddresses@default': 'b@x' })).not.toBe(canonicalText(none));
  });

  test('what belongs to one side only is left out', () => {
    const fields = { FirstName: 'A', 'PhoneNumbers~hidden': ['1'], '~residue': ['<Pet></Pet>'] };
    expect(contacts.canonical(fields)).toEqual({ FirstName: 'A' });
  });
});

describe('matching across sides', () => {
  test('pictures and defaults are no part of it', () => {
    const fields = { FirstName: 'A', 'PhoneNumbers/HomePhone': '1', 'PhoneNumbers/HomeFax': '2' };
    const more = { ...fields, 'PhoneNumbers@default': '2', Portrait: 'iVBORw0KGgo=' };
    expect(contacts.matchText(more)).toBe(contacts.matchText(fields));
    expect(canonicalText(more)).not.toBe(canonicalText(fields));
  });

  test('the word for "no category" is no part of it', () => {
    const fields = { FirstName: 'A', 'Categories/unfiled': 'Unfiled' };
    expect(contacts.matchText(fields)).toBe(contacts.matchText({ FirstName: 'A' }));
  });

  test('#85 D5 D12 identical records have one text, different ones different texts', () => {
    const texts = ['Ann', 'Ann', 'Bo'].map((name) => contacts.matchText({ FirstName: name }));
    expect(texts[0]).toBe(texts[1]);
    expect(texts[0]).not.toBe(texts[2]);
  });
});

describe('identity keys', () => {
  test('the full name but for case, composition and blanks', () => {
    const a = contacts.identity({ FirstName: 'Zo\u00eb', LastName: 'Van  Dam', NameTitle: 'Dr.' });
    const b = contacts.identity({ FirstName: ' zoe\u0308', LastName: 'van dam' });
    expect(a?.key).toBe(b?.key);
  });

  test('a name part is not mistaken for another', () => {
    const key = (fields: Fields) => contacts.identity(fields)?.key;
    expect(key({ FirstName: 'Ann' })).not.toBe(key({ LastName: 'Ann' }));
    expect(key({ FirstName: 'a', MiddleName: 'b' })).not.toBe(key({ FirstName: 'a","b' }));
    expect(key({ FirstName: 'Acme' })).not.toBe(key({ Company: 'Acme' }));
  });

  test('the company only of the nameless, and nothing of those without either', () => {
    expect(contacts.identity({ Company: 'Acme' })?.key).toBe(contacts.identity({ Company: ' ACME ' })?.key);
    expect(contacts.identity({ FirstName: 'A', Company: 'Acme' })?.key).toBe(
      contacts.identity({ FirstName: 'A' })?.key,
    );
    expect(contacts.identity({ NameTitle: 'Dr.', EmailAddresses: ['a@x'] })).toBeUndefined();
  });

  test('numbers and e-mails are evidence, however they are spaced or spelt', () => {
    const evidence = (fields: Fields) => contacts.identity({ FirstName: 'A', ...fields })?.evidence;
    expect(evidence({ 'PhoneNumbers/HomePhone': '+47 (330) 00-001' })).toEqual(
      evidence({ 'PhoneNumbers/BusinessPhone': '+4733000001' }),
    );
    expect(evidence({ EmailAddresses: ['A@x'] })).toEqual(evidence({ EmailAddresses: ['a@X'] }));
    expect(evidence({ 'PhoneNumbers@default': '1' })).toEqual([]);
  });
});

describe('for any contact', () => {
  test('the canonical form of a canonical form is itself', () => {
    fc.assert(
      fc.property(arbitraryContact(), (fields) => {
        const once = contacts.canonical(fields);
        expect(contacts.canonical(once)).toEqual(once);
        expect(contacts.matchText(once)).toBe(contacts.matchText(fields));
      }),
    );
  });

  test('it does not depend on the order of the fields', () => {
    fc.assert(
      fc.property(
        arbitraryContact().chain((fields) => fc.tuple(fc.constant(fields), shuffled(Object.entries(fields)))),
        ([fields, entries]) => {
          expect(canonicalText(Object.fromEntries(entries))).toBe(canonicalText(fields));
          expect(contacts.matchText(Object.fromEntries(entries))).toBe(contacts.matchText(fields));
        },
      ),
    );
  });

  test('other spelling of white space, composition and line ends changes nothing', () => {
    const respelt = (text: string) => ` ${text.normalize('NFD').replace(/\r\n?|\n/g, '\r\n')}\t`;
    fc.assert(
      fc.property(arbitraryContact(), (fields) => {
        const texts = Object.entries(fields).filter(
          ([key, value]) => typeof value === 'string' && !key.includes('/') && !key.includes('@default'),
        );
        const other: Fields = Object.fromEntries(
          texts.map(([key, value]) => [key, typeof value === 'string' ? respelt(value) : value]),
        );
        expect(canonicalText({ ...fields, ...other })).toBe(canonicalText(fields));
      }),
    );
  });
});
