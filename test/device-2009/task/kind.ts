/** Tasks as one kind of record that the device syncs. */
import { caseOnlyTwin, mapIds } from '../lists.ts';
import type { RecordKind } from '../record-kind.ts';
import { withPercent, type Task } from './model.ts';
import { readTask, TASK_SCOPE } from './reader.ts';
import { writeTask } from './writer.ts';

export const taskKind: RecordKind<Task> = {
  dataset: 'tasks',
  root: 'Task',
  scope: TASK_SCOPE,
  read: readTask,
  write: writeTask,

  clash: (task) =>
    caseOnlyTwin('category', task.categories) ?? caseOnlyTwin('custom field', [...task.customFields.keys()]),

  /** The main row is written before the lists' own tables, so the lists are what stays behind. */
  halfReplaced: ({ categories, customFields }, wanted) => ({ ...wanted, categories, customFields }),

  mapCategories: (task, change) => ({ ...task, categories: mapIds(task.categories, change) }),

  /** Loading sets the percentage last: what waits at 0 % is in progress again. No date is missing by then. */
  reloaded: (task) => ({ ...task, progress: withPercent(task.progress, task.progress.percent, '') }),
};
