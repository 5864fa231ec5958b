/** From answers of the service to items of the contract. */
import { SyncError, toSyncError } from '../../../contract/errors.ts';
import type { MailboxItem, Problem } from '../../../contract/server-plugin.ts';
import type { Loss } from '../../../datasets/calendar/index.ts';
import type { PartOutcome } from '../graph/batch-parts.ts';
import { extendedKey } from '../items/extended.ts';
import { checkItem, isMissing, readFetched, unreadable, type Fetched } from '../items/fetched.ts';
import type { ItemsRead } from '../items/source.ts';
import { apartIds, seriesOfApart, withApart } from './apart.ts';
import { addDetails } from './details.ts';
import { mappingOptions, type CalendarContext } from './context.ts';
import { withOwnRecurrence } from './forgetting.ts';
import { recordOf } from './from-graph.ts';
import {
  etagOf,
  graphEventSchema,
  hasDetails,
  isMeeting,
  isSeries,
  valuesOf,
  type GraphEvent,
} from './graph-event.ts';
import { EVENT_HEADERS, eventPath, extended, LISTED_QUERY, MAPPED_QUERY } from './properties.ts';
import { unfinishedBy } from './unfinished.ts';

/** Elements of a meeting whose change nobody else is told. */
export const PERSONAL_ELEMENTS = ['Alarm', 'Categories'];

export function checkEvent(value: unknown): Fetched<GraphEvent> {
  const checked = checkItem(graphEventSchema, value);
  return checked.kind === 'item' ? { kind: 'item', item: withOwnRecurrence(checked.item) } : checked;
}

