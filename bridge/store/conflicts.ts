/** The conflict inbox: what both sides disagreed about, and what became of it (spec: sync engine, section 4). */
import type { Database } from './database.ts';

export class ConflictInbox {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** How many wait for a person. */
  countOpen(): number {
    return Number(this.#db.get(`SELECT count(*) AS n FROM conflict WHERE state = 'open'`)?.n ?? 0);
  }
}
