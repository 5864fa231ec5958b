/**
 * A run over all datasets of one device, in the original desktop's order (spec: qdsync protocol, section 8), with what
 * the device and the people watching are told.
 */
import type { DeviceConnection } from '../../contract/device.ts';
import { failureText, SyncError, toSyncError } from '../../contract/errors.ts';
import type { Phase, Progress, SessionReport } from '../../contract/job.ts';
import type { ServerPluginFactory } from '../../contract/server-plugin.ts';
import type { DatasetDefinition } from '../../datasets/index.ts';
import type { Store } from '../store/store.ts';
import type { Clock } from './clock.ts';
import type { RunningSettings, SessionContext, SessionProblem, UndoWish } from './context.ts';
import { doneText } from './device-words.ts';
import { keptReport, sessionReport } from './report.ts';
import { runSession, type SessionTrace } from './session.ts';

/** Steps that the device's progress bar is told per dataset, as the original did. */
const DEVICE_STEPS = 6;
const STEP_OF: Readonly<Record<Phase, number>> = {
  connecting: 1,
  header: 2,
  collecting: 3,
  planning: 4,
  applying: 5,
  committing: 6,
  done: 6,
};
/** Problems kept per session; a hostile device could cause one per record. */
const MAX_PROBLEMS = 1_000;

export interface JobParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly connection: DeviceConnection;
  readonly server: ServerPluginFactory;
  readonly datasets: readonly DatasetDefinition[];
  readonly device: SessionContext['device'];
  /** Of the datasets to sync. */
  readonly settings: (dataset: string) => RunningSettings;
  readonly slow: boolean;
  readonly dryRun: boolean;
  readonly removals: SessionContext['removals'];
  readonly undo: UndoWish | null;
  readonly ask: SessionContext['ask'];
  readonly job: string;
  readonly signal: AbortSignal;
  readonly progress: (progress: Progress) => void;
  readonly exclusive: SessionContext['exclusive'];
  readonly reading: SessionContext['reading'];
  readonly linkLines: () => number;
  /** Whether a connection that turns out to be dead before anything was done may be replaced by a new one. */
  readonly mayReconnect: boolean;
  /** Told of each finished dataset. */
  readonly report: (report: SessionReport) => void;
}

/** `dead-link`: the connection had gone while nobody used it, and nothing has been done; a new one may do better. */
export type JobOutcome = 'done' | 'dead-link';

/** What a person has to answer before this dataset can be synced; the others can be. */
const HELD_UP: ReadonlySet<string> = new Set(['sync.mass-removal', 'sync.out-of-step']);

/**
 * Runs the datasets one after the other. Rejects with the error of the first one that failed: at once, or, where only a
 * person's word is missing, after the others.
 */
export async function runJob(parts: JobParts): Promise<JobOutcome> {
  const { connection, datasets } = parts;
  connection.notify({ kind: 'syncStart' });
  connection.notify({ kind: 'syncSteps', total: DEVICE_STEPS * datasets.length });
  connection.notify({ kind: 'syncProgress', step: 1 });
  let heldUp: SyncError | undefined;
  try {
    for (const [index, definition] of datasets.entries()) {
      try {
        if ((await runDataset(parts, definition, index)) === 'dead-link') return 'dead-link';
      } catch (error) {
        if (!(error instanceof SyncError) || !HELD_UP.has(error.code)) throw error;
        heldUp ??= error;
      }
    }
    if (heldUp !== undefined) throw heldUp;
    return 'done';
  } catch (error) {
    connection.notify({ kind: 'displayText', text: failureText(toSyncError(error).code) });
    throw error;
  } finally {
    connection.notify({ kind: 'syncEnd' });
  }
}

async function runDataset(
  parts: JobParts,
  definition: DatasetDefinition,
  index: number,
): Promise<JobOutcome> {
  const { store, clock, connection } = parts;
  const problems: SessionProblem[] = [];
  const linesBefore = parts.linkLines();
  const startedAt = clock.now();
  let toldStep = index === 0 ? 1 : 0;
  const trace: SessionTrace = { kind: null, reason: '', session: null, partnership: null, waitedMs: 0 };
  const context: SessionContext = {
    store,
    clock,
    definition,
    client: connection.plugins,
    server: parts.server.create(definition.name),
    mailbox: parts.server.mailbox,
    device: parts.device,
    settings: parts.settings(definition.name),
    today: localDate(startedAt),
    slow: parts.slow,
    dryRun: parts.dryRun,
    removals: parts.removals,
    undo: parts.undo,
    ask: parts.ask,
    job: parts.job,
    signal: parts.signal,
    exclusive: parts.exclusive,
    reading: parts.reading,
    problem: (problem) => {
      if (problems.length < MAX_PROBLEMS) problems.push(problem);
    },
    progress: (phase, done, total, text) => {
      parts.progress({ dataset: definition.name, phase, done, total, text });
      const step = STEP_OF[phase];
      if (step <= toldStep) return;
      toldStep = step;
      connection.notify({ kind: 'syncProgress', step: index * DEVICE_STEPS + step });
    },
  };
  let error: SyncError | undefined;
  try {
    await runSession(context, trace);
  } catch (cause) {
    error = parts.signal.aborted ? cancelled(parts.signal) : toSyncError(cause);
  }
  const untouched = index === 0 && trace.session === null;
  if (error?.code === 'link.lost' && parts.mayReconnect && untouched) return 'dead-link';
  const report = sessionReport(store, definition.name, trace, {
    problems,
    error,
    preview: parts.dryRun,
    linkLines: parts.linkLines() - linesBefore,
    durationMs: clock.now() - startedAt,
  });
  if (trace.session !== null) store.journal.putReport(trace.session, keptReport(report));
  parts.report(report);
  if (error !== undefined) throw error;
  connection.notify({ kind: 'displayText', text: doneText(report) });
  return 'done';
}

/** `YYYY-MM-DD` of an instant, in this computer's time zone. */
function localDate(at: number): string {
  const date = new Date(at);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

function cancelled(signal: AbortSignal): SyncError {
  return signal.reason instanceof SyncError ? signal.reason : new SyncError('sync.cancelled');
}
