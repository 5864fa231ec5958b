import { asList, asMembers, asString, cannotConvert } from '../items/edm.ts';
import { readExtendedProperties } from '../items/extended-body.ts';
import { readInstant } from '../items/extended.ts';
import { badBody, GraphFault } from '../protocol/fault.ts';
import type { Switches } from '../switches.ts';
import { hasPictureKey } from './extended.ts';
import {
  addressMembers,
  contactProperties,
  isContactProperty,
  isReadOnlyProperty,
  type ContactProperty,
  type ContactView,
  type EmailAddress,
  type PhysicalAddress,
} from './properties.ts';

/** What a POST or PATCH asks for, checked and brought to the form in which it is kept. */
export interface ContactChange {
  readonly properties: Partial<ContactView>;
  /** Values by key; null removes the property. */
  readonly extended: ReadonlyMap<string, string | null>;
  /** The folder that a PATCH of parentFolderId names. */
  readonly parentFolderId: string | undefined;
}

/** Reads a body by the property table. Throws a GraphFault 400 that names the property. */
export function readContactBody(body: Readonly<Record<string, unknown>>, switches: Switches): ContactChange {
  const properties: Partial<Record<ContactProperty, unknown>> = {};
  let extended: ReadonlyMap<string, string | null> = new Map();
  let parentFolderId: string | undefined;
  for (const [name, value] of Object.entries(body)) {
    if (name.includes('@')) continue;
    if (isContactProperty(name)) properties[name] = readValue(name, value, switches);
    else if (name === 'singleValueExtendedProperties')
      extended = readExtendedProperties(value, switches, [hasPictureKey]);
    else if (name === 'parentFolderId' && switches.moveByPatch !== 'refused')
      parentFolderId = asString(name, value);
    else if (isReadOnlyProperty(name)) refuseReadOnly(name, switches);
    else if (switches.unknownProperties === 'refused') {
      throw badBody(`The property '${name}' does not exist on type 'microsoft.graph.contact'.`);
    }
  }
  checkLimits(properties as Partial<ContactView>, switches);
  return { properties: properties as Partial<ContactView>, extended, parentFolderId };
}

function refuseReadOnly(name: string, switches: Switches): void {
  if (switches.readOnlyProperties === 'ignored') return;
  throw new GraphFault(
    400,
    'ErrorInvalidPropertySet',
    `The property '${name}' is read-only and cannot be set.`,
  );
}

function readValue(name: ContactProperty, value: unknown, switches: Switches): unknown {
  switch (contactProperties[name]) {
    case 'string':
      return value === null || (value === '' && switches.emptyStrings === 'null')
        ? null
        : asString(name, value);
    case 'instant':
      return value === null ? null : readDate(name, asString(name, value), switches);
    case 'strings':
      return value === null ? [] : asList(name, value).map((entry) => asString(name, entry));
    case 'emails':
      return value === null ? [] : asList(name, value).map((entry) => readEmail(name, entry, switches));
    case 'address':
      return value === null ? {} : readAddress(name, value);
  }
}

function readDate(name: string, text: string, switches: Switches): string {
  const dateOnly = switches.dateOnlyBirthday === 'accepted' && /^\d{4}-\d{2}-\d{2}$/.test(text);
  const instant = readInstant(dateOnly ? `${text}T00:00:00Z` : text);
  if (instant === undefined) throw cannotConvert(name, text, 'Edm.DateTimeOffset');
  return instant;
}

function readEmail(name: string, entry: unknown, switches: Switches): EmailAddress {
  const members = asMembers(name, entry, ['name', 'address']);
  const address = members.get('address') ?? null;
  const forced =
    address !== null && Object.hasOwn(switches.directory, address) ? switches.directory[address] : undefined;
  return { name: forced ?? members.get('name') ?? address, address };
}

function readAddress(name: string, value: unknown): PhysicalAddress {
  const members = asMembers(name, value, addressMembers);
  return Object.fromEntries(
    addressMembers.flatMap((member) => {
      const text = members.get(member);
      return text === undefined || text === '' ? [] : [[member, text]];
    }),
  );
}

function checkLimits(properties: Partial<ContactView>, switches: Switches): void {
  const limits = [
    ['EmailAddresses', properties.emailAddresses, 3],
    ['BusinessPhones', properties.businessPhones, 2],
    ['HomePhones', properties.homePhones, 2],
    ['ImAddresses', properties.imAddresses, switches.imAddressLimit],
  ] as const;
  for (const [name, list, max] of limits) {
    if (list === undefined || list.length <= max) continue;
    throw new GraphFault(
      400,
      switches.limitCode,
      `The multi value property ${name} has ${list.length} entries, that exceeds the max allowed value of ${max}`,
    );
  }
}
