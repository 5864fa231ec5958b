/** Fields as they are written on the command line: `FirstName=Ada PhoneNumbers/HomePhone=555`. */
import { SyncError } from '../../contract/errors.ts';
import type { FieldKey, Fields, FieldValue } from '../../datasets/index.ts';

/** Why this cannot be a field of the dataset; undefined when it can. */
export type FieldCheck = (key: FieldKey, value: FieldValue) => string | undefined;

/**
 * Applies assignments to a record, in their order. `Key=` removes a field; a list is written by repeating its
 * key (`EmailAddresses=a@x EmailAddresses=b@x`), a part of a group with a second slash
 * (`Addresses/Home/City=Oslo`). Throws `pim.bad-field`, which names the assignment.
 */
export function assign(fields: Fields, assignments: readonly string[], check: FieldCheck): Fields {
  const result = new Map(Object.entries(fields));
  const begunLists = new Set<FieldKey>();
  for (const text of assignments) {
    const { key, value } = split(text);
    if (value === '') {
      removeField(result, key);
    } else if (check(key, value) === undefined) {
      result.set(key, value);
    } else if (check(key, [value]) === undefined) {
      // The first one replaces the list that the record has, the next ones add to it.
      const begun = begunLists.has(key) ? (result.get(key) as readonly FieldValue[]) : [];
      begunLists.add(key);
      result.set(key, [...begun, value]);
    } else {
      setPart(result, key, value, check);
    }
  }
  return Object.fromEntries(result);
}

/** Checks a whole record, as a file holds it; throws `pim.bad-field`. */
export function checkFields(fields: Fields, check: FieldCheck): void {
  for (const [key, value] of Object.entries(fields)) {
    const problem = check(key, value);
    if (problem !== undefined) throw new SyncError('pim.bad-field', `${key}: ${problem}`);
  }
}

function split(text: string): { readonly key: FieldKey; readonly value: string } {
  const equals = text.indexOf('=');
  if (equals < 1) throw new SyncError('pim.bad-field', `${text}: expected Field=value`);
  return { key: text.slice(0, equals), value: text.slice(equals + 1) };
}

function removeField(result: Map<FieldKey, FieldValue>, key: FieldKey): void {
  if (result.delete(key)) return;
  const { group, part } = splitPart(key);
  const parts = result.get(group);
  if (!isGroup(parts)) return;
  const { [part]: removed, ...rest } = parts;
  if (removed === undefined) return;
  if (Object.keys(rest).length === 0) result.delete(group);
  else result.set(group, rest);
}

function setPart(result: Map<FieldKey, FieldValue>, key: FieldKey, value: string, check: FieldCheck): void {
  const { group, part } = splitPart(key);
  const previous = result.get(group);
  const parts = { ...(isGroup(previous) ? previous : {}), [part]: value };
  if (part === '' || check(group, parts) !== undefined) {
    throw new SyncError('pim.bad-field', `${key}: ${check(key, value) ?? 'no such field'}`);
  }
  result.set(group, parts);
}

function splitPart(key: FieldKey): { readonly group: FieldKey; readonly part: string } {
  const slash = key.lastIndexOf('/');
  return slash === -1 ? { group: key, part: '' } : { group: key.slice(0, slash), part: key.slice(slash + 1) };
}

function isGroup(value: FieldValue | undefined): value is Readonly<Record<string, FieldValue>> {
  return typeof value === 'object' && !Array.isArray(value);
}
