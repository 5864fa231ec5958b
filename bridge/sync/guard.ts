/** Refuses removals in bulk that nobody asked for (spec: sync engine, G6). Pure. */
import type { Side } from '../../datasets/index.ts';
import { SyncError } from '../../contract/errors.ts';

/** More removals than this, and more than this part of the pairs, need a person's word. */
export const GUARD_COUNT = 10;
export const GUARD_PART = 0.1;

export interface RemovalCount {
  readonly count: number;
  /** Names of the first few, for the message. */
  readonly labels: readonly string[];
}

/** Throws `sync.mass-removal` when a side would lose too much. */
export function guardRemovals(removals: Readonly<Record<Side, RemovalCount>>, pairs: number): void {
  for (const side of ['device', 'mailbox'] as const) {
    const { count, labels } = removals[side];
    if (!isMassRemoval(count, pairs)) continue;
    const where = side === 'device' ? 'the device' : 'Outlook';
    throw new SyncError(
      'sync.mass-removal',
      `${count} of ${pairs} would be removed from ${where}: ${labels.join(', ')}, …`,
    );
  }
}

export function isMassRemoval(count: number, pairs: number): boolean {
  return count > GUARD_COUNT && count > pairs * GUARD_PART;
}
