/**
 * What a device reported in the running session: temporary tables, so that memory does not grow with the records and
 * nothing of it outlives the process.
 */
import type { Database, Row } from './database.ts';

export interface CollectedRecord {
  readonly clientId: string;
  /** JSON of the fields; null: removed. */
  readonly fields: string | null;
  readonly hash: string;
  /** When the device changed it, by its own clock, in ms since 1970; null: it does not tell. */
  readonly changedAt: number | null;
}

export class Collected {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
    db.exec(`
      CREATE TEMP TABLE IF NOT EXISTS collected (
        session INTEGER NOT NULL, client_id TEXT NOT NULL, fields TEXT, hash TEXT NOT NULL, changed_at INTEGER,
        PRIMARY KEY (session, client_id)
      ) WITHOUT ROWID;
      CREATE TEMP TABLE IF NOT EXISTS seen (
        session INTEGER NOT NULL, client_id TEXT NOT NULL, PRIMARY KEY (session, client_id)
      ) WITHOUT ROWID;`);
  }

  clear(session: number): void {
    this.#db.scratch(() => {
      this.#db.run('DELETE FROM temp.collected WHERE session = ?', session);
      this.#db.run('DELETE FROM temp.seen WHERE session = ?', session);
    });
  }

  /**
   * A chunk of reports, the last one of each record; null: it is as it was. `seen` names every record that the device holds.
   * Returns the ids of which an earlier chunk has told something else.
   */
  add(
    session: number,
    reports: ReadonlyMap<string, CollectedRecord | null>,
    seen: ReadonlySet<string>,
  ): readonly string[] {
    return this.#db.scratch(() => {
      const told = [...seen].filter(
        (id) => this.#db.run('INSERT OR IGNORE INTO temp.seen VALUES (?, ?)', session, id).changes === 0,
      );
      const otherwise = told.filter((id) => this.get(session, id)?.hash !== reports.get(id)?.hash);
      for (const [id, record] of reports) {
        if (record === null) {
          this.#db.run('DELETE FROM temp.collected WHERE session = ? AND client_id = ?', session, id);
          continue;
        }
        this.#db.run(
          'INSERT OR REPLACE INTO temp.collected VALUES (?, ?, ?, ?, ?)',
          session,
          record.clientId,
          record.fields,
          record.hash,
          record.changedAt,
        );
      }
      return otherwise;
    });
  }

  wasSeen(session: number, clientId: string): boolean {
    return (
      this.#db.get('SELECT 1 FROM temp.seen WHERE session = ? AND client_id = ?', session, clientId) !==
      undefined
    );
  }

  get(session: number, clientId: string): CollectedRecord | undefined {
    const row = this.#db.get(
      'SELECT * FROM temp.collected WHERE session = ? AND client_id = ?',
      session,
      clientId,
    );
    return row === undefined ? undefined : toRecord(row);
  }

  /** Ids of the records that are in no pair, in their order. */
  unpaired(session: number, partnership: number): readonly string[] {
    return this.#db
      .all(
        `SELECT c.client_id FROM temp.collected AS c
           LEFT JOIN pair ON pair.partnership = ?2 AND pair.client_id = c.client_id
           WHERE c.session = ?1 AND c.fields IS NOT NULL AND pair.id IS NULL
           ORDER BY c.client_id`,
        session,
        partnership,
      )
      .map((row) => String(row.client_id));
  }

  /** Whether anything was reported of records other than these. */
  hasOthers(session: number, clientIds: readonly string[]): boolean {
    const row = this.#db.get(
      `SELECT 1 FROM temp.collected WHERE session = ?
         AND client_id NOT IN (SELECT value FROM json_each(?)) LIMIT 1`,
      session,
      JSON.stringify(clientIds),
    );
    return row !== undefined;
  }

  /** Several records at once, by id. */
  records(session: number, clientIds: readonly string[]): ReadonlyMap<string, CollectedRecord> {
    const rows = this.#db.all(
      `SELECT * FROM temp.collected WHERE session = ? AND client_id IN (SELECT value FROM json_each(?))`,
      session,
      JSON.stringify(clientIds),
    );
    return new Map(rows.map(toRecord).map((record) => [record.clientId, record]));
  }
}

function toRecord(row: Row): CollectedRecord {
  return {
    clientId: String(row.client_id),
    fields: row.fields === null ? null : String(row.fields),
    hash: String(row.hash),
    changedAt: row.changed_at === null ? null : Number(row.changed_at),
  };
}
