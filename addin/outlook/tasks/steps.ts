/** The steps of a task, which can only be written after it. */
import { z } from 'zod';
import { SyncError } from '../../../contract/errors.ts';
import type { Problem } from '../../../contract/server-plugin.ts';
import { describe, failure } from '../graph/errors.ts';
import { notRestored } from '../items/restore.ts';
import type { TasksContext } from './context.ts';
import { extrasOf, idOf, type ListedTask, type TaskStep } from './graph-task.ts';
import { EXTENSION, taskPath } from './properties.ts';
import { stepsIn, stepsMissing } from './restore.ts';
import { extensionBody, withExtras } from './to-graph.ts';

const pageSchema = z.object({
  value: z.array(z.object({ displayName: z.string().nullish(), isChecked: z.boolean().nullish() })),
});

/**
 * Gives a task the steps that it lacks, in order, one after the other; what was refused.
 * @throws SyncError when the service does not answer: the steps that are there already stay
 */
export async function addSteps(
  { client, batch, gate }: TasksContext,
  task: ListedTask,
  wanted: readonly TaskStep[],
  signal: AbortSignal,
): Promise<readonly Problem[]> {
  const path = `${taskPath(idOf(task)) ?? ''}/checklistItems`;
  const reply = await client.get(path, { signal });
  if (reply.status !== 200) throw failure(reply, client.clock.now());
  const page = pageSchema.safeParse(reply.body);
  if (!page.success) throw new SyncError('mailbox.unavailable', 'the steps of a task cannot be read');
  const held = page.data.value.map(({ displayName, isChecked }) => ({
    displayName: displayName ?? '',
    isChecked: isChecked === true,
  }));
  const problems: Problem[] = [];
  for (const step of stepsMissing(wanted, held)) {
    const part = { method: 'POST', url: path, body: step } as const;
    const [outcome] = await batch.send([part], { signal, gate });
    if (outcome?.kind !== 'reply') throw outcome?.problem ?? new SyncError('mailbox.unavailable');
    if (outcome.status >= 300)
      problems.push(notRestored(`${step.displayName}: ${describe(outcome.status, outcome.body)}`));
  }
  return problems;
}

/**
 * Ends a restore that was cut off: what its key finds is the whole task.
 * @throws SyncError when the service does not answer
 */
export async function finishSteps(
  context: TasksContext,
  task: ListedTask,
  signal: AbortSignal,
): Promise<ListedTask> {
  const extras = extrasOf(task);
  if (extras === undefined || extras.steps === '') return task;
  await addSteps(context, task, stepsIn(extras.steps), signal);
  const done = { ...extras, steps: '' };
  const url = `${taskPath(idOf(task)) ?? ''}/extensions/${EXTENSION}`;
  const part = { method: 'PATCH', url, body: extensionBody(done) } as const;
  const [outcome] = await context.batch.send([part], { signal, gate: context.gate });
  if (outcome?.kind !== 'reply') throw outcome?.problem ?? new SyncError('mailbox.unavailable');
  if (outcome.status >= 300) throw new SyncError('mailbox.refused', describe(outcome.status, outcome.body));
  return withExtras(task, done);
}
