/**
 * Plans one pair: from the state of its two sides to the operations that bring them together. Pure.
 * Preview, guard, journal, report and undo are all readers of what comes out here.
 */
import type { Mode, Policy } from '../../contract/settings.ts';
import type { DatasetDefinition, FieldKey, Fields, Side } from '../../datasets/index.ts';
import { diffFields, isSideLocal } from '../../datasets/index.ts';
import { decisionTable, type Action, type Cell } from './decision-table.ts';
import { isLocked, fateIn, mayWrite } from './direction.ts';
import { mergePair, otherSide, type FieldConflict, type MergeSide } from './merge.ts';
import { OWED_CREATE, OWED_REMOVE } from './step.ts';

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

/** What a person has said about a pair's conflicts, and what still waits for a word. */
export interface Decisions {
  readonly fields: ReadonlyMap<FieldKey, Side>;
  /** The side whose doing counts where one removed what the other changed. */
  readonly removal: Side | null;
  /** Both values are to be kept, the device's in a second record. */
  readonly keepBoth: boolean;
  readonly waitingFields: ReadonlySet<FieldKey>;
  readonly waitingRemoval: boolean;
}

export const UNDECIDED: Decisions = {
  fields: new Map(),
  removal: null,
  keepBoth: false,
  waitingFields: new Set(),
  waitingRemoval: false,
};

export interface PairInput {
  readonly device: SideInput;
  readonly mailbox: SideInput;
  /** The elements of the item that the device may change; null: all of them, and it may remove it. */
  readonly writable?: readonly string[] | null;
  /** The side that changed the record later; null or absent where that is not known. */
  readonly later?: Side | null;
  readonly decisions?: Decisions;
}

/** What holds for all pairs of a session. */
export interface PlanRules {
  readonly policy: Policy;
  readonly mode: Exclude<Mode, 'off'>;
  /** A person's answer to the guard: removals are carried out, or put back from the other side. */
  readonly removals: 'remove' | 'restore' | null;
  /** `YYYY-MM-DD`: what a record must have and lacks is today. */
  readonly today: string;
}

/** What shall be done on one side. `changed` are the fields that the operation alters. */
export type PlannedOperation =
  | { readonly kind: 'create'; readonly fields: Fields }
  /** `recreate`, on the device: it cannot come to that by a replace. */
  | { readonly kind: 'update' | 'recreate'; readonly fields: Fields; readonly changed: readonly FieldKey[] }
  | { readonly kind: 'remove' };

/** What both sides disagreed about; `winner` null: both are as they were until a person decides. */
export type Dispute =
  | ({ readonly kind: 'field' } & FieldConflict)
  | {
      readonly kind: 'removal';
      readonly removedOn: Side;
      readonly winner: Side | null;
      /** The record as the other side changed it, and what it changed. */
      readonly fields: Fields;
      readonly base: Fields;
      readonly changed: readonly FieldKey[];
    };

/** What each side has not got from the other and will not get in this session. */
export type OpenDebts = Readonly<Record<Side, readonly string[]>>;

export interface PairPlan {
  readonly action: Action;
  readonly cell: Cell;
  readonly operations: Readonly<Partial<Record<Side, PlannedOperation>>>;
  /** What each side will hold once its operation is done: its next base. undefined: no record. */
  readonly after: Readonly<Record<Side, Fields | undefined>>;
  readonly disputes: readonly Dispute[];
  /** Fields that a side changed, and that were put back to what the other side holds. */
  readonly putBack: Readonly<Record<Side, readonly FieldKey[]>>;
  readonly open: OpenDebts;
  /** A second record with the device's values, to be made on both sides. */
  readonly copy: Fields | null;
}

const NONE: Readonly<Record<Side, readonly FieldKey[]>> = { device: [], mailbox: [] };

export function planPair(definition: DatasetDefinition, input: PairInput, rules: PlanRules): PairPlan {
  const states = { device: answered(input.device, rules), mailbox: answered(input.mailbox, rules) };
  const decided = { ...input, ...states };
  const cell = decisionTable[states.device.state][states.mailbox.state];
  const to = sidePlans(definition, decided, rules);
  switch (cell.action) {
    case 'nothing':
    case 'update-device':
    case 'update-mailbox':
    case 'merge':
      return merged(definition, decided, rules, cell);
    case 'create-on-device':
      return mayWrite(rules.mode, 'device', 'create') ? to.create('device', cell) : to.leave();
    case 'create-in-mailbox':
      return mayWrite(rules.mode, 'mailbox', 'create') ? to.create('mailbox', cell) : to.leave();
    case 'remove-from-device':
      return to.carryRemoval('device', cell);
    case 'remove-from-mailbox':
      return to.carryRemoval('mailbox', cell);
    case 'settle-removal':
      return settleRemoval(decided, rules, cell, to);
    case 'forget':
      return plan(cell, {}, { device: undefined, mailbox: undefined });
    case 'hold':
      return plan(cell, {}, { device: held(states.device), mailbox: held(states.mailbox) });
    case 'impossible':
      throw new Error(
        `impossible pair: device ${states.device.state}, mailbox ${states.mailbox.state}: ${cell.sentence}`,
      );
  }
}

