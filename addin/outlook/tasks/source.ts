/** One list of tasks as the reads see it (spec: graph 4.3). */
import type { MailboxItem } from '../../../contract/server-plugin.ts';
import { readFetched, type Fetched } from '../items/fetched.ts';
import { LIST_PAGE } from '../items/read-page.ts';
import type { ItemSource } from '../items/source.ts';
import type { TasksContext } from './context.ts';
import { taskFields } from './from-graph.ts';
import { checkTask, etagOf, extrasOf, idOf, type ListedTask } from './graph-task.ts';
import { itemId, MAPPED_QUERY, taskPath, tasksPath } from './properties.ts';

/** Bodies come as HTML unless text is asked for. */
export const TASK_PREFERENCES = 'outlook.body-content-type="text"';

/** Nobody promises that removals are told (spec: graph 4.3): after this long everything is read and compared. */
const RENEWAL_MS = 24 * 3_600_000;

export function tasksSource(context: TasksContext, list: string): ItemSource<ListedTask> {
  const path = tasksPath(list);
  return {
    client: context.client,
    noun: 'tasks',
    list: `${path}?${MAPPED_QUERY}&$top=${LIST_PAGE}`,
    idList: `${path}?$top=${LIST_PAGE}`,
    prefer: TASK_PREFERENCES,
    withoutDelta: 'compare-versions',
    async *deltaStarts() {
      yield { url: `${path}/delta`, until: context.client.clock.now() + RENEWAL_MS };
    },
    itemId: (id) => itemId(list, id),
    check: (value) => checkTask(list, value),
    fetch: (ids, signal) => fetchTasks(context, ids, signal),
    idOf,
    etagOf,
    complete: async (tasks) => ({
      items: tasks.map((task) => toItem(context, task)),
      problems: [],
      left: [],
    }),
  };
}

/** Reads tasks by item id, in order. */
export async function fetchTasks(
  context: TasksContext,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<readonly Fetched<ListedTask>[]> {
  const paths = ids.map(taskPath);
  const known = paths.flatMap((path) => path ?? []);
  const outcomes = await context.batch.send(
    known.map((path) => ({
      method: 'GET' as const,
      url: `${path}?${MAPPED_QUERY}`,
      headers: { Prefer: TASK_PREFERENCES },
    })),
    { signal },
  );
  let next = 0;
  return paths.map((path, index): Fetched<ListedTask> => {
    const outcome = path === undefined ? undefined : outcomes[next++];
    const [list = ''] = (ids[index] ?? '').split('/');
    // An id without its list cannot be of a task that we have read.
    if (outcome === undefined) return { kind: 'gone' };
    return readFetched(outcome, (body) => checkTask(decodeURIComponent(list), body));
  });
}

export function toItem(context: TasksContext, listed: ListedTask): MailboxItem {
  const key = extrasOf(listed)?.key ?? '';
  return {
    id: idOf(listed),
    fields: context.definition.normalise(taskFields(listed, context.zone)),
    version: etagOf(listed),
    modified: listed.task.lastModifiedDateTime ?? '',
    ...(key !== '' && key.length <= 100 && { createKey: key }),
  };
}
