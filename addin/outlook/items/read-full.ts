/**
 * A full read: the delta is run to its end for its link, then the plain list brings the items page by page, then the
 * delta tells whether anything moved meanwhile (spec: graph 15).
 */
import { SyncError } from '../../../contract/errors.ts';
import type { ReadPage } from '../../../contract/server-plugin.ts';
import type { DeltaLink, DeltaRow } from '../graph/delta.ts';
import { sortOut } from './fetched.ts';
import { completePage } from './page-size.ts';
import { startChanges } from './read-changes.ts';
import {
  CHANGES_PAGE,
  deltaPage,
  emptyPage,
  listVersions,
  readCollection,
  reset,
  rowId,
} from './read-page.ts';
import {
  addIds,
  askAgain,
  MAX_PAGES,
  NO_IDS,
  writeAnchor,
  writeState,
  type Anchor,
  type ListState,
  type ReadState,
  type WaitingRow,
} from './read-state.ts';
import type { ItemSource } from './source.ts';
import { writeVersions } from './version-list.ts';

/** Delta pages followed within one call. */
const DELTA_PAGES_PER_CALL = 40;

export async function startFullRead<Item>(source: ItemSource<Item>, signal: AbortSignal): Promise<ReadPage> {
  let problem: unknown;
  for await (const { url, until = source.readAgainAt } of source.deltaStarts(signal)) {
    try {
      const start = { step: 'enumerate', link: url, total: 0, pages: 0, ...untilOf(until) } as const;
      const page = await enumerate(source, start, signal);
      if (page.kind === 'page') return page;
      problem = undefined;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      problem = error;
    }
  }
  if (problem instanceof SyncError && problem.code === 'mailbox.unavailable') throw problem;
  // The service offers no delta here.
  if (source.withoutDelta === 'read-everything')
    return readList(source, startList(source, null, null), signal);
  const versions = await listVersions(source, signal);
  const anchor = { listed: writeVersions(versions), ...untilOf(source.readAgainAt) };
  return readList(source, startList(source, anchor, versions.size), signal);
}

const untilOf = (until: number | undefined): { readonly until?: number } =>
  until === undefined ? {} : { until };

/** Whether this form of the request may be the reason. */
const isRefusal = (error: unknown): error is SyncError =>
  error instanceof SyncError && (error.code === 'mailbox.refused' || error.code === 'mailbox.unavailable');

const startList = <Item>(
  source: ItemSource<Item>,
  anchor: Anchor | null,
  total: number | null,
): ListState => ({
  step: 'list',
  link: source.list,
  waiting: [],
  anchor,
  total,
  seen: NO_IDS,
  pages: 0,
});

export async function enumerate<Item>(
  source: ItemSource<Item>,
  state: Extract<ReadState, { step: 'enumerate' }>,
  signal: AbortSignal,
): Promise<ReadPage> {
  const { until } = state;
  let { link, total } = state;
  for (let pages = 0; pages < DELTA_PAGES_PER_CALL; pages += 1) {
    const page = await deltaPage(source, link, signal);
    if (page.kind === 'dead') return reset(page.detail);
    total += page.rows.filter((row) => row.kind === 'changed').length;
    link = page.next.url;
    if (page.next.kind === 'end') {
      const anchor = { delta: link, ...untilOf(until) };
      return readList(source, startList(source, anchor, total), signal);
    }
  }
  return {
    ...emptyPage('full'),
    next: writeState({ ...state, link, total, pages: state.pages + 1 }),
    total,
  };
}

