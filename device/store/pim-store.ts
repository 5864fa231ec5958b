/**
 * The records of the handheld, and the sequence of changes.
 *
 * Each transaction that changes records takes the next position of one sequence and stamps what it touches
 * with it. A sync remembers the position of its fetch; what was touched after that position, by anybody but
 * the same desktop, is what the next sync reports. No clock is involved, so no edit can fall between two
 * syncs.
 */
import type { EpochMs } from '../../contract/client-plugin.ts';
import { SyncError } from '../../contract/errors.ts';
import { sameFields, type Fields } from '../../datasets/index.ts';
import { openDatabase, transaction, type Db } from './database.ts';
import { MAX_NUMBER, formatId, parseId } from './record-id.ts';
import { storageIdentity } from './settings.ts';

/** Who makes a change: a person at the device, or the sync of the desktop with this number. */
export const PERSON = 0;

export interface StoredRecord {
  readonly id: string;
  readonly fields: Fields;
}

interface Row {
  readonly number: number;
  readonly fields: string;
}

export class PimStore {
  readonly db: Db;
  /** First part of every record id. */
  readonly storage: string;
  readonly #now: () => EpochMs;

  /**
   * Opens or makes the store. `now`: the device's clock, which says when records are changed. Throws a SyncError
   * (`pim.unwritable`, `pim.corrupt`, `store.newer`).
   */
  constructor(path: string, now: () => EpochMs = Date.now) {
    this.#now = now;
    this.db = openDatabase(path);
    this.storage = storageIdentity(this.db);
  }

  close(): void {
    this.db.close();
  }

  /** All records of a dataset, in the order of their numbers, read as they are asked for. */
  *list(dataset: string): IterableIterator<StoredRecord> {
    const page = this.db.prepare(
      'SELECT number, fields FROM records WHERE dataset = ? AND number > ? ORDER BY number LIMIT 500',
    );
    for (let after = 0; ;) {
      const rows = page.all(dataset, after) as Row[];
      for (const row of rows) yield { id: this.id(row.number), fields: parseFields(row.fields) };
      const last = rows.at(-1);
      if (last === undefined) return;
      after = last.number;
    }
  }

  /** One record; throws `pim.no-record`. */
  get(dataset: string, id: string): StoredRecord {
    const fields = this.fieldsOf(dataset, this.number(id));
    if (fields === undefined) throw new SyncError('pim.no-record', id);
    return { id, fields };
  }

  /** Adds records in one transaction and tells their ids, in the same order. */
  add(dataset: string, records: readonly Fields[]): readonly string[] {
    return transaction(this.db, () => {
      const first = reserveNumbers(this.db, records.length);
      const change = nextChange(this.db);
      const insert = this.db.prepare(INSERT_RECORD);
      const at = this.#now();
      records.forEach((fields, index) => {
        insert.run(first + index, dataset, fieldsText(fields), change, PERSON, change, PERSON, at);
      });
      return records.map((_, index) => this.id(first + index));
    });
  }

  /** Changes one record by a person's hand; `edit` gets its fields. Throws `pim.no-record`. */
  edit(dataset: string, id: string, edit: (fields: Fields) => Fields): StoredRecord {
    return transaction(this.db, () => {
      const number = this.number(id);
      const current = this.fieldsOf(dataset, number);
      if (current === undefined) throw new SyncError('pim.no-record', id);
      const fields = edit(current);
      // Nothing changed: nothing to report at the next sync either.
      if (sameFields(fields, current)) return { id, fields };
      this.keepVersionAtFetch(number);
      this.db
        .prepare(UPDATE_RECORD)
        .run(fieldsText(fields), nextChange(this.db), PERSON, this.#now(), number);
      return { id, fields };
    });
  }

  /** Removes records by a person's hand, in one transaction; throws `pim.no-record` if one is not there. */
  remove(dataset: string, ids: readonly string[]): void {
    transaction(this.db, () => {
      const removal = { change: nextChange(this.db), by: PERSON, at: this.#now() };
      for (const id of ids) {
        if (!deleteRecord(this.db, dataset, this.number(id), removal)) {
          throw new SyncError('pim.no-record', id);
        }
      }
    });
  }

  count(dataset: string): number {
    const row = this.db.prepare('SELECT count(*) AS n FROM records WHERE dataset = ?').get(dataset) as {
      readonly n: number;
    };
    return row.n;
  }

  id(number: number): string {
    return formatId(this.storage, number);
  }

  /** Number of a record id; 0, which no record has, for what is not an id of this store. */
  number(id: string): number {
    return parseId(this.storage, id) ?? 0;
  }

  private fieldsOf(dataset: string, number: number): Fields | undefined {
    const row = this.db
      .prepare('SELECT number, fields FROM records WHERE number = ? AND dataset = ?')
      .get(number, dataset) as Row | undefined;
    return row === undefined ? undefined : parseFields(row.fields);
  }

  /**
   * While a session is open, the version that its desktop knows is kept at the first edit: a replace that
   * comes from that desktop was made against it (see sync-store.ts).
   */
  private keepVersionAtFetch(number: number): void {
    this.db
      .prepare(
        `INSERT OR IGNORE INTO versions_at_fetch
         SELECT number, fields FROM records, open_session
         WHERE number = ? AND changed <= open_session.fetched`,
      )
      .run(number);
  }
}

export function fieldsText(fields: Fields): string {
  return JSON.stringify(fields);
}

export function parseFields(text: string): Fields {
  // Written by fieldsText and by nothing else.
  return JSON.parse(text) as Fields;
}

/** The next position in the sequence of changes; to be called inside a transaction. */
export function nextChange(db: Db): number {
  return advance(db, 'change', 1);
}

/** The position of the newest change. */
export function currentChange(db: Db): number {
  const row = db.prepare("SELECT value FROM counters WHERE name = 'change'").get() as {
    readonly value: number;
  };
  return row.value;
}

/** Reserves so many record numbers for good and tells the first; throws `pim.full`. Inside a transaction. */
export function reserveNumbers(db: Db, count: number): number {
  const last = advance(db, 'number', count);
  if (last > MAX_NUMBER) throw new SyncError('pim.full');
  return last - count + 1;
}

/** Takes number, dataset, fields, position and author of creation and change, time of the change. */
export const INSERT_RECORD = 'INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?, ?)';
/** Takes fields, position, author and time of the change, number. */
export const UPDATE_RECORD =
  'UPDATE records SET fields = ?, changed = ?, changed_by = ?, changed_at = ? WHERE number = ?';

/** Who makes a change: its position in the sequence, its author and its time. */
export interface Authorship {
  readonly change: number;
  readonly by: number;
  readonly at: EpochMs;
}

/** Deletes a record and remembers that; false when it is not there. Inside a transaction. */
export function deleteRecord(db: Db, dataset: string, number: number, removal: Authorship): boolean {
  const remembered = db
    .prepare(
      `INSERT INTO deletions
       SELECT number, dataset, created, created_by, ?, ?, ? FROM records WHERE number = ? AND dataset = ?`,
    )
    .run(removal.change, removal.by, removal.at, number, dataset);
  if (remembered.changes === 0) return false;
  db.prepare('DELETE FROM records WHERE number = ?').run(number);
  return true;
}

function advance(db: Db, counter: string, by: number): number {
  const row = db
    .prepare('UPDATE counters SET value = value + ? WHERE name = ? RETURNING value')
    .get(by, counter) as { readonly value: number };
  return row.value;
}
