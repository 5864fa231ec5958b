import type { Backend } from '../backend.ts';
import { checkZone } from '../events/body.ts';
import { GraphFault, notFound } from '../protocol/fault.ts';
import type { Call } from '../router.ts';
import type { ItemRow } from '../store/items.ts';
import type { FolderRow, MailboxInfo } from '../store/mailboxes.ts';
import { asksForOpenTasks } from './query.ts';
import type { TaskContext } from './render.ts';

/** What ids and paths name in To Do, whose errors have codes of their own (spec: graph 4.2). */

const malformed = (): GraphFault => new GraphFault(400, 'invalidRequest', 'Id is malformed.');

/** The list that an id names. Throws a GraphFault: 400 for no id, 404 for none there. */
export function findList(backend: Backend, mailbox: MailboxInfo, text: string): FolderRow {
  const id = mailbox.ids.readFolder(text);
  if (id === 'malformed') throw malformed();
  const list = id === 'unknown' ? undefined : backend.mailboxes.folder(mailbox, id);
  if (list?.kind !== 'tasks') throw notFound();
  return list;
}

/** The task that an id names. Throws a GraphFault: 400 for no id, 404 for none there. */
export function findTask(backend: Backend, mailbox: MailboxInfo, text: string): ItemRow {
  const id = mailbox.ids.readItem(text);
  if (id === 'malformed' || (typeof id === 'object' && id.date !== undefined)) throw malformed();
  const row = id === 'unknown' ? undefined : backend.tasks.get(mailbox, id.item);
  if (row === undefined || (typeof id === 'object' && id.kind === 'plain' && row.place !== id.place)) {
    throw notFound();
  }
  return row;
}

export function listOf(backend: Backend, { mailbox, variables }: Call): FolderRow {
  return findList(backend, mailbox, variables.list ?? '');
}

/** The task that a call's path names, in the list that it names. */
export function taskOf(backend: Backend, call: Call): { readonly list: FolderRow; readonly row: ItemRow } {
  const list = listOf(backend, call);
  const row = findTask(backend, call.mailbox, call.variables.id ?? '');
  if (row.folder !== list.id) throw notFound();
  return { list, row };
}

/** What a call's answer is rendered with. Throws a GraphFault 400 for a preferred zone that nobody knows. */
export function contextOf(
  backend: Backend,
  { mailbox, request }: Call,
  list: FolderRow,
  where: 'single' | 'collection',
): TaskContext {
  const { switches } = backend;
  const { preferences } = request;
  if (preferences.timeZone !== undefined) checkZone(preferences.timeZone, switches);
  const isShown =
    where === 'single' ||
    switches.taskRecurrenceInLists === 'always' ||
    asksForOpenTasks(request.query.get('$filter'));
  return { mailbox, switches, preferences, list, recurrence: isShown ? 'shown' : 'hidden' };
}
