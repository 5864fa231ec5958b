/** Items as they are just before they are written, with the photos that the comparison needs. */
import type { Problem } from '../../../contract/server-plugin.ts';
import type { Change } from './apply.ts';
import { sameContent } from './compare.ts';
import type { ContactsContext } from './context.ts';
import type { GraphContact } from './graph-contact.ts';
import { fetchContacts, hasPicture, recordOf, type Fetched } from './items.ts';
import { readPhotos } from './photos.ts';
import { STALE_WAIT_MS } from './read-page.ts';

export type Current =
  | { readonly kind: 'contact'; readonly contact: GraphContact; readonly portrait: string | undefined }
  | { readonly kind: 'gone' }
  | { readonly kind: 'unreadable'; readonly problem: Problem };

/**
 * The items that some changes are meant for, in order. One that differs from what was expected is read once more a
 * little later: the service's first answer may be an old one (spec: graph 1 line 16).
 */
export async function readCurrent(
  context: ContactsContext,
  changes: readonly Change[],
  signal: AbortSignal,
): Promise<readonly Current[]> {
  const first = await readOnce(context, changes, signal);
  const doubtful = changes.flatMap((change, index) => {
    const current = first[index];
    return current !== undefined && isDoubtful(context, change, current) ? [index] : [];
  });
  if (doubtful.length === 0 || signal.aborted) return first;
  await context.client.clock.sleep(STALE_WAIT_MS, signal);
  const again = await readOnce(
    context,
    changes.filter((_, index) => doubtful.includes(index)),
    signal,
  );
  return first.map((current, index) => again[doubtful.indexOf(index)] ?? current);
}

function isDoubtful(context: ContactsContext, change: Change, current: Current): boolean {
  if (current.kind !== 'contact') return false;
  const fields = recordOf(context, current.contact, current.portrait);
  return !sameContent(context.definition, fields, change.expected, 'ignored');
}

async function readOnce(
  context: ContactsContext,
  changes: readonly Change[],
  signal: AbortSignal,
): Promise<readonly Current[]> {
  const fetched = await fetchContacts(
    context,
    changes.map(({ id }) => id),
    signal,
  );
  const pictured = changes.flatMap((change, index) => {
    const item = fetched[index];
    return item?.kind === 'contact' && needsPhoto(change, item.contact) ? [item.contact] : [];
  });
  const photos = await readPhotos(context, pictured, signal);
  return changes.map((change, index) => {
    const item = fetched[index];
    if (item?.kind !== 'contact') return withoutContact(item);
    const photo = photos.get(item.contact.id);
    if (photo?.kind === 'failed') return { kind: 'unreadable', problem: photo.problem };
    if (photo?.kind === 'photo') return { ...item, portrait: photo.portrait };
    return { ...item, portrait: photo === undefined ? knownPortrait(change, item.contact) : undefined };
  });
}

function withoutContact(item: Exclude<Fetched, { kind: 'contact' }> | undefined): Current {
  if (item?.kind === 'gone') return { kind: 'gone' };
  if (item?.kind === 'unreadable') return item;
  const problem = item?.problem;
  return {
    kind: 'unreadable',
    problem: { code: problem?.code ?? 'mailbox.unavailable', detail: problem?.detail ?? '' },
  };
}

/** A photo is fetched where it is about to be replaced or removed, or where we do not know it yet. */
function needsPhoto(change: Change, contact: GraphContact): boolean {
  if (!hasPicture(contact)) return false;
  if (change.kind === 'remove' || change.changed.includes('Portrait')) return true;
  return typeof change.expected.Portrait !== 'string';
}

function knownPortrait(change: Change, contact: GraphContact): string | undefined {
  const portrait = change.expected.Portrait;
  return hasPicture(contact) && typeof portrait === 'string' ? portrait : undefined;
}
