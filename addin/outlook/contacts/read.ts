/** Reading the contacts: which kind of read the tokens describe (spec: graph 2.3, 2.7, 11, 15). */
import { SyncError } from '../../../contract/errors.ts';
import type { ReadPage, ReadRequest } from '../../../contract/server-plugin.ts';
import type { ContactsContext } from './context.ts';
import { readChanges, startChanges } from './read-changes.ts';
import { enumerate, readList, startFullRead } from './read-full.ts';
import { reset } from './read-page.ts';
import { MAX_PAGES, readAnchor, readState, type ReadState } from './read-state.ts';

/** One page of the read that the tokens describe. */
export async function readPage(
  context: ContactsContext,
  { anchor, page, known = [] }: ReadRequest,
  signal: AbortSignal,
): Promise<ReadPage> {
  if (page !== null) {
    const state = readState(page);
    if (state === undefined) return reset('a page token that cannot be read');
    if (state.pages > MAX_PAGES) throw new SyncError('mailbox.unavailable', 'the read never ends');
    return goOn(context, state, known, signal);
  }
  if (anchor === null) return startFullRead(context, signal);
  const delta = readAnchor(anchor);
  if (delta === undefined) return reset('an anchor that cannot be read');
  return readChanges(context, startChanges('delta', { kind: 'more', url: delta }), known, signal);
}

function goOn(
  context: ContactsContext,
  state: ReadState,
  known: readonly string[],
  signal: AbortSignal,
): Promise<ReadPage> {
  switch (state.step) {
    case 'enumerate':
      return enumerate(context, state, signal);
    case 'list':
      return readList(context, state, signal);
    case 'changes':
      return readChanges(context, state, known, signal);
  }
}
