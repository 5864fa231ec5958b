/**
 * Reads a folder's changes into its change log, page by page, each durable together with the token of the next one
 * (spec: sync engine, sections 1 and 3). A cut reading goes on where it was; a dead token starts a full reading, in
 * which what did not change is not even noticed.
 */
import { SyncError } from '../../contract/errors.ts';
import type { MailboxItem, ReadPage } from '../../contract/server-plugin.ts';
import type { DatasetDefinition } from '../../datasets/index.ts';
import type { Folder, ItemEntry } from '../store/folders.ts';
import { breathe } from './clock.ts';
import type { SessionContext } from './context.ts';
import { digest } from './digest.ts';

/** More deaths of a token than this in one reading mean that the service cannot be read now. */
const MAX_RESETS = 3;
/** A reading with more pages than this does not end by itself. */
const MAX_PAGES = 100_000;

export interface ReadingOptions {
  /** Whether a dead token is a reason to read everything, which it is unless told otherwise, or is left to the next reading. */
  readonly onReset?: 'read-all' | 'leave';
  /** Called when a page is in the log. */
  readonly stored?: () => void;
}

/** Brings the log up to date and returns the folder as it is then. */
export async function collectMailbox(
  context: SessionContext,
  folder: Folder,
  options: ReadingOptions = {},
): Promise<Folder> {
  const { reading, store, signal } = context;
  return reading(folder.id, () => readFolder(context, store.folders.reload(folder), options), {
    signal,
    onWait: () => context.progress('collecting', 0, null, 'Waiting for the sync of another device'),
  });
}

async function readFolder(
  context: SessionContext,
  folder: Folder,
  { onReset, stored }: ReadingOptions,
): Promise<Folder> {
  const { store, server, signal } = context;
  let anchor = folder.anchor;
  let first = folder.page === null;
  let pending = server.read({ anchor, page: folder.page }, signal);
  let read = 0;
  for (let pages = 0, resets = 0; pages < MAX_PAGES; pages++) {
    const page: ReadPage = await pending;
    if (page.kind === 'reset') {
      if (onReset === 'leave') return folder;
      resets += 1;
      if (resets > MAX_RESETS) throw new SyncError('mailbox.unavailable', page.detail);
      store.folders.dropAnchor(folder);
      anchor = null;
      first = true;
      pending = server.read({ anchor, page: null }, signal);
      continue;
    }
    if (page.next !== null) {
      const known = store.folders.known(folder, page.candidates ?? []);
      pending = server.read({ anchor, page: page.next, ...(known.length > 0 && { known }) }, signal);
      // It is awaited in the next round; until then a failure of it must not count as unhandled.
      pending.catch(() => undefined);
      // Lets the call go out before this page is taken in.
      await breathe();
    }
    const entries = page.items.map((item) => itemEntry(context.definition, item));
    tellLosses(context, folder, page.items, entries);
    store.folders.storePage(folder, {
      reading: page.reading,
      first,
      items: entries,
      removed: page.removed,
      unread: page.problems.map(({ id }) => id),
      next: page.next,
      anchor: page.anchor,
    });
    first = false;
    stored?.();
    for (const { id, problem } of page.problems) context.problem({ side: 'mailbox', label: id, ...problem });
    read += page.items.length;
    context.progress('collecting', read, page.total ?? null, 'Reading Outlook');
    if (page.next === null) return store.folders.reload(folder);
    await breathe();
  }
  throw new SyncError('mailbox.unavailable', `a reading did not end after ${MAX_PAGES} pages`);
}

/** Names what the dataset cannot express of an item, once: when the item has changed. */
function tellLosses(
  context: SessionContext,
  folder: Folder,
  items: readonly MailboxItem[],
  entries: readonly ItemEntry[],
): void {
  const lossy = items.filter(({ losses }) => losses !== undefined && losses.length > 0);
  if (lossy.length === 0) return;
  const known = context.store.folders.hashes(
    folder,
    lossy.map(({ id }) => id),
  );
  const hashes = new Map(entries.map(({ id, hash }) => [id, hash]));
  for (const { id, fields, losses = [] } of lossy) {
    if (known.get(id) === hashes.get(id)) continue;
    const label = context.definition.label(fields);
    for (const problem of losses) context.problem({ side: 'mailbox', label, ...problem });
  }
}

/** An item as the log keeps it. */
export function itemEntry(definition: DatasetDefinition, item: MailboxItem): ItemEntry {
  return {
    id: item.id,
    version: item.version,
    modified: item.modified,
    createKey: item.createKey ?? null,
    writable: item.writable ?? null,
    span: definition.time?.span(item.fields) ?? null,
    ...digest(definition, item.fields),
  };
}
