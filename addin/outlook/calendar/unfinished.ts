/**
 * The mark on a series while its occurrences are written one by one. A change of a series makes Outlook forget them: were
 * the writing cut off there, the series would look as if a person had taken all exceptions back. As long as it is marked
 * it is nobody's to read, and the same operation, asked for again, goes on with it.
 */
import { extendedKey, type ExtendedProperty } from '../items/extended.ts';
import { valuesOf, type GraphEvent } from './graph-event.ts';
import { extended } from './properties.ts';
import type { EventBody } from './to-graph.ts';

/** An operation that nobody has come back to is taken for given up. */
const MARK_LIFE_MS = 86_400_000;

/** Key of the operation that has not finished the series; undefined: it is whole. */
export function unfinishedBy(event: GraphEvent, now: number): string | undefined {
  const key = valuesOf(event).get(extendedKey(extended.unfinished));
  const since = Date.parse(event.lastModifiedDateTime ?? '');
  return key === undefined || now - since > MARK_LIFE_MS ? undefined : key;
}

/** Whether there is a mark to be taken off, however old. */
export const isMarked = (event: GraphEvent): boolean => valuesOf(event).has(extendedKey(extended.unfinished));

const mark = (value: string): ExtendedProperty => ({ id: extended.unfinished, value });

/** A body that also marks the series. */
export const marked = (body: EventBody, key: string): EventBody => ({
  ...body,
  singleValueExtendedProperties: [...(body.singleValueExtendedProperties ?? []), mark(key)],
});

/** A body that takes the mark off. */
export const unmarking: EventBody = { singleValueExtendedProperties: [mark('')] };

/** The event as it is once the mark is off. */
export function withoutMark(event: GraphEvent): GraphEvent {
  const own = extendedKey(extended.unfinished);
  const others = (event.singleValueExtendedProperties ?? []).filter(({ id }) => extendedKey(id) !== own);
  return { ...event, singleValueExtendedProperties: others };
}
