/** What one device and one folder know of each other: anchors, cursor and pairs. */
import type { Database, Row } from './database.ts';
import { SAME_AS_DEVICE, SIMPLY_NEW } from './step-rows.ts';
import type { Owed, PairChange } from '../sync/step.ts';

export interface Partnership {
  readonly id: number;
  readonly device: string;
  readonly folder: number;
  /** The device has seen the folder's changes up to this number. */
  readonly cursor: number;
  /** The device's `next` of the last committed session, in ms since 1970; null: never. */
  readonly deviceAnchor: number | null;
  readonly desktopAnchor: number | null;
  /** The device's clock minus ours at the last committed session, in ms. */
  readonly clock: number | null;
  /** When everything was last compared, in ms since 1970. */
  readonly fullAt: number | null;
  /** The next session has to compare everything. */
  readonly forceSlow: boolean;
  /** Mode and scope of the last committed session (sync/scope.ts); null: there was none. */
  readonly scope: string | null;
  /** The days that its calendar window spanned, `YYYY-MM-DD`; null: it had none. */
  readonly windowFrom: string | null;
  readonly windowTo: string | null;
}

/** A stored pair. Bases are JSON of fields. */
export interface Pair {
  readonly id: number;
  readonly clientId: string | null;
  readonly itemId: string | null;
  readonly deviceBase: string | null;
  readonly mailboxBase: string | null;
  readonly owedDevice: Owed | null;
  readonly owedMailbox: Owed | null;
  readonly held: boolean;
}

/** What a committed session leaves behind besides the pairs. */
export interface Anchors {
  readonly cursor: number;
  readonly deviceAnchor: number;
  readonly desktopAnchor: number;
  readonly clock: number;
  /** Set when everything was compared. */
  readonly fullAt: number | null;
  readonly forceSlow: boolean;
  readonly scope: string | null;
  readonly windowFrom: string | null;
  readonly windowTo: string | null;
}

