import type { Backend } from '../backend.ts';
import type { ItemHead, ItemStore, Tombstone, TouchedItems } from '../store/items.ts';
import type { Stream } from '../store/streams.ts';
import type { Switches } from '../switches.ts';
import type { Change, Feed, RoundPosition, Row } from './engine.ts';

/** How a resource shows the items of its delta. */
export interface ItemRows<Item extends ItemHead> {
  readonly store: ItemStore;
  /** The store's changed items, with as much of them as `changed` shows. */
  readonly touched: TouchedItems<Item>;
  /** The names of `$select`, where the resource's delta takes it; undefined = all. */
  readonly select: ReadonlySet<string> | undefined;
  readonly idOf: (item: Pick<ItemHead, 'id' | 'place'>) => string;
  /** The rows that a changed item makes: one, but for a series of events. */
  readonly changed: (row: Item) => readonly Row[];
  readonly removed: (id: string) => readonly Row[];
}

/** The changes of a folder's items. */
export function itemFeed<Item extends ItemHead>(
  backend: Backend,
  stream: Stream,
  rows: ItemRows<Item>,
): Feed {
  const { store, touched } = rows;
  const { switches } = backend;
  const changed = (row: Item): Change => ({
    position: row.touched,
    rows: (at) => (isNews(row, at, rows.select, switches) ? rows.changed(row) : []),
  });
  const removed = (tombstone: Tombstone): Change => ({
    position: tombstone.position,
    rows: (at) =>
      isRemovalNews(tombstone, at, switches)
        ? rows.removed(rows.idOf({ id: tombstone.item, place: tombstone.place }))
        : [],
  });
  return {
    changesSince: (position, limit) => {
      const tombstones = store.tombstonesSince(stream.folder, Math.max(position, stream.start), limit);
      const changes = [
        ...touched.since(stream.folder, position, limit).map(changed),
        ...tombstones.map(removed),
      ];
      return changes.sort((a, b) => a.position - b.position).slice(0, limit);
    },
    repeat: (after, upTo, limit) => touched.between(stream.folder, after, upTo, limit).flatMap(rows.changed),
    unknownId: (index) => {
      const id = store.head() + 1_000_000_000 + index;
      return rows.idOf({ id, place: id });
    },
  };
}

/** Where the round of a stream began, or began to replay. */
const since = (at: RoundPosition): number => Math.min(at.replayFrom, at.roundStart);

/** The first round lists what is there, whoever wrote it. */
const hidesOwnWrites = (at: RoundPosition, switches: Switches): boolean =>
  switches.ownWrites === 'silent' && since(at) > 0;

function isRemovalNews(tombstone: Tombstone, at: RoundPosition, switches: Switches): boolean {
  if (hidesOwnWrites(at, switches) && tombstone.by_person === 0) return false;
  // What came into being later than all that was served cannot have been seen.
  const wasSeen = tombstone.born <= Math.max(at.position, at.roundStart);
  return switches.deltaUnseenRemovals === 'reported' || wasSeen;
}

/** Whether an item's change is news for a stream that stands at `at`, as the switches say. */
function isNews(
  row: ItemHead,
  at: RoundPosition,
  select: ReadonlySet<string> | undefined,
  switches: Switches,
): boolean {
  if (hidesOwnWrites(at, switches) && row.touched_by_person <= since(at)) return false;
  if (row.born > since(at)) return true;
  const marks = JSON.parse(row.marks) as Readonly<Record<string, number>>;
  const changed = Object.keys(marks).filter((name) => (marks[name] ?? 0) > since(at));
  if (switches.deltaExtendedOnly === 'silent' && changed.length === 1 && changed[0] === '*extended')
    return false;
  return (
    switches.deltaSelect === 'allChanges' || select === undefined || changed.some((name) => select.has(name))
  );
}
