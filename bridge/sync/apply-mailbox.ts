/**
 * Carries out the plan's mailbox operations, each written ahead, their fates written down batch by batch
 * (spec: sync engine, section 3 step 7 and "Mailbox creates").
 */
import { elementOf } from '../../datasets/record/keys.ts';
import { SyncError } from '../../contract/errors.ts';
import type { MailboxOperation, MailboxResult } from '../../contract/server-plugin.ts';
import type { Folder, ItemEntry } from '../store/folders.ts';
import type { MailboxOutcome } from '../store/journal.ts';
import { inCalls, MAX_OPERATIONS } from './batches.ts';
import { itemEntry } from './collect-mailbox.ts';
import type { SessionContext } from './context.ts';
import { operationCount, type GrowingPlan, type StepReader } from './growing-plan.ts';
import { hashOf, parseFields } from './digest.ts';
import type { Step } from './step.ts';

/** Calls under way at once: the next batch is on its way while the fates of the last are written down. */
const IN_FLIGHT = 2;
/** Reads can be stale: how long after a lost answer it is looked for, first and again. */
export const LOOK_AFTER_MS: readonly number[] = [5_000, 20_000];
/** A create whose answer was lost is tried again at most this often. */
const MAX_TRIES = 3;

/**
 * Returns when every mailbox operation of the session has a known fate, and how many there were. Rejects when the mailbox
 * cannot be reached.
 */
export async function applyToMailbox(
  context: SessionContext,
  folder: Folder,
  session: number,
  plan: GrowingPlan,
): Promise<number> {
  const { journal } = context.store;
  const total = operationCount(journal, session, 'mailbox', plan);
  let done = 0;
  const underWay = new Set<Promise<void>>();
  let failure: unknown;
  const tell = (): void => context.progress('applying', done, total(), 'Writing to Outlook');
  const start = (steps: readonly Step[]): void => {
    tell();
    const batch = applyBatch(context, folder, session, steps)
      .then(() => {
        done += steps.length;
        tell();
      })
      .catch((error: unknown) => {
        failure ??= error;
      })
      .finally(() => underWay.delete(batch));
    underWay.add(batch);
  };
  const reader: StepReader<Step> = {
    chunk: MAX_OPERATIONS,
    read: (after) => journal.steps(session, 'mailbox', MAX_OPERATIONS, after),
    ownOf: (step) => (step.mailbox.operation === null ? null : step),
  };
  planned: for await (const steps of plan.follow(reader, context.signal)) {
    for (const call of inCalls(steps, (kept) => journal.snapshotChars(kept.session, kept.step))) {
      start(call);
      if (underWay.size >= IN_FLIGHT) await Promise.race(underWay);
      if (failure !== undefined) break planned;
    }
  }
  await Promise.all(underWay);
  if (failure !== undefined) throw failure as Error;
  return done;
}

async function applyBatch(
  context: SessionContext,
  folder: Folder,
  session: number,
  steps: readonly Step[],
): Promise<void> {
  const { server, signal, store, clock } = context;
  await keepWhole(context, session, steps);
  let waiting = steps;
  for (let tries = 0; waiting.length > 0; tries++) {
    if (tries >= MAX_TRIES) throw new SyncError('mailbox.unknown-fate', `${waiting.length} operations`);
    signal.throwIfAborted();
    const sentAt = clock.now();
    store.journal.markSent(session, numbersOf(waiting), sentAt);
    const operations = waiting.map((step) => toOperation(context, step));
    const results = await server.apply(operations, signal).catch((error: unknown) => {
      // Until its host has learnt that the call is given up, it may go on writing: who looks what has become of these
      // operations has to wait from now on.
      store.journal.markSent(session, numbersOf(waiting), clock.now());
      throw error;
    });
    const unknown = recordResults(context, folder, session, waiting, results);
    waiting = unknown.length === 0 ? [] : await lookForCreates(context, folder, session, unknown, sentAt);
  }
}

/**
 * Before items are removed, or lose formatting that no record holds, they are kept whole in the history
 * (spec: sync engine, G1).
 */
