/** What the catalogue's rows leave out of the rules for contacts (spec: datasets 2.4 to 2.12, 3). */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CategoryBook } from '../categories.ts';
import { DatasetStore } from '../dataset-store.ts';
import { PortraitFiles } from '../portrait.ts';
import { readDate } from '../scalars.ts';
import type { ContactInput } from './input.ts';
import { enterContact } from './input.ts';
import { contactKind } from './kind.ts';
import { PHONE_KINDS, simplified, trimmed, WIRE_PHONE_KINDS, type Contact } from './model.ts';

const CONTEXT = '{a7a2832c-cdb3-40b6-9d95-6cd31e05647d}';

interface Bench {
  readonly store: DatasetStore<Contact>;
  readonly categories: CategoryBook;
  readonly notices: string[];
}

function bench(): Bench {
  const notices: string[] = [];
  const categories = new CategoryBook();
  const environment = {
    categories,
    portraits: new PortraitFiles(),
    localTime: () => '',
    notice: (what: string) => notices.push(what),
  };
  return { store: new DatasetStore(contactKind, CONTEXT, environment), categories, notices };
}

/** A store with one contact, after a replace. */
function afterReplace(before: ContactInput, inner: string): Bench & { readonly contact: Contact } {
  const made = bench();
  const environment = {
    categories: made.categories,
    portraits: new PortraitFiles(),
    localTime: () => '',
    notice: () => undefined,
  };
  const id = made.store.addByHand(enterContact(undefined, before, environment), 0);
  made.store.begin();
  const outcome = made.store.replace(
    Buffer.from(`<Contact><Identifier>${id}</Identifier>${inner}</Contact>`),
    1,
  );
  expect(outcome.kind).not.toBe('dropped');
  expect(outcome.kind).not.toBe('unknown');
  made.store.commit();
  return { ...made, contact: made.store.get(id) };
}

function fixture(name: string): Buffer {
  return readFileSync(new URL(`../../fixtures/examples/${name}.xml`, import.meta.url));
}

