/**
 * Plans a whole session into the journal. Nothing is carried out here; preview, guard, execution and report read what is
 * written.
 */
import { MOST_LABELS } from '../../contract/job.ts';
import type { Side } from '../../datasets/index.ts';
import { breathe } from './clock.ts';
import type { SessionContext } from './context.ts';
import { draftPairs, findNewcomers, type DraftOptions, type Newcomers } from './draft-pairs.ts';
import { draftReversals } from './draft-wishes.ts';
import { toStep, type Draft } from './draft.ts';
import type { GrowingPlan } from './growing-plan.ts';
import type { RemovalCount } from './guard.ts';
import type { MadeAnew } from './made-anew.ts';
import type { Step } from './step.ts';

/** Steps written in one durable chunk. */
const CHUNK = 500;

export interface PlanSummary {
  readonly steps: number;
  readonly removals: Readonly<Record<Side, RemovalCount>>;
  /** Records that a full comparison missed on the device for the first time, and that wait for a person's word. */
  readonly missing: RemovalCount;
}

export interface SyncSummary extends PlanSummary {
  readonly madeAnew: MadeAnew;
}

/** The plan of a sync: what both sides changed, what is owed, what people have decided. */
export async function planSession(
  context: SessionContext,
  options: DraftOptions,
  plan: GrowingPlan,
): Promise<SyncSummary> {
  context.store.conflicts.carry(options.session, options.decisions.ids);
  const newcomers = await findNewcomers(context, options);
  const summary = await writePlan(context, options.session, syncDrafts(context, options, newcomers), plan);
  plan.complete();
  return { ...summary, madeAnew: newcomers.madeAnew };
}

function* syncDrafts(context: SessionContext, options: DraftOptions, newcomers: Newcomers): Generator<Draft> {
  yield* draftReversals(context, options);
  yield* draftPairs(context, options, newcomers);
}

/** Writes drafts as steps, chunk by chunk. */
export async function writePlan(
  context: SessionContext,
  session: number,
  drafts: Iterable<Draft> | AsyncIterable<Draft>,
  plan: GrowingPlan,
): Promise<PlanSummary> {
  const removals = { device: countOf(), mailbox: countOf() };
  const missing = countOf();
  let number = 0;
  let chunk: Step[] = [];
  const flush = (): void => {
    if (chunk.length > 0) context.store.journal.addSteps(session, chunk);
    plan.grew(chunk);
    chunk = [];
  };
  for await (const draft of drafts) {
    const label = draft.lines[0]?.label ?? '';
    for (const side of ['device', 'mailbox'] as const) {
      if (draft.plan.operations[side]?.kind === 'remove' && !draft.unguarded) count(removals[side], label);
    }
    if (draft.plan.action === 'hold') count(missing, label);
    chunk.push(toStep(context.definition, number++, draft));
    if (chunk.length < CHUNK) continue;
    flush();
    context.progress('planning', number, null, 'Comparing');
    await breathe();
    context.signal.throwIfAborted();
  }
  flush();
  return { steps: number, removals, missing };
}

interface Counting {
  count: number;
  readonly labels: string[];
}

function countOf(): Counting {
  return { count: 0, labels: [] };
}

function count(counting: Counting, label: string): void {
  counting.count += 1;
  if (counting.labels.length < MOST_LABELS) counting.labels.push(label);
}