async function keepWhole(context: SessionContext, session: number, steps: readonly Step[]): Promise<void> {
  const endangered = steps.filter((step) => step.itemId !== null && isEndangered(context, step));
  if (endangered.length === 0) return;
  const ids = endangered.map((step) => step.itemId ?? '');
  const snapshots = await context.server.snapshot(ids, context.signal);
  const byId = new Map(snapshots.map(({ id, item }) => [id, item]));
  context.store.journal.putSnapshots(
    session,
    endangered.map((step) => ({ number: step.number, item: byId.get(step.itemId ?? '') ?? null })),
  );
}

function isEndangered({ definition }: SessionContext, { mailbox: { operation } }: Step): boolean {
  if (operation?.kind === 'remove') return true;
  return (
    operation?.kind === 'update' && operation.changed.some((key) => definition.formatted.has(elementOf(key)))
  );
}

/** Writes the known fates down; returns the steps whose fate is not known. */
function recordResults(
  context: SessionContext,
  folder: Folder,
  session: number,
  steps: readonly Step[],
  results: readonly MailboxResult[],
  asKnown = (_step: Step, fate: Fate): Fate => fate,
): readonly Step[] {
  const byKey = new Map(results.map((result) => [result.key, result]));
  const outcomes: MailboxOutcome[] = [];
  const written: ItemEntry[] = [];
  const removed: string[] = [];
  const unknown: Step[] = [];
  for (const step of steps) {
    const result = byKey.get(step.key ?? '');
    if (result === undefined || result.status === 'unknown') {
      unknown.push(step);
      continue;
    }
    const fate = asKnown(step, toOutcome(context, step, result));
    outcomes.push(fate.outcome);
    if (fate.entry !== null) written.push(fate.entry);
    if (fate.removed !== null) removed.push(fate.removed);
  }
  context.store.journal.putMailboxOutcomes(session, outcomes, () =>
    context.store.folders.putWritten(folder, written, removed),
  );
  return unknown;
}

interface Fate {
  readonly outcome: MailboxOutcome;
  /** What the mailbox holds now, for the change log. */
  readonly entry: ItemEntry | null;
  readonly removed: string | null;
}

function toOutcome(
  context: SessionContext,
  step: Step,
  result: Exclude<MailboxResult, { status: 'unknown' }>,
): Fate {
  const { definition } = context;
  const operation = step.mailbox.operation;
  const failed = (code: string, detail: string): Fate => {
    context.problem({ side: 'mailbox', label: labelOf(context, step), code, detail });
    return { outcome: outcome(step, 'failed', null, `${code} ${detail}`), entry: null, removed: null };
  };
  const held = (item: NonNullable<Extract<MailboxResult, { status: 'done' }>['item']>): Fate => {
    const entry = itemEntry(definition, item);
    return { outcome: outcome(step, 'done', entry, null), entry, removed: null };
  };
  switch (result.status) {
    case 'done':
      for (const problem of result.problems ?? []) {
        context.problem({ side: 'mailbox', label: labelOf(context, step), ...problem });
      }
      if (result.item !== undefined) return held(result.item);
      return { outcome: outcome(step, 'done', null, null), entry: null, removed: step.itemId };
    case 'changed': {
      const wanted = operation?.fields ?? null;
      // Asked again after a lost answer, an update finds its own work done.
      if (operation?.kind === 'update' && wanted !== null) {
        const same = hashOf(definition, result.item.fields) === hashOf(definition, parseFields(wanted));
        if (same) return held(result.item);
      }
      // Not every change is told by the service (a photo's is not): without this one the next sync would fail alike.
      return { ...failed('mailbox.changed', ''), entry: itemEntry(definition, result.item) };
    }
    case 'gone':
      if (operation?.kind === 'remove') {
        return { outcome: outcome(step, 'done', null, null), entry: null, removed: step.itemId };
      }
      return failed('mailbox.changed', 'it was removed');
    case 'failed':
      return failed(result.problem.code, result.problem.detail);
  }
}

function outcome(
  step: Step,
  state: 'done' | 'failed',
  entry: ItemEntry | null,
  problem: string | null,
): MailboxOutcome {
  return {
    number: step.number,
    state,
    itemId: entry?.id ?? null,
    after: entry?.fields ?? null,
    hash: entry?.hash ?? null,
    version: entry?.version ?? step.version,
    problem,
  };
}

