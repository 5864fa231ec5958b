/** How events are written: the event or the series as such, then the occurrences of a series. */
import { toSyncError } from '../../../contract/errors.ts';
import type { MailboxItem, MailboxResult, Problem } from '../../../contract/server-plugin.ts';
import { calendar, type Fields } from '../../../datasets/index.ts';
import { elementOf } from '../../../datasets/record/keys.ts';
import { faultOf, isObject } from '../graph/errors.ts';
import { SharedBatches } from '../graph/shared-batches.ts';
import { sameContent } from '../items/compare.ts';
import { readCurrent, withoutItem } from '../items/current.ts';
import { extendedAfter } from '../items/extended.ts';
import { UNREADABLE_SNAPSHOT } from '../items/restore.ts';
import type { Change, Create, Current, ItemWriter, Update, Written } from '../items/writer.ts';
import { apartOf, removeApart } from './apart.ts';
import { mappingOptions, type CalendarContext } from './context.ts';
import { findEvents } from './find.ts';
import { etagOf, graphEventSchema, isMeeting, type GraphEvent } from './graph-event.ts';
import { fetchEvents, lossProblem, PERSONAL_ELEMENTS, readItem, readWhole, toItem } from './items.ts';
import { settleOccurrences } from './occurrences.ts';
import { wantedOccurrences } from './occurrences-plan.ts';
import { EVENT_HEADERS, EVENTS, eventPath } from './properties.ts';
import { movesSeries, planCreate, planPersonal, planUpdate, type EventBody, type Plan } from './to-graph.ts';
import {
  planRestore,
  restoreLosses,
  richOccurrences,
  richProperties,
  type RichOccurrences,
} from './restore.ts';
import { keptEvent, type KeptEvent } from './snapshots.ts';
import { createMark, isMarked, marked, recurrenceLeft, unfinishedBy, updateMark } from './unfinished.ts';

export function eventsWriter(context: CalendarContext): ItemWriter<GraphEvent> {
  const isExpected = (change: Change, event: GraphEvent): boolean =>
    isResumed(context, change, event) ||
    sameContent(calendar, toItem(context, event).fields, change.expected);
  return {
    batch: context.batch,
    gate: context.gate,
    create(operation) {
      const { fields, key } = operation;
      const kept = keptOf(context, operation);
      const plan = planNew(context, operation, kept);
      const occurrences = occurrencesOf(context, operation, plan, undefined, kept);
      const body =
        occurrences.wanted.size > 0
          ? marked(plan.body, createMark(key, fields, kept !== undefined))
          : plan.body;
      return { method: 'POST', url: EVENTS, headers: EVENT_HEADERS, body };
    },
    written: (_operation, part, reply, before) => writtenEvent(reply.body, part.body as EventBody, before),
    current: (changes, signal) =>
      readCurrent(
        context.client.clock,
        changes,
        (some) => readHeld(context, some, signal),
        isExpected,
        signal,
      ),
    isExpected,
    toItem: (event) => toItem(context, event),
    refusal: (change, event) => meetingRefusal(context, change, event),
    change(change, event) {
      const etag = etagOf(event);
      const headers: Record<string, string> = {
        ...EVENT_HEADERS,
        ...(etag === '' ? {} : { 'If-Match': etag }),
      };
      const url = eventPath(change.id);
      if (change.kind === 'remove') return { method: 'DELETE', url, headers };
      const body = updateBody(context, change, event);
      return Object.keys(body).length === 0 ? undefined : { method: 'PATCH', url, headers, body };
    },
    isRepeated: ({ body }) => faultOf(body).code === 'errorduplicatetransactionid',
    recover: (creates, _made, signal) =>
      findEvents(
        context,
        creates.map(({ operation }) => operation.key),
        signal,
      ),
    finish(written, signal) {
      // Series have several steps each, one after the other; those of all series go together.
      const shared = { ...context, batch: new SharedBatches(context.batch, signal) };
      return Promise.all(written.map((one) => finishOne(shared, one, signal)));
    },
  };
}

const keptOf = (context: CalendarContext, { restore }: Create | Update): KeptEvent | undefined =>
  restore === undefined ? undefined : keptEvent(context, restore);

function planNew(context: CalendarContext, { fields, key }: Create, kept: KeptEvent | undefined): Plan {
  const keys = { transactionId: key, createKey: key };
  return kept === undefined
    ? planCreate(fields, keys, mappingOptions(context))
    : planRestore(context, fields, keys, kept);
}

function planChange(
  context: CalendarContext,
  { fields, changed }: Update,
  event: GraphEvent,
  kept: KeptEvent | undefined,
): Plan {
  const plan = planUpdate(fields, changed, event, mappingOptions(context));
  if (kept === undefined) return plan;
  const rich = richProperties(fields, changed, kept, plan);
  return {
    ...plan,
    body: { ...plan.body, ...rich },
    placeLost: plan.placeLost && !('location' in rich || 'locations' in rich),
    formatLost: plan.formatLost && !('body' in rich),
  };
}

