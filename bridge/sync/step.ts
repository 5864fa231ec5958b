/**
 * One step of a session: what is done to one pair, as the journal keeps it.
 *
 * Steps are written before anything is done, carried out from the journal, and are the history afterwards. Records
 * in a step are JSON texts of their fields: most of them are only ever passed on.
 */

import type { FieldValue, Side } from '../../datasets/index.ts';

/** A record as JSON text of its fields. */
export type FieldsJson = string;

/**
 * `sent`: handed over, its fate not known yet. `done`: carried out. `failed`: refused, gone or lost a race; the other
 * side's change is a debt.
 */
export type OperationState = 'planned' | 'sent' | 'done' | 'failed';

export interface StepOperation {
  /** `recreate`, on the device alone: what it cannot come to by a replace is removed and made anew, one record to us. */
  readonly kind: 'create' | 'update' | 'remove' | 'recreate';
  /** The whole record as it shall be; null for a remove. */
  readonly fields: FieldsJson | null;
  /** The fields that an update alters. */
  readonly changed: readonly string[];
  readonly state: OperationState;
}

export interface StepSide {
  readonly operation: StepOperation | null;
  /** What the side holds without the operation; null: no record. */
  readonly before: FieldsJson | null;
  /** What it holds once the operation is done (or, without one, what it holds). */
  readonly after: FieldsJson | null;
  /** Hash of `after`; null when it has to be looked at again. */
  readonly hash: string | null;
  /** What the side is owed beyond the operation: it does not get it in this session. */
  readonly open: Owed;
}

export interface Step {
  readonly number: number;
  /** The pair it belongs to; null makes a new one. */
  readonly pair: number | null;
  readonly clientId: string | null;
  /** The id that the device gave to a record made anew. */
  readonly newClientId: string | null;
  readonly itemId: string | null;
  /** The item's number in the change log: the id that the device is shown. */
  readonly itemNumber: number | null;
  readonly device: StepSide;
  readonly mailbox: StepSide;
  /** Key of the mailbox operation, a UUID of its own. */
  readonly key: string | null;
  /** etag that the plan was made against. */
  readonly version: string;
  /** When the mailbox operation was handed over, in ms since 1970; null: not yet. */
  readonly sentAt: number | null;
  /** The pair waits for a person's word. */
  readonly held: boolean;
  /** Fields, or removals, that both sides disagreed about. */
  readonly disputes: readonly StepDispute[];
  /** The step whose doing is put back, with the snapshot that it may have kept: of which session; null: none. */
  readonly restore: { readonly session: number; readonly step: number } | null;
  /**
   * What else than a change of its record has made the step. `copy`: the device's record of the step before it is kept in this
   * one (policy `keep-both`). `reversal`: a person wants a settled conflict the other way round.
   */
  readonly cause: { readonly kind: 'copy' } | { readonly kind: 'reversal'; readonly conflict: number } | null;
  /** The report's line, as JSON; null for a step that is not worth telling. */
  readonly line: string | null;
}

/** A disagreement, as the journal and the conflict inbox keep it; `winner` null: a person has to decide. */
export interface StepDispute {
  readonly kind: 'field' | 'removal';
  /** Of a `removal`; null for a `field`. */
  readonly removedOn: Side | null;
  readonly winner: Side | null;
  /** The field, or the fields that the other side changed; absent: the side has no value. */
  readonly fields: readonly {
    readonly key: string;
    readonly base?: FieldValue;
    readonly device?: FieldValue;
    readonly mailbox?: FieldValue;
  }[];
  /** Of a `removal`: the record as the other side changed it. */
  readonly record: FieldsJson | null;
}

/** What is needed of a step to carry it out on the device. */
export interface DeviceStep extends Pick<Step, 'number' | 'clientId' | 'itemNumber'> {
  readonly device: Pick<StepSide, 'operation' | 'before'>;
}

/** What a side is owed: the fields of an update, or a whole create or remove. */
export type Owed = readonly string[];
export const OWED_CREATE = '*create';
export const OWED_REMOVE = '*remove';

/** What becomes of the pair when the session ends. */
export type PairChange =
  | { readonly kind: 'delete' }
  /** The pair stays as it is until a person has spoken. */
  | { readonly kind: 'hold' }
  | {
      readonly kind: 'put';
      readonly clientId: string | null;
      readonly itemId: string | null;
      readonly deviceBase: FieldsJson | null;
      readonly deviceHash: string | null;
      readonly mailboxBase: FieldsJson | null;
      readonly itemHash: string | null;
      readonly owedDevice: Owed | null;
      readonly owedMailbox: Owed | null;
    };

/** `refused`: the device committed, but has dropped the record. `rolled-back`: it is as it was. */
export type DeviceFate = 'done' | 'refused' | 'rolled-back';

/**
 * Turns a step and the fate of its operations into the pair's next state (spec: sync engine, sections 1 and 3): each
 * base is what the side is known to hold, and what could not be delivered is owed.
 */
export function settleStep(
  step: Step,
  done: { readonly device: DeviceFate; readonly mailbox: boolean },
): PairChange {
  if (step.held) return { kind: 'hold' };
  const isNew = step.device.operation?.kind === 'recreate' && done.device !== 'rolled-back';
  const device =
    isNew && done.device === 'refused'
      ? { base: null, hash: null, owed: [OWED_CREATE] }
      : outcome(step.device, done.device === 'done');
  const mailbox = outcome(step.mailbox, done.mailbox);
  if (device.base === null && mailbox.base === null) return { kind: 'delete' };
  return {
    kind: 'put',
    clientId: device.base === null ? null : isNew ? step.newClientId : step.clientId,
    itemId: mailbox.base === null ? null : step.itemId,
    deviceBase: device.base,
    deviceHash: device.hash,
    mailboxBase: mailbox.base,
    itemHash: mailbox.hash,
    owedDevice: device.owed,
    owedMailbox: mailbox.owed,
  };
}

function outcome(
  side: StepSide,
  done: boolean,
): { readonly base: FieldsJson | null; readonly hash: string | null; readonly owed: Owed | null } {
  const open = side.open.length === 0 ? null : side.open;
  if (side.operation === null || done) return { base: side.after, hash: side.hash, owed: open };
  const { kind, changed } = side.operation;
  if (kind === 'create') return { base: side.before, hash: null, owed: [OWED_CREATE] };
  if (kind === 'remove') return { base: side.before, hash: null, owed: [OWED_REMOVE] };
  return { base: side.before, hash: null, owed: [...new Set([...changed, ...side.open])] };
}

/** The same pair, in which each side owes the other these fields: neither base can tell who has changed them. */
export function withOwed(change: PairChange, keys: readonly string[]): PairChange {
  if (change.kind !== 'put') return change;
  return {
    ...change,
    owedDevice: [...new Set([...(change.owedDevice ?? []), ...keys])],
    owedMailbox: [...new Set([...(change.owedMailbox ?? []), ...keys])],
  };
}
