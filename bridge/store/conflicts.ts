/** The conflict inbox: what both sides disagreed about, and what became of it (spec: sync engine, section 4). */
import type { ConflictChoice, ConflictState } from '../../contract/conflicts.ts';
import type { Side } from '../../datasets/index.ts';
import type { StepDispute } from '../sync/step.ts';
import type { Database, Row } from './database.ts';

export interface StoredConflict extends StepDispute {
  readonly id: number;
  readonly partnership: number;
  readonly device: string;
  readonly dataset: string;
  /** The session and the step that found it. */
  readonly session: number;
  readonly step: number;
  /** The pair; null once it has gone. */
  readonly pair: number | null;
  readonly label: string;
  readonly state: ConflictState;
  readonly choice: ConflictChoice | null;
  /** Ms since 1970. */
  readonly foundAt: number;
}

export interface NewConflict {
  readonly partnership: number;
  readonly session: number;
  readonly step: number;
  readonly pair: number | null;
  readonly label: string;
  readonly dispute: StepDispute;
  readonly foundAt: number;
}

const SELECT = `SELECT conflict.*, session.device_name, folder.dataset FROM conflict
  JOIN session ON session.id = conflict.session
  JOIN partnership ON partnership.id = conflict.partnership
  JOIN folder ON folder.id = partnership.folder`;

export class ConflictInbox {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** How many wait for a person. */
  countOpen(): number {
    return Number(this.#db.get(`SELECT count(*) AS n FROM conflict WHERE state = 'open'`)?.n ?? 0);
  }

  /** Newest first; `state` null lists all but those that are void. */
  list(state: ConflictState | null, before: number | null, limit: number): readonly StoredConflict[] {
    return this.#db
      .all(
        `${SELECT} WHERE (?1 IS NULL AND conflict.state <> 'void' OR conflict.state = ?1)
           AND (?2 IS NULL OR conflict.id < ?2) ORDER BY conflict.id DESC LIMIT ?3`,
        state,
        before,
        limit,
      )
      .map(toConflict);
  }

  get(id: number): StoredConflict | undefined {
    const row = this.#db.get(`${SELECT} WHERE conflict.id = ?`, id);
    return row === undefined ? undefined : toConflict(row);
  }

  /** Those of a partnership that wait for a person, or whose decision waits for a sync. */
  pending(partnership: number): readonly StoredConflict[] {
    return this.#db
      .all(
        `${SELECT} WHERE conflict.partnership = ? AND conflict.state IN ('open', 'decided') ORDER BY conflict.id`,
        partnership,
      )
      .map(toConflict);
  }

  /** A person's word. Of a settled conflict the policy's own choice leaves nothing to do. */
  decide(id: number, choice: ConflictChoice): void {
    this.#db.write(() =>
      this.#db.run(
        `UPDATE conflict SET choice = ?2, carried = NULL,
           state = CASE WHEN winner = ?2 THEN 'done' ELSE 'decided' END
         WHERE id = ?1 AND state IN ('open', 'settled', 'decided')`,
        id,
        choice,
      ),
    );
  }

  /** These decisions are part of the session's plan. */
  carry(session: number, ids: readonly number[]): void {
    if (ids.length === 0) return;
    this.#db.write(() => {
      for (const id of ids) this.#db.run('UPDATE conflict SET carried = ? WHERE id = ?', session, id);
    }, 'soon');
  }

  // What follows is to be called within the durable write that ends a session.

  add(conflict: NewConflict): void {
    const { dispute } = conflict;
    this.#db.run(
      `INSERT INTO conflict (partnership, session, step, pair, label, kind, state, removed_on, winner, fields, record,
         found_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      conflict.partnership,
      conflict.session,
      conflict.step,
      conflict.pair,
      conflict.label,
      dispute.kind,
      dispute.winner === null ? 'open' : 'settled',
      dispute.removedOn,
      dispute.winner,
      JSON.stringify(dispute.fields),
      dispute.record,
      conflict.foundAt,
    );
  }

  /** An open conflict is still there, with what the sides hold by now; what they had before stays known. */
  renew(known: StoredConflict, dispute: StepDispute): void {
    const bases = new Map(known.fields.map(({ key, base }) => [key, base]));
    const fields = dispute.fields.map(({ key, ...values }) => ({ ...values, key, base: bases.get(key) }));
    this.#db.run(
      'UPDATE conflict SET fields = ?, record = ? WHERE id = ?',
      JSON.stringify(fields.length === 0 ? known.fields : fields),
      dispute.record ?? known.record,
      known.id,
    );
  }

  close(id: number, state: 'done' | 'void'): void {
    this.#db.run('UPDATE conflict SET state = ? WHERE id = ?', state, id);
  }

  /** The session that carries decisions out has ended: they are done, or wait for the next one. */
  endCarried(session: number, outcome: 'committed' | 'dropped'): void {
    const state = outcome === 'committed' ? 'done' : 'decided';
    this.#db.run(`UPDATE conflict SET state = ?, carried = NULL WHERE carried = ?`, state, session);
  }

  /** The session has been put back: its conflicts are no more. */
  voidSession(session: number): void {
    this.#db.run(
      `UPDATE conflict SET state = 'void' WHERE session = ? AND state IN ('open', 'settled')`,
      session,
    );
  }
}

function toConflict(row: Row): StoredConflict {
  return {
    id: Number(row.id),
    partnership: Number(row.partnership),
    device: String(row.device_name),
    dataset: String(row.dataset),
    session: Number(row.session),
    step: Number(row.step),
    pair: row.pair === null ? null : Number(row.pair),
    label: String(row.label),
    kind: String(row.kind) as StoredConflict['kind'],
    state: String(row.state) as ConflictState,
    removedOn: row.removed_on as Side | null,
    winner: row.winner as Side | null,
    choice: row.choice as ConflictChoice | null,
    fields: JSON.parse(String(row.fields)) as StoredConflict['fields'],
    record: row.record === null ? null : String(row.record),
    foundAt: Number(row.found_at),
  };
}
