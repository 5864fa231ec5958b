/** Contact photos: read in batches, written as JPEG. The service can neither track nor delete them (spec: graph 2.5). */
import { SyncError } from '../../../contract/errors.ts';
import type { Problem } from '../../../contract/server-plugin.ts';
import { describe } from '../graph/errors.ts';
import type { PartOutcome } from '../graph/batch-parts.ts';
import type { ContactsContext } from './context.ts';
import type { GraphContact } from './graph-contact.ts';
import { contactPath } from './properties.ts';
import { decodeBase64 } from '../../../datasets/portrait/index.ts';

export type Photo =
  | { readonly kind: 'photo'; readonly portrait: string }
  | { readonly kind: 'none' }
  /** There may be one; the item is not to be taken for one without. */
  | { readonly kind: 'failed'; readonly problem: Problem };

const photoPath = (id: string): string => `${contactPath(id)}/photo/$value`;

/** The photos of some contacts, by id. */
export async function readPhotos(
  context: ContactsContext,
  contacts: readonly GraphContact[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Photo>> {
  const parts = contacts.map(({ id }) => ({ method: 'GET', url: photoPath(id) }) as const);
  const outcomes = await context.batch.send(parts, { signal });
  const photos = new Map<string, Photo>();
  contacts.forEach(({ id }, index) => {
    const outcome = outcomes[index];
    if (outcome !== undefined) photos.set(id, readPhoto(outcome));
  });
  return photos;
}

function readPhoto(outcome: PartOutcome): Photo {
  if (outcome.kind !== 'reply') {
    // A call that cannot go on must not be mistaken for a page of unreadable items.
    throw outcome.problem;
  }
  if (outcome.status === 404) return { kind: 'none' };
  if (outcome.status === 200 && typeof outcome.body === 'string' && outcome.body !== '')
    return { kind: 'photo', portrait: outcome.body };
  const detail = `photo: ${describe(outcome.status, outcome.body)}`;
  return { kind: 'failed', problem: { code: 'mailbox.unreadable', detail } };
}

/** A JPEG to be stored with a contact. */
export interface PhotoWrite {
  readonly id: string;
  /** Base64 of the JPEG. */
  readonly jpeg: string;
}

/** Larger photos go by themselves: a batch may not be large. */
const batchedChars = 400_000;

/** Stores photos; tells for each what went wrong, undefined where nothing did. */
export async function writePhotos(
  context: ContactsContext,
  photos: readonly PhotoWrite[],
  signal: AbortSignal,
): Promise<readonly (Problem | undefined)[]> {
  const problems = new Map<PhotoWrite, Problem | undefined>();
  const small = photos.filter(({ jpeg }) => jpeg.length <= batchedChars);
  const parts = small.map(
    ({ id, jpeg }) =>
      ({ method: 'PUT', url: photoPath(id), headers: { 'Content-Type': 'image/jpeg' }, body: jpeg }) as const,
  );
  const outcomes = await context.batch.send(parts, { signal, gate: context.gate });
  small.forEach((photo, index) => problems.set(photo, problemOf(outcomes[index])));
  for (const photo of photos)
    if (photo.jpeg.length > batchedChars) problems.set(photo, await writeLarge(context, photo, signal));
  return photos.map((photo) => problems.get(photo));
}

async function writeLarge(
  context: ContactsContext,
  { id, jpeg }: PhotoWrite,
  signal: AbortSignal,
): Promise<Problem | undefined> {
  try {
    await context.gate(signal);
    const bytes = new Uint8Array(decodeBase64(jpeg));
    const blob = new Blob([bytes], { type: 'image/jpeg' });
    return problemOf({ kind: 'reply', ...(await context.client.put(photoPath(id), blob, { signal })) });
  } catch (error) {
    if (error instanceof SyncError) return { code: 'mailbox.photo', detail: error.message };
    throw error;
  }
}

function problemOf(outcome: PartOutcome | undefined): Problem | undefined {
  if (outcome === undefined) return { code: 'mailbox.photo', detail: 'no answer' };
  if (outcome.kind !== 'reply') return { code: 'mailbox.photo', detail: outcome.problem.message };
  if (outcome.status >= 200 && outcome.status < 300) return undefined;
  return { code: 'mailbox.photo', detail: describe(outcome.status, outcome.body) };
}
