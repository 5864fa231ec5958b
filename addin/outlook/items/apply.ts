/**
 * Writing items: creates, updates and removals of one call, in batches.
 *
 * Nothing is overwritten that was not planned against: an item is read, compared with what the plan expected, and
 * written under the etag of that very read. Nothing is created twice: a create whose answer was lost is reported as
 * such, and found again by its key.
 */
import type { ErrorCode, SyncError } from '../../../contract/errors.ts';
import type { MailboxOperation, MailboxResult } from '../../../contract/server-plugin.ts';
import type { BatchPart, PartOutcome } from '../graph/batch-parts.ts';
import { describe, faultOf } from '../graph/errors.ts';
import { isMissing } from './fetched.ts';
import type { Change, Create, Current, ItemWriter, OpenCreate, Written } from './writer.ts';

/** An operation is settled, or written and to be finished, or open, or lost a race and is to be tried once more. */
type Step<Item> =
  | { readonly kind: 'result'; readonly result: MailboxResult }
  | { readonly kind: 'written'; readonly written: Written<Item> }
  | { readonly kind: 'open'; readonly create: OpenCreate; readonly result: MailboxResult }
  | { readonly kind: 'raced'; readonly change: Change };

/** Carries out a batch of operations; the fate of each, in any order. */
export async function applyOperations<Item>(
  writer: ItemWriter<Item>,
  operations: readonly MailboxOperation[],
  signal: AbortSignal,
): Promise<readonly MailboxResult[]> {
  const creates = operations.filter((operation) => operation.kind === 'create');
  const changes = operations.filter((operation) => operation.kind !== 'create');
  const created = await settleOpen(writer, await createAll(writer, creates, signal), signal);
  const changed = await changeAll(writer, changes, signal);
  const raced = changed.flatMap((step) => (step.kind === 'raced' ? [step.change] : []));
  const again = await changeAll(writer, raced, signal);
  const results: MailboxResult[] = [];
  const written: Written<Item>[] = [];
  for (const step of [...created, ...changed, ...again]) {
    if (step.kind === 'result') results.push(step.result);
    if (step.kind === 'written') written.push(step.written);
  }
  for (const step of again)
    if (step.kind === 'raced')
      results.push(failed(step.change.key, 'mailbox.changed', 'it changed again while it was written'));
  return [...results, ...(await writer.finish(written, signal))];
}

export const failed = (key: string, code: ErrorCode, detail: string): MailboxResult => ({
  key,
  status: 'failed',
  problem: { code, detail: detail.slice(0, 2000) },
});

/** What a missing answer means for an operation. */
export function withoutReply(
  key: string,
  outcome: { kind: 'lost' | 'unsent'; problem: SyncError },
): MailboxResult {
  if (outcome.kind === 'unsent') return failed(key, outcome.problem.code, outcome.problem.detail);
  return unknownFate(key, outcome.problem.message);
}

const unknownFate = (key: string, detail: string): MailboxResult => ({
  key,
  status: 'unknown',
  problem: { code: 'mailbox.unknown-fate', detail: detail.slice(0, 2000) },
});

async function createAll<Item>(
  writer: ItemWriter<Item>,
  creates: readonly Create[],
  signal: AbortSignal,
): Promise<readonly Step<Item>[]> {
  const parts = creates.map((operation) => writer.create(operation));
  const outcomes = [...(await writer.batch.send(parts, { signal, gate: writer.gate }))];
  const lesser = creates.flatMap((operation, index) => {
    const part = isRefused(outcomes[index]) ? writer.createLess?.(operation) : undefined;
    return part === undefined ? [] : [{ index, part }];
  });
  const again = await writer.batch.send(
    lesser.map(({ part }) => part),
    { signal, gate: writer.gate },
  );
  lesser.forEach(({ index, part }, position) => {
    const outcome = again[position];
    if (outcome === undefined) return;
    outcomes[index] = outcome;
    parts[index] = part;
  });
  return creates.map((operation, index) => {
    const outcome = outcomes[index];
    const part = parts[index];
    if (outcome === undefined || part === undefined) throw new TypeError('an operation without an outcome');
    return judgeCreate(writer, operation, part, outcome);
  });
}

/** A body that the service does not take: nothing has been made. */
const isRefused = (outcome: PartOutcome | undefined): boolean =>
  outcome?.kind === 'reply' && outcome.status === 400;

