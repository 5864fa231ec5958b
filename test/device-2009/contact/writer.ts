/** The document that the device sends for a contact: every element of it, empty when unset (spec: datasets 3.2). */
import type { RecordEnvironment } from '../record-kind.ts';
import { DeviceXml } from '../xml-writer.ts';
import {
  ADDRESS_KINDS,
  ADDRESS_PARTS,
  HEAD,
  phonesInOrder,
  WIRE_PHONE_KINDS,
  type Contact,
} from './model.ts';

/** Writes a contact. `id` goes out without the attribute: it is the device's own. */
export function writeContact(id: string, contact: Contact, environment: RecordEnvironment): string {
  const xml = new DeviceXml();
  xml.group('Contact', [contact], () => {
    xml.leaf('Identifier', id);
    writeHead(xml, contact, environment);
    writeAddresses(xml, contact);
    writePhones(xml, contact);
    const { emails, defaultEmail } = contact;
    const preferred = emails.length > 0 ? { default: defaultEmail } : {};
    xml.group('EmailAddresses', emails, (email) => xml.leaf('Email', email), preferred);
    xml.group('Categories', inHashOrder(contact.categories), (category) =>
      xml.leaf('Category', environment.categories.label(category)),
    );
    writeCustomFields(xml, contact);
  });
  return xml.toString();
}

function writeHead(xml: DeviceXml, contact: Contact, environment: RecordEnvironment): void {
  for (const { name, kind } of HEAD) {
    if (kind === 'gender') xml.leaf(name, contact.gender);
    else if (kind === 'portrait') {
      xml.leaf(name, contact.portrait === undefined ? '' : environment.portraits.base64(contact.portrait));
    } else if (kind === 'spoken') {
      xml.leaf(name, contact.texts.get(name) ?? '', { pronunciation: contact.spoken.get(name) ?? '' });
    } else xml.leaf(name, contact.texts.get(name) ?? '');
  }
}

function writeAddresses(xml: DeviceXml, { addresses }: Contact): void {
  const held = ADDRESS_KINDS.flatMap((kind) => {
    const address = addresses.get(kind);
    return address ? [{ address, type: kind === 'Business' ? 'Business' : 'Home' }] : [];
  });
  xml.group('Addresses', held, ({ address, type }) => {
    xml.group('Address', ADDRESS_PARTS, (part) => xml.leaf(part, address[part]), { type });
  });
}

function writePhones(xml: DeviceXml, { phones, defaultPhone }: Contact): void {
  const preferred = defaultPhone === undefined ? '' : (phones.get(defaultPhone) ?? '');
  xml.group(
    'PhoneNumbers',
    phonesInOrder(phones),
    ([kind, number]) => {
      xml.leaf('Number', number, { type: WIRE_PHONE_KINDS.includes(kind) ? kind : 'HomePhone' });
    },
    phones.size > 0 ? { default: preferred } : {},
  );
}

function writeCustomFields(xml: DeviceXml, { customFields }: Contact): void {
  const sorted = [...customFields].sort(([a], [b]) => (a < b ? -1 : 1));
  xml.group('CustomFields', sorted, ([key, value]) => {
    xml.group('Field', [key], () => {
      xml.leaf('Key', key);
      xml.leaf('Value', value);
    });
  });
}

/** Categories come out of a hash table: their order says nothing, and is not the order in which they were put in. */
function inHashOrder(categories: readonly string[]): readonly string[] {
  return [...categories].sort((a, b) => hash(a) - hash(b) || (a < b ? -1 : 1));
}

function hash(text: string): number {
  let value = 0;
  for (let index = 0; index < text.length; index += 1) {
    value = ((value << 4) + text.charCodeAt(index)) >>> 0;
    value = (value ^ ((value & 0xf0000000) >>> 23)) & 0x0fffffff;
  }
  return value % 37;
}
