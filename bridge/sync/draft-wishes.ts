/** What people want put back: reversed conflicts and undone sessions (spec: sync engine, G1 and section 4). */
import type { Fields, Side } from '../../datasets/index.ts';
import { diffFields } from '../../datasets/index.ts';
import type { StoredItem } from '../store/folders.ts';
import type { PutBack, WrittenRecord } from '../store/journal.ts';
import type { Pair } from '../store/partnerships.ts';
import type { SessionContext, SessionProblem, UndoWish } from './context.ts';
import type { Reversal } from './decisions.ts';
import { parseFields } from './digest.ts';
import type { Draft } from './draft.ts';
import { draftCopy, sameRecord, type DraftOptions } from './draft-pairs.ts';
import { markedCopy, planWanted, shared, type Dispute, type OpenDebts, type SideInput } from './plan-pair.ts';
import { linesOf } from './report-lines.ts';
import { OWED_CREATE, OWED_REMOVE, type Step } from './step.ts';

type Sides = Readonly<Record<Side, Fields | undefined>>;
const NOTHING_OPEN: OpenDebts = { device: [], mailbox: [] };
const REVERSED = 'A person reversed what a policy had decided.';

/** Settled conflicts that people want the other way round. */
export function* draftReversals(context: SessionContext, options: DraftOptions): Generator<Draft> {
  for (const reversal of options.decisions.reversals) {
    const draft = draftReversal(context, options, reversal);
    if (draft !== undefined) yield draft;
  }
}

function draftReversal(
  context: SessionContext,
  options: DraftOptions,
  reversal: Reversal,
): Draft | undefined {
  const { conflict } = reversal;
  const { definition, store } = context;
  const cause = { kind: 'reversal', conflict: conflict.id } as const;
  if (reversal.kind === 'restore') {
    const restore = { session: conflict.session, step: conflict.step };
    return draftCopy(context, reversal.record, { restore, cause }, REVERSED);
  }
  const pair = conflict.pair === null ? undefined : store.partnerships.pair(conflict.pair);
  const known = pair === undefined ? undefined : holdings(context, options, pair);
  const tooLate: SessionProblem = {
    side: 'device',
    label: conflict.label,
    code: 'conflict.changed',
    detail: '',
  };
  if (pair === undefined || known?.holds.device === undefined || known.holds.mailbox === undefined) {
    context.problem(tooLate);
    return undefined;
  }
  const told = { sentence: REVERSED, open: NOTHING_OPEN, disputes: [] };
  if (reversal.kind === 'remove') {
    const neither = { device: undefined, mailbox: undefined };
    return wishDraft(context, pair, known, neither, told, { restore: null, cause });
  }
  const { field, now, wanted } = reversal;
  const still = (fields: Fields): boolean => definition.sameValue(field, fields[field], now);
  if (!still(known.holds.device) || !still(known.holds.mailbox)) {
    context.problem(tooLate);
    return undefined;
  }
  const withValue = (fields: Fields): Fields => {
    const others = Object.entries(fields).filter(([key]) => key !== field);
    const rest = Object.fromEntries(others);
    return definition.normalise(wanted === undefined ? rest : { ...rest, [field]: wanted });
  };
  if (reversal.asCopy) {
    const copy = markedCopy(definition, shared(withValue(known.holds.mailbox)), context.today);
    return draftCopy(context, copy, { restore: null, cause }, REVERSED);
  }
  const both = { device: withValue(known.holds.device), mailbox: withValue(known.holds.mailbox) };
  return wishDraft(context, pair, known, both, told, { restore: null, cause });
}

/** What an undo finds: records to put back, and those that have been changed since. */
export interface UndoDrafts {
  readonly drafts: readonly Draft[];
  /** Names of the records that were left out, for they have been changed since. */
  readonly edited: readonly string[];
}

/** Puts back what a session changed, on both sides. `overwrite`: also where the record has been changed since. */
export function draftUndo(
  context: SessionContext,
  options: DraftOptions,
  wish: UndoWish,
  overwrite: boolean,
): UndoDrafts {
  const drafts: Draft[] = [];
  const edited: string[] = [];
  const { journal } = context.store;
  const committed = journal.isCommitted(wish.session);
  const putBack = journal.putBack(options.partnership.id);
  for (const steps of journal.steps(wish.session, 'all', 200)) {
    for (const step of steps) {
      if (wish.records?.has(step.number) === false) continue;
      const effect = effectOf(step, committed);
      if (!effect.device && !effect.mailbox) continue;
      const pair = pairOf(context, options, putBack, { ...step, session: wish.session });
      const outcome = draftUndoStep(context, options, wish.session, step, pair, effect, overwrite);
      if (outcome === 'edited') edited.push(labelOf(context, step));
      else if (outcome !== undefined) drafts.push(outcome);
    }
  }
  return { drafts, edited };
}

/** What of a step has really happened on each side. */
export function effectOf(step: Step, committed: boolean): Readonly<Record<Side, boolean>> {
  const { device, mailbox } = step;
  const makes = device.operation?.kind === 'create' || device.operation?.kind === 'recreate';
  return {
    device: committed && device.operation !== null && (!makes || device.operation.state === 'done'),
    mailbox: mailbox.operation?.state === 'done',
  };
}

