/** How a job that runs is told: which dataset is where, and how long it takes yet. */
import type { Status } from '../../../contract/api.ts';
import type { Job, Progress } from '../../../contract/job.ts';
import type { Pace } from '../store/state.ts';
import { sessionWords } from './results.ts';
import { datasetName } from './terms.ts';

export interface DatasetProgress {
  readonly dataset: string;
  readonly name: string;
  readonly state: 'waiting' | 'running' | 'done' | 'failed';
  readonly text: string;
  /** From 0 to 1; null: nobody knows. */
  readonly share: number | null;
}

/** The datasets of a running job in their order: those that have ended, the one at work, and those to come. */
export function datasetProgress(job: Job, status: Status): readonly DatasetProgress[] {
  const { progress, sessions } = job;
  const ended = sessions.map((session): DatasetProgress => ({
    dataset: session.dataset,
    name: datasetName(session.dataset),
    state: session.outcome === 'ok' ? 'done' : 'failed',
    text: session.error?.message ?? sessionWords(session).text,
    share: 1,
  }));
  const current = progress === null || progress.dataset === '' ? [] : [running(progress)];
  const shown = [
    ...ended,
    ...current.filter(({ dataset }) => ended.every((each) => each.dataset !== dataset)),
  ];
  const device = status.devices.find(({ name }) => name === job.device);
  const offered = status.hosts[0]?.datasets ?? [];
  const expected = (device?.banner?.datasets ?? []).filter((name) => offered.includes(name));
  const waiting = expected
    .filter((name) => shown.every(({ dataset }) => dataset !== name))
    .map((name): DatasetProgress => ({
      dataset: name,
      name: datasetName(name),
      state: 'waiting',
      text: 'Waiting',
      share: 0,
    }));
  return [...shown, ...waiting];
}

function running(progress: Progress): DatasetProgress {
  return {
    dataset: progress.dataset,
    name: datasetName(progress.dataset),
    state: 'running',
    text: progressText(progress),
    share: progressShare(progress),
  };
}

export function progressShare({ done, total }: Progress): number | null {
  return total === null || total === 0 ? null : Math.min(1, done / total);
}

export function progressText({ text, done, total }: Progress): string {
  const number = (count: number): string => count.toLocaleString('en-GB');
  const count =
    total === null ? (done === 0 ? '' : `: ${number(done)}`) : `: ${number(done)} of ${number(total)}`;
  return `${text}${count}`;
}

/** Nothing is said before it has been watched so long, in ms: the first records tell little. */
const WATCHED_MS = 2_000;

/** Time left in this phase, in ms; null: nobody knows yet. */
export function timeLeft(progress: Progress | null, pace: Pace | null, now: number): number | null {
  const total = progress?.total ?? null;
  if (progress === null || total === null || pace === null) return null;
  const watched = now - pace.since;
  const handled = progress.done - pace.from;
  if (watched < WATCHED_MS || handled <= 0) return null;
  return ((total - progress.done) * watched) / handled;
}
