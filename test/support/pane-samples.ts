/** What the bridge tells the pane, as tests of its words and views begin with. */
import type { DeviceStatus, Status } from '../../contract/api.ts';
import type { Job, SessionReport } from '../../contract/job.ts';
import { initialState, type AppState } from '../../addin/pane/store/state.ts';

export const none = { created: 0, updated: 0, removed: 0 };
export const session: SessionReport = {
  session: 1,
  dataset: 'contacts',
  kind: 'fast',
  outcome: 'ok',
  device: none,
  mailbox: none,
  paired: 0,
  conflicts: 0,
  pairs: 10,
  linkLines: 1,
  durationMs: 1,
  waitedMs: 0,
  lines: [],
  linesOmitted: 0,
};
export const job: Job = {
  id: 'job',
  kind: 'sync',
  device: 'Neo',
  state: 'ok',
  startedAt: '2026-11-23T10:00:00Z',
  endedAt: '2026-11-23T10:00:01Z',
  progress: null,
  question: null,
  sessions: [session],
};
export const neo: DeviceStatus = {
  name: 'Neo',
  link: 'tcp 10.0.0.1:4245',
  state: 'connected',
  lastSync: null,
};
export const status: Status = {
  version: '1.0.0',
  pid: 1,
  address: 'https://localhost:24245',
  hosts: [{ label: 'task pane', mailbox: 'ada@x.example', datasets: ['contacts', 'calendar', 'tasks'] }],
  devices: [neo],
  job: null,
  openConflicts: 0,
  pairingsWaiting: 0,
};
/** The pane’s state while the bridge is connected. */
export const connected = (change: Partial<Status>, state: Partial<AppState> = {}): AppState => ({
  ...initialState,
  signIn: { kind: 'local', account: { tenant: 'local', address: 'user', name: '' } },
  link: { kind: 'connected', status: { ...status, ...change } },
  ...state,
});
