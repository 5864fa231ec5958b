/**
 * One session: one dataset, one device, one run (spec: sync engine, section 3). The road from the header to the commit;
 * every stop on it is a module of its own.
 */
import type { SyncKind } from '../../contract/client-plugin.ts';
import { SyncError } from '../../contract/errors.ts';
import type { SessionKind } from '../../contract/job.ts';
import type { Folder } from '../store/folders.ts';
import type { SessionRow } from '../store/session-rows.ts';
import type { Partnership } from '../store/partnerships.ts';
import { applyToDevice, reportRefused, type KeepMappings } from './apply-device.ts';
import { applyToMailbox } from './apply-mailbox.ts';
import { collectDevice, type DeviceCollection } from './collect-device.ts';
import { collectMailbox } from './collect-mailbox.ts';
import type { SessionContext } from './context.ts';
import { decideKind, decideRecovery, type Decision } from './decide.ts';
import { commitSession, fullAtOf, recover } from './finish.ts';
import { FolderReading } from './folder-reading.ts';
import { GrowingPlan } from './growing-plan.ts';
import { hearEcho } from './hear-echo.ts';
import { openHeader, type OpenHeader } from './header.ts';
import { planAnswered, planningOptions, planUndo } from './plan-answered.ts';
import { planWhileReading } from './plan-while-reading.ts';
import { isOtherMode, scopeOf, type Scope } from './scope.ts';
import { settleAll, stopOnFailure } from './settle-all.ts';

/** Bytes of an average record on the wire, to estimate what a full comparison costs. */
const RECORD_BYTES = 1_800;
/** Added to the wait for the end of the device's second. */
const SECOND_MARGIN_MS = 20;

/** What a session was, filled in as it goes: a failed one is reported as far as it came. */
export interface SessionTrace {
  kind: SessionKind | null;
  reason: string;
  session: number | null;
  partnership: number | null;
  /** Time spent doing nothing but wait for the device's clock to leave a second, in ms. */
  waitedMs: number;
}

/** Runs the session to its end. Rejects with a SyncError; nothing is half-known then, the next session recovers. */
export async function runSession(context: SessionContext, trace: SessionTrace): Promise<void> {
  const folder = context.store.folders.open(context.mailbox, context.definition.name);
  context.progress('header', 0, null, 'Greeting the device');
  const opened = await openHeader(context, folder);
  const scope = new AbortController();
  const scoped = { ...context, signal: AbortSignal.any([context.signal, scope.signal]) };
  try {
    await runOpened(scoped, scope, folder, opened, trace);
  } catch (error) {
    await opened.client.abort();
    throw error;
  } finally {
    if (trace.session !== null) context.store.collected.clear(trace.session);
  }
}

