/** From answers of the service to items of the contract, photos included. */
import { SyncError } from '../../../contract/errors.ts';
import type { MailboxItem, Problem } from '../../../contract/server-plugin.ts';
import type { Fields } from '../../../datasets/index.ts';
import { codeOfStatus, describe, faultOf } from '../graph/errors.ts';
import type { PartOutcome } from '../graph/batch-parts.ts';
import type { ContactsContext } from './context.ts';
import { contactFields } from './from-graph.ts';
import { extendedKey, extendedValues, graphContactSchema, type GraphContact } from './graph-contact.ts';
import { readPhotos, type Photo } from './photos.ts';
import { contactPath, extended, MAPPED_QUERY } from './properties.ts';

/** What became of an item that was asked for. */
export type Fetched =
  | { readonly kind: 'contact'; readonly contact: GraphContact }
  | { readonly kind: 'gone' }
  | { readonly kind: 'unreadable'; readonly problem: Problem }
  /** The service did not answer; the item may be all right. */
  | { readonly kind: 'unanswered'; readonly problem: SyncError };

/** Reads contacts by id, in order. */
export async function fetchContacts(
  context: ContactsContext,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<readonly Fetched[]> {
  const parts = ids.map((id) => ({ method: 'GET', url: `${contactPath(id)}?${MAPPED_QUERY}` }) as const);
  return (await context.batch.send(parts, { signal })).map(readFetched);
}

function readFetched(outcome: PartOutcome): Fetched {
  if (outcome.kind !== 'reply') return { kind: 'unanswered', problem: outcome.problem };
  if (outcome.status === 200) return checkContact(outcome.body);
  const { code } = faultOf(outcome.body);
  if (outcome.status === 401 || outcome.status === 403 || noMailboxCodes.has(code))
    return {
      kind: 'unanswered',
      problem: new SyncError(codeOfStatus(outcome.status), describe(outcome.status, outcome.body)),
    };
  if (isMissing(outcome)) return { kind: 'gone' };
  return { kind: 'unreadable', problem: unreadable(describe(outcome.status, outcome.body)) };
}

/** A 404 of these kinds says nothing about the item: taking it for a removal would empty the device. */
const noMailboxCodes: ReadonlySet<string> = new Set([
  'errorinvaliduser',
  'mailboxnotenabledforrestapi',
  'resourcenotfound',
]);

/** An id can also be refused as malformed when the item is gone for good (spec: graph 9). */
export function isMissing({ status, body }: { readonly status: number; readonly body: unknown }): boolean {
  return status === 404 || isBadId(status, body);
}

const isBadId = (status: number, body: unknown): boolean =>
  status === 400 && faultOf(body).code === 'errorinvalididmalformed';

export const unreadable = (detail: string): Problem => ({
  code: 'mailbox.unreadable',
  detail: detail.slice(0, 2000),
});

export function checkContact(value: unknown): Fetched {
  const parsed = graphContactSchema.safeParse(value);
  if (parsed.success) return { kind: 'contact', contact: parsed.data };
  const [issue] = parsed.error.issues;
  const detail = `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'no contact'}`;
  return { kind: 'unreadable', problem: unreadable(detail) };
}

export const hasPicture = (contact: GraphContact): boolean =>
  extendedValues(contact).get(extendedKey(extended.hasPicture)) === 'true';

export const etagOf = (contact: GraphContact): string => contact['@odata.etag'] ?? '';

/** The item that an answer of the service describes, with the photo that goes with it. */
export function toItem(
  context: ContactsContext,
  contact: GraphContact,
  portrait: string | undefined,
): MailboxItem {
  const createKey = extendedValues(contact).get(extendedKey(extended.createKey));
  return {
    id: contact.id,
    fields: recordOf(context, contact, portrait),
    version: etagOf(contact),
    modified: contact.lastModifiedDateTime ?? '',
    ...(createKey === undefined || createKey.length > 100 ? {} : { createKey }),
  };
}

export function recordOf(
  context: ContactsContext,
  contact: GraphContact,
  portrait: string | undefined,
): Fields {
  const fields = contactFields(contact, context.zone);
  return context.definition.normalise(portrait === undefined ? fields : { ...fields, Portrait: portrait });
}

export interface ItemsRead {
  readonly items: readonly MailboxItem[];
  readonly problems: readonly { readonly id: string; readonly problem: Problem }[];
  /** Contacts that were left for the next page, since their photos would have made this one too large. */
  readonly left: readonly GraphContact[];
}

/** How many characters of photos one page may carry, but for the one that went over it. */
export const PHOTO_BUDGET = 12_000_000;
const photosAtATime = 20;

/** Items of these contacts, with photos where the picture flag is set. */
export async function completeItems(
  context: ContactsContext,
  contacts: readonly GraphContact[],
  signal: AbortSignal,
): Promise<ItemsRead> {
  const photos = new Map<string, Photo>();
  let chars = 0;
  const pictured = contacts.filter(hasPicture);
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
  for (const contact of contacts) {
    const photo: Photo | undefined = hasPicture(contact) ? photos.get(contact.id) : { kind: 'none' };
    if (photo === undefined) left.push(contact);
    else if (photo.kind === 'failed') problems.push({ id: contact.id, problem: photo.problem });
    else items.push(toItem(context, contact, photo.kind === 'photo' ? photo.portrait : undefined));
  }
  return { items, problems, left };
}
