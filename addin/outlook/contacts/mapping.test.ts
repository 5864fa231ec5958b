import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Fields } from '../../../datasets/index.ts';
import { arbitraryContact } from '../../../test/arbitraries/contacts.ts';
import {
  createOf,
  differences,
  itemOf,
  startOutlookBench,
  updateOf,
  USER,
  type OutlookBench,
} from '../../../test/support/outlook-bench.ts';
import { readDate, zoneClock } from './dates.ts';

let bench: OutlookBench;
beforeEach(async () => {
  bench = await startOutlookBench();
});
afterEach(() => bench.close());

const dump = (id: string) => {
  const found = bench.mailbox.admin.dump(USER).contacts.find(({ immutableId }) => immutableId === id);
  if (found === undefined) throw new Error(`no contact ${id}`);
  return found;
};

/** What a person or another program puts into the mailbox. */
const seed = (contact: Record<string, unknown>, extended: Record<string, string> = {}): string => {
  const singleValueExtendedProperties = Object.entries(extended).map(([id, value]) => ({ id, value }));
  const [ids] = bench.mailbox.admin.seed(USER, [{ contact: { ...contact, singleValueExtendedProperties } }]);
  return ids!.immutableId;
};
const readItem = async (id: string) => {
  const item = (await bench.read()).items.get(id);
  if (item === undefined) throw new Error(`no item ${id}`);
  return item;
};

const without = (fields: Fields, key: string): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => name !== key));

describe('a record in Outlook', () => {
  it('comes back unchanged after it was created, over real HTTP', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(arbitraryContact(), { minLength: 1, maxLength: 40 }), async (records) => {
        const operations = records.map(createOf);
        const results = await bench.apply(...operations);
        const byKey = new Map(results.map((result) => [result.key, itemOf(result)]));
        const read = await bench.read();
        for (const { key, fields } of operations) {
          const item = byKey.get(key)!;
          expect(differences(item.fields, fields)).toEqual([]);
          // What a write answers and what a read brings is the same: echoes vanish by content.
          expect(read.items.get(item.id)?.fields).toEqual(item.fields);
        }
      }),
      { numRuns: 6, endOnFailure: true },
    );
  });

  it('comes back unchanged after it was changed into any other, but for a portrait that cannot be deleted', async () => {
    await fc.assert(
      fc.asyncProperty(
        arbitraryContact(),
        fc.array(arbitraryContact(), { maxLength: 4 }),
        async (first, then) => {
          let item = await bench.create(first);
          for (const next of then) {
            const [result] = await bench.apply(updateOf(item, next));
            const after = itemOf(result);
            const kept = item.fields.Portrait;
            const wanted: Fields =
              next.Portrait === undefined && kept !== undefined ? { ...next, Portrait: kept } : next;
            expect(differences(after.fields, wanted)).toEqual([]);
            const problems = result?.status === 'done' ? (result.problems ?? []) : [];
            expect(problems.map(({ code }) => code)).toEqual(wanted === next ? [] : ['mailbox.photo-kept']);
            item = after;
          }
          expect((await bench.read()).items.get(item.id)?.fields).toEqual(item.fields);
        },
      ),
      { numRuns: 25, endOnFailure: true },
    );
  });

  it('keeps what the device cannot hold, byte for byte, over ten rounds of edits (R16)', async () => {
    const own = {
      displayName: 'Mum',
      fileAs: 'Family: Mum',
      initials: 'MUM',
      imAddresses: ['sip:mum@example.org'],
      otherAddress: { street: 'Holiday home\r\n1st floor', city: 'Leer' },
      businessPhones: ['+1 1', '+1 2'],
      emailAddresses: [
        { address: 'mum@example.org', name: 'Mother' },
        { address: 'work@example.org', name: 'Work' },
      ],
      categories: ['BLUE category', 'Red'],
      yomiCompanyName: 'カイシャ',
    };
    const foreign = {
      'String 0x3A43': 'Hobbies',
      'String {00062004-0000-0000-c000-000000000046} Id 0x804F': 'User field 1',
      'Boolean {00062008-0000-0000-c000-000000000046} Id 0x8506': 'true',
    };
    const id = seed({ givenName: 'Grace', surname: 'Example', personalNotes: 'a\r\nb', ...own }, foreign);
    let item = await readItem(id);
    const before = dump(id);
    for (let round = 1; round <= 10; round += 1) {
      const edited = {
        ...item.fields,
        FirstName: `Grace ${round}`,
        'PhoneNumbers/HomeMobile': `+49 ${round}`,
      };
      item = itemOf((await bench.apply(updateOf(item, edited)))[0]);
    }
    const after = dump(id);
    expect(after.contact).toEqual({
      ...before.contact,
      givenName: 'Grace 10',
      homePhones: ['+49 10'],
    });
    expect(after.extended).toEqual({ ...before.extended, 'String 0x3a2f': '+49 10' });
  });

  it('lets the service make the names anew when the person has not made them up', async () => {
    const item = await bench.create({ FirstName: 'Ada', LastName: 'King' });
    const [result] = await bench.apply(updateOf(item, { FirstName: 'Ada', LastName: 'Lovelace' }));
    expect(dump(itemOf(result).id).contact).toMatchObject({
      displayName: 'Ada Lovelace',
      fileAs: 'Lovelace, Ada',
    });
  });
});

