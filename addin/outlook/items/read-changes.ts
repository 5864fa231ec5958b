/**
 * Changes since an anchor: the delta, or a comparison of versions, names the items, which are then read by id, for the
 * delta does not bring all that is mapped (spec: graph 2.3, 3.7). Also the end of a full read: what changed while it ran.
 */
import type { ReadPage } from '../../../contract/server-plugin.ts';
import type { Fetched } from './fetched.ts';
import { sortOut } from './fetched.ts';
import { completePage } from './page-size.ts';
import { CHANGES_PAGE, deltaPage, emptyPage, listVersions, reset, STALE_WAIT_MS } from './read-page.ts';
import {
  askAgain,
  takeAgain,
  writeAnchor,
  writeState,
  type Anchor,
  type ChangesState,
  type WaitingRow,
} from './read-state.ts';
import type { ItemSource } from './source.ts';
import { compareVersions, readVersions, writeVersions } from './version-list.ts';

type DeltaAnchor = Extract<Anchor, { delta: string }>;

export const startChanges = (
  reading: 'full' | 'delta',
  link: string | null,
  anchor: Anchor,
  waiting: WaitingRow[] = [],
): ChangesState => ({ step: 'changes', reading, link, anchor, waiting, pages: 0 });

export async function readChanges<Item>(
  source: ItemSource<Item>,
  state: ChangesState,
  known: readonly string[],
  signal: AbortSignal,
): Promise<ReadPage> {
  const knownIds = new Set(known);
  const waiting = state.waiting.filter(([id]) => !knownIds.has(id));
  if (waiting.length === 0 && state.link !== null && 'delta' in state.anchor)
    return readCandidates(source, state, state.link, state.anchor, signal);
  const now = waiting.slice(0, CHANGES_PAGE);
  const sorted = sortOut(
    await fetchFresh(source, now, signal),
    now.map(([id]) => id),
  );
  const done = await completePage(source, sorted.items, signal);
  const rest: WaitingRow[] = [...done.left.map((id): WaitingRow => [id, '']), ...waiting.slice(CHANGES_PAGE)];
  return {
    ...emptyPage(state.reading),
    items: [...done.items],
    removed: sorted.removed,
    problems: [...done.problems, ...sorted.problems],
    ...nextOf({
      ...state,
      anchor: askAgain(state.anchor, [...sorted.again, ...done.problems.map(({ id }) => id)]),
      waiting: rest,
      pages: state.pages + 1,
    }),
  };
}

/** Where it goes on: another page, or the next read. */
function nextOf(state: ChangesState): { readonly next: string | null; readonly anchor: string | null } {
  const isLast = state.waiting.length === 0 && state.link === null;
  return isLast
    ? { next: null, anchor: writeAnchor(state.anchor) }
    : { next: writeState(state), anchor: null };
}

/** The next rows of the delta: what is gone, and what may have changed. */
async function readCandidates<Item>(
  source: ItemSource<Item>,
  state: ChangesState,
  url: string,
  anchor: DeltaAnchor,
  signal: AbortSignal,
): Promise<ReadPage> {
  const page = await deltaPage(source, url, signal);
  if (page.kind === 'dead') return reset(page.detail);
  const waiting = page.rows.flatMap((row): WaitingRow[] =>
    row.kind === 'changed' ? [[row.id, row.etag]] : [],
  );
  const ended = page.next.kind === 'end';
  return {
    ...emptyPage(state.reading),
    removed: page.rows.filter((row) => row.kind === 'removed').map(({ id }) => id),
    candidates: candidatesOf(waiting),
    ...nextOf({
      ...state,
      link: ended ? null : page.next.url,
      anchor: ended ? { ...anchor, delta: page.next.url } : anchor,
      waiting,
      pages: state.pages + 1,
    }),
  };
}

const candidatesOf = (waiting: readonly WaitingRow[]): { id: string; version: string }[] =>
  waiting.flatMap(([id, version]) => (version === '' ? [] : [{ id, version }]));

/** Changes by comparing the versions of an earlier list with those of now. */
export async function compareLists<Item>(
  source: ItemSource<Item>,
  start: Extract<Anchor, { listed: string }>,
  signal: AbortSignal,
): Promise<ReadPage> {
  const earlier = readVersions(start.listed);
  if (earlier === undefined) return reset('an anchor that cannot be read');
  const now = await listNow(source, earlier, signal);
  const { changed, removed } = compareVersions(earlier, now);
  const changedIds = new Set(changed.map(([id]) => id));
  const waiting = [
    ...changed.map(([id, etag]): WaitingRow => [id, etag]),
    ...takeAgain(start).waiting.filter(([id]) => now.has(id) && !changedIds.has(id)),
  ];
  return {
    ...emptyPage('delta'),
    removed: [...removed],
    candidates: candidatesOf(waiting),
    ...nextOf(
      startChanges('delta', null, { ...takeAgain(start).anchor, listed: writeVersions(now) }, waiting),
    ),
  };
}

/**
 * Ids and versions as they are now. An item that goes while the list is read pushes others past us: what seems to be gone is
 * looked for once more.
 */
async function listNow<Item>(
  source: ItemSource<Item>,
  earlier: ReadonlyMap<string, string>,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const first = await listVersions(source, signal);
  if ([...earlier.keys()].every((id) => first.has(id))) return first;
  return new Map([...first, ...(await listVersions(source, signal))]);
}

/** Reads items by id; those that do not match the etag of their row yet are read once more, a little later. */
async function fetchFresh<Item>(
  source: ItemSource<Item>,
  rows: readonly WaitingRow[],
  signal: AbortSignal,
): Promise<readonly Fetched<Item>[]> {
  const first = await source.fetch(
    rows.map(([id]) => id),
    signal,
  );
  const stale = rows.flatMap(([, etag], index) => {
    const fetched = first[index];
    return fetched?.kind === 'item' && etag !== '' && source.etagOf(fetched.item) !== etag ? [index] : [];
  });
  if (stale.length === 0) return first;
  await source.client.clock.sleep(STALE_WAIT_MS, signal);
  const again = await source.fetch(
    stale.map((index) => rows[index]?.[0] ?? ''),
    signal,
  );
  return first.map((fetched, index) => again[stale.indexOf(index)] ?? fetched);
}