/** What single occurrences are to be once the series is written. */
function occurrencesOf(
  context: CalendarContext,
  operation: Create | Update,
  { mapping }: Plan,
  before: Fields | undefined,
  kept: KeptEvent | undefined,
): RichOccurrences {
  if (mapping === undefined) return { wanted: new Map(), bodies: new Map() };
  const target = { fields: operation.fields, before, mapping };
  if (kept === undefined) return { wanted: wantedOccurrences(target), bodies: new Map() };
  return richOccurrences(
    context,
    target,
    kept,
    operation.kind === 'create' || movesSeries(operation.changed),
  );
}

function updateBody(context: CalendarContext, change: Update, event: GraphEvent): EventBody {
  const { fields, changed, key } = change;
  if (isFenced(context, event)) return planPersonal(fields, changed, event);
  const plan = planChange(context, change, event, keptOf(context, change));
  const isMarkedToo = Object.keys(plan.body).length > 0 && settlesLater(plan, fields, event);
  if (!isMarkedToo) return plan.body;
  // What is to be put back stays to be, unless it is written here.
  const left = 'recurrence' in plan.body ? undefined : recurrenceLeft(event);
  return marked(plan.body, updateMark(key, left));
}

/** Whether a change was begun before, and not ended; its session may be gone, so that any later one ends it. */
const isResumed = ({ client }: CalendarContext, change: Change, event: GraphEvent): boolean =>
  change.kind === 'update' && unfinishedBy(event, client.clock.now()) !== undefined;

/** Whether occurrences are to be looked after when the series as such is written. */
function settlesLater({ mapping }: Plan, fields: Fields, event: GraphEvent): boolean {
  if (mapping === undefined) return false;
  if (hasOccurrences(event)) return true;
  return wantedOccurrences({ fields, before: undefined, mapping }).size > 0;
}

/** Whether a change would be mailed to people who are not asked (spec: graph 3.9). */
const isFenced = ({ meetings }: CalendarContext, event: GraphEvent): boolean =>
  meetings === 'read-only' && isMeeting(event);

/** Of a meeting only what is the person's own may be changed. Asked of the event as it was read just before the write. */
function meetingRefusal(context: CalendarContext, change: Change, event: GraphEvent): Problem | undefined {
  if (!isFenced(context, event)) return undefined;
  const personal =
    change.kind === 'update' && change.changed.every((key) => PERSONAL_ELEMENTS.includes(elementOf(key)));
  return personal ? undefined : { code: 'mailbox.meeting', detail: (event.subject ?? '').slice(0, 200) };
}

/** An event whose recurrence cannot be understood is not written either. */
async function readHeld(
  context: CalendarContext,
  changes: readonly Change[],
  signal: AbortSignal,
): Promise<readonly Current<GraphEvent>[]> {
  const fetched = await fetchEvents(
    context,
    changes.map(({ id }) => id),
    signal,
  );
  const formatted = await readHtml(context, changes, signal);
  return changes.map((change, index): Current<GraphEvent> => {
    const row = fetched[index];
    if (row?.kind !== 'item') return withoutItem(row);
    const read = isResumed(context, change, row.item)
      ? readWhole(context, row.item)
      : readItem(context, row.item);
    if (read.kind === 'unreadable') return read;
    const bodyHtml = formatted.get(change.id);
    return bodyHtml === undefined ? row : { kind: 'item', item: { ...row.item, bodyHtml } };
  });
}

