/**
 * Changes since an anchor: the delta names the items, which are then read by id, for the delta cannot expand extended
 * properties (spec: graph 2.3). Also the end of a full read: what changed while it ran.
 */
import type { ReadPage } from '../../../contract/server-plugin.ts';
import { readDeltaPage, type DeltaLink } from '../graph/delta.ts';
import type { ContactsContext } from './context.ts';
import { completeItems, etagOf, fetchContacts, type Fetched } from './items.ts';
import { CHANGES_PAGE, emptyPage, ID_PAGE, reset, sortOut, STALE_WAIT_MS } from './read-page.ts';
import { writeAnchor, writeState, type ChangesState, type WaitingRow } from './read-state.ts';

export const startChanges = (
  reading: 'full' | 'delta',
  link: DeltaLink,
  waiting: WaitingRow[] = [],
): ChangesState => ({
  step: 'changes',
  reading,
  link,
  waiting,
  pages: 0,
});

export async function readChanges(
  context: ContactsContext,
  state: ChangesState,
  known: readonly string[],
  signal: AbortSignal,
): Promise<ReadPage> {
  const { link } = state;
  const knownIds = new Set(known);
  const waiting = state.waiting.filter(([id]) => !knownIds.has(id));
  if (waiting.length === 0 && link.kind === 'more') return readCandidates(context, state, link.url, signal);
  const now = waiting.slice(0, CHANGES_PAGE);
  const fetched = await fetchFresh(context, now, signal);
  const sorted = sortOut(
    fetched,
    now.map(([id]) => id),
  );
  const done = await completeItems(context, sorted.contacts, signal);
  const rest: WaitingRow[] = [
    ...done.left.map((contact): WaitingRow => [contact.id, '']),
    ...waiting.slice(CHANGES_PAGE),
  ];
  const isLast = rest.length === 0 && link.kind === 'end';
  const next = { ...state, link, waiting: rest, pages: state.pages + 1 };
  return {
    ...emptyPage(state.reading),
    items: [...done.items],
    removed: sorted.removed,
    problems: [...done.problems, ...sorted.problems],
    next: isLast ? null : writeState(next),
    anchor: isLast ? writeAnchor(link.url) : null,
  };
}

/** The next rows of the delta: what is gone, and what may have changed. */
async function readCandidates(
  context: ContactsContext,
  state: ChangesState,
  url: string,
  signal: AbortSignal,
): Promise<ReadPage> {
  const page = await readDeltaPage(context.client, url, { signal, pageSize: ID_PAGE });
  if (page.kind === 'dead') return reset(page.detail);
  const waiting = page.rows.flatMap((row): WaitingRow[] =>
    row.kind === 'changed' ? [[row.id, row.etag]] : [],
  );
  const removed = page.rows.filter((row) => row.kind === 'removed').map(({ id }) => id);
  const isLast = waiting.length === 0 && page.next.kind === 'end';
  const next = { ...state, link: page.next, waiting, pages: state.pages + 1 };
  return {
    ...emptyPage(state.reading),
    removed,
    candidates: waiting.flatMap(([id, version]) => (version === '' ? [] : [{ id, version }])),
    next: isLast ? null : writeState(next),
    anchor: isLast ? writeAnchor(page.next.url) : null,
  };
}

/** Reads items by id; those that do not match the etag of their row yet are read once more, a little later. */
async function fetchFresh(
  context: ContactsContext,
  rows: readonly WaitingRow[],
  signal: AbortSignal,
): Promise<readonly Fetched[]> {
  const first = await fetchContacts(
    context,
    rows.map(([id]) => id),
    signal,
  );
  const stale = rows.flatMap(([, etag], index) => {
    const fetched = first[index];
    return fetched?.kind === 'contact' && etag !== '' && etagOf(fetched.contact) !== etag ? [index] : [];
  });
  if (stale.length === 0) return first;
  await context.client.clock.sleep(STALE_WAIT_MS, signal);
  const again = await fetchContacts(
    context,
    stale.map((index) => rows[index]?.[0] ?? ''),
    signal,
  );
  return first.map((fetched, index) => again[stale.indexOf(index)] ?? fetched);
}
