/** One folder of items as the reads see it; each dataset brings its own. */
import type { MailboxItem, Problem } from '../../../contract/server-plugin.ts';
import type { GraphClient } from '../graph/client.ts';
import type { DeltaRow } from '../graph/delta.ts';
import type { Fetched } from './fetched.ts';

/** A link at which a delta can start. */
export interface DeltaStart {
  readonly url: string;
  /** When, in ms since 1970, the links that follow from it are to be given up; absent: never. */
  readonly until?: number;
}

export interface ItemsRead<Item> {
  readonly items: readonly MailboxItem[];
  readonly problems: readonly { readonly id: string; readonly problem: Problem }[];
  /** Items that were left for the next page, since they would have made this one too large. */
  readonly left: readonly Item[];
  /** Ids of what turned out to be no item of its own. */
  readonly skipped?: readonly string[];
}

export interface ItemSource<Item> {
  readonly client: GraphClient;
  /** What the items are, for people: `contacts`. */
  readonly noun: string;
  /** Path and query of the plain list with all that is mapped, page size included. */
  readonly list: string;
  /** The same with nothing but ids. */
  readonly idList: string;
  /** Preferences of the requests for the list. */
  readonly prefer?: string;
  /**
   * What is done where the service offers no delta: everything is read each time and compared by content, or ids and
   * versions are compared and only what differs is read.
   */
  readonly withoutDelta: 'read-everything' | 'compare-versions';
  /** When, in ms since 1970, a folder that is read now is to be read again, changed or not; absent: never. */
  readonly readAgainAt?: number;
  /** Where a delta over the folder can start; to be tried in this order. */
  deltaStarts(signal: AbortSignal): AsyncIterable<DeltaStart>;
  /** What a delta row says; the plain reading of it where it is absent. */
  readDeltaRow?(row: Readonly<Record<string, unknown>>, url: string): DeltaRow | undefined;
  /** The item's id to us of an id in a row; the same where it is absent. */
  itemId?(id: string): string;
  /** An item out of a list, checked. */
  check(value: unknown): Fetched<Item>;
  /** Items by id, in order. */
  fetch(ids: readonly string[], signal: AbortSignal): Promise<readonly Fetched<Item>[]>;
  idOf(item: Item): string;
  etagOf(item: Item): string;
  /** Items as the contract has them, with all that has to be asked for separately. */
  complete(items: readonly Item[], signal: AbortSignal): Promise<ItemsRead<Item>>;
}