describe('mapping rows of the test catalogue', () => {
  it.each([
    ...['Pacific/Pago_Pago', 'America/New_York', 'Europe/Berlin', 'Asia/Kolkata', 'Pacific/Tongatapu'],
  ])('#101 a birthday at 11:59 UTC keeps its day in %s', (zone) => {
    expect(readDate('1979-02-28T11:59:00Z', undefined, zoneClock(zone))).toBe('1979-02-28');
  });

  it('#101 a birthday at a local midnight keeps its day up to UTC+14', () => {
    const midnights = {
      'W. Europe Standard Time': '1979-02-27T23:00:00Z',
      'Eastern Standard Time': '1979-02-28T05:00:00Z',
      'New Zealand Standard Time': '1979-02-27T11:00:00Z',
      'Line Islands Standard Time': '2001-02-27T10:00:00Z',
      UTC: '1979-02-28T00:00:00Z',
    };
    for (const [zone, instant] of Object.entries(midnights))
      expect(readDate(instant, undefined, zoneClock(zone))?.slice(5)).toBe('02-28');
  });

  it('#101 the zone-free copy decides where it fits, and not where it was forgotten', () => {
    expect(readDate('1979-02-27T10:00:00Z', '1979-02-28T00:00:00Z', undefined)).toBe('1979-02-28');
    expect(readDate('1985-06-01T22:00:00Z', '1979-02-28T00:00:00Z', undefined)).toBe('1985-06-02');
    expect(readDate('1985-06-01T11:59:00Z', '1985-05-31T00:00:00Z', undefined)).toBe('1985-06-01');
  });

  it('#101 no date is told in several ways', () => {
    for (const none of ['4501-01-01T00:00:00Z', '0001-01-01T00:00:00Z', '', undefined, null, 'soon'])
      expect(readDate(none, undefined, undefined)).toBeUndefined();
  });

  it('#102 a home mobile alone goes into its own property, and the collection is not shifted', async () => {
    const item = await bench.create({ FirstName: 'A', 'PhoneNumbers/HomeMobile': '+49 170' });
    expect(item.fields).toMatchObject({ 'PhoneNumbers/HomeMobile': '+49 170' });
    expect(item.fields).not.toHaveProperty('PhoneNumbers/HomePhone');
    expect(dump(item.id).extended).toMatchObject({ 'String 0x3a2f': '+49 170' });
    expect(dump(item.id).extended).not.toHaveProperty('String 0x3a09');

    const both = itemOf(
      (await bench.apply(updateOf(item, { ...item.fields, 'PhoneNumbers/HomePhone': '+49 491' })))[0],
    );
    expect(dump(both.id).contact.homePhones).toEqual(['+49 491', '+49 170']);
    const alone = itemOf(
      (await bench.apply(updateOf(both, without(both.fields, 'PhoneNumbers/HomePhone'))))[0],
    );
    expect(alone.fields).toEqual(item.fields);
    expect(await readItem(item.id)).toMatchObject({ fields: item.fields });
  });

  it('#103 gender codes', async () => {
    const female = await bench.create({ FirstName: 'A', Gender: 'Female' });
    const male = await bench.create({ FirstName: 'B', Gender: 'Male' });
    expect(dump(female.id).extended['Short 0x3a4d']).toBe('1');
    expect(dump(male.id).extended['Short 0x3a4d']).toBe('2');
    const neither = itemOf((await bench.apply(updateOf(male, without(male.fields, 'Gender'))))[0]);
    expect(dump(neither.id).extended['Short 0x3a4d']).toBe('0');
    expect(neither.fields).not.toHaveProperty('Gender');
  });

  it('#104 of five e-mails Outlook gets three, our property the rest, and five come back in order', async () => {
    const emails = ['e@x.org', 'd@x.org', 'c@x.org', 'b@x.org', 'a@x.org'];
    const item = await bench.create({ FirstName: 'A', EmailAddresses: emails });
    expect(item.fields.EmailAddresses).toEqual(emails);
    expect(dump(item.id).contact.emailAddresses.map(({ address }) => address)).toEqual(emails.slice(0, 3));
    const two = itemOf(
      (await bench.apply(updateOf(item, { FirstName: 'A', EmailAddresses: emails.slice(3) })))[0],
    );
    expect((await readItem(two.id)).fields.EmailAddresses).toEqual(emails.slice(3));
  });

  it('#105 children with commas come back exactly', async () => {
    const item = await bench.create({ FirstName: 'A', Children: 'Lee, Jr., Ann' });
    expect(item.fields.Children).toBe('Lee, Jr., Ann');
    expect((await readItem(item.id)).fields.Children).toBe('Lee, Jr., Ann');
  });
});

describe('what other programs put into the mailbox', () => {
  it('is shown as nothing where it is not what it should be', async () => {
    const property = (name: string) => `String {00020329-0000-0000-c000-000000000046} Name QDSync ${name}`;
    const id = seed(
      { givenName: 'A', emailAddresses: [{ address: 'a@x.org', name: 'A' }] },
      {
        [property('MoreEmail')]: 'not json',
        [property('CustomFields')]: '["a"]',
        'Short 0x3A4D': '7',
        [property('DefaultEmail')]: 'gone@x.org',
      },
    );
    expect((await readItem(id)).fields).toEqual({ FirstName: 'A', EmailAddresses: ['a@x.org'] });
  });

  it('keeps the directory’s names of addresses when an address is added (surprise 20)', async () => {
    const id = seed({ givenName: 'A', emailAddresses: [{ address: 'Boss@x.org', name: 'The Boss' }] });
    const item = await readItem(id);
    await bench.apply(updateOf(item, { ...item.fields, EmailAddresses: ['new@x.org', 'boss@x.org'] }));
    expect(dump(id).contact.emailAddresses).toEqual([
      { address: 'new@x.org', name: 'new@x.org' },
      { address: 'boss@x.org', name: 'The Boss' },
    ]);
  });
});