export class Partnerships {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  open(device: string, folder: number): Partnership {
    const found = this.#db.get('SELECT * FROM partnership WHERE device = ? AND folder = ?', device, folder);
    if (found !== undefined) return toPartnership(found);
    this.#db.write(() =>
      this.#db.run('INSERT INTO partnership (device, folder) VALUES (?, ?)', device, folder),
    );
    return this.open(device, folder);
  }

  pairCount(partnership: number): number {
    const row = this.#db.get(
      `SELECT count(*) AS n FROM pair INDEXED BY pair_whole
       WHERE partnership = ? AND client_id IS NOT NULL AND item_id IS NOT NULL`,
      partnership,
    );
    return Number(row?.n ?? 0);
  }

  /** The pairs that wait for a person's word, and what the device is known to have held of them, JSON of fields. */
  held(partnership: number): readonly { readonly pair: number; readonly base: string }[] {
    return this.#db
      .all(
        'SELECT id, device_base FROM pair WHERE partnership = ? AND held = 1 AND device_base IS NOT NULL',
        partnership,
      )
      .map((row) => ({ pair: Number(row.id), base: String(row.device_base) }));
  }

  /** Whether anything was ever joined: also half pairs. */
  hasPairs(partnership: number): boolean {
    return this.#db.get('SELECT 1 FROM pair WHERE partnership = ? LIMIT 1', partnership) !== undefined;
  }

  pair(id: number): Pair | undefined {
    const row = this.#db.get('SELECT * FROM pair WHERE id = ?', id);
    return row === undefined ? undefined : toPair(row);
  }

  pairOfClient(partnership: number, clientId: string): Pair | undefined {
    const row = this.#db.get(
      'SELECT * FROM pair WHERE partnership = ? AND client_id = ?',
      partnership,
      clientId,
    );
    return row === undefined ? undefined : toPair(row);
  }

  pairOfItem(partnership: number, itemId: string): Pair | undefined {
    const row = this.#db.get('SELECT * FROM pair WHERE partnership = ? AND item_id = ?', partnership, itemId);
    return row === undefined ? undefined : toPair(row);
  }

  /** Hash of what the device is known to hold of a record; undefined: in no pair. */
  deviceHash(partnership: number, clientId: string): string | null | undefined {
    const row = this.#db.get(
      'SELECT device_hash FROM pair WHERE partnership = ? AND client_id = ?',
      partnership,
      clientId,
    );
    if (row === undefined) return undefined;
    return row.device_hash === null ? null : String(row.device_hash);
  }

  /**
   * Takes the ids of records that the device had lost, and gets again, from their pairs, for it may have given them to
   * others; to be called within the durable write that ends a session, which gives each its new id.
   */
  releaseIds(session: number): void {
    this.#db.run(
      `UPDATE pair SET client_id = NULL
       WHERE id IN (SELECT pair FROM step WHERE session = ? AND pair IS NOT NULL AND device_op = 'create')`,
      session,
    );
  }

  /**
   * Makes the pairs of all steps that simply made one, as putPair would one by one; to be called within the durable
   * write that ends a session.
   */
  addNewPairs(partnership: number, session: number): void {
    this.#db.run(
      `INSERT INTO pair (partnership, client_id, item_id, device_base, device_hash, mailbox_base, item_hash)
       SELECT ?, client_id, item_id, device_after, device_hash,
         CASE WHEN mailbox_after IN ('${SAME_AS_DEVICE}', device_after) THEN NULL ELSE mailbox_after END, item_hash
       FROM step WHERE session = ? AND ${SIMPLY_NEW}`,
      partnership,
      session,
    );
  }

  /**
   * Which of these device ids are in a pair already. A device that went back in time gives ids anew that it has given
   * before: in its full comparison, `restored`, only those are taken that it has shown.
   */
  taken(partnership: number, clientIds: readonly string[], restored: number | null): readonly string[] {
    return this.#db
      .all(
        `SELECT client_id FROM pair WHERE partnership = ?1 AND client_id IN (SELECT value FROM json_each(?2))
           AND (?3 IS NULL OR client_id IN (SELECT client_id FROM temp.seen WHERE session = ?3))`,
        partnership,
        JSON.stringify(clientIds),
        restored,
      )
      .map((row) => String(row.client_id));
  }

  /** To be called within the durable write that ends a session. */
  putPair(partnership: number, id: number | null, change: PairChange): void {
    if (change.kind === 'delete') {
      if (id !== null) this.#db.run('DELETE FROM pair WHERE id = ?', id);
      return;
    }
    if (change.kind === 'hold') {
      this.#db.run('UPDATE pair SET held = 1 WHERE id = ?', id);
      return;
    }
    const values = [
      change.clientId,
      change.itemId,
      change.deviceBase,
      change.deviceHash,
      change.mailboxBase === change.deviceBase ? null : change.mailboxBase,
      change.itemHash,
      change.owedDevice === null ? null : JSON.stringify(change.owedDevice),
      change.owedMailbox === null ? null : JSON.stringify(change.owedMailbox),
    ];
    if (id === null) {
      this.#db.run(
        `INSERT INTO pair (client_id, item_id, device_base, device_hash, mailbox_base, item_hash, owed_device,
           owed_mailbox, partnership) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        ...values,
        partnership,
      );
    } else {
      this.#db.run(
        `UPDATE pair SET client_id = ?, item_id = ?, device_base = ?, device_hash = ?, mailbox_base = ?,
           item_hash = ?, owed_device = ?, owed_mailbox = ?, held = 0 WHERE id = ?`,
        ...values,
        id,
      );
    }
  }

  /** To be called within the durable write that ends a session. */
  putAnchors(partnership: number, anchors: Anchors): void {
    this.#db.run(
      `UPDATE partnership SET cursor = ?, device_anchor = ?, desktop_anchor = ?, clock = ?,
         full_at = COALESCE(?, full_at), force_slow = ?, scope = ?, window_from = ?, window_to = ? WHERE id = ?`,
      anchors.cursor,
      anchors.deviceAnchor,
      anchors.desktopAnchor,
      anchors.clock,
      anchors.fullAt,
      anchors.forceSlow ? 1 : 0,
      anchors.scope,
      anchors.windowFrom,
      anchors.windowTo,
      partnership,
    );
  }
}

function toPartnership(row: Row): Partnership {
  const numberOrNull = (name: string): number | null => (row[name] === null ? null : Number(row[name]));
  return {
    id: Number(row.id),
    device: String(row.device),
    folder: Number(row.folder),
    cursor: Number(row.cursor),
    deviceAnchor: numberOrNull('device_anchor'),
    desktopAnchor: numberOrNull('desktop_anchor'),
    clock: numberOrNull('clock'),
    fullAt: numberOrNull('full_at'),
    forceSlow: row.force_slow === 1,
    scope: row.scope === null ? null : String(row.scope),
    windowFrom: row.window_from === null ? null : String(row.window_from),
    windowTo: row.window_to === null ? null : String(row.window_to),
  };
}

function toPair(row: Row): Pair {
  const text = (name: string): string | null => (row[name] === null ? null : String(row[name]));
  const deviceBase = text('device_base');
  const itemId = text('item_id');
  return {
    id: Number(row.id),
    clientId: text('client_id'),
    itemId,
    deviceBase,
    mailboxBase: itemId === null ? null : (text('mailbox_base') ?? deviceBase),
    owedDevice: toOwed(row.owed_device),
    owedMailbox: toOwed(row.owed_mailbox),
    held: row.held === 1,
  };
}

function toOwed(value: string | number | null | undefined): Owed | null {
  return typeof value === 'string' ? (JSON.parse(value) as Owed) : null;
}
