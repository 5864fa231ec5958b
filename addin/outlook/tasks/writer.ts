/** How tasks are written, our extension beside them. */
import type { MailboxResult, Problem } from '../../../contract/server-plugin.ts';
import type { PartOutcome } from '../graph/batch-parts.ts';
import { describe } from '../graph/errors.ts';
import { sameContent } from '../items/compare.ts';
import { readCurrent, withoutItem } from '../items/current.ts';
import type { Change, Current, ItemWriter, Written } from '../items/writer.ts';
import type { TasksContext } from './context.ts';
import { checkTask, etagOf, idOf, type ListedTask, type TaskExtras } from './graph-task.ts';
import { EXTENSION, taskPath, tasksPath } from './properties.ts';
import { lookForCreates } from './search.ts';
import { fetchTasks, TASK_PREFERENCES, toItem } from './source.ts';
import {
  createBody,
  extensionBody,
  extrasAfter,
  extrasOrNone,
  sameExtras,
  updateBody,
  withCompletion,
  withExtras,
} from './to-graph.ts';
import { extrasOf, NO_EXTRAS } from './graph-task.ts';

/** `list`: where new tasks go. */
export function tasksWriter(context: TasksContext, list: string): ItemWriter<ListedTask> {
  const isExpected = (change: Change, task: ListedTask): boolean =>
    sameContent(context.definition, toItem(context, task).fields, change.expected);
  return {
    batch: context.batch,
    gate: context.gate,
    create: ({ fields, key }) => ({ method: 'POST', url: tasksPath(list), body: createBody(fields, key) }),
    written(operation, _part, reply, before) {
      const checked = checkTask(before?.list ?? list, reply.body);
      if (checked.kind !== 'item') return undefined;
      const extras =
        operation.kind === 'create'
          ? extrasAfter(operation.fields, { ...NO_EXTRAS, key: operation.key })
          : before && extrasOf(before);
      return withExtras(checked.item, extras);
    },
    current: (changes, signal) =>
      readCurrent(
        context.client.clock,
        changes,
        (some) => readHeld(context, some, signal),
        isExpected,
        signal,
      ),
    isExpected,
    toItem: (task) => toItem(context, task),
    change(change, task) {
      const etag = etagOf(task);
      const headers = {
        Prefer: TASK_PREFERENCES,
        ...(etag !== '' && { 'If-Match': etag }),
      };
      const url = taskPath(change.id) ?? '';
      if (change.kind === 'remove') return { method: 'DELETE', url, headers };
      const body = updateBody(change.fields, change.changed, task);
      return body === undefined ? undefined : { method: 'PATCH', url, headers, body };
    },
    recover: (creates, made, signal) => lookForCreates(context, list, creates, made, signal),
    finish: (written, signal) => writeExtras(context, written, signal),
  };
}

async function readHeld(
  context: TasksContext,
  changes: readonly Change[],
  signal: AbortSignal,
): Promise<readonly Current<ListedTask>[]> {
  const ids = changes.map(({ id }) => id);
  return (await fetchTasks(context, ids, signal)).map((fetched) =>
    fetched.kind === 'item' ? fetched : withoutItem(fetched),
  );
}

interface Finished {
  readonly written: Written<ListedTask>;
  /** What our extension is to say; undefined after a removal. */
  readonly wanted: TaskExtras | undefined;
  /** Whether it does not say so yet. */
  readonly isDue: boolean;
}

/** Writes our extension where it has something new to say, and sees whether the service keeps it at all. */
async function writeExtras(
  context: TasksContext,
  written: readonly Written<ListedTask>[],
  signal: AbortSignal,
): Promise<readonly MailboxResult[]> {
  const all = written.map(finished);
  const due = all.filter(({ isDue }) => isDue);
  const outcomes = await context.batch.send(due.map(extrasPart), { signal, gate: context.gate });
  const problems = new Map<Finished, Problem>();
  due.forEach((each, index) => {
    const problem = problemOf(outcomes[index]);
    if (problem !== undefined) problems.set(each, problem);
  });
  const isKept = await keepsExtras(context, all, signal);
  return all.map((each) => resultOf(context, each, problems.get(each), isKept));
}

function finished(written: Written<ListedTask>): Finished {
  const { operation, item } = written;
  if (operation.kind === 'remove') return { written, wanted: undefined, isDue: false };
  const held = extrasOrNone(item);
  const wanted = withCompletion(extrasAfter(operation.fields, held), operation.fields, item);
  return { written, wanted, isDue: !sameExtras(wanted, held) };
}

function extrasPart({ written: { item, before }, wanted }: Finished) {
  const path = `${taskPath(idOf(item)) ?? ''}/extensions`;
  const body = extensionBody(wanted ?? NO_EXTRAS);
  // A task that we have made has one.
  const isThere = before === undefined || extrasOf(before) !== undefined;
  return isThere
    ? ({ method: 'PATCH', url: `${path}/${EXTENSION}`, body } as const)
    : ({ method: 'POST', url: path, body } as const);
}

const lossOf = (detail: string): Problem => ({ code: 'loss.task-extras', detail });

function problemOf(outcome: PartOutcome | undefined): Problem | undefined {
  if (outcome?.kind !== 'reply') return lossOf(outcome?.problem.message ?? '');
  return outcome.status >= 200 && outcome.status < 300
    ? undefined
    : lossOf(describe(outcome.status, outcome.body));
}

/** Whether an extension comes back that we have written: it was seen to be taken and then not found (spec: graph 4.4). */
async function keepsExtras(
  context: TasksContext,
  all: readonly Finished[],
  signal: AbortSignal,
): Promise<boolean> {
  const probe = all.find(({ wanted }) => wanted !== undefined && saysSomething(wanted));
  if (probe === undefined) return true;
  const [fetched] = await fetchTasks(context, [idOf(probe.written.item)], signal);
  // Without an answer nothing is known, and what was sent counts.
  return fetched?.kind !== 'item' || extrasOf(fetched.item) !== undefined;
}

/** Anything but our key, which no record holds. */
const saysSomething = ({ key: _key, ...extras }: TaskExtras): boolean =>
  Object.values(extras).some((value) => value !== '');

function resultOf(
  context: TasksContext,
  { written: { operation, item }, wanted }: Finished,
  problem: Problem | undefined,
  isKept: boolean,
): MailboxResult {
  const { key } = operation;
  if (wanted === undefined) return { key, status: 'done' };
  const isLost = !isKept && saysSomething(wanted);
  const told = isLost ? lossOf('Outlook’s service does not give our extension back') : problem;
  const held = told === undefined ? withExtras(item, wanted) : isLost ? withExtras(item, undefined) : item;
  return {
    key,
    status: 'done',
    item: toItem(context, held),
    ...(told !== undefined && { problems: [told] }),
  };
}
