/** Finds tasks that creates have made whose answers were lost: by our key, else by what they say (datasets 9.3). */
import { SyncError } from '../../../contract/errors.ts';
import { failure, isObject } from '../graph/errors.ts';
import { sameContent } from '../items/compare.ts';
import type { OpenCreate } from '../items/writer.ts';
import type { TasksContext } from './context.ts';
import { checkTask, extrasOf, idOf, type ListedTask } from './graph-task.ts';
import { MAPPED_QUERY, tasksPath } from './properties.ts';
import { TASK_PREFERENCES, toItem } from './source.ts';
import { LIST_PAGE } from '../items/read-page.ts';

/** A task that is older cannot come from the create that was just made. */
const RECENT_MS = 5 * 60_000;
/** The service's lists can be a little old. */
const LOOK_AGAIN_MS = 5_000;
const MAX_PAGES = 10_000;

/** The tasks of creates without an answer, by key. */
export async function lookForCreates(
  context: TasksContext,
  list: string,
  creates: readonly OpenCreate[],
  /** What other creates of the same call have made: it is not looked for. */
  made: readonly ListedTask[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, ListedTask>> {
  const first = await match(context, list, creates, made, signal);
  if (first.size === creates.length) return first;
  await context.client.clock.sleep(LOOK_AGAIN_MS, signal);
  return match(context, list, creates, made, signal);
}

async function match(
  context: TasksContext,
  list: string,
  creates: readonly OpenCreate[],
  made: readonly ListedTask[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, ListedTask>> {
  const taken = new Set(made.map(idOf));
  const { tasks, now } = await listTasks(context, list, signal);
  const found = new Map<string, ListedTask>();
  const keyless = new Set(
    tasks.filter((task) => isRecent(task, now) && extrasOf(task) === undefined && !taken.has(idOf(task))),
  );
  for (const { operation } of creates) {
    const { key, fields } = operation;
    const byKey = tasks.find((task) => extrasOf(task)?.key === key);
    const same = byKey ?? [...keyless].find((task) => saysTheSame(context, task, fields));
    if (same === undefined) continue;
    // Two equal creates have made two tasks.
    keyless.delete(same);
    found.set(key, same);
  }
  return found;
}

/** What a task without our extension can say of a record. */
const UNSAID = ['PercentCompleted', 'Priority', 'CompletedDate', 'StartedDate'];

function saysTheSame(
  context: TasksContext,
  task: ListedTask,
  fields: OpenCreate['operation']['fields'],
): boolean {
  const custom = Object.keys(fields).filter((key) => key.startsWith('CustomFields/'));
  return sameContent(context.definition, toItem(context, task).fields, fields, [...UNSAID, ...custom]);
}

function isRecent({ task }: ListedTask, now: number): boolean {
  return Math.abs(now - Date.parse(task.createdDateTime ?? '')) <= RECENT_MS;
}

export interface TaskList {
  readonly tasks: readonly ListedTask[];
  /** The time by the service's clock, or by ours where it does not tell. */
  readonly now: number;
}

/** Every task of a list. @throws SyncError when the service does not answer */
export async function listTasks(context: TasksContext, list: string, signal: AbortSignal): Promise<TaskList> {
  const tasks: ListedTask[] = [];
  let now = Number.NaN;
  let url: string | undefined = `${tasksPath(list)}?${MAPPED_QUERY}&$top=${LIST_PAGE}`;
  for (let pages = 0; url !== undefined; pages += 1) {
    if (pages > MAX_PAGES) throw new SyncError('mailbox.unavailable', 'the list of tasks never ends');
    const reply = await context.client.get(url, { signal, prefer: TASK_PREFERENCES });
    if (reply.status !== 200) throw failure(reply, context.client.clock.now());
    now = Date.parse(reply.headers.date ?? '');
    const body: Readonly<Record<string, unknown>> = isObject(reply.body) ? reply.body : {};
    for (const value of Array.isArray(body.value) ? (body.value as readonly unknown[]) : []) {
      const checked = checkTask(list, value);
      if (checked.kind === 'item') tasks.push(checked.item);
    }
    const next = body['@odata.nextLink'];
    url = typeof next === 'string' && next !== url ? next : undefined;
  }
  return { tasks, now: Number.isNaN(now) ? context.client.clock.now() : now };
}
