/**
 * A full read: the delta is run to its end for its link, then the plain list brings the items page by page, then the
 * delta tells whether anything moved meanwhile (spec: graph 15).
 */
import { SyncError } from '../../../contract/errors.ts';
import type { ReadPage } from '../../../contract/server-plugin.ts';
import { readDeltaPage, type DeltaLink, type DeltaRow } from '../graph/delta.ts';
import { failure, isDeadToken, isObject } from '../graph/errors.ts';
import type { ContactsContext } from './context.ts';
import { deltaStarts } from './delta-start.ts';
import { checkContact, completeItems, fetchContacts, type Fetched } from './items.ts';
import { CONTACTS, MAPPED_QUERY } from './properties.ts';
import { startChanges } from './read-changes.ts';
import { CHANGES_PAGE, emptyPage, ID_PAGE, LIST_PAGE, reset, sortOut } from './read-page.ts';
import {
  addIds,
  MAX_PAGES,
  NO_IDS,
  writeAnchor,
  writeState,
  type IdSum,
  type ListState,
  type ReadState,
  type WaitingRow,
} from './read-state.ts';

/** Delta pages followed within one call. */
const DELTA_PAGES_PER_CALL = 40;

export async function startFullRead(context: ContactsContext, signal: AbortSignal): Promise<ReadPage> {
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

export async function enumerate(
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

export async function readList(
  context: ContactsContext,
  state: ListState,
  signal: AbortSignal,
): Promise<ReadPage> {
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
