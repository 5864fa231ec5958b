/** The document that the device sends for a contact: every element of it, empty when unset (spec: datasets 3.2). */
import { writeCategories, writeCustomFields } from '../lists.ts';
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
    writeCategories(xml, contact.categories, environment);
    writeCustomFields(xml, contact.customFields);
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
