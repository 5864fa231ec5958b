/** Stops removals in bulk that nobody asked for (spec: sync engine, G6). Pure. */
import type { Side } from '../../datasets/index.ts';
import type { NewQuestion } from './context.ts';

/** More removals than this, and more than this part of the pairs, need a person's word. */
export const GUARD_COUNT = 10;
export const GUARD_PART = 0.1;

export interface RemovalCount {
  readonly count: number;
  /** Names of the first ones. */
  readonly labels: readonly string[];
}

export type RemovalsQuestion = Extract<NewQuestion, { kind: 'removals' }>;

/**
 * What has to be asked before a plan is carried out; null: nothing. `missing`: records that the device did not send in a
 * full comparison, this one or an earlier one. `isEmpty`: it has sent no record at all.
 */
export function guardQuestion(options: {
  readonly dataset: string;
  readonly removals: Readonly<Record<Side, RemovalCount>>;
  readonly missing: RemovalCount;
  readonly isEmpty: boolean;
  readonly pairs: number;
}): RemovalsQuestion | null {
  const { dataset, removals, missing, isEmpty, pairs } = options;
  for (const side of ['device', 'mailbox'] as const) {
    const { count, labels } = removals[side];
    if (isMassRemoval(count, pairs)) {
      return { kind: 'removals', dataset, side, reason: 'removed', count, pairs, labels: [...labels] };
    }
  }
  if (missing.count === 0) return null;
  const reason = isEmpty ? 'empty' : 'missing';
  const { count, labels } = missing;
  return { kind: 'removals', dataset, side: 'mailbox', reason, count, pairs, labels: [...labels] };
}

export function isMassRemoval(count: number, pairs: number): boolean {
  return count > GUARD_COUNT && count > pairs * GUARD_PART;
}
