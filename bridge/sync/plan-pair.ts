/**
 * Plans one pair: from the state of its two sides to the operations that bring them together. Pure.
 * Preview, guard, journal and report are all readers of what comes out here.
 */
import type { DatasetDefinition, FieldKey, Fields, Side } from '../../datasets/index.ts';
import { diffFields, isSideLocal } from '../../datasets/index.ts';
import { decisionTable, type Action, type Cell } from './decision-table.ts';
import { mergePair, type FieldConflict, type MergeSide, type Policy } from './merge.ts';

/** One side of a pair, carrying only what is valid in its state. */
export type SideInput =
  | { readonly state: 'none' }
  | { readonly state: 'new'; readonly fields: Fields }
  | { readonly state: 'unchanged'; readonly fields: Fields }
  | {
      readonly state: 'edited';
      readonly fields: Fields;
      readonly base: Fields;
      /** What differs from the base, and what the other side is owed. */
      readonly changed: readonly FieldKey[];
    }
  | { readonly state: 'removed'; readonly base: Fields }
  | { readonly state: 'missing'; readonly base: Fields };

export interface PairInput {
  readonly device: SideInput;
  readonly mailbox: SideInput;
  /** The elements of the item that the device may change; null: all of them, and it may remove it. */
  readonly writable?: readonly string[] | null;
}

/** What holds for all pairs of a session. */
export interface PlanRules {
  readonly policy: Policy;
  /** `YYYY-MM-DD`: what a record must have and lacks is today. */
  readonly today: string;
}

/** What shall be done on one side. `changed` are the fields that the operation alters. */
export type PlannedOperation =
  | { readonly kind: 'create'; readonly fields: Fields }
  /** `recreate`, on the device: it cannot come to that by a replace. */
  | { readonly kind: 'update' | 'recreate'; readonly fields: Fields; readonly changed: readonly FieldKey[] }
  | { readonly kind: 'remove' };

export interface PairPlan {
  readonly action: Action;
  readonly cell: Cell;
  readonly operations: Readonly<Partial<Record<Side, PlannedOperation>>>;
  /** What each side will hold once its operation is done: its next base. undefined: no record. */
  readonly after: Readonly<Record<Side, Fields | undefined>>;
  readonly conflicts: readonly FieldConflict[];
  /** Fields that the device changed, and that only Outlook may change: they are put back there. */
  readonly putBack: readonly FieldKey[];
}

/** A meeting that a device removes comes back. */
const PUT_BACK: Cell = {
  action: 'create-on-device',
  sentence:
    'Removed on the device, but only Outlook may remove it, for others would get mail: it was put back.',
};

export function planPair(definition: DatasetDefinition, input: PairInput, rules: PlanRules): PairPlan {
  const tabled = decisionTable[input.device.state][input.mailbox.state];
  const isPutBack = isLocked(input) && input.device.state === 'removed' && held(input.mailbox) !== undefined;
  const cell = isPutBack ? PUT_BACK : tabled;
  const plan = (
    operations: PairPlan['operations'],
    after: PairPlan['after'],
    told: Pick<PairPlan, 'conflicts' | 'putBack'> = { conflicts: [], putBack: [] },
  ): PairPlan => ({ action: cell.action, cell, operations, after, ...told });

  switch (cell.action) {
    case 'nothing':
    case 'update-device':
    case 'update-mailbox':
    case 'merge':
      return merged(definition, input, rules, plan);
    case 'create-on-device': {
      const fields = shared(held(input.mailbox));
      return plan(
        { device: { kind: 'create', fields } },
        { device: definition.rendition('device', fields, rules.today), mailbox: held(input.mailbox) },
      );
    }
    case 'create-in-mailbox': {
      const fields = shared(held(input.device));
      return plan(
        { mailbox: { kind: 'create', fields } },
        { device: held(input.device), mailbox: definition.rendition('mailbox', fields, rules.today) },
      );
    }
    case 'remove-from-device':
      return plan({ device: { kind: 'remove' } }, { device: undefined, mailbox: undefined });
    case 'remove-from-mailbox':
      return plan({ mailbox: { kind: 'remove' } }, { device: undefined, mailbox: undefined });
    case 'settle-removal':
      return plan(
        input.device.state === 'removed' ? { mailbox: { kind: 'remove' } } : { device: { kind: 'remove' } },
        { device: undefined, mailbox: undefined },
      );
    case 'forget':
      return plan({}, { device: undefined, mailbox: undefined });
    case 'hold':
      return plan({}, { device: held(input.device), mailbox: held(input.mailbox) });
    case 'impossible':
      throw new Error(
        `impossible pair: device ${input.device.state}, mailbox ${input.mailbox.state}: ${cell.sentence}`,
      );
  }
}

function merged(
  definition: DatasetDefinition,
  input: PairInput,
  { policy, today }: PlanRules,
  plan: (
    operations: PairPlan['operations'],
    after: PairPlan['after'],
    told: Pick<PairPlan, 'conflicts' | 'putBack'>,
  ) => PairPlan,
): PairPlan {
  const device = mergeSide(input.device);
  const mailbox = mergeSide(input.mailbox);
  const result = mergePair(definition, device, mailbox, policy, input.writable);
  const deviceChanges = diffFields(definition, device.fields, result.device);
  const mailboxChanges = diffFields(definition, mailbox.fields, result.mailbox);
  const kind = definition.replaceable?.(device.fields, result.device) !== false ? 'update' : 'recreate';
  return plan(
    {
      ...(deviceChanges.length > 0 && { device: { kind, fields: result.device, changed: deviceChanges } }),
      ...(mailboxChanges.length > 0 && {
        mailbox: { kind: 'update' as const, fields: result.mailbox, changed: mailboxChanges },
      }),
    },
    {
      device: deviceChanges.length > 0 ? definition.rendition('device', result.device, today) : device.fields,
      mailbox:
        mailboxChanges.length > 0 ? definition.rendition('mailbox', result.mailbox, today) : mailbox.fields,
    },
    result,
  );
}

function mergeSide(side: SideInput): MergeSide {
  switch (side.state) {
    case 'new':
      return { fields: side.fields, changed: Object.keys(side.fields), base: undefined };
    case 'edited':
      return { fields: side.fields, changed: side.changed, base: side.base };
    case 'unchanged':
      return { fields: side.fields, changed: [], base: side.fields };
    case 'none':
    case 'removed':
    case 'missing':
      throw new Error(`nothing to merge on a side that is ${side.state}`);
  }
}

/** What the side holds now; undefined where it has no record. */
function held(side: SideInput): Fields | undefined {
  return 'fields' in side ? side.fields : undefined;
}

/** Whether only Outlook may remove the item, and change all of it. */
function isLocked({ writable }: PairInput): boolean {
  return writable !== undefined && writable !== null;
}

/** What of a record may go to the other side; mostly the record itself. */
function shared(fields: Fields | undefined): Fields {
  if (fields === undefined) return {};
  const keys = Object.keys(fields);
  if (!keys.some(isSideLocal)) return fields;
  return Object.fromEntries(keys.filter((key) => !isSideLocal(key)).map((key) => [key, fields[key] ?? '']));
}