/** Reads events by id, series with their exceptions, in order. */
export async function fetchEvents(
  context: CalendarContext,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<readonly Fetched<GraphEvent>[]> {
  const outcomes = await getEvents(context, ids, MAPPED_QUERY, signal);
  const fetched = outcomes.map((outcome) => readFetched(outcome, checkEvent));
  const refused = ids.flatMap((_, index) => (isRefused(outcomes[index]) ? [index] : []));
  // The service may not tell the exceptions together with the series (spec: graph 3.8).
  const plain = await getEvents(
    context,
    refused.map((index) => ids[index] ?? ''),
    LISTED_QUERY,
    signal,
  );
  for (const [position, index] of refused.entries()) {
    const outcome = plain[position];
    if (outcome === undefined) continue;
    const row = readFetched(outcome, checkEvent);
    fetched[index] = row.kind === 'item' ? await withDetails(context, row.item, signal) : row;
  }
  return withApart(context, fetched, signal);
}

async function withDetails(
  context: CalendarContext,
  event: GraphEvent,
  signal: AbortSignal,
): Promise<Fetched<GraphEvent>> {
  try {
    return { kind: 'item', item: await addDetails(context, event, signal) };
  } catch (error) {
    return { kind: 'unanswered', problem: toSyncError(error, 'mailbox.unavailable') };
  }
}

function getEvents(
  { batch }: CalendarContext,
  ids: readonly string[],
  query: string,
  signal: AbortSignal,
): Promise<readonly PartOutcome[]> {
  const parts = ids.map(
    (id) => ({ method: 'GET', url: `${eventPath(id)}?${query}`, headers: EVENT_HEADERS }) as const,
  );
  return batch.send(parts, { signal });
}

const isRefused = (outcome: PartOutcome | undefined): boolean =>
  outcome?.kind === 'reply' && outcome.status === 400 && !isMissing(outcome);

/** Items of events out of a list; the exceptions of series are asked for one by one (spec: graph 3.8). */
export async function completeEvents(
  context: CalendarContext,
  events: readonly GraphEvent[],
  signal: AbortSignal,
): Promise<ItemsRead<GraphEvent>> {
  const bare = events.filter((event) => !hasDetails(event));
  const details = new Map<string, Fetched<GraphEvent>>();
  const fetched = await fetchEvents(
    context,
    bare.map(({ id }) => id),
    signal,
  );
  bare.forEach(({ id }, index) => {
    const row = fetched[index];
    if (row?.kind === 'unanswered') throw row.problem;
    if (row !== undefined) details.set(id, row);
  });
  const items: MailboxItem[] = [];
  const problems: { id: string; problem: Problem }[] = [];
  const skipped: string[] = [];
  const owners = await seriesOfParts(context, events, signal);
  for (const owner of new Set(owners.values())) {
    const read = readItem(context, owner);
    if (read.kind === 'item') items.push(read.item);
  }
  for (const event of events) {
    // A window's list of changes may name one; its series comes by itself.
    if (event.type === 'occurrence' || event.type === 'exception' || owners.has(event.id)) {
      skipped.push(event.id);
      continue;
    }
    const row = details.get(event.id) ?? { kind: 'item', item: event };
    const read = row.kind === 'item' ? readItem(context, row.item) : row;
    if (read.kind === 'item') items.push(read.item);
    else if (read.kind === 'unreadable') problems.push({ id: event.id, problem: read.problem });
  }
  return { items, problems, left: [], skipped };
}

/** The series of those events that are occurrences to us (apart.ts), by the ids of the events. */
async function seriesOfParts(
  context: CalendarContext,
  events: readonly GraphEvent[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, GraphEvent>> {
  const parts = events.flatMap((event): [part: string, series: string][] => {
    const series = seriesOfApart(event);
    return series === undefined ? [] : [[event.id, series]];
  });
  const ids = [...new Set(parts.map(([, series]) => series))];
  const owners = new Map<string, GraphEvent>();
  for (const row of await fetchEvents(context, ids, signal)) {
    if (row.kind === 'unanswered') throw row.problem;
    if (row.kind === 'item') owners.set(row.item.id, row.item);
  }
  return new Map(
    parts.flatMap(([part, series]): [string, GraphEvent][] => {
      const owner = owners.get(series);
      return owner !== undefined && [...apartIds(owner).values()].includes(part) ? [[part, owner]] : [];
    }),
  );
}

/** The item that an event is; unreadable while it is being written, or where devices know no recurrence that comes near. */
export function readItem(context: CalendarContext, event: GraphEvent): Fetched<MailboxItem> {
  if (unfinishedBy(event, context.client.clock.now()) !== undefined)
    return { kind: 'unreadable', problem: unreadable('a change of it is still being written') };
  return readWhole(context, event);
}

/** The same, of an event that may be in the middle of being written. */
export function readWhole(context: CalendarContext, event: GraphEvent): Fetched<MailboxItem> {
  const record = recordOf(event, mappingOptions(context));
  if (!record.ok) return { kind: 'unreadable', problem: unreadable(record.reason) };
  const createKey = valuesOf(event).get(extendedKey(extended.createKey));
  const personal = context.meetings === 'read-only' && isMeeting(event);
  const item = {
    id: event.id,
    fields: record.fields,
    // Nobody promises that a change of an occurrence moves the etag of its series: no version of one is ever known.
    version: isSeries(event) ? '' : etagOf(event),
    modified: event.lastModifiedDateTime ?? '',
    ...(createKey === undefined || createKey.length > 100 ? {} : { createKey }),
    ...(personal ? { writable: PERSONAL_ELEMENTS } : {}),
    ...(record.losses.length === 0 ? {} : { losses: record.losses.map(lossProblem) }),
  };
  return { kind: 'item', item };
}

/**
 * As readWhole.
 * @throws SyncError `mailbox.unreadable` where devices know no recurrence that comes near
 */
export function toItem(context: CalendarContext, event: GraphEvent): MailboxItem {
  const read = readWhole(context, event);
  if (read.kind === 'item') return read.item;
  throw new SyncError('mailbox.unreadable', read.kind === 'unreadable' ? read.problem.detail : event.id);
}

/** A loss by its name (spec: datasets 8.6), as a line of the report. */
export const lossProblem = ({ code, until }: Loss): Problem => ({
  code: `loss.${code}`,
  detail: until === undefined ? '' : `until ${until}`,
});
