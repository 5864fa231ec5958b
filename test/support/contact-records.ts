/** Shortcuts for tests that read and write single contacts. */
import { readFileSync } from 'node:fs';
import { contacts, type Fields } from '../../datasets/index.ts';
import type { ReadRecord, WriteTarget } from '../../datasets/index.ts';

export const DEVICE_ID = '{3c0f1a52-7d1e-4b8e-9a64-51d0c2b7e0a1}:17';

/** A file of test/fixtures/examples, without its extension. */
export function example(name: string): string {
  return readFileSync(new URL(`../fixtures/examples/${name}.xml`, import.meta.url), 'utf8');
}

/** A document around some elements, after an Identifier. */
export function contactXml(elements: string): string {
  return `<Contact><Identifier>${DEVICE_ID}</Identifier>${elements}</Contact>`;
}

/** The record of a document that must be readable. */
export function readContact(xml: string, categoryAliases: Readonly<Record<string, string>> = {}): ReadRecord {
  const outcome = contacts.read(xml, { categoryAliases });
  if (!outcome.ok) throw new Error(`${outcome.error.code}: ${outcome.error.detail}`);
  return outcome.record;
}

/** The fields of a document made of some elements. */
export function fieldsOf(elements: string): Fields {
  return readContact(contactXml(elements)).fields;
}

/** The code of the error of a document that must not be readable. */
export function errorOf(xml: string): string {
  const outcome = contacts.read(xml);
  if (outcome.ok) throw new Error('was read');
  return outcome.error.code;
}

/** A record as it is sent to a device that has it already. */
export function writeContact(fields: Fields, options: Partial<WriteTarget> = {}): string {
  return contacts.write(fields, { id: DEVICE_ID, own: true, style: 'desktop', ...options });
}

/** The text of the first element of a name, tags included. */
export function elementIn(xml: string, name: string): string | undefined {
  return new RegExp(`<${name}[ >][^]*?</${name}>`).exec(xml)?.[0];
}
