/**
 * A task as the device holds it: status, dates and percentage push one another about as they are set
 * (spec: datasets 5.3).
 */

export const PRIORITIES = ['VeryHigh', 'High', 'Normal', 'Low', 'VeryLow'] as const;
export type Priority = (typeof PRIORITIES)[number];

export const STATUSES = ['NotStarted', 'InProgress', 'Completed', 'Waiting', 'Deferred'] as const;
export type Status = (typeof STATUSES)[number];

/** Dates are `YYYY-MM-DD`, or empty. */
export interface Progress {
  readonly status: Status;
  readonly started: string;
  readonly completed: string;
  /** 0 to 100. */
  readonly percent: number;
}

export interface Task {
  readonly description: string;
  readonly priority: Priority;
  /** A date, or empty. */
  readonly due: string;
  readonly progress: Progress;
  readonly notes: string;
  /** Ids; until the commit also texts that are to become categories. */
  readonly categories: readonly string[];
  readonly customFields: ReadonlyMap<string, string>;
}

/** What a new task is before anything is known of it: due today. */
export function newTask(today: string): Task {
  return {
    description: '',
    priority: 'Normal',
    due: today,
    progress: { status: 'NotStarted', started: '', completed: '', percent: 0 },
    notes: '',
    categories: [],
    customFields: new Map(),
  };
}

export function withStatus(progress: Progress, status: Status, today: string): Progress {
  if (status === 'NotStarted') return { status, started: '', completed: '', percent: 0 };
  const started = progress.started || today;
  if (status === 'Completed') {
    return progress.completed === ''
      ? { status, started, completed: today, percent: 100 }
      : { ...progress, status, started };
  }
  return { status, started, completed: '', percent: Math.min(progress.percent, 99) };
}

export function withStarted(progress: Progress, started: string): Progress {
  if (started === '') return settled({ ...progress, started, completed: '', percent: 0 });
  return settled({ ...progress, started });
}

export function withCompleted(progress: Progress, completed: string): Progress {
  if (completed === '') {
    return settled({ ...progress, completed, percent: Math.min(progress.percent, 99) });
  }
  return settled({ ...progress, completed, started: progress.started || completed, percent: 100 });
}

export function withPercent(progress: Progress, percent: number, today: string): Progress {
  // The original's number has no sign.
  if (percent > 99 || percent < 0) return { ...withStatus(progress, 'Completed', today), percent: 100 };
  if (percent === 0) {
    const status = progress.started === '' ? 'NotStarted' : 'InProgress';
    return withStatus({ ...progress, percent }, status, today);
  }
  const { status } = settled(progress);
  const isUnderWay = status !== 'NotStarted' && status !== 'Completed';
  return { ...withStatus(progress, isUnderWay ? status : 'InProgress', today), percent };
}

/** The status follows the dates where it contradicts them. */
function settled(progress: Progress): Progress {
  const { status, started, completed } = progress;
  if (completed !== '') return { ...progress, status: 'Completed' };
  if (started === '') return { ...progress, status: 'NotStarted' };
  return status === 'NotStarted' || status === 'Completed' ? { ...progress, status: 'InProgress' } : progress;
}
