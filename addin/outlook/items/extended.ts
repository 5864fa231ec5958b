/** Extended properties of Outlook items: their ids, and what an answer holds of them (spec: graph 2.6). */
import { z } from 'zod';

const PUBLIC_STRINGS = '{00020329-0000-0000-C000-000000000046}';

/** Id of a named text of our own, or of the original plugins. */
export const namedText = (name: string): string => `String ${PUBLIC_STRINGS} Name ${name}`;

/** A pair as bodies carry it. */
export interface ExtendedProperty {
  readonly id: string;
  readonly value: string;
}

/** An entry of `singleValueExtendedProperties` of an answer, and all of them. */
export const extendedProperty = z.object({ id: z.string(), value: z.string().nullish() });
export const extendedSchema = z.array(extendedProperty).nullish();

/** Extended properties by id; the service may spell hex digits and GUIDs in another case. */
export type ExtendedValues = ReadonlyMap<string, string>;

export const extendedKey = (id: string): string => id.toLowerCase();

interface Extended {
  readonly singleValueExtendedProperties?: z.infer<typeof extendedSchema>;
}

/** The extended properties that hold something; an empty text is a cleared one. */
export function extendedValues({ singleValueExtendedProperties }: Extended): ExtendedValues {
  const values = new Map<string, string>();
  for (const { id, value } of singleValueExtendedProperties ?? [])
    if (typeof value === 'string' && value !== '') values.set(extendedKey(id), value);
  return values;
}

/** The `$expand` option that asks for some extended properties, not yet percent-encoded. */
export const expandExtended = (ids: readonly string[]): string =>
  `singleValueExtendedProperties($filter=${ids.map((id) => `id eq '${id}'`).join(' or ')})`;

/**
 * What an item has of them after a write, whose answer leaves them out: what it had, without those that the write has
 * made void, and what was written.
 */
export function extendedAfter(
  before: Extended | undefined,
  written: readonly ExtendedProperty[],
  voided: readonly string[] = [],
): ExtendedProperty[] {
  const values = new Map<string, string>();
  for (const { id, value } of before?.singleValueExtendedProperties ?? [])
    if (typeof value === 'string') values.set(extendedKey(id), value);
  for (const id of voided) values.delete(extendedKey(id));
  for (const { id, value } of written) values.set(extendedKey(id), value);
  return [...values].map(([id, value]) => ({ id, value }));
}

/** Query for the items that carry a create key. Keys are UUIDs, checked by the contract. */
export const keyQuery = (id: string, key: string): string =>
  `$filter=${encodeURIComponent(
    `singleValueExtendedProperties/Any(ep: ep/id eq '${id}' and ep/value eq '${key}')`,
  )}`;
