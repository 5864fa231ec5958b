// What a hostile or broken record can do: nothing (spec: reliability R18).
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arbitraryContact } from '../../test/arbitraries/contacts.ts';
import {
  contactXml,
  errorOf,
  fieldsOf,
  readContact,
  writeContact,
} from '../../test/support/contact-records.ts';
import { contacts, diffFields, type Fields } from '../index.ts';

/** The names of what every object has. */
const INHERITED = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'] as const;

describe('documents', () => {
  test('entities are not expanded, whatever they would become', () => {
    const laughs = Array.from({ length: 9 }, (_, n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`).join(
      '',
    );
    const start = `<!DOCTYPE Contact [<!ENTITY l0 "ha">${laughs}]>`;
    expect(errorOf(start + contactXml('<Notes>&l9;</Notes>'))).toBe('record.forbidden-xml');
    const blowUp = `<!DOCTYPE Contact [<!ENTITY a "${'a'.repeat(50_000)}">]>`;
    expect(errorOf(blowUp + contactXml(`<Notes>${'&a;'.repeat(50_000)}</Notes>`))).toBe(
      'record.forbidden-xml',
    );
    const outside = '<!DOCTYPE Contact [<!ENTITY x SYSTEM "file:///etc/passwd">]>';
    expect(errorOf(outside + contactXml('<Notes>&x;</Notes>'))).toBe('record.forbidden-xml');
    expect(errorOf(contactXml('<Notes>&nbsp;</Notes>'))).toBe('record.forbidden-xml');
  });

  test('depth and attributes are bounded', () => {
    expect(errorOf(contactXml('<a>'.repeat(100_000) + '</a>'.repeat(100_000)))).toBe('record.too-large');
    const giant = 'x'.repeat(2_000_000);
    expect(errorOf(contactXml(`<FirstName pronunciation="${giant}"/>`))).toBe('record.too-large');
  });

  test('a record of 8 MB is read', () => {
    const notes = 'Grüße, 世界 🙂 '.repeat(600_000);
    expect(readContact(contactXml(`<Notes>${notes}</Notes>`)).fields).toEqual({ Notes: notes });
  });

  test('any text is either read or refused', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(
            fc.constantFrom(
              '<',
              '>',
              '/',
              '&',
              '"',
              ' ',
              'Contact',
              'Notes',
              '<![CDATA[',
              ']]>',
              '<!--',
              '<?',
            ),
          ),
        ),
        (parts) => {
          const outcome = contacts.read(typeof parts === 'string' ? parts : parts.join(''));
          expect(typeof outcome.ok).toBe('boolean');
        },
      ),
    );
  });

  test('a document that was cut off anywhere is refused', () => {
    fc.assert(
      fc.property(arbitraryContact(), fc.double({ min: 0, max: 0.999, noNaN: true }), (fields, part) => {
        const xml = writeContact(fields);
        expect(['record.not-xml']).toContain(errorOf(xml.slice(0, Math.floor(xml.length * part))));
      }),
    );
  });
});

describe('names', () => {
  test.each(INHERITED)('%s is a category, a custom field, a type and an attribute like any other', (name) => {
    const fields = fieldsOf(
      `<FirstName ${name}="x" pronunciation="p">A</FirstName>` +
        `<PhoneNumbers><Number type="${name}">1</Number></PhoneNumbers>` +
        `<Categories><Category>${name}</Category></Categories>` +
        `<CustomFields><Field><Key>${name}</Key><Value>v</Value></Field></CustomFields>`,
    );
    expect(Object.getPrototypeOf(fields)).toBe(Object.prototype);
    expect(fields).toEqual({
      FirstName: 'A',
      'FirstName@pronunciation': 'p',
      'PhoneNumbers/HomePhone': '1',
      [`Categories/${name.toLowerCase()}`]: name,
      [`CustomFields/${name.toLowerCase()}`]: { Key: name, Value: 'v' },
    });
    expect(readContact(writeContact(fields)).fields).toMatchObject(fields);
    expect(contacts.canonical(JSON.parse(JSON.stringify(fields)) as Fields)).toEqual(
      contacts.canonical(fields),
    );
  });

  test.each(INHERITED)('an element %s is an unknown one', (name) => {
    const record = readContact(contactXml(`<${name}><a>x</a></${name}><FirstName>A</FirstName>`));
    expect(record.fields).toEqual({ FirstName: 'A', '~residue': [`<${name}><a>x</a></${name}>`] });
    expect(({} as Record<string, unknown>).a).toBeUndefined();
  });

  test.each(INHERITED)('%s is no field, and has a label that is a text', (name) => {
    const hostile = JSON.parse(`{"FirstName":"A","${name}":"x","PhoneNumbers/${name}":"1"}`) as Fields;
    expect(contacts.problem(name, 'x')).toBe('no such field');
    expect(contacts.problem(`PhoneNumbers/${name}`, '1')).toBe('no such field');
    expect(contacts.fieldLabel(name)).toBe(name);
    expect(typeof contacts.fieldLabel(`PhoneNumbers/${name}`)).toBe('string');
    expect(writeContact(hostile)).toBe(writeContact({ FirstName: 'A' }));
    expect(Object.getPrototypeOf(contacts.normalise(hostile))).toBe(Object.prototype);
  });

  test('markup, formulas and paths in values come back as they were', () => {
    const texts = [
      '<script>alert(1)</script>',
      '=HYPERLINK("x")',
      '../../etc/passwd',
      '{{7*7}}',
      "'; DROP TABLE",
    ];
    for (const text of texts) {
      const fields = { FirstName: text, 'CustomFields/k': { Key: 'k', Value: text } };
      expect(readContact(writeContact(fields)).fields).toEqual(fields);
    }
  });
});

describe('values', () => {
  test.each<[string, Fields[string]]>([
    ['FirstName', ['a']],
    ['FirstName@pronunciation', { a: 'b' }],
    ['Birthday', 'soon'],
    ['Gender', 'male'],
    ['Portrait', '!'],
    ['Addresses/Home', 'a'],
    ['Addresses/Home', { Planet: 'Mars' }],
    ['Addresses/Home', { City: ['a'] }],
    ['PhoneNumbers/HomePhone', { a: 'b' }],
    ['PhoneNumbers~hidden', 'a'],
    ['PhoneNumbers@default', ['a']],
    ['EmailAddresses', 'a@x'],
    ['EmailAddresses', [['a@x']]],
    ['EmailAddresses/0', 'a@x'],
    ['Categories', ['a']],
    ['Categories/a', 'b'],
    ['CustomFields/a', { Key: 'b', Value: 'c' }],
    ['CustomFields/a', { Key: 'a' }],
    ['Salary', '1'],
    ['', 'a'],
  ])('%s cannot be %j', (key, value) => {
    expect(contacts.problem(key, value)).toEqual(expect.any(String));
  });

  test('values of the wrong kind are neither written nor compared', () => {
    const wrong: Fields = {
      FirstName: ['a'],
      'Addresses/Home': 'a',
      'PhoneNumbers/HomePhone': { a: 'b' },
      EmailAddresses: 'a@x',
      'Categories/a': ['a'],
      'CustomFields/a': 'a',
    };
    expect(writeContact(wrong)).toBe(writeContact({}));
    expect(contacts.canonical(wrong)).toEqual({});
    expect(diffFields(contacts, {}, wrong)).toEqual([]);
  });

  test('any contact is made of fields that can be', () => {
    fc.assert(
      fc.property(arbitraryContact(), (fields) => {
        for (const [key, value] of Object.entries(fields))
          expect(contacts.problem(key, value)).toBeUndefined();
      }),
    );
  });
});

describe('names for people', () => {
  test('a contact is called by its name, else by what it has, and always by something', () => {
    expect(contacts.label({ NameTitle: 'Dr.', FirstName: ' Ada ', LastName: 'Lovelace' })).toBe(
      'Dr. Ada Lovelace',
    );
    expect(contacts.label({ Company: 'Acme', EmailAddresses: ['a@x'] })).toBe('Acme');
    expect(contacts.label({ EmailAddresses: ['a@x'] })).toBe('a@x');
    expect(contacts.label({ 'PhoneNumbers/HomeFax': '1' })).toBe('1');
    expect(contacts.label({})).toBe('Contact without a name');
  });

  test('however long or broken the name, it fits on one line', () => {
    const label = contacts.label({ FirstName: 'a\nb\u0000'.repeat(100_000) });
    expect(label.length).toBeLessThanOrEqual(120);
    expect(label).not.toContain('\n');
  });

  test('every field of any contact has a label', () => {
    fc.assert(
      fc.property(arbitraryContact(), (fields) => {
        for (const key of Object.keys(fields)) expect(contacts.fieldLabel(key)).not.toBe('');
      }),
    );
    expect(contacts.fieldLabel('PhoneNumbers/HomePhone')).toBe('Home phone');
    expect(contacts.fieldLabel('LastName@pronunciation')).toBe('Last name, pronunciation');
    expect(contacts.fieldLabel('Categories/choir')).toBe('Category “choir”');
  });
});

describe('what differs', () => {
  const withoutPicture = (fields: Fields): Fields =>
    Object.fromEntries(Object.entries(fields).filter(([key]) => key !== 'Portrait'));

  test('nothing differs exactly where the canonical forms are equal, pictures aside', () => {
    const mixed = fc
      .tuple(arbitraryContact(), arbitraryContact(), fc.infiniteStream(fc.boolean()))
      .map(([first, second, choice]) => {
        const taken = Object.entries(second).filter(() => choice.next().value === true);
        return [withoutPicture(first), withoutPicture({ ...first, ...Object.fromEntries(taken) })] as const;
      });
    fc.assert(
      fc.property(mixed, ([first, second]) => {
        const equal =
          JSON.stringify(contacts.canonical(first)) === JSON.stringify(contacts.canonical(second));
        expect(diffFields(contacts, first, second).length === 0).toBe(equal);
      }),
    );
  });

  test('the work for a record grows with its length, not with its square', () => {
    const entries = (count: number) =>
      contactXml(
        `<Categories>${Array.from({ length: count }, (_, n) => `<Category>c${n}</Category>`).join('')}</Categories>`,
      );
    const calls = (count: number) => {
      let work = 0;
      const counted = new Proxy(readContact(entries(count)).fields, {
        get: (target, key, receiver) => {
          work += 1;
          return Reflect.get(target, key, receiver) as unknown;
        },
        ownKeys: (target) => {
          work += Object.keys(target).length;
          return Reflect.ownKeys(target);
        },
      });
      writeContact(counted);
      contacts.matchText(counted);
      diffFields(contacts, {}, counted);
      return work;
    };
    expect(calls(4000) / calls(1000)).toBeLessThan(4.5);
  });
});
