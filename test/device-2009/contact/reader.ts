/** How the device reads a contact: by position, lists merged (spec: datasets 2.4, 2.6, 2.10, 2.11, 3). */
import type { RecordEnvironment } from '../record-kind.ts';
import { textOf, type ElementWalk, type XmlElement } from '../xml-tree.ts';
import {
  ADDRESS_PARTS,
  EMPTY_CONTACT,
  HEAD,
  phonesInOrder,
  simplified,
  trimmed,
  WIRE_PHONE_KINDS,
  type Address,
  type AddressKind,
  type Contact,
  type PhoneKind,
  type TextName,
} from './model.ts';

type Head = Pick<Contact, 'texts' | 'spoken' | 'gender' | 'portrait'>;
type Phones = Pick<Contact, 'phones' | 'defaultPhone'>;
type Emails = Pick<Contact, 'emails' | 'defaultEmail'>;

/** Reads what follows `Identifier` into a new contact or over the one held. */
export function readContact(
  walk: ElementWalk,
  held: Contact | undefined,
  environment: RecordEnvironment,
): Contact {
  const old = held ?? EMPTY_CONTACT;
  // The order of these calls is the order of the document.
  const head = readHead(walk, old, environment);
  const addresses = readAddresses(walk, old.addresses);
  const phones = readPhones(walk, old, environment);
  const emails = readEmails(walk, old);
  const categories = readCategories(walk, old.categories, environment);
  const customFields = readCustomFields(walk, old.customFields);
  return { ...head, addresses, ...phones, ...emails, categories, customFields };
}

/** The text when it is a date in the one form that the device takes; empty, which clears, when not. */
export function readDate(text: string): string {
  if (!/^\d{4}-\d\d-\d\d$/.test(text) || text.startsWith('0000')) return '';
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text) ? text : '';
}

function readHead(walk: ElementWalk, old: Contact, environment: RecordEnvironment): Head {
  const texts = new Map(old.texts);
  const spoken = new Map(old.spoken);
  let { gender, portrait } = old;
  for (const { name, kind } of HEAD) {
    const element = walk.open(name);
    if (!element) continue;
    const text = textOf(element);
    if (kind === 'gender') {
      gender = text === 'Male' || text === 'Female' ? text : '';
    } else if (kind === 'portrait') {
      // The old file goes while the record is still being read: no rollback brings it back.
      environment.portraits.remove(portrait);
      portrait = environment.portraits.storeBase64(text);
      if (portrait === undefined && text !== '') environment.notice('a portrait that is no picture');
    } else {
      put(texts, name satisfies TextName, kind === 'date' ? readDate(text) : trimmed(text));
      if (kind === 'date' && text !== '' && !texts.has(name))
        environment.notice(`not a date: ${name} ${text}`);
      if (kind === 'spoken') put(spoken, name, trimmed(element.attributes.get('pronunciation') ?? ''));
    }
  }
  return { texts, spoken, gender, portrait };
}

/** Whether a container replaces the list whole: only when `maxItems` covers what the device holds now. */
function replacesList(list: XmlElement, have: number): boolean {
  const text = list.attributes.get('maxItems') ?? '';
  const max = /^\s*[+-]?\d+\s*$/.test(text) ? Number(text) : -1;
  return have <= max;
}

function readAddresses(
  walk: ElementWalk,
  old: ReadonlyMap<AddressKind, Address>,
): ReadonlyMap<AddressKind, Address> {
  let addresses = new Map(old);
  walk.inside('Addresses', (list) => {
    if (replacesList(list.element, old.size)) addresses = new Map();
    for (let more = true; more;) {
      more = false;
      list.inside('Address', (address) => {
        more = true;
        const kind = address.element.attributes.get('type') === 'Business' ? 'Business' : 'Home';
        const parts = Object.fromEntries(
          ADDRESS_PARTS.map((part) => [part, address.text(part) ?? '']),
        ) as unknown as Address;
        if (ADDRESS_PARTS.some((part) => trimmed(parts[part]) !== '')) addresses.set(kind, parts);
        else addresses.delete(kind);
      });
    }
  });
  return addresses;
}

function readPhones(walk: ElementWalk, old: Contact, environment: RecordEnvironment): Phones {
  let phones = new Map(old.phones);
  let defaultPhone = old.defaultPhone;
  walk.inside('PhoneNumbers', (list) => {
    if (replacesList(list.element, phones.size)) phones = new Map();
    if (phones.size === 0) defaultPhone = undefined;
    eachText(list, 'Number', (text, element) => {
      const kind = phoneKind(element.attributes.get('type'));
      const number = simplified(text);
      if (number === '') {
        phones.delete(kind);
        if (defaultPhone === kind) defaultPhone = undefined;
      } else {
        if (phones.size === 0) defaultPhone = kind;
        phones.set(kind, number);
      }
    });
    const wanted = list.element.attributes.get('default') ?? '';
    const found = phonesInOrder(phones).find(([, number]) => number === wanted);
    if (found) [defaultPhone] = found;
    else if (wanted !== '') environment.notice(`default phone ${wanted} is not in the list`);
  });
  return { phones, defaultPhone };
}

function phoneKind(type: string | undefined): PhoneKind {
  return WIRE_PHONE_KINDS.find((kind) => kind === type) ?? 'HomePhone';
}

function readEmails(walk: ElementWalk, old: Contact): Emails {
  let emails = [...old.emails];
  let { defaultEmail } = old;
  walk.inside('EmailAddresses', (list) => {
    if (replacesList(list.element, emails.length)) emails = [];
    eachText(list, 'Email', (text) => {
      if (!emails.includes(text)) emails.push(text);
    });
    if (!emails.includes(defaultEmail)) defaultEmail = emails[0] ?? '';
    const wanted = simplified(list.element.attributes.get('default') ?? '');
    if (wanted === '') return;
    if (!emails.includes(wanted)) emails.push(wanted);
    defaultEmail = wanted;
  });
  return { emails, defaultEmail };
}

function readCategories(
  walk: ElementWalk,
  old: readonly string[],
  { categories: book }: RecordEnvironment,
): readonly string[] {
  let categories = new Set(old);
  walk.inside('Categories', (list) => {
    if (replacesList(list.element, categories.size)) categories = new Set();
    eachText(list, 'Category', (text) => categories.add(book.resolve(text, CONTACT_SCOPE)));
  });
  return [...categories];
}

/** Where the categories of contacts live. */
export const CONTACT_SCOPE = 'Address Book';

function readCustomFields(walk: ElementWalk, old: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  let fields = new Map(old);
  walk.inside('CustomFields', (list) => {
    if (replacesList(list.element, fields.size)) fields = new Map();
    for (let more = true; more;) {
      more = false;
      list.inside('Field', (field) => {
        const key = field.text('Key') ?? '';
        const value = field.text('Value') ?? '';
        if (key === '') return;
        more = true;
        put(fields, key, value);
      });
    }
  });
  return fields;
}

/** Reads the entries of a list up to the first empty one; the rest of the container is skipped. */
function eachText(list: ElementWalk, name: string, visit: (text: string, element: XmlElement) => void): void {
  for (let entry = list.open(name); entry; entry = list.open(name)) {
    const text = textOf(entry);
    if (text === '') return;
    visit(text, entry);
  }
}

function put<K>(map: Map<K, string>, key: K, value: string): void {
  if (value === '') map.delete(key);
  else map.set(key, value);
}
