/** The database's schema, one migration per version. A migration that has been released is never edited. */
export const migrations: readonly string[] = [
  `
  -- A mailbox is one sync partner of every device; identity is the UUID it shows them.
  CREATE TABLE mailbox (
    id INTEGER PRIMARY KEY,
    tenant TEXT NOT NULL,
    user TEXT NOT NULL,
    display_name TEXT NOT NULL,
    identity TEXT NOT NULL UNIQUE,
    UNIQUE (tenant, user)
  );

  -- One folder of a mailbox: where its reading stands, and the number of its latest change.
  CREATE TABLE folder (
    id INTEGER PRIMARY KEY,
    mailbox INTEGER NOT NULL REFERENCES mailbox (id),
    dataset TEXT NOT NULL,
    folder TEXT NOT NULL,
    anchor TEXT,
    page TEXT,
    reading INTEGER NOT NULL DEFAULT 0,
    seq INTEGER NOT NULL DEFAULT 0,
    UNIQUE (mailbox, dataset, folder)
  );

  -- The change log of a folder: each item once, with the number of its latest change. fields is null once the
  -- item is gone. number is the id that devices are shown for it.
  CREATE TABLE item (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    folder INTEGER NOT NULL REFERENCES folder (id),
    id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    reading INTEGER NOT NULL,
    hash TEXT NOT NULL,
    fields TEXT,
    version TEXT NOT NULL,
    modified TEXT NOT NULL,
    create_key TEXT,
    UNIQUE (folder, id)
  );
  CREATE INDEX item_seq ON item (folder, seq);

  -- One device's sync of one folder. The anchors are ms since 1970; clock is the device's clock minus ours.
  CREATE TABLE partnership (
    id INTEGER PRIMARY KEY,
    device TEXT NOT NULL,
    folder INTEGER NOT NULL REFERENCES folder (id),
    cursor INTEGER NOT NULL DEFAULT 0,
    device_anchor INTEGER,
    desktop_anchor INTEGER,
    clock INTEGER,
    full_at INTEGER,
    force_slow INTEGER NOT NULL DEFAULT 0,
    UNIQUE (device, folder)
  );

  -- A device record and an item that are the same thing. One of the ids is null while a side refuses its record.
  -- mailbox_base is null where it equals device_base. owed_*: what that side has not got yet, a JSON list of
  -- fields, or ["*create"] or ["*remove"].
  CREATE TABLE pair (
    id INTEGER PRIMARY KEY,
    partnership INTEGER NOT NULL REFERENCES partnership (id),
    client_id TEXT,
    item_id TEXT,
    device_base TEXT,
    device_hash TEXT,
    mailbox_base TEXT,
    item_hash TEXT,
    owed_device TEXT,
    owed_mailbox TEXT,
    held INTEGER NOT NULL DEFAULT 0,
    UNIQUE (partnership, client_id),
    UNIQUE (partnership, item_id)
  );
  CREATE INDEX pair_owing ON pair (partnership)
    WHERE owed_device IS NOT NULL OR owed_mailbox IS NOT NULL OR held = 1;

  -- open: the device has not been told to commit. pending: it was told, its answer is not known.
  CREATE TABLE session (
    id INTEGER PRIMARY KEY,
    partnership INTEGER NOT NULL REFERENCES partnership (id),
    job TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'pending', 'committed', 'dropped')),
    kind TEXT NOT NULL,
    device_next INTEGER NOT NULL,
    desktop_next INTEGER NOT NULL,
    cursor INTEGER NOT NULL DEFAULT 0,
    clock INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    ended_at INTEGER
  );
  CREATE INDEX session_partnership ON session (partnership, id);

  -- The journal, and later the history: what a session does to one pair, written before it is done.
  CREATE TABLE step (
    session INTEGER NOT NULL REFERENCES session (id),
    number INTEGER NOT NULL,
    pair INTEGER,
    client_id TEXT,
    item_id TEXT,
    item_number INTEGER,
    device_op TEXT,
    device_state TEXT NOT NULL DEFAULT 'planned',
    device_fields TEXT,
    device_before TEXT,
    device_after TEXT,
    device_hash TEXT,
    owed_device TEXT,
    mailbox_op TEXT,
    mailbox_state TEXT NOT NULL DEFAULT 'planned',
    mailbox_key TEXT,
    mailbox_fields TEXT,
    mailbox_before TEXT,
    mailbox_version TEXT,
    mailbox_after TEXT,
    item_hash TEXT,
    owed_mailbox TEXT,
    snapshot TEXT,
    sent_at INTEGER,
    held INTEGER NOT NULL DEFAULT 0,
    conflicts INTEGER NOT NULL DEFAULT 0,
    line TEXT,
    problem TEXT,
    PRIMARY KEY (session, number)
  );
  CREATE INDEX step_key ON step (mailbox_key) WHERE mailbox_key IS NOT NULL;

  CREATE TABLE password (challenge TEXT PRIMARY KEY, password TEXT NOT NULL);
  CREATE TABLE last_sync (device TEXT PRIMARY KEY, at TEXT NOT NULL);
  `,
  `
  -- What of an item may be written from a device, a JSON list of elements; null: all of it.
  ALTER TABLE item ADD COLUMN writable TEXT;
  -- The id that a device gave to a record that was removed there and made anew.
  ALTER TABLE step ADD COLUMN new_client_id TEXT;
  `,
  `
  -- What a person has chosen for a dataset of a device: JSON of the settings that differ from the configuration's.
  CREATE TABLE setting (
    device TEXT NOT NULL,
    dataset TEXT NOT NULL,
    settings TEXT NOT NULL,
    PRIMARY KEY (device, dataset)
  );

  -- Mode and scope that a partnership was last synced with: with others everything is looked at again. What the window
  -- of its calendar was, as dates, YYYY-MM-DD.
  ALTER TABLE partnership ADD COLUMN scope TEXT;
  ALTER TABLE partnership ADD COLUMN window_from TEXT;
  ALTER TABLE partnership ADD COLUMN window_to TEXT;

  -- Where an item lies in time, as dates, the whole series of a recurring one; null: nowhere, or without end.
  ALTER TABLE item ADD COLUMN first_on TEXT;
  ALTER TABLE item ADD COLUMN last_on TEXT;
  -- Items that are known already get theirs by being read again; nothing else comes of that.
  UPDATE folder SET anchor = NULL, page = NULL WHERE dataset = 'calendar';
  CREATE INDEX item_first ON item (folder, first_on) WHERE first_on IS NOT NULL;
  CREATE INDEX item_last ON item (folder, last_on) WHERE last_on IS NOT NULL;

  -- Name of the device, the session that this one puts back, a plan that is only shown, the report without its lines.
  ALTER TABLE session ADD COLUMN device_name TEXT NOT NULL DEFAULT '';
  ALTER TABLE session ADD COLUMN undoes INTEGER;
  ALTER TABLE session ADD COLUMN preview INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE session ADD COLUMN report TEXT;
  ALTER TABLE session ADD COLUMN scope TEXT;
  ALTER TABLE session ADD COLUMN window_from TEXT;
  ALTER TABLE session ADD COLUMN window_to TEXT;

  -- What both sides disagreed about in this step, JSON; and the snapshot that the mailbox operation puts back.
  ALTER TABLE step ADD COLUMN disputes TEXT;
  ALTER TABLE step ADD COLUMN restore TEXT;
  -- What the sides are owed beyond the operations, JSON; null: nothing.
  ALTER TABLE step ADD COLUMN open TEXT;

  -- The conflict inbox. fields: JSON of what differs, with the values of base and both sides. record: of a removal, the
  -- record as it was changed.
  CREATE TABLE conflict (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    partnership INTEGER NOT NULL REFERENCES partnership (id),
    session INTEGER NOT NULL,
    step INTEGER NOT NULL,
    pair INTEGER,
    label TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('field', 'removal')),
    state TEXT NOT NULL CHECK (state IN ('open', 'settled', 'decided', 'done', 'void')),
    removed_on TEXT,
    winner TEXT,
    choice TEXT,
    fields TEXT NOT NULL,
    record TEXT,
    -- The session that carries a decision out.
    carried INTEGER,
    found_at INTEGER NOT NULL
  );
  CREATE INDEX conflict_state ON conflict (state, id);
  CREATE INDEX conflict_pair ON conflict (partnership, pair);
  `,
  `
  -- Which device a configured name stands for: its challenge, learned at its first login. Another one is refused.
  CREATE TABLE device_identity (name TEXT PRIMARY KEY, challenge TEXT NOT NULL);

  -- What the bridge itself remembers from one start to the next.
  CREATE TABLE bridge_state (name TEXT PRIMARY KEY, value TEXT NOT NULL);

  -- An empty password is kept in the system's key store.
  `,
  `
  -- The key that a configured name was pinned to, its SHA-256; and the names that may be spoken to unprotected.
  CREATE TABLE device_key (name TEXT PRIMARY KEY, key TEXT NOT NULL);
  CREATE TABLE device_consent (name TEXT PRIMARY KEY);
  `,
  `
  -- How many pairs are whole is asked in every session.
  CREATE INDEX pair_whole ON pair (partnership) WHERE client_id IS NOT NULL AND item_id IS NOT NULL;
  `,
  `
  -- When each device was last synced, ISO 8601 UTC, by its challenge: another one of the same name never was.
  CREATE TABLE synced (challenge TEXT PRIMARY KEY, at TEXT NOT NULL);
  INSERT INTO synced
    SELECT challenge, max(at) FROM last_sync JOIN device_identity ON name = device GROUP BY challenge;
  DROP TABLE last_sync;
  `,
  `
  -- The session that comes after has to compare everything.
  ALTER TABLE session ADD COLUMN force_slow INTEGER NOT NULL DEFAULT 0;
  `,
  `
  -- Why there is a step that no change of its own record has made: 'copy', of the device's record in the step before it, or
  -- the number of the conflict that a person has decided otherwise; null: neither.
  ALTER TABLE step ADD COLUMN cause TEXT;
  `,
];