/**
 * Looks for the items of creates whose answer was lost, twice, since reads can be stale; returns what has to be asked
 * again: creates that are not there, and updates and removes, which find their own work done if it was.
 */
export async function lookForCreates(
  context: SessionContext,
  folder: Folder,
  session: number,
  steps: readonly Step[],
  sentAt: number,
): Promise<readonly Step[]> {
  const { server, clock, signal } = context;
  let missing = steps.filter((step) => step.mailbox.operation?.kind === 'create');
  const others = steps.filter((step) => step.mailbox.operation?.kind !== 'create');
  for (const after of LOOK_AFTER_MS) {
    const wait = sentAt + after - clock.now();
    if (wait > 0) {
      context.progress(
        'applying',
        0,
        null,
        'An answer of Outlook was lost; looking whether the change was made',
      );
      await clock.sleep(wait, signal);
    }
    if (missing.length === 0) return others;
    const keys = missing.map((step) => step.key ?? '');
    const found = new Map((await server.find(keys, signal)).map((item) => [item.createKey ?? '', item]));
    const results = missing.flatMap((step): MailboxResult[] => {
      const item = found.get(step.key ?? '');
      return item === undefined ? [] : [{ key: step.key ?? '', status: 'done', item }];
    });
    missing = [
      ...recordResults(context, folder, session, missing, results, (step, fate) =>
        foundLater(context, step, fate),
      ),
    ];
  }
  return [...settleRemoved(context, folder, session, missing), ...others];
}

/**
 * What the mailbox does not find, but the change log knows to have been made: it was created, and if somebody has removed it
 * since, that is a change of Outlook's like any other. Returns the other steps.
 */
function settleRemoved(
  context: SessionContext,
  folder: Folder,
  session: number,
  steps: readonly Step[],
): readonly Step[] {
  const { folders, journal } = context.store;
  const made = folders.madeWith(
    folder,
    steps.map((step) => step.key ?? ''),
  );
  const outcomes = steps.flatMap((step): MailboxOutcome[] => {
    const itemId = made.get(step.key ?? '');
    return itemId === undefined ? [] : [{ ...outcome(step, 'done', null, null), itemId }];
  });
  if (outcomes.length === 0) return steps;
  // That it is gone the change log learns, or has learnt, by itself: the search may have been answered stale.
  journal.putMailboxOutcomes(session, outcomes, () => undefined);
  return steps.filter((step) => !made.has(step.key ?? ''));
}

/**
 * An item that is found some time after it was made may have been changed since, by another device too. What was written
 * stays the base of what is then a change of Outlook's; the log has it with a number that is still to be looked at.
 */
function foundLater({ definition }: SessionContext, step: Step, fate: Fate): Fate {
  const isAsWritten = fate.entry?.hash === hashOf(definition, parseFields(step.mailbox.after ?? '{}'));
  return isAsWritten ? fate : { ...fate, outcome: { ...fate.outcome, after: null, hash: null } };
}

function toOperation(context: SessionContext, step: Step): MailboxOperation {
  const { operation, before } = step.mailbox;
  const kept =
    step.restore === null ? null : context.store.journal.snapshot(step.restore.session, step.restore.step);
  const restore = kept === null ? {} : { restore: kept };
  const key = step.key ?? '';
  const fields = parseFields(operation?.fields ?? '{}');
  switch (operation?.kind) {
    case 'create':
      return { kind: 'create', key, fields, ...restore };
    case 'update':
      return {
        kind: 'update',
        key,
        id: step.itemId ?? '',
        fields,
        changed: [...operation.changed],
        expected: parseFields(before ?? '{}'),
        version: step.version,
        ...restore,
      };
    case 'remove':
      return {
        kind: 'remove',
        key,
        id: step.itemId ?? '',
        expected: parseFields(before ?? '{}'),
        version: step.version,
      };
    case 'recreate':
    case undefined:
      throw new Error(`step ${step.number} has nothing to do in the mailbox`);
  }
}

function labelOf(context: SessionContext, step: Step): string {
  const json = step.mailbox.operation?.fields ?? step.mailbox.before ?? '{}';
  return context.definition.label(parseFields(json));
}

function numbersOf(steps: readonly Step[]): readonly number[] {
  return steps.map((step) => step.number);
}
