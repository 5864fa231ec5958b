/** Contacts as they are just before they are written, with the photos that the comparison needs. */
import { sameContent } from '../items/compare.ts';
import { readCurrent, withoutItem } from '../items/current.ts';
import type { Change, Current } from '../items/writer.ts';
import type { ContactsContext } from './context.ts';
import type { GraphContact } from './graph-contact.ts';
import { fetchContacts, hasPicture, recordOf } from './items.ts';
import { readPhotos } from './photos.ts';

/** A contact with the portrait that it is known to have. */
export interface HeldContact {
  readonly contact: GraphContact;
  readonly portrait: string | undefined;
}

export function readHeld(
  context: ContactsContext,
  changes: readonly Change[],
  signal: AbortSignal,
): Promise<readonly Current<HeldContact>[]> {
  return readCurrent(
    context.client.clock,
    changes,
    (some) => readOnce(context, some, signal),
    (change, { contact, portrait }) =>
      sameContent(context.definition, recordOf(context, contact, portrait), change.expected, ['Portrait']),
    signal,
  );
}

async function readOnce(
  context: ContactsContext,
  changes: readonly Change[],
  signal: AbortSignal,
): Promise<readonly Current<HeldContact>[]> {
  const fetched = await fetchContacts(
    context,
    changes.map(({ id }) => id),
    signal,
  );
  const pictured = changes.flatMap((change, index) => {
    const row = fetched[index];
    return row?.kind === 'item' && needsPhoto(change, row.item) ? [row.item] : [];
  });
  const photos = await readPhotos(context, pictured, signal);
  return changes.map((change, index): Current<HeldContact> => {
    const row = fetched[index];
    if (row?.kind !== 'item') return withoutItem(row);
    const contact = row.item;
    const photo = photos.get(contact.id);
    if (photo?.kind === 'failed') return { kind: 'unreadable', problem: photo.problem };
    if (photo?.kind === 'photo') return { kind: 'item', item: { contact, portrait: photo.portrait } };
    const portrait = photo === undefined ? knownPortrait(change, contact) : undefined;
    return { kind: 'item', item: { contact, portrait } };
  });
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
