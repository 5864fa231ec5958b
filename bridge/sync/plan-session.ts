/**
 * Plans a whole session: finds what there is to plan, lets the pure planner decide each pair, and writes the steps into
 * the journal. Nothing is carried out here; preview, guard and report read what is written.
 */
import { randomUUID } from 'node:crypto';
import type { ReportLine } from '../../contract/job.ts';
import type { Fields, Side } from '../../datasets/index.ts';
import type { StoredItem } from '../store/folders.ts';
import type { NewItem, Pair, Partnership } from '../store/partnerships.ts';
import { breathe } from './clock.ts';
import type { SessionContext } from './context.ts';
import type { GrowingPlan } from './growing-plan.ts';
import type { RemovalCount } from './guard.ts';
import { hashOf, parseFields } from './digest.ts';
import { matchUnpaired, type MatchOptions } from './match-unpaired.ts';
import { planPair, type PairInput, type PairPlan } from './plan-pair.ts';
import { linesOf } from './report-lines.ts';
import { pairInput, type Reported, type Trust } from './side-state.ts';
import type { FieldsJson, Step, StepOperation, StepSide } from './step.ts';

/** Steps written in one durable chunk. */
const CHUNK = 500;
/** A second item with our create key counts as a double only this long after our request. */
const DOUBLE_WINDOW_MS = 5 * 60_000;
/** Names kept of removals, for the guard's message. */
const LABELS = 5;

export interface PlanOptions extends MatchOptions {
  readonly partnership: Partnership;
  /** What a pair is whose record did not come in a full comparison. */
  readonly missing: 'removed' | 'missing';
  readonly trust: Trust;
}

export interface PlanSummary {
  readonly steps: number;
  readonly removals: Readonly<Record<Side, RemovalCount>>;
}

export async function planSession(
  context: SessionContext,
  options: PlanOptions,
  plan: GrowingPlan,
): Promise<PlanSummary> {
  const removals = {
    device: { count: 0, labels: [] as string[] },
    mailbox: { count: 0, labels: [] as string[] },
  };
  let number = 0;
  let chunk: Step[] = [];
  for (const draft of draftSteps(context, options)) {
    for (const side of ['device', 'mailbox'] as const) {
      if (draft.plan.operations[side]?.kind !== 'remove' || draft.healing) continue;
      removals[side].count += 1;
      if (removals[side].labels.length < LABELS) removals[side].labels.push(draft.lines[0]?.label ?? '');
    }
    chunk.push(toStep(context, number++, draft));
    if (chunk.length < CHUNK) continue;
    context.store.journal.addSteps(options.session, chunk);
    plan.grew();
    chunk = [];
    context.progress('planning', number, null, 'Comparing');
    await breathe();
    context.signal.throwIfAborted();
  }
  if (chunk.length > 0) context.store.journal.addSteps(options.session, chunk);
  plan.complete();
  return { steps: number, removals };
}

/** A planned pair that is not written yet. */
interface Draft {
  readonly pair: Pair | null;
  readonly clientId: string | null;
  readonly item: StoredItem | null;
  readonly input: PairInput;
  readonly plan: PairPlan;
  readonly lines: readonly ReportLine[];
  /** The removal of a double that we made ourselves: no removal in the guard's sense. */
  readonly healing: boolean;
}

function* draftSteps(context: SessionContext, options: PlanOptions): Generator<Draft> {
  const { store } = context;
  const { session, partnership, kind } = options;
  const devices = store.collected.unpaired(session, partnership.id);
  const items = store.partnerships.newItems(partnership);
  const matched = matchUnpaired(context, options, devices, items);
  const full = kind !== 'fast';
  const matchedPairs = new Set(matched.pairs);

  for (const id of store.partnerships.touched(partnership, session, full)) {
    if (matchedPairs.has(id)) continue;
    const pair = store.partnerships.pair(id);
    if (pair === undefined) continue;
    const draft = draftPair(context, options, pair);
    if (draft !== undefined) yield draft;
  }
  for (const clientId of devices) {
    if (!matched.devices.has(clientId)) yield draftNew(context, options, clientId, null, undefined);
  }
  const alone = items.filter((item) => !matched.items.has(item.id) && item.pair === null);
  const news = [...matched.joined, ...alone.map((item) => ({ clientId: null, item }))];
  for (let start = 0; start < news.length; start += CHUNK) {
    const part = news.slice(start, start + CHUNK);
    const stored = store.folders.items(
      options.folder,
      part.map(({ item }) => item.id),
    );
    for (const { clientId, item } of part) {
      yield draftNew(context, options, clientId, item, stored.get(item.id));
    }
  }
}

