/**
 * What a sync needs of the store: anchors, the changes since one, and the commit of a session.
 *
 * A session writes nothing to the records while it runs; what it staged and its anchor are committed in one
 * transaction, or not at all. The CLI is never locked out.
 */
import type { EpochMs } from '../../contract/client-plugin.ts';
import { sameFields, type Fields } from '../../datasets/index.ts';
import { ChangeReader } from './change-reader.ts';
import { openDatabase, transaction, type Db } from './database.ts';
import { keepEdit } from './keep-edit.ts';
import type { Staging } from './staging.ts';
import {
  INSERT_RECORD,
  PERSON,
  UPDATE_RECORD,
  currentChange,
  deleteRecord,
  fieldsText,
  nextChange,
  parseFields,
  reserveNumbers,
  type Authorship,
} from './pim-store.ts';

/** Where the last session with a desktop ended. */
export interface Anchor {
  /** Number of the desktop in this store. */
  readonly desktop: number;
  /** What the device told as its `next` then. */
  readonly last: EpochMs;
  /** Position in the sequence of changes that its fetch had reached. */
  readonly fetched: number;
}

/** What is committed together with the staged operations. */
export interface SessionResult {
  readonly dataset: string;
  /** Identity of the desktop. */
  readonly desktop: string;
  readonly last: EpochMs;
  readonly fetched: number;
  /** The device's clock now. */
  readonly at: EpochMs;
  /**
   * What becomes of an operation on a record that a person has changed since the fetch. `keep`: the edit is kept in what
   * the desktop wants. `refuse`: the record stays as it is, and the desktop is told.
   */
  readonly edits: 'keep' | 'refuse';
  /** Makes a record consistent that a person has edited while the desktop replaced it. */
  readonly settle: (fields: Fields) => Fields;
}

/** A desktop that has not come back for so many other desktops starts anew with a slow sync. */
const MAX_DESKTOPS = 50;

export function readAnchor(db: Db, desktop: string, dataset: string): Anchor | null {
  const row = db
    .prepare(
      `SELECT desktop, last, fetched FROM anchors JOIN desktops ON desktops.number = desktop
       WHERE identity = ? AND dataset = ?`,
    )
    .get(desktop, dataset) as Anchor | undefined;
  return row === undefined ? null : { desktop: row.desktop, last: row.last, fetched: row.fetched };
}

/**
 * Opens a snapshot of the dataset and marks the position of the fetch: from here on the first edit of a
 * record by a person keeps the version that the desktop is about to know.
 */
export function openFetch(db: Db, dataset: string, since: Anchor | null): ChangeReader {
  const reader = openDatabase(databasePath(db));
  try {
    // The writer's lock is held while the snapshot is taken, so that no edit falls between the two.
    return transaction(db, () => {
      reader.exec('BEGIN DEFERRED');
      const fetched = currentChange(reader);
      forgetSession(db);
      db.prepare('INSERT INTO open_session VALUES (?)').run(fetched);
      return new ChangeReader(reader, dataset, since, fetched);
    });
  } catch (error) {
    reader.close();
    throw error;
  }
}

/** The record as the desktop of the open session knows it; undefined when it is not there. */
export function versionAtFetch(db: Db, dataset: string, number: number): Fields | undefined {
  const row = db
    .prepare(
      `SELECT coalesce(kept.fields, records.fields) AS fields
       FROM records LEFT JOIN versions_at_fetch AS kept ON kept.number = records.number
       WHERE records.number = ? AND dataset = ?`,
    )
    .get(number, dataset) as { readonly fields: string } | undefined;
  return row === undefined ? undefined : parseFields(row.fields);
}

/** Whether a record was changed after that position; `gone`: what one that was removed counts as. */
export function wasTouchedSince(
  db: Db,
  dataset: string,
  number: number,
  fetched: number,
  gone: boolean,
): boolean {
  const row = db
    .prepare(
      `SELECT changed > @fetched AS touched FROM records WHERE number = @number AND dataset = @dataset
       UNION ALL
       SELECT deleted > @fetched AND @gone FROM deletions WHERE number = @number AND dataset = @dataset`,
    )
    .get({ number, dataset, fetched, gone: gone ? 1 : 0 }) as { readonly touched: number } | undefined;
  return row?.touched === 1;
}

/**
 * Commits a session: all that is staged and its anchor, in one transaction. Tells the numbers of the records whose
 * operation was refused.
 */
export function commitSession(db: Db, staging: Staging, session: SessionResult): readonly number[] {
  staging.flush();
  return transaction(db, () => {
    const author = { change: nextChange(db), by: desktopNumber(db, session.desktop), at: session.at };
    const desktop = author.by;
    applyCreates(db, session, author);
    const refused = [...applyReplaces(db, session, author), ...applyRemoves(db, session, author)];
    db.prepare(
      `INSERT INTO anchors VALUES (?, ?, ?, ?)
       ON CONFLICT (desktop, dataset) DO UPDATE SET last = excluded.last, fetched = excluded.fetched`,
    ).run(desktop, session.dataset, session.last, session.fetched);
    forgetSession(db);
    forgetOld(db, session.dataset);
    return refused;
  });
}