describe('reading a contact', () => {
  it('takes a desktop’s complete create whole', () => {
    const { store, notices } = bench();
    store.begin();
    expect(store.create(fixture('contact-03-desktop-create'), 1)).toMatchObject({
      kind: 'created',
      serverId: 'AAMkAGx1bmNo-0001',
    });
    store.commit();
    const { record } = store.records()[0]!;
    expect(Object.fromEntries(record.texts)).toEqual({
      FirstName: 'Tariq',
      LastName: 'Benali',
      Birthday: '1988-11-05',
      Notes: 'Met at the fair',
    });
    expect(record.defaultPhone).toBe('HomeMobile');
    expect(record.defaultEmail).toBe('tariq@example.org');
    expect(record.categories).toEqual(['Personal']);
    expect(notices).toEqual([]);
  });

  it('empties all five lists when told so with maxItems, and leaves what is absent', () => {
    const { store } = bench();
    const id = store.addByHand(store.import(fixture('contact-01-device-full').toString()), 0);
    store.begin();
    store.replace(
      Buffer.from(
        fixture('contact-04-desktop-replace-drop-all-lists')
          .toString()
          .replace(/\{3c.*:17/, id),
      ),
      1,
    );
    store.commit();
    const contact = store.get(id);
    expect([contact.addresses.size, contact.phones.size, contact.customFields.size]).toEqual([0, 0, 0]);
    expect([...contact.emails, ...contact.categories]).toEqual([]);
    expect(contact.texts.get('Notes')).toBe('First line\nSecond line\n\nFourth line');
  });

  it('merges a partial replace without maxItems into what it has', () => {
    const { store } = bench();
    const id = store.addByHand(store.import(fixture('contact-01-device-full').toString()), 0);
    const document = fixture('contact-05-desktop-replace-merge-only')
      .toString()
      .replace(/\{3c.*:17/, id);
    store.begin();
    store.replace(Buffer.from(document), 1);
    store.commit();
    expect(store.get(id).phones.get('BusinessPhone')).toBe('+47 330 00 099');
    expect(store.get(id).phones.size).toBe(7);
    expect(store.get(id).texts.get('JobTitle')).toBe('Senior optical engineer');
  });

  it.each([
    ['ill-formed', '<Contact><FirstName>F</Contact>'],
    ['a control character', '<Contact><FirstName>\u0001</FirstName></Contact>'],
    ['an unknown entity', '<Contact><FirstName>&nope;</FirstName></Contact>'],
    ['nothing', ''],
    ['a prefixed root', '<q:Contact xmlns:q="x"/>'],
    ['bytes that are not UTF-8', Buffer.from([0x3c, 0xff, 0x3e])],
  ])('drops a document that is %s', (_, document) => {
    expect(bench().store.create(Buffer.from(document), 1).kind).toBe('dropped');
  });

  it('takes a declaration, comments, CDATA and a default namespace', () => {
    const { store } = bench();
    const document =
      '<?xml version="1.0" encoding="UTF-8"?>\n<Contact xmlns="x"><Identifier localIdentifier="0">s</Identifier>' +
      '<FirstName>A<!-- no -->B<![CDATA[<C>]]></FirstName></Contact>\n';
    expect(store.create(Buffer.from(document), 1)).toMatchObject({ kind: 'created', serverId: 's' });
    expect(store.records()[0]?.record.texts.get('FirstName')).toBe('AB<C>');
  });

  it('knows only "false" and "0" as false', () => {
    for (const flag of ['False', 'no', '', 'true', '1']) {
      const document = `<Contact><Identifier localIdentifier="${flag}">s</Identifier></Contact>`;
      expect(bench().store.create(Buffer.from(document), 1)).toMatchObject({ serverId: null });
    }
  });

  it('clears with an empty element and leaves alone what is absent', () => {
    const { contact } = afterReplace({ FirstName: 'A', LastName: 'B' }, '<FirstName></FirstName>');
    expect(Object.fromEntries(contact.texts)).toEqual({ LastName: 'B' });
  });

  it('destroys hidden numbers by a complete list, and keeps them without maxItems', () => {
    const before: ContactInput = { phones: { HomePhone: '1', HomeVoip: 'sip:x' } };
    const number = '<Number type="HomePhone">2</Number>';
    const whole = afterReplace(before, `<PhoneNumbers maxItems="99">${number}</PhoneNumbers>`);
    expect(Object.fromEntries(whole.contact.phones)).toEqual({ HomePhone: '2' });
    const merged = afterReplace(before, `<PhoneNumbers>${number}</PhoneNumbers>`);
    expect(Object.fromEntries(merged.contact.phones)).toEqual({ HomePhone: '2', HomeVoip: 'sip:x' });
  });

  it('removes a number of white space and goes on', () => {
    const list =
      '<PhoneNumbers><Number type="HomePhone"> </Number><Number type="HomeFax">3</Number></PhoneNumbers>';
    const { contact } = afterReplace({ phones: { HomePhone: '1', HomeMobile: '2' } }, list);
    expect(Object.fromEntries(contact.phones)).toEqual({ HomeMobile: '2', HomeFax: '3' });
    expect(contact.defaultPhone).toBeUndefined();
  });

  it('takes the first number in its own order as default, and ignores a default that is no number', () => {
    const numbers = '<Number type="BusinessPager">5</Number><Number type="HomePhone">5</Number>';
    const { contact } = afterReplace({}, `<PhoneNumbers default="5">${numbers}</PhoneNumbers>`);
    expect(contact.defaultPhone).toBe('HomePhone');
    const ignored = afterReplace({}, `<PhoneNumbers default="6">${numbers}</PhoneNumbers>`);
    expect(ignored.contact.defaultPhone).toBe('BusinessPager');
    expect(ignored.notices).toEqual(['default phone 6 is not in the list']);
  });

  it('makes the first e-mail the default when the old default is gone', () => {
    const list =
      '<EmailAddresses maxItems="9"><Email>c@x</Email><Email>d@x</Email><Email>c@x</Email></EmailAddresses>';
    const { contact } = afterReplace({ emails: ['a@x'] }, list);
    expect(contact.emails).toEqual(['c@x', 'd@x']);
    expect(contact.defaultEmail).toBe('c@x');
  });

  it('drops a blank address, and keeps the white space of a filled one', () => {
    const blank = '<Address type="Home"><Street> </Street><City></City></Address>';
    const filled = '<Address type="Business"><Street> A\nB </Street></Address>';
    const { contact } = afterReplace(
      { addresses: { Home: { City: 'Old' } } },
      `<Addresses>${blank}${filled}</Addresses>`,
    );
    expect([...contact.addresses.keys()]).toEqual(['Business']);
    expect(contact.addresses.get('Business')?.Street).toBe(' A\nB ');
  });

  it('ends custom fields at the first without a key, and does not keep one without a value', () => {
    const field = (key: string, value: string): string =>
      `<Field><Key>${key}</Key><Value>${value}</Value></Field>`;
    const list = `<CustomFields>${field('a', '')}${field('b', '2')}${field('', 'x')}${field('c', '3')}</CustomFields>`;
    const { contact } = afterReplace({ customFields: { a: '1' } }, list);
    expect(Object.fromEntries(contact.customFields)).toEqual({ b: '2' });
  });

  it.each([
    '<Categories><Category>Work</Category><Category>work</Category></Categories>',
    twoFields('Key', 'key'),
  ])('leaves a replace half done when the insert fails: %s', (list) => {
    const { contact } = afterReplace({ FirstName: 'A', emails: ['a@x'] }, `<FirstName>B</FirstName>${list}`);
    expect(contact.texts.get('FirstName')).toBe('B');
    expect([...contact.categories, ...contact.customFields.keys()]).toEqual([]);
    expect(contact.emails).toEqual(['a@x']);
  });

  it.each([
    ['2024-02-29', '2024-02-29'],
    ['2023-02-29', ''],
    [' 2024-02-28', ''],
    ['2024-02-28Z', ''],
    ['2024-02-28T00:00:00', ''],
    ['0000-01-01', ''],
    ['', ''],
  ])('reads the date "%s" as "%s"', (text, date) => {
    expect(readDate(text)).toBe(date);
  });

  it('finds records by ids of older firmware', () => {
    const { store } = bench();
    store.begin();
    store.create(Buffer.from('<Contact/>'), 1);
    expect(store.remove(`{0c39edd7-b32d-4968-86d1-30f5dbb11ba9}:${CONTEXT}:1`, 1)).toBe(true);
  });
});

describe('categories', () => {
  it('appends a number when the id is taken, and cannot make the word for none', () => {
    const { categories, notices, contact } = afterReplace(
      {},
      '<Categories><Category>Choir</Category><Category>Unfiled</Category></Categories>',
    );
    expect(contact.categories).toEqual(['user.Choir']);
    expect(notices).toEqual(['category Unfiled cannot be made']);
    // The same label in another scope is another category.
    expect(categories.settle('Choir', 'Calendar')).toBe('user.Choir_0');
  });

  it('writes a dangling id as an empty category', () => {
    const { store, categories } = afterReplace({ categories: ['Choir'] }, '');
    categories.remove('user.Choir');
    expect(store.all()[0]).toContain('<Category></Category>');
  });
});

describe('any contact', () => {
  const text = fc
    .string({ unit: 'binary' })
    .map((value) => value.replace(/[^\t\n\u0020-\ud7ff\ue000-\ufffd]/gu, ''));
  const contact: fc.Arbitrary<ContactInput> = fc.record(
    {
      FirstName: text,
      Notes: text,
      Birthday: fc.constantFrom('', '1979-02-28'),
      gender: fc.constantFrom('' as const, 'Male' as const, 'Female' as const),
      pronunciation: fc.record({ Company: text }),
      phones: fc.dictionary(fc.constantFrom(...WIRE_PHONE_KINDS), text),
      emails: fc.uniqueArray(
        text.filter((value) => value !== '' && value === simplified(value)),
        { selector: (value) => value.toLowerCase() },
      ),
      customFields: fc.dictionary(
        text.filter((value) => value !== ''),
        text,
      ),
    },
    { requiredKeys: [] },
  );

  it('comes back the same when its own document is imported', () => {
    fc.assert(
      fc.property(contact, (input) => {
        const { store } = bench();
        const environment = {
          categories: new CategoryBook(),
          portraits: new PortraitFiles(),
          localTime: () => '',
          notice: () => 0,
        };
        const id = store.addByHand(enterContact(undefined, input, environment), 0);
        const document = store.all()[0]!;
        store.editByHand(id, store.import(document), 0);
        expect(store.all()[0]).toBe(document);
      }),
      { numRuns: 200 },
    );
  });

  it('has white space as Qt has it', () => {
    expect(trimmed('\u00a0\u2003 x\u3000y \u0085')).toBe('x\u3000y');
    expect(trimmed('\ufeffx')).toBe('\ufeffx');
    expect(simplified(' a \t\n b ')).toBe('a b');
    expect(Object.keys(PHONE_KINDS)).toHaveLength(15);
  });
});

function twoFields(...keys: readonly string[]): string {
  return `<CustomFields>${keys.map((key) => `<Field><Key>${key}</Key><Value>1</Value></Field>`).join('')}</CustomFields>`;
}
