/** Single occurrences of a series, by the dates on which its rule has them (spec: graph 3.8). */
import { SyncError } from '../../../contract/errors.ts';
import { addDays } from '../../../datasets/calendar/days.ts';
import { utcOfWallClock } from '../../../datasets/calendar/index.ts';
import type { PartOutcome } from '../graph/batch-parts.ts';
import { describe, isObject } from '../graph/errors.ts';
import type { CalendarContext } from './context.ts';
import { graphInstanceSchema, valuesOf, type GraphEvent, type GraphInstance } from './graph-event.ts';
import { EVENT_HEADERS, eventPath, LISTED_QUERY } from './properties.ts';
import { dateIn, zoneOf } from './times.ts';

/**
 * The occurrences that the series' rule has on some dates; those that it has not are left out.
 * @throws SyncError when the service does not answer
 */
export async function findInstances(
  { batch, mailboxZone }: CalendarContext,
  event: GraphEvent,
  dates: readonly string[],
  signal: AbortSignal,
): Promise<readonly [date: string, instance: GraphInstance][]> {
  const { clock } = zoneOf(event, valuesOf(event), mailboxZone);
  const bound = (date: string): string =>
    `${utcOfWallClock(`${date}T00:00:00`, clock) ?? `${date}T00:00:00`}Z`;
  const parts = dates.map((date) => {
    // Whole days are days of no zone: one more on each side holds them wherever they are counted.
    const window = `startDateTime=${bound(addDays(date, -1))}&endDateTime=${bound(addDays(date, 2))}`;
    const url = `${eventPath(event.id)}/instances?${window}&${LISTED_QUERY}&$top=50`;
    return { method: 'GET', url, headers: EVENT_HEADERS } as const;
  });
  const outcomes = await batch.send(parts, { signal });
  return dates.flatMap((date, index): [string, GraphInstance][] => {
    const outcome = outcomes[index];
    requireReply(outcome);
    const instance = instancesOf(outcome.body).find(
      ({ originalStart }) => typeof originalStart === 'string' && dateIn(originalStart, clock) === date,
    );
    return instance === undefined ? [] : [[date, instance]];
  });
}

function instancesOf(body: unknown): readonly GraphInstance[] {
  const values: readonly unknown[] = isObject(body) && Array.isArray(body.value) ? body.value : [];
  return values.flatMap((value) => {
    const parsed = graphInstanceSchema.safeParse(value);
    return parsed.success ? [parsed.data] : [];
  });
}

/** @throws SyncError where there is no answer, or a refusal */
export function requireReply(
  outcome: PartOutcome | undefined,
): asserts outcome is Extract<PartOutcome, { kind: 'reply' }> {
  if (outcome?.kind !== 'reply') throw outcome?.problem ?? new SyncError('mailbox.unavailable');
  if (outcome.status >= 300) throw new SyncError('mailbox.refused', describe(outcome.status, outcome.body));
}
