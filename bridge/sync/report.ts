/** The report of a session, read from the journal: a line for each record touched, counts, problems. */
import { errorCatalogue, isErrorCode, type SyncError } from '../../contract/errors.ts';
import type { Counts, ErrorInfo, ReportLine, SessionReport } from '../../contract/job.ts';
import type { Store } from '../store/store.ts';
import type { SessionProblem } from './context.ts';
import type { SessionTrace } from './session.ts';
import type { Step } from './step.ts';

/** More lines than this are counted, not kept: a first sync of ten thousand records is told in one number. */
export const MAX_LINES = 1_000;

export function sessionReport(
  store: Store,
  dataset: string,
  trace: SessionTrace,
  told: {
    readonly problems: readonly SessionProblem[];
    readonly error: SyncError | undefined;
    readonly linkLines: number;
    readonly durationMs: number;
  },
): SessionReport {
  const counts = { device: emptyCounts(), mailbox: emptyCounts() };
  const lines: ReportLine[] = told.problems.map(problemLine);
  let omitted = 0;
  let paired = 0;
  let conflicts = 0;
  const committed = told.error === undefined;
  if (trace.session !== null) {
    for (const steps of store.journal.steps(trace.session, 'all', 500)) {
      for (const step of steps) {
        count(counts.mailbox, step.mailbox.operation);
        if (committed) count(counts.device, step.device.operation, step.device.operation?.kind !== 'create');
        const told = step.line === null ? [] : (JSON.parse(step.line) as ReportLine[]);
        if (step.pair === null && step.clientId !== null && step.itemId !== null && isJoined(step))
          paired += 1;
        conflicts += told.filter((line) => line.action === 'conflict').length;
        const room = Math.max(0, MAX_LINES - lines.length);
        lines.push(...told.slice(0, room));
        omitted += Math.max(0, told.length - room);
      }
    }
  }
  return {
    dataset,
    kind: trace.kind,
    outcome: told.error === undefined ? 'ok' : told.error.code === 'sync.cancelled' ? 'cancelled' : 'failed',
    ...(told.error !== undefined && { error: errorInfo(told.error) }),
    device: counts.device,
    mailbox: counts.mailbox,
    paired,
    conflicts,
    pairs: trace.partnership === null ? 0 : store.partnerships.pairCount(trace.partnership),
    linkLines: told.linkLines,
    durationMs: Math.round(told.durationMs),
    waitedMs: Math.round(trace.waitedMs),
    lines: lines.slice(0, MAX_LINES),
    linesOmitted: omitted + Math.max(0, lines.length - MAX_LINES),
  };
}

/** Neither side had to be given the record: it was there on both. */
function isJoined(step: Step): boolean {
  return step.device.operation?.kind !== 'create' && step.mailbox.operation?.kind !== 'create';
}

export function errorInfo(error: SyncError): ErrorInfo {
  return { code: error.code, message: error.message, remedy: error.remedy };
}

function emptyCounts(): Counts {
  return { created: 0, updated: 0, removed: 0 };
}

function count(
  counts: Counts,
  operation: Step['device']['operation'],
  done = operation?.state === 'done',
): void {
  if (operation === null || !(done || operation.state === 'done')) return;
  if (operation.kind === 'create') counts.created += 1;
  else if (operation.kind === 'update') counts.updated += 1;
  else counts.removed += 1;
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
