/** What both kinds of reads are made of. */
import type { Problem, ReadPage } from '../../../contract/server-plugin.ts';
import type { Fetched } from './items.ts';
import type { GraphContact } from './graph-contact.ts';

/** Rows of id alone that one request brings. */
export const ID_PAGE = 500;
/** Whole contacts that one request brings. */
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

export interface SortedOut {
  readonly contacts: readonly GraphContact[];
  readonly removed: string[];
  readonly problems: { id: string; problem: Problem }[];
}

/** @throws SyncError when the service left an item unanswered: the page is to be asked for again */
export function sortOut(fetched: readonly Fetched[], ids: readonly string[]): SortedOut {
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
