/** How the device reads a task: element by element, each with its side effects (spec: datasets 5.3). */
import { readCategories, readCustomFields } from '../lists.ts';
import type { RecordEnvironment } from '../record-kind.ts';
import { readDate, readInteger } from '../scalars.ts';
import type { ElementWalk } from '../xml-tree.ts';
import {
  newTask,
  PRIORITIES,
  STATUSES,
  withCompleted,
  withPercent,
  withStarted,
  withStatus,
  type Progress,
  type Task,
} from './model.ts';

/** Where the categories of tasks live. */
export const TASK_SCOPE = 'Todo List';

/** Reads what follows `Identifier` into a new task or over the one held. */
export function readTask(walk: ElementWalk, held: Task | undefined, environment: RecordEnvironment): Task {
  const today = environment.localTime().slice(0, 10);
  const old = held ?? newTask(today);
  // The order of these calls is the order of the document.
  const description = walk.text('Description') ?? old.description;
  const priority = readToken(walk, 'Priority', PRIORITIES, environment) ?? old.priority;
  const status = readToken(walk, 'Status', STATUSES, environment);
  const due = readDateElement(walk, 'DueDate', environment) ?? old.due;
  const started = readDateElement(walk, 'StartedDate', environment);
  const completed = readDateElement(walk, 'CompletedDate', environment);
  const percentText = walk.text('PercentCompleted');
  const percent = percentText === undefined ? undefined : readInteger(percentText);

  let { progress } = old;
  if (status !== undefined) progress = withStatus(progress, status, today);
  if (started !== undefined) progress = withStarted(progress, started);
  if (completed !== undefined) progress = withCompleted(progress, completed);
  if (percent !== undefined) progress = withPercent(progress, percent, today);
  tellChanges({ status, started, completed, percent }, progress, environment);

  const notes = walk.text('Notes') ?? old.notes;
  return {
    description,
    priority,
    due,
    progress,
    notes: notes.trim() === '' ? '' : notes,
    categories: readCategories(walk, old.categories, TASK_SCOPE, environment),
    customFields: readCustomFields(walk, old.customFields),
  };
}

/** Undefined for what is absent or no such token: it changes nothing. */
function readToken<T extends string>(
  walk: ElementWalk,
  name: string,
  tokens: readonly T[],
  { notice }: RecordEnvironment,
): T | undefined {
  const text = walk.text(name);
  const token = tokens.find((one) => one === text);
  if (text !== undefined && token === undefined) notice(`unknown ${name} ${text}`);
  return token;
}

/** Undefined for what is absent; empty, which clears, for what is no date. */
function readDateElement(walk: ElementWalk, name: string, { notice }: RecordEnvironment): string | undefined {
  const text = walk.text(name);
  if (text === undefined) return undefined;
  const date = readDate(text);
  if (text !== '' && date === '') notice(`not a date: ${name} ${text}`);
  return date;
}

/** What the document said and the side effects have made something else of. */
function tellChanges(
  sent: { readonly [K in keyof Progress]: Progress[K] | undefined },
  made: Progress,
  { notice }: RecordEnvironment,
): void {
  for (const name of ['status', 'started', 'completed', 'percent'] as const) {
    if (sent[name] !== undefined && sent[name] !== made[name]) {
      notice(`${name} ${sent[name] || 'none'} has become ${made[name] || 'none'}`);
    }
  }
}