function judgeCreate<Item>(
  writer: ItemWriter<Item>,
  operation: Create,
  part: BatchPart,
  outcome: PartOutcome,
): Step<Item> {
  const { key } = operation;
  if (outcome.kind !== 'reply') {
    const result = withoutReply(key, outcome);
    if (outcome.kind === 'unsent') return { kind: 'result', result };
    return { kind: 'open', create: { operation, why: 'lost' }, result };
  }
  if (outcome.status !== 200 && outcome.status !== 201) {
    const result = refused(key, outcome);
    if (writer.isRepeated?.(outcome) === true)
      return { kind: 'open', create: { operation, why: 'refused' }, result };
    return { kind: 'result', result };
  }
  const item = writer.written(operation, part, outcome, undefined);
  if (item !== undefined) return { kind: 'written', written: { operation, item, before: undefined } };
  // Created, but the answer does not say what: the key will find it.
  const result = unknownFate(key, 'the answer to a create cannot be read');
  return { kind: 'open', create: { operation, why: 'lost' }, result };
}

/** Looks for what creates without an answer may have made, where the dataset has a way to. */
async function settleOpen<Item>(
  writer: ItemWriter<Item>,
  steps: readonly Step<Item>[],
  signal: AbortSignal,
): Promise<readonly Step<Item>[]> {
  const open = steps.flatMap((step) => (step.kind === 'open' ? [step.create] : []));
  const made = steps.flatMap((step) => (step.kind === 'written' ? [step.written.item] : []));
  const found = open.length === 0 ? undefined : await writer.recover?.(open, made, signal);
  return steps.map((step): Step<Item> => {
    if (step.kind !== 'open') return step;
    const { operation } = step.create;
    const item = found?.get(operation.key);
    if (item === undefined) return { kind: 'result', result: step.result };
    return { kind: 'written', written: { operation, item, before: undefined } };
  });
}

export const refused = (
  key: string,
  { status, body }: { readonly status: number; readonly body: unknown },
): MailboxResult =>
  failed(key, status === 403 ? 'mailbox.denied' : 'mailbox.refused', describe(status, body));

/** Reads, compares and writes updates and removals. */
async function changeAll<Item>(
  writer: ItemWriter<Item>,
  changes: readonly Change[],
  signal: AbortSignal,
): Promise<readonly Step<Item>[]> {
  if (changes.length === 0) return [];
  const current = await writer.current(changes, signal);
  const steps: Step<Item>[] = [];
  const writes: { readonly change: Change; readonly item: Item; readonly part: BatchPart }[] = [];
  changes.forEach((change, index) => {
    const held = current[index];
    if (held === undefined) throw new TypeError('an operation without an item');
    const settled = settleUnwritten(writer, change, held);
    if (settled !== undefined) {
      steps.push({ kind: 'result', result: settled });
      return;
    }
    if (held.kind !== 'item') return;
    const part = writer.change(change, held.item);
    if (part !== undefined) writes.push({ change, item: held.item, part });
    else steps.push({ kind: 'written', written: { operation: change, item: held.item, before: held.item } });
  });
  const outcomes = await writer.batch.send(
    writes.map(({ part }) => part),
    { signal, gate: writer.gate },
  );
  writes.forEach(({ change, item, part }, index) => {
    const outcome = outcomes[index];
    if (outcome !== undefined) steps.push(judgeChange(writer, change, item, part, outcome));
  });
  return steps;
}

/** What is not written: gone, unreadable, changed by somebody else, or not ours to change. */
function settleUnwritten<Item>(
  writer: ItemWriter<Item>,
  change: Change,
  current: Current<Item>,
): MailboxResult | undefined {
  const { key } = change;
  if (current.kind === 'gone') return { key, status: 'gone' };
  if (current.kind === 'unreadable') return { key, status: 'failed', problem: current.problem };
  const problem = writer.refusal?.(change, current.item);
  if (problem !== undefined) return { key, status: 'failed', problem };
  if (writer.isExpected(change, current.item)) return undefined;
  return { key, status: 'changed', item: writer.toItem(current.item) };
}

function judgeChange<Item>(
  writer: ItemWriter<Item>,
  change: Change,
  before: Item,
  part: BatchPart,
  outcome: PartOutcome,
): Step<Item> {
  const { key } = change;
  if (outcome.kind !== 'reply') return { kind: 'result', result: withoutReply(key, outcome) };
  if (isRace(outcome)) return { kind: 'raced', change };
  if (isMissing(outcome)) return { kind: 'result', result: { key, status: 'gone' } };
  if (outcome.status < 200 || outcome.status > 299) return { kind: 'result', result: refused(key, outcome) };
  if (change.kind === 'remove')
    return { kind: 'written', written: { operation: change, item: before, before } };
  const item = writer.written(change, part, outcome, before);
  if (item !== undefined) return { kind: 'written', written: { operation: change, item, before } };
  return { kind: 'result', result: unknownFate(key, 'the answer to an update cannot be read') };
}

/** The item is not what was read a moment ago, or the service stumbled over itself (spec: graph 3.10). */
function isRace({ status, body }: { readonly status: number; readonly body: unknown }): boolean {
  return status === 409 || status === 412 || faultOf(body).code === 'errorinvalidchangekey';
}
