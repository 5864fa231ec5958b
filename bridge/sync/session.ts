/**
 * One session: one dataset, one device, one run (spec: sync engine, section 3). The road from the header to the commit;
 * every stop on it is a module of its own.
 */
import type { SyncKind } from '../../contract/client-plugin.ts';
import { SyncError } from '../../contract/errors.ts';
import type { Folder } from '../store/folders.ts';
import type { SessionRow } from '../store/journal.ts';
import { applyToDevice, reportRefused, type KeepMappings } from './apply-device.ts';
import { applyToMailbox } from './apply-mailbox.ts';
import { collectDevice, type DeviceCollection } from './collect-device.ts';
import { collectMailbox } from './collect-mailbox.ts';
import type { SessionContext } from './context.ts';
import { decideKind, decideRecovery, type Decision } from './decide.ts';
import { commitSession, recover } from './finish.ts';
import { GrowingPlan } from './growing-plan.ts';
import { guardRemovals } from './guard.ts';
import { openHeader, type OpenHeader } from './header.ts';
import { planSession } from './plan-session.ts';

/** Bytes of an average record on the wire, to estimate what a full comparison costs. */
const RECORD_BYTES = 1_800;
/** Added to the wait for the end of the device's second. */
const SECOND_MARGIN_MS = 20;

/** What a session was, filled in as it goes: a failed one is reported as far as it came. */
export interface SessionTrace {
  kind: Decision['kind'] | null;
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
  scope: AbortController,
  folder: Folder,
  opened: OpenHeader,
  trace: SessionTrace,
): Promise<void> {
  const { store, clock } = context;
  const { client, header } = opened;
  const recovery = decideRecovery(
    opened.partnership,
    store.journal.unfinished(opened.partnership.id),
    header.last,
  );
  await recover(context, folder, opened.partnership, recovery);
  const partnership = store.partnerships.open(opened.partnership.device, folder.id);
  trace.partnership = partnership.id;

  const decision = decideKind({
    partnership,
    header,
    outOfStep: recovery.kind === 'out-of-step',
    slowWanted: context.slow,
    now: opened.at,
    fullCost:
      (store.partnerships.pairCount(partnership.id) * RECORD_BYTES * 1000) / context.device.bytesPerSecond,
  });
  if (decision.kind === 'refuse') throw new SyncError('sync.out-of-step');
  trace.kind = decision.kind;
  trace.reason = decision.reason;
  const row = {
    partnership: partnership.id,
    kind: decision.kind,
    deviceNext: header.next,
    desktopNext: opened.desktopNext,
    clock: header.next - opened.at,
    startedAt: opened.at,
  };
  const id = store.journal.begin({ ...row, job: context.job });
  trace.session = id;

  const collected = await collect(context, scope, folder, opened, decision, id, trace);
  await context.exclusive(folder.id, async () => {
    const current = store.folders.reload(folder);
    store.journal.setCursor(id, current.seq);
    context.progress('planning', 0, null, 'Comparing');
    const plan = new GrowingPlan();
    const planned = async (progress: SessionContext['progress']): Promise<void> => {
      const summary = await planSession(
        { ...context, progress },
        {
          folder: current,
          partnership,
          session: id,
          kind: decision.kind,
          missing: collected.unreadable > 0 ? 'missing' : decision.missing,
          trust: decision.trust,
        },
        plan,
      );
      guardRemovals(summary.removals, store.partnerships.pairCount(partnership.id));
    };
    const applied = async (): Promise<KeepMappings> => {
      const [, keep] = await settleAll(scope, [
        applyToMailbox(context, current, id, plan),
        applyToDevice(context, client, partnership.id, id, plan),
      ]);
      return keep;
    };
    let keepMappings: KeepMappings;
    if (store.partnerships.hasPairs(partnership.id)) {
      await planned(context.progress);
      keepMappings = await applied();
    } else {
      // Where nothing is paired nothing can be removed: the guard need not see the whole plan first.
      [, keepMappings] = await settleAll(scope, [planned(() => undefined), applied()]);
    }
    const session: SessionRow = { ...row, id, state: 'pending', cursor: current.seq };
    await commit(context, session, opened, collected, decision, keepMappings);
  });
  context.progress('done', 0, null, 'Done');
  trace.waitedMs = Math.min(trace.waitedMs, clock.now() - opened.at);
}

/** Both sides at once. The device is asked only when its clock has left the header's second. */
async function collect(
  context: SessionContext,
  scope: AbortController,
  folder: Folder,
  opened: OpenHeader,
  decision: Decision,
  session: number,
  trace: SessionTrace,
): Promise<DeviceCollection> {
  const { clock, signal } = context;
  const kind: SyncKind = decision.kind === 'fast' ? 'two-way' : 'slow';
  let mailboxReadAt = Infinity;
  const mailbox = collectMailbox(context, folder).then(() => {
    mailboxReadAt = clock.now();
  });
  const device = async (): Promise<DeviceCollection> => {
    const began = clock.now();
    // An edit made later in this second would be told neither now nor next time (spec: qdsync protocol, section 7).
    const left = 1000 - (opened.header.next % 1000) + SECOND_MARGIN_MS - (began - opened.at);
    if (left > 0) {
      context.progress('collecting', 0, null, 'Waiting for the device’s clock');
      await clock.sleep(left, signal);
      trace.waitedMs = Math.max(0, clock.now() - Math.max(began, mailboxReadAt));
    }
    return collectDevice(context, opened.client, kind, opened.partnership, session);
  };
  const [collected] = await settleAll(scope, [device(), mailbox]);
  return collected;
}

async function commit(
  context: SessionContext,
  session: SessionRow,
  opened: OpenHeader,
  collected: DeviceCollection,
  decision: Decision,
  keepMappings: KeepMappings,
): Promise<void> {
  const { store, signal } = context;
  context.progress('committing', 0, null, 'Finishing');
  signal.throwIfAborted();
  store.journal.markPending(session.id);
  await opened.client.commit(signal);
  // The device works in order: with its word that it has committed, every id that it gave has come.
  keepMappings();
  reportRefused(context, session.id);
  commitSession(context, session, {
    fullAt: decision.kind === 'fast' ? null : session.startedAt,
    forceSlow: collected.unreadable > 0,
  });
}

/**
 * Like Promise.all, but the first failure stops the other parts, and all of them have ended before it fails: none runs
 * on behind the session's back.
 */
async function settleAll<T extends readonly unknown[]>(
  scope: AbortController,
  parts: { readonly [K in keyof T]: Promise<T[K]> },
): Promise<T> {
  const guarded = parts.map((part: Promise<unknown>) =>
    part.catch((error: unknown) => {
      if (!scope.signal.aborted) scope.abort(error);
      throw error;
    }),
  );
  const results = await Promise.allSettled(guarded);
  if (scope.signal.aborted) throw scope.signal.reason as Error;
  return results.map((result) => (result as PromiseFulfilledResult<unknown>).value) as unknown as T;
}
