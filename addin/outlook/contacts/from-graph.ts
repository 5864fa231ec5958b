/** Graph contact → record. Pure; together with to-graph.ts lossless by datasets 9.1. */
import { lineFeeds } from '../../../datasets/record/characters.ts';
import type { FieldKey, Fields, FieldValue } from '../../../datasets/index.ts';
import { extendedKey, extendedValues, type ExtendedValues } from '../items/extended.ts';
import { categoryFields, customFields, parseJson, present } from '../items/values.ts';
import { readDate, type ZoneClock } from './dates.ts';
import type { GraphContact } from './graph-contact.ts';
import { addresses, addressMembers, extended, extendedTexts, plainTexts } from './properties.ts';

/** Codes of the gender property, written as decimal text. */
const genders: Readonly<Record<string, string>> = { '1': 'Female', '2': 'Male' };

/** What an item says, but for its photo. */
export function contactFields(contact: GraphContact, zone: ZoneClock | undefined): Fields {
  const values = extendedValues(contact);
  const get = (id: string): string | undefined => values.get(extendedKey(id));
  const fields: Record<FieldKey, FieldValue> = {};
  const put = (key: FieldKey, value: string | null | undefined): void => {
    if (typeof value === 'string' && value !== '') fields[key] = lineFeeds(value);
  };

  for (const [key, property] of Object.entries(plainTexts)) put(key, contact[property]);
  for (const [key, id] of Object.entries(extendedTexts)) put(key, get(id));
  put('Children', present(contact.children).join(', '));
  put('Notes', contact.personalNotes);
  put('Gender', genders[get(extended.gender) ?? '']);
  put('Birthday', readDate(contact.birthday, get(extended.birthdayLocal), zone));
  put('Anniversary', readDate(get(extended.anniversary), get(extended.anniversaryLocal), zone));

  const home = twoPhones(contact.homePhones, get(extended.homePhone), get(extended.homePhone2));
  put('PhoneNumbers/HomePhone', home.first);
  put('PhoneNumbers/HomeMobile', home.second);
  const business = twoPhones(
    contact.businessPhones,
    get(extended.businessPhone),
    get(extended.businessPhone2),
  );
  put('PhoneNumbers/BusinessPhone', business.first);

  for (const [key, property] of Object.entries(addresses)) {
    const address = readAddress(contact[property]);
    if (Object.keys(address).length > 0) fields[key] = address;
  }
  const emails = readEmails(contact, values);
  if (emails.length > 0) fields.EmailAddresses = emails;
  return { ...fields, ...categoryFields(contact.categories), ...customFields(get(extended.customFields)) };
}

export interface TwoPhones {
  readonly first: string | undefined;
  readonly second: string | undefined;
}

/**
 * The two numbers of a phone collection. The collection has no gaps, so a second number alone looks like a first
 * one; the extended properties, another view of the same storage, tell them apart.
 */
export function twoPhones(
  collection: readonly (string | null)[] | null | undefined,
  first: string | undefined,
  second: string | undefined,
): TwoPhones {
  const numbers = present(collection);
  if (first === undefined && second === undefined) return { first: numbers[0], second: numbers[1] };
  if (first === undefined && numbers.length > 1) return { first: numbers[0], second: numbers[1] };
  return { first, second };
}

function readAddress(address: GraphContact['homeAddress']): Readonly<Record<string, string>> {
  const parts: Record<string, string> = {};
  for (const [part, member] of Object.entries(addressMembers)) {
    const text = address?.[member] ?? '';
    if (text !== '') parts[part] = lineFeeds(text);
  }
  return parts;
}

/** The service's three, then ours. */
function readEmails(contact: GraphContact, values: ExtendedValues): string[] {
  const own = present(contact.emailAddresses?.map(({ address }) => address));
  return [...own, ...readTexts(values.get(extendedKey(extended.moreEmail)))];
}

/** A JSON array of texts; nothing when somebody else has put something different there. */
function readTexts(json: string | undefined): string[] {
  const value = parseJson(json);
  return Array.isArray(value) ? value.filter((text): text is string => typeof text === 'string') : [];
}
