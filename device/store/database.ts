/** The SQLite file of the handheld: opening, migrating, transactions, and errors in words. */
import Database from 'libsql';
import { SyncError, type ErrorCode } from '../../contract/errors.ts';
import { migrations } from './migrations.ts';

export type Db = InstanceType<typeof Database>;
export type Statement = Database.Statement;

/** How long a writer waits for another process (the CLI, the agent) before it gives up. */
const BUSY_TIMEOUT_MS = 5000;

/**
 * Opens the file, making or migrating it as needed. What is committed survives kill -9 and a power cut
 * (write-ahead log, synced at each commit). Throws a SyncError: `pim.unwritable`, `pim.corrupt`, `store.newer`.
 */
export function openDatabase(path: string): Db {
  const db = connect(path);
  try {
    db.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}; PRAGMA foreign_keys = ON;`);
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
    migrate(db);
    return db;
  } catch (error) {
    db.close();
    throw databaseError(error, path);
  }
}

function connect(path: string): Db {
  try {
    return new Database(path);
  } catch (error) {
    // The driver's error for a file that cannot be opened carries no code.
    throw new SyncError('pim.unwritable', path, { cause: error });
  }
}

/** Runs `work` in one transaction that starts as a writer, so that it cannot fail half-way for being busy. */
export function transaction<T>(db: Db, work: () => T): T {
  return inTransaction(db, 'BEGIN IMMEDIATE', work);
}

/** Runs `work` on one consistent snapshot. */
export function snapshot<T>(db: Db, work: () => T): T {
  return inTransaction(db, 'BEGIN DEFERRED', work);
}

function inTransaction<T>(db: Db, begin: string, work: () => T): T {
  try {
    db.exec(begin);
  } catch (error) {
    throw databaseError(error);
  }
  try {
    const result = work();
    db.exec('COMMIT');
    return result;
  } catch (error) {
    // SQLite itself rolls back on some errors (disk full); then there is nothing left to roll back.
    if (db.inTransaction) db.exec('ROLLBACK');
    throw databaseError(error);
  }
}

function migrate(db: Db): void {
  if (version(db) === migrations.length) return;
  transaction(db, () => {
    const current = version(db);
    if (current > migrations.length) throw new SyncError('store.newer', `version ${current}`);
    for (const step of migrations.slice(current)) db.exec(step);
    db.exec(`PRAGMA user_version = ${migrations.length}`);
  });
}

function version(db: Db): number {
  const row = db.prepare('PRAGMA user_version').get() as { readonly user_version: number };
  return row.user_version;
}

const codes: readonly (readonly [prefix: string, code: ErrorCode])[] = [
  ['SQLITE_FULL', 'store.full'],
  ['SQLITE_BUSY', 'pim.busy'],
  ['SQLITE_CORRUPT', 'pim.corrupt'],
  ['SQLITE_NOTADB', 'pim.corrupt'],
  ['SQLITE_READONLY', 'pim.unwritable'],
  ['SQLITE_CANTOPEN', 'pim.unwritable'],
  ['SQLITE_PERM', 'pim.unwritable'],
  ['SQLITE_IOERR', 'pim.unwritable'],
];

/** What a person can do something about becomes a SyncError; a bug stays what it is. */
function databaseError(error: unknown, path?: string): unknown {
  if (!(error instanceof Database.SqliteError)) return error;
  const found = codes.find(([prefix]) => error.code.startsWith(prefix));
  if (found === undefined) return error;
  const detail = path === undefined ? error.message : `${path}: ${error.message}`;
  return new SyncError(found[1], detail, { cause: error });
}
