/**
 * Delta rounds: following links to the end, surviving duplicates, empty pages and links that never end
 * (spec: graph 2.3, 11).
 */
import { SyncError } from '../../../contract/errors.ts';
import type { GraphClient } from './client.ts';
import { failure, isDeadToken, isObject } from './errors.ts';

/** A row of a delta page: what happened to an id, and the item's etag if it is still there. */
export type DeltaRow =
  | { readonly kind: 'changed'; readonly id: string; readonly etag: string }
  | { readonly kind: 'removed'; readonly id: string };

export type DeltaPage =
  | { readonly kind: 'dead'; readonly detail: string }
  | { readonly kind: 'page'; readonly rows: readonly DeltaRow[]; readonly next: DeltaLink };

/** Where a round goes on (`more`), or where the next round starts (`end`). */
export interface DeltaLink {
  readonly kind: 'more' | 'end';
  readonly url: string;
}

/** Pages that bring nothing but a link to the next one, in a row, before we stop believing in an end. */
const maxEmptyPages = 500;

export interface DeltaOptions {
  readonly signal: AbortSignal;
  /** Rows wished per page; the service forgets it from page to page, so it is sent each time. */
  readonly pageSize: number;
  /** What a row of this page says, where it is not the plain reading; undefined: nothing. */
  readonly readRow?: (row: Readonly<Record<string, unknown>>, url: string) => DeltaRow | undefined;
}

/**
 * One page with rows, or the last page of the round; empty pages in between are skipped.
 * @throws SyncError when the service refuses, or never ends the round
 */
export async function readDeltaPage(
  client: GraphClient,
  url: string,
  options: DeltaOptions,
): Promise<DeltaPage> {
  const seen = new Set<string>();
  for (let at = url; seen.size < maxEmptyPages && !seen.has(at);) {
    seen.add(at);
    const reply = await client.get(at, {
      signal: options.signal,
      prefer: `odata.maxpagesize=${options.pageSize}`,
    });
    if (reply.status !== 200) {
      if (isDeadToken(reply)) return { kind: 'dead', detail: failure(reply, client.clock.now()).detail };
      throw failure(reply, client.clock.now());
    }
    const rows = readRows(reply.body, at, options.readRow ?? readDeltaRow);
    const next = readLink(reply.body);
    if (rows.length > 0 || next.kind === 'end') return { kind: 'page', rows, next };
    at = next.url;
  }
  throw new SyncError('mailbox.unavailable', 'the service never ends its list of changes');
}

/** The rows of a page; of several rows of one id the last one counts. */
function readRows(
  body: unknown,
  url: string,
  readRow: NonNullable<DeltaOptions['readRow']>,
): readonly DeltaRow[] {
  const rows = new Map<string, DeltaRow>();
  const values: readonly unknown[] = isObject(body) && Array.isArray(body.value) ? body.value : [];
  for (const value of values) {
    const row = isObject(value) ? readRow(value, url) : undefined;
    if (row !== undefined) rows.set(row.id, row);
  }
  return [...rows.values()];
}

/** The plain reading of a row: an item that is there, or one that is gone. */
export function readDeltaRow(row: Readonly<Record<string, unknown>>): DeltaRow | undefined {
  const { id, '@odata.etag': etag, '@removed': removed } = row;
  if (typeof id !== 'string' || id === '') return undefined;
  return removed === undefined
    ? { kind: 'changed', id, etag: typeof etag === 'string' ? etag : '' }
    : { kind: 'removed', id };
}

function readLink(body: unknown): DeltaLink {
  const links = isObject(body) ? body : {};
  const { '@odata.nextLink': more, '@odata.deltaLink': end } = links;
  if (typeof more === 'string') return { kind: 'more', url: more };
  if (typeof end === 'string') return { kind: 'end', url: end };
  throw new SyncError('mailbox.unavailable', 'a page of changes has no link to the next one');
}
