import type { Backend } from '../backend.ts';
import { isSame } from '../items/extended-change.ts';
import { addOpenExtensions } from '../items/open-extensions.ts';
import { dayAfter } from '../recurrence/expand.ts';
import type { ItemRow, Writer } from '../store/items.ts';
import type { FolderRow, MailboxInfo } from '../store/mailboxes.ts';
import { addDays, daysBetween, ianaOf, localOf } from '../time/zones.ts';
import type { ZonedTime } from '../time/zoned-time.ts';
import { utcMidnight, type TaskChange } from './body.ts';
import { emptyTask, noTaskParts, type TaskContent, type TaskParts, type TaskView } from './properties.ts';

/** Writes to task lists, by a program or by a person in an app (spec: graph 4.4). */

export function taskContent(row: ItemRow): TaskContent {
  return {
    view: JSON.parse(row.view) as TaskView,
    parts: { ...noTaskParts, ...(JSON.parse(row.parts) as Partial<TaskParts>) },
  };
}

export function createTask(
  backend: Backend,
  mailbox: MailboxInfo,
  list: number,
  change: TaskChange,
  writer: Writer,
): ItemRow {
  const view = complete(emptyTask, { ...emptyTask, ...change.properties }, backend.clock.now());
  const parts: TaskParts = {
    extensions: addOpenExtensions({}, change.extensions),
    checklist: [],
    linked: change.linked,
  };
  return create(backend, mailbox, list, { view: withDueDate(view), parts }, writer);
}

/** A task that recurs has a due date (spec: graph 4.4 line 9). */
function withDueDate(view: TaskView): TaskView {
  if (view.recurrence === null || view.dueDateTime !== null) return view;
  return { ...view, dueDateTime: utcMidnight(view.recurrence.range.startDate) };
}

export function changeTask(
  backend: Backend,
  mailbox: MailboxInfo,
  row: ItemRow,
  { properties }: TaskChange,
  writer: Writer,
): ItemRow {
  const { switches, clock } = backend;
  const before = taskContent(row);
  const now = clock.now();
  const bodyModified = properties.body === undefined ? before.view.bodyModified : now;
  const merged: TaskView = { ...before.view, ...properties, bodyModified };
  const view = withDueDate(complete(before.view, merged, now));
  const after = { ...before, view };
  return backend.db.transaction(() => {
    const recurs = before.view.recurrence !== null && view.recurrence !== null;
    if (recurs && view.status === 'completed' && before.view.status !== 'completed') {
      const next = nextTask(before.view, view);
      if (next !== undefined) return completeRecurring(backend, mailbox, row, after, next, writer);
    }
    const moved = !isSame(before.view.dueDateTime, view.dueDateTime);
    if (recurs && moved && writer === 'api' && switches.recurringDueChange === 'duplicates') {
      create(backend, mailbox, row.folder, copyOf(backend, before, before.view), writer);
    }
    return update(backend, row, after, writer);
  });
}

/** completedDateTime follows the status: the day in UTC, without its time (spec: graph 4.4 lines 2, 8). */
function complete(before: TaskView, after: TaskView, now: number): TaskView {
  if (after.status !== 'completed') return { ...after, completedDateTime: null };
  const sent = isSame(before.completedDateTime, after.completedDateTime) ? null : after.completedDateTime;
  const known = before.status === 'completed' ? before.completedDateTime : null;
  return {
    ...after,
    completedDateTime: sent ?? known ?? utcMidnight(new Date(now).toISOString().slice(0, 10)),
  };
}

/** The task with its next due date; undefined after the last one. */
function nextTask(before: TaskView, { recurrence }: TaskView): TaskView | undefined {
  if (recurrence === null) return undefined;
  const due = before.dueDateTime ?? utcMidnight(recurrence.range.startDate);
  const day = due.local.slice(0, 10);
  const next = dayAfter(recurrence, day);
  if (next === undefined) return undefined;
  const days = daysBetween(day, next);
  return {
    ...before,
    status: 'notStarted',
    completedDateTime: null,
    dueDateTime: later(due, days),
    reminderDateTime: before.reminderDateTime === null ? null : later(before.reminderDateTime, days),
    startDateTime: before.startDateTime === null ? null : later(before.startDateTime, days),
  };
}

function later({ local, zone, at }: ZonedTime, days: number): ZonedTime {
  const moved = addDays(local.slice(0, 10), days) + local.slice(10);
  const iana = ianaOf(zone) ?? 'UTC';
  const shifted = at + days * 86_400_000;
  // The clock may have changed in between: the wall clock time stays.
  const drift = Date.parse(`${moved}Z`) - Date.parse(`${localOf(shifted, iana)}Z`);
  return { local: moved, zone, at: shifted + drift };
}

/** Of a recurring task that is completed two are left: the completed one and the next one (spec: graph 4.4 line 7). */
function completeRecurring(
  backend: Backend,
  mailbox: MailboxInfo,
  row: ItemRow,
  completed: TaskContent,
  next: TaskView,
  writer: Writer,
): ItemRow {
  const { switches } = backend;
  const livesOn = switches.recurringCompletion === 'idLivesOn';
  const done = { ...completed.view, recurrence: null };
  const copy = copyOf(backend, completed, livesOn ? done : next);
  const makeCopy = (): ItemRow => create(backend, mailbox, row.folder, copy, writer);
  if (switches.recurringCompletionOrder === 'copyFirst') makeCopy();
  const written = update(backend, row, { ...completed, view: livesOn ? next : done }, writer);
  if (switches.recurringCompletionOrder === 'originalFirst') makeCopy();
  return written;
}

function copyOf({ switches }: Backend, { parts }: TaskContent, view: TaskView): TaskContent {
  const linked = switches.recurringCopyLinks === 'copied' ? parts.linked : [];
  return { view, parts: { ...noTaskParts, checklist: parts.checklist, linked } };
}

/** Writes what hangs below a task, as the switch says with or without moving the task itself. */
export function writeParts(
  backend: Backend,
  row: ItemRow,
  parts: TaskParts,
  moves: 'touches' | 'leaves',
): void {
  const content = taskContent(row);
  if (moves === 'leaves') backend.tasks.setParts(row, parts);
  else backend.tasks.update(row, { ...content, parts, extended: {} }, ['*parts'], 'api');
}

export function removeList(backend: Backend, list: FolderRow, writer: Writer): void {
  backend.db.transaction(() => {
    for (const row of backend.tasks.page(list.id, -1, 0)) backend.tasks.remove(row, writer);
    backend.mailboxes.removeFolder(list);
  });
}

function create(
  backend: Backend,
  mailbox: MailboxInfo,
  list: number,
  content: TaskContent,
  writer: Writer,
): ItemRow {
  return backend.tasks.create(mailbox, list, { ...content, extended: {} }, writer);
}

function update(backend: Backend, row: ItemRow, content: TaskContent, writer: Writer): ItemRow {
  const before = taskContent(row);
  const changed = (Object.keys(content.view) as (keyof TaskView)[]).filter(
    (name) => !isSame(before.view[name], content.view[name]),
  );
  const parts = isSame(before.parts, content.parts) ? [] : ['*parts'];
  return backend.tasks.update(row, { ...content, extended: {} }, [...changed, ...parts], writer);
}
