/** Record → body of a Graph POST or PATCH. Pure: only mapped properties are named, all others stay untouched. */
import { caseFolded } from '../../../datasets/record/characters.ts';
import type { FieldKey, Fields, FieldValue } from '../../../datasets/index.ts';
import { NO_DATE, toInstant, toLocalTwin } from './dates.ts';
import { twoPhones } from './from-graph.ts';
import { extendedKey, extendedValues, type ExtendedProperty } from '../items/extended.ts';
import {
  categoryList,
  crlf,
  customFieldsJson,
  groupOf,
  present,
  textOf,
  textsOf,
  touches,
} from '../items/values.ts';
import type { GraphContact } from './graph-contact.ts';
import { addresses, addressMembers, extended, extendedTexts, plainTexts } from './properties.ts';

/** A body; `singleValueExtendedProperties` is left out when empty. */
export type ContactBody = Readonly<Record<string, unknown>> & {
  readonly singleValueExtendedProperties?: readonly ExtendedProperty[];
};

/** The service takes no more in its own list. */
const maxEmails = 3;

const genderCodes: Readonly<Record<string, string>> = { Female: '1', Male: '2' };

/** Collects a body. */
class Draft {
  readonly properties: Record<string, unknown> = {};
  readonly #extended: ExtendedProperty[] = [];

  extend(id: string, value: string): void {
    this.#extended.push({ id, value });
  }

