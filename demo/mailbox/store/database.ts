import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';

/** Where the mailbox keeps its SQLite file. */
export type StoreLocation = { readonly kind: 'memory' } | { readonly kind: 'folder'; readonly path: string };

type Value = string | number | Buffer | null;

/** SQL that brings a file from one version to the next. */
export const migrations: readonly string[] = [
  `CREATE TABLE position (last INTEGER NOT NULL);
   INSERT INTO position VALUES (0);
   CREATE TABLE mailbox (
     id INTEGER PRIMARY KEY, user TEXT NOT NULL UNIQUE, object_id TEXT NOT NULL, key BLOB NOT NULL,
     default_folder INTEGER NOT NULL);
   CREATE TABLE folder (
     id INTEGER PRIMARY KEY AUTOINCREMENT, mailbox INTEGER NOT NULL, parent INTEGER, name TEXT NOT NULL);
   CREATE INDEX folder_parent ON folder (parent);
   CREATE TABLE contact (
     id INTEGER PRIMARY KEY AUTOINCREMENT, mailbox INTEGER NOT NULL, folder INTEGER NOT NULL,
     place INTEGER NOT NULL, born INTEGER NOT NULL, touched INTEGER NOT NULL, touched_by_person INTEGER NOT NULL,
     created INTEGER NOT NULL, modified INTEGER NOT NULL, picture INTEGER NOT NULL, marks TEXT NOT NULL,
     view TEXT NOT NULL, extended TEXT NOT NULL, previous TEXT);
   CREATE INDEX contact_listed ON contact (folder, id);
   CREATE INDEX contact_touched ON contact (folder, touched);
   CREATE TABLE extended_value (
     key TEXT NOT NULL, value TEXT NOT NULL, contact INTEGER NOT NULL, PRIMARY KEY (key, value, contact)
   ) WITHOUT ROWID;
   CREATE TABLE photo (
     contact INTEGER PRIMARY KEY, type TEXT NOT NULL, width INTEGER NOT NULL, height INTEGER NOT NULL,
     version INTEGER NOT NULL, bytes BLOB NOT NULL);
   CREATE TABLE tombstone (
     position INTEGER PRIMARY KEY, folder INTEGER NOT NULL, contact INTEGER NOT NULL, place INTEGER NOT NULL,
     born INTEGER NOT NULL, by_person INTEGER NOT NULL);
   CREATE INDEX tombstone_folder ON tombstone (folder, position);
   CREATE TABLE stream (
     id INTEGER PRIMARY KEY AUTOINCREMENT, mailbox INTEGER NOT NULL, folder INTEGER NOT NULL, path TEXT NOT NULL,
     query TEXT NOT NULL, start INTEGER NOT NULL, highest INTEGER NOT NULL, oldest INTEGER NOT NULL);
   CREATE TABLE token (
     text TEXT PRIMARY KEY, stream INTEGER NOT NULL, generation INTEGER NOT NULL, kind TEXT NOT NULL,
     position INTEGER NOT NULL, round_start INTEGER NOT NULL, replay_from INTEGER NOT NULL, page INTEGER NOT NULL,
     served INTEGER NOT NULL) WITHOUT ROWID;
   CREATE INDEX token_stream ON token (stream, generation);`,
  `ALTER TABLE contact RENAME TO item;
   ALTER TABLE item ADD COLUMN kind TEXT NOT NULL DEFAULT 'contact';
   ALTER TABLE item ADD COLUMN parts TEXT NOT NULL DEFAULT '{}';
   ALTER TABLE item ADD COLUMN starts INTEGER;
   ALTER TABLE item ADD COLUMN ends INTEGER;
   DROP INDEX contact_listed;
   DROP INDEX contact_touched;
   CREATE INDEX item_listed ON item (folder, id);
   CREATE INDEX item_touched ON item (folder, touched);
   CREATE INDEX item_in_window ON item (folder, ends);
   ALTER TABLE extended_value RENAME COLUMN contact TO item;
   ALTER TABLE tombstone RENAME COLUMN contact TO item;
   ALTER TABLE folder ADD COLUMN kind TEXT NOT NULL DEFAULT 'contacts';
   ALTER TABLE folder ADD COLUMN role TEXT NOT NULL DEFAULT 'other';
   ALTER TABLE folder ADD COLUMN details TEXT NOT NULL DEFAULT '{}';
   ALTER TABLE folder ADD COLUMN touched INTEGER NOT NULL DEFAULT 0;
   ALTER TABLE mailbox ADD COLUMN zone TEXT NOT NULL DEFAULT 'W. Europe Standard Time';
   CREATE TABLE transaction_id (
     mailbox INTEGER NOT NULL, text TEXT NOT NULL, item INTEGER NOT NULL, request TEXT NOT NULL,
     PRIMARY KEY (mailbox, text)
   ) WITHOUT ROWID;
   CREATE TABLE outgoing_mail (
     id INTEGER PRIMARY KEY AUTOINCREMENT, mailbox INTEGER NOT NULL, at INTEGER NOT NULL, reason TEXT NOT NULL,
     item INTEGER NOT NULL, subject TEXT NOT NULL, recipients TEXT NOT NULL);
   CREATE INDEX outgoing_mail_mailbox ON outgoing_mail (mailbox, id);
   CREATE TABLE category (
     id TEXT PRIMARY KEY, mailbox INTEGER NOT NULL, name TEXT NOT NULL, color TEXT NOT NULL, UNIQUE (mailbox, name)
   ) WITHOUT ROWID;`,
];

