/** From what is stored and what was reported to the state of each side of a pair. Pure. */
import type { DatasetDefinition, FieldKey, Fields, Side } from '../../datasets/index.ts';
import { diffFields } from '../../datasets/index.ts';
import type { SideInput } from './plan-pair.ts';
import { OWED_CREATE, OWED_REMOVE, type Owed } from './step.ts';

/** What a side told of its record in this session. */
export type Reported =
  | { readonly kind: 'silent' }
  | { readonly kind: 'record'; readonly fields: Fields }
  | { readonly kind: 'removed' }
  | { readonly kind: 'missing' };

export interface KnownSide {
  /** What the side is known to hold; undefined: no record. */
  readonly base: Fields | undefined;
  /** What this side has not got yet from the other. */
  readonly owed: Owed | null;
  readonly reported: Reported;
}

/**
 * `bases`: changes are what differs from the bases. `nothing`: one of the partners went back in time, so that every
 * difference is a conflict and nothing missing counts as removed (spec: sync engine, section 3 step 2).
 */
export type Trust = 'bases' | 'nothing';

export function sideInputs(
  definition: DatasetDefinition,
  device: KnownSide,
  mailbox: KnownSide,
  trust: Trust,
): Readonly<Record<Side, SideInput>> {
  if (trust === 'nothing') return { device: untrusted(device), mailbox: untrusted(mailbox) };
  return {
    device: sideInput(definition, device, mailbox),
    mailbox: sideInput(definition, mailbox, device),
  };
}

function sideInput(definition: DatasetDefinition, side: KnownSide, other: KnownSide): SideInput {
  if (side.base === undefined) return withoutBase(side, other);
  if (side.reported.kind === 'removed') return { state: 'removed', base: side.base };
  if (side.reported.kind === 'missing') return { state: 'missing', base: side.base };
  const fields = side.reported.kind === 'record' ? side.reported.fields : side.base;
  const base = agreedBase(side.base, other);
  const changed = withDisputed(definition, diffFields(definition, base, fields), fields, side, other);
  // Each owes the other: a person has not decided yet between a removal and a change.
  const waits = owes(side, OWED_REMOVE) && owes(other, OWED_CREATE);
  if (waits) return { state: 'edited', fields, base, changed };
  return changed.length === 0 ? { state: 'unchanged', fields } : { state: 'edited', fields, base, changed };
}

/** Adds the fields that each side owes the other and that differ: neither base can tell who has changed those. */
function withDisputed(
  definition: DatasetDefinition,
  changed: readonly FieldKey[],
  fields: Fields,
  side: KnownSide,
  other: KnownSide,
): readonly FieldKey[] {
  if (side.owed === null || other.owed === null) return changed;
  const theirs = (other.reported.kind === 'record' ? other.reported.fields : other.base) ?? {};
  const disputed = side.owed.filter(
    (key) =>
      key !== OWED_CREATE &&
      key !== OWED_REMOVE &&
      other.owed?.includes(key) === true &&
      !definition.sameValue(key, fields[key], theirs[key]),
  );
  return [...new Set([...changed, ...disputed])];
}

/** Whether this side has not got the whole create or remove yet. */
function owes(side: KnownSide, whole: string): boolean {
  return side.owed?.includes(whole) === true;
}

/** A half pair: this side refused the record, or has removed it and the other side still has to. */
function withoutBase(side: KnownSide, other: KnownSide): SideInput {
  if (side.reported.kind === 'record') return { state: 'new', fields: side.reported.fields };
  if (owes(other, OWED_REMOVE)) return { state: 'removed', base: {} };
  return { state: 'none' };
}

/**
 * The base against which a side's changes are told: what it is known to hold, but for fields that it still owes to the
 * other side, where it is what the other side holds.
 */
function agreedBase(base: Fields, other: KnownSide): Fields {
  const owed = other.owed?.filter((key) => key !== OWED_CREATE && key !== OWED_REMOVE) ?? [];
  if (owed.length === 0) return base;
  const agreed = { ...base };
  for (const key of owed) {
    const value = other.base?.[key];
    if (value === undefined) Reflect.deleteProperty(agreed, key);
    else agreed[key] = value;
  }
  return agreed;
}

function untrusted(side: KnownSide): SideInput {
  switch (side.reported.kind) {
    case 'record':
      return { state: 'new', fields: side.reported.fields };
    case 'silent':
      return side.base === undefined ? { state: 'none' } : { state: 'new', fields: side.base };
    case 'removed':
    case 'missing':
      return { state: 'none' };
  }
}