export async function readList<Item>(
  source: ItemSource<Item>,
  state: ListState,
  signal: AbortSignal,
): Promise<ReadPage> {
  const rows = await nextRows(source, state, signal);
  if (rows === undefined) return reset(`the list of ${source.noun} cannot be continued`);
  const { items, removed, problems, again } = sortOut(rows.fetched, rows.ids);
  const done = await completePage(source, items, signal);
  const left = new Set(done.left);
  const named = rows.ids.filter((id) => !left.has(id) && !removed.includes(id));
  const after: ListState = {
    ...state,
    link: rows.next,
    anchor:
      state.anchor === null ? null : askAgain(state.anchor, [...again, ...done.problems.map(({ id }) => id)]),
    waiting: [...left, ...state.waiting.slice(CHANGES_PAGE)],
    seen: addIds(state.seen, named),
    pages: state.pages + 1,
  };
  const page = {
    ...emptyPage('full'),
    items: [...done.items],
    removed,
    problems: [...done.problems, ...problems],
    ...(state.total === null ? {} : { total: state.total }),
  };
  if (after.waiting.length > 0 || after.link !== null) return { ...page, next: writeState(after) };
  return endFullRead(source, page, after, signal);
}

/** What did not fit the last page, or else the next page of the list; undefined when its link is dead. */
async function nextRows<Item>(
  source: ItemSource<Item>,
  state: ListState,
  signal: AbortSignal,
): Promise<
  | { fetched: Awaited<ReturnType<ItemSource<Item>['fetch']>>; ids: readonly string[]; next: string | null }
  | undefined
> {
  if (state.waiting.length > 0) {
    const ids = state.waiting.slice(0, CHANGES_PAGE);
    return { fetched: await source.fetch(ids, signal), ids, next: state.link };
  }
  const page = await readCollection(source, state.link ?? '', signal);
  if (page === undefined) return undefined;
  return {
    fetched: page.values.map((value) => source.check(value)),
    ids: page.values.map((value) => rowId(source, value)),
    next: page.next,
  };
}

/**
 * The list is paged by position, so that items removed or moved while it was read may have pushed others past us.
 * If the delta knows of any movement, or there is none to ask, the ids are listed once more: unless they are those that we
 * have seen, the whole read starts again, rather than that an item counts as removed.
 */
async function endFullRead<Item>(
  source: ItemSource<Item>,
  page: Extract<ReadPage, { kind: 'page' }>,
  state: ListState,
  signal: AbortSignal,
): Promise<ReadPage> {
  const { anchor } = state;
  // Nobody is pushed past on a single page.
  if (anchor === null && state.pages === 1) return page;
  const moved =
    anchor !== null && 'delta' in anchor ? await followDelta(source, anchor.delta, signal) : undefined;
  if (moved?.kind === 'dead') return reset(moved.detail);
  if (moved?.rows.length === 0) return { ...page, anchor: writeAnchor({ ...anchor, delta: moved.link }) };
  const listed = addIds(NO_IDS, [...(await listVersions(source, signal)).keys()]);
  if (listed.count !== state.seen.count || listed.sum !== state.seen.sum)
    return reset(`${source.noun} came or went while they were read`);
  if (moved === undefined) return { ...page, anchor: anchor === null ? null : writeAnchor(anchor) };
  const waiting = moved.rows.flatMap((row): WaitingRow[] =>
    row.kind === 'changed' ? [[row.id, row.etag]] : [],
  );
  const next = startChanges('full', null, { ...anchor, delta: moved.link }, waiting);
  return { ...page, next: writeState(next) };
}

async function followDelta<Item>(
  source: ItemSource<Item>,
  from: string,
  signal: AbortSignal,
): Promise<
  | { readonly kind: 'dead'; readonly detail: string }
  | { readonly kind: 'end'; readonly rows: readonly DeltaRow[]; readonly link: string }
> {
  const rows: DeltaRow[] = [];
  let link: DeltaLink = { kind: 'more', url: from };
  for (let pages = 0; link.kind === 'more'; pages += 1) {
    if (pages > MAX_PAGES) throw new SyncError('mailbox.unavailable', 'the list of changes never ends');
    const read = await deltaPage(source, link.url, signal);
    if (read.kind === 'dead') return read;
    rows.push(...read.rows);
    link = read.next;
  }
  return { kind: 'end', rows, link: link.url };
}
