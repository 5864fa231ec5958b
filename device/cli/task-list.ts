/** Which tasks a list shows, in which order, and what it says of them. */
import type { Fields } from '../../datasets/index.ts';
import { textOf } from '../../datasets/record/keys.ts';
import type { StoredRecord } from '../store/pim-store.ts';
import { UsageError } from './usage-error.ts';

/** All that are absent let every task pass. */
export interface TaskFilter {
  readonly statuses: readonly string[] | undefined;
  /** Dates `YYYY-MM-DD`. A task without a due date passes neither. */
  readonly dueFrom: string | undefined;
  readonly dueBefore: string | undefined;
}

const STATUSES = ['NotStarted', 'InProgress', 'Waiting', 'Deferred', 'Completed'];
const PRIORITIES = ['VeryHigh', 'High', 'Normal', 'Low', 'VeryLow'];

/** The statuses that a text names, with commas between them; `open` is all but Completed. Throws a UsageError. */
export function parseStatuses(text: string): readonly string[] {
  return text.split(',').flatMap((name) => {
    const wanted = name.trim().toLowerCase();
    if (wanted === 'open') return STATUSES.filter((status) => status !== 'Completed');
    const found = STATUSES.find((status) => status.toLowerCase() === wanted);
    if (found === undefined) throw new UsageError(`${name} is no status: ${STATUSES.join(', ')} or open`);
    return [found];
  });
}

/** The tasks that pass, those due first in front, the most important of a day first. */
export function selectTasks(tasks: Iterable<StoredRecord>, filter: TaskFilter): StoredRecord[] {
  const { statuses, dueFrom, dueBefore } = filter;
  const passes = ({ fields }: StoredRecord): boolean => {
    const due = textOf(fields.DueDate);
    return (
      (statuses?.includes(statusOf(fields)) ?? true) &&
      (dueFrom === undefined || due >= dueFrom) &&
      (dueBefore === undefined || (due !== '' && due < dueBefore))
    );
  };
  const rank = ({ fields }: StoredRecord): string =>
    `${textOf(fields.DueDate) || '9999-99-99'} ${PRIORITIES.indexOf(priorityOf(fields))}`;
  // The sort is stable: those alike stay in the order in which they were made.
  return [...tasks].filter(passes).sort((a, b) => (rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : 0));
}

/** `Waiting 40 %, due 2026-07-01, VeryHigh` */
export function taskSummary(fields: Fields): string {
  const percent = textOf(fields.PercentCompleted);
  const status = statusOf(fields);
  const due = textOf(fields.DueDate);
  const priority = priorityOf(fields);
  const isUnderWay = percent !== '' && status !== 'Completed';
  return [
    isUnderWay ? `${status} ${percent} %` : status,
    ...(due === '' ? [] : [`due ${due}`]),
    ...(priority === 'Normal' ? [] : [priority]),
  ].join(', ');
}

const statusOf = (fields: Fields): string => textOf(fields.Status) || 'NotStarted';
const priorityOf = (fields: Fields): string => textOf(fields.Priority) || 'Normal';
