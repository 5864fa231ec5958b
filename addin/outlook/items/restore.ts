/**
 * Putting items back from their snapshots (spec: sync engine, G1): what all datasets do alike. What a record has a field
 * for is written as the operation has it; all else as the snapshot has it, as far as the service lets it be written.
 */
import type { Problem } from '../../../contract/server-plugin.ts';
import { isObject } from '../graph/errors.ts';
import { extendedKey, type ExtendedProperty } from './extended.ts';

type Properties = Readonly<Record<string, unknown>>;

/** Something of an item that could not be put back. */
export const notRestored = (detail: string): Problem => ({
  code: 'loss.restore',
  detail: detail.slice(0, 2000),
});

/** What cannot be read was kept by another version, or is damaged; what the record says is put back without it. */
export const UNREADABLE_SNAPSHOT = notRestored('what was kept of it cannot be read');

/** The properties of these names that say something. */
export function pick(from: Properties, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.flatMap((name) => (says(from[name]) ? [[name, from[name]]] : [])));
}

const says = (value: unknown): boolean => value !== null && value !== undefined;

/** A body for a POST: without what only clears something. */
export const withoutNulls = (body: Properties): Record<string, unknown> =>
  Object.fromEntries(Object.entries(body).filter(([, value]) => says(value)));

/** Extended properties of a snapshot with those that are written besides; what is cleared is left out. */
export function mergedExtended(
  kept: readonly { readonly id: string; readonly value?: string | null | undefined }[] | null | undefined,
  written: readonly ExtendedProperty[] | undefined,
  { without, cleared }: { readonly without: readonly string[]; readonly cleared: readonly string[] },
): ExtendedProperty[] {
  const values = new Map<string, ExtendedProperty>();
  const dropped = new Set(without.map(extendedKey));
  for (const { id, value } of kept ?? [])
    if (typeof value === 'string' && !dropped.has(extendedKey(id)))
      values.set(extendedKey(id), { id, value });
  for (const property of written ?? []) values.set(extendedKey(property.id), property);
  return [...values.values()].filter(({ value }) => !cleared.includes(value));
}

/** Names of properties that an answer shows otherwise than the snapshot had them. */
export function notTaken(kept: Properties, answer: Properties, names: readonly string[]): string[] {
  return names.filter((name) => says(kept[name]) && !sameJson(kept[name], answer[name]));
}

/** Whether two values of the service's mean the same, whatever the order of their members. */
export function sameJson(a: unknown, b: unknown): boolean {
  return JSON.stringify(a, sorted) === JSON.stringify(b, sorted);
}

const sorted = (_name: string, value: unknown): unknown =>
  isObject(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value;
