/** Writes what a session disagreed about into the conflict inbox (spec: sync engine, section 4). */
import type { SessionRow } from '../store/session-rows.ts';
import type { StoredConflict } from '../store/conflicts.ts';
import type { SessionContext } from './context.ts';
import { parseFields } from './digest.ts';
import type { Step, StepDispute } from './step.ts';

/**
 * To be called within the durable write that ends a session. An open conflict that came up again is renewed, one that did
 * not is void. `counts`: whether what a step did stands.
 */
export function recordDisputes(
  context: Pick<SessionContext, 'store' | 'definition' | 'clock'>,
  session: SessionRow,
  counts: (step: Step) => boolean,
): void {
  const { store } = context;
  const open = store.conflicts.pending(session.partnership).filter(({ state }) => state === 'open');
  const byPair = new Map<number, StoredConflict[]>();
  for (const row of open) {
    if (row.pair !== null) byPair.set(row.pair, [...(byPair.get(row.pair) ?? []), row]);
  }
  const renewed = new Set<number>();
  const handled = new Set<number>();
  for (const steps of store.journal.disputedOr(session.id, [...byPair.keys()])) {
    for (const step of steps) {
      if (!counts(step)) continue;
      const pair = pairOf(context, session, step);
      if (step.pair !== null) handled.add(step.pair);
      for (const dispute of step.disputes) {
        const known = (pair === null ? undefined : byPair.get(pair))?.find((row) => isSame(row, dispute));
        if (dispute.winner === null && known !== undefined) {
          store.conflicts.renew(known, dispute);
          renewed.add(known.id);
          continue;
        }
        store.conflicts.add({
          partnership: session.partnership,
          session: session.id,
          step: step.number,
          pair,
          label: labelOf(context, step),
          dispute,
          foundAt: context.clock.now(),
        });
      }
    }
  }
  for (const { id, pair } of open) {
    if (pair !== null && handled.has(pair) && !renewed.has(id)) store.conflicts.close(id, 'void');
  }
}

function isSame(row: StoredConflict, dispute: StepDispute): boolean {
  if (row.kind !== dispute.kind) return false;
  return row.kind === 'removal' || row.fields[0]?.key === dispute.fields[0]?.key;
}

/** The pair as it is after the session; null: it has gone. */
function pairOf({ store }: Pick<SessionContext, 'store'>, session: SessionRow, step: Step): number | null {
  const { partnerships } = store;
  const clientId = step.newClientId ?? step.clientId;
  const pair =
    (step.pair === null ? undefined : partnerships.pair(step.pair)) ??
    (step.itemId === null ? undefined : partnerships.pairOfItem(session.partnership, step.itemId)) ??
    (clientId === null ? undefined : partnerships.pairOfClient(session.partnership, clientId));
  return pair?.id ?? null;
}

function labelOf({ definition }: Pick<SessionContext, 'definition'>, { device, mailbox }: Step): string {
  const json = device.after ?? mailbox.after ?? device.before ?? mailbox.before;
  return json === null ? '' : definition.label(parseFields(json));
}
