/** Whole events, kept before they are removed or written over, and read again to be put back (spec: sync engine, G1). */
import { z } from 'zod';
import { SyncError } from '../../../contract/errors.ts';
import type { Snapshot } from '../../../contract/server-plugin.ts';
import { failure } from '../graph/errors.ts';
import { isMissing } from '../items/fetched.ts';
import { parseToken } from '../items/read-state.ts';
import { mappingOptions, type CalendarContext } from './context.ts';
import { occurrencesIn, recordOf } from './from-graph.ts';
import { graphEventSchema, graphInstanceSchema, type GraphEvent, type GraphInstance } from './graph-event.ts';
import { fetchEvents } from './items.ts';
import { eventPath, WHOLE_QUERY } from './properties.ts';
import type { Fields } from '../../../datasets/index.ts';

const snapshotSchema = z.object({
  /** As the service shows it without preferences: bodies with their formatting, every property. */
  event: graphInstanceSchema,
  /** As the mapping reads it, a series with its exceptions. */
  mapped: graphEventSchema,
  /** Exceptions and events that are apart from their series, as `event`, by their ids. */
  occurrences: z.record(z.string(), graphInstanceSchema),
});

/**
 * Snapshots of events, in order.
 * @throws SyncError when the service does not answer, or what it answers is no event
 */
export async function takeSnapshots(
  context: CalendarContext,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<readonly Snapshot[]> {
  const events = await getWhole(context, ids, signal);
  const mapped = await fetchEvents(context, ids, signal);
  return Promise.all(
    ids.map(async (id, index): Promise<Snapshot> => {
      const row = mapped[index];
      const event = events.get(id);
      if (event === undefined || row?.kind === 'gone') return { id, item: null };
      if (row?.kind !== 'item')
        throw new SyncError('mailbox.unreadable', row?.problem.detail.slice(0, 2000) ?? id);
      const parts = [...(row.item.exceptionOccurrences ?? []), ...Object.values(row.item.apart ?? {})];
      const whole = await getWhole(
        context,
        parts.map((part) => part.id),
        signal,
      );
      const occurrences = Object.fromEntries(whole);
      return { id, item: JSON.stringify({ event, mapped: row.item, occurrences }) };
    }),
  );
}

/** What there is of these ids, by id. */
async function getWhole(
  { batch, client }: CalendarContext,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, unknown>> {
  const parts = ids.map((id) => ({ method: 'GET', url: `${eventPath(id)}?${WHOLE_QUERY}` }) as const);
  const outcomes = await batch.send(parts, { signal });
  const found = new Map<string, unknown>();
  ids.forEach((id, index) => {
    const outcome = outcomes[index];
    if (outcome?.kind !== 'reply') throw outcome?.problem ?? new SyncError('mailbox.unavailable', id);
    if (isMissing(outcome)) return;
    if (outcome.status !== 200) throw failure(outcome, client.clock.now());
    found.set(id, outcome.body);
  });
  return found;
}

export interface KeptEvent {
  readonly event: GraphInstance;
  readonly mapped: GraphEvent;
  /** What it said. */
  readonly fields: Fields;
  /** Its exceptions, whole and as the mapping reads them, by the dates on which its rule has them. */
  readonly occurrences: ReadonlyMap<string, KeptOccurrence>;
}

export interface KeptOccurrence {
  readonly event: GraphInstance;
  readonly mapped: GraphInstance;
  /** Whether it is an event of its own. */
  readonly isApart: boolean;
}

/** Undefined: the snapshot cannot be read. */
export function keptEvent(context: CalendarContext, snapshot: string): KeptEvent | undefined {
  const kept = parseToken(snapshotSchema, snapshot);
  if (kept === undefined) return undefined;
  const { event, mapped } = kept;
  const record = recordOf(mapped, mappingOptions(context));
  if (!record.ok) return undefined;
  const { changed, apart } = occurrencesIn(mapped, context.mailboxZone);
  const occurrences = new Map<string, KeptOccurrence>();
  for (const [part, isApart] of [
    [changed, false],
    [apart, true],
  ] as const)
    for (const [date, instance] of part) {
      const whole = kept.occurrences[instance.id];
      if (whole !== undefined) occurrences.set(date, { event: whole, mapped: instance, isApart });
    }
  return { event, mapped, fields: record.fields, occurrences };
}