function draftUndoStep(
  context: SessionContext,
  options: DraftOptions,
  session: number,
  step: Step,
  pair: Pair | undefined,
  effect: Readonly<Record<Side, boolean>>,
  overwrite: boolean,
): Draft | 'edited' | undefined {
  const known = pair === undefined ? undefined : holdings(context, options, pair);
  const holds: Sides = known?.holds ?? { device: undefined, mailbox: undefined };
  const before = (side: Side): Fields | undefined => (effect[side] ? parsed(step[side].before) : holds[side]);
  const wanted: Sides = { device: before('device'), mailbox: before('mailbox') };
  const untouched = (['device', 'mailbox'] as const).every(
    (side) =>
      !effect[side] ||
      sameRecord(context, holds[side], parsed(step[side].after)) ||
      sameRecord(context, holds[side], wanted[side]),
  );
  if (!untouched && !overwrite) return 'edited';
  const apart = apartness(context, wanted);
  return wishDraft(
    context,
    pair ?? null,
    known ?? { holds, item: undefined },
    wanted,
    { sentence: `Put back as it was before session ${session}.`, ...apart },
    { restore: { session, step: step.number }, cause: null },
  );
}

/**
 * What was put back leaves the sides as different as they were: that is an open conflict, so that no later sync settles
 * it by itself.
 */
function apartness(
  context: SessionContext,
  { device, mailbox }: Sides,
): {
  readonly open: OpenDebts;
  readonly disputes: readonly Dispute[];
} {
  if (device === undefined && mailbox === undefined) return { open: NOTHING_OPEN, disputes: [] };
  if (device === undefined || mailbox === undefined) {
    const removedOn: Side = device === undefined ? 'device' : 'mailbox';
    const fields = device ?? mailbox ?? {};
    const open =
      removedOn === 'device'
        ? { device: [OWED_CREATE], mailbox: [OWED_REMOVE] }
        : { device: [OWED_REMOVE], mailbox: [OWED_CREATE] };
    return {
      open,
      disputes: [{ kind: 'removal', removedOn, winner: null, fields, base: fields, changed: [] }],
    };
  }
  const keys = diffFields(context.definition, device, mailbox);
  const disputes = keys.map((field): Dispute => ({
    kind: 'field',
    field,
    winner: null,
    base: undefined,
    device: device[field],
    mailbox: mailbox[field],
  }));
  return { open: { device: keys, mailbox: keys }, disputes };
}

function wishDraft(
  context: SessionContext,
  pair: Pair | null,
  known: Holdings,
  wanted: Sides,
  told: { readonly sentence: string; readonly open: OpenDebts; readonly disputes: readonly Dispute[] },
  from: Pick<Draft, 'restore' | 'cause'>,
): Draft {
  const { definition } = context;
  const input = { device: asInput(known.holds.device), mailbox: asInput(known.holds.mailbox) };
  const plan = planWanted(definition, known.holds, wanted, told);
  return {
    pair,
    clientId: pair?.clientId ?? null,
    item: known.item ?? null,
    input,
    plan,
    lines: linesOf(definition, input, plan),
    unguarded: true,
    ...from,
  };
}

interface Holdings {
  readonly holds: Sides;
  readonly item: StoredItem | undefined;
}

/** What each side holds of a pair now. */
function holdings(context: SessionContext, options: DraftOptions, pair: Pair): Holdings {
  const { store } = context;
  const item = pair.itemId === null ? undefined : store.folders.item(options.folder, pair.itemId);
  const report = pair.clientId === null ? undefined : store.collected.get(options.session, pair.clientId);
  const device = report === undefined ? pair.deviceBase : report.fields;
  return {
    holds: { device: parsed(device), mailbox: item === undefined ? undefined : parseFields(item.fields) },
    item,
  };
}

/** The pair of what a step has written, also where an undo has put that back since, under other ids. */
function pairOf(
  context: SessionContext,
  options: DraftOptions,
  putBack: PutBack,
  step: WrittenRecord,
): Pair | undefined {
  const { partnerships } = context.store;
  const { id } = options.partnership;
  const clientId = step.newClientId ?? step.clientId;
  const pair =
    (clientId === null ? undefined : partnerships.pairOfClient(id, clientId)) ??
    (step.itemId === null ? undefined : partnerships.pairOfItem(id, step.itemId));
  if (pair !== undefined) return pair;
  for (const later of putBack.get(`${step.session}:${step.number}`) ?? []) {
    const found = pairOf(context, options, putBack, later);
    if (found !== undefined) return found;
  }
  return undefined;
}

function asInput(fields: Fields | undefined): SideInput {
  return fields === undefined ? { state: 'none' } : { state: 'unchanged', fields };
}

function parsed(json: string | null): Fields | undefined {
  return json === null ? undefined : parseFields(json);
}

function labelOf(context: SessionContext, step: Step): string {
  const { device, mailbox } = step;
  const json = mailbox.before ?? device.before ?? mailbox.after ?? device.after;
  return context.definition.label(parsed(json) ?? {});
}
