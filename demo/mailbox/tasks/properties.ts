import type { ItemBody } from '../events/properties.ts';
import type { OpenExtensions } from '../items/open-extensions.ts';
import type { Recurrence } from '../recurrence/recurrence.ts';
import type { ZonedTime } from '../time/zoned-time.ts';

/** The properties of `todoTask` in Graph v1.0's metadata (spec: graph 4.1), and what hangs below a task. */

export const importances = ['low', 'normal', 'high'] as const;
export const statuses = ['notStarted', 'inProgress', 'completed', 'waitingOnOthers', 'deferred'] as const;

/** What a client writes; null where nothing is set. */
export interface TaskView {
  readonly importance: (typeof importances)[number];
  readonly isReminderOn: boolean;
  readonly status: (typeof statuses)[number];
  readonly title: string | null;
  readonly categories: readonly string[];
  readonly body: ItemBody;
  readonly dueDateTime: ZonedTime | null;
  readonly reminderDateTime: ZonedTime | null;
  readonly startDateTime: ZonedTime | null;
  readonly completedDateTime: ZonedTime | null;
  readonly recurrence: Recurrence | null;
  /** When the body was last changed, in milliseconds since 1970; null when it never was. */
  readonly bodyModified: number | null;
}

export const timeProperties = [
  'dueDateTime',
  'reminderDateTime',
  'startDateTime',
  'completedDateTime',
] as const;

export type TimeProperty = (typeof timeProperties)[number];

/** Writable properties by their names in Graph. */
export const taskProperties = [
  'importance',
  'isReminderOn',
  'status',
  'title',
  'categories',
  'body',
  ...timeProperties,
  'recurrence',
] as const satisfies readonly (keyof TaskView)[];

export type TaskProperty = (typeof taskProperties)[number];

export const readOnlyProperties = [
  'id',
  'hasAttachments',
  'createdDateTime',
  'lastModifiedDateTime',
  'bodyLastModifiedDateTime',
] as const;

export const emptyTask: TaskView = {
  importance: 'normal',
  isReminderOn: false,
  status: 'notStarted',
  title: '',
  categories: [],
  body: { contentType: 'text', content: '' },
  dueDateTime: null,
  reminderDateTime: null,
  startDateTime: null,
  completedDateTime: null,
  recurrence: null,
  bodyModified: null,
};

/** A step of a task; instants in milliseconds since 1970. */
export interface ChecklistItem {
  readonly id: string;
  readonly displayName: string | null;
  readonly isChecked: boolean;
  readonly created: number;
  readonly checked: number | null;
}

export interface LinkedResource {
  readonly id: string;
  readonly webUrl: string | null;
  readonly applicationName: string | null;
  readonly displayName: string | null;
  readonly externalId: string | null;
}

export interface TaskParts {
  readonly extensions: OpenExtensions;
  readonly checklist: readonly ChecklistItem[];
  readonly linked: readonly LinkedResource[];
}

export const noTaskParts: TaskParts = { extensions: {}, checklist: [], linked: [] };

export interface TaskContent {
  readonly view: TaskView;
  readonly parts: TaskParts;
}

export function isTaskProperty(name: string): name is TaskProperty {
  return (taskProperties as readonly string[]).includes(name);
}

/** Every name that `$select` takes. */
export function isAnyTaskProperty(name: string): boolean {
  return isTaskProperty(name) || (readOnlyProperties as readonly string[]).includes(name);
}