/** A prepared statement whose rows have the type `Row`: the one place where rows get their types. */
export interface Query<Row, Parameters extends readonly Value[] = []> {
  all(...parameters: Parameters): Row[];
  get(...parameters: Parameters): Row | undefined;
}

export interface Command<Parameters extends readonly Value[] = []> {
  run(...parameters: Parameters): { readonly changes: number; readonly id: number };
}

/** The mailbox's SQLite file: WAL, versioned, one connection. */
export class MailboxDatabase {
  readonly #db: Database.Database;

  constructor(location: StoreLocation) {
    if (location.kind === 'folder') mkdirSync(location.path, { recursive: true, mode: 0o700 });
    this.#db = new Database(location.kind === 'memory' ? ':memory:' : join(location.path, 'mailbox.sqlite'));
    this.#db.pragma('journal_mode = WAL');
    this.#db.pragma('synchronous = NORMAL');
    this.#migrate();
  }

  query<Row, Parameters extends readonly Value[] = []>(sql: string): Query<Row, Parameters> {
    const statement = this.#db.prepare(sql);
    return {
      all: (...parameters) => statement.all([...parameters]) as Row[],
      get: (...parameters) => statement.get([...parameters]) as Row | undefined,
    };
  }

  command<Parameters extends readonly Value[] = []>(sql: string): Command<Parameters> {
    const statement = this.#db.prepare(sql);
    return {
      run: (...parameters) => {
        const result = statement.run([...parameters]);
        return { changes: result.changes, id: Number(result.lastInsertRowid) };
      },
    };
  }

  /** Runs `work` in a transaction; an exception takes all of it back. Inside another one it joins that. */
  transaction<T>(work: () => T): T {
    if (this.#db.inTransaction) return work();
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.#db.exec('COMMIT');
      return result;
    } catch (error) {
      this.#db.exec('ROLLBACK');
      throw error;
    }
  }

  close(): void {
    this.#db.close();
  }

  #migrate(): void {
    const { user_version: version } = this.query<{ user_version: number }>('PRAGMA user_version').get() ?? {
      user_version: 0,
    };
    if (version > migrations.length) {
      throw new Error(
        `The mailbox file is of version ${version}; this program knows up to ${migrations.length}.`,
      );
    }
    for (const [index, sql] of migrations.entries()) {
      if (index < version) continue;
      this.transaction(() => this.#db.exec(`${sql}; PRAGMA user_version = ${index + 1};`));
    }
  }
}
