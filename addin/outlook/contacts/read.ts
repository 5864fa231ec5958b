/**
 * Reading the contacts (spec: graph 2.3, 2.7, 11, 15).
 *
 * Full: the delta is run to its end for its link, then the plain list brings the items page by page, then the delta
 * tells whether anything moved meanwhile. Later: the delta names what changed, and those items are read by id, for
 * the delta cannot expand extended properties.
 */
import { SyncError } from '../../../contract/errors.ts';
import type { ReadPage, ReadRequest } from '../../../contract/server-plugin.ts';
import { readDeltaPage, type DeltaLink, type DeltaRow } from '../graph/delta.ts';
import { failure, isDeadToken, isObject } from '../graph/errors.ts';
import type { ContactsContext } from './context.ts';
import { deltaStarts } from './delta-start.ts';
import { checkContact, completeItems, etagOf, fetchContacts, type Fetched } from './items.ts';
import type { GraphContact } from './graph-contact.ts';
import { CONTACTS, MAPPED_QUERY } from './properties.ts';
import {
  addIds,
  MAX_PAGES,
  NO_IDS,
  readAnchor,
  readState,
  writeAnchor,
  writeState,
  type ChangesState,
  type IdSum,
  type ListState,
  type ReadState,
  type WaitingRow,
} from './read-state.ts';

/** Rows of id alone, and of whole contacts, that one request brings. */
const ID_PAGE = 500;
export const LIST_PAGE = 400;
/** Items read by id for one page of changes. */
export const CHANGES_PAGE = 100;
/** Delta pages followed within one call. */
const DELTA_PAGES_PER_CALL = 40;
/** A read that came back older than the list of changes is repeated once, after this wait (spec: graph 1 line 16). */
export const STALE_WAIT_MS = 1000;

/** One page of the read that the tokens describe. */
export async function readPage(
  context: ContactsContext,
  { anchor, page }: ReadRequest,
  signal: AbortSignal,
): Promise<ReadPage> {
  if (page !== null) {
    const state = readState(page);
    if (state === undefined) return reset('a page token that cannot be read');
    if (state.pages > MAX_PAGES) throw new SyncError('mailbox.unavailable', 'the read never ends');
    return goOn(context, state, signal);
  }
  if (anchor === null) return startFullRead(context, signal);
  const delta = readAnchor(anchor);
  if (delta === undefined) return reset('an anchor that cannot be read');
  return readChanges(context, startChanges('delta', { kind: 'more', url: delta }), signal);
}

const reset = (detail: string): ReadPage => ({ kind: 'reset', detail });

