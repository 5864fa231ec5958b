/**
 * Finds what a session has to plan, and lets the pure planner decide each pair. Nothing is written and nothing is carried
 * out here.
 */
import { diffFields, type Fields } from '../../datasets/index.ts';
import type { StoredItem } from '../store/folders.ts';
import type { NewItem, Reach } from '../store/changes.ts';
import type { Pair, Partnership } from '../store/partnerships.ts';
import type { SessionContext } from './context.ts';
import type { DecisionBook } from './decisions.ts';
import { parseFields } from './digest.ts';
import { isDouble, removeDouble } from './doubles.ts';
import { mayWrite } from './direction.ts';
import type { Draft } from './draft.ts';
import { inScope } from './in-scope.ts';
import { findMadeAnew, underNewId, type MadeAnew } from './made-anew.ts';
import { matchUnpaired, type Matches, type MatchOptions } from './match-unpaired.ts';
import { planPair, type PairInput, type PairPlan, type PlanRules } from './plan-pair.ts';
import { laterSide } from './record-times.ts';
import { linesOf } from './report-lines.ts';
import { isOtherScope, isSent, type Scope } from './scope.ts';
import { sideInputs, type Reported, type Trust } from './side-state.ts';
import type { Owed } from './step.ts';

/** Records read from the store at once. */
const CHUNK = 500;

export interface DraftOptions extends MatchOptions {
  readonly partnership: Partnership;
  /** What a pair is whose record did not come in a full comparison. */
  readonly missing: 'removed' | 'missing';
  readonly trust: Trust;
  readonly scope: Scope;
  readonly reach: Reach;
  readonly rules: PlanRules;
  readonly decisions: DecisionBook;
  /** The device's clock minus ours, in ms. */
  readonly clock: number;
}

/** The records that no pair joins yet, and which of them are the same. */
export interface Newcomers {
  /** Ids on the device. */
  readonly devices: readonly string[];
  readonly items: readonly NewItem[];
  readonly matched: Matches;
  /** Records of known pairs that have come back under new ids; they are no newcomers. */
  readonly madeAnew: MadeAnew;
}

/** Rejects with the reason of the session's signal. */
export async function findNewcomers(context: SessionContext, options: DraftOptions): Promise<Newcomers> {
  const { session, partnership, reach } = options;
  const reported = context.store.collected.unpaired(session, partnership.id);
  const unpaired = context.store.changes.newItems(partnership, reach);
  const madeAnew = await findMadeAnew(context, options, reported, unpaired);
  const known = new Set([...madeAnew.clientIds.values(), ...madeAnew.itemIds.values()]);
  const devices = reported.filter((id) => !known.has(id));
  const items = unpaired.filter(({ id }) => !known.has(id));
  return { devices, items, matched: await matchUnpaired(context, options, devices, items), madeAnew };
}

export function* draftPairs(
  context: SessionContext,
  options: DraftOptions,
  { devices, items, matched, madeAnew }: Newcomers,
): Generator<Draft> {
  const { store } = context;
  const { session, partnership, reach } = options;
  const matchedPairs = new Set(matched.pairs);

  for (const id of store.changes.touched(partnership, session, reach)) {
    if (matchedPairs.has(id)) continue;
    const pair = store.partnerships.pair(id);
    const draft =
      pair === undefined ? undefined : draftPair(context, options, pair, underNewId(pair, madeAnew));
    if (draft !== undefined) yield* withCopy(context, draft);
  }
  for (const clientId of devices) {
    if (matched.devices.has(clientId)) continue;
    const draft = draftNew(context, options, clientId, null, undefined);
    if (draft !== undefined) yield draft;
  }
  const alone = items.filter((item) => !matched.items.has(item.id) && item.pair === null);
  const news = [...matched.joined, ...alone.map((item) => ({ clientId: null, item }))];
  for (let start = 0; start < news.length; start += CHUNK) {
    const part = news.slice(start, start + CHUNK);
    const stored = store.folders.items(part.map(({ item }) => item.number));
    for (const { clientId, item } of part) {
      const draft = draftNew(context, options, clientId, item, stored.get(item.number));
      if (draft !== undefined) yield* withCopy(context, draft);
    }
  }
}

