/** Public face of tasks/. */
export { normaliseTask, type TaskDates } from './normalise-task.ts';
export { tasks } from './tasks.ts';
