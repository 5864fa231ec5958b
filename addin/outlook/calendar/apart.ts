/**
 * Occurrences that Outlook does not let pass another one: taken out of their series, and kept as events of their own that
 * belong to it (spec: datasets 8.6 L-R4). To a device such an event stays an occurrence: the series names it by its date, and
 * it names the series; what no series names any more is an event like others.
 */
import { z } from 'zod';
import type { Fields } from '../../../datasets/index.ts';
import { failure, isObject } from '../graph/errors.ts';
import { extendedKey, keyQuery } from '../items/extended.ts';
import { checkItem, readFetched, type Fetched } from '../items/fetched.ts';
import { parseJson } from '../items/values.ts';
import { mappingOptions, type CalendarContext } from './context.ts';
import { graphInstanceSchema, valuesOf, type GraphEvent, type GraphInstance } from './graph-event.ts';
import { requireReply } from './instances.ts';
import { EVENT_HEADERS, EVENTS, eventPath, extended, LISTED_QUERY } from './properties.ts';
import { planCreate, planInstance, type EventBody } from './to-graph.ts';

const idsSchema = z.record(z.string().regex(/^\d{4}-\d{2}-\d{2}$/), z.string().min(1));

/** Ids of a series' own events, by the dates on which its rule has them. */
export function apartIds(event: GraphEvent): ReadonlyMap<string, string> {
  const ids = idsSchema.safeParse(parseJson(valuesOf(event).get(extendedKey(extended.apart))));
  return new Map(ids.success ? Object.entries(ids.data) : []);
}

/** Ids of the events that belong to the series, as it was read. */
export const apartOf = ({ apart = {} }: GraphEvent): readonly string[] =>
  Object.values(apart).map(({ id }) => id);

/** What the series is to remember; empty for none. */
export const apartText = (ids: ReadonlyMap<string, string>): string =>
  ids.size === 0 ? '' : JSON.stringify(Object.fromEntries([...ids].sort()));

const belongsText = (series: string, date: string): string => `${date} ${series}`;

/** Id of the series that an event says it belongs to. */
export const seriesOfApart = (event: GraphInstance): string | undefined =>
  valuesOf(event).get(extendedKey(extended.apartOf))?.slice(11);

/** The series with their own events, in order. */
export async function withApart(
  { batch }: CalendarContext,
  rows: readonly Fetched<GraphEvent>[],
  signal: AbortSignal,
): Promise<readonly Fetched<GraphEvent>[]> {
  const wanted = rows.map((row) => (row.kind === 'item' ? [...apartIds(row.item)] : []));
  const parts = wanted.flat().map(([, id]) => {
    const url = `${eventPath(id)}?${LISTED_QUERY}`;
    return { method: 'GET', url, headers: EVENT_HEADERS } as const;
  });
  if (parts.length === 0) return rows;
  const outcomes = (await batch.send(parts, { signal })).map((outcome) =>
    readFetched(outcome, (body) => checkItem(graphInstanceSchema, body)),
  );
  let next = 0;
  return rows.map((row, index): Fetched<GraphEvent> => {
    const apart: Record<string, GraphInstance> = {};
    for (const [date] of wanted[index] ?? []) {
      const found = outcomes[next++];
      if (found?.kind === 'unanswered') row = found;
      // A copy of the series names them, too; they belong to the one that they name themselves.
      else if (found?.kind === 'item' && row.kind === 'item' && seriesOfApart(found.item) === row.item.id)
        apart[date] = found.item;
    }
    return row.kind === 'item' && Object.keys(apart).length > 0
      ? { kind: 'item', item: { ...row.item, apart } }
      : row;
  });
}

/** An occurrence that becomes an event. */
export interface ApartEvent {
  readonly date: string;
  readonly wanted: Fields;
  /** What is written besides, of a snapshot that is put back. */
  readonly more: EventBody | undefined;
}

/**
 * Makes an event of an occurrence, or takes the one that was made for it before its maker was cut off; its id.
 * @throws SyncError when the service refuses, or does not answer
 */
export async function putApart(
  context: CalendarContext,
  series: GraphEvent,
  { date, wanted, more }: ApartEvent,
  key: string,
  signal: AbortSignal,
): Promise<string> {
  const belongs = belongsText(series.id, date);
  const known = await findApart(context, belongs, signal);
  if (known !== undefined) {
    await changeApart(context, known, wanted, signal);
    return known.id;
  }
  const { body } = planCreate(wanted, { transactionId: `${key}/${date}` }, mappingOptions(context));
  const values = [...(body.singleValueExtendedProperties ?? []), { id: extended.apartOf, value: belongs }];
  const part = {
    method: 'POST',
    url: EVENTS,
    headers: EVENT_HEADERS,
    body: { ...body, ...more, singleValueExtendedProperties: values },
  } as const;
  const [created] = await context.batch.send([part], { signal, gate: context.gate });
  requireReply(created);
  return isObject(created.body) && typeof created.body.id === 'string' ? created.body.id : '';
}

async function findApart(
  { client }: CalendarContext,
  belongs: string,
  signal: AbortSignal,
): Promise<GraphInstance | undefined> {
  const reply = await client.get(`${EVENTS}?${keyQuery(extended.apartOf, belongs)}&${LISTED_QUERY}`, {
    signal,
  });
  if (reply.status !== 200) throw failure(reply, client.clock.now());
  const values =
    isObject(reply.body) && Array.isArray(reply.body.value) ? (reply.body.value as unknown[]) : [];
  const [first] = values.map((value) => checkItem(graphInstanceSchema, value));
  return first?.kind === 'item' ? first.item : undefined;
}

/** @throws SyncError when the service refuses, or does not answer */
export async function changeApart(
  context: CalendarContext,
  held: GraphInstance,
  wanted: Fields,
  signal: AbortSignal,
): Promise<void> {
  const { body } = planInstance(wanted, held, undefined, mappingOptions(context));
  if (Object.keys(body).length === 0) return;
  const part = { method: 'PATCH', url: eventPath(held.id), headers: EVENT_HEADERS, body } as const;
  const [outcome] = await context.batch.send([part], { signal, gate: context.gate });
  requireReply(outcome);
}

/** Removes events that a series has no use for any more; one that is gone is no matter. */
export async function removeApart(
  { batch, gate }: CalendarContext,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const parts = ids.map((id) => ({ method: 'DELETE', url: eventPath(id) }) as const);
  for (const outcome of await batch.send(parts, { signal, gate }))
    if (outcome.kind !== 'reply' || outcome.status !== 404) requireReply(outcome);
}
