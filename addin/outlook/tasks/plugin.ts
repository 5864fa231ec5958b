/** The tasks of Microsoft To Do as a server sync plugin (contract/server-plugin.ts). */
import { SyncError } from '../../../contract/errors.ts';
import type { MailboxItem, ServerSyncPlugin, Snapshot } from '../../../contract/server-plugin.ts';
import { failure } from '../graph/errors.ts';
import { applyOperations } from '../items/apply.ts';
import { isMissing } from '../items/fetched.ts';
import type { TasksContext } from './context.ts';
import { extrasOf } from './graph-task.ts';
import { MAPPED_QUERY, taskPath } from './properties.ts';
import { readLists } from './read-lists.ts';
import { listTasks } from './search.ts';
import { snapshotText } from './restore.ts';
import { fetchTasks, toItem } from './source.ts';
import { finishSteps } from './steps.ts';
import { tasksWriter } from './writer.ts';

/** A whole task: with steps and linked resources. */
const WHOLE_QUERY = `${MAPPED_QUERY},checklistItems,linkedResources`;

export function createTasksPlugin(context: TasksContext): ServerSyncPlugin {
  return {
    dataset: 'tasks',
    read: (request, signal) => readLists(context, request, signal),
    async apply(operations, signal) {
      const [list] = await context.lists(signal);
      if (list === undefined) throw new SyncError('mailbox.unavailable', 'To Do has no list');
      return applyOperations(tasksWriter(context, list), operations, signal);
    },
    find: (keys, signal) => findByKey(context, keys, signal),
    snapshot: (ids, signal) => takeSnapshots(context, ids, signal),
  };
}

async function findByKey(
  context: TasksContext,
  keys: readonly string[],
  signal: AbortSignal,
): Promise<readonly MailboxItem[]> {
  const wanted = new Set(keys);
  const items: MailboxItem[] = [];
  for (const list of await context.lists(signal)) {
    for (const task of (await listTasks(context, list, signal)).tasks) {
      const key = extrasOf(task)?.key ?? '';
      if (wanted.has(key)) items.push(toItem(context, await finishSteps(context, task, signal)));
    }
  }
  return items;
}

async function takeSnapshots(
  context: TasksContext,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<readonly Snapshot[]> {
  const paths = ids.flatMap((id) => taskPath(id) ?? []);
  const parts = paths.map((path) => ({ method: 'GET', url: `${path}?${WHOLE_QUERY}` }) as const);
  const outcomes = await context.batch.send(parts, { signal });
  const mapped = await fetchTasks(context, ids, signal);
  let next = 0;
  return ids.map((id, index): Snapshot => {
    if (taskPath(id) === undefined) return { id, item: null };
    const outcome = outcomes[next++];
    if (outcome?.kind !== 'reply') throw outcome?.problem ?? new SyncError('mailbox.unavailable', id);
    if (isMissing(outcome)) return { id, item: null };
    if (outcome.status !== 200) throw failure(outcome, context.client.clock.now());
    const row = mapped[index];
    if (row?.kind === 'gone') return { id, item: null };
    if (row?.kind === 'unanswered') throw row.problem;
    if (row?.kind !== 'item') throw new SyncError('mailbox.unreadable', row?.problem.detail ?? id);
    return { id, item: snapshotText(row.item.list, outcome.body, row.item.task) };
  });
}