/**
 * Plans that both sides hold exactly what is wanted, whatever else is known of the pair: undo, and a reversed conflict.
 * Where the two differ they stay apart, which the caller tells by `open`.
 */
export function planWanted(
  definition: DatasetDefinition,
  holds: Readonly<Record<Side, Fields | undefined>>,
  wanted: Readonly<Record<Side, Fields | undefined>>,
  told: { readonly sentence: string; readonly open: OpenDebts; readonly disputes: readonly Dispute[] },
): PairPlan {
  const operation = (side: Side): PlannedOperation | undefined => {
    const [now, then] = [holds[side], wanted[side]];
    if (then === undefined) return now === undefined ? undefined : { kind: 'remove' };
    if (now === undefined) return { kind: 'create', fields: shared(then) };
    const changed = diffFields(definition, now, then);
    if (changed.length === 0) return undefined;
    const kind = side === 'mailbox' || definition.replaceable?.(now, then) !== false ? 'update' : 'recreate';
    return { kind, fields: then, changed };
  };
  const [device, mailbox] = [operation('device'), operation('mailbox')];
  const cell: Cell = { action: 'put-back', sentence: told.sentence };
  return {
    ...plan(cell, { ...(device && { device }), ...(mailbox && { mailbox }) }, wanted),
    open: told.open,
    disputes: told.disputes,
  };
}

function plan(cell: Cell, operations: PairPlan['operations'], after: PairPlan['after']): PairPlan {
  return {
    action: cell.action,
    cell,
    operations,
    after,
    disputes: [],
    putBack: NONE,
    open: NONE,
    copy: null,
  };
}

/** A person has said what becomes of what a side no longer has. */
function answered(side: SideInput, { removals }: PlanRules): SideInput {
  if (removals === 'remove' && side.state === 'missing') return { state: 'removed', base: side.base };
  if (removals === 'restore' && (side.state === 'missing' || side.state === 'removed'))
    return { state: 'none' };
  return side;
}

interface SidePlans {
  create(side: Side, cell: Cell): PairPlan;
  remove(side: Side, cell: Cell): PairPlan;
  /** The other side has removed the record. */
  carryRemoval(side: Side, cell: Cell): PairPlan;
  /** Both sides stay as they are. */
  leave(open?: OpenDebts): PairPlan;
}

/** A record that a side may not lose comes back. */
const PUT_BACK: Readonly<Record<Side, string>> = {
  device:
    'Removed on the device, but only Outlook may remove it, for others would get mail: it was put back.',
  mailbox: 'Removed in Outlook, which this device’s records are only copied to: it was put back.',
};
const PUT_BACK_COPY = 'Removed on the device, which Outlook’s records are only copied to: it was put back.';
const LEFT_REMOVAL = 'Removed on one side; nothing is removed in this mode.';
const LEFT: Readonly<Record<Side, string>> = {
  device: 'Only on the device; in this mode nothing is written to Outlook.',
  mailbox: 'Only in Outlook; in this mode nothing is written to the device.',
};

function sidePlans(definition: DatasetDefinition, input: PairInput, rules: PlanRules): SidePlans {
  const holds = { device: held(input.device), mailbox: held(input.mailbox) };
  const create = (side: Side, cell: Cell): PairPlan => {
    const fields = shared(holds[otherSide(side)]);
    const after = { ...holds, [side]: definition.rendition(side, fields, rules.today) };
    return plan(cell, { [side]: { kind: 'create', fields } }, after);
  };
  const remove = (side: Side, cell: Cell): PairPlan =>
    plan(cell, { [side]: { kind: 'remove' } }, { device: undefined, mailbox: undefined });
  const leave = (open: OpenDebts = NONE): PairPlan => {
    const only = holds.device !== undefined ? 'device' : 'mailbox';
    const sentence = open === NONE ? LEFT[only] : LEFT_REMOVAL;
    return { ...plan({ action: 'leave', sentence }, {}, holds), open };
  };
  return {
    create,
    remove,
    leave,
    carryRemoval(side, cell) {
      const removedOn = otherSide(side);
      const locked = removedOn === 'device' && isLocked(input);
      if (!locked && mayWrite(rules.mode, side, 'remove')) return remove(side, cell);
      if (mayWrite(rules.mode, removedOn, 'put-back')) {
        const sentence = removedOn === 'device' && !locked ? PUT_BACK_COPY : PUT_BACK[removedOn];
        return create(removedOn, { action: cell.action, sentence });
      }
      return leave({ ...NONE, [side]: [OWED_REMOVE] });
    },
  };
}

