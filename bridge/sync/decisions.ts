/**
 * What people have decided about conflicts, and what still waits for their word, as planning needs it (spec: sync engine,
 * section 4).
 */
import type { FieldKey, Fields, FieldValue, Side } from '../../datasets/index.ts';
import type { StoredConflict } from '../store/conflicts.ts';
import { parseFields } from './digest.ts';
import { UNDECIDED, type Decisions } from './plan-pair.ts';

/** A settled conflict that a person wants the other way round. */
export type Reversal =
  | {
      readonly kind: 'field';
      readonly conflict: StoredConflict;
      readonly field: FieldKey;
      /** What the policy let win, and what shall be there instead; undefined: no value. */
      readonly now: FieldValue | undefined;
      readonly wanted: FieldValue | undefined;
      /** The other value goes into a record of its own. */
      readonly asCopy: boolean;
    }
  | { readonly kind: 'restore'; readonly conflict: StoredConflict; readonly record: Fields }
  | { readonly kind: 'remove'; readonly conflict: StoredConflict };

export interface DecisionBook {
  /** Of a pair: what decides its conflicts, or keeps them open. */
  of(pair: number): Decisions;
  readonly reversals: readonly Reversal[];
  /** Every decision that the plan made with this book carries out. */
  readonly ids: readonly number[];
}

export function decisionBook(pending: readonly StoredConflict[]): DecisionBook {
  const byPair = new Map<number, Decisions>();
  const reversals: Reversal[] = [];
  for (const conflict of pending) {
    const isReversal = conflict.state === 'decided' && conflict.winner !== null;
    if (isReversal) reversals.push(...reversalOf(conflict));
    else if (conflict.pair !== null) {
      byPair.set(conflict.pair, withConflict(byPair.get(conflict.pair) ?? UNDECIDED, conflict));
    }
  }
  return {
    of: (pair) => byPair.get(pair) ?? UNDECIDED,
    reversals,
    ids: pending.filter(({ state }) => state === 'decided').map(({ id }) => id),
  };
}

/** An open conflict: decided by a person now, or still waiting. */
function withConflict(decisions: Decisions, conflict: StoredConflict): Decisions {
  const { state, choice, kind, fields } = conflict;
  const side: Side | null = state === 'decided' && choice !== 'both' ? choice : null;
  if (state === 'decided' && choice === 'both') return { ...decisions, keepBoth: true };
  if (kind === 'removal') {
    return side === null ? { ...decisions, waitingRemoval: true } : { ...decisions, removal: side };
  }
  const keys = fields.map(({ key }) => key);
  if (side === null) {
    return { ...decisions, waitingFields: new Set([...decisions.waitingFields, ...keys]) };
  }
  const decided = keys.map((key): [FieldKey, Side] => [key, side]);
  return { ...decisions, fields: new Map([...decisions.fields, ...decided]) };
}

function reversalOf(conflict: StoredConflict): readonly Reversal[] {
  const { kind, choice, winner, removedOn, record, fields } = conflict;
  if (kind === 'removal') {
    const comesBack = choice === 'both' || choice !== removedOn;
    if (comesBack) {
      return record === null ? [] : [{ kind: 'restore', conflict, record: parseFields(record) }];
    }
    return [{ kind: 'remove', conflict }];
  }
  const [field] = fields;
  if (field === undefined || winner === null) return [];
  const loser: Side = winner === 'device' ? 'mailbox' : 'device';
  return [
    {
      kind: 'field',
      conflict,
      field: field.key,
      now: field[winner],
      wanted: field[loser],
      asCopy: choice === 'both',
    },
  ];
}