const startChanges = (
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

function goOn(context: ContactsContext, state: ReadState, signal: AbortSignal): Promise<ReadPage> {
  switch (state.step) {
    case 'enumerate':
      return enumerate(context, state, signal);
    case 'list':
      return readList(context, state, signal);
    case 'changes':
      return readChanges(context, state, signal);
  }
}

// Full reads

async function startFullRead(context: ContactsContext, signal: AbortSignal): Promise<ReadPage> {
  let problem: unknown;
  for await (const link of deltaStarts(context.client, signal)) {
    try {
      const page = await enumerate(context, { step: 'enumerate', link, total: 0, pages: 0 }, signal);
      if (page.kind === 'page') return page;
      problem = undefined;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      problem = error;
    }
  }
  if (problem instanceof SyncError && problem.code === 'mailbox.unavailable') throw problem;
  // The service offers no delta here: every read is a full one, and is compared by content.
  return readList(context, startList(null, null), signal);
}

/** Whether this form of the request may be the reason. */
const isRefusal = (error: unknown): error is SyncError =>
  error instanceof SyncError && (error.code === 'mailbox.refused' || error.code === 'mailbox.unavailable');

const startList = (delta: string | null, total: number | null): ListState => ({
  step: 'list',
  link: `${CONTACTS}?${MAPPED_QUERY}&$top=${LIST_PAGE}`,
  waiting: [],
  delta,
  total,
  seen: NO_IDS,
  pages: 0,
});

async function enumerate(
  context: ContactsContext,
  state: Extract<ReadState, { step: 'enumerate' }>,
  signal: AbortSignal,
): Promise<ReadPage> {
  let { link, total } = state;
  for (let pages = 0; pages < DELTA_PAGES_PER_CALL; pages += 1) {
    const page = await readDeltaPage(context.client, link, { signal, pageSize: ID_PAGE });
    if (page.kind === 'dead') return reset(page.detail);
    total += page.rows.filter((row) => row.kind === 'changed').length;
    link = page.next.url;
    if (page.next.kind === 'end') return readList(context, startList(link, total), signal);
  }
  return {
    ...emptyPage('full'),
    next: writeState({ step: 'enumerate', link, total, pages: state.pages + 1 }),
    total,
  };
}

const emptyPage = (reading: 'full' | 'delta'): Extract<ReadPage, { kind: 'page' }> => ({
  kind: 'page',
  reading,
  items: [],
  removed: [],
  problems: [],
  next: null,
  anchor: null,
});

async function readList(context: ContactsContext, state: ListState, signal: AbortSignal): Promise<ReadPage> {
  const source =
    state.waiting.length > 0
      ? {
          rows: await fetchContacts(context, state.waiting.slice(0, CHANGES_PAGE), signal),
          ids: state.waiting,
        }
      : await fetchList(context, state.link ?? '', signal);
  if (source === undefined) return reset('the list of contacts cannot be continued');
  const { contacts, removed, problems } = sortOut(source.rows, source.ids);
  const done = await completeItems(context, contacts, signal);
  const named = [...done.items, ...done.problems, ...problems].map(({ id }) => id);
  const rest = [...done.left.map(({ id }) => id), ...state.waiting.slice(CHANGES_PAGE)];
  const after: ListState = {
    ...state,
    link: 'next' in source ? source.next : state.link,
    waiting: rest,
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
  return endFullRead(context, page, after, signal);
}

/** A page of the plain list; undefined when its link is dead. */
async function fetchList(
  context: ContactsContext,
  link: string,
  signal: AbortSignal,
): Promise<{ rows: readonly Fetched[]; ids: readonly string[]; next: string | null } | undefined> {
  const reply = await context.client.get(link, { signal });
  if (reply.status !== 200) {
    if (link.startsWith('https:') && isDeadToken(reply)) return undefined;
    throw failure(reply, context.client.clock.now());
  }
  const { values, next } = readCollection(reply.body);
  if (next === link)
    throw new SyncError('mailbox.unavailable', 'a page of contacts names itself as the next');
  return { rows: values.map(checkContact), ids: values.map(idOf), next };
}

function readCollection(body: unknown): {
  readonly values: readonly unknown[];
  readonly next: string | null;
} {
  if (!isObject(body) || !Array.isArray(body.value))
    throw new SyncError('mailbox.unavailable', 'an answer without a list');
  const next = body['@odata.nextLink'];
  return { values: body.value, next: typeof next === 'string' ? next : null };
}

const idOf = (value: unknown): string => (isObject(value) && typeof value.id === 'string' ? value.id : '');

/**
 * The list is paged by position, so that items removed or moved while it was read may have pushed others past us.
 * If the delta knows of any movement, the ids are listed once more: unless they are those that we have seen, the
 * whole read starts again, rather than that an item counts as removed.
 */
async function endFullRead(
  context: ContactsContext,
  page: Extract<ReadPage, { kind: 'page' }>,
  state: ListState,
  signal: AbortSignal,
): Promise<ReadPage> {
  if (state.delta === null) return page;
  const rows: DeltaRow[] = [];
  let link: DeltaLink = { kind: 'more', url: state.delta };
  for (let pages = 0; link.kind === 'more'; pages += 1) {
    if (pages > MAX_PAGES) throw new SyncError('mailbox.unavailable', 'the list of changes never ends');
    const read = await readDeltaPage(context.client, link.url, { signal, pageSize: ID_PAGE });
    if (read.kind === 'dead') return reset(read.detail);
    rows.push(...read.rows);
    link = read.next;
  }
  if (rows.length === 0) return { ...page, anchor: writeAnchor(link.url) };
  const listed = await listIds(context, signal);
  if (listed.count !== state.seen.count || listed.sum !== state.seen.sum)
    return reset('contacts came or went while they were read');
  const waiting = rows.flatMap((row): WaitingRow[] => (row.kind === 'changed' ? [[row.id, row.etag]] : []));
  return { ...page, next: writeState(startChanges('full', link, waiting)) };
}

async function listIds(context: ContactsContext, signal: AbortSignal): Promise<IdSum> {
  let sum = NO_IDS;
  let link: string | null = `${CONTACTS}?$select=id&$top=${ID_PAGE}`;
  for (let pages = 0; link !== null; pages += 1) {
    if (pages > MAX_PAGES) throw new SyncError('mailbox.unavailable', 'the list of contacts never ends');
    const reply = await context.client.get(link, { signal });
    if (reply.status !== 200) throw failure(reply, context.client.clock.now());
    const { values, next } = readCollection(reply.body);
    sum = addIds(sum, values.map(idOf));
    link = next;
  }
  return sum;
}

// Changes

async function readChanges(
  context: ContactsContext,
  state: ChangesState,
  signal: AbortSignal,
): Promise<ReadPage> {
  let { waiting, link } = state;
  const removed: string[] = [];
  if (waiting.length === 0 && link.kind === 'more') {
    const page = await readDeltaPage(context.client, link.url, { signal, pageSize: CHANGES_PAGE });
    if (page.kind === 'dead') return reset(page.detail);
    waiting = page.rows.flatMap((row): WaitingRow[] => (row.kind === 'changed' ? [[row.id, row.etag]] : []));
    removed.push(...page.rows.filter((row) => row.kind === 'removed').map(({ id }) => id));
    link = page.next;
  }
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
    removed: [...removed, ...sorted.removed],
    problems: [...done.problems, ...sorted.problems],
    next: isLast ? null : writeState(next),
    anchor: isLast ? writeAnchor(link.url) : null,
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

interface SortedOut {
  readonly contacts: readonly GraphContact[];
  readonly removed: string[];
  readonly problems: { id: string; problem: { code: string; detail: string } }[];
}

/** @throws SyncError when the service left an item unanswered: the page is to be asked for again */
function sortOut(fetched: readonly Fetched[], ids: readonly string[]): SortedOut {
  const contacts: GraphContact[] = [];
  const removed: string[] = [];
  const problems: SortedOut['problems'] = [];
  fetched.forEach((item, index) => {
    const id = ids[index] ?? '';
    if (item.kind === 'contact') contacts.push(item.contact);
    else if (item.kind === 'gone') removed.push(id);
    else if (item.kind === 'unreadable') problems.push({ id, problem: item.problem });
    else throw item.problem;
  });
  return { contacts, removed, problems };
}
