/** Record → body of a Graph POST or PATCH of a task, and our extension beside it. Pure. */
import type { FieldKey, Fields } from '../../../datasets/index.ts';
import { categoryList, crlf, customFieldsJson, textOf, touches } from '../items/values.ts';
import { coarse, completedDate, statuses } from './from-graph.ts';
import { extrasOf, NO_EXTRAS, type ListedTask, type TaskExtras } from './graph-task.ts';
import { EXTENSION } from './properties.ts';

export type TaskBody = Readonly<Record<string, unknown>>;

const ours = Object.fromEntries(Object.entries(statuses).map(([theirs, word]) => [word, theirs]));

/** The POST of a new task, our extension in it: the key finds it again when the answer is lost. */
export function createBody(fields: Fields, key: string): TaskBody {
  const keys = new Set([...Object.keys(fields), 'Status', 'Priority']);
  const extras = extrasAfter(fields, { ...NO_EXTRAS, key });
  return { ...bodyOf(fields, keys, undefined), extensions: [extensionBody(extras)] };
}

/**
 * The PATCH of the properties that changed; undefined where nothing but the extension did. Recurrence is never named:
 * the service refuses it (spec: graph 4.4).
 */
export function updateBody(
  fields: Fields,
  changed: readonly FieldKey[],
  current: ListedTask,
): TaskBody | undefined {
  const body = bodyOf(fields, new Set(changed), current);
  return Object.keys(body).length === 0 ? undefined : body;
}

export const extensionBody = (extras: TaskExtras): TaskBody => ({
  '@odata.type': 'microsoft.graph.openTypeExtension',
  extensionName: EXTENSION,
  ...extras,
});

/** What our extension has to say of a task that holds these fields. */
export function extrasAfter(fields: Fields, before: TaskExtras): TaskExtras {
  const priority = textOf(fields.Priority);
  const percent = textOf(fields.PercentCompleted);
  const isOpen = textOf(fields.Status) !== '' && textOf(fields.Status) !== 'Completed';
  return {
    ...before,
    priority: priority === 'VeryHigh' || priority === 'VeryLow' ? priority : '',
    percent: isOpen ? percent : '',
    custom: customFieldsJson(fields),
  };
}

/** With the date of completion remembered where the service has put another one in its place. */
export function withCompletion(extras: TaskExtras, fields: Fields, written: ListedTask): TaskExtras {
  const wanted = textOf(fields.Status) === 'Completed' ? textOf(fields.CompletedDate) : '';
  const held = completedDate(written) ?? '';
  return wanted === '' || held === '' || wanted === held
    ? { ...extras, completed: '', completedAs: '' }
    : { ...extras, completed: wanted, completedAs: held };
}

export const sameExtras = (a: TaskExtras, b: TaskExtras): boolean => JSON.stringify(a) === JSON.stringify(b);

/** The task with our extension as it is after a write; answers leave it out. */
export function withExtras({ list, task }: ListedTask, extras: TaskExtras | undefined): ListedTask {
  const extensions = extras === undefined ? [] : [{ ...extensionBody(extras), id: EXTENSION }];
  return { list, task: { ...task, extensions } };
}

export const extrasOrNone = (task: ListedTask): TaskExtras => extrasOf(task) ?? NO_EXTRAS;

function bodyOf(
  fields: Fields,
  keys: ReadonlySet<FieldKey>,
  current: ListedTask | undefined,
): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  const text = (key: FieldKey): string => textOf(fields[key]);
  const status = ours[text('Status')] ?? 'notStarted';
  if (keys.has('Description')) body.title = text('Description');
  if (keys.has('Priority')) body.importance = coarse[text('Priority')] ?? 'normal';
  if (keys.has('Status')) body.status = status;
  if (keys.has('DueDate')) body.dueDateTime = midnight(text('DueDate'));
  if (keys.has('StartedDate') && status !== 'notStarted') body.startDateTime = midnight(text('StartedDate'));
  if (
    (keys.has('CompletedDate') || keys.has('Status')) &&
    status === 'completed' &&
    text('CompletedDate') !== ''
  )
    body.completedDateTime = midnight(text('CompletedDate'));
  if (keys.has('Notes')) body.body = { contentType: 'text', content: crlf(text('Notes')) };
  if (touches(keys, 'Categories')) body.categories = categoryList(fields, current?.task.categories);
  return body;
}

/** A date, by its digits (spec: datasets 9.3). */
const midnight = (date: string): { dateTime: string; timeZone: string } | null =>
  date === '' ? null : { dateTime: `${date}T00:00:00`, timeZone: 'UTC' };
