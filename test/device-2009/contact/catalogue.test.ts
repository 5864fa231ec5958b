/** The rows of the test catalogue that say what a device does with a contact (spec: datasets 11, class DV). */
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CategoryBook, GERMAN } from '../categories.ts';
import { Device2009 } from '../device.ts';
import { PortraitFiles } from '../portrait.ts';
import { changedContact, newContact, sync } from '../session-script.ts';
import { enterContact, type ContactInput } from './input.ts';
import { contactKind } from './kind.ts';
import type { Contact } from './model.ts';

const NULL_ID = '{00000000-0000-0000-0000-000000000000}:0';

let device: Device2009;

beforeEach(async () => {
  device = await Device2009.listen();
});

afterEach(async () => {
  expect(device.crashed).toBeUndefined();
  await device.close();
});

/** The contact that a create makes. */
async function created(inner: string): Promise<Contact> {
  const { mapped } = await sync(device, [newContact('srv1', inner)]);
  expect(mapped).toEqual([['srv1', device.records()[0]?.id]]);
  return device.records()[0]!.record;
}

/** What a replace makes of a contact. */
async function replaced(before: ContactInput, inner: string): Promise<Contact> {
  const id = device.add(before);
  await sync(device, [changedContact(id, inner)]);
  expect(device.records()).toHaveLength(1);
  return device.records()[0]!.record;
}

const texts = ({ texts: map }: Contact): Record<string, string> => Object.fromEntries(map);
const phones = ({ phones: map }: Contact): Record<string, string> => Object.fromEntries(map);

describe('the reader goes by position', () => {
  it('#1 order violated', async () => {
    const contact = await created('<LastName>L</LastName><FirstName>F</FirstName><Gender>Male</Gender>');
    expect(texts(contact)).toEqual({ LastName: 'L' });
    expect(contact.gender).toBe('');
    expect(device.offences).toEqual(['not read in Contact: FirstName, Gender']);
  });

  it('#2 unknown in the middle', async () => {
    expect(texts(await created('<FirstName>F</FirstName><X/><LastName>L</LastName>'))).toEqual({
      FirstName: 'F',
    });
  });

  it('#3 unknown first', async () => {
    expect(texts(await created('<X/><FirstName>F</FirstName>'))).toEqual({});
  });

  it('#4 unknown last', async () => {
    expect(texts(await created('<FirstName>F</FirstName><Zed>1</Zed>'))).toEqual({ FirstName: 'F' });
  });

  it('#5 child in text element', async () => {
    const { mapped } = await sync(device, [newContact('srv1', '<FirstName>F<b/></FirstName>')]);
    expect(mapped).toEqual([]);
    expect(device.records()).toEqual([]);
    expect(device.offences).toEqual(['create dropped: <b> inside <FirstName>']);
  });

  it('#6 wrong root', async () => {
    const person = '<Person><Identifier localIdentifier="false">srv1</Identifier></Person>';
    const { mapped } = await sync(device, [{ create: person }]);
    expect(mapped).toEqual([]);
    expect(device.records()).toEqual([]);
  });
});

