/** Items that a lost answer of Outlook's service made twice (spec: sync engine, section 3). */
import type { Folder, StoredItem } from '../store/folders.ts';
import type { SessionContext } from './context.ts';
import { hashOf, parseFields } from './digest.ts';
import type { PairPlan } from './plan-pair.ts';

/** A second item with our create key counts as a double only this long after our request. */
const DOUBLE_WINDOW_MS = 5 * 60_000;

/**
 * An item that carries the key of one of our creates but is not the one we know: a lost answer made it twice, provided
 * it appeared within five minutes and nobody has touched it. Otherwise it is the user's own copy.
 */
export function isDouble(context: SessionContext, folder: Folder, item: StoredItem): boolean {
  if (item.createKey === null) return false;
  const made = context.store.journal.createdBy(item.createKey);
  if (made === undefined || made.itemId === item.id || made.after === null) return false;
  const age = Math.abs(Date.parse(item.modified) - made.at);
  if (!(age <= DOUBLE_WINDOW_MS)) return false;
  if (context.store.folders.item(folder, made.itemId) === undefined) return false;
  return hashOf(context.definition, parseFields(made.after)) === item.hash;
}

export function removeDouble(item: StoredItem): PairPlan {
  return {
    action: 'remove-from-mailbox',
    cell: {
      action: 'remove-from-mailbox',
      sentence: `Made twice by a lost answer of Outlook’s service; the second copy (${item.id.slice(-12)}) was removed.`,
    },
    operations: { mailbox: { kind: 'remove' } },
    after: { device: undefined, mailbox: undefined },
    disputes: [],
    putBack: { device: [], mailbox: [] },
    open: { device: [], mailbox: [] },
    copy: null,
  };
}
