/** Graph contact → record. Pure; together with to-graph.ts lossless by datasets 9.1. */
import { lineFeeds } from '../../../datasets/record/characters.ts';
import { sortedKeys, type MutableFields } from '../../../datasets/record/keys.ts';
import type { FieldKey, Fields, FieldValue } from '../../../datasets/index.ts';
import { extendedKey, type ExtendedValues } from '../items/extended.ts';
import { categoryFields, customFields, parseJson, present } from '../items/values.ts';
import { readDate, type ZoneClock } from './dates.ts';
import type { GraphContact } from './graph-contact.ts';
import { addresses, addressMembers, extended, extendedTexts, plainTexts } from './properties.ts';

/** What a contact's fields are made of. */
interface Source {
  readonly contact: GraphContact;
  readonly values: ExtendedValues;
  readonly zone: ZoneClock | undefined;
}

/** The value of one field; nothing and the empty text are no value. */
type Reading = (source: Source) => FieldValue | null | undefined;

/** The text of an extended property. */
function held(id: string): (source: Source) => string | undefined {
  const key = extendedKey(id);
  return ({ values }) => values.get(key);
}

/** The same table with readings in place of what they read. */
const each = <Key extends string, Place, Read extends Reading>(
  table: Readonly<Record<Key, Place>>,
  reading: (place: Place) => Read,
): Record<Key, Read> =>
  Object.fromEntries(Object.entries<Place>(table).map(([key, place]) => [key, reading(place)])) as Record<
    Key,
    Read
  >;

const own = each(extended, held);

const homePhones = (source: Source): TwoPhones =>
  twoPhones(source.contact.homePhones, own.homePhone(source), own.homePhone2(source));
const businessPhones = (source: Source): TwoPhones =>
  twoPhones(source.contact.businessPhones, own.businessPhone(source), own.businessPhone2(source));

/** Codes of the gender property, written as decimal text. */
const genders: Readonly<Record<string, string>> = { '1': 'Female', '2': 'Male' };

const single: Readonly<Record<FieldKey, Reading>> = {
  ...each(
    plainTexts,
    (property): Reading =>
      (source) =>
        source.contact[property],
  ),
  ...each(extendedTexts, held),
  ...each(
    addresses,
    (property): Reading =>
      (source) =>
        readAddress(source.contact[property]),
  ),
  Children: ({ contact }) => present(contact.children).join(', '),
  Notes: ({ contact }) => contact.personalNotes,
  Gender: (source) => genders[own.gender(source) ?? ''],
  Birthday: (source) => readDate(source.contact.birthday, own.birthdayLocal(source), source.zone),
  Anniversary: (source) => readDate(own.anniversary(source), own.anniversaryLocal(source), source.zone),
  'PhoneNumbers/HomePhone': (source) => homePhones(source).first,
  'PhoneNumbers/HomeMobile': (source) => homePhones(source).second,
  'PhoneNumbers/BusinessPhone': (source) => businessPhones(source).first,
  EmailAddresses: (source) => readEmails(source.contact, own.moreEmail(source)),
};

/** Lists of which each member is a field of its own. */
const lists: Readonly<Record<string, (source: Source) => Fields>> = {
  'Categories/': ({ contact }) => categoryFields(contact.categories),
  'CustomFields/': (source) => customFields(own.customFields(source)),
};

type Step = (source: Source, fields: MutableFields) => void;

const put =
  (key: FieldKey, reading: Reading): Step =>
  (source, fields) => {
    const value = reading(source);
    if (typeof value !== 'string') {
      if (value !== null && value !== undefined) fields[key] = value;
    } else if (value !== '') fields[key] = lineFeeds(value);
  };

const putAll =
  (reading: (source: Source) => Fields): Step =>
  (source, fields) => {
    const members = reading(source);
    for (const key of sortedKeys(members)) fields[key] = members[key] ?? '';
  };

/** In the order of the fields' keys, which is that of the dataset: it has nothing to sort. */
const steps: readonly Step[] = [
  ...Object.entries(single).map(([key, reading]) => [key, put(key, reading)] as const),
  ...Object.entries(lists).map(([element, reading]) => [element, putAll(reading)] as const),
]
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([, step]) => step);

/** What an item says, but for its photo: fields in the order of their keys. `values`: its extended properties. */
export function contactFields(
  contact: GraphContact,
  values: ExtendedValues,
  zone: ZoneClock | undefined,
): Fields {
  const source: Source = { contact, values, zone };
  // Hardly two contacts have the same fields: an object without a prototype is kept as a table of them from the start, others
  // get a layout of their own with each field that is put.
  const fields = Object.create(null) as MutableFields;
  for (const step of steps) step(source, fields);
  return fields;
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

const addressParts = Object.entries(addressMembers);

/** Undefined for an address without a text. */
function readAddress(address: GraphContact['homeAddress']): Readonly<Record<string, string>> | undefined {
  if (address === null || address === undefined) return undefined;
  const parts: Record<string, string> = {};
  let isEmpty = true;
  for (const [part, member] of addressParts) {
    const text = address[member] ?? '';
    if (text === '') continue;
    parts[part] = lineFeeds(text);
    isEmpty = false;
  }
  return isEmpty ? undefined : parts;
}

/** The service's three, then ours; undefined for none. */
function readEmails(contact: GraphContact, more: string | undefined): readonly string[] | undefined {
  const own = present(contact.emailAddresses?.map(({ address }) => address));
  const all = more === undefined ? own : [...own, ...readTexts(more)];
  return all.length === 0 ? undefined : all;
}

/** A JSON array of texts; nothing when somebody else has put something different there. */
function readTexts(json: string): string[] {
  const value = parseJson(json);
  return Array.isArray(value) ? value.filter((text): text is string => typeof text === 'string') : [];
}
