/**
 * Three-way merge of one pair, field by field (spec: sync engine, section 4). Pure.
 *
 * What a side changed is told by its caller against that side's own base, so that what a side is known to do to a
 * record (trimming, scaling a picture) is no change.
 */
import type { DatasetDefinition, Side } from '../../datasets/index.ts';
import { isSideLocal, type FieldKey, type Fields, type FieldValue } from '../../datasets/index.ts';
import { mergeOrderedList } from '../../datasets/index.ts';

/** Who wins where both sides changed a field differently, or one removed what the other changed. */
export type Policy = 'device' | 'outlook';

/** One side of a merge: what it holds, and which fields it has changed or still owes to the other side. */
export interface MergeSide {
  readonly fields: Fields;
  readonly changed: readonly FieldKey[];
  /** What the side held before; undefined where the record is compared without a base. */
  readonly base: Fields | undefined;
}

export interface FieldConflict {
  readonly field: FieldKey;
  readonly winner: Side;
  readonly device: FieldValue | undefined;
  readonly mailbox: FieldValue | undefined;
}

export interface MergeResult {
  /** What each side shall hold. */
  readonly device: Fields;
  readonly mailbox: Fields;
  readonly conflicts: readonly FieldConflict[];
  /** Fields that the device changed and may not change: it shall hold Outlook's value. */
  readonly putBack: readonly FieldKey[];
}

export function mergePair(
  definition: DatasetDefinition,
  device: MergeSide,
  mailbox: MergeSide,
  policy: Policy,
  writable: readonly string[] | null = null,
): MergeResult {
  const toDevice: Record<FieldKey, FieldValue> = { ...device.fields };
  const toMailbox: Record<FieldKey, FieldValue> = { ...mailbox.fields };
  const conflicts: FieldConflict[] = [];
  const deviceChanges = device.changed.filter((key) => !isSideLocal(key));
  const isWritable = (key: FieldKey): boolean => writable?.includes(elementName(key)) ?? true;
  const putBack = deviceChanges.filter((key) => !isWritable(key));
  const changedOnDevice = new Set(deviceChanges.filter(isWritable));
  const changedInMailbox = new Set(mailbox.changed.filter((key) => !isSideLocal(key)));

  for (const key of putBack) put(toDevice, key, mailbox.fields[key]);
  for (const key of changedOnDevice) {
    if (!changedInMailbox.has(key)) put(toMailbox, key, device.fields[key]);
  }
  for (const key of changedInMailbox) {
    if (!changedOnDevice.has(key)) put(toDevice, key, mailbox.fields[key]);
  }
  for (const key of changedOnDevice) {
    if (!changedInMailbox.has(key)) continue;
    const ours = device.fields[key];
    const theirs = mailbox.fields[key];
    if (definition.sameValue(key, ours, theirs)) continue;
    const list = mergedList(device.base?.[key], ours, theirs, policy);
    if (list !== undefined) {
      put(toDevice, key, list);
      put(toMailbox, key, list);
      continue;
    }
    const winner: Side = winnerOf(policy, ours, theirs, device.base === undefined);
    put(toDevice, key, winner === 'device' ? ours : theirs);
    put(toMailbox, key, winner === 'device' ? ours : theirs);
    conflicts.push({ field: key, winner, device: ours, mailbox: theirs });
  }
  return {
    device: definition.normalise(toDevice, device.fields),
    mailbox: definition.normalise(toMailbox, mailbox.fields),
    conflicts,
    putBack: putBack.filter((key) => !definition.sameValue(key, device.fields[key], mailbox.fields[key])),
  };
}

/** The top-level element that a field belongs to: `Repeat` of `Repeat/2026-03-17`. */
function elementName(key: FieldKey): string {
  return key.split(/[/@~]/, 1)[0] ?? key;
}

/** Without a base a value wins over a blank, whatever the policy. */
function winnerOf(
  policy: Policy,
  device: FieldValue | undefined,
  mailbox: FieldValue | undefined,
  withoutBase: boolean,
): Side {
  if (withoutBase && device === undefined) return 'mailbox';
  if (withoutBase && mailbox === undefined) return 'device';
  return policy === 'device' ? 'device' : 'mailbox';
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
