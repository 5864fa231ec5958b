/**
 * Outlook has no way to give back a single occurrence, but forgets what was done to all of them when the recurrence changes:
 * it is changed, and changed back. Were that cut off in the middle, the series would end at another time. The mark keeps its
 * own recurrence meanwhile, which counts for everybody who reads it, and which the next write puts back.
 */
import type { PatternedRecurrence } from '../../../datasets/calendar/index.ts';
import { sameJson } from '../items/restore.ts';
import type { CalendarContext } from './context.ts';
import { recurrenceOf, type GraphEvent } from './graph-event.ts';
import { requireReply } from './instances.ts';
import { EVENT_HEADERS, eventPath } from './properties.ts';
import type { EventBody } from './to-graph.ts';
import { marked, markWith, recurrenceLeft } from './unfinished.ts';
import { writableRecurrence } from './writable-recurrence.ts';

/** Exchange's own bound of a counted series. */
const MOST_OCCURRENCES = 999;

/** The recurrence that stands in for another one: the same, with another end. */
function standIn({ pattern, range }: PatternedRecurrence): PatternedRecurrence {
  const { startDate, numberOfOccurrences, recurrenceTimeZone } = range;
  const count = numberOfOccurrences === MOST_OCCURRENCES ? MOST_OCCURRENCES - 1 : MOST_OCCURRENCES;
  const zone = recurrenceTimeZone === undefined ? {} : { recurrenceTimeZone };
  return { pattern, range: { type: 'numbered', startDate, numberOfOccurrences: count, ...zone } };
}

/** The event with its own recurrence where another one stands in for it; as it is where a person has changed that one. */
export function withOwnRecurrence(event: GraphEvent): GraphEvent {
  const restored = { ...event, recurrence: recurrenceLeft(event) };
  const own = recurrenceOf(restored);
  const held = recurrenceOf(event);
  if (own === undefined || held === undefined) return event;
  // The service may have named the zone otherwise.
  const stands = sameJson(writableRecurrence(held, ''), writableRecurrence(standIn(own), ''));
  return stands ? restored : event;
}

/** Changes the recurrence and changes it back. @throws SyncError when the service refuses, or does not answer */
export async function forgetExceptions(
  context: CalendarContext,
  event: GraphEvent,
  key: string,
  signal: AbortSignal,
): Promise<void> {
  const recurrence = recurrenceOf(event);
  if (recurrence === undefined) return;
  const zone = recurrence.range.recurrenceTimeZone ?? event.originalStartTimeZone ?? 'UTC';
  const own = writableRecurrence(recurrence, zone);
  const body = marked({ recurrence: standIn(own) }, markWith(event, key, own));
  await patch(context, event, body, signal);
  await putBack(context, event, own, key, signal);
}

/** Ends what was cut off between the two steps; tells whether there was anything to be ended. */
export async function finishForgetting(
  context: CalendarContext,
  event: GraphEvent,
  key: string,
  signal: AbortSignal,
): Promise<boolean> {
  const own = recurrenceOf(event);
  if (own === undefined || !sameJson(own, recurrenceLeft(event))) return false;
  await putBack(context, event, own, key, signal);
  return true;
}

const putBack = (
  context: CalendarContext,
  event: GraphEvent,
  recurrence: PatternedRecurrence,
  key: string,
  signal: AbortSignal,
): Promise<void> => patch(context, event, marked({ recurrence }, markWith(event, key, undefined)), signal);

async function patch(
  { batch, gate }: CalendarContext,
  event: GraphEvent,
  body: EventBody,
  signal: AbortSignal,
): Promise<void> {
  const part = { method: 'PATCH', url: eventPath(event.id), headers: EVENT_HEADERS, body } as const;
  const [outcome] = await batch.send([part], { signal, gate });
  requireReply(outcome);
}