/** One side removed what the other changed. */
function settleRemoval(input: PairInput, rules: PlanRules, cell: Cell, to: SidePlans): PairPlan {
  const removedOn: Side = input.device.state === 'removed' ? 'device' : 'mailbox';
  const kept = otherSide(removedOn);
  const side = input[kept];
  const mayCarry = !(removedOn === 'device' && isLocked(input)) && mayWrite(rules.mode, kept, 'remove');
  if (!mayCarry || !mayWrite(rules.mode, removedOn, 'create')) return to.carryRemoval(kept, cell);
  const decisions = input.decisions ?? UNDECIDED;
  const decided = decisions.keepBoth ? kept : decisions.removal;
  const winner = decided ?? (decisions.waitingRemoval ? null : removalWinner(rules, input, removedOn));
  const dispute: Dispute[] =
    side.state !== 'edited' || decided !== null
      ? []
      : [
          {
            kind: 'removal',
            removedOn,
            winner,
            fields: side.fields,
            base: side.base,
            changed: side.changed,
          },
        ];
  if (winner === removedOn) {
    return {
      ...to.remove(kept, { ...cell, sentence: `${cell.sentence} The removal counts.` }),
      disputes: dispute,
    };
  }
  if (winner === kept) {
    const sentence = `${cell.sentence} The change counts: the record comes back.`;
    return { ...to.create(removedOn, { ...cell, sentence }), disputes: dispute };
  }
  const open = { [removedOn]: [OWED_CREATE], [kept]: [OWED_REMOVE] } as unknown as OpenDebts;
  const waiting: Cell = { action: 'ask', sentence: `${cell.sentence} A person has to decide.` };
  return { ...to.leave(open), action: 'ask', cell: waiting, disputes: dispute };
}

function removalWinner({ policy }: PlanRules, input: PairInput, removedOn: Side): Side | null {
  switch (policy) {
    case 'device':
    case 'outlook':
      return removedOn;
    case 'keep-both':
      return otherSide(removedOn);
    case 'newest':
      return input.later ?? null;
    case 'ask':
      return null;
  }
}

function merged(definition: DatasetDefinition, input: PairInput, rules: PlanRules, cell: Cell): PairPlan {
  const device = mergeSide(input.device);
  const mailbox = mergeSide(input.mailbox);
  const decisions = input.decisions ?? UNDECIDED;
  const policy = decisions.keepBoth ? 'keep-both' : rules.policy;
  const result = mergePair(definition, device, mailbox, {
    policy,
    fate: fateIn(rules.mode, input.writable ?? null),
    later: input.later ?? null,
    decided: decisions.fields,
    waiting: decisions.keepBoth ? new Set() : decisions.waitingFields,
  });
  const deviceChanges = diffFields(definition, device.fields, result.device);
  const mailboxChanges = diffFields(definition, mailbox.fields, result.mailbox);
  const kind = definition.replaceable?.(device.fields, result.device) !== false ? 'update' : 'recreate';
  const after = (side: Side, now: Fields, wanted: Fields, changes: readonly FieldKey[]): Fields =>
    changes.length > 0 ? definition.rendition(side, wanted, rules.today) : now;
  const copies = policy === 'keep-both' && result.conflicts.length > 0;
  return {
    ...plan(
      cell,
      {
        ...(deviceChanges.length > 0 && { device: { kind, fields: result.device, changed: deviceChanges } }),
        ...(mailboxChanges.length > 0 && {
          mailbox: { kind: 'update' as const, fields: result.mailbox, changed: mailboxChanges },
        }),
      },
      {
        device: after('device', device.fields, result.device, deviceChanges),
        mailbox: after('mailbox', mailbox.fields, result.mailbox, mailboxChanges),
      },
    ),
    disputes: result.conflicts.map((conflict) => ({ kind: 'field' as const, ...conflict })),
    putBack: result.putBack,
    open: result.open,
    copy: copies ? markedCopy(definition, shared(device.fields), rules.today) : null,
  };
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
export function held(side: SideInput): Fields | undefined {
  return 'fields' in side ? side.fields : undefined;
}

/** What of a record may go to the other side; mostly the record itself. */
export function shared(fields: Fields | undefined): Fields {
  if (fields === undefined) return {};
  const keys = Object.keys(fields);
  if (!keys.some(isSideLocal)) return fields;
  return Object.fromEntries(keys.filter((key) => !isSideLocal(key)).map((key) => [key, fields[key] ?? '']));
}

/** The device's record under a name that tells it from the other one. */
export function markedCopy(definition: DatasetDefinition, fields: Fields, today: string): Fields {
  const title = fields[definition.titleField];
  const text = `${typeof title === 'string' ? title : ''} (device ${today})`;
  return definition.normalise({ ...fields, [definition.titleField]: text.trim() });
}
