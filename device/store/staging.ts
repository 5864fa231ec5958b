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

/** New records are written so many at a time, for each costs less then; sooner where they are large. */
const ROWS = 50;
const ROWS_CHARACTERS = 1024 * 1024;

/** Numbers are reserved in blocks, which grow while creates keep coming: one small write for each block. */
const FIRST_BLOCK = 16;
const LARGEST_BLOCK = 4096;

type Row = readonly [number: number, kind: 'create', fields: string];

export class Staging {
  readonly #db: Db;
  readonly #put: Statement;
  readonly #putRows: Statement;
  readonly #get: Statement;
  /** New records that are not written yet. */
  #waiting: Row[] = [];
  #waitingCharacters = 0;
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
    const insert = 'INSERT OR REPLACE INTO temp.staged VALUES ';
    this.#put = db.prepare(`${insert}(?, ?, ?)`);
    this.#putRows = db.prepare(insert + Array.from({ length: ROWS }, () => '(?, ?, ?)').join());
    this.#get = db.prepare('SELECT kind, fields FROM temp.staged WHERE number = ?');
    this.clear();
  }

  /** Stages a new record and tells the number that it will have. */
  create(fields: Fields): number {
    const number = this.#takeNumber();
    const text = fieldsText(fields);
    this.#waiting.push([number, 'create', text]);
    this.#waitingCharacters += text.length;
    if (this.#waiting.length === ROWS || this.#waitingCharacters > ROWS_CHARACTERS) this.flush();
    return number;
  }

  /** Writes what waits to be written: to be called before the table is read. */
  flush(): void {
    const rows = this.#waiting;
    if (rows.length === 0) return;
    this.#forgetWaiting();
    if (rows.length === ROWS) this.#putRows.run(rows.flat());
    else for (const row of rows) this.#put.run(row);
  }

  /** Stages the fields that a record shall have; one created in this session stays a create. */
  replace(number: number, fields: Fields): void {
    const kind = this.state(number)?.kind === 'create' ? 'create' : 'replace';
    this.#put.run([number, kind, fieldsText(fields)]);
  }

  remove(number: number): void {
    if (this.state(number)?.kind === 'create') {
      this.#db.prepare('DELETE FROM temp.staged WHERE number = ?').run(number);
    } else {
      this.#put.run([number, 'remove', null]);
    }
  }

  /** What this session has done to a record so far; undefined: nothing. */
  state(number: number): StagedState | undefined {
    this.flush();
    const row = this.#get.get(number) as
      | { readonly kind: 'create' | 'replace'; readonly fields: string }
      | { readonly kind: 'remove' }
      | undefined;
    if (row === undefined || row.kind === 'remove') return row;
    return { kind: row.kind, fields: parseFields(row.fields) };
  }

  /** Drops everything staged. */
  clear(): void {
    this.#forgetWaiting();
    this.#db.exec('DELETE FROM temp.staged');
  }

  #forgetWaiting(): void {
    this.#waiting = [];
    this.#waitingCharacters = 0;
  }

  #takeNumber(): number {
    if (this.#freeNumbers === 0) {
      this.#nextNumber = transaction(this.#db, () => reserveNumbers(this.#db, this.#block));
      this.#freeNumbers = this.#block;
      this.#block = Math.min(this.#block * 4, LARGEST_BLOCK);
    }
    this.#freeNumbers -= 1;
    return this.#nextNumber++;
  }
}