describe('lists', () => {
  const TWO_PHONES: ContactInput = { phones: { HomePhone: '1', HomeMobile: '2' } };
  const TWO_EMAILS: ContactInput = { emails: ['a@x', 'b@x'] };

  it('#7 phones without maxItems', async () => {
    const number = '<PhoneNumbers><Number type="HomeMobile">9</Number></PhoneNumbers>';
    expect(phones(await replaced(TWO_PHONES, number))).toEqual({ HomePhone: '1', HomeMobile: '9' });
  });

  it('#8 phones with maxItems=7', async () => {
    const number = '<PhoneNumbers maxItems="7"><Number type="HomeMobile">9</Number></PhoneNumbers>';
    const contact = await replaced(TWO_PHONES, number);
    expect(phones(contact)).toEqual({ HomeMobile: '9' });
    expect(contact.defaultPhone).toBe('HomeMobile');
  });

  it('#9 e-mails without maxItems', async () => {
    const before = { ...TWO_EMAILS, defaultEmail: 'b@x' };
    const contact = await replaced(before, '<EmailAddresses><Email>c@x</Email></EmailAddresses>');
    expect(contact.emails).toEqual(['a@x', 'b@x', 'c@x']);
    expect(contact.defaultEmail).toBe('b@x');
  });

  it('#10 maxItems too small', async () => {
    const list = '<EmailAddresses maxItems="1"><Email>c@x</Email></EmailAddresses>';
    expect((await replaced(TWO_EMAILS, list)).emails).toEqual(['a@x', 'b@x', 'c@x']);
  });

  it('#11 empty entry in the middle', async () => {
    const list =
      '<PhoneNumbers maxItems="7"><Number type="HomePhone"></Number><Number type="HomeMobile">9</Number></PhoneNumbers>';
    expect(phones(await replaced(TWO_PHONES, list))).toEqual({});
  });

  it('#12 empty container, no maxItems', async () => {
    const contact = await replaced({ categories: ['Business'] }, '<Categories></Categories>');
    expect(contact.categories).toEqual(['Business']);
  });

  it('#13 empty container, maxItems=99', async () => {
    const contact = await replaced({ categories: ['Business'] }, '<Categories maxItems="99"></Categories>');
    expect(contact.categories).toEqual([]);
  });

  it('#14 maxItems not a number', async () => {
    const list = '<EmailAddresses maxItems="many"><Email>c@x</Email></EmailAddresses>';
    expect((await replaced(TWO_EMAILS, list)).emails).toEqual(['a@x', 'b@x', 'c@x']);
  });

  it('#15 default e-mail not listed', async () => {
    const contact = await created('<EmailAddresses default="z@x"><Email>c@x</Email></EmailAddresses>');
    expect(contact.emails).toEqual(['c@x', 'z@x']);
    expect(contact.defaultEmail).toBe('z@x');
  });

  it('#16 default phone by first entry', async () => {
    const contact = await created(
      '<PhoneNumbers><Number type="HomeFax">1</Number><Number type="HomePhone">2</Number></PhoneNumbers>',
    );
    expect(contact.defaultPhone).toBe('HomeFax');
  });

  it('#17 unknown phone type', async () => {
    const list = '<PhoneNumbers><Number type="Car">5</Number></PhoneNumbers>';
    expect(phones(await created(list))).toEqual({ HomePhone: '5' });
  });

  it('#18 duplicate type', async () => {
    const list =
      '<PhoneNumbers><Number type="HomePhone">1</Number><Number type="HomePhone">2</Number></PhoneNumbers>';
    expect(phones(await created(list))).toEqual({ HomePhone: '2' });
  });

  it('#19 address type unknown', async () => {
    const contact = await created('<Addresses><Address type="Other"><City>C</City></Address></Addresses>');
    expect([...contact.addresses.keys()]).toEqual(['Home']);
  });

  it('#20 address children out of order', async () => {
    const contact = await created(
      '<Addresses><Address type="Home"><City>C</City><Street>S</Street><Zip>Z</Zip></Address></Addresses>' +
        '<EmailAddresses><Email>c@x</Email></EmailAddresses>',
    );
    expect(contact.addresses.get('Home')).toEqual({ Street: '', City: 'C', State: '', Zip: '', Country: '' });
    expect(contact.emails).toEqual(['c@x']);
  });
});

describe('values', () => {
  it('#21 pronunciation omitted', async () => {
    const before = { FirstName: 'A', pronunciation: { FirstName: 'ei', LastName: 'el' } };
    const contact = await replaced(before, '<FirstName>A</FirstName>');
    expect(Object.fromEntries(contact.spoken)).toEqual({ LastName: 'el' });
  });

  it('#22 bad date clears', async () => {
    const contact = await replaced({ Birthday: '1979-02-28' }, '<Birthday>1979-2-28</Birthday>');
    expect(texts(contact)).toEqual({});
    expect(device.offences).toEqual(['not a date: Birthday 1979-2-28']);
  });

  it('#23 gender token unknown', async () => {
    expect((await replaced({ gender: 'Male' }, '<Gender>male</Gender>')).gender).toBe('');
  });

  it('#24 case-only duplicate e-mail create', async () => {
    const list = '<EmailAddresses><Email>A@x</Email><Email>a@x</Email></EmailAddresses>';
    const { mapped } = await sync(device, [newContact('srv1', list)]);
    expect(mapped).toEqual([['srv1', NULL_ID]]);
    expect(device.records()).toEqual([]);
    expect(device.orphans()).toHaveLength(1);
  });

  it('#25 contact text trimmed', async () => {
    expect(texts(await created('<NameTitle> Dr. </NameTitle>'))).toEqual({ NameTitle: 'Dr.' });
  });

  it('#26 phone simplified', async () => {
    const list = '<PhoneNumbers><Number type="HomePhone"> 555  01 </Number></PhoneNumbers>';
    expect(phones(await created(list))).toEqual({ HomePhone: '555 01' });
  });

  it('#27 portrait undecodable', async () => {
    const picture = Buffer.from(
      /<Portrait>(.*)<\/Portrait>/.exec(fixture('contact-01-device-full'))![1]!,
      'base64',
    );
    const text = Buffer.from('no picture').toString('base64');
    const id = device.add({ portrait: picture });
    expect(device.records()[0]?.record.portrait).toBeDefined();
    await sync(device, [changedContact(id, `<Portrait>${text}</Portrait>`)]);
    expect(device.records()[0]?.record.portrait).toBeUndefined();
  });
});

