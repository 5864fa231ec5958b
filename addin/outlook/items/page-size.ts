/** Keeps a page of a read below what the bridge takes as one answer: texts may be long, and pictures large. */
import { MAX_ANSWER_BYTES } from '../../../contract/api.ts';
import type { MailboxItem } from '../../../contract/server-plugin.ts';
import type { ItemSource, ItemsRead } from './source.ts';

/** What stands around the items needs room, too: tokens above all. */
const PAGE_BYTES = (MAX_ANSWER_BYTES * 3) / 4;

export interface PageOfItems extends Pick<ItemsRead<unknown>, 'items' | 'problems'> {
  /** Ids of items that were left for the next page. */
  readonly left: readonly string[];
}

/** A UTF-16 code unit takes no more bytes than these in UTF-8. */
const MOST_BYTES_OF_UNIT = 3;

/** Items as `complete` has them, as many as fit: at least one. */
export async function completePage<Item>(
  source: ItemSource<Item>,
  rows: readonly Item[],
  signal: AbortSignal,
): Promise<PageOfItems> {
  const { items, problems, left } = await source.complete(rows, signal);
  const leftIds = left.map((row) => source.idOf(row));
  // By far the most pages fit, and are not measured item by item.
  if (JSON.stringify(items).length * MOST_BYTES_OF_UNIT <= PAGE_BYTES)
    return { items, problems, left: leftIds };
  const asked = new Set(rows.map((row) => source.idOf(row)));
  const encoder = new TextEncoder();
  const fitting: MailboxItem[] = [];
  const over: string[] = [];
  let bytes = 0;
  for (const item of items) {
    bytes += encoder.encode(JSON.stringify(item)).length;
    // What nobody asked for comes with another item, and is not to be asked for twice.
    if (bytes <= PAGE_BYTES || fitting.length === 0 || !asked.has(item.id)) fitting.push(item);
    else over.push(item.id);
  }
  return { items: fitting, problems, left: [...leftIds, ...over] };
}
