/** From answers of the service to items of the contract, photos included. */
import type { MailboxItem, Problem } from '../../../contract/server-plugin.ts';
import type { Fields } from '../../../datasets/index.ts';
import { extendedKey, extendedValues } from '../items/extended.ts';
import { checkItem, readFetched, type Fetched } from '../items/fetched.ts';
import type { ItemsRead } from '../items/source.ts';
import type { ContactsContext } from './context.ts';
import { contactFields } from './from-graph.ts';
import { graphContactSchema, isWholeContact, type GraphContact } from './graph-contact.ts';
import { readPhotos, type Photo } from './photos.ts';
import { contactPath, extended, MAPPED_QUERY } from './properties.ts';

/** Reads contacts by id, in order. */
export async function fetchContacts(
  context: ContactsContext,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<readonly Fetched<GraphContact>[]> {
  const parts = ids.map((id) => ({ method: 'GET', url: `${contactPath(id)}?${MAPPED_QUERY}` }) as const);
  return (await context.batch.send(parts, { signal })).map((outcome) => readFetched(outcome, checkContact));
}

export const checkContact = (value: unknown): Fetched<GraphContact> =>
  isWholeContact(value) ? { kind: 'item', item: value } : checkItem(graphContactSchema, value);

const pictureKey = extendedKey(extended.hasPicture);
const createKeyKey = extendedKey(extended.createKey);

/** `values`: the contact's extended properties, where they have been read already; so for the functions below. */
export const hasPicture = (contact: GraphContact, values = extendedValues(contact)): boolean =>
  values.get(pictureKey) === 'true';

export const etagOf = (contact: GraphContact): string => contact['@odata.etag'] ?? '';

/** The item that an answer of the service describes, with the photo that goes with it. */
export function toItem(
  context: ContactsContext,
  contact: GraphContact,
  portrait: string | undefined,
  values = extendedValues(contact),
): MailboxItem {
  const createKey = values.get(createKeyKey);
  return {
    id: contact.id,
    fields: recordOf(context, contact, portrait, values),
    version: etagOf(contact),
    modified: contact.lastModifiedDateTime ?? '',
    ...(createKey === undefined || createKey.length > 100 ? {} : { createKey }),
  };
}

export function recordOf(
  context: ContactsContext,
  contact: GraphContact,
  portrait: string | undefined,
  values = extendedValues(contact),
): Fields {
  const fields = contactFields(contact, values, context.zone);
  return context.definition.normalise(portrait === undefined ? fields : { ...fields, Portrait: portrait });
}

/** How many characters of photos one page may carry, but for the one that went over it. */
export const PHOTO_BUDGET = 12_000_000;
const photosAtATime = 20;
const NO_PHOTO: Photo = { kind: 'none' };

/** Items of these contacts, with photos where the picture flag is set. */
export async function completeItems(
  context: ContactsContext,
  contacts: readonly GraphContact[],
  signal: AbortSignal,
): Promise<ItemsRead<GraphContact>> {
  const photos = new Map<string, Photo>();
  let chars = 0;
  const rows = contacts.map((contact) => ({ contact, values: extendedValues(contact) }));
  const pictured = rows.flatMap(({ contact, values }) => (hasPicture(contact, values) ? [contact] : []));
  for (let at = 0; at < pictured.length && chars < PHOTO_BUDGET; at += photosAtATime) {
    const some = pictured.slice(at, at + photosAtATime);
    for (const [id, photo] of await readPhotos(context, some, signal)) {
      // What does not fit any more is read again for the next page.
      if (chars >= PHOTO_BUDGET) break;
      photos.set(id, photo);
      if (photo.kind === 'photo') chars += photo.portrait.length;
    }
  }
  const items: MailboxItem[] = [];
  const problems: { id: string; problem: Problem }[] = [];
  const left: GraphContact[] = [];
  for (const { contact, values } of rows) {
    const photo = hasPicture(contact, values) ? photos.get(contact.id) : NO_PHOTO;
    if (photo === undefined) left.push(contact);
    else if (photo.kind === 'failed') problems.push({ id: contact.id, problem: photo.problem });
    else items.push(toItem(context, contact, photo.kind === 'photo' ? photo.portrait : undefined, values));
  }
  return { items, problems, left };
}
