/**
 * The mark on a series while its occurrences are written one by one. A change of a series makes Outlook forget them: were
 * the writing cut off there, the series would look as if a person had taken all exceptions back. As long as it is marked
 * it is nobody's to read; the next change goes on with it, or whoever looks for a create by its key.
 */
import { z } from 'zod';
import { fieldsSchema } from '../../../contract/server-plugin.ts';
import { exceptionKey, exceptionsOf, type PatternedRecurrence } from '../../../datasets/calendar/index.ts';
import type { Fields } from '../../../datasets/index.ts';
import { extendedKey, type ExtendedProperty } from '../items/extended.ts';
import { parseToken } from '../items/read-state.ts';
import { recurrenceSchema, valuesOf, type GraphEvent } from './graph-event.ts';
import { extended } from './properties.ts';
import type { EventBody } from './to-graph.ts';

/** What a mark holds beside the key of its operation; that of most updates is the key alone. */
const markSchema = z.object({
  key: z.string(),
  /** Of a create its exceptions, too: whoever looks for it after a cut can finish it. */
  exceptions: fieldsSchema.optional(),
  /** A snapshot is being put back: its exceptions are more than these fields. */
  restores: z.boolean().optional(),
  /** The series' own recurrence, while another one stands in for it (forgetting.ts). */
  recurrence: recurrenceSchema.optional(),
});
type Mark = z.infer<typeof markSchema>;

/** The mark of a create. */
export function createMark(key: string, fields: Fields, restores: boolean): string {
  const exceptions = Object.fromEntries(
    exceptionsOf(fields).map(([date, value]) => [exceptionKey(date), value]),
  );
  return JSON.stringify({ key, exceptions, ...(restores ? { restores } : {}) });
}

/** The mark of an update, with the recurrence that is still to be put back. */
export const updateMark = (key: string, recurrence: Mark['recurrence']): string =>
  recurrence === undefined ? key : JSON.stringify({ key, recurrence });

/** The mark that an event has, or that of the operation of this key, with this recurrence to be put back, or none. */
export function markWith(event: GraphEvent, key: string, left: PatternedRecurrence | undefined): string {
  return JSON.stringify({ ...(markOf(event) ?? { key }), recurrence: left });
}

/** The exceptions that a create has left to be written; undefined: it was no create, or is finished. */
export function exceptionsLeft(event: GraphEvent): Fields | undefined {
  return markOf(event)?.exceptions;
}

/** Whether what is marked is put back from a snapshot. */
export const isRestored = (event: GraphEvent): boolean => markOf(event)?.restores === true;

/** The recurrence that is to be put back; undefined: none. */
export const recurrenceLeft = (event: GraphEvent): Mark['recurrence'] => markOf(event)?.recurrence;

function markOf(event: GraphEvent): Mark | undefined {
  const value = valuesOf(event).get(extendedKey(extended.unfinished));
  if (value === undefined) return undefined;
  return parseToken(markSchema, value) ?? { key: value };
}

/** An operation that nobody has come back to is taken for given up. */
const MARK_LIFE_MS = 86_400_000;

/** Key of the operation that has not finished the series; undefined: it is whole. */
export function unfinishedBy(event: GraphEvent, now: number): string | undefined {
  const key = markOf(event)?.key;
  const since = Date.parse(event.lastModifiedDateTime ?? '');
  return key === undefined || now - since > MARK_LIFE_MS ? undefined : key;
}

/** Whether there is a mark to be taken off, however old. */
export const isMarked = (event: GraphEvent): boolean => valuesOf(event).has(extendedKey(extended.unfinished));

const mark = (value: string): ExtendedProperty => ({ id: extended.unfinished, value });

/** A body that also marks the series: with one of the texts above. */
export const marked = (body: EventBody, value: string): EventBody => ({
  ...body,
  singleValueExtendedProperties: [...(body.singleValueExtendedProperties ?? []), mark(value)],
});

/** What takes the mark off. */
export const unmarking: ExtendedProperty = mark('');

/** The event as it is once the mark is off. */
export function withoutMark(event: GraphEvent): GraphEvent {
  const own = extendedKey(extended.unfinished);
  const others = (event.singleValueExtendedProperties ?? []).filter(({ id }) => extendedKey(id) !== own);
  return { ...event, singleValueExtendedProperties: others };
}
