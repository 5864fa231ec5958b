/** Makes a session's plan, asking a person where the guard or an undo demands it (spec: sync engine, G6, G1). */
import { SyncError } from '../../contract/errors.ts';
import { MOST_LABELS } from '../../contract/job.ts';
import type { SessionRow } from '../store/session-rows.ts';
import type { Folder } from '../store/folders.ts';
import type { Partnership } from '../store/partnerships.ts';
import type { DeviceCollection } from './collect-device.ts';
import type { SessionContext, UndoWish } from './context.ts';
import type { Decision } from './decide.ts';
import { decisionBook } from './decisions.ts';
import { parseFields } from './digest.ts';
import type { DraftOptions } from './draft-pairs.ts';
import { draftUndo } from './draft-wishes.ts';
import type { GrowingPlan } from './growing-plan.ts';
import { guardQuestion, type RemovalCount, type RemovalsQuestion } from './guard.ts';
import type { MadeAnew } from './made-anew.ts';
import type { PlanRules } from './plan-pair.ts';
import { planSession, writePlan, type SyncSummary } from './plan-session.ts';
import type { Scope } from './scope.ts';

export function planningOptions(
  context: SessionContext,
  known: {
    readonly folder: Folder;
    readonly partnership: Partnership;
    readonly session: SessionRow;
    readonly decision: Decision;
    readonly scope: Scope;
    readonly collected: DeviceCollection;
  },
): DraftOptions {
  const { folder, partnership, session, decision, scope, collected } = known;
  return {
    folder,
    partnership,
    session: session.id,
    kind: decision.kind,
    // A device that comes back empty may have lost all it held; which that was, a person has to say.
    missing: collected.unreadable > 0 || collected.reported === 0 ? 'missing' : decision.missing,
    trust: decision.trust,
    scope,
    reach: {
      full: decision.kind !== 'fast',
      rescoped: partnership.scope !== null && partnership.scope !== scope.key,
      window: scope.window,
      trim: scope.trim,
    },
    rules: {
      policy: context.settings.policy,
      mode: context.settings.mode,
      removals: context.removals,
      today: context.today,
    },
    decisions: decisionBook(context.store.conflicts.pending(partnership.id)),
    clock: session.clock,
  };
}

/** The plan of a sync or of its preview. Throws `sync.mass-removal` where nobody allows the removals. */
export async function planAnswered(
  context: SessionContext,
  options: DraftOptions,
  collected: DeviceCollection,
  plan: GrowingPlan,
): Promise<void> {
  const summary = await planSession(context, options, plan);
  if (options.rules.removals !== null) return;
  const question = questionOf(context, options, collected, summary);
  if (question === null) return;
  if (context.dryRun) {
    context.problem({
      side: question.side,
      label: '',
      code: 'sync.mass-removal',
      detail: sentenceOf(question),
    });
    return;
  }
  const answer = await context.ask(question);
  const removals = answerOf(question, answer);
  if (removals === null) return;
  await replan(context, options, removals, plan);
}

async function replan(
  context: SessionContext,
  options: DraftOptions,
  removals: PlanRules['removals'],
  plan: GrowingPlan,
): Promise<void> {
  context.store.journal.clearSteps(options.session);
  plan.restart();
  await planSession(context, { ...options, rules: { ...options.rules, removals } }, plan);
}

function questionOf(
  context: SessionContext,
  options: DraftOptions,
  collected: DeviceCollection,
  { removals, missing, madeAnew }: SyncSummary,
): RemovalsQuestion | null {
  const pairs = context.store.partnerships.pairCount(options.partnership.id);
  return guardQuestion({
    dataset: context.definition.name,
    removals,
    missing: missing.count > 0 ? missing : heldBefore(context, options, madeAnew),
    isEmpty: options.reach.full && collected.reported === 0,
    pairs,
  });
}

/** Records that an earlier full comparison missed, and about which nobody has said anything yet. */
function heldBefore(context: SessionContext, options: DraftOptions, { clientIds }: MadeAnew): RemovalCount {
  const held = context.store.partnerships
    .held(options.partnership.id)
    .filter(({ pair }) => !clientIds.has(pair));
  const labels = held.slice(0, MOST_LABELS).map(({ base }) => context.definition.label(parseFields(base)));
  return { count: held.length, labels };
}

/** With what the plan is to be made anew; null: it stands as it is. */
function answerOf(question: RemovalsQuestion, answer: string | null): PlanRules['removals'] {
  if (answer === 'restore') return 'restore';
  if (question.reason === 'removed') {
    if (answer === 'remove') return null;
    throw new SyncError('sync.mass-removal', sentenceOf(question));
  }
  // What is missing is held until somebody has an answer.
  return answer === 'remove' ? 'remove' : null;
}

function sentenceOf({ side, count, pairs, labels }: RemovalsQuestion): string {
  const where = side === 'device' ? 'the device' : 'Outlook';
  return `${count} of ${pairs} would be removed from ${where}: ${labels.slice(0, 5).join(', ')}, …`;
}

/**
 * The plan of an undo; returns whether the device told other changes, which the next sync then has to look for.
 * Throws `undo.nothing`.
 */
export async function planUndo(
  context: SessionContext,
  options: DraftOptions,
  wish: UndoWish,
  plan: GrowingPlan,
): Promise<boolean> {
  let found = draftUndo(context, options, wish, wish.overwrite ?? false);
  if (found.edited.length > 0 && wish.overwrite === null) {
    const answer = await context.ask({
      kind: 'edited-since',
      dataset: context.definition.name,
      count: found.edited.length,
      labels: found.edited.slice(0, MOST_LABELS),
    });
    if (answer === 'overwrite') found = draftUndo(context, options, wish, true);
  }
  for (const label of found.edited) {
    context.problem({ side: 'mailbox', label, code: 'undo.changed', detail: '' });
  }
  if (found.drafts.length === 0 && found.edited.length === 0) {
    throw new SyncError('undo.nothing', `session ${wish.session}`);
  }
  await writePlan(context, options.session, found.drafts, plan);
  plan.complete();
  const undone = found.drafts.flatMap(({ clientId }) => clientId ?? []);
  return context.store.collected.hasOthers(options.session, undone);
}
