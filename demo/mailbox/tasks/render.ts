import { renderOpenExtension } from '../items/open-extensions.ts';
import { graphBase } from '../protocol/answer.ts';
import type { Preferences } from '../protocol/preferences.ts';
import { changeKey } from '../store/ids.ts';
import type { ItemRow } from '../store/items.ts';
import type { FolderRow, MailboxInfo } from '../store/mailboxes.ts';
import type { Switches } from '../switches.ts';
import { preciseInstant, showInstant } from '../time/zoned-time.ts';
import { windowsOf } from '../time/zones.ts';
import { timeProperties, type ChecklistItem, type LinkedResource, type TaskContent } from './properties.ts';
import type { TaskShape } from './query.ts';
import { taskContent } from './write.ts';

/** What rendering needs besides the task. */
export interface TaskContext {
  readonly mailbox: MailboxInfo;
  readonly switches: Switches;
  readonly preferences: Pick<Preferences, 'ids' | 'timeZone'>;
  readonly list: FolderRow;
  /** Lists leave the recurrence out, unless they are filtered to what is open (spec: graph 4.4 line 5). */
  readonly recurrence: 'shown' | 'hidden';
}

export function taskId(row: Pick<ItemRow, 'id' | 'place'>, context: TaskContext): string {
  const { mailbox, switches, preferences } = context;
  const immutable = preferences.ids === 'immutable' && switches.taskImmutableIds === 'honoured';
  return immutable ? mailbox.ids.immutable(row.id) : mailbox.ids.plain(row.id, row.place);
}

export function etagOf(touched: number): string {
  return `W/"${changeKey(touched)}"`;
}

/** A task as Graph shows it: members that are not set are left out (spec: graph 4.2, 12.13). */
export function renderTask(
  row: ItemRow,
  shape: TaskShape,
  context: TaskContext,
  content = taskContent(row),
): Record<string, unknown> {
  const all = properties(row, content, context);
  const shown =
    shape.select === undefined
      ? all
      : Object.fromEntries(Object.entries(all).filter(([name]) => shape.select?.has(name)));
  const entity: Record<string, unknown> = {
    '@odata.etag': etagOf(row.touched),
    ...shown,
    id: taskId(row, context),
  };
  addExpanded(entity, content, shape, context);
  return entity;
}

function properties(
  row: ItemRow,
  { view }: TaskContent,
  context: TaskContext,
): Readonly<Record<string, unknown>> {
  const { importance, isReminderOn, status, title, categories, body, recurrence, bodyModified } = view;
  // The service names zones by their Windows names, however they were asked for (spec: graph 3.2).
  const zone = windowsOf(context.preferences.timeZone ?? 'UTC');
  const times = timeProperties.flatMap((name) => {
    const time = view[name];
    return time === null ? [] : [[name, showInstant(time.at, zone)] as const];
  });
  return {
    importance,
    isReminderOn,
    status,
    ...(title === null ? {} : { title }),
    createdDateTime: preciseInstant(row.created),
    lastModifiedDateTime: preciseInstant(row.modified),
    hasAttachments: false,
    categories,
    body,
    ...(bodyModified === null ? {} : { bodyLastModifiedDateTime: preciseInstant(bodyModified) }),
    ...Object.fromEntries(times),
    ...(recurrence === null || context.recurrence === 'hidden' ? {} : { recurrence }),
  };
}

function addExpanded(
  entity: Record<string, unknown>,
  { parts }: TaskContent,
  shape: TaskShape,
  { switches }: TaskContext,
): void {
  if (shape.checklist === 'shown') entity.checklistItems = parts.checklist.map(renderChecklistItem);
  const linked = shape.linked === 'shown' || switches.linkedResources === 'always';
  if (linked && (shape.linked === 'shown' || parts.linked.length > 0)) {
    entity.linkedResources = parts.linked.map(renderLinkedResource);
  }
  if (shape.extensions === undefined) return;
  const wanted = shape.extensions;
  entity.extensions = Object.entries(switches.taskExtensions === 'readable' ? parts.extensions : {})
    .filter(([name]) => wanted === 'all' || wanted.includes(name))
    .map(([name, own]) => renderOpenExtension({ name, properties: own }));
}

export function renderChecklistItem(item: ChecklistItem): Record<string, unknown> {
  const { id, displayName, isChecked, created, checked } = item;
  return {
    displayName,
    createdDateTime: preciseInstant(created),
    ...(checked === null ? {} : { checkedDateTime: preciseInstant(checked) }),
    isChecked,
    id,
  };
}

/** Members that are not set are left out. */
export function renderLinkedResource(resource: LinkedResource): Record<string, unknown> {
  return Object.fromEntries(Object.entries(resource).filter(([, value]) => value !== null));
}

/** `…/$metadata#users('…')/todo/lists`. */
export function listsContext(mailbox: MailboxInfo): string {
  return `${graphBase}/$metadata#users('${mailbox.objectId}')/todo/lists`;
}

/** `…/todo/lists('…')/tasks`. */
export function tasksContext({ mailbox, list }: Pick<TaskContext, 'mailbox' | 'list'>): string {
  return `${listsContext(mailbox)}('${encodeURIComponent(mailbox.ids.folder(list.id))}')/tasks`;
}
