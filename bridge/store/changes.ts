/** What has changed since the last session of a device, and has to be planned. */
import type { Database } from './database.ts';
import type { Partnership } from './partnerships.ts';

/** What a session has to look at besides what changed. */
export interface Reach {
  /** Everything is compared. */
  readonly full: boolean;
  /** Mode or scope are others than last time. */
  readonly rescoped: boolean;
  readonly window: { readonly from: string; readonly to: string } | null;
  /** What lies outside the window leaves the device. */
  readonly trim: boolean;
}

/** An item that the device has not got yet. */
export interface NewItem {
  readonly number: number;
  readonly id: string;
  readonly createKey: string | null;
  /** The half pair that it is in, where the device has refused it or lost it before. */
  readonly pair: number | null;
}

/** A whole pair of which a side's record is gone. */
export interface Widowed {
  readonly pair: number;
  /** Where the record is gone. */
  readonly side: 'device' | 'mailbox';
  /** What that side is known to have held, JSON of fields. */
  readonly base: string;
}

export class Changes {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /**
   * Ids of the pairs that have something to plan: reported by the device, changed in the folder since the cursor,
   * owing, held, decided by a person, not seen in a full comparison, or on their way into the window (at its beginning, too:
   * this PC's clock may have been wrong) or out of it. Cost follows what changed.
   */
  touched(partnership: Partnership, session: number, reach: Reach): readonly number[] {
    const rows = this.#db.all(
      `SELECT pair.id FROM temp.collected AS c JOIN pair ON pair.partnership = ?1 AND pair.client_id = c.client_id
         WHERE c.session = ?2
       UNION
       SELECT pair.id FROM item JOIN pair ON pair.partnership = ?1 AND pair.item_id = item.id
         WHERE item.folder = ?3 AND item.seq > ?4 AND (item.fields IS NULL OR item.hash IS NOT pair.item_hash)
       UNION
       SELECT id FROM pair WHERE partnership = ?1
         AND (owed_device IS NOT NULL OR owed_mailbox IS NOT NULL OR held = 1)
       UNION
       SELECT id FROM pair WHERE ?5 AND partnership = ?1 AND client_id IS NOT NULL
         AND client_id NOT IN (SELECT client_id FROM temp.seen WHERE session = ?2)
       UNION
       SELECT pair FROM conflict WHERE partnership = ?1 AND state = 'decided' AND pair IS NOT NULL
       UNION
       SELECT id FROM pair WHERE ?6 AND partnership = ?1
       UNION
       SELECT pair.id FROM item JOIN pair ON pair.partnership = ?1 AND pair.item_id = item.id
         WHERE item.folder = ?3 AND item.last_on < ?7 AND item.last_on >= ?8 AND pair.client_id IS NOT NULL
       UNION
       SELECT pair.id FROM item JOIN pair ON pair.partnership = ?1 AND pair.item_id = item.id
         WHERE item.folder = ?3 AND item.first_on > ?9 AND item.first_on <= ?10 AND pair.client_id IS NULL
       UNION
       SELECT pair.id FROM item JOIN pair ON pair.partnership = ?1 AND pair.item_id = item.id
         WHERE item.folder = ?3 AND item.last_on >= ?7 AND item.last_on < ?12 AND pair.client_id IS NULL
       UNION
       SELECT pair.id FROM item JOIN pair ON pair.partnership = ?1 AND pair.item_id = item.id
         WHERE ?11 AND item.folder = ?3 AND item.first_on > ?10 AND pair.client_id IS NOT NULL
       ORDER BY 1`,
      partnership.id,
      session,
      partnership.folder,
      partnership.cursor,
      reach.full ? 1 : 0,
      reach.rescoped ? 1 : 0,
      reach.window?.from ?? null,
      reach.trim ? '' : partnership.windowFrom,
      partnership.windowTo,
      reach.window?.to ?? null,
      reach.trim ? 1 : 0,
      partnership.windowFrom,
    );
    return rows.map((row) => Number(row.id));
  }

  /**
   * Items that are in no whole pair and that the device has not got yet, in the log's order; also those that have come into
   * the window.
   */
  newItems(partnership: Partnership, reach: Reach): readonly NewItem[] {
    const rows = this.#db.all(
      `SELECT number, id, create_key, NULL AS pair FROM item
         WHERE folder = ?1 AND seq > ?2 AND fields IS NOT NULL
         AND NOT EXISTS (SELECT 1 FROM pair WHERE partnership = ?3 AND item_id = item.id)
       UNION ALL
       SELECT number, id, create_key, NULL AS pair FROM item
         WHERE folder = ?1 AND first_on > ?4 AND first_on <= ?5 AND seq <= ?2 AND fields IS NOT NULL
         AND NOT EXISTS (SELECT 1 FROM pair WHERE partnership = ?3 AND item_id = item.id)
       UNION ALL
       SELECT number, id, create_key, NULL AS pair FROM item
         WHERE folder = ?1 AND last_on >= ?6 AND last_on < ?7 AND (first_on IS NULL OR first_on <= ?4)
         AND seq <= ?2 AND fields IS NOT NULL
         AND NOT EXISTS (SELECT 1 FROM pair WHERE partnership = ?3 AND item_id = item.id)
       UNION ALL
       SELECT item.number, item.id, item.create_key, pair.id AS pair FROM pair
         JOIN item ON item.folder = ?1 AND item.id = pair.item_id AND item.fields IS NOT NULL
         WHERE pair.partnership = ?3 AND pair.client_id IS NULL
           AND (pair.owed_device IS NOT NULL OR pair.owed_mailbox IS NOT NULL)
       ORDER BY number`,
      partnership.folder,
      reach.full || reach.rescoped ? -1 : partnership.cursor,
      partnership.id,
      partnership.windowTo,
      reach.window?.to ?? null,
      reach.window?.from ?? null,
      partnership.windowFrom,
    );
    return rows.map((row) => ({
      number: Number(row.number),
      id: String(row.id),
      createKey: row.create_key === null ? null : String(row.create_key),
      pair: row.pair === null ? null : Number(row.pair),
    }));
  }

  /**
   * Whole pairs of which a side has lost its record, or both have: told as removed since the last session, or not seen in a
   * full comparison, this one or an earlier one. Those held are asked for in the words of the index `pair_owing`.
   */
  widowed(partnership: Partnership, session: number, full: boolean): readonly Widowed[] {
    const rows = this.#db.all(
      `WITH gone AS (
         SELECT pair.id, 'mailbox' AS side, COALESCE(mailbox_base, device_base) AS base
           FROM item JOIN pair ON pair.partnership = ?1 AND pair.item_id = item.id
           WHERE item.folder = ?3 AND item.seq > ?4 AND item.fields IS NULL AND client_id IS NOT NULL
         UNION
         SELECT pair.id, 'device', device_base
           FROM temp.collected AS c JOIN pair ON pair.partnership = ?1 AND pair.client_id = c.client_id
           WHERE c.session = ?2 AND c.fields IS NULL AND item_id IS NOT NULL
         UNION
         SELECT id, 'device', device_base FROM pair
           WHERE ?5 AND partnership = ?1 AND client_id IS NOT NULL AND item_id IS NOT NULL
             AND client_id NOT IN (SELECT client_id FROM temp.seen WHERE session = ?2)
         UNION
         SELECT id, 'device', device_base FROM pair
           WHERE NOT ?5 AND partnership = ?1 AND held = 1 AND item_id IS NOT NULL
             AND (owed_device IS NOT NULL OR owed_mailbox IS NOT NULL OR held = 1)
             AND client_id NOT IN (SELECT client_id FROM temp.collected WHERE session = ?2)
       )
       SELECT * FROM gone WHERE base IS NOT NULL ORDER BY id`,
      partnership.id,
      session,
      partnership.folder,
      partnership.cursor,
      full ? 1 : 0,
    );
    return rows.map((row) => ({
      pair: Number(row.id),
      side: row.side === 'device' ? 'device' : 'mailbox',
      base: String(row.base),
    }));
  }
}