  body(): ContactBody {
    return this.#extended.length === 0
      ? this.properties
      : { ...this.properties, singleValueExtendedProperties: this.#extended };
  }
}

/** Body of the POST of a new contact, with the key that finds it again when the answer is lost. */
export function createBody(fields: Fields, key: string): ContactBody {
  const draft = new Draft();
  const set = new Set(Object.keys(fields));
  draft.extend(extended.createKey, key);
  writeFields(draft, fields, set, undefined);
  const names = displayNames(fields);
  if (names !== undefined) Object.assign(draft.properties, names);
  return draft.body();
}

/**
 * Body of the PATCH that brings the changed fields of an item to the values in `fields`. `current` is the item as
 * it was just read: what shares a property with a changed field is kept from it.
 */
export function updateBody(fields: Fields, changed: readonly FieldKey[], current: GraphContact): ContactBody {
  const draft = new Draft();
  const keys = new Set(changed);
  writeFields(draft, fields, keys, current);
  if (changed.some(isNamePart)) Object.assign(draft.properties, ownNames(current));
  return draft.body();
}

function writeFields(
  draft: Draft,
  fields: Fields,
  keys: ReadonlySet<FieldKey>,
  current: GraphContact | undefined,
): void {
  const text = (key: FieldKey): string => textOf(fields[key]);

  for (const [key, property] of Object.entries(plainTexts))
    if (keys.has(key)) draft.properties[property] = text(key) || null;
  for (const [key, id] of Object.entries(extendedTexts)) if (keys.has(key)) draft.extend(id, text(key));
  for (const [key, property] of Object.entries(addresses))
    if (keys.has(key)) draft.properties[property] = addressBody(fields[key]);
  if (keys.has('Notes')) draft.properties.personalNotes = crlf(text('Notes')) || null;
  if (keys.has('Children')) draft.properties.children = splitChildren(text('Children'));
  if (keys.has('Gender')) draft.extend(extended.gender, genderCodes[text('Gender')] ?? '0');
  if (keys.has('Birthday')) writeBirthday(draft, text('Birthday'));
  if (keys.has('Anniversary')) writeAnniversary(draft, text('Anniversary'));
  if (keys.has('EmailAddresses')) writeEmails(draft, textsOf(fields.EmailAddresses), current);
  if (keys.has('PhoneNumbers/HomePhone') || keys.has('PhoneNumbers/HomeMobile'))
    writeHomePhones(draft, text('PhoneNumbers/HomePhone'), text('PhoneNumbers/HomeMobile'), current);
  if (keys.has('PhoneNumbers/BusinessPhone'))
    writeBusinessPhone(draft, text('PhoneNumbers/BusinessPhone'), current);
  if (touches(keys, 'Categories')) draft.properties.categories = categoryList(fields, current?.categories);
  if (touches(keys, 'CustomFields')) draft.extend(extended.customFields, customFieldsJson(fields));
}

function writeBirthday(draft: Draft, date: string): void {
  draft.properties.birthday = date === '' ? null : toInstant(date);
  draft.extend(extended.birthdayLocal, date === '' ? NO_DATE : toLocalTwin(date));
}

function writeAnniversary(draft: Draft, date: string): void {
  draft.extend(extended.anniversary, date === '' ? NO_DATE : toInstant(date));
  draft.extend(extended.anniversaryLocal, date === '' ? NO_DATE : toLocalTwin(date));
}

/** Display names of addresses are Outlook's own: an address that stays keeps its name. */
function writeEmails(draft: Draft, emails: readonly string[], current: GraphContact | undefined): void {
  const held = current?.emailAddresses ?? [];
  draft.properties.emailAddresses = emails.slice(0, maxEmails).map((address) => {
    const same =
      held.find((entry) => entry.address === address) ??
      held.find((entry) => caseFolded(entry.address ?? '') === caseFolded(address));
    return typeof same?.name === 'string' && same.name !== '' ? { address, name: same.name } : { address };
  });
  const more = emails.slice(maxEmails);
  const hadMore = current !== undefined && extendedValues(current).has(extendedKey(extended.moreEmail));
  if (more.length > 0) draft.extend(extended.moreEmail, JSON.stringify(more));
  else if (hadMore) draft.extend(extended.moreEmail, '');
}

/**
 * The collection cannot hold a second number without a first, and must not be named together with the extended
 * properties that show the same storage: both or the first alone go into the collection, the second alone into the
 * extended property (spec: datasets 9.1).
 */
function writeHomePhones(
  draft: Draft,
  first: string,
  second: string,
  current: GraphContact | undefined,
): void {
  if (first === '' && second !== '') {
    if (current !== undefined && homePhonesOf(current).first !== undefined)
      draft.extend(extended.homePhone, '');
    draft.extend(extended.homePhone2, second);
  } else draft.properties.homePhones = [first, second].filter((number) => number !== '');
}

/** The second business number is Outlook's own and stays. */
function writeBusinessPhone(draft: Draft, first: string, current: GraphContact | undefined): void {
  const second = current === undefined ? undefined : businessPhonesOf(current).second;
  if (first === '' && second !== undefined) draft.extend(extended.businessPhone, '');
  else draft.properties.businessPhones = [first, second ?? ''].filter((number) => number !== '');
}

function homePhonesOf(contact: GraphContact): ReturnType<typeof twoPhones> {
  const values = extendedValues(contact);
  const get = (id: string): string | undefined => values.get(extendedKey(id));
  return twoPhones(contact.homePhones, get(extended.homePhone), get(extended.homePhone2));
}

function businessPhonesOf(contact: GraphContact): ReturnType<typeof twoPhones> {
  const values = extendedValues(contact);
  const get = (id: string): string | undefined => values.get(extendedKey(id));
  return twoPhones(contact.businessPhones, get(extended.businessPhone), get(extended.businessPhone2));
}

function addressBody(value: FieldValue | undefined): Readonly<Record<string, string>> {
  const body: Record<string, string> = {};
  const address = groupOf(value);
  for (const [part, member] of Object.entries(addressMembers)) {
    const text = textOf(address[part]);
    if (text !== '') body[member] = crlf(text);
  }
  return body;
}

/** The service drops empty names: a text that has some is one name. */
function splitChildren(text: string): string[] {
  const names = text.split(', ');
  if (text === '') return [];
  return names.some((name) => name.trim() === '') ? [text] : names;
}

/** Fields from which the service makes up displayName, fileAs and initials. */
const nameParts: ReadonlySet<FieldKey> = new Set([
  'NameTitle',
  'FirstName',
  'MiddleName',
  'LastName',
  'Suffix',
  'Company',
]);

export const isNamePart = (key: FieldKey): boolean => nameParts.has(key);

/**
 * Names that the person has given in Outlook and that do not follow from the parts. The service makes such names
 * anew when a part changes, unless they are sent along (spec: graph 2.1).
 */
function ownNames(current: GraphContact): Readonly<Record<string, string>> {
  const parts = [
    current.title,
    current.givenName,
    current.middleName,
    current.surname,
    current.generation,
    current.companyName,
    current.emailAddresses?.[0]?.address,
  ];
  const words = new Set(present(parts).flatMap(wordsOf));
  const letters = new Set([...words].map((word) => String.fromCodePoint(word.codePointAt(0) ?? 0)));
  const own: Record<string, string> = {};
  for (const name of ['displayName', 'fileAs'] as const) {
    const value = current[name] ?? '';
    if (value !== '' && wordsOf(value).some((word) => !words.has(word))) own[name] = value;
  }
  const initials = current.initials ?? '';
  if (initials !== '' && wordsOf(initials.replaceAll('.', ' ')).some((word) => !letters.has(word)))
    own.initials = initials;
  return own;
}

const wordsOf = (text: string): string[] =>
  text
    .toLowerCase()
    .split(/[\s,.;()]+/)
    .filter((word) => word !== '');

/** displayName and fileAs of a new contact; undefined where the service can do no worse. */
export function displayNames(fields: Fields): Readonly<Record<string, string>> | undefined {
  const join = (keys: readonly FieldKey[], by: string): string =>
    keys
      .map((key) => textOf(fields[key]))
      .filter((text) => text !== '')
      .join(by);
  const given = join(['FirstName', 'MiddleName'], ' ');
  const last = textOf(fields.LastName);
  const company = textOf(fields.Company);
  const displayName = join(['FirstName', 'MiddleName', 'LastName', 'Suffix'], ' ') || company;
  const fileAs = [last, given].filter((text) => text !== '').join(', ') || company;
  if (displayName === '') return undefined;
  return fileAs === '' ? { displayName } : { displayName, fileAs };
}