/**
 * A pair that is known: what each side told of it, against what it is known to hold; undefined: nothing to do. `pair` is
 * `stored` under the ids that its records have now.
 */
function draftPair(
  context: SessionContext,
  options: DraftOptions,
  stored: Pair,
  pair: Pair,
): Draft | undefined {
  const { store, definition } = context;
  const item = pair.itemId === null ? undefined : store.folders.item(options.folder, pair.itemId);
  const report = pair.clientId === null ? undefined : store.collected.get(options.session, pair.clientId);
  const sides = sideInputs(
    definition,
    {
      base: fieldsOf(pair.deviceBase),
      owed: pair.owedDevice,
      reported: deviceReport(context, options, pair),
    },
    {
      base: fieldsOf(pair.mailboxBase),
      owed: pair.owedMailbox,
      reported:
        pair.itemId === null
          ? { kind: 'silent' }
          : item === undefined
            ? { kind: 'removed' }
            : { kind: 'record', fields: parseFields(item.fields) },
    },
    options.trust,
  );
  const input: PairInput = {
    ...sides,
    writable: item?.writable ?? null,
    later: laterSide(report?.changedAt ?? null, item?.modified, options.clock),
    decisions: options.decisions.of(pair.id),
  };
  const planned = planPair(definition, input, options.rules);
  const plan = inScope(planned, input, {
    sent: isSent(definition, options.scope, planned.after.mailbox ?? {}),
    leaves:
      leavesWindow(options, item) ||
      (isOtherScope(options.partnership.scope, options.scope) && planned.after.device !== undefined),
    mayLeave: mayWrite(options.rules.mode, 'device', 'remove'),
  });
  if (plan === undefined || (pair === stored && isIdle(plan, pair))) return undefined;
  return {
    pair,
    clientId: pair.clientId,
    item: item ?? null,
    input,
    plan,
    lines: linesOf(definition, input, plan, options.rules.policy),
    unguarded: plan.action === 'leave-scope',
    restore: null,
    cause: null,
  };
}

/** Whether the pair would be stored as it is. A side that holds the same in another form has its base renewed. */
function isIdle(plan: PairPlan, pair: Pair): boolean {
  if (plan.action === 'hold') return pair.held;
  return (
    !pair.held &&
    Object.keys(plan.operations).length === 0 &&
    sameJson(plan.after.device, pair.deviceBase) &&
    sameJson(plan.after.mailbox, pair.mailboxBase) &&
    sameOwed(plan.open.device, pair.owedDevice) &&
    sameOwed(plan.open.mailbox, pair.owedMailbox)
  );
}

/** Whether an item has left the window since the last session, or lies outside where everything there is to go. */
function leavesWindow(options: DraftOptions, item: StoredItem | undefined): boolean {
  const { window, trim } = options.scope;
  if (trim) return true;
  const last = item?.span?.last ?? null;
  const before = options.partnership.windowFrom;
  return window !== null && last !== null && before !== null && last < window.from && last >= before;
}

function deviceReport(context: SessionContext, options: DraftOptions, pair: Pair): Reported {
  const { store } = context;
  if (pair.clientId === null) return { kind: 'silent' };
  const report = store.collected.get(options.session, pair.clientId);
  if (report !== undefined) {
    return report.fields === null
      ? { kind: 'removed' }
      : { kind: 'record', fields: parseFields(report.fields) };
  }
  if (options.kind === 'fast') return pair.held ? { kind: 'missing' } : { kind: 'silent' };
  if (store.collected.wasSeen(options.session, pair.clientId)) {
    return { kind: 'silent' };
  }
  return { kind: options.missing };
}

