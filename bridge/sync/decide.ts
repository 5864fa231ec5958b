/**
 * What kind of session this is going to be, and what became of the sessions before it (spec: sync engine, section 3
 * steps 1 to 3). Pure.
 */
import type { ClientHeader } from '../../contract/client-plugin.ts';
import type { Partnership } from '../store/partnerships.ts';
import type { SessionRow } from '../store/session-rows.ts';
import type { Trust } from './side-state.ts';

/** A device whose clock error moved by more than this may have hidden edits from a fast sync. */
export const CLOCK_TOLERANCE_MS = 60_000;
/** A full comparison is due after this long. */
export const FULL_EVERY_MS = 7 * 24 * 3_600_000;
/** And is done unasked where it is estimated to take less than this. */
export const FULL_AFFORDABLE_MS = 120_000;

/** Device times are compared to the second: devices store their anchors without milliseconds. */
export function sameSecond(a: number | null, b: number | null): boolean {
  if (a === null || b === null) return a === b;
  return Math.floor(a / 1000) === Math.floor(b / 1000);
}

/** Whether two device times are the same, as far as the device keeps them. */
export function sameAnchor(a: number | null, b: number | null, precise: boolean): boolean {
  return precise ? a === b : sameSecond(a, b);
}

/**
 * Whether the header's time can tell this session apart from others: it must be no other than that of the device's last
 * committed session, and of the latest session we began. `precise`: times count to the millisecond.
 */
export function headerIsUsable(header: ClientHeader, latestNext: number | null, precise = false): boolean {
  if (header.last !== null && sameAnchor(header.next, header.last, precise)) return false;
  return latestNext === null || !sameAnchor(header.next, latestNext, precise);
}

/** What a header says of the sessions that ended without a known outcome. */
export type Recovery =
  | { readonly kind: 'nothing' }
  /** The device committed this one; those after it were rolled back. */
  | { readonly kind: 'committed'; readonly session: SessionRow; readonly dropped: readonly SessionRow[] }
  | { readonly kind: 'rolled-back'; readonly dropped: readonly SessionRow[] }
  /** The device or this PC went back in time. */
  | { readonly kind: 'out-of-step'; readonly dropped: readonly SessionRow[] };

export function decideRecovery(
  partnership: Partnership,
  unfinished: readonly SessionRow[],
  last: number | null,
  precise = false,
): Recovery {
  const committed = unfinished.find(
    (session) => session.state === 'pending' && sameAnchor(session.deviceNext, last, precise),
  );
  if (committed !== undefined && last !== null) {
    return {
      kind: 'committed',
      session: committed,
      dropped: unfinished.filter((session) => session !== committed),
    };
  }
  if (!sameAnchor(last, partnership.deviceAnchor, precise))
    return { kind: 'out-of-step', dropped: unfinished };
  return unfinished.length === 0 ? { kind: 'nothing' } : { kind: 'rolled-back', dropped: unfinished };
}

export interface Decision {
  readonly kind: 'first' | 'fast' | 'slow';
  /** What a pair is whose record does not come in a full comparison. */
  readonly missing: 'removed' | 'missing';
  readonly trust: Trust;
  /** For the log and the report. */
  readonly reason: string;
}

export function decideKind(options: {
  readonly partnership: Partnership;
  readonly header: ClientHeader;
  readonly outOfStep: boolean;
  /** Why everything is to be compared; null: nobody wants it. */
  readonly slowWanted: string | null;
  readonly now: number;
  /** How long a full comparison would take on this link, in ms. */
  readonly fullCost: number;
}): Decision | { readonly kind: 'refuse' } {
  const { partnership, header, now } = options;
  if (options.outOfStep) {
    if (options.slowWanted === null) return { kind: 'refuse' };
    return {
      kind: 'slow',
      missing: 'missing',
      trust: 'nothing',
      reason: 'The device and this PC were out of step.',
    };
  }
  if (header.last === null) {
    return { kind: 'first', missing: 'removed', trust: 'bases', reason: 'The first sync with this device.' };
  }
  const slow = (reason: string, missing: Decision['missing'] = 'missing'): Decision => ({
    kind: 'slow',
    missing,
    trust: 'bases',
    reason,
  });
  if (options.slowWanted !== null) return slow(options.slowWanted);
  if (partnership.forceSlow) return slow('The last sync left something to compare.');
  if (header.next < header.last) return slow('The device’s clock was set back.');
  const clock = header.next - now;
  if (partnership.clock !== null && Math.abs(clock - partnership.clock) > CLOCK_TOLERANCE_MS) {
    return slow('The device’s clock was set.');
  }
  const due = partnership.fullAt === null || now - partnership.fullAt >= FULL_EVERY_MS;
  if (due && options.fullCost <= FULL_AFFORDABLE_MS) return slow('The regular full comparison.', 'removed');
  return { kind: 'fast', missing: 'missing', trust: 'bases', reason: 'Only what changed.' };
}
