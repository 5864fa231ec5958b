/**
 * The change log of each mailbox folder (spec: sync engine, section 1): every item once, with the number of its latest
 * change, kept in one transaction with the anchor of the reading. Devices have cursors in it.
 */
import { randomUUID } from 'node:crypto';
import type { MailboxIdentity } from '../../contract/server-plugin.ts';
import type { DateSpan } from '../../datasets/index.ts';
import type { Database, Insert, Row } from './database.ts';

export interface Folder {
  readonly id: number;
  /** The UUID that devices know this mailbox by. */
  readonly identity: string;
  readonly dataset: string;
  /** Where the last finished reading ended; null: never read, or the anchor died. */
  readonly anchor: string | null;
  /** Next page of a reading that was cut; null: none. */
  readonly page: string | null;
  /** Number of the latest change. */
  readonly seq: number;
}

/** An item as the log keeps it. `fields` is JSON. */
export interface ItemEntry {
  readonly id: string;
  readonly fields: string;
  readonly hash: string;
  readonly version: string;
  readonly modified: string;
  readonly createKey: string | null;
  /** The elements that may be written from a device; null: all. */
  readonly writable: readonly string[] | null;
  /** Where it lies in time, as dates; null: nowhere. */
  readonly span: DateSpan | null;
}

export interface StoredItem extends ItemEntry {
  /** The id that devices are shown. */
  readonly number: number;
}

export interface PageEntry {
  readonly reading: 'full' | 'delta';
  /** True for the first page of a reading. */
  readonly first: boolean;
  readonly items: readonly ItemEntry[];
  readonly removed: readonly string[];
  /** Ids of items that are there but cannot be read: they stay as they were. */
  readonly unread: readonly string[];
  readonly next: string | null;
  readonly anchor: string | null;
}