/** A record in no pair: alone, or joined with one of the other side; undefined: it stays as it is, in no pair. */
export function draftNew(
  context: SessionContext,
  options: DraftOptions,
  clientId: string | null,
  newItem: NewItem | null,
  item: StoredItem | undefined,
): Draft | undefined {
  const { store, definition } = context;
  const record = clientId === null ? undefined : store.collected.get(options.session, clientId);
  const input: PairInput = {
    device:
      record?.fields === undefined || record.fields === null
        ? { state: 'none' }
        : { state: 'new', fields: parseFields(record.fields) },
    mailbox: item === undefined ? { state: 'none' } : { state: 'new', fields: parseFields(item.fields) },
    writable: item?.writable ?? null,
    later: laterSide(record?.changedAt ?? null, item?.modified, options.clock),
  };
  const double = item !== undefined && isDouble(context, options.folder, item);
  const planned = double ? removeDouble(item) : planPair(definition, input, options.rules);
  const plan = inScope(planned, input, {
    sent: isSent(definition, options.scope, planned.after.mailbox ?? {}),
    leaves: options.scope.trim,
    mayLeave: mayWrite(options.rules.mode, 'device', 'remove'),
  });
  if (plan === undefined) return undefined;
  const pair = typeof newItem?.pair === 'number' ? (store.partnerships.pair(newItem.pair) ?? null) : null;
  if (plan.action === 'leave' && pair === null) {
    tellLeft(context, input);
    return undefined;
  }
  const lines = linesOf(definition, input, plan, options.rules.policy);
  return {
    pair,
    clientId,
    item: item ?? null,
    input,
    plan,
    lines,
    unguarded: double,
    restore: null,
    cause: null,
  };
}

function tellLeft(context: SessionContext, input: PairInput): void {
  const side = input.device.state === 'new' ? 'device' : 'mailbox';
  const fields = input[side];
  const label = context.definition.label('fields' in fields ? fields.fields : {});
  context.problem({ side, label, code: 'sync.left', detail: '' });
}

/** The second record that keeps both values of a conflict, with the pair that takes Outlook's. */
function* withCopy(context: SessionContext, draft: Draft): Generator<Draft> {
  yield draft;
  if (draft.plan.copy === null) return;
  yield draftCopy(context, draft.plan.copy, { restore: null, cause: { kind: 'copy' } }, KEPT_BOTH);
}

const KEPT_BOTH =
  'Changed differently on both sides: the device’s values were kept in a record of their own.';

/** A record that is made on both sides. */
export function draftCopy(
  context: SessionContext,
  fields: Fields,
  from: Pick<Draft, 'restore' | 'cause'>,
  sentence: string,
): Draft {
  const { definition, today } = context;
  const input: PairInput = { device: { state: 'none' }, mailbox: { state: 'none' } };
  const plan: PairPlan = {
    action: 'put-back',
    cell: { action: 'put-back', sentence },
    operations: { device: { kind: 'create', fields }, mailbox: { kind: 'create', fields } },
    after: {
      device: definition.rendition('device', fields, today),
      mailbox: definition.rendition('mailbox', fields, today),
    },
    disputes: [],
    putBack: { device: [], mailbox: [] },
    open: { device: [], mailbox: [] },
    copy: null,
  };
  const lines = linesOf(definition, input, plan);
  return { pair: null, clientId: null, item: null, input, plan, lines, unguarded: true, ...from };
}

function fieldsOf(json: string | null): Fields | undefined {
  return json === null ? undefined : parseFields(json);
}

function sameJson(fields: Fields | undefined, json: string | null): boolean {
  return (fields === undefined ? null : JSON.stringify(fields)) === json;
}

function sameOwed(open: readonly string[], owed: Owed | null): boolean {
  return JSON.stringify([...open].sort()) === JSON.stringify([...(owed ?? [])].sort());
}

/** Whether two records, or the lack of one, are the same to the dataset. */
export function sameRecord(context: SessionContext, a: Fields | undefined, b: Fields | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return diffFields(context.definition, a, b).length === 0;
}
