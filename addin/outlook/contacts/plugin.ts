/** The contacts of one Outlook mailbox as a server sync plugin (contract/server-plugin.ts). */
import { SyncError } from '../../../contract/errors.ts';
import type { MailboxItem, ServerSyncPlugin, Snapshot } from '../../../contract/server-plugin.ts';
import { failure, isObject } from '../graph/errors.ts';
import { applyOperations } from '../items/apply.ts';
import { keyQuery } from '../items/extended.ts';
import { isMissing } from '../items/fetched.ts';
import { readPage } from '../items/read.ts';
import type { ContactsContext } from './context.ts';
import type { GraphContact } from './graph-contact.ts';
import { checkContact, completeItems } from './items.ts';
import { readPhotos } from './photos.ts';
import { CONTACTS, contactPath, extended, MAPPED_QUERY, WHOLE_QUERY } from './properties.ts';
import { contactsSource } from './source.ts';
import { contactsWriter } from './writer.ts';

export function createContactsPlugin(context: ContactsContext): ServerSyncPlugin {
  const source = contactsSource(context);
  const writer = contactsWriter(context);
  return {
    dataset: 'contacts',
    read: (request, signal) => readPage(source, request, signal),
    apply: (operations, signal) => applyOperations(writer, operations, signal),
    find: (keys, signal) => findByKey(context, keys, signal),
    snapshot: (ids, signal) => takeSnapshots(context, ids, signal),
  };
}

/** @throws SyncError when the service did not answer for some key: nothing is told for certain then */
async function findByKey(
  context: ContactsContext,
  keys: readonly string[],
  signal: AbortSignal,
): Promise<readonly MailboxItem[]> {
  const parts = keys.map(
    (key) =>
      ({ method: 'GET', url: `${CONTACTS}?${keyQuery(extended.createKey, key)}&${MAPPED_QUERY}` }) as const,
  );
  const found: GraphContact[] = [];
  for (const outcome of await context.batch.send(parts, { signal })) {
    if (outcome.kind !== 'reply') throw outcome.problem;
    if (outcome.status !== 200) throw failure(outcome, context.client.clock.now());
    const values: readonly unknown[] =
      isObject(outcome.body) && Array.isArray(outcome.body.value) ? outcome.body.value : [];
    for (const value of values) {
      const checked = checkContact(value);
      if (checked.kind === 'item') found.push(checked.item);
    }
  }
  const items: MailboxItem[] = [];
  for (let left: readonly GraphContact[] = found; left.length > 0;) {
    const done = await completeItems(context, left, signal);
    const [problem] = done.problems;
    if (problem !== undefined) throw new SyncError('mailbox.unreadable', problem.problem.detail);
    items.push(...done.items);
    left = done.left;
  }
  return items;
}

/** Whole items: every property of the service's, ours, and the photo. */
async function takeSnapshots(
  context: ContactsContext,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<readonly Snapshot[]> {
  const parts = ids.map((id) => ({ method: 'GET', url: `${contactPath(id)}?${WHOLE_QUERY}` }) as const);
  const outcomes = await context.batch.send(parts, { signal });
  const contacts = new Map<string, GraphContact>();
  ids.forEach((id, index) => {
    const outcome = outcomes[index];
    if (outcome?.kind !== 'reply') throw outcome?.problem ?? new SyncError('mailbox.unavailable', id);
    if (isMissing(outcome)) return;
    if (outcome.status !== 200) throw failure(outcome, context.client.clock.now());
    const checked = checkContact(outcome.body);
    if (checked.kind !== 'item') throw new SyncError('mailbox.unreadable', id);
    contacts.set(id, checked.item);
  });
  // All are asked, whatever their picture flag says: what is about to be removed is kept whole.
  const photos = await readPhotos(context, [...contacts.values()], signal);
  return ids.map((id) => {
    const contact = contacts.get(id);
    if (contact === undefined) return { id, item: null };
    const photo = photos.get(contact.id);
    if (photo?.kind === 'failed') throw new SyncError('mailbox.unreadable', photo.problem.detail);
    return { id, item: JSON.stringify({ contact, photo: photo?.kind === 'photo' ? photo.portrait : null }) };
  });
}
