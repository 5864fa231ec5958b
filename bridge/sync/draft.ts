/** A planned pair that is not written yet, and the making of a journal step out of it. */
import { randomUUID } from 'node:crypto';
import type { ReportLine } from '../../contract/job.ts';
import type { DatasetDefinition, Fields, FieldValue, Side } from '../../datasets/index.ts';
import type { StoredItem } from '../store/folders.ts';
import type { Pair } from '../store/partnerships.ts';
import { hashOf } from './digest.ts';
import type { Dispute, PairInput, PairPlan } from './plan-pair.ts';
import type { FieldsJson, Step, StepDispute, StepOperation, StepSide } from './step.ts';

export interface Draft {
  readonly pair: Pair | null;
  readonly clientId: string | null;
  readonly item: StoredItem | null;
  readonly input: Pick<PairInput, Side>;
  readonly plan: PairPlan;
  readonly lines: readonly ReportLine[];
  /**
   * Its removals are none in the guard's sense: a double that we made ourselves, what the scope no longer sends, an undo.
   */
  readonly unguarded: boolean;
  readonly restore: Step['restore'];
  readonly cause: Step['cause'];
}

export function toStep(definition: DatasetDefinition, number: number, draft: Draft): Step {
  const { plan, input, item, pair } = draft;
  const json = jsonWriter(input, item);
  const side = (name: Side): StepSide => {
    const planned = plan.operations[name];
    const operation: StepOperation | null =
      planned === undefined
        ? null
        : {
            kind: planned.kind,
            fields: planned.kind === 'remove' ? null : json(planned.fields),
            changed: 'changed' in planned ? planned.changed : [],
            state: 'planned',
          };
    const current = 'fields' in input[name] ? input[name].fields : undefined;
    return {
      operation,
      before: operation === null ? null : json(current),
      after: json(plan.after[name]),
      hash: hashAfter(definition, name, draft),
      open: plan.open[name],
    };
  };
  return {
    number,
    pair: pair?.id ?? null,
    clientId: draft.clientId,
    newClientId: null,
    itemId: item?.id ?? pair?.itemId ?? null,
    itemNumber: item?.number ?? null,
    device: side('device'),
    mailbox: side('mailbox'),
    key: plan.operations.mailbox === undefined ? null : randomUUID(),
    version: item?.version ?? '',
    sentAt: null,
    held: plan.action === 'hold',
    disputes: plan.disputes.map(stepDispute),
    restore: draft.restore,
    cause: draft.cause,
    line: draft.lines.length === 0 ? null : JSON.stringify(draft.lines),
  };
}

function stepDispute(dispute: Dispute): StepDispute {
  if (dispute.kind === 'field') {
    const { field, winner, base, device, mailbox } = dispute;
    const values = { ...valued('base', base), ...valued('device', device), ...valued('mailbox', mailbox) };
    return { kind: 'field', removedOn: null, winner, fields: [{ key: field, ...values }], record: null };
  }
  const { removedOn, winner, fields, base, changed } = dispute;
  const kept: Side = removedOn === 'device' ? 'mailbox' : 'device';
  return {
    kind: 'removal',
    removedOn,
    winner,
    fields: changed.map((key) => ({ key, ...valued('base', base[key]), ...valued(kept, fields[key]) })),
    record: JSON.stringify(fields),
  };
}

/** A value under its name, or no name. */
function valued(
  name: 'base' | Side,
  value: FieldValue | undefined,
): Partial<Record<'base' | Side, FieldValue>> {
  return value === undefined ? {} : { [name]: value };
}

/**
 * Hash of what a side will hold. After a write to the mailbox it is told by the answer; until then the pair is looked at
 * again.
 */
function hashAfter(definition: DatasetDefinition, side: Side, draft: Draft): string | null {
  const after = draft.plan.after[side];
  if (after === undefined) return null;
  if (side === 'device') {
    // Held as Outlook holds it: the hash is known.
    const { mailbox } = draft.input;
    if (draft.item !== null && 'fields' in mailbox && mailbox.fields === after) return draft.item.hash;
    return hashOf(definition, after);
  }
  return draft.plan.operations.mailbox === undefined ? (draft.item?.hash ?? null) : null;
}

/** Writes each record of a step once, however often the step names it; the mailbox's own is written already. */
function jsonWriter(
  input: Draft['input'],
  item: StoredItem | null,
): (fields: Fields | undefined) => FieldsJson | null {
  const written = new Map<Fields, FieldsJson>();
  if (item !== null && input.mailbox.state === 'new') written.set(input.mailbox.fields, item.fields);
  return (fields) => {
    if (fields === undefined) return null;
    let text = written.get(fields);
    if (text === undefined) written.set(fields, (text = JSON.stringify(fields)));
    return text;
  };
}
