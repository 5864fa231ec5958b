/** The changes that one sync reports, read page by page from a snapshot of the store. */
import type { EpochMs } from '../../contract/client-plugin.ts';
import type { Db } from './database.ts';
import type { Anchor } from './sync-store.ts';

/** `changedAt`: ms since 1970 by the device's clock; null: not known. */
export type StoredChange =
  | {
      readonly kind: 'create' | 'replace';
      readonly number: number;
      /** JSON of the fields. */
      readonly stored: string;
      readonly changedAt: EpochMs | null;
    }
  | { readonly kind: 'remove'; readonly number: number; readonly changedAt: EpochMs | null };

/** Rows read at a time: few enough to keep the sender's memory small. */
const PAGE = 200;

/** Known to the desktop: it was there at the last fetch, or the desktop made it itself. */
const KNOWN = '(created <= @fetched OR created_by = @desktop)';

interface ChangeRow {
  readonly number: number;
  readonly at: number;
  readonly fields: string;
  readonly changedAt: EpochMs | null;
}

export class ChangeReader {
  /** Position in the sequence of changes that this snapshot shows. */
  readonly fetched: number;
  readonly #db: Db;
  readonly #dataset: string;
  readonly #since: Anchor | null;

  /** Takes over `db`, which has a read transaction open; `since` null: every record, as a create. */
  constructor(db: Db, dataset: string, since: Anchor | null, fetched: number) {
    this.#db = db;
    this.#dataset = dataset;
    this.#since = since;
    this.fetched = fetched;
  }

  /** Pages of changes in the order that devices send them: creates, removes, replaces. */
  *pages(): IterableIterator<readonly StoredChange[]> {
    for (const rows of this.#rows('records', 'changed', `NOT ${KNOWN}`)) {
      yield rows.map((row) => recordChange('create', row));
    }
    for (const rows of this.#rows('deletions', 'deleted', KNOWN)) {
      yield rows.map(({ number, changedAt }) => ({ kind: 'remove', number, changedAt }));
    }
    for (const rows of this.#rows('records', 'changed', KNOWN)) {
      yield rows.map((row) => recordChange('replace', row));
    }
  }

  /** Ends the snapshot. Can be called more than once. */
  close(): void {
    if (this.#db.open) this.#db.close();
  }

  *#rows(
    table: 'records' | 'deletions',
    position: 'changed' | 'deleted',
    condition: string,
  ): IterableIterator<readonly ChangeRow[]> {
    const fields = table === 'records' ? 'fields' : "'{}' AS fields";
    // Without an anchor nothing is known, and position -1 is before all there is.
    const fetched = this.#since?.fetched ?? -1;
    const desktop = this.#since?.desktop ?? -1;
    const page = this.#db.prepare(
      `SELECT number, ${position} AS at, ${position}_at AS changedAt, ${fields} FROM ${table}
       WHERE dataset = @dataset AND (${position}, number) > (@at, @number)
         AND ${position}_by <> @desktop AND ${condition}
       ORDER BY ${position}, number LIMIT ${PAGE}`,
    );
    // Ahead of every number, for no record of the anchor's own position is to be read again.
    let after = { at: fetched, number: Number.MAX_SAFE_INTEGER };
    for (;;) {
      const rows = page.all({ dataset: this.#dataset, fetched, desktop, ...after }) as ChangeRow[];
      const last = rows.at(-1);
      if (last === undefined) return;
      yield rows;
      after = { at: last.at, number: last.number };
    }
  }
}

function recordChange(kind: 'create' | 'replace', { number, fields, changedAt }: ChangeRow): StoredChange {
  return { kind, number, stored: fields, changedAt };
}
