/**
 * The operations of an open session, until they are committed or dropped.
 *
 * They lie in a temporary table of this connection: on disk where they are many, seen by nobody else, gone with
 * the process, and no lock on the records while they wait.
 */
import type { Fields } from '../../datasets/index.ts';
import { transaction, type Db, type Statement } from './database.ts';
import { fieldsText, parseFields, reserveNumbers } from './pim-store.ts';

export type StagedState =
  { readonly kind: 'create' | 'replace'; readonly fields: Fields } | { readonly kind: 'remove' };

/** Numbers are reserved in blocks, which grow while creates keep coming: one small write for each block. */
const FIRST_BLOCK = 16;
const LARGEST_BLOCK = 1024;

export class Staging {
  readonly #db: Db;
  readonly #put: Statement;
  readonly #get: Statement;
  #nextNumber = 0;
  #freeNumbers = 0;
  #block = FIRST_BLOCK;

  constructor(db: Db) {
    this.#db = db;
    // What is lost with the process needs no journal.
    db.exec(`
      PRAGMA temp_store = FILE;
      PRAGMA temp.journal_mode = OFF;
      CREATE TEMP TABLE IF NOT EXISTS staged (number INTEGER PRIMARY KEY, kind TEXT NOT NULL, fields TEXT);
    `);
    this.#put = db.prepare('INSERT OR REPLACE INTO temp.staged VALUES (?, ?, ?)');
    this.#get = db.prepare('SELECT kind, fields FROM temp.staged WHERE number = ?');
    this.clear();
  }

  /** Stages a new record and tells the number that it will have. */
  create(fields: Fields): number {
    const number = this.#takeNumber();
    this.#put.run(number, 'create', fieldsText(fields));
    return number;
  }

  /** Stages the fields that a record shall have; one created in this session stays a create. */
  replace(number: number, fields: Fields): void {
    const kind = this.state(number)?.kind === 'create' ? 'create' : 'replace';
    this.#put.run(number, kind, fieldsText(fields));
  }

  remove(number: number): void {
    if (this.state(number)?.kind === 'create') {
      this.#db.prepare('DELETE FROM temp.staged WHERE number = ?').run(number);
    } else {
      this.#put.run(number, 'remove', null);
    }
  }

  /** What this session has done to a record so far; undefined: nothing. */
  state(number: number): StagedState | undefined {
    const row = this.#get.get(number) as
      | { readonly kind: 'create' | 'replace'; readonly fields: string }
      | { readonly kind: 'remove' }
      | undefined;
    if (row === undefined || row.kind === 'remove') return row;
    return { kind: row.kind, fields: parseFields(row.fields) };
  }

  /** Drops everything staged. */
  clear(): void {
    this.#db.exec('DELETE FROM temp.staged');
  }

  #takeNumber(): number {
    if (this.#freeNumbers === 0) {
      this.#nextNumber = transaction(this.#db, () => reserveNumbers(this.#db, this.#block));
      this.#freeNumbers = this.#block;
      this.#block = Math.min(this.#block * 2, LARGEST_BLOCK);
    }
    this.#freeNumbers -= 1;
    return this.#nextNumber++;
  }
}
