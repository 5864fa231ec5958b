/** The history: sessions that did something, read from the journal (spec: sync engine, G1, G7). */
import { countsSchema, reportLineSchema, sessionKindSchema, type Counts } from '../../contract/job.ts';
import type { HistoryEntry, HistoryRecord } from '../../contract/history.ts';
import { z } from 'zod';
import type { Database, Row } from './database.ts';

/** Of the stored report, what the history lists. */
const keptReportSchema = z.object({
  device: countsSchema,
  mailbox: countsSchema,
  conflicts: z.number(),
  lines: z.array(reportLineSchema).default([]),
});
const NO_COUNTS: Counts = { created: 0, updated: 0, removed: 0 };

/** A step of which something has really happened. */
const HAPPENED = `(step.mailbox_state = 'done' OR session.state = 'committed' AND step.device_op IS NOT NULL
  AND (step.device_op NOT IN ('create', 'recreate') OR step.device_state = 'done'))`;

const ENTRIES = `
  SELECT session.*, folder.dataset,
    (SELECT max(undo.id) FROM session AS undo
      WHERE undo.undoes = session.id AND undo.state = 'committed') AS undone_by,
    EXISTS (SELECT 1 FROM step WHERE step.session = session.id AND ${HAPPENED}) AS undoable
  FROM session JOIN partnership ON partnership.id = session.partnership
    JOIN folder ON folder.id = partnership.folder`;

/** What the history may grow to. */
export interface Retention {
  /** Sessions that began before are forgotten, in ms since 1970. */
  readonly before: number;
  /** Bytes of steps that may be kept. */
  readonly bytes: number;
  /** The latest sessions with steps, which are kept whatever their age and size. */
  readonly sessions: number;
}

/** Columns of a step that hold records, and what the rest of it takes. */
const RECORDS = ['device', 'mailbox'].flatMap((side) =>
  ['fields', 'before', 'after'].map((what) => `${side}_${what}`),
);
const STEP_BYTES = [
  '200',
  ...[...RECORDS, 'snapshot', 'disputes', 'line'].map((column) => `coalesce(octet_length(${column}), 0)`),
].join(' + ');

export class History {
  readonly #db: Database;
  /** What the sessions that have ended take, by their numbers. */
  readonly #bytes = new Map<number, number>();

  constructor(db: Database) {
    this.#db = db;
  }

  /** Newest first. Left out are sessions that came to nothing, and previews. */
  list(before: number | null, limit: number): readonly HistoryEntry[] {
    return this.#db
      .all(
        `${ENTRIES} WHERE session.preview = 0 AND (?1 IS NULL OR session.id < ?1)
           AND EXISTS (SELECT 1 FROM step WHERE step.session = session.id
             AND (session.state = 'committed' OR step.mailbox_state <> 'planned'))
         ORDER BY session.id DESC LIMIT ?2`,
        before,
        limit,
      )
      .map(toEntry);
  }

  entry(session: number): HistoryEntry | undefined {
    const row = this.#db.get(`${ENTRIES} WHERE session.id = ? AND session.preview = 0`, session);
    return row === undefined ? undefined : toEntry(row);
  }

  /** Records in the order of the plan, after a number; also those of a preview. */
  records(session: number, after: number, limit: number): readonly HistoryRecord[] {
    return this.#db
      .all(
        `SELECT step.number, step.line, session.preview = 0 AND ${HAPPENED} AS undoable
         FROM step JOIN session ON session.id = step.session
         WHERE step.session = ? AND step.number > ? AND step.line IS NOT NULL
         ORDER BY step.number LIMIT ?`,
        session,
        after,
        limit,
      )
      .map((row) => ({
        number: Number(row.number),
        lines: z.array(reportLineSchema).parse(JSON.parse(String(row.line))),
        undoable: row.undoable === 1,
      }));
  }

  countRecords(session: number): number {
    return Number(this.#db.get('SELECT count(line) AS n FROM step WHERE session = ?', session)?.n ?? 0);
  }

  /** Whether the session has changed something that is no longer kept. */
  isForgotten(session: number): boolean {
    const { deviceCounts, mailboxCounts } = this.entry(session) ?? { deviceCounts: {}, mailboxCounts: {} };
    const changed = [...Object.values(deviceCounts), ...Object.values(mailboxCounts)].some((n) => n > 0);
    return changed && this.#db.get('SELECT 1 FROM step WHERE session = ? LIMIT 1', session) === undefined;
  }

  /** Forgets what is too old or too much; what an open conflict or an unfinished session needs stays. */
  prune({ before, bytes, sessions }: Retention): void {
    const ended = this.#db.all(
      `SELECT id, started_at FROM session WHERE state IN ('committed', 'dropped')
         AND EXISTS (SELECT 1 FROM step WHERE step.session = session.id) ORDER BY id DESC`,
    );
    let kept = 0;
    const forgotten = ended.filter(({ id, started_at }, index) => {
      kept += this.#bytesOf(Number(id));
      return index >= sessions && (Number(started_at) < before || kept > bytes);
    });
    if (forgotten.length === 0) return;
    this.#db.write(() => {
      for (const { id } of forgotten) {
        this.#db.run(
          `DELETE FROM step WHERE session = ?1 AND NOT EXISTS
             (SELECT 1 FROM conflict WHERE conflict.session = ?1 AND conflict.state IN ('open', 'decided'))`,
          id ?? null,
        );
      }
    });
  }

  /** Bytes of a session that has ended, which nothing adds to any more. */
  #bytesOf(session: number): number {
    let bytes = this.#bytes.get(session);
    if (bytes === undefined) {
      const row = this.#db.get(`SELECT sum(${STEP_BYTES}) AS bytes FROM step WHERE session = ?`, session);
      this.#bytes.set(session, (bytes = Number(row?.bytes ?? 0)));
    }
    return bytes;
  }

  /** Plans that were only shown; the latest ones can still be looked at. */
  forgetPreviews(keep: number): void {
    this.#db.write(() =>
      this.#db.run(
        `DELETE FROM step WHERE session IN
           (SELECT id FROM session WHERE preview = 1 ORDER BY id DESC LIMIT -1 OFFSET ?)`,
        keep,
      ),
    );
  }
}

function toEntry(row: Row): HistoryEntry {
  const report = keptReportSchema.safeParse(row.report === null ? null : JSON.parse(String(row.report)));
  return {
    session: Number(row.id),
    job: String(row.job),
    device: String(row.device_name),
    dataset: String(row.dataset),
    kind: sessionKindSchema.parse(row.kind),
    outcome: row.state === 'committed' ? 'committed' : 'interrupted',
    startedAt: new Date(Number(row.started_at)).toISOString(),
    endedAt: row.ended_at === null ? null : new Date(Number(row.ended_at)).toISOString(),
    deviceCounts: report.data?.device ?? NO_COUNTS,
    mailboxCounts: report.data?.mailbox ?? NO_COUNTS,
    conflicts: report.data?.conflicts ?? 0,
    undoes: row.undoes === null ? null : Number(row.undoes),
    undoneBy: row.undone_by === null ? null : Number(row.undone_by),
    undoable: row.undoable === 1,
    problems: report.data?.lines ?? [],
  };
}
