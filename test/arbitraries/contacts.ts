/** Random contacts as field maps: every field, and the kinds of text that have broken synchronisers before. */
import fc from 'fast-check';
import { contacts, type Fields } from '../../datasets/index.ts';
import { withoutForbidden } from '../../datasets/record/characters.ts';
import { labelFields } from '../../datasets/schema/category-set.ts';
import { pairFields } from '../../datasets/schema/key-value-list.ts';
import { portraits } from './pictures.ts';

const SCALARS = [
  'NameTitle',
  'FirstName',
  'FirstName@pronunciation',
  'MiddleName',
  'LastName',
  'LastName@pronunciation',
  'Suffix',
  'Company',
  'Company@pronunciation',
  'BusinessWebpage',
  'JobTitle',
  'Department',
  'Office',
  'Profession',
  'Assistant',
  'Manager',
  'HomeWebpage',
  'Spouse',
  'Nickname',
  'Children',
] as const;

const PHONES = [
  'HomePhone',
  'BusinessPhone',
  'HomeMobile',
  'BusinessMobile',
  'HomeFax',
  'BusinessFax',
  'BusinessPager',
] as const;

/** Marks, scripts and characters that are easily lost or mistaken on the way. */
const pieces = fc.constantFrom(
  'Øvregård',
  'Zoe\u0308',
  'Zo\u00eb',
  'אבג',
  'عربي \u200f٣',
  '山田',
  '👩‍👩‍👧',
  '🙂',
  '\u{10FFFD}',
  '\u00a0',
  '\u2028',
  ' ',
  '  ',
  '\t',
  ',',
  '<b>&amp;</b>',
  '"\'',
  ']]>',
  '=1+2',
  '../../x',
  '__proto__',
  '\ufb01',
  'İ',
  'ß',
);

const line = fc
  .array(fc.oneof(pieces, fc.string({ maxLength: 12 }), fc.string({ unit: 'grapheme', maxLength: 8 })), {
    minLength: 1,
    maxLength: 4,
  })
  .map((parts) => parts.join('').replace(/[\r\n]/g, ' '));

/** A text of one line that holds more than white space, and only what XML 1.0 allows. */
export const arbitraryLine = line.map(withoutForbidden).filter((text) => text.trim() !== '');

const lineEnd = fc.constantFrom('\n', '\r\n', '\r', '\n\n');

/** A text of several lines, at times of some thousands of characters. */
export const arbitraryNotes = fc.oneof(
  fc
    .array(fc.tuple(arbitraryLine, lineEnd), { minLength: 1, maxLength: 5 })
    .map((lines) => lines.flat().join('')),
  fc.tuple(arbitraryLine, fc.integer({ min: 10, max: 300 })).map(([text, times]) => text.repeat(times)),
);

/** Any date that a record can hold. */
export const arbitraryDate = fc
  .date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));

const arbitraryAddress = fc
  .record(
    {
      Street: fc.array(arbitraryLine, { minLength: 1, maxLength: 3 }).map((lines) => lines.join('\n')),
      City: arbitraryLine,
      State: arbitraryLine,
      Zip: arbitraryLine,
      Country: arbitraryLine,
    },
    { requiredKeys: [] },
  )
  .filter((address) => Object.keys(address).length > 0);

const arbitraryPhone = fc.oneof(
  fc.stringMatching(/^\+?[0-9]{1,4}( [0-9]{2,4}){1,3}$/),
  arbitraryLine.map((text) => text.trim()),
);

const arbitraryEmails = fc.array(
  fc.oneof(
    fc.emailAddress(),
    arbitraryLine.map((text) => text.trim()),
  ),
  { maxLength: 5 },
);

const scalars = fc.record(Object.fromEntries(SCALARS.map((key) => [key, arbitraryLine])), {
  requiredKeys: [],
});

const phones = fc.record(Object.fromEntries(PHONES.map((type) => [`PhoneNumbers/${type}`, arbitraryPhone])), {
  requiredKeys: [],
});

const others = fc.record(
  {
    Birthday: arbitraryDate,
    Anniversary: arbitraryDate,
    Portrait: fc.constantFrom(...portraits),
    Notes: arbitraryNotes,
    Gender: fc.constantFrom('Male', 'Female'),
    'Addresses/Home': arbitraryAddress,
    'Addresses/Business': arbitraryAddress,
  },
  { requiredKeys: [] },
);

/** Categories, each a field of its own. */
export const arbitraryCategories = fc
  .array(
    fc.oneof(
      fc.constantFrom('Business', 'Personal', 'Choir', 'choir', 'Masse', 'Maße'),
      arbitraryLine.filter((label) => label.trim().toLowerCase() !== 'unfiled'),
    ),
    { maxLength: 4 },
  )
  .map((labels) => labelFields('Categories', labels));

/** Custom fields, each a field of its own. */
export const arbitraryCustomFields = fc
  .array(fc.tuple(fc.oneof(fc.constantFrom('__proto__', 'constructor'), arbitraryLine), arbitraryNotes), {
    maxLength: 3,
  })
  .map((pairs) => pairFields('CustomFields', pairs));

const preferred = fc.record({ phone: fc.nat(), email: fc.nat() });

/** A contact with any of its fields, each of them valid, nothing side-local among them. */
export function arbitraryContact(): fc.Arbitrary<Fields> {
  return fc
    .tuple(scalars, others, phones, arbitraryEmails, arbitraryCategories, arbitraryCustomFields, preferred)
    .map(([texts, rest, numbers, emails, labels, pairs, choice]) => {
      const fields: Record<string, Fields[string]> = { ...texts, ...rest, ...numbers, ...labels, ...pairs };
      const number = elementAt(
        Object.values(numbers).filter((text) => text !== undefined),
        choice.phone,
      );
      if (number !== undefined) fields['PhoneNumbers@default'] = number;
      const email = elementAt(emails, choice.email);
      if (email !== undefined) {
        fields.EmailAddresses = emails;
        fields['EmailAddresses@default'] = email;
      }
      return contacts.normalise(fields);
    });
}

function elementAt(texts: readonly string[], index: number): string | undefined {
  return texts[index % texts.length];
}
