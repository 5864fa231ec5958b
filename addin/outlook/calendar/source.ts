/** The default calendar as the reads see it: single events and series as such (spec: graph 3.6, 3.7). */
import { readDeltaRow, type DeltaRow } from '../graph/delta.ts';
import { ID_PAGE, LIST_PAGE } from '../items/read-page.ts';
import type { ItemSource } from '../items/source.ts';
import type { CalendarContext } from './context.ts';
import { etagOf, type GraphEvent } from './graph-event.ts';
import { checkEvent, completeEvents, fetchEvents } from './items.ts';
import { EVENT_PREFERENCES, EVENTS, LISTED_QUERY } from './properties.ts';

const DAY_MS = 86_400_000;

/** Days before and after today that are watched where only a window can be: the service takes 1825 (spec: graph 3.6). */
const WINDOW_DAYS = 900;
/** How long a window is watched before everything is read again, for what changed outside of it and to move it on. */
const WINDOW_LIFE_MS = 7 * DAY_MS;

export function calendarSource(context: CalendarContext): ItemSource<GraphEvent> {
  const { client } = context;
  return {
    client,
    noun: 'events',
    list: `${EVENTS}?${LISTED_QUERY}&$top=${LIST_PAGE}`,
    idList: `${EVENTS}?$select=id&$top=${ID_PAGE}`,
    prefer: EVENT_PREFERENCES,
    withoutDelta: 'compare-versions',
    readAgainAt: nextYear(client.clock.now()),
    async *deltaStarts() {
      yield { url: `${EVENTS}/delta?$select=id` };
      const now = client.clock.now();
      const at = (days: number): string => new Date(now + days * DAY_MS).toISOString().slice(0, 10);
      const window = `startDateTime=${at(-WINDOW_DAYS)}T00:00:00Z&endDateTime=${at(WINDOW_DAYS)}T00:00:00Z`;
      yield { url: `/me/calendarView/delta?${window}`, until: now + WINDOW_LIFE_MS };
    },
    readDeltaRow: readEventRow,
    check: checkEvent,
    fetch: (ids, signal) => fetchEvents(context, ids, signal),
    idOf: ({ id }) => id,
    etagOf,
    complete: (events, signal) => completeEvents(context, events, signal),
  };
}

/** Approximated recurrences are told anew each year (context.ts), whether their events have changed or not. */
const nextYear = (now: number): number => Date.UTC(new Date(now).getUTCFullYear() + 1, 0, 1);

/**
 * Rows of occurrences speak of their series, which is read whole. What a window calls removed may only have left it: the
 * item is asked for, and says itself whether it is gone.
 */
export function readEventRow(row: Readonly<Record<string, unknown>>, url: string): DeltaRow | undefined {
  const plain = readDeltaRow(row);
  const { seriesMasterId } = row;
  if (plain?.kind === 'changed' && typeof seriesMasterId === 'string' && seriesMasterId !== '')
    return { kind: 'changed', id: seriesMasterId, etag: '' };
  if (plain?.kind === 'removed' && /\/calendarView\//i.test(url))
    return { kind: 'changed', id: plain.id, etag: '' };
  return plain;
}
