/** What all kinds of reads are made of. */
import { SyncError } from '../../../contract/errors.ts';
import type { ReadPage } from '../../../contract/server-plugin.ts';
import { readDeltaPage, type DeltaPage } from '../graph/delta.ts';
import { failure, isDeadToken, isObject } from '../graph/errors.ts';
import { MAX_PAGES } from './read-state.ts';
import type { ItemSource } from './source.ts';

/** Rows of id alone that one request brings. */
export const ID_PAGE = 500;
/** Whole items that one request brings. */
export const LIST_PAGE = 400;
/** Items read by id for one page. */
export const CHANGES_PAGE = 100;
/** A read that came back older than the list of changes is repeated once, after this wait (spec: graph 1 line 16). */
export const STALE_WAIT_MS = 1000;

export const reset = (detail: string): ReadPage => ({ kind: 'reset', detail });

export const emptyPage = (reading: 'full' | 'delta'): Extract<ReadPage, { kind: 'page' }> => ({
  kind: 'page',
  reading,
  items: [],
  removed: [],
  problems: [],
  next: null,
  anchor: null,
});

export async function deltaPage<Item>(
  source: ItemSource<Item>,
  url: string,
  signal: AbortSignal,
): Promise<DeltaPage> {
  const page = await readDeltaPage(source.client, url, {
    signal,
    pageSize: ID_PAGE,
    ...(source.readDeltaRow === undefined ? {} : { readRow: source.readDeltaRow.bind(source) }),
  });
  if (page.kind === 'dead' || source.itemId === undefined) return page;
  return { ...page, rows: page.rows.map((row) => ({ ...row, id: source.itemId?.(row.id) ?? row.id })) };
}

export interface Collection {
  readonly values: readonly unknown[];
  readonly next: string | null;
}

/**
 * A page of a plain list; undefined when its link is dead.
 * @throws SyncError when the service refuses it
 */
export async function readCollection<Item>(
  source: ItemSource<Item>,
  link: string,
  signal: AbortSignal,
): Promise<Collection | undefined> {
  const { client, prefer, noun } = source;
  const reply = await client.get(link, { signal, ...(prefer === undefined ? {} : { prefer }) });
  if (reply.status !== 200) {
    if (link.startsWith('https:') && isDeadToken(reply)) return undefined;
    throw failure(reply, client.clock.now());
  }
  if (!isObject(reply.body) || !Array.isArray(reply.body.value))
    throw new SyncError('mailbox.unavailable', 'an answer without a list');
  const next = reply.body['@odata.nextLink'];
  if (next === link) throw new SyncError('mailbox.unavailable', `a page of ${noun} names itself as the next`);
  return { values: reply.body.value, next: typeof next === 'string' ? next : null };
}

/** Id and etag of every item of the folder. */
export async function listVersions<Item>(
  source: ItemSource<Item>,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const versions = new Map<string, string>();
  let link: string | null = source.idList;
  for (let pages = 0; link !== null; pages += 1) {
    if (pages > MAX_PAGES)
      throw new SyncError('mailbox.unavailable', `the list of ${source.noun} never ends`);
    const page: Collection | undefined = await readCollection(source, link, signal);
    if (page === undefined)
      throw new SyncError('mailbox.unavailable', `the list of ${source.noun} cannot be continued`);
    for (const value of page.values) {
      const id = rowId(source, value);
      if (id !== '') versions.set(id, etagOf(value));
    }
    link = page.next;
  }
  return versions;
}

const textOf = (value: unknown, name: string): string =>
  isObject(value) && typeof value[name] === 'string' ? value[name] : '';

/** Our id of a row's item; empty where the row has none. */
export function rowId<Item>(source: ItemSource<Item>, value: unknown): string {
  const id = textOf(value, 'id');
  return id === '' ? '' : (source.itemId?.(id) ?? id);
}

const etagOf = (value: unknown): string => textOf(value, '@odata.etag');
