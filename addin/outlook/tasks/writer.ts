/** How tasks are written, our extension beside them. */
import { toSyncError, type SyncError } from '../../../contract/errors.ts';
import type { MailboxItem, MailboxResult, Problem } from '../../../contract/server-plugin.ts';
import type { PartOutcome } from '../graph/batch-parts.ts';
import { pause } from '../graph/clock.ts';
import { describe } from '../graph/errors.ts';
import { sameContent } from '../items/compare.ts';
import { readCurrent, withoutItem } from '../items/current.ts';
import { withoutReply } from '../items/apply.ts';
import { isFormatted } from '../items/html-text.ts';
import { UNREADABLE_SNAPSHOT } from '../items/restore.ts';
import { STALE_WAIT_MS } from '../items/read-page.ts';
import type { Change, Create, Current, ItemWriter, Update, Written } from '../items/writer.ts';
import type { TasksContext } from './context.ts';
import {
  checkTask,
  etagOf,
  extrasOf,
  idOf,
  NO_EXTRAS,
  type ListedTask,
  type TaskExtras,
} from './graph-task.ts';
import { EXTENSION, taskPath, tasksPath } from './properties.ts';
import { keptTask, restoreBody, restoreLosses, richProperties, stepsOf, type KeptTask } from './restore.ts';
import { lookForCreates } from './search.ts';
import { fetchTasks, TASK_PREFERENCES, toItem } from './source.ts';
import { addSteps } from './steps.ts';
import {
  createBody,
  extensionBody,
  extrasAfter,
  extrasOrNone,
  sameExtras,
  updateBody,
  withCompletion,
  withExtras,
  type TaskBody,
} from './to-graph.ts';

/** `list`: where new tasks go. */
export function tasksWriter(context: TasksContext, list: string): ItemWriter<ListedTask> {
  const isExpected = (change: Change, task: ListedTask): boolean =>
    sameContent(context.definition, toItem(context, task).fields, change.expected);
  return {
    batch: context.batch,
    gate: context.gate,
    create: (operation) => ({
      method: 'POST',
      url: tasksPath(list),
      body: newBody(context, operation, keptOf(context, operation)),
    }),
    createLess(operation) {
      const { recurrence, ...body } = newBody(context, operation, keptOf(context, operation));
      // The service may not be able to read the dates of a recurrence (spec: graph 4.4).
      return recurrence === undefined ? undefined : { method: 'POST', url: tasksPath(list), body };
    },
    written(operation, part, reply, before) {
      const checked = checkTask(before?.list ?? list, reply.body);
      if (checked.kind !== 'item') return undefined;
      const extras =
        operation.kind === 'create'
          ? extrasAfter(operation.fields, { ...NO_EXTRAS, key: operation.key })
          : before && extrasOf(before);
      const kept = operation.kind === 'create' ? keptOf(context, operation) : undefined;
      const lost = kept === undefined ? [] : restoreLosses(kept, part.body as TaskBody);
      return { ...withExtras(checked.item, extras), lost };
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
      const plain = updateBody(change.fields, change.changed, task);
      const kept = keptOf(context, change);
      const rich = kept === undefined ? {} : richProperties(context, change.fields, change.changed, kept);
      const body = plain === undefined ? undefined : { ...plain, ...rich };
      return body === undefined ? undefined : { method: 'PATCH', url, headers, body };
    },
    recover: (creates, made, signal) => lookForCreates(context, list, creates, made, signal),
    finish: (written, signal) => writeExtras(context, written, signal),
  };
}

const keptOf = (context: TasksContext, { restore }: Create | Update): KeptTask | undefined =>
  restore === undefined ? undefined : keptTask(context, restore);

const newBody = (context: TasksContext, { fields, key }: Create, kept: KeptTask | undefined): TaskBody =>
  kept === undefined ? createBody(fields, key) : restoreBody(context, fields, key, kept);

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
  const steps = await writeSteps(context, written, signal);
  const all = written.filter((each) => steps.get(each)?.problem === undefined).map(finished);
  const due = all.filter(({ isDue }) => isDue);
  const outcomes = await context.batch.send(due.map(extrasPart), { signal, gate: context.gate });
  const missed = new Map<Finished, PartOutcome>();
  due.forEach((each, index) => {
    const outcome = outcomes[index];
    if (outcome !== undefined && !isTaken(outcome)) missed.set(each, outcome);
  });
  const isKept = await keepsExtras(
    context,
    all.filter((each) => !missed.has(each)),
    signal,
  );
  const told = all.map((each) =>
    resultOf(context, each, { missed: missed.get(each), isKept, more: steps.get(each.written)?.lost ?? [] }),
  );
  const unknown = written.flatMap((each): MailboxResult[] => {
    const problem = steps.get(each)?.problem;
    return problem === undefined ? [] : [withoutReply(each.operation.key, { kind: 'lost', problem })];
  });
  return [...told, ...unknown];
}

/** What became of the steps of a task that is put back. */
interface StepsFate {
  readonly lost: readonly Problem[];
  /** Of some of them nobody knows. */
  readonly problem?: SyncError;
}

