/**
 * Three-way merge of one pair, field by field (spec: sync engine, sections 4 and 6). Pure.
 *
 * What a side changed is told by its caller against that side's own base, so that what a side is known to do to a
 * record (trimming, scaling a picture) is no change.
 */
import type { Policy } from '../../contract/settings.ts';
import type { DatasetDefinition, Side } from '../../datasets/index.ts';
import {
  diffFields,
  isSideLocal,
  type FieldKey,
  type Fields,
  type FieldValue,
} from '../../datasets/index.ts';
import { mergeOrderedList } from '../../datasets/index.ts';
import { elementOf } from '../../datasets/record/keys.ts';

/** One side of a merge: what it holds, and which fields it has changed or still owes to the other side. */
export interface MergeSide {
  readonly fields: Fields;
  readonly changed: readonly FieldKey[];
  /** What the side held before; undefined where the record is compared without a base. */
  readonly base: Fields | undefined;
}

/**
 * What becomes of a field that a side has changed: it is carried to the other side, put back to what the other side
 * holds, or left as it is on both, which is a debt.
 */
export type Fate = 'carried' | 'put-back' | 'left';

export interface MergeRules {
  readonly policy: Policy;
  readonly fate: (side: Side, key: FieldKey) => Fate;
  /** The side that changed the record later; null where that is not known. */
  readonly later: Side | null;
  /** Fields that a person has decided, and those that wait for one: the policy does not settle them. */
  readonly decided: ReadonlyMap<FieldKey, Side>;
  readonly waiting: ReadonlySet<FieldKey>;
}

export interface FieldConflict {
  readonly field: FieldKey;
  /** null: untouched on both sides until a person decides. */
  readonly winner: Side | null;
  readonly base: FieldValue | undefined;
  readonly device: FieldValue | undefined;
  readonly mailbox: FieldValue | undefined;
}

export interface MergeResult {
  /** What each side shall hold. */
  readonly device: Fields;
  readonly mailbox: Fields;
  readonly conflicts: readonly FieldConflict[];
  /** Fields that a side changed and that are put back to what the other side holds. */
  readonly putBack: Readonly<Record<Side, readonly FieldKey[]>>;
  /** Fields that each side has not got from the other and will not get now. */
  readonly open: Readonly<Record<Side, readonly FieldKey[]>>;
}

export function mergePair(
  definition: DatasetDefinition,
  device: MergeSide,
  mailbox: MergeSide,
  rules: MergeRules,
): MergeResult {
  const sides = { device, mailbox };
  const wanted = { device: { ...device.fields }, mailbox: { ...mailbox.fields } };
  const changed = { device: changesOf(device), mailbox: changesOf(mailbox) };
  const open: Record<Side, FieldKey[]> = { device: [], mailbox: [] };
  const putBack: Record<Side, FieldKey[]> = { device: [], mailbox: [] };
  const conflicts: FieldConflict[] = [];
  let differing: ReadonlySet<string> | undefined;
  const take = (to: Side, key: FieldKey, value: FieldValue | undefined): void => put(wanted[to], key, value);

  for (const key of new Set([...changed.device, ...changed.mailbox])) {
    const fates = {
      device: changed.device.has(key) ? rules.fate('device', key) : null,
      mailbox: changed.mailbox.has(key) ? rules.fate('mailbox', key) : null,
    };
    const [ours, theirs] = [device.fields[key], mailbox.fields[key]];
    if (fates.device === 'carried' && fates.mailbox === 'carried') {
      if (definition.sameValue(key, ours, theirs)) continue;
      differing ??= elementsThatDiffer(definition, device.fields, mailbox.fields);
      if (!differing.has(elementOf(key))) continue;
      const settled = settle(key, sides, rules);
      take('device', key, settled.device);
      take('mailbox', key, settled.mailbox);
      if (settled.conflict === undefined) continue;
      conflicts.push(settled.conflict);
      if (settled.conflict.winner !== null) continue;
      open.device.push(key);
      open.mailbox.push(key);
      continue;
    }
    for (const side of ['device', 'mailbox'] as const) {
      const other = otherSide(side);
      if (fates[side] === 'carried' || fates[other] === 'put-back') take(other, key, sides[side].fields[key]);
      else if (fates[side] === 'left' && !definition.sameValue(key, ours, theirs)) open[other].push(key);
      if (fates[side] === 'put-back' && !definition.sameValue(key, ours, theirs)) putBack[side].push(key);
    }
  }
  return {
    device: definition.normalise(wanted.device, device.fields),
    mailbox: definition.normalise(wanted.mailbox, mailbox.fields),
    conflicts,
    putBack,
    open,
  };
}

