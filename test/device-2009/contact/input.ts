/** What a person types on the device's screen. Unlike the wire, it can reach every internal kind of field. */
import { enterCategories } from '../lists.ts';
import type { RecordEnvironment } from '../record-kind.ts';
import {
  EMPTY_CONTACT,
  phonesInOrder,
  simplified,
  trimmed,
  type Address,
  type AddressKind,
  type Contact,
  type PhoneKind,
  type SpokenName,
  type TextName,
} from './model.ts';
import { CONTACT_SCOPE } from './reader.ts';

/** Fields named replace what the contact had, each as a whole; an empty text clears. */
export interface ContactInput extends Partial<Record<TextName, string>> {
  readonly gender?: Contact['gender'];
  readonly pronunciation?: Partial<Record<SpokenName, string>>;
  readonly addresses?: Partial<Record<AddressKind, Partial<Address>>>;
  readonly phones?: Partial<Record<PhoneKind, string>>;
  readonly defaultPhone?: PhoneKind;
  readonly emails?: readonly string[];
  readonly defaultEmail?: string;
  /** Labels; new ones become categories. */
  readonly categories?: readonly string[];
  readonly customFields?: Readonly<Record<string, string>>;
  /** A PNG or JPEG file; null removes the picture. */
  readonly portrait?: Uint8Array | null;
}

const NO_ADDRESS: Address = { Street: '', City: '', State: '', Zip: '', Country: '' };

/** The contact after a person has edited it, or made it. */
export function enterContact(
  held: Contact | undefined,
  input: ContactInput,
  environment: RecordEnvironment,
): Contact {
  const old = held ?? EMPTY_CONTACT;
  const { gender, pronunciation, addresses, phones, defaultPhone, emails, defaultEmail, ...rest } = input;
  const { categories, customFields, portrait, ...texts } = rest;
  const numbers = phones ? filled(phones, simplified) : old.phones;
  const list = emails ?? old.emails;
  return {
    texts: filled({ ...Object.fromEntries(old.texts), ...texts }, trimmed),
    spoken: filled({ ...Object.fromEntries(old.spoken), ...pronunciation }, trimmed),
    gender: gender ?? old.gender,
    portrait: enterPortrait(old, portrait, environment),
    addresses: addresses ? enterAddresses(addresses) : old.addresses,
    phones: numbers,
    defaultPhone: defaultPhone ?? keep(old.defaultPhone, numbers) ?? phonesInOrder(numbers)[0]?.[0],
    emails: list,
    defaultEmail: defaultEmail ?? (list.includes(old.defaultEmail) ? old.defaultEmail : (list[0] ?? '')),
    categories: categories ? enterCategories(categories, CONTACT_SCOPE, environment) : old.categories,
    customFields: customFields ? filled(customFields, (text) => text) : old.customFields,
  };
}

function filled<K extends string>(
  values: Readonly<Partial<Record<K, string>>>,
  clean: (text: string) => string,
): ReadonlyMap<K, string> {
  const entries = Object.entries(values) as [K, string | undefined][];
  return new Map(
    entries.flatMap(([key, value]) => {
      const text = clean(value ?? '');
      return text === '' ? [] : [[key, text] as const];
    }),
  );
}

function keep<K>(key: K | undefined, map: ReadonlyMap<K, string>): K | undefined {
  return key !== undefined && map.has(key) ? key : undefined;
}

function enterAddresses(input: NonNullable<ContactInput['addresses']>): ReadonlyMap<AddressKind, Address> {
  const entries = Object.entries(input) as [AddressKind, Partial<Address>][];
  return new Map(entries.map(([kind, parts]) => [kind, { ...NO_ADDRESS, ...parts }]));
}

function enterPortrait(
  old: Contact,
  picture: Uint8Array | null | undefined,
  { portraits }: RecordEnvironment,
): string | undefined {
  if (picture === undefined) return old.portrait;
  portraits.remove(old.portrait);
  return picture === null ? undefined : portraits.store(picture);
}
