/** The report of a session, read from the journal: a line for each record touched, counts, problems. */
import { errorCatalogue, isErrorCode, type SyncError } from '../../contract/errors.ts';
import type { Counts, ErrorInfo, ReportLine, SessionReport } from '../../contract/job.ts';
import type { Store } from '../store/store.ts';
import type { SessionProblem } from './context.ts';
import type { SessionTrace } from './session.ts';

/** More lines than this are counted, not kept: a first sync of ten thousand records is told in one number. */
export const MAX_LINES = 1_000;

const COUNTED_AS = { create: 'created', update: 'updated', remove: 'removed', recreate: 'updated' } as const;

export function sessionReport(
  store: Store,
  dataset: string,
  trace: SessionTrace,
  told: {
    readonly problems: readonly SessionProblem[];
    readonly error: SyncError | undefined;
    /** What is planned counts, for nothing is done. */
    readonly preview: boolean;
    readonly linkLines: number;
    readonly durationMs: number;
  },
): SessionReport {
  const counts = { device: emptyCounts(), mailbox: emptyCounts() };
  const tally = trace.session === null ? undefined : store.journal.tally(trace.session);
  for (const operation of tally?.operations ?? []) {
    // A device does what it is told, or drops a create; until it has committed nothing counts.
    const onDevice =
      told.error === undefined &&
      operation.side === 'device' &&
      operation.kind !== 'create' &&
      operation.state !== 'failed';
    const done = operation.state === 'done' && (operation.side === 'mailbox' || told.error === undefined);
    if (told.preview || onDevice || done)
      counts[operation.side][COUNTED_AS[operation.kind]] += operation.count;
  }
  const problems = told.problems.slice(0, MAX_LINES).map(problemLine);
  const room = MAX_LINES - problems.length;
  const steps = trace.session === null ? [] : store.journal.lines(trace.session, room);
  const lines = [...problems, ...steps.flatMap((line) => JSON.parse(line) as ReportLine[])].slice(
    0,
    MAX_LINES,
  );
  return {
    session: trace.session,
    dataset,
    kind: trace.kind,
    outcome: told.error === undefined ? 'ok' : told.error.code === 'sync.cancelled' ? 'cancelled' : 'failed',
    ...(told.error !== undefined && { error: errorInfo(told.error) }),
    device: counts.device,
    mailbox: counts.mailbox,
    paired: tally?.joined ?? 0,
    conflicts: tally?.conflicts ?? 0,
    pairs: trace.partnership === null ? 0 : store.partnerships.pairCount(trace.partnership),
    linkLines: told.linkLines,
    durationMs: Math.round(told.durationMs),
    waitedMs: Math.round(trace.waitedMs),
    lines,
    linesOmitted: Math.max(0, told.problems.length + (tally?.told ?? 0) - lines.length),
  };
}

/** Problems that the history keeps of a session. */
const MAX_KEPT_PROBLEMS = 50;

/** The report as the history keeps it: its lines are told by the steps, but for problems that are no step's. */
export function keptReport(report: SessionReport): string {
  const problems = report.lines.filter(({ code }) => code !== undefined).slice(0, MAX_KEPT_PROBLEMS);
  return JSON.stringify({ ...report, lines: problems, linesOmitted: 0 });
}

export function errorInfo(error: SyncError): ErrorInfo {
  return { code: error.code, message: error.message, remedy: error.remedy };
}

function emptyCounts(): Counts {
  return { created: 0, updated: 0, removed: 0 };
}

function problemLine(problem: SessionProblem): ReportLine {
  const known = isErrorCode(problem.code) ? errorCatalogue[problem.code] : undefined;
  const reason = known?.message ?? problem.code;
  return {
    side: problem.side,
    action: 'problem',
    label: problem.label,
    reason: problem.detail === '' ? reason : `${reason} (${problem.detail})`,
    fields: [],
    code: problem.code,
    ...(known !== undefined && { remedy: known.remedy }),
  };
}