describe('ids', () => {
  it('#28 create without localIdentifier=false', async () => {
    const { mapped } = await sync(device, [{ create: '<Contact><Identifier>srv1</Identifier></Contact>' }]);
    expect(mapped).toEqual([[null, device.records()[0]?.id]]);
  });

  it('#29 replace of unknown id', async () => {
    const id = device.add({ FirstName: 'A' });
    device.remove(id);
    const { mapped } = await sync(device, [changedContact(id, '<FirstName>B</FirstName>')]);
    expect(mapped).toEqual([]);
    expect(device.records()).toEqual([]);
    expect(device.counter('unknownIds')).toBe(1);
  });
});

describe('categories', () => {
  it('#50 new category label', async () => {
    const contact = await created('<Categories><Category>Choir</Category></Categories>');
    expect(contact.categories).toEqual(['user.Choir']);
    expect(device.categories.list().at(-1)).toEqual({
      id: 'user.Choir',
      label: 'Choir',
      scope: 'Address Book',
    });
    expect(device.records()[0]?.xml).toContain('<Category>Choir</Category>');
  });

  it('#51 system category by id', async () => {
    await device.close();
    device = await Device2009.listen({ language: GERMAN });
    const contact = await created('<Categories><Category>Business</Category></Categories>');
    expect(contact.categories).toEqual(['Business']);
    expect(device.records()[0]?.xml).toContain('<Category>Geschäftlich</Category>');
  });
});

describe('the writer', () => {
  const environment = {
    categories: new CategoryBook(),
    portraits: new PortraitFiles(),
    localTime: () => '',
    notice: (what: string): never => {
      throw new Error(what);
    },
  };

  it('#52 writer shape: a contact with a first name only', () => {
    const contact = enterContact(undefined, { FirstName: 'Bo' }, environment);
    const xml = contactKind.write('{3c0f1a52-7d1e-4b8e-9a64-51d0c2b7e0a1}:18', contact, environment);
    expect(xml).toBe(fixture('contact-02-device-nearly-empty'));
  });

  it('writes a full contact as the device does, but for the bytes of the picture', () => {
    const full = fixture('contact-01-device-full');
    device.add(full);
    const picture = /<Portrait>.*<\/Portrait>/;
    const { id, xml } = device.records()[0]!;
    const expected = full.replace(/\{3c0f1a52.*\}:17/, id).replace(picture, '');
    expect(xml.replace(picture, '')).toBe(expected);
  });

  it('writes hidden kinds of number as HomePhone', () => {
    const contact = enterContact(
      undefined,
      {
        FirstName: 'Ines',
        LastName: 'Prado',
        phones: {
          OtherPhone: '555 0100',
          HomePhone: '555 0101',
          HomeMobile: '555 0102',
          HomeVoip: 'sip:ines@voip.example',
        },
        defaultPhone: 'HomePhone',
      },
      environment,
    );
    const xml = contactKind.write('{3c0f1a52-7d1e-4b8e-9a64-51d0c2b7e0a1}:19', contact, environment);
    expect(xml).toBe(fixture('contact-06-device-repeated-phone-type'));
  });
});

function fixture(name: string): string {
  return readFileSync(new URL(`../../fixtures/examples/${name}.xml`, import.meta.url), 'utf8');
}
