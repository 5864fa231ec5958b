/**
 * Writing contacts: creates, updates and removals of one call, in batches.
 *
 * Nothing is overwritten that was not planned against: an item is read, compared with what the plan expected, and
 * written under the etag of that very read. Nothing is created twice: a create whose answer was lost is reported as
 * such, and found again by its key.
 */
import type { SyncError } from '../../../contract/errors.ts';
import type { MailboxOperation, MailboxResult, Problem } from '../../../contract/server-plugin.ts';
import type { Fields } from '../../../datasets/index.ts';
import type { BatchPart, PartOutcome } from '../graph/batch-parts.ts';
import { describe, faultOf } from '../graph/errors.ts';
import type { ContactsContext } from './context.ts';
import { sameContent } from './compare.ts';
import { readCurrent, type Current } from './current.ts';
import { etagOf, isMissing, recordOf, toItem } from './items.ts';
import { addPortraits, type Written } from './portraits.ts';
import { CONTACTS, contactPath } from './properties.ts';
import { createBody, updateBody, type ContactBody } from './to-graph.ts';
import { writtenContact } from './written.ts';

type Create = Extract<MailboxOperation, { kind: 'create' }>;
export type Change = Exclude<MailboxOperation, Create>;

/** An operation is settled, or written and waits for its photo, or lost a race and is to be tried once more. */
type Step =
  | { readonly kind: 'result'; readonly result: MailboxResult }
  | { readonly kind: 'written'; readonly written: Written }
  | { readonly kind: 'raced'; readonly change: Change };

/** Carries out a batch of operations; the fate of each, in any order. */
export async function applyOperations(
  context: ContactsContext,
  operations: readonly MailboxOperation[],
  signal: AbortSignal,
): Promise<readonly MailboxResult[]> {
  const creates = operations.filter((operation) => operation.kind === 'create');
  const changes = operations.filter((operation) => operation.kind !== 'create');
  const steps = [
    ...(await createAll(context, creates, signal)),
    ...(await changeAll(context, changes, signal)),
  ];
  const raced = steps.flatMap((step) => (step.kind === 'raced' ? [step.change] : []));
  const secondSteps = await changeAll(context, raced, signal);
  const results: MailboxResult[] = [];
  const written: Written[] = [];
  for (const step of [...steps, ...secondSteps]) {
    if (step.kind === 'result') results.push(step.result);
    if (step.kind === 'written') written.push(step.written);
  }
  for (const { change } of secondSteps.filter((step) => step.kind === 'raced'))
    results.push(failed(change.key, 'mailbox.changed', 'it changed again while it was written'));
  return [...results, ...(await addPortraits(context, written, signal))];
}

const failed = (key: string, code: Problem['code'], detail: string): MailboxResult => ({
  key,
  status: 'failed',
  problem: { code, detail },
});

/** What a missing answer means for an operation. */
function withoutReply(key: string, outcome: { kind: 'lost' | 'unsent'; problem: SyncError }): MailboxResult {
  if (outcome.kind === 'unsent') return failed(key, outcome.problem.code, outcome.problem.detail);
  return {
    key,
    status: 'unknown',
    problem: { code: 'mailbox.unknown-fate', detail: outcome.problem.message },
  };
}

async function createAll(
  context: ContactsContext,
  creates: readonly Create[],
  signal: AbortSignal,
): Promise<readonly Step[]> {
  const bodies = creates.map(({ fields, key }) => createBody(fields, key));
  const parts = bodies.map((body) => ({ method: 'POST', url: CONTACTS, body }) as const);
  const outcomes = await context.batch.send(parts, { signal, gate: context.gate });
  return creates.map((operation, index) => {
    const outcome = outcomes[index];
    const body = bodies[index];
    if (outcome === undefined || body === undefined) throw new TypeError('an operation without an outcome');
    return judgeCreate(operation, body, outcome);
  });
}

function judgeCreate(operation: Create, body: ContactBody, outcome: PartOutcome): Step {
  if (outcome.kind !== 'reply') return { kind: 'result', result: withoutReply(operation.key, outcome) };
  if (outcome.status !== 200 && outcome.status !== 201) return refused(operation.key, outcome);
  const contact = writtenContact(outcome.body, undefined, body);
  if (contact === undefined) {
    // Created, but the answer does not say what: the key will find it.
    const problem = { code: 'mailbox.unknown-fate', detail: 'the answer to a create cannot be read' };
    return { kind: 'result', result: { key: operation.key, status: 'unknown', problem } };
  }
  const portrait = operation.fields.Portrait;
  return {
    kind: 'written',
    written: {
      key: operation.key,
      contact,
      held: undefined,
      wanted: typeof portrait === 'string' ? { kind: 'store', portrait } : { kind: 'keep' },
    },
  };
}

