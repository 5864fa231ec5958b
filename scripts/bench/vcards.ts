/** The same people as vCard files, for a file-to-file synchroniser to be measured beside. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fields, FieldValue } from '../../datasets/index.ts';

export function writeVcards(folder: string, people: readonly Fields[]): void {
  mkdirSync(folder, { recursive: true });
  for (const [index, person] of people.entries()) {
    writeFileSync(join(folder, `person-${index}.vcf`), vcard(`person-${index}`, person));
  }
}

function vcard(uid: string, person: Fields): string {
  const text = (key: string): string => escaped(person[key]);
  const emails = Array.isArray(person.EmailAddresses) ? (person.EmailAddresses as readonly string[]) : [];
  const phones = Object.keys(person).filter((key) => key.startsWith('PhoneNumbers/'));
  const lines = [
    'BEGIN:VCARD',
    'VERSION:3.0',
    `UID:${uid}`,
    `N:${text('LastName')};${text('FirstName')};${text('MiddleName')};${text('NameTitle')};${text('Suffix')}`,
    `FN:${text('FirstName')} ${text('LastName')}`,
    `ORG:${text('Company')};${text('Department')}`,
    `TITLE:${text('JobTitle')}`,
    `BDAY:${text('Birthday')}`,
    ...emails.map((address) => `EMAIL:${escaped(address)}`),
    ...phones.map((key) => `TEL;TYPE=${key.includes('Home') ? 'HOME' : 'WORK'}:${text(key)}`),
    ...['Home', 'Business'].map(
      (kind) => `ADR;TYPE=${kind === 'Home' ? 'HOME' : 'WORK'}:${address(person[`Addresses/${kind}`])}`,
    ),
    `NOTE:${text('Notes')}`,
    'END:VCARD',
  ];
  return `${lines.filter((line) => !/:;*$/.test(line)).join('\r\n')}\r\n`;
}

function address(value: FieldValue | undefined): string {
  if (typeof value !== 'object' || Array.isArray(value)) return '';
  const group = value as Readonly<Record<string, FieldValue>>;
  return ['', '', ...['Street', 'City', 'State', 'Zip', 'Country'].map((part) => escaped(group[part]))].join(
    ';',
  );
}

function escaped(value: FieldValue | undefined): string {
  return typeof value === 'string' ? value.replace(/[\\;,]/g, '\\$&').replace(/\n/g, '\\n') : '';
}
