/** Events by the keys of the operations that created them. */
import { failure, isObject } from '../graph/errors.ts';
import { keyQuery } from '../items/extended.ts';
import type { CalendarContext } from './context.ts';
import type { GraphEvent } from './graph-event.ts';
import { fetchEvents } from './items.ts';
import { EVENT_HEADERS, EVENTS, extended } from './properties.ts';

/**
 * What was found, by key, series with their exceptions.
 * @throws SyncError when the service did not answer for some key: nothing is told for certain then
 */
export async function findEvents(
  context: CalendarContext,
  keys: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, GraphEvent>> {
  const parts = keys.map((key) => {
    const url = `${EVENTS}?${keyQuery(extended.createKey, key)}&$select=id`;
    return { method: 'GET', url, headers: EVENT_HEADERS } as const;
  });
  const outcomes = await context.batch.send(parts, { signal });
  const ids = new Map<string, string>();
  keys.forEach((key, index) => {
    const outcome = outcomes[index];
    if (outcome?.kind !== 'reply') throw outcome?.problem ?? new TypeError('a key without an outcome');
    if (outcome.status !== 200) throw failure(outcome, context.client.clock.now());
    const values: readonly unknown[] =
      isObject(outcome.body) && Array.isArray(outcome.body.value) ? outcome.body.value : [];
    const [first] = values;
    if (isObject(first) && typeof first.id === 'string') ids.set(key, first.id);
  });
  const fetched = await fetchEvents(context, [...ids.values()], signal);
  const found = new Map<string, GraphEvent>();
  [...ids.keys()].forEach((key, index) => {
    const row = fetched[index];
    if (row?.kind === 'unanswered') throw row.problem;
    if (row?.kind === 'item') found.set(key, row.item);
  });
  return found;
}
