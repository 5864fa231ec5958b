/**
 * The mark on a series while its occurrences are written one by one. A change of a series makes Outlook forget them: were
 * the writing cut off there, the series would look as if a person had taken all exceptions back. As long as it is marked
 * it is nobody's to read; the next change goes on with it, or whoever looks for a create by its key.
 */
import { z } from 'zod';
import { fieldsSchema } from '../../../contract/server-plugin.ts';
import { exceptionKey, exceptionsOf } from '../../../datasets/calendar/index.ts';
import type { Fields } from '../../../datasets/index.ts';
import { extendedKey, type ExtendedProperty } from '../items/extended.ts';
import { parseToken } from '../items/read-state.ts';
import { valuesOf, type GraphEvent } from './graph-event.ts';
import { extended } from './properties.ts';
import type { EventBody } from './to-graph.ts';

/** Of a create the mark holds the exceptions, too: whoever looks for it after a cut can finish it. */
const createMarkSchema = z.object({
  key: z.string(),
  exceptions: fieldsSchema,
  /** A snapshot is being put back: its exceptions are more than these fields. */
  restores: z.boolean().optional(),
});

/** The mark of a create. */
export function createMark(key: string, fields: Fields, restores: boolean): string {
  const exceptions = Object.fromEntries(
    exceptionsOf(fields).map(([date, value]) => [exceptionKey(date), value]),
  );
  return JSON.stringify({ key, exceptions, ...(restores ? { restores } : {}) });
}

/** The exceptions that a create has left to be written; undefined: it was no create, or is finished. */
export function exceptionsLeft(event: GraphEvent): Fields | undefined {
  return createMarkOf(event)?.exceptions;
}

/** Whether what is marked is put back from a snapshot. */
export const isRestored = (event: GraphEvent): boolean => createMarkOf(event)?.restores === true;

function createMarkOf(event: GraphEvent): z.infer<typeof createMarkSchema> | undefined {
  const value = valuesOf(event).get(extendedKey(extended.unfinished));
  return value === undefined ? undefined : parseToken(createMarkSchema, value);
}

/** An operation that nobody has come back to is taken for given up. */
const MARK_LIFE_MS = 86_400_000;

/** Key of the operation that has not finished the series; undefined: it is whole. */
export function unfinishedBy(event: GraphEvent, now: number): string | undefined {
  const key = createMarkOf(event)?.key ?? valuesOf(event).get(extendedKey(extended.unfinished));
  const since = Date.parse(event.lastModifiedDateTime ?? '');
  return key === undefined || now - since > MARK_LIFE_MS ? undefined : key;
}

/** Whether there is a mark to be taken off, however old. */
export const isMarked = (event: GraphEvent): boolean => valuesOf(event).has(extendedKey(extended.unfinished));

const mark = (value: string): ExtendedProperty => ({ id: extended.unfinished, value });

/** A body that also marks the series: with the key of an update, or with `createMark`. */
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
