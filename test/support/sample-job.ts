/** A finished job with one session, to be varied by tests. */
import type { Job, SessionReport } from '../../contract/job.ts';

export const sampleSession: SessionReport = {
  session: 1,
  dataset: 'contacts',
  kind: 'fast',
  outcome: 'ok',
  device: { created: 2, updated: 1, removed: 0 },
  mailbox: { created: 0, updated: 0, removed: 3 },
  paired: 5,
  conflicts: 1,
  pairs: 200,
  linkLines: 12,
  durationMs: 1234,
  waitedMs: 0,
  lines: [],
  linesOmitted: 0,
};

export const sampleJob: Job = {
  id: 'job-1',
  kind: 'sync',
  device: 'handheld',
  state: 'ok',
  startedAt: '2026-11-23T10:00:00Z',
  endedAt: '2026-11-23T10:00:01Z',
  progress: null,
  question: null,
  sessions: [sampleSession],
};
