/** Fields as they are written on the command line: `FirstName=Ada PhoneNumbers/HomePhone=555`. */
import { SyncError } from '../../contract/errors.ts';
import type { FieldKey, Fields, FieldValue } from '../../datasets/index.ts';

/** Why this cannot be a field of the dataset; undefined when it can. */
export type FieldCheck = (key: FieldKey, value: FieldValue) => string | undefined;

/**
 * Applies assignments to a record, in their order. `Key=` removes a field; a list is written by repeating its
 * key (`EmailAddresses=a@x EmailAddresses=b@x`), a part of a group with a second slash
 * (`Addresses/Home/City=Oslo`), a named value by its name (`CustomFields/Locker=12`). Throws `pim.bad-field`,
 * which names the assignment.
 */
export function assign(fields: Fields, assignments: readonly string[], check: FieldCheck): Fields {
  const result = new Map(Object.entries(fields));
  const begunLists = new Set<FieldKey>();
  for (const text of assignments) {
    const { key, value } = split(text);
    if (value === '') {
      remove(result, key);
      continue;
    }
    // The first one replaces the list that the record has, the next ones add to it.
    const list = begunLists.has(key) ? result.get(key) : undefined;
    const found = readings(result, key, value, isList(list) ? list : []).find(
      (reading) => check(reading.key, reading.value) === undefined,
    );
    if (found === undefined) {
      throw new SyncError('pim.bad-field', `${key}: ${check(key, value) ?? 'no such field'}`);
    }
    if (isList(found.value)) begunLists.add(key);
    result.set(found.key, found.value);
  }
  return Object.fromEntries(result);
}

interface Reading {
  readonly key: FieldKey;
  readonly value: FieldValue;
}

/** What an assignment may mean; the dataset's own check tells which it is. */
function readings(
  fields: ReadonlyMap<FieldKey, FieldValue>,
  key: FieldKey,
  value: string,
  list: readonly FieldValue[],
): readonly Reading[] {
  const { group, part } = splitPart(key);
  const folded = foldedKey(key);
  const previous = fields.get(group);
  return [
    { key, value },
    { key, value: [...list, value] },
    { key: folded, value },
    { key: folded, value: { Key: key.slice(key.indexOf('/') + 1), Value: value } },
    { key: group, value: { ...(isGroup(previous) ? previous : {}), [part]: value } },
  ];
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

function remove(result: Map<FieldKey, FieldValue>, key: FieldKey): void {
  const { group, part } = splitPart(key);
  const parts = result.get(group);
  if (result.delete(key) || result.delete(foldedKey(key)) || !isGroup(parts)) return;
  const rest = Object.entries(parts).filter(([name]) => name !== part);
  if (rest.length === 0) result.delete(group);
  else result.set(group, Object.fromEntries(rest));
}

/** Members that are found without regard to case have their key in lower case. */
function foldedKey(key: FieldKey): FieldKey {
  const slash = key.indexOf('/');
  return slash === -1 ? key : key.slice(0, slash) + key.slice(slash).toLowerCase();
}

function splitPart(key: FieldKey): { readonly group: FieldKey; readonly part: string } {
  const slash = key.lastIndexOf('/');
  return slash === -1 ? { group: key, part: '' } : { group: key.slice(0, slash), part: key.slice(slash + 1) };
}

function isList(value: FieldValue | undefined): value is readonly FieldValue[] {
  return Array.isArray(value);
}

function isGroup(value: FieldValue | undefined): value is Readonly<Record<string, FieldValue>> {
  return typeof value === 'object' && !Array.isArray(value);
}