/** The bodies that are to be written, as they are with their formatting; none of which the service does not tell. */
async function readHtml(
  { batch }: CalendarContext,
  changes: readonly Change[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const ids = changes.flatMap((change) =>
    change.kind === 'update' && change.changed.includes('Notes') ? [change.id] : [],
  );
  const parts = ids.map((id) => ({ method: 'GET', url: `${eventPath(id)}?$select=body` }) as const);
  const outcomes = await batch.send(parts, { signal });
  const found = new Map<string, string>();
  ids.forEach((id, index) => {
    const outcome = outcomes[index];
    const event = outcome?.kind === 'reply' && isObject(outcome.body) ? outcome.body : {};
    const { body } = event;
    if (isObject(body) && typeof body.content === 'string') found.set(id, body.content);
  });
  return found;
}

/** The event after a write: the answer, and what answers leave out. Undefined when it is no event. */
function writtenEvent(
  reply: unknown,
  body: EventBody,
  before: GraphEvent | undefined,
): GraphEvent | undefined {
  const parsed = graphEventSchema.safeParse(reply);
  if (!parsed.success) return undefined;
  return {
    ...parsed.data,
    cancelledOccurrences: before?.cancelledOccurrences ?? [],
    exceptionOccurrences: before?.exceptionOccurrences ?? [],
    ...(before?.apart === undefined ? {} : { apart: before.apart }),
    singleValueExtendedProperties: extendedAfter(before, body.singleValueExtendedProperties ?? []),
  };
}

/** Lets the occurrences of a series follow, and tells what the mailbox holds then. */
async function finishOne(
  context: CalendarContext,
  { operation, item: event, before }: Written<GraphEvent>,
  signal: AbortSignal,
): Promise<MailboxResult> {
  const { key } = operation;
  try {
    if (operation.kind === 'remove') {
      await removeApart(context, apartOf(event), signal);
      return { key, status: 'done' };
    }
    if (isFenced(context, event)) {
      const item = await again(context, event, signal);
      const isKept = operation.kind === 'create' || isReminderKept(operation, item);
      return {
        key,
        status: 'done',
        item,
        ...(isKept ? {} : { problems: [{ code: 'loss.E4', detail: '' }] }),
      };
    }
    const kept = keptOf(context, operation);
    const plan =
      operation.kind === 'create' || before === undefined
        ? planNew(context, { ...operation, kind: 'create' }, kept)
        : planChange(context, operation, before, kept);
    const own = [...problemsOf(plan), ...restoreProblems(operation, kept)];
    const held = before === undefined ? undefined : toItem(context, before).fields;
    const { event: settled, problems } = await settle(context, event, plan, operation, held, signal);
    const all = [...own, ...problems];
    return {
      key,
      status: 'done',
      item: toItem(context, settled),
      ...(all.length === 0 ? {} : { problems: all }),
    };
  } catch (error) {
    // The series as such is written; of its occurrences nobody knows.
    const detail = toSyncError(error, 'mailbox.unavailable').message.slice(0, 2000);
    return { key, status: 'unknown', problem: { code: 'mailbox.unknown-fate', detail } };
  }
}

async function settle(
  context: CalendarContext,
  event: GraphEvent,
  plan: Plan,
  operation: Create | Update,
  before: Fields | undefined,
  signal: AbortSignal,
): Promise<{ readonly event: GraphEvent; readonly problems: readonly Problem[] }> {
  const { mapping } = plan;
  if (mapping === undefined) {
    await removeApart(context, apartOf(event), signal);
    return { event: withoutOccurrences(event), problems: [] };
  }
  const { key, fields } = operation;
  const kept = keptOf(context, operation);
  const occurrences = occurrencesOf(context, operation, plan, before, kept);
  const isPlain = occurrences.wanted.size === 0 && !hasOccurrences(event) && !isMarked(event);
  return isPlain
    ? { event, problems: [] }
    : settleOccurrences(
        context,
        event,
        { fields, before, mapping, key, isNew: operation.kind === 'create', ...occurrences },
        signal,
      );
}

const hasOccurrences = ({ cancelledOccurrences, exceptionOccurrences, apart }: GraphEvent): boolean =>
  (cancelledOccurrences ?? []).length > 0 || (exceptionOccurrences ?? []).length > 0 || apart !== undefined;

const withoutOccurrences = ({ apart: _apart, ...event }: GraphEvent): GraphEvent => ({
  ...event,
  cancelledOccurrences: [],
  exceptionOccurrences: [],
});

/** Sound and times after the start are kept in properties of ours, which are not written to a meeting (spec: datasets 9.2 E4). */
const isReminderKept = ({ changed, fields }: Update, item: MailboxItem): boolean =>
  !changed.includes('Alarm') || calendar.sameValue('Alarm', fields.Alarm, item.fields.Alarm);

/** A changed meeting; a series of meetings is read again, for its occurrences have changed with it. */
async function again(context: CalendarContext, event: GraphEvent, signal: AbortSignal): Promise<MailboxItem> {
  if (!hasOccurrences(event)) return toItem(context, event);
  const [row] = await fetchEvents(context, [event.id], signal);
  if (row?.kind === 'unanswered') throw row.problem;
  return toItem(context, row?.kind === 'item' ? row.item : event);
}

function restoreProblems({ kind, restore }: Create | Update, kept: KeptEvent | undefined): Problem[] {
  if (restore === undefined) return [];
  if (kept === undefined) return [UNREADABLE_SNAPSHOT];
  return kind === 'create' ? restoreLosses(kept) : [];
}

function problemsOf({ losses, notesKept, placeLost, formatLost }: Plan): Problem[] {
  return [
    ...losses.map(lossProblem),
    ...(notesKept ? [{ code: 'mailbox.notes-kept', detail: '' }] : []),
    ...(placeLost ? [{ code: 'loss.E1', detail: '' }] : []),
    ...(formatLost ? [{ code: 'loss.E5', detail: '' }] : []),
  ];
}