async function runOpened(
  context: SessionContext,
  abort: AbortController,
  folder: Folder,
  opened: OpenHeader,
  trace: SessionTrace,
): Promise<void> {
  const { store, clock, undo } = context;
  const { header } = opened;
  const recovery = decideRecovery(
    opened.partnership,
    store.journal.unfinished(opened.partnership.id),
    header.last,
    context.client.abilities.preciseAnchors,
  );
  await recover(context, folder, recovery);
  const partnership = store.partnerships.open(opened.partnership.device, folder.id);
  trace.partnership = partnership.id;
  if (undo !== null && store.journal.session(undo.session)?.partnership !== partnership.id)
    throw new SyncError('undo.other-partner', `session ${undo.session}`);
  const scope = scopeOf(context.definition, context.settings, context.today);
  const decision = decideKind({
    partnership,
    header,
    outOfStep: recovery.kind === 'out-of-step',
    slowWanted: slowWanted(context, partnership, scope),
    now: opened.at,
    fullCost:
      (store.partnerships.pairCount(partnership.id) * RECORD_BYTES * 1000) / context.device.bytesPerSecond,
  });
  if (decision.kind === 'refuse') throw new SyncError('sync.out-of-step');
  trace.kind = undo === null ? decision.kind : 'undo';
  trace.reason = decision.reason;
  const row: Omit<SessionRow, 'id' | 'state' | 'cursor' | 'forceSlow'> = {
    partnership: partnership.id,
    kind: trace.kind,
    deviceNext: header.next,
    desktopNext: opened.desktopNext,
    clock: header.next - opened.at,
    startedAt: opened.at,
    deviceName: context.device.name,
    undoes: undo?.session ?? null,
    preview: context.dryRun,
    scope: undo === null ? scope.key : (partnership.scope ?? scope.key),
    windowFrom: undo === null ? (scope.window?.from ?? null) : partnership.windowFrom,
    windowTo: undo === null ? (scope.window?.to ?? null) : partnership.windowTo,
  };
  const id = store.journal.begin({ ...row, job: context.job });
  trace.session = id;

  const started: StartedSession = {
    ...{ context, abort, folder, opened, partnership, decision, scope },
    session: { ...row, id, state: 'pending', cursor: 0, forceSlow: false },
  };
  const reading = startReading(started);
  const carryThrough = async (): Promise<void> => {
    const collected = await collect(started, reading, trace);
    const waiting = {
      signal: context.signal,
      onWait: () => context.progress('planning', 0, null, 'Waiting for the sync of another device'),
    };
    await context.exclusive(folder.id, () => planAndApply(started, collected, reading), waiting);
  };
  try {
    await stopOnFailure(abort, carryThrough());
  } finally {
    // It ends with the session's signal, and does not run on behind its back.
    await reading.done.catch(() => undefined);
  }
  if (context.dryRun) await opened.client.abort();
  context.progress('done', 0, null, 'Done');
  trace.waitedMs = Math.min(trace.waitedMs, clock.now() - opened.at);
}

/** A session that is in the journal, and what it was decided to be. */
interface StartedSession {
  readonly context: SessionContext;
  readonly abort: AbortController;
  readonly folder: Folder;
  readonly opened: OpenHeader;
  readonly partnership: Partnership;
  readonly decision: Decision;
  readonly scope: Scope;
  /** Its cursor is set when it is planned. */
  readonly session: SessionRow;
}

async function planAndApply(
  started: StartedSession,
  collected: DeviceCollection,
  reading: FolderReading,
): Promise<void> {
  const { context, abort, folder, opened, partnership, decision, scope, session } = started;
  const { store, undo } = context;
  const current = store.folders.reload(folder);
  const known = { folder: current, partnership, session, decision, scope, collected };
  const options = planningOptions(context, known);
  const plan = new GrowingPlan();
  const carryOut = (): Promise<Applied> => applied(started, reading, plan);
  // An undo leaves what else has changed to the next sync.
  let cursor = undo === null ? current.seq : partnership.cursor;
  let done: Applied;
  let leftToCompare = collected.unreadable > 0;
  store.journal.setCursor(session.id, cursor);
  context.progress('planning', 0, null, 'Comparing');
  const quiet = { ...context, progress: () => undefined };
  if (undo !== null) {
    // What a full comparison found besides, such as what the device does not hold any more, is told only in one.
    leftToCompare ||= decision.kind !== 'fast';
    leftToCompare = (await planUndo(context, options, undo, plan)) || leftToCompare || partnership.forceSlow;
    done = await carryOut();
  } else if (context.dryRun) {
    await planAnswered(context, options, collected, plan);
    return;
  } else if (!reading.hasEnded) {
    const planned = planWhileReading(quiet, options, reading, plan);
    [, cursor, done] = await settleAll(abort, [reading.done, planned, carryOut()]);
    store.journal.setCursor(session.id, cursor);
  } else if (store.partnerships.hasPairs(partnership.id)) {
    await planAnswered(context, options, collected, plan);
    done = await carryOut();
  } else {
    // Where nothing is paired nothing can be removed: the guard need not see the whole plan first.
    [, done] = await settleAll(abort, [planAnswered(quiet, options, collected, plan), carryOut()]);
  }
  await settleAll(abort, [
    commit(context, { ...session, cursor }, opened, done.keepMappings, leftToCompare),
    hearEcho(context, folder, done.mailboxWrites),
  ]);
}

