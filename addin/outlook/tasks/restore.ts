/** Tasks kept whole, and put back from what was kept (contract/server-plugin.ts, `restore`). Pure. */
import { z } from 'zod';
import type { Problem } from '../../../contract/server-plugin.ts';
import type { FieldKey, Fields } from '../../../datasets/index.ts';
import { differingKeys } from '../items/compare.ts';
import { parseToken } from '../items/read-state.ts';
import { notRestored, pick, withoutNulls } from '../items/restore.ts';
import { parseJson } from '../items/values.ts';
import type { TasksContext } from './context.ts';
import { graphTaskSchema, NO_EXTRAS, type GraphTask, type ListedTask, type TaskStep } from './graph-task.ts';
import { toItem } from './source.ts';
import { extensionBody, extrasAfter, updateBody, type TaskBody } from './to-graph.ts';

const text = z.string().nullish();
const stepSchema = z.object({ displayName: text, isChecked: z.boolean().nullish() });
const linkSchema = z.object({ webUrl: text, applicationName: text, displayName: text, externalId: text });

const snapshotSchema = z.object({
  list: z.string(),
  /** As the service shows it without preferences. */
  task: graphTaskSchema.extend({
    checklistItems: z.array(stepSchema).nullish(),
    linkedResources: z.array(linkSchema).nullish(),
  }),
  /** As the mapping reads it: its body as text. */
  mapped: graphTaskSchema,
});

export interface KeptTask extends Pick<z.infer<typeof snapshotSchema>, 'task'> {
  readonly listed: ListedTask;
  /** What it said. */
  readonly fields: Fields;
}

export const snapshotText = (list: string, task: unknown, mapped: GraphTask): string =>
  JSON.stringify({ list, task, mapped });

/** Undefined: the snapshot cannot be read. */
export function keptTask(context: TasksContext, snapshot: string): KeptTask | undefined {
  const kept = parseToken(snapshotSchema, snapshot);
  if (kept === undefined) return undefined;
  const listed = { list: kept.list, task: kept.mapped };
  return { task: kept.task, listed, fields: toItem(context, listed).fields };
}

const properties = ['title', 'body', 'status', 'importance', 'categories', 'startDateTime'] as const;
/** What no record has a field for. */
const unmapped = ['isReminderOn', 'reminderDateTime', 'recurrence'] as const;

/** The POST that makes the task anew, with the fields of the operation; its steps come after it. */
export function restoreBody(
  { definition }: TasksContext,
  fields: Fields,
  key: string,
  kept: KeptTask,
): TaskBody {
  const changed = differingKeys(definition, kept.fields, fields);
  // Dates are those of the record: what an app has written need not be a midnight.
  const dates = ['DueDate', 'CompletedDate'].filter((date) => date in fields);
  const written = updateBody(fields, [...changed, ...dates], kept.listed) ?? {};
  const links = (kept.task.linkedResources ?? []).map(withoutNulls);
  const extras = { ...extrasAfter(fields, { ...NO_EXTRAS, key }), steps: stepsText(stepsOf(kept)) };
  return {
    ...withoutNulls({ ...pick(kept.task, [...properties, ...unmapped]), ...written }),
    ...(links.length === 0 ? {} : { linkedResources: links }),
    extensions: [extensionBody(extras)],
  };
}

/** The steps of a kept task, in order. */
export const stepsOf = ({ task }: KeptTask): readonly TaskStep[] =>
  (task.checklistItems ?? []).map(({ displayName, isChecked }) => ({
    displayName: displayName ?? '',
    isChecked: isChecked === true,
  }));

const stepsText = (steps: readonly TaskStep[]): string => (steps.length === 0 ? '' : JSON.stringify(steps));

const stepsSchema = z.array(z.object({ displayName: z.string(), isChecked: z.boolean() }));

/** The steps that an extension says are still to come. */
export function stepsIn(json: string): readonly TaskStep[] {
  const steps = stepsSchema.safeParse(parseJson(json === '' ? undefined : json));
  return steps.success ? steps.data : [];
}

/** Steps of a list that another one does not have, as often as it has them. */
export function stepsMissing(wanted: readonly TaskStep[], held: readonly TaskStep[]): readonly TaskStep[] {
  const left = held.map(keyOfStep);
  return wanted.filter((step) => {
    const at = left.indexOf(keyOfStep(step));
    if (at !== -1) left.splice(at, 1);
    return at === -1;
  });
}

const keyOfStep = ({ displayName, isChecked }: TaskStep): string => JSON.stringify([displayName, isChecked]);

/** What an update takes from the snapshot: the formatting of a text. */
export function richProperties(
  { definition }: TasksContext,
  fields: Fields,
  changed: readonly FieldKey[],
  { task, fields: before }: KeptTask,
): TaskBody {
  const isBack = changed.includes('Notes') && definition.sameValue('Notes', before.Notes, fields.Notes);
  return isBack ? pick(task, ['body']) : {};
}

/** What of a snapshot was not written. */
export function restoreLosses({ task }: KeptTask, sent: TaskBody): Problem[] {
  return [
    ...(task.recurrence && !('recurrence' in sent) ? ['that the task repeats'] : []),
    ...(task.hasAttachments === true ? ['attachments'] : []),
  ].map(notRestored);
}
