/** Reading a folder: which kind of read the tokens describe (spec: graph 2.3, 2.7, 11, 15). */
import { SyncError } from '../../../contract/errors.ts';
import type { ReadPage, ReadRequest } from '../../../contract/server-plugin.ts';
import { compareLists, readChanges, startChanges } from './read-changes.ts';
import { enumerate, readList, startFullRead } from './read-full.ts';
import { reset } from './read-page.ts';
import { MAX_PAGES, readAnchor, readState, takeAgain, type ReadState } from './read-state.ts';
import type { ItemSource } from './source.ts';

/** One page of the read that the tokens describe. */
export async function readPage<Item>(
  source: ItemSource<Item>,
  { anchor, page, known = [] }: ReadRequest,
  signal: AbortSignal,
): Promise<ReadPage> {
  if (page !== null) {
    const state = readState(page);
    if (state === undefined) return reset('a page token that cannot be read');
    if (state.pages > MAX_PAGES) throw new SyncError('mailbox.unavailable', 'the read never ends');
    return goOn(source, state, known, signal);
  }
  if (anchor === null) return startFullRead(source, signal);
  const start = readAnchor(anchor);
  if (start === undefined) return reset('an anchor that cannot be read');
  if (start.until !== undefined && source.client.clock.now() >= start.until)
    return reset('an anchor that is to be renewed');
  if ('listed' in start) return compareLists(source, start, signal);
  const { anchor: from, waiting } = takeAgain(start);
  return readChanges(source, startChanges('delta', start.delta, from, [...waiting]), [], signal);
}

function goOn<Item>(
  source: ItemSource<Item>,
  state: ReadState,
  known: readonly string[],
  signal: AbortSignal,
): Promise<ReadPage> {
  switch (state.step) {
    case 'enumerate':
      return enumerate(source, state, signal);
    case 'list':
      return readList(source, state, signal);
    case 'changes':
      return readChanges(source, state, known, signal);
  }
}
