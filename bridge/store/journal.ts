/**
 * The journal of sessions: what a session is about to do, written before it is done, and what became of it. Committed
 * sessions stay as the history.
 */
import type { DeviceStep, OperationState, Step, StepOperation } from '../sync/step.ts';
import type { Database, Row } from './database.ts';
import { toSession, type SessionRow } from './session-rows.ts';
import { DEVICE_STEPS, INSERT_STEP, SIMPLY_NEW, stepValues, toDeviceStep, toStep } from './step-rows.ts';

/** What became of a step's mailbox operation. */
export interface MailboxOutcome {
  readonly number: number;
  readonly state: OperationState;
  readonly itemId: string | null;
  /** What the mailbox holds now, JSON of fields; null keeps what was planned. */
  readonly after: string | null;
  readonly hash: string | null;
  readonly version: string;
  readonly problem: string | null;
}

/** The ids under which a step has left its record. */
export interface WrittenRecord extends Pick<Step, 'number' | 'clientId' | 'newClientId' | 'itemId'> {
  readonly session: number;
}

/** The records that undos have put back, by the steps whose doing that was, as `session:step`. */
export type PutBack = ReadonlyMap<string, readonly WrittenRecord[]>;

export class Journal {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  begin(
    session: Omit<SessionRow, 'id' | 'state' | 'cursor' | 'forceSlow'> & { readonly job: string },
  ): number {
    return this.#db.write(
      () =>
        this.#db.run(
          `INSERT INTO session (partnership, job, state, kind, device_next, desktop_next, clock, started_at,
             device_name, undoes, preview, scope, window_from, window_to)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
          session.partnership,
          session.job,
          // Nothing of a preview is ever to be recovered.
          session.preview ? 'dropped' : 'open',
          session.kind,
          session.deviceNext,
          session.desktopNext,
          session.clock,
          session.startedAt,
          session.deviceName,
          session.undoes,
          session.preview ? 1 : 0,
          session.scope,
          session.windowFrom,
          session.windowTo,
        ).lastInsertRowid,
    );
  }

  /** Sessions of this partnership that ended without a known outcome, oldest first. */
  unfinished(partnership: number): readonly SessionRow[] {
    return this.#db
      .all(
        `SELECT * FROM session WHERE partnership = ? AND state IN ('open', 'pending') ORDER BY id`,
        partnership,
      )
      .map(toSession);
  }

  /** The device's `next` of the latest session, whatever became of it; null: none. */
  lastDeviceNext(partnership: number): number | null {
    const row = this.#db.get(
      'SELECT device_next FROM session WHERE partnership = ? ORDER BY id DESC LIMIT 1',
      partnership,
    );
    return row === undefined ? null : Number(row.device_next);
  }

  /** Writes a chunk of the plan. Nothing is carried out before it is written. */
  addSteps(session: number, steps: readonly Step[]): void {
    // Nothing is done in the mailbox, or made final on the device, before a write that is durable at once.
    const rows = steps.map((step) => stepValues(session, step));
    this.#db.write(() => this.#db.insert(INSERT_STEP, rows), 'soon');
  }

  /** Takes the plan back: a person's answer makes another one. Nothing of it has been carried out. */
  clearSteps(session: number): void {
    this.#db.write(() => this.#db.run('DELETE FROM step WHERE session = ?', session), 'soon');
  }

  /**
   * Forgets the plan of a dropped session of which nothing reached the mailbox, for it would push what did happen out of the
   * history; to be called within the durable write that drops it.
   */
  forgetUndone(session: number): void {
    this.#db.run(
      `DELETE FROM step WHERE session = ?1
         AND NOT EXISTS (SELECT 1 FROM step WHERE session = ?1 AND mailbox_state <> 'planned')`,
      session,
    );
  }

  isCommitted(session: number): boolean {
    return this.#db.get(`SELECT 1 FROM session WHERE id = ? AND state = 'committed'`, session) !== undefined;
  }

  session(id: number): SessionRow | undefined {
    const row = this.#db.get('SELECT * FROM session WHERE id = ?', id);
    return row === undefined ? undefined : toSession(row);
  }

  /** What the undos of a partnership have put back so far, also those that were cut. */
  putBack(partnership: number): PutBack {
    const rows = this.#db.all(
      `SELECT session, number, client_id, new_client_id, item_id, restore FROM step
       WHERE session IN (SELECT id FROM session WHERE partnership = ? AND undoes IS NOT NULL)
         AND restore IS NOT NULL ORDER BY session, number`,
      partnership,
    );
    const putBack = new Map<string, WrittenRecord[]>();
    for (const row of rows) {
      const text = (name: string): string | null => (row[name] === null ? null : String(row[name]));
      const record = {
        session: Number(row.session),
        number: Number(row.number),
        clientId: text('client_id'),
        newClientId: text('new_client_id'),
        itemId: text('item_id'),
      };
      const restored = String(row.restore);
      putBack.set(restored, [...(putBack.get(restored) ?? []), record]);
    }
    return putBack;
  }

  setCursor(session: number, cursor: number): void {
    this.#db.write(() => this.#db.run('UPDATE session SET cursor = ? WHERE id = ?', cursor, session));
  }

  /** The plan's steps, in order, a chunk at a time: those with an operation on the side, or all. */
  steps(
    session: number,
    of: 'device' | 'mailbox' | 'all',
    chunk: number,
    after = -1,
  ): Generator<readonly Step[]> {
    return this.#chunks(session, of === 'all' ? '' : `AND ${of}_op IS NOT NULL`, chunk, after);
  }

  step(session: number, number: number): Step | undefined {
    const row = this.#db.get('SELECT * FROM step WHERE session = ? AND number = ?', session, number);
    return row === undefined ? undefined : toStep(row);
  }

  /** What is to be done on the device, in order, a chunk at a time: only what that needs, for it is thousands of rows. */
  deviceSteps(session: number, chunk: number, after: number): Generator<readonly DeviceStep[]> {
    return this.#rows(DEVICE_STEPS, session, chunk, after, toDeviceStep);
  }

  /** Creates that the device has not carried out. */
  unmapped(session: number): Generator<readonly Step[]> {
    return this.#chunks(
      session,
      `AND device_op IN ('create', 'recreate') AND device_state NOT IN ('done', 'failed')`,
      200,
    );
  }

  /** Steps that end otherwise than by making a new whole pair; Partnerships.addNewPairs does those at once. */
  notSimplyNew(session: number): Generator<readonly Step[]> {
    return this.#chunks(session, `AND NOT ${SIMPLY_NEW}`, 500);
  }

  /** Steps that both sides disagreed about, and those of the given pairs. */
  *disputedOr(session: number, pairs: readonly number[]): Generator<readonly Step[]> {
    yield* this.#chunks(session, 'AND disputes IS NOT NULL', 500);
    if (pairs.length === 0) return;
    yield this.#db
      .all(
        `SELECT * FROM step WHERE session = ? AND disputes IS NULL
           AND pair IN (SELECT value FROM json_each(?))`,
        session,
        JSON.stringify(pairs),
      )
      .map(toStep);
  }

  *#chunks(session: number, wanted: string, chunk: number, from = -1): Generator<readonly Step[]> {
    const sql = `SELECT * FROM step WHERE session = ? AND number > ? ${wanted} ORDER BY number LIMIT ?`;
    yield* this.#rows(sql, session, chunk, from, toStep);
  }

  *#rows<T>(
    sql: string,
    session: number,
    chunk: number,
    from: number,
    read: (row: Row) => T,
  ): Generator<readonly T[]> {
    for (let after = from; ;) {
      const rows = this.#db.all(sql, session, after, chunk);
      if (rows.length === 0) return;
      yield rows.map(read);
      after = Number(rows.at(-1)?.number);
    }
  }

  /** The report's lines of a session, JSON each, and how many steps told something. */
  lines(session: number, limit: number): readonly string[] {
    const rows = this.#db.all(
      'SELECT line FROM step WHERE session = ? AND line IS NOT NULL ORDER BY number LIMIT ?',
      session,
      limit,
    );
    return rows.map((row) => String(row.line));
  }

  /** Numbers for the report. */
  tally(session: number): {
    readonly told: number;
    readonly conflicts: number;
    /** Records that were on both sides and have been joined. */
    readonly joined: number;
    /** Operations by side, kind and state. */
    readonly operations: readonly {
      readonly side: 'device' | 'mailbox';
      readonly kind: StepOperation['kind'];
      readonly state: OperationState;
      readonly count: number;
    }[];
  } {
    const sums = this.#db.get(
      `SELECT count(line) AS told, sum(conflicts) AS conflicts,
         sum(pair IS NULL AND client_id IS NOT NULL AND item_id IS NOT NULL
           AND device_op IS NOT 'create' AND mailbox_op IS NOT 'create') AS joined
       FROM step WHERE session = ?`,
      session,
    );
    const operations = (['device', 'mailbox'] as const).flatMap((side) =>
      this.#db
        .all(
          `SELECT ${side}_op AS kind, ${side}_state AS state, count(*) AS n FROM step
           WHERE session = ? AND ${side}_op IS NOT NULL GROUP BY 1, 2`,
          session,
        )
        .map((row) => ({
          side,
          kind: String(row.kind) as StepOperation['kind'],
          state: String(row.state) as OperationState,
          count: Number(row.n),
        })),
    );
    return {
      told: Number(sums?.told ?? 0),
      conflicts: Number(sums?.conflicts ?? 0),
      joined: Number(sums?.joined ?? 0),
      operations,
    };
  }

  countOperations(session: number, side: 'device' | 'mailbox'): number {
    const row = this.#db.get(
      `SELECT count(*) AS n FROM step WHERE session = ? AND ${side}_op IS NOT NULL`,
      session,
    );
    return Number(row?.n ?? 0);
  }

  /** Written ahead: these mailbox operations are about to be handed over. */
  markSent(session: number, numbers: readonly number[], at: number): void {
    this.#db.write(() => {
      for (const number of numbers) {
        this.#db.run(
          `UPDATE step SET mailbox_state = 'sent', sent_at = ? WHERE session = ? AND number = ?`,
          at,
          session,
          number,
        );
      }
    });
  }

  putSnapshots(
    session: number,
    snapshots: readonly { readonly number: number; readonly item: string | null }[],
  ): void {
    this.#db.write(() => {
      for (const { number, item } of snapshots) {
        this.#db.run('UPDATE step SET snapshot = ? WHERE session = ? AND number = ?', item, session, number);
      }
    });
  }

  /** The fate of a batch of mailbox operations, together with what `also` writes. */
  putMailboxOutcomes(session: number, outcomes: readonly MailboxOutcome[], also: () => void): void {
    this.#db.write(() => {
      for (const outcome of outcomes) {
        this.#db.run(
          `UPDATE step SET mailbox_state = ?, item_id = COALESCE(?, item_id),
             mailbox_after = COALESCE(?, mailbox_after), item_hash = ?, mailbox_version = ?, problem = ?
           WHERE session = ? AND number = ?`,
          outcome.state,
          outcome.itemId,
          outcome.after,
          outcome.hash,
          outcome.version,
          outcome.problem,
          session,
          outcome.number,
        );
      }
      also();
    });
  }

  /** Creates that the device has carried out. */
  putMapped(
    session: number,
    mapped: readonly { readonly number: number; readonly clientId: string }[],
  ): void {
    if (mapped.length === 0) return;
    const update = (made: string): string =>
      `UPDATE step SET device_state = 'done',
         client_id = CASE device_op WHEN 'create' THEN made.id ELSE client_id END,
         new_client_id = CASE device_op WHEN 'create' THEN NULL ELSE made.id END
       FROM (SELECT column1 AS session, column2 AS number, column3 AS id FROM ${made}) AS made
       WHERE step.session = made.session AND step.number = made.number`;
    const rows = mapped.map(({ number, clientId }) => [session, number, clientId]);
    this.#db.write(() => this.#db.update(update, '(?, ?, ?)', rows), 'soon');
  }

  /** Operations that the device has refused: the records have changed there. */
  putRefused(session: number, numbers: readonly number[]): void {
    if (numbers.length === 0) return;
    this.#db.write(() => {
      for (const number of numbers) {
        this.#db.run(
          `UPDATE step SET device_state = 'failed' WHERE session = ? AND number = ?`,
          session,
          number,
        );
      }
    }, 'soon');
  }

  /** The device is about to be told to commit. `forceSlow`: what is to follow if it does, however this process ends. */
  markPending(session: number, forceSlow: boolean): void {
    this.#db.write(() =>
      this.#db.run(
        `UPDATE session SET state = 'pending', force_slow = ? WHERE id = ?`,
        forceSlow ? 1 : 0,
        session,
      ),
    );
  }

  /** Ends a session; to be called within the durable write that settles its pairs. */
  end(session: number, state: 'committed' | 'dropped', at: number): void {
    this.#db.run('UPDATE session SET state = ?, ended_at = ? WHERE id = ?', state, at, session);
  }

  /** The whole item as a session kept it before it wrote or removed it; null: it kept none. */
  snapshot(session: number, step: number): string | null {
    const row = this.#db.get('SELECT snapshot FROM step WHERE session = ? AND number = ?', session, step);
    return typeof row?.snapshot === 'string' ? row.snapshot : null;
  }

  /** How many characters `snapshot` has. */
  snapshotChars(session: number, step: number): number {
    const sql = 'SELECT length(snapshot) AS chars FROM step WHERE session = ? AND number = ?';
    return Number(this.#db.get(sql, session, step)?.chars ?? 0);
  }

  /** The report without its lines, for the history. */
  putReport(session: number, report: string): void {
    this.#db.write(() => this.#db.run('UPDATE session SET report = ? WHERE id = ?', report, session), 'soon');
  }

  /** The item that a create with this key made, and when it was handed over; undefined: no such operation. */
  createdBy(
    key: string,
  ): { readonly itemId: string; readonly after: string | null; readonly at: number } | undefined {
    const row = this.#db.get(
      `SELECT item_id, mailbox_after, sent_at FROM step
       WHERE mailbox_key = ? AND mailbox_op = 'create' AND mailbox_state = 'done'`,
      key,
    );
    if (row === undefined || row.item_id === null) return undefined;
    return {
      itemId: String(row.item_id),
      after: row.mailbox_after === null ? null : String(row.mailbox_after),
      at: Number(row.sent_at),
    };
  }
}
