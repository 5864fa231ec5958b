/** Contacts put back from their snapshots (contract/server-plugin.ts, `restore`). Pure. */
import { z } from 'zod';
import type { FieldKey, Fields } from '../../../datasets/index.ts';
import { differingKeys } from '../items/compare.ts';
import { extendedKey, extendedValues } from '../items/extended.ts';
import { parseToken } from '../items/read-state.ts';
import { mergedExtended, pick, withoutNulls } from '../items/restore.ts';
import { textOf } from '../items/values.ts';
import type { ContactsContext } from './context.ts';
import { NO_DATE } from './dates.ts';
import { twoPhones } from './from-graph.ts';
import { graphContactSchema, type GraphContact } from './graph-contact.ts';
import { hasPicture, recordOf } from './items.ts';
import { extended, writableProperties } from './properties.ts';
import { displayNames, isNamePart, updateBody, type ContactBody } from './to-graph.ts';

/** What plugin.ts keeps of a contact. */
const snapshotSchema = z.object({ contact: graphContactSchema, photo: z.string().nullable() });

export interface KeptContact {
  readonly contact: GraphContact;
  /** Base64 of the photo's file. */
  readonly photo: string | null;
  /** What it said, its picture included. */
  readonly fields: Fields;
}

/** Undefined: the snapshot cannot be read. */
export function keptContact(context: ContactsContext, snapshot: string): KeptContact | undefined {
  const kept = parseToken(snapshotSchema, snapshot);
  if (kept === undefined) return undefined;
  return { ...kept, fields: recordOf(context, kept.contact, kept.photo ?? undefined) };
}

const phones = [extended.homePhone, extended.homePhone2, extended.businessPhone, extended.businessPhone2];

/** Body of the POST that makes the contact anew, with the fields of the operation. */
export function restoreBody(
  { definition }: ContactsContext,
  fields: Fields,
  key: string,
  kept: KeptContact,
): ContactBody {
  const { contact } = kept;
  const changed = differingKeys(definition, kept.fields, fields).filter((field) => !isPhone(field));
  const written = updateBody(fields, changed, contact);
  const base = pick(contact, writableProperties);
  if (changed.some(isNamePart)) {
    for (const name of derivedNames) Reflect.deleteProperty(base, name);
    Object.assign(base, displayNames(fields));
  }
  const own = phoneBody(fields, contact);
  const values = mergedExtended(
    contact.singleValueExtendedProperties,
    [
      ...(written.singleValueExtendedProperties ?? []),
      ...(own.singleValueExtendedProperties ?? []),
      { id: extended.createKey, value: key },
    ],
    // The service sets the flag of the picture itself; numbers are not named twice.
    { without: [extended.hasPicture, ...phones], cleared: ['', NO_DATE] },
  );
  return { ...withoutNulls({ ...base, ...written, ...own }), singleValueExtendedProperties: values };
}

const derivedNames = ['displayName', 'fileAs', 'initials'] as const;

const isPhone = (key: FieldKey): boolean => /^PhoneNumbers\/(Home|Business)Phone$|\/HomeMobile$/.test(key);

/** A collection has no gaps: a second number alone goes into the property behind it (spec: datasets 9.1). */
function phoneBody(fields: Fields, contact: GraphContact): ContactBody {
  const values = extendedValues(contact);
  const get = (id: string): string | undefined => values.get(extendedKey(id));
  const business = twoPhones(
    contact.businessPhones,
    get(extended.businessPhone),
    get(extended.businessPhone2),
  );
  const text = (key: FieldKey): string => textOf(fields[key]);
  const properties: Record<string, unknown> = {};
  const alone: { id: string; value: string }[] = [];
  const put = (collection: string, id: string, first: string, second: string): void => {
    if (first === '' && second !== '') alone.push({ id, value: second });
    else properties[collection] = [first, second].filter((number) => number !== '');
  };
  const home = 'PhoneNumbers/Home' as const;
  put('homePhones', extended.homePhone2, text(`${home}Phone`), text(`${home}Mobile`));
  put(
    'businessPhones',
    extended.businessPhone2,
    text('PhoneNumbers/BusinessPhone'),
    // Outlook's own: no record has a field for it.
    business.second ?? '',
  );
  return { ...properties, singleValueExtendedProperties: alone };
}

/** Fields whose property says more than the field. */
const richer: Readonly<Record<FieldKey, readonly string[]>> = {
  EmailAddresses: ['emailAddresses'],
  Children: ['children'],
  Notes: ['personalNotes'],
};

/** What an update takes from the snapshot: names of e-mail addresses, names that a person has given. */
export function richProperties(
  { definition }: ContactsContext,
  fields: Fields,
  changed: readonly FieldKey[],
  kept: KeptContact,
): Readonly<Record<string, unknown>> {
  const differing = new Set(differingKeys(definition, kept.fields, fields));
  const back = changed.filter((key) => !differing.has(key));
  const names = [...differing].some(isNamePart) || !back.some(isNamePart) ? [] : derivedNames;
  return pick(kept.contact, [...back.flatMap((key) => richer[key] ?? []), ...names]);
}

/** The picture's file as it was, where the same picture is to be put back; undefined: as the record has it. */
export function keptPhoto(
  { definition }: ContactsContext,
  fields: Fields,
  { contact, photo, fields: before }: KeptContact,
): string | undefined {
  if (photo === null) return undefined;
  // A picture that the service does not tell of is in no record.
  if (fields.Portrait === undefined) return hasPicture(contact) ? undefined : photo;
  return definition.sameValue('Portrait', before.Portrait, fields.Portrait) ? photo : undefined;
}