/** Why a person, or what they have chosen, wants everything compared; null: nobody does. */
function slowWanted(context: SessionContext, partnership: Partnership, scope: Scope): string | null {
  if (context.slow) return 'A full comparison was asked for.';
  if (context.undo !== null || !isOtherMode(partnership.scope, scope)) return null;
  return 'The direction of the sync is another one than last time.';
}

interface Applied {
  readonly keepMappings: KeepMappings;
  /** How many operations Outlook was given. */
  readonly mailboxWrites: number;
}

/** Both sides at once. */
async function applied(
  { context, abort, opened, folder, partnership, decision, session }: StartedSession,
  reading: FolderReading,
  plan: GrowingPlan,
): Promise<Applied> {
  // As long as Outlook is being read, that is what people are told.
  const progress: SessionContext['progress'] = (...told) => {
    if (reading.hasEnded) context.progress(...told);
  };
  const later = { ...context, progress };
  const [mailboxWrites, keepMappings] = await settleAll(abort, [
    applyToMailbox(later, folder, session.id, plan),
    applyToDevice(later, opened.client, partnership.id, session.id, plan, decision.trust),
  ]);
  return { keepMappings, mailboxWrites };
}

function startReading({ context, abort, folder }: StartedSession): FolderReading {
  return new FolderReading((stored) => stopOnFailure(abort, collectMailbox(context, folder, { stored })));
}

/**
 * Takes in both sides at once. Outlook may still be read when this is done, where its items are planned one by one: at
 * the first sync of an empty device with a folder of which nothing is known. The device is asked only when its clock has left
 * the header's second.
 */
async function collect(
  { context, abort, folder, opened, partnership, decision, session }: StartedSession,
  reading: FolderReading,
  trace: SessionTrace,
): Promise<DeviceCollection> {
  const { clock, signal, store } = context;
  const kind: SyncKind = decision.kind === 'fast' ? 'two-way' : 'slow';
  let readAt = Infinity;
  const device = async (): Promise<DeviceCollection> => {
    const began = clock.now();
    // An edit made later in this second would be told neither now nor next time (spec: qdsync protocol, section 7).
    const left = 1000 - (opened.header.next % 1000) + SECOND_MARGIN_MS - (began - opened.at);
    if (left > 0 && !context.client.abilities.preciseAnchors) {
      context.progress('collecting', 0, null, 'Waiting for the device’s clock');
      await clock.sleep(left, signal);
      trace.waitedMs = Math.max(0, clock.now() - Math.max(began, readAt));
    }
    return collectDevice(context, opened.client, kind, opened.partnership, session.id);
  };
  const ended = (): void => void (readAt = clock.now());
  void reading.done.then(ended, ended);
  const isNew = kind === 'slow' && folder.seq === 0 && !store.partnerships.hasPairs(partnership.id);
  const mayPlanEarly = isNew && !context.dryRun && context.undo === null;
  const told = device();
  const enough = mayPlanEarly
    ? told.then(({ reported, unreadable }) => (reported + unreadable === 0 ? undefined : reading.done))
    : reading.done;
  const [collected] = await settleAll(abort, [told, enough]);
  return collected;
}

async function commit(
  context: SessionContext,
  session: SessionRow,
  opened: OpenHeader,
  keepMappings: KeepMappings,
  forceSlow: boolean,
): Promise<void> {
  const { store, signal } = context;
  context.progress('committing', 0, null, 'Finishing');
  signal.throwIfAborted();
  store.journal.markPending(session.id, forceSlow);
  await opened.client.commit(signal);
  // The device works in order: with its word that it has committed, every id that it gave has come.
  keepMappings();
  reportRefused(context, session.id);
  commitSession(context, session, { fullAt: fullAtOf(session), forceSlow });
}
