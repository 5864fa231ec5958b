/** What a person does in the device's list of tasks. */
import { enterCategories, put } from '../lists.ts';
import type { RecordEnvironment } from '../record-kind.ts';
import {
  newTask,
  withCompleted,
  withPercent,
  withStarted,
  withStatus,
  type Priority,
  type Status,
  type Task,
} from './model.ts';
import { TASK_SCOPE } from './reader.ts';

/** Fields named replace what the task had; empty dates clear. What they push about is as on the wire. */
export interface TaskInput {
  readonly Description?: string;
  readonly Priority?: Priority;
  readonly Status?: Status;
  readonly DueDate?: string;
  readonly StartedDate?: string;
  readonly CompletedDate?: string;
  readonly PercentCompleted?: number;
  readonly Notes?: string;
  /** Labels; new ones become categories. */
  readonly categories?: readonly string[];
  readonly customFields?: Readonly<Record<string, string>>;
}

/** The task after a person has edited it, or made it. A person who makes one sets no due date unless it is named. */
export function enterTask(held: Task | undefined, input: TaskInput, environment: RecordEnvironment): Task {
  const today = environment.localTime().slice(0, 10);
  const old = held ?? newTask('');
  const { Status: status, StartedDate: started, CompletedDate: completed, PercentCompleted: percent } = input;
  let { progress } = old;
  if (status !== undefined) progress = withStatus(progress, status, today);
  if (started !== undefined) progress = withStarted(progress, started);
  if (completed !== undefined) progress = withCompleted(progress, completed);
  if (percent !== undefined) progress = withPercent(progress, percent, today);
  const customFields = new Map<string, string>(input.customFields ? [] : old.customFields);
  for (const [key, value] of Object.entries(input.customFields ?? {})) put(customFields, key, value);
  return {
    description: input.Description ?? old.description,
    priority: input.Priority ?? old.priority,
    due: input.DueDate ?? old.due,
    progress,
    notes: input.Notes ?? old.notes,
    categories: input.categories
      ? enterCategories(input.categories, TASK_SCOPE, environment)
      : old.categories,
    customFields,
  };
}