export class FolderLog {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** The folder of a dataset in a mailbox; made when it is seen for the first time. */
  open(mailbox: MailboxIdentity, dataset: string): Folder {
    const folder = mailbox.folders[dataset] ?? '';
    const found = this.#find(mailbox, dataset, folder);
    if (found !== undefined) return found;
    this.#db.write(() => {
      this.#db.run(
        `INSERT INTO mailbox (tenant, user, display_name, identity) VALUES (?, ?, ?, ?)
         ON CONFLICT (tenant, user) DO UPDATE SET display_name = excluded.display_name`,
        mailbox.tenant,
        mailbox.user,
        mailbox.displayName,
        `{${randomUUID()}}`,
      );
      this.#db.run(
        `INSERT INTO folder (mailbox, dataset, folder)
         SELECT id, ?, ? FROM mailbox WHERE tenant = ? AND user = ?`,
        dataset,
        folder,
        mailbox.tenant,
        mailbox.user,
      );
    });
    const made = this.#find(mailbox, dataset, folder);
    if (made === undefined) throw new Error('a folder was made and is not there');
    return made;
  }

  #find(mailbox: MailboxIdentity, dataset: string, folder: string): Folder | undefined {
    const row = this.#db.get(
      `SELECT folder.*, mailbox.identity FROM folder JOIN mailbox ON mailbox.id = folder.mailbox
       WHERE tenant = ? AND user = ? AND dataset = ? AND folder = ?`,
      mailbox.tenant,
      mailbox.user,
      dataset,
      folder,
    );
    return row === undefined ? undefined : toFolder(row);
  }

  /** The folder as it is now. */
  reload(folder: Folder): Folder {
    const row = this.#db.get(
      'SELECT folder.*, mailbox.identity FROM folder JOIN mailbox ON mailbox.id = folder.mailbox WHERE folder.id = ?',
      folder.id,
    );
    if (row === undefined) throw new Error(`folder ${folder.id} is gone`);
    return toFolder(row);
  }

  /** One page of a reading: its items, removals and the token of what comes next, or none of it. */
  storePage(folder: Folder, page: PageEntry): void {
    this.#db.write(() => {
      const started = page.first ? 1 : 0;
      this.#db.run('UPDATE folder SET seq = seq + 1, reading = reading + ? WHERE id = ?', started, folder.id);
      this.#put(folder.id, page.items);
      for (const id of page.removed) this.#remove(folder.id, id);
      for (const id of page.unread) this.#keep(folder.id, id);
      if (page.next === null && page.reading === 'full') this.#removeUnread(folder.id);
      this.#db.run(
        'UPDATE folder SET page = ?, anchor = COALESCE(?, anchor) WHERE id = ?',
        page.next,
        page.next === null ? page.anchor : null,
        folder.id,
      );
    }, 'soon');
  }

  /** Forgets where the reading stood: the next one reads everything, and nothing is removed for that. */
  dropAnchor(folder: Folder): void {
    this.#db.write(() =>
      this.#db.run('UPDATE folder SET anchor = NULL, page = NULL WHERE id = ?', folder.id),
    );
  }

  /** What a session wrote; to be called within a durable write. */
  putWritten(folder: Folder, items: readonly ItemEntry[], removed: readonly string[]): void {
    this.#db.run('UPDATE folder SET seq = seq + 1 WHERE id = ?', folder.id);
    this.#put(folder.id, items);
    for (const id of removed) this.#remove(folder.id, id);
  }

  item(folder: Folder, id: string): StoredItem | undefined {
    const row = this.#db.get(
      `SELECT ${ITEM_COLUMNS} FROM item WHERE folder = ? AND id = ? AND fields IS NOT NULL`,
      folder.id,
      id,
    );
    return row === undefined ? undefined : toItem(row);
  }

  /** Several items at once, by the numbers that devices are shown; those that are gone are left out. */
  items(numbers: readonly number[]): ReadonlyMap<number, StoredItem> {
    const rows = this.#db.all(
      `SELECT ${ITEM_COLUMNS} FROM item WHERE number IN (SELECT value FROM json_each(?)) AND fields IS NOT NULL`,
      JSON.stringify(numbers),
    );
    return new Map(rows.map(toItem).map((item) => [item.number, item]));
  }

  /** Items with greater numbers than this one, in order; those that are gone are left out. */
  itemsAfter(folder: Folder, number: number, limit: number): readonly StoredItem[] {
    return this.#db
      .all(
        `SELECT ${ITEM_COLUMNS} FROM item WHERE +folder = ? AND number > ? AND fields IS NOT NULL
         ORDER BY number LIMIT ?`,
        folder.id,
        number,
        limit,
      )
      .map(toItem);
  }

  /** Number of the first change, later than `after`, of an item up to this number; null: there is none. */
  firstChange(folder: Folder, { after, upToItem }: { after: number; upToItem: number }): number | null {
    const row = this.#db.get(
      'SELECT min(seq) AS seq FROM item WHERE folder = ? AND seq > ? AND number <= ?',
      folder.id,
      after,
      upToItem,
    );
    return typeof row?.seq === 'number' ? row.seq : null;
  }

  /** Which of these items the log holds in that very version. */
  known(folder: Folder, candidates: readonly { readonly id: string; readonly version: string }[]): string[] {
    if (candidates.length === 0) return [];
    return this.#db
      .all(
        `SELECT item.id FROM json_each(?) AS candidate
         CROSS JOIN item ON item.folder = ? AND item.id = candidate.value ->> 'id'
         WHERE item.fields IS NOT NULL AND item.version = candidate.value ->> 'version'`,
        JSON.stringify(candidates),
        folder.id,
      )
      .map((row) => String(row.id));
  }

  /** Items that the log knows, or knew, to have been made with these keys: their ids by the keys. */
  madeWith(folder: Folder, keys: readonly string[]): ReadonlyMap<string, string> {
    if (keys.length === 0) return new Map();
    const rows = this.#db.all(
      'SELECT id, create_key FROM item WHERE folder = ? AND create_key IN (SELECT value FROM json_each(?))',
      folder.id,
      JSON.stringify(keys),
    );
    return new Map(rows.map((row) => [String(row.create_key), String(row.id)]));
  }

  /** Hashes of these items as the log holds them. */
  hashes(folder: Folder, ids: readonly string[]): ReadonlyMap<string, string> {
    if (ids.length === 0) return new Map();
    const rows = this.#db.all(
      'SELECT id, hash FROM item WHERE folder = ? AND id IN (SELECT value FROM json_each(?))',
      folder.id,
      JSON.stringify(ids),
    );
    return new Map(rows.map((row) => [String(row.id), String(row.hash)]));
  }

  #put(folder: number, items: readonly ItemEntry[]): void {
    const rows = items.map((item) => [
      folder,
      item.id,
      folder,
      folder,
      item.hash,
      item.fields,
      item.version,
      item.modified,
      item.createKey,
      item.writable === null ? null : JSON.stringify(item.writable),
      item.span?.first ?? null,
      item.span?.last ?? null,
    ]);
    this.#db.insert(PUT_ITEM, rows);
  }

  #remove(folder: number, id: string): void {
    this.#db.run(
      `UPDATE item SET fields = NULL, hash = '', seq = (SELECT seq FROM folder WHERE id = item.folder)
       WHERE folder = ? AND id = ? AND fields IS NOT NULL`,
      folder,
      id,
    );
  }

  #keep(folder: number, id: string): void {
    this.#db.run(
      'UPDATE item SET reading = (SELECT reading FROM folder WHERE id = item.folder) WHERE folder = ? AND id = ?',
      folder,
      id,
    );
  }

  #removeUnread(folder: number): void {
    this.#db.run(
      `UPDATE item SET fields = NULL, hash = '', seq = (SELECT seq FROM folder WHERE id = item.folder)
       WHERE folder = ? AND fields IS NOT NULL AND reading <> (SELECT reading FROM folder WHERE id = item.folder)`,
      folder,
    );
  }
}

