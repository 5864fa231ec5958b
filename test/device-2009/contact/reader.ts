/** How the device reads a contact: by position, lists merged (spec: datasets 2.4, 2.6, 2.10, 2.11, 3). */
import { eachText, put, readCategories, readCustomFields, replacesList } from '../lists.ts';
import type { RecordEnvironment } from '../record-kind.ts';
import { readDate } from '../scalars.ts';
import { textOf, type ElementWalk } from '../xml-tree.ts';
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
  const categories = readCategories(walk, old.categories, CONTACT_SCOPE, environment);
  const customFields = readCustomFields(walk, old.customFields);
  return { ...head, addresses, ...phones, ...emails, categories, customFields };
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

/** Where the categories of contacts live. */
export const CONTACT_SCOPE = 'Address Book';
