/**
 * Opens the bridge's SQLite file and makes things durable in one place.
 *
 * Everything that must survive a crash goes through Database.write: one transaction, counted, so that the kill
 * test can end the process before and after each of them by construction.
 */
import { closeSync, existsSync, mkdirSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import Libsql from 'libsql';
import { SyncError } from '../../contract/errors.ts';
import { createPrivateFile, makePrivate } from '../config/private-files.ts';
import { migrations } from './migrations.ts';
import { isSealed, seal, sealPath, sealSlowly, sealState, unseal } from './seal.ts';
import { stepHookFromEnvironment, type StepHook } from './step-hook.ts';

export type SqlValue = string | number | null;
/** A row as SQLite gives it: column name to value. */
export type Row = Readonly<Record<string, SqlValue>>;

interface Prepared {
  run(values: readonly SqlValue[]): { changes: number; lastInsertRowid: number | bigint };
  get(values: readonly SqlValue[]): Row | undefined;
  all(values: readonly SqlValue[]): readonly Row[];
}

/** An INSERT that can be made for one row and for many: `into`, VALUES with `row` once for each of them, `onConflict`. */
export interface Insert {
  readonly into: string;
  readonly row: string;
  readonly onConflict?: string;
}

/** Each call into SQLite costs more than the row that it writes. */
const ROWS_AT_ONCE = 32;

/** The write-ahead log is moved into the file at the latest when it has grown so large, and not when it is small. */
const LONG_LOG_BYTES = 64 * 1024 * 1024;
const SHORT_LOG_BYTES = 4 * 1024 * 1024;

export class Database {
  readonly #path: string;
  readonly #sqlite: Libsql.Database;
  readonly #statements = new Map<string, Prepared>();
  readonly #onStep: StepHook | undefined;
  #writes = 0;
  #checkpoints = 0;
  #durable: 'now' | 'soon' = 'now';
  /** For reading the file beside SQLite; closed only after it, for that would take SQLite's locks off. */
  #file: number | undefined;

  /** Opens or creates the file and brings its schema up to date. Throws a SyncError `store.*`. */
  constructor(path: string, onStep: StepHook | undefined = stepHookFromEnvironment()) {
    this.#path = path;
    this.#onStep = onStep;
    this.#sqlite = guarded(() => {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      // SQLite gives its side files the rights of the file itself, which therefore is there before it.
      // A seal that is left of a file of earlier says nothing about a new one.
      if (createPrivateFile(path, '')) unseal(path);
      for (const file of databaseFiles(path)) makePrivate(file);
      const sealed = sealState(path);
      if (sealed === 'broken') throw new SyncError('store.corrupt', `${path} is not as it was left`);
      const sqlite = new Libsql(path);
      sqlite.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;');
      // A password that has moved to the key store is not to be found in the free pages of the file.
      sqlite.exec('PRAGMA secure_delete = ON;');
      // What a device has reported may be much. SQLite takes such a file's name away as soon as it has opened it.
      sqlite.exec('PRAGMA temp_store = FILE;');
      // Checkpoints are our own, for the seal is broken before them.
      sqlite.exec('PRAGMA busy_timeout = 5000; PRAGMA cache_size = -8000; PRAGMA wal_autocheckpoint = 0;');
      if (sealed === 'none') lookThrough(sqlite);
      return sqlite;
    });
    this.#migrate(path);
  }

  #migrate(path: string): void {
    const version = Number(this.get('PRAGMA user_version')?.user_version ?? 0);
    if (version > migrations.length) {
      throw new SyncError('store.newer', `version ${version}, this program knows ${migrations.length}`);
    }
    if (version > 0 && version < migrations.length) {
      // A migration that turns out to be wrong must not be the end of what was there. Without the copy there is none.
      const copy = `${path}.before-version-${migrations.length}`;
      rmSync(copy, { force: true });
      this.copyTo(copy);
    }
    if (version === migrations.length) return;
    // All of them or none: one wait for the disk, and no version in between that nobody has ever tried.
    this.write(() => {
      for (const migration of migrations.slice(version)) this.#sqlite.exec(migration);
      this.#sqlite.exec(`PRAGMA user_version = ${migrations.length}`);
    });
  }

  /** How many durable writes there have been: the number of places where the kill test can cut. */
  get writes(): number {
    return this.#writes;
  }

  /**
   * Makes everything that `work` does durable, or nothing of it. `soon` survives the death of the process, and a loss of
   * power from the next write on that is durable `now`: for what is of no use without that one.
   */
  write<T>(work: () => T, durable: 'now' | 'soon' = 'now'): T {
    if (durable !== this.#durable) {
      this.exec(`PRAGMA synchronous = ${durable === 'now' ? 'FULL' : 'NORMAL'}`);
      this.#durable = durable;
    }
    this.#writes += 1;
    this.#onStep?.(this.#writes, 'before', durable);
    const result = this.scratch(work);
    this.#onStep?.(this.#writes, 'after', durable);
    if (this.#logBytes() > LONG_LOG_BYTES) this.#checkpoint('PASSIVE');
    return result;
  }

  /** Changes that need not survive a crash: the temporary tables of a running session. */
  scratch<T>(work: () => T): T {
    return guarded(() => {
      this.#sqlite.exec('BEGIN IMMEDIATE');
      try {
        const result = work();
        this.#sqlite.exec('COMMIT');
        return result;
      } catch (error) {
        // After a full disk SQLite has rolled back by itself; rolling back again would hide the reason.
        if (this.#sqlite.inTransaction) this.#sqlite.exec('ROLLBACK');
        throw error;
      }
    });
  }

  run(sql: string, ...values: SqlValue[]): { changes: number; lastInsertRowid: number } {
    return guarded(() => {
      const { changes, lastInsertRowid } = this.#prepare(sql).run(values);
      return { changes, lastInsertRowid: Number(lastInsertRowid) };
    });
  }

  get(sql: string, ...values: SqlValue[]): Row | undefined {
    return guarded(() => this.#prepare(sql).get(values));
  }

  all(sql: string, ...values: SqlValue[]): readonly Row[] {
    return guarded(() => this.#prepare(sql).all(values));
  }

  /** Inserts rows, each the values of one, in their order. */
  insert({ into, row, onConflict = '' }: Insert, rows: readonly (readonly SqlValue[])[]): void {
    this.#inGroups(
      rows,
      (count) => `${into} VALUES ${Array<string>(count).fill(row).join(', ')} ${onConflict}`,
    );
  }

  /**
   * Changes rows: `update` reads the values of each as `column1`, `column2` and so on of the table `given`, and `row` holds as
   * many question marks.
   */
  update(update: (given: string) => string, row: string, rows: readonly (readonly SqlValue[])[]): void {
    this.#inGroups(rows, (count) => update(`(VALUES ${Array<string>(count).fill(row).join(', ')}) AS given`));
  }

  #inGroups(rows: readonly (readonly SqlValue[])[], sql: (count: number) => string): void {
    const whole = rows.length - (rows.length % ROWS_AT_ONCE);
    const [many, one] = [sql(ROWS_AT_ONCE), sql(1)];
    guarded(() => {
      for (let start = 0; start < whole; start += ROWS_AT_ONCE) {
        const values: SqlValue[] = [];
        for (let index = start; index < start + ROWS_AT_ONCE; index += 1) values.push(...(rows[index] ?? []));
        this.#prepare(many).run(values);
      }
      for (let index = whole; index < rows.length; index += 1) this.#prepare(one).run(rows[index] ?? []);
    });
  }

  /** Several statements without values, such as the making of temporary tables. */
  exec(sql: string): void {
    guarded(() => this.#sqlite.exec(sql));
  }

  /** Copies the whole database, as it is now, into a new file that only this user can read. */
  copyTo(path: string): void {
    createPrivateFile(path, '');
    guarded(() => this.#sqlite.prepare('VACUUM INTO ?').run(path));
  }

  /**
   * Moves what the write-ahead log has gathered into the file, if it is much, and seals the file where that is open; for a
   * quiet moment. Others get their turn while a large file is read for its seal, which is given up if it is written then.
   */
  async tidy(): Promise<void> {
    if (this.#logBytes() > SHORT_LOG_BYTES) guarded(() => this.#checkpoint('PASSIVE'));
    const checkpoints = this.#checkpoints;
    const lies = (): boolean => this.#sqlite.open && this.#checkpoints === checkpoints;
    if (!lies() || isSealed(this.#path)) return;
    this.#file ??= openSync(this.#path, 'r');
    await sealSlowly(this.#path, this.#file, lies);
  }

  /** Lets go of the file as a killed process does: what is not committed is gone, and nothing can be done any more. */
  abandon(): void {
    this.#statements.clear();
    if (this.#sqlite.open) this.#letGo();
  }

  /**
   * Leaves everything in the one file. Where there is no room for that the log stays beside it, and nothing is lost.
   * @throws SyncError `store.*`; the file is let go of all the same
   */
  close(): void {
    if (!this.#sqlite.open) return;
    this.#statements.clear();
    try {
      if (this.#logBytes() > 0) guarded(() => this.#checkpoint('TRUNCATE'));
    } finally {
      this.#letGo();
    }
    if (!isSealed(this.#path)) guarded(() => seal(this.#path));
  }

  #letGo(): void {
    this.#sqlite.close();
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  /** The file lies still but for this. A seal costs a reading of the whole file, and therefore waits for a quiet moment. */
  #checkpoint(how: 'PASSIVE' | 'TRUNCATE'): void {
    this.#checkpoints += 1;
    unseal(this.#path);
    this.#sqlite.exec(`PRAGMA wal_checkpoint(${how})`);
  }

  #logBytes(): number {
    return statSync(`${this.#path}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  }

  #prepare(sql: string): Prepared {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#sqlite.prepare(sql) as unknown as Prepared;
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

/** Keeps a database aside, a damaged one usually, and says under which name, so that a new one can take its place. */
export function keepAside(path: string, now: Date, why = 'damaged'): string {
  const stamp = now.toISOString().replaceAll(':', '-');
  const aside = `${path}.${why}-${stamp}`;
  const files = databaseFiles(aside);
  databaseFiles(path).forEach((file, index) => {
    if (existsSync(file)) renameSync(file, files[index] ?? aside);
  });
  return aside;
}

/** The database, its write-ahead log, the log's index, and the seal. */
export function databaseFiles(path: string): readonly string[] {
  return [...['', '-wal', '-shm'].map((suffix) => path + suffix), sealPath(path)];
}

/** SQLite's own look at a file that nobody has sealed. */
function lookThrough(sqlite: Libsql.Database): void {
  const [first] = sqlite.prepare('PRAGMA integrity_check(1)').all() as Row[];
  const found = String(first?.integrity_check ?? 'nothing');
  if (found !== 'ok') throw new SyncError('store.corrupt', found);
}

/** Gives SQLite's failures the names of the error catalogue. */
function guarded<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof SyncError) throw error;
    const code =
      error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
    const message = error instanceof Error ? error.message : String(error);
    if (code.startsWith('SQLITE_FULL') || code === 'ENOSPC' || message.includes('database or disk is full')) {
      throw new SyncError('store.full', message, { cause: error });
    }
    if (
      /^SQLITE_(READONLY|CANTOPEN|IOERR|PERM)|^E(ACCES|PERM|ROFS)/.test(code) ||
      message.includes('readonly')
    ) {
      throw new SyncError('store.unwritable', message, { cause: error });
    }
    if (/^SQLITE_(CORRUPT|NOTADB)/.test(code) || /malformed|not a database/.test(message)) {
      throw new SyncError('store.corrupt', message, { cause: error });
    }
    throw error;
  }
}
