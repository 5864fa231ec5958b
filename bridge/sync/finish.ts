/**
 * Ends a session in one durable write: pairs, bases, debts, anchors, cursor and conflicts change together or not at all
 * (spec: sync engine, G4), and recovers what a cut session left behind.
 */
import type { Folder } from '../store/folders.ts';
import type { SessionRow } from '../store/session-rows.ts';
import type { Anchors } from '../store/partnerships.ts';
import { lookForCreates } from './apply-mailbox.ts';
import { recordDisputes } from './conflict-records.ts';
import type { SessionContext } from './context.ts';
import type { Recovery } from './decide.ts';
import { settleStep, withOwed, type DeviceFate, type PairChange, type Step } from './step.ts';

const BATCH = 500;

type Ending = Pick<SessionContext, 'store' | 'clock' | 'definition'>;

/** The device has committed: everything that was done counts. */
export function commitSession(
  context: Ending,
  session: SessionRow,
  anchors: Pick<Anchors, 'fullAt' | 'forceSlow'>,
): void {
  const { store, clock } = context;
  store.database.write(() => {
    store.partnerships.releaseIds(session.id);
    store.partnerships.addNewPairs(session.partnership, session.id);
    for (const steps of store.journal.notSimplyNew(session.id)) {
      for (const step of steps) {
        const done = { device: deviceFate(step), mailbox: isDone(step) };
        store.partnerships.putPair(session.partnership, step.pair, settleStep(step, done));
      }
    }
    store.partnerships.putAnchors(session.partnership, {
      cursor: session.cursor,
      deviceAnchor: session.deviceNext,
      desktopAnchor: session.desktopNext,
      clock: session.clock,
      scope: session.scope,
      windowFrom: session.windowFrom,
      windowTo: session.windowTo,
      ...anchors,
    });
    recordDisputes(context, session, () => true);
    store.conflicts.endCarried(session.id, 'committed');
    if (session.undoes !== null) store.conflicts.voidSession(session.undoes);
    store.journal.end(session.id, 'committed', clock.now());
  });
}

/**
 * The device has rolled back: what was done in the mailbox stays, and the device is owed the rest. Anchors and cursor
 * stay, so that both sides tell their changes again.
 */
export function dropSession(context: Ending, session: SessionRow): void {
  const { store, clock } = context;
  /** Whether the device's record of a step is kept in one of its own, by the step's number. */
  const copied = new Map<number, boolean>();
  const reversed: number[] = [];
  store.database.write(() => {
    for (const steps of store.journal.steps(session.id, 'mailbox', BATCH)) {
      for (const step of steps) {
        if (isDone(step)) {
          store.partnerships.putPair(session.partnership, step.pair, settleRolledBack(step));
          if (step.cause?.kind === 'reversal') reversed.push(step.cause.conflict);
        }
        if (step.cause?.kind !== 'copy') continue;
        copied.set(step.number - 1, isDone(step));
        settleCopied(context, session, step);
      }
    }
    recordDisputes(context, session, (step) => copied.get(step.number) ?? reachedMailbox(step));
    store.conflicts.endCarried(session.id, 'dropped');
    for (const conflict of reversed) store.conflicts.close(conflict, 'done');
    store.journal.end(session.id, 'dropped', clock.now());
    store.journal.forgetUndone(session.id);
  });
}

/** The pair of a step whose doing on the device was rolled back. */
function settleRolledBack(step: Step): PairChange {
  return settleStep(step, {
    device: step.device.operation === null ? 'done' : 'rolled-back',
    mailbox: isDone(step),
  });
}

/**
 * The pair whose device's record is kept in a copy. Where Outlook has the copy, the conflict is settled and the device owed
 * the rest, for it must not make another one; where it has not, the conflict is there still, whatever of the pair was written.
 */
function settleCopied({ store }: Ending, session: SessionRow, copy: Step): void {
  const step = store.journal.step(session.id, copy.number - 1);
  if (step === undefined || !(isDone(copy) || reachedMailbox(step))) return;
  const { partnership } = session;
  const pair =
    step.pair ??
    (step.itemId === null ? undefined : store.partnerships.pairOfItem(partnership, step.itemId)?.id) ??
    null;
  const change = settleRolledBack(step);
  const disputed = step.disputes.flatMap(({ fields }) => fields.map(({ key }) => key));
  store.partnerships.putPair(partnership, pair, isDone(copy) ? change : withOwed(change, disputed));
}

/** Settles the sessions that ended without a known outcome, before anything else is decided. */
export async function recover(context: SessionContext, folder: Folder, recovery: Recovery): Promise<void> {
  if (recovery.kind === 'nothing') return;
  for (const session of recovery.dropped) {
    await resolveSent(context, folder, session);
    dropSession(context, session);
  }
  if (recovery.kind !== 'committed') return;
  const unmapped = context.store.journal.unmapped(recovery.session.id).next().done !== true;
  commitSession(context, recovery.session, {
    fullAt: fullAtOf(recovery.session),
    forceSlow: unmapped || recovery.session.forceSlow,
  });
}

/** When a session compared everything; null: it did not. */
export function fullAtOf(session: SessionRow): number | null {
  return session.kind === 'first' || session.kind === 'slow' ? session.startedAt : null;
}

/** Looks whether creates happened whose answer never came. Other operations find out by themselves. */
async function resolveSent(context: SessionContext, folder: Folder, session: SessionRow): Promise<void> {
  for (const steps of context.store.journal.steps(session.id, 'mailbox', BATCH)) {
    const open = steps.filter((step) => step.mailbox.operation?.state === 'sent');
    if (open.length === 0) continue;
    const sentAt = Math.max(...open.map((step) => step.sentAt ?? 0));
    await lookForCreates(context, folder, session.id, open, sentAt);
  }
}

/** Of a device that has committed. Only what it makes can it drop; what it refuses is as it was, or as a person has it now. */
function deviceFate({ device: { operation } }: Step): DeviceFate {
  if (operation?.state === 'failed') return 'rolled-back';
  const makes = operation?.kind === 'create' || operation?.kind === 'recreate';
  return makes && operation.state !== 'done' ? 'refused' : 'done';
}

function reachedMailbox(step: Step): boolean {
  return isDone(step) && step.mailbox.operation !== null;
}

function isDone(step: Step): boolean {
  return step.mailbox.operation === null || step.mailbox.operation.state === 'done';
}