/**
 * The elements of which the sides do not mean the same. The ends of two series may be different dates and yet the same
 * last occurrence, and what a device has no place for it cannot say: that is no conflict, and each side keeps its own.
 */
function elementsThatDiffer(
  definition: DatasetDefinition,
  device: Fields,
  mailbox: Fields,
): ReadonlySet<string> {
  return new Set(diffFields(definition, device, definition.rendition('device', mailbox)).map(elementOf));
}

export function otherSide(side: Side): Side {
  return side === 'device' ? 'mailbox' : 'device';
}

function changesOf(side: MergeSide): ReadonlySet<FieldKey> {
  return new Set(side.changed.filter((key) => !isSideLocal(key)));
}

interface Settled {
  readonly device: FieldValue | undefined;
  readonly mailbox: FieldValue | undefined;
  readonly conflict: FieldConflict | undefined;
}

/** A field that both sides changed differently. */
function settle(key: FieldKey, sides: Readonly<Record<Side, MergeSide>>, rules: MergeRules): Settled {
  const [ours, theirs] = [sides.device.fields[key], sides.mailbox.fields[key]];
  const base = sides.device.base?.[key] ?? sides.mailbox.base?.[key];
  const decided = rules.decided.get(key);
  const waits = rules.waiting.has(key);
  if (decided === undefined && !waits) {
    const list = mergedList(base, ours, theirs, rules.policy);
    if (list !== undefined) return { device: list, mailbox: list, conflict: undefined };
  }
  const winner = decided ?? (waits ? null : winnerOf(rules));
  const conflict =
    decided === undefined ? { field: key, winner, base, device: ours, mailbox: theirs } : undefined;
  if (winner === null) return { device: ours, mailbox: theirs, conflict };
  const value = winner === 'device' ? ours : theirs;
  return { device: value, mailbox: value, conflict };
}

/** Who wins by policy; null: a person has to say. */
export function winnerOf({ policy, later }: Pick<MergeRules, 'policy' | 'later'>): Side | null {
  switch (policy) {
    case 'device':
      return 'device';
    case 'outlook':
    case 'keep-both':
      return 'mailbox';
    case 'newest':
      return later;
    case 'ask':
      return null;
  }
}

/** Ordered lists are united member by member, so that neither side's addition is lost; undefined: no lists. */
function mergedList(
  base: FieldValue | undefined,
  device: FieldValue | undefined,
  mailbox: FieldValue | undefined,
  policy: Policy,
): readonly string[] | undefined {
  const lists = [base ?? [], device ?? [], mailbox ?? []].map(textList);
  const [before, ours, theirs] = lists;
  if (before === undefined || ours === undefined || theirs === undefined) return undefined;
  if (ours.length === 0 && theirs.length === 0) return undefined;
  return policy === 'device'
    ? mergeOrderedList(before, ours, theirs)
    : mergeOrderedList(before, theirs, ours);
}

function textList(value: FieldValue): readonly string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const list = value as readonly FieldValue[];
  return list.every((member) => typeof member === 'string') ? list : undefined;
}

function put(fields: Record<FieldKey, FieldValue>, key: FieldKey, value: FieldValue | undefined): void {
  if (value === undefined || (Array.isArray(value) && value.length === 0))
    Reflect.deleteProperty(fields, key);
  else fields[key] = value;
}
