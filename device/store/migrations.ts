/**
 * Versions of the database. `PRAGMA user_version` tells how many of these steps a file has seen; a step is
 * never changed once it was released, only followed by another.
 *
 * `created` and `changed` are positions in one sequence of changes (see change-log rules in pim-store.ts);
 * `..._by` is the number of the desktop whose sync made the change, 0 when a person did.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
  INSERT INTO counters VALUES ('change', 0), ('number', 0);

  CREATE TABLE records (
    number INTEGER PRIMARY KEY,
    dataset TEXT NOT NULL,
    fields TEXT NOT NULL,
    created INTEGER NOT NULL,
    created_by INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    changed_by INTEGER NOT NULL
  );
  CREATE INDEX records_changed ON records (dataset, changed);

  CREATE TABLE deletions (
    number INTEGER PRIMARY KEY,
    dataset TEXT NOT NULL,
    created INTEGER NOT NULL,
    created_by INTEGER NOT NULL,
    deleted INTEGER NOT NULL,
    deleted_by INTEGER NOT NULL
  );
  CREATE INDEX deletions_deleted ON deletions (dataset, deleted);

  CREATE TABLE desktops (number INTEGER PRIMARY KEY AUTOINCREMENT, identity TEXT NOT NULL UNIQUE);
  CREATE TABLE anchors (
    desktop INTEGER NOT NULL REFERENCES desktops (number),
    dataset TEXT NOT NULL,
    last INTEGER NOT NULL,
    fetched INTEGER NOT NULL,
    PRIMARY KEY (desktop, dataset)
  ) WITHOUT ROWID;

  CREATE TABLE open_session (fetched INTEGER NOT NULL);
  CREATE TABLE versions_at_fetch (number INTEGER PRIMARY KEY, fields TEXT NOT NULL);
  `,
  `
  -- When it was changed or deleted, in ms since 1970 by the device's clock; null: before this was kept.
  ALTER TABLE records ADD COLUMN changed_at INTEGER;
  ALTER TABLE deletions ADD COLUMN deleted_at INTEGER;
  `,
];