/** Only what really differs gets a new change number, so that replays and our own writes cost nothing. */
const PUT_ITEM: Insert = {
  into: `INSERT INTO item (folder, id, seq, reading, hash, fields, version, modified, create_key, writable, first_on, last_on)`,
  row: `(?, ?, (SELECT seq FROM folder WHERE id = ?), (SELECT reading FROM folder WHERE id = ?), ?, ?, ?, ?, ?, ?, ?, ?)`,
  onConflict: `ON CONFLICT (folder, id) DO UPDATE SET
    seq = CASE WHEN item.hash <> excluded.hash OR item.fields IS NULL THEN excluded.seq ELSE item.seq END,
    reading = excluded.reading, hash = excluded.hash,
    fields = excluded.fields, version = excluded.version,
    modified = CASE WHEN item.hash <> excluded.hash THEN excluded.modified ELSE item.modified END,
    writable = excluded.writable, first_on = excluded.first_on, last_on = excluded.last_on,
    create_key = COALESCE(excluded.create_key, item.create_key)`,
};

/** The columns of which toItem makes an item. */
const ITEM_COLUMNS = 'number, id, hash, fields, version, modified, create_key, writable, first_on, last_on';

function toFolder(row: Row): Folder {
  return {
    id: Number(row.id),
    identity: String(row.identity),
    dataset: String(row.dataset),
    anchor: row.anchor === null ? null : String(row.anchor),
    page: row.page === null ? null : String(row.page),
    seq: Number(row.seq),
  };
}

function toItem(row: Row): StoredItem {
  return {
    number: Number(row.number),
    id: String(row.id),
    fields: String(row.fields),
    hash: String(row.hash),
    version: String(row.version),
    modified: String(row.modified),
    createKey: row.create_key === null ? null : String(row.create_key),
    writable: row.writable === null ? null : (JSON.parse(String(row.writable)) as string[]),
    span:
      row.first_on === null
        ? null
        : { first: String(row.first_on), last: row.last_on === null ? null : String(row.last_on) },
  };
}