function applyCreates(db: Db, session: SessionResult, { change, by, at }: Authorship): void {
  db.prepare(
    `INSERT INTO records
     SELECT number, @dataset, fields, @change, @by, @change, @by, @at
     FROM temp.staged WHERE kind = 'create' ORDER BY number`,
  ).run({ dataset: session.dataset, change, by, at });
}

interface StagedRow {
  readonly number: number;
  readonly staged: string;
  readonly current: string;
  readonly edited: number;
}

/** Staged operations whose record is still there; one that a person removed meanwhile is no longer of interest. */
function stagedRows(db: Db, session: SessionResult, kind: 'replace' | 'remove'): readonly number[] {
  const rows = db
    .prepare(
      `SELECT staged.number AS number FROM temp.staged AS staged JOIN records USING (number)
       WHERE kind = ? AND dataset = ? ORDER BY staged.number`,
    )
    .all(kind, session.dataset) as readonly { readonly number: number }[];
  return rows.map((row) => row.number);
}

/** Tells the numbers of those refused. */
function applyReplaces(db: Db, session: SessionResult, { change, by, at }: Authorship): readonly number[] {
  const refused = session.edits === 'refuse' ? removedMeanwhile(db, session) : [];
  const select = db.prepare(
    `SELECT number, staged.fields AS staged, records.fields AS current, changed > ? AS edited
     FROM temp.staged AS staged JOIN records USING (number) WHERE number = ?`,
  );
  const update = db.prepare(UPDATE_RECORD);
  for (const number of stagedRows(db, session, 'replace')) {
    const row = select.get(session.fetched, number) as StagedRow;
    const edited = row.edited === 1;
    if (edited && session.edits === 'refuse') {
      refused.push(number);
      continue;
    }
    const text = edited ? withEditKept(db, session, row) : row.staged;
    // A record that a person edited meanwhile counts as changed by the person: it is reported next time.
    if (!sameText(text, row.current)) update.run(text, change, edited ? PERSON : by, at, number);
  }
  return refused;
}

/** Records to be replaced that a person has removed since the fetch. */
function removedMeanwhile(db: Db, session: SessionResult): number[] {
  const rows = db
    .prepare(
      `SELECT number FROM temp.staged JOIN deletions USING (number)
       WHERE kind = 'replace' AND dataset = ? AND deleted > ? ORDER BY number`,
    )
    .all(session.dataset, session.fetched) as readonly { readonly number: number }[];
  return rows.map(({ number }) => number);
}

/** Whether two stored records are the same, in whatever order their fields were written. */
function sameText(a: string, b: string): boolean {
  return a === b || sameFields(parseFields(a), parseFields(b));
}

function withEditKept(db: Db, { dataset, settle }: SessionResult, row: StagedRow): string {
  const base = versionAtFetch(db, dataset, row.number) ?? {};
  return fieldsText(settle(keepEdit(base, parseFields(row.current), parseFields(row.staged))));
}

/** Tells the numbers of those refused. */
function applyRemoves(db: Db, session: SessionResult, removal: Authorship): readonly number[] {
  const refused: number[] = [];
  const { change, at } = removal;
  const select = db.prepare(
    'SELECT number, fields AS current, changed > ? AS edited FROM records WHERE number = ?',
  );
  const insert = db.prepare(INSERT_RECORD);
  for (const number of stagedRows(db, session, 'remove')) {
    const row = select.get(session.fetched, number) as StagedRow;
    if (row.edited === 1 && session.edits === 'refuse') {
      refused.push(number);
      continue;
    }
    deleteRecord(db, session.dataset, number, removal);
    // A person edited what the desktop removes: the edit lives on, as a new record.
    if (row.edited === 1) {
      insert.run(reserveNumbers(db, 1), session.dataset, row.current, change, PERSON, change, PERSON, at);
    }
  }
  return refused;
}

function desktopNumber(db: Db, identity: string): number {
  db.prepare('INSERT OR IGNORE INTO desktops (identity) VALUES (?)').run(identity);
  const row = db.prepare('SELECT number FROM desktops WHERE identity = ?').get(identity) as {
    readonly number: number;
  };
  return row.number;
}

function forgetSession(db: Db): void {
  db.exec('DELETE FROM versions_at_fetch; DELETE FROM open_session;');
}

/** Drops what no later sync can ask for: surplus desktops, and deletions that all desktops know of. */
function forgetOld(db: Db, dataset: string): void {
  db.prepare(
    `DELETE FROM anchors WHERE dataset = ? AND desktop NOT IN
       (SELECT desktop FROM anchors WHERE dataset = ? ORDER BY fetched DESC, last DESC LIMIT ?)`,
  ).run(dataset, dataset, MAX_DESKTOPS);
  db.exec('DELETE FROM desktops WHERE number NOT IN (SELECT desktop FROM anchors)');
  db.prepare(
    `DELETE FROM deletions WHERE dataset = ? AND deleted <=
       (SELECT min(fetched) FROM anchors WHERE dataset = ?)`,
  ).run(dataset, dataset);
}

function databasePath(db: Db): string {
  const row = db.prepare("SELECT file FROM pragma_database_list WHERE name = 'main'").get() as {
    readonly file: string;
  };
  return row.file;
}
