/**
 * Status, dates and percentage of a task depend on one another: a device applies them in document order, each with side
 * effects (spec: datasets 5.3). What is sent must be such that none of them happens. Pure; the dates are given.
 */
import type { Fields } from '../record/fields.ts';
import { textOf, type MutableFields } from '../record/keys.ts';

/** Dates, `YYYY-MM-DD`, for what a task lacks. */
export interface TaskDates {
  /** Stands in for the start of a task that is under way, and for the completion where `modified` is unknown. */
  readonly today?: string;
  /** When the task was last changed: stands in for the completion. */
  readonly modified?: string;
}

/** A device makes InProgress of these at 0 %. */
const LOST_AT_ZERO = ['Waiting', 'Deferred'];

/**
 * The task with status, dates and percentage that agree (5.3, rules 1 to 3). A date that it must have and lacks is taken
 * from `dates`, or stays absent where none is given. A planned start and the true 0 % of a waiting task are lost here;
 * the side that has them keeps them.
 */
export function normaliseTask(fields: Fields, dates: TaskDates): Fields {
  const result: MutableFields = { ...fields };
  settleTask(result);
  complete(result, dates);
  return result;
}

/** For equality: as normalised, without dates that are not in the record. Of settled fields. */
export function canonicalTask(fields: MutableFields): void {
  complete(fields, {});
}

/** Removes what the status makes meaningless, so that nothing contradicts it. */
export function settleTask(fields: MutableFields): void {
  switch (statusOf(fields)) {
    case 'NotStarted':
      put(fields, 'PercentCompleted', undefined);
      put(fields, 'StartedDate', undefined);
      put(fields, 'CompletedDate', undefined);
      return;
    case 'Completed':
      put(fields, 'PercentCompleted', '100');
      return;
    default:
      put(fields, 'CompletedDate', undefined);
      if (Number(fields.PercentCompleted) > 99) put(fields, 'PercentCompleted', '99');
  }
}

/** Whether a device has to fill in a date of its own, for there is none to send. */
export function lacksDate(fields: Fields, key: 'StartedDate' | 'CompletedDate'): boolean {
  const status = statusOf(fields);
  const needed = key === 'StartedDate' ? status !== 'NotStarted' : status === 'Completed';
  return needed && textOf(fields[key]) === '';
}

/** Adds what the status asks for and the record lacks. */
function complete(fields: MutableFields, { today, modified }: TaskDates): void {
  const status = statusOf(fields);
  if (status === 'NotStarted') return;
  if (status === 'Completed') {
    put(fields, 'CompletedDate', textOf(fields.CompletedDate) || (modified ?? today));
    put(fields, 'StartedDate', textOf(fields.StartedDate) || textOf(fields.CompletedDate));
    return;
  }
  put(fields, 'StartedDate', textOf(fields.StartedDate) || today);
  if (LOST_AT_ZERO.includes(status) && !(Number(fields.PercentCompleted) > 0)) {
    put(fields, 'PercentCompleted', '1');
  }
}

function statusOf(fields: Fields): string {
  return textOf(fields.Status) || 'NotStarted';
}

function put(fields: MutableFields, key: string, value: string | undefined): void {
  if (value === undefined || value === '') Reflect.deleteProperty(fields, key);
  else fields[key] = value;
}
