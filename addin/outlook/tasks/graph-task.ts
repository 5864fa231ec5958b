/** A task as Graph gives it, checked; and what our extension says of it. */
import { z } from 'zod';
import type { Problem } from '../../../contract/server-plugin.ts';
import type { Fetched } from '../items/fetched.ts';
import { checkItem } from '../items/fetched.ts';
import { isOurExtension, itemId } from './properties.ts';

const text = z.string().nullish();
const dateTime = z.object({ dateTime: z.string(), timeZone: text }).nullish();

/** What the mapping reads. What is not set is left out by the service (spec: graph 4.2). */
export const graphTaskSchema = z.looseObject({
  id: z.string().min(1),
  '@odata.etag': text,
  title: text,
  body: z.object({ content: text, contentType: text }).nullish(),
  status: text,
  importance: text,
  dueDateTime: dateTime,
  startDateTime: dateTime,
  completedDateTime: dateTime,
  categories: z.array(z.string().nullable()).nullish(),
  createdDateTime: text,
  lastModifiedDateTime: text,
  extensions: z.array(z.looseObject({ id: text, extensionName: text })).nullish(),
});
export type GraphTask = z.infer<typeof graphTaskSchema>;

/** A task and the list that it is in. */
export interface ListedTask {
  readonly list: string;
  readonly task: GraphTask;
  /** Of one that was put back: what of it was not. */
  readonly lost?: readonly Problem[];
}

/** A step of a task. */
export interface TaskStep {
  readonly displayName: string;
  readonly isChecked: boolean;
}

/** Texts of our extension; empty ones are cleared. */
export interface TaskExtras {
  readonly key: string;
  readonly percent: string;
  readonly priority: string;
  readonly custom: string;
  /** Date of the completion that the service did not take, and the one that it gave instead. */
  readonly completed: string;
  readonly completedAs: string;
  /** Steps that a restore has still to give to the task, as JSON. */
  readonly steps: string;
}

export const NO_EXTRAS: TaskExtras = {
  key: '',
  percent: '',
  priority: '',
  custom: '',
  completed: '',
  completedAs: '',
  steps: '',
};

export function checkTask(list: string, value: unknown): Fetched<ListedTask> {
  const checked = checkItem(graphTaskSchema, value);
  return checked.kind === 'item' ? { kind: 'item', item: { list, task: checked.item } } : checked;
}

export const idOf = ({ list, task }: ListedTask): string => itemId(list, task.id);
export const etagOf = ({ task }: ListedTask): string => task['@odata.etag'] ?? '';

/** What our extension says; undefined where the task has none, or none that can be read. */
export function extrasOf({ task }: ListedTask): TaskExtras | undefined {
  const held = task.extensions?.find(({ id, extensionName }) =>
    [id, extensionName].some((name) => typeof name === 'string' && isOurExtension(name)),
  );
  if (held === undefined) return undefined;
  const textIn = (name: keyof TaskExtras): string => {
    const value = held[name];
    return typeof value === 'string' ? value : '';
  };
  return {
    key: textIn('key'),
    percent: textIn('percent'),
    priority: textIn('priority'),
    custom: textIn('custom'),
    completed: textIn('completed'),
    completedAs: textIn('completedAs'),
    steps: textIn('steps'),
  };
}