/** A pair that is known: what each side told of it, against what it is known to hold. */
function draftPair(context: SessionContext, options: PlanOptions, pair: Pair): Draft | undefined {
  const { store, definition } = context;
  const item = pair.itemId === null ? undefined : store.folders.item(options.folder, pair.itemId);
  const input = pairInput(
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
    item?.writable ?? null,
  );
  const plan = planPair(definition, input, context);
  const idle =
    plan.action === 'nothing' && !pair.held && pair.owedDevice === null && pair.owedMailbox === null;
  // A side that holds the same in another form (a rescaled picture) gives a step that only renews the base.
  if (
    idle &&
    input.device.state === 'unchanged' &&
    sameJson(plan.after.device, pair.deviceBase) &&
    sameJson(plan.after.mailbox, pair.mailboxBase)
  ) {
    return undefined;
  }
  return {
    pair,
    clientId: pair.clientId,
    item: item ?? null,
    input,
    plan,
    lines: linesOf(definition, input, plan),
    healing: false,
  };
}

function deviceReport(context: SessionContext, options: PlanOptions, pair: Pair): Reported {
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

/** A record in no pair: alone, or joined with one of the other side. */
function draftNew(
  context: SessionContext,
  options: PlanOptions,
  clientId: string | null,
  newItem: NewItem | null,
  item: StoredItem | undefined,
): Draft {
  const { store, definition } = context;
  const record = clientId === null ? undefined : store.collected.get(options.session, clientId);
  const input: PairInput = {
    device:
      record?.fields === undefined || record.fields === null
        ? { state: 'none' }
        : { state: 'new', fields: parseFields(record.fields) },
    mailbox: item === undefined ? { state: 'none' } : { state: 'new', fields: parseFields(item.fields) },
    writable: item?.writable ?? null,
  };
  const double = item !== undefined && isDouble(context, options, item);
  const plan = double ? removeDouble(item) : planPair(definition, input, context);
  const pair = typeof newItem?.pair === 'number' ? (store.partnerships.pair(newItem.pair) ?? null) : null;
  const lines = linesOf(definition, input, plan);
  return { pair, clientId, item: item ?? null, input, plan, lines, healing: double };
}

/**
 * An item that carries the key of one of our creates but is not the one we know: a lost answer made it twice, provided
 * it appeared within five minutes and nobody has touched it. Otherwise it is the user's own copy.
 */
function isDouble(context: SessionContext, options: PlanOptions, item: StoredItem): boolean {
  if (item.createKey === null) return false;
  const made = context.store.journal.createdBy(item.createKey);
  if (made === undefined || made.itemId === item.id || made.after === null) return false;
  const age = Math.abs(Date.parse(item.modified) - made.at);
  if (!(age <= DOUBLE_WINDOW_MS)) return false;
  if (context.store.folders.item(options.folder, made.itemId) === undefined) return false;
  return hashOf(context.definition, parseFields(made.after)) === item.hash;
}

function removeDouble(item: StoredItem): PairPlan {
  return {
    action: 'remove-from-mailbox',
    cell: {
      action: 'remove-from-mailbox',
      sentence: `Made twice by a lost answer of Outlook’s service; the second copy (${item.id.slice(-12)}) was removed.`,
    },
    operations: { mailbox: { kind: 'remove' } },
    after: { device: undefined, mailbox: undefined },
    conflicts: [],
    putBack: [],
  };
}

function toStep(context: SessionContext, number: number, draft: Draft): Step {
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
    const before: FieldsJson | null = operation === null ? null : json(current);
    return { operation, before, after: json(plan.after[name]), hash: hashAfter(context, name, draft) };
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
    conflicts: draft.lines.filter((line) => line.action === 'conflict').length,
    line: draft.lines.length === 0 ? null : JSON.stringify(draft.lines),
  };
}

/**
 * Hash of what a side will hold. After a write to the mailbox it is told by the answer; until then the pair is looked at
 * again.
 */
function hashAfter(context: SessionContext, side: Side, draft: Draft): string | null {
  const after = draft.plan.after[side];
  if (after === undefined) return null;
  if (side === 'device') {
    // Held as Outlook holds it: the hash is known.
    const { mailbox } = draft.input;
    if (draft.item !== null && 'fields' in mailbox && mailbox.fields === after) return draft.item.hash;
    return hashOf(context.definition, after);
  }
  return draft.plan.operations.mailbox === undefined ? (draft.item?.hash ?? null) : null;
}

/** Writes each record of a step once, however often the step names it; the mailbox's own is written already. */
function jsonWriter(
  input: PairInput,
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

function fieldsOf(json: string | null): Fields | undefined {
  return json === null ? undefined : parseFields(json);
}

function sameJson(fields: Fields | undefined, json: string | null): boolean {
  return (fields === undefined ? null : JSON.stringify(fields)) === json;
}