async function writeSteps(
  context: TasksContext,
  written: readonly Written<ListedTask>[],
  signal: AbortSignal,
): Promise<ReadonlyMap<Written<ListedTask>, StepsFate>> {
  const fates = new Map<Written<ListedTask>, StepsFate>();
  for (const each of written) {
    const { operation, item } = each;
    if (operation.kind === 'remove' || operation.restore === undefined) continue;
    const kept = keptOf(context, operation);
    if (kept === undefined) fates.set(each, { lost: [UNREADABLE_SNAPSHOT] });
    else if (operation.kind === 'create') {
      const lost = item.lost ?? [];
      const steps = stepsOf(kept);
      try {
        const refused = steps.length === 0 ? [] : await addSteps(context, item, steps, signal);
        fates.set(each, { lost: [...lost, ...refused] });
      } catch (error) {
        fates.set(each, { lost, problem: toSyncError(error, 'mailbox.unavailable') });
      }
    }
  }
  return fates;
}

const isTaken = (outcome: PartOutcome): boolean =>
  outcome.kind === 'reply' && outcome.status >= 200 && outcome.status < 300;

function finished(written: Written<ListedTask>): Finished {
  const { operation, item } = written;
  if (operation.kind === 'remove') return { written, wanted: undefined, isDue: false };
  const held = extrasOrNone(item);
  const wanted = withCompletion(extrasAfter(operation.fields, held), operation.fields, item);
  // The POST says that steps are to come.
  const hadSteps = operation.kind === 'create' && operation.restore !== undefined;
  return { written, wanted: { ...wanted, steps: '' }, isDue: hadSteps || !sameExtras(wanted, held) };
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

/**
 * Whether an extension comes back that we have written: it was seen to be taken and then not found (spec: graph 4.4). One
 * that is missing is looked for once more, since reads can be stale.
 */
async function keepsExtras(
  context: TasksContext,
  all: readonly Finished[],
  signal: AbortSignal,
): Promise<boolean> {
  const probe = all.find(({ wanted }) => wanted !== undefined && saysSomething(wanted));
  if (probe === undefined || signal.aborted) return true;
  const look = async (): Promise<boolean> => {
    const [fetched] = await fetchTasks(context, [idOf(probe.written.item)], signal);
    // Without an answer nothing is known, and what was sent counts.
    return fetched?.kind !== 'item' || extrasOf(fetched.item) !== undefined;
  };
  if (await look()) return true;
  await pause(context.client.clock, STALE_WAIT_MS, signal);
  return look();
}

/** Anything but our key, which no record holds. */
const saysSomething = ({ key: _key, ...extras }: TaskExtras): boolean =>
  Object.values(extras).some((value) => value !== '');

interface ExtrasFate {
  /** The answer to our extension's write, where it was not taken. */
  readonly missed: PartOutcome | undefined;
  /** Whether the service gives our extensions back at all. */
  readonly isKept: boolean;
  /** What there is to tell besides. */
  readonly more: readonly Problem[];
}

function resultOf(
  context: TasksContext,
  { written: { operation, item, before }, wanted }: Finished,
  { missed, isKept, more }: ExtrasFate,
): MailboxResult {
  const { key } = operation;
  if (operation.kind === 'remove' || wanted === undefined) return { key, status: 'done' };
  // The rest is written; what is owed is tried again, and finds it so. A create must not be tried again.
  if (missed !== undefined && operation.kind === 'update' && missed.kind !== 'reply')
    return withoutReply(key, { kind: 'unsent', problem: missed.problem });
  const isLost = (missed !== undefined || !isKept) && saysSomething(wanted);
  const held = missed !== undefined ? item : withExtras(item, isLost ? undefined : wanted);
  const problems = [
    ...(isLost ? [{ code: 'loss.task-extras', detail: describeMissed(missed) }] : []),
    ...(losesFormat(operation, before) ? [{ code: 'loss.E5', detail: '' }] : []),
    ...more,
  ];
  return {
    key,
    status: 'done',
    item: handedOver(context, operation, held, before),
    ...(problems.length > 0 && { problems }),
  };
}

function describeMissed(missed: PartOutcome | undefined): string {
  if (missed === undefined) return 'Outlook’s service does not give our extension back';
  return missed.kind === 'reply' ? describe(missed.status, missed.body) : missed.problem.message;
}

/** Whether a text was written in the place of one that somebody had formatted. */
const losesFormat = (operation: Create | Update, before: ListedTask | undefined): boolean =>
  operation.kind === 'update' &&
  operation.restore === undefined &&
  operation.changed.includes('Notes') &&
  before?.task.body?.contentType === 'html' &&
  isFormatted(before.task.body.content ?? '');

/**
 * What the mailbox holds after a write. A recurring task that is completed goes on to its next date under the same id: that
 * is a change of the service's own, which the next read tells, and no version may hide (spec: graph 4.4 line 7).
 */
function handedOver(
  context: TasksContext,
  operation: Create | Update,
  held: ListedTask,
  before: ListedTask | undefined,
): MailboxItem {
  const item = toItem(context, held);
  const completes = before !== undefined && operation.fields.Status === 'Completed';
  const goesOn = completes && before.task.status !== 'completed' && held.task.status !== 'completed';
  return goesOn ? { ...item, fields: operation.fields, version: '' } : item;
}
