/** Graph task → record. Pure; together with to-graph.ts lossless by datasets 9.3. */
import { lineFeeds } from '../../../datasets/record/characters.ts';
import type { FieldKey, Fields, FieldValue } from '../../../datasets/index.ts';
import type { ZoneClock } from '../contacts/dates.ts';
import { textOfHtml } from '../items/html-text.ts';
import { categoryFields, customFields } from '../items/values.ts';
import { extrasOf, NO_EXTRAS, type ListedTask } from './graph-task.ts';

/** Graph's words and ours. What is not named is what a record without the element means. */
export const statuses: Readonly<Record<string, string>> = {
  inProgress: 'InProgress',
  completed: 'Completed',
  waitingOnOthers: 'Waiting',
  deferred: 'Deferred',
};
const priorities: Readonly<Record<string, string>> = { high: 'High', low: 'Low' };
/** Our priorities that Graph's three steps take in. */
export const coarse: Readonly<Record<string, string>> = {
  VeryHigh: 'high',
  High: 'high',
  Low: 'low',
  VeryLow: 'low',
};

export function taskFields(listed: ListedTask, zone: ZoneClock | undefined): Fields {
  const { task } = listed;
  const extras = extrasOf(listed) ?? NO_EXTRAS;
  const fields: Record<FieldKey, FieldValue> = {};
  const put = (key: FieldKey, value: string | undefined): void => {
    if (value !== undefined && value !== '') fields[key] = value;
  };
  const status = statuses[task.status ?? ''];
  put('Description', task.title ?? undefined);
  put('Priority', priorityOf(task.importance ?? '', extras.priority));
  put('Status', status);
  put('DueDate', dateOf(task.dueDateTime, zone));
  // The start of a task that nobody has begun is a plan, and stays in Outlook (spec: datasets 5.3 rule 2).
  if (status !== undefined) put('StartedDate', dateOf(task.startDateTime, zone));
  if (status === 'Completed') put('CompletedDate', completionOf(listed));
  put('PercentCompleted', status === undefined ? undefined : percentOf(extras.percent));
  put('Notes', notesOf(listed));
  return Object.assign(
    fields,
    categoryFields(task.categories),
    customFields(extras.custom === '' ? undefined : extras.custom),
  );
}

/** The text of the body, without the empty lines that services end it with. */
export function notesOf({ task: { body } }: ListedTask): string {
  const content = body?.content ?? '';
  return lineFeeds(body?.contentType === 'html' ? textOfHtml(content) : content).replace(/\n+$/, '');
}

/** Our finer word counts as long as Outlook's agrees with it (spec: datasets 6.3). */
function priorityOf(importance: string, finer: string): string | undefined {
  if (finer !== '' && coarse[finer] === importance) return finer;
  return priorities[importance];
}

function percentOf(text: string): string | undefined {
  return /^\d{1,3}$/.test(text) && Number(text) > 0 && Number(text) <= 100 ? String(Number(text)) : undefined;
}

/** The date that was wanted, while the service still holds the one that it gave instead. */
function completionOf(listed: ListedTask): string | undefined {
  const { completed, completedAs } = extrasOf(listed) ?? NO_EXTRAS;
  const held = completedDate(listed);
  return completed !== '' && completedAs === held ? completed : held;
}

/** The service's own date of completion: a midnight of UTC, read by its digits (spec: graph 4.4). */
export function completedDate({ task }: ListedTask): string | undefined {
  return task.completedDateTime?.dateTime.slice(0, 10);
}

type DateTime = ListedTask['task']['dueDateTime'];

/**
 * The digits of a midnight; what is no midnight was made by an app of To Do at a midnight of its own zone, which is the
 * mailbox's (spec: graph 4.4).
 */
function dateOf(value: DateTime, zone: ZoneClock | undefined): string | undefined {
  if (value === null || value === undefined) return undefined;
  const digits = value.dateTime.slice(0, 10);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(digits)) return undefined;
  if (/T00:00(:00(\.0+)?)?Z?$/.test(value.dateTime) || !value.dateTime.includes('T')) return digits;
  const instant = Date.parse(`${value.dateTime.replace(/Z$/, '').slice(0, 19)}Z`);
  if (Number.isNaN(instant)) return digits;
  if (zone !== undefined) return zone(instant).date;
  return new Date(instant + 12 * 3_600_000).toISOString().slice(0, 10);
}
