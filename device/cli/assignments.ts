/** Fields as they are written on the command line: `FirstName=Ada When/Start=2026-03-03T19:00`. */
import { SyncError } from '../../contract/errors.ts';
import type { DatasetDefinition, FieldKey, Fields, FieldValue } from '../../datasets/index.ts';

/** What a dataset says of single fields. */
export interface FieldRules {
  /** Why this cannot be a field of the dataset; undefined when it can. */
  problem(key: FieldKey, value: FieldValue): string | undefined;
  /** A value of which parts are missing or are written otherwise, as the dataset has it; undefined: no such value. */
  complete(key: FieldKey, value: FieldValue): FieldValue | undefined;
}

export function fieldRules(definition: DatasetDefinition): FieldRules {
  return {
    problem: (key, value) => definition.problem(key, value),
    complete(key, value) {
      const xml = definition.write({ [key]: value }, { id: '', own: true, style: 'device' });
      const outcome = definition.read(xml);
      return outcome.ok ? outcome.record.fields[key] : undefined;
    },
  };
}

/**
 * Applies assignments to a record, in their order. `Key=` removes a field; a list is written by repeating its
 * key (`EmailAddresses=a@x EmailAddresses=b@x`), a part of a group with a slash (`Addresses/Home/City=Oslo`,
 * `Alarm/Delay=15`), a named value by its name (`CustomFields/Locker=12`). Throws `pim.bad-field`, which names the
 * assignment.
 */
export function assign(fields: Fields, assignments: readonly string[], rules: FieldRules): Fields {
  const result = new Map(Object.entries(fields));
  const begunLists = new Set<FieldKey>();
  /** Parts are set together, for one alone may make no sense beside those that are there. */
  const groups = new Map<FieldKey, Map<string, string>>();
  for (const { key, value } of assignments.map(split)) {
    if (value === '' && remove(result, key)) continue;
    // The first one replaces the list that the record has, the next ones add to it.
    const list = begunLists.has(key) ? result.get(key) : undefined;
    const found =
      value === ''
        ? undefined
        : readings(key, value, isList(list) ? list : []).find(
            (reading) => rules.problem(reading.key, reading.value) === undefined,
          );
    if (found !== undefined) {
      if (isList(found.value)) begunLists.add(key);
      result.set(found.key, found.value);
      continue;
    }
    const { group, part } = splitPart(key);
    if (part !== '') groups.set(group, (groups.get(group) ?? new Map<string, string>()).set(part, value));
    else if (value !== '') throw badField(key, rules.problem(key, value));
  }
  for (const [key, parts] of groups) setParts(result, key, parts, rules);
  return Object.fromEntries(result);
}

interface Reading {
  readonly key: FieldKey;
  readonly value: FieldValue;
}

/** What an assignment may mean, if it is not a part of a group; the dataset's own check tells which it is. */
function readings(key: FieldKey, value: string, list: readonly FieldValue[]): readonly Reading[] {
  const folded = foldedKey(key);
  return [
    { key, value },
    { key, value: [...list, value] },
    { key: folded, value },
    { key: folded, value: { Key: key.slice(key.indexOf('/') + 1), Value: value } },
  ];
}

/** Checks a whole record, as a file holds it; throws `pim.bad-field`. */
export function checkFields(fields: Fields, rules: FieldRules): void {
  for (const [key, value] of Object.entries(fields)) {
    const reason = rules.problem(key, value);
    if (reason !== undefined) throw badField(key, reason);
  }
}

type Group = Readonly<Record<string, FieldValue>>;

function setParts(
  result: Map<FieldKey, FieldValue>,
  key: FieldKey,
  parts: ReadonlyMap<string, string>,
  rules: FieldRules,
): void {
  const old = result.get(key);
  const previous = isGroup(old) ? old : {};
  const given = Object.fromEntries([...parts].filter(([, text]) => text !== ''));
  const kept = Object.fromEntries(Object.entries(previous).filter(([part]) => !parts.has(part)));
  const wanted = { ...kept, ...given };
  if (Object.keys(wanted).length === 0) {
    result.delete(key);
    return;
  }
  const whole = rules.complete(key, wanted);
  const alone = rules.complete(key, given);
  if (isGroup(whole) && saysAll(whole, wanted)) result.set(key, whole);
  // Parts that exclude those that are there, as whole days and times do, take their place.
  else if (isGroup(alone) && saysAll(alone, given) && !Object.keys(kept).some((part) => part in alone)) {
    result.set(key, alone);
  } else {
    const names = [...parts.keys()].map((part) => `${key}/${part}`);
    throw badField(names.join(' with '), rules.problem(key, wanted));
  }
}

/** Whether nothing is lost of what was said: each word of each part is there, or the beginning of one. */
function saysAll(value: Group, wanted: Group): boolean {
  return Object.entries(wanted).every(([part, text]) => {
    const words = wordsOf(value[part]);
    return wordsOf(text).every((word) => words.some((known) => known.startsWith(word)));
  });
}

function wordsOf(value: FieldValue | undefined): readonly string[] {
  return typeof value === 'string' ? value.split(/\s+/) : [];
}

function badField(key: FieldKey, reason = 'cannot be understood'): SyncError {
  return new SyncError('pim.bad-field', `${key}: ${reason}`);
}

function split(text: string): { readonly key: FieldKey; readonly value: string } {
  const equals = text.indexOf('=');
  if (equals < 1) throw new SyncError('pim.bad-field', `${text}: expected Field=value`);
  return { key: text.slice(0, equals), value: text.slice(equals + 1) };
}

/** Removes a field; false where there is none of that name. */
function remove(result: Map<FieldKey, FieldValue>, key: FieldKey): boolean {
  return result.delete(key) || result.delete(foldedKey(key));
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

function isGroup(value: FieldValue | undefined): value is Group {
  return typeof value === 'object' && !Array.isArray(value);
}