const refused = (key: string, { status, body }: { status: number; body: unknown }): Step => ({
  kind: 'result',
  result: failed(key, status === 403 ? 'mailbox.denied' : 'mailbox.refused', describe(status, body)),
});

/** Reads, compares and writes updates and removals. */
async function changeAll(
  context: ContactsContext,
  changes: readonly Change[],
  signal: AbortSignal,
): Promise<readonly Step[]> {
  if (changes.length === 0) return [];
  const current = await readCurrent(context, changes, signal);
  const steps: Step[] = [];
  const writes: {
    readonly change: Change;
    readonly current: Extract<Current, { kind: 'contact' }>;
    readonly part: BatchPart;
  }[] = [];
  changes.forEach((change, index) => {
    const item = current[index];
    if (item === undefined) throw new TypeError('an operation without an item');
    const settled = settleUnwritten(context, change, item);
    if (settled !== undefined) steps.push(settled);
    else if (item.kind === 'contact') writes.push({ change, current: item, part: toPart(change, item) });
  });
  const outcomes = await context.batch.send(
    writes.map(({ part }) => part),
    { signal, gate: context.gate },
  );
  writes.forEach((write, index) => {
    const outcome = outcomes[index];
    if (outcome !== undefined) steps.push(judgeChange(write.change, write.current, write.part, outcome));
  });
  return steps;
}

/** What needs no write: gone, unreadable, changed by somebody else, or nothing to do. */
function settleUnwritten(context: ContactsContext, change: Change, current: Current): Step | undefined {
  const { key } = change;
  const result = (value: MailboxResult): Step => ({ kind: 'result', result: value });
  if (current.kind === 'gone') return result({ key, status: 'gone' });
  if (current.kind === 'unreadable') return result({ key, status: 'failed', problem: current.problem });
  const { contact, portrait } = current;
  const fields = recordOf(context, contact, portrait);
  if (!sameContent(context.definition, fields, change.expected, comparedPortrait(change)))
    return result({ key, status: 'changed', item: toItem(context, contact, portrait) });
  const unwritten = change.kind === 'update' && change.changed.every((field) => field === 'Portrait');
  return unwritten ? { kind: 'written', written: toWritten(change, contact, portrait) } : undefined;
}

/** A photo that is neither written nor removed is not compared: it is in nobody's way. */
const comparedPortrait = (change: Change): 'compared' | 'ignored' =>
  change.kind === 'remove' || change.changed.includes('Portrait') ? 'compared' : 'ignored';

function toPart(change: Change, { contact }: Extract<Current, { kind: 'contact' }>): BatchPart {
  const etag = etagOf(contact);
  const headers: Record<string, string> = etag === '' ? {} : { 'If-Match': etag };
  const url = contactPath(change.id);
  if (change.kind === 'remove') return { method: 'DELETE', url, headers };
  return { method: 'PATCH', url, headers, body: updateBody(change.fields, change.changed, contact) };
}

function judgeChange(
  change: Change,
  current: Extract<Current, { kind: 'contact' }>,
  part: BatchPart,
  outcome: PartOutcome,
): Step {
  const { key } = change;
  if (outcome.kind !== 'reply') return { kind: 'result', result: withoutReply(key, outcome) };
  if (isRace(outcome)) return { kind: 'raced', change };
  if (isMissing(outcome)) return { kind: 'result', result: { key, status: 'gone' } };
  if (outcome.status < 200 || outcome.status > 299) return refused(key, outcome);
  if (change.kind === 'remove') return { kind: 'result', result: { key, status: 'done' } };
  const contact = writtenContact(outcome.body, current.contact, part.body as ContactBody);
  if (contact === undefined) {
    const problem = { code: 'mailbox.unknown-fate', detail: 'the answer to an update cannot be read' };
    return { kind: 'result', result: { key, status: 'unknown', problem } };
  }
  return { kind: 'written', written: toWritten(change, contact, current.portrait) };
}

/** The item is not what was read a moment ago, or the service stumbled over itself (spec: graph 3.10). */
function isRace({ status, body }: { readonly status: number; readonly body: unknown }): boolean {
  return status === 409 || status === 412 || faultOf(body).code === 'errorinvalidchangekey';
}

function toWritten(
  change: Extract<Change, { kind: 'update' }>,
  contact: Written['contact'],
  held: string | undefined,
): Written {
  return { key: change.key, contact, held, wanted: wantedPortrait(change.fields, change.changed) };
}

function wantedPortrait(fields: Fields, changed: readonly string[]): Written['wanted'] {
  if (!changed.includes('Portrait')) return { kind: 'keep' };
  const portrait = fields.Portrait;
  return typeof portrait === 'string' ? { kind: 'store', portrait } : { kind: 'remove' };
}
