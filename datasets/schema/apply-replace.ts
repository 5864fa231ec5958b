/** What a record becomes by a replace: absent elements keep their value, lists follow spec: datasets 2.6. */
import type { ListReading, ReadRecord } from '../definition.ts';
import type { FieldKey, Fields, FieldValue } from '../record/fields.ts';
import { elementOf, residueKey, type MutableFields } from '../record/keys.ts';
import { settledBy, type RecordElement } from './element.ts';
import { joinedResidue } from './residue.ts';

export type Replace = (previous: Fields, read: ReadRecord, reading: ListReading) => Fields;

/** DatasetDefinition.applyReplace of a dataset of these elements. */
export function replaceBy(elements: readonly RecordElement[]): Replace {
  const lists = elements.filter((element) => element.list !== undefined);
  const settling = elements.filter((element) => element.settle !== undefined);
  return (previous, read, reading) =>
    // Nothing to keep: a create is what was sent, which it need not be taken apart for.
    isEmpty(previous) && lists.every(({ name }) => isSentWhole(name, read, reading))
      ? settledBy(settling, read.fields)
      : replaced(elements, previous, read, reading);
}

function replaced(
  elements: readonly RecordElement[],
  previous: Fields,
  read: ReadRecord,
  reading: ListReading,
): Fields {
  const held = byElement(previous);
  const sent = byElement(read.fields);
  const result: MutableFields = {};
  for (const { name, list } of elements) {
    const before = held.get(name) ?? {};
    const after = sent.get(name) ?? {};
    if (!read.present.has(name)) Object.assign(result, before);
    else if (list === undefined || isReplaced(list.count(before), read.maxItems.get(name), reading)) {
      Object.assign(result, after);
    } else Object.assign(result, list.merge(before, { ...read, fields: after }));
    for (const key of read.unreadable ?? []) {
      const value = before[key];
      if (value !== undefined) result[key] = value;
    }
  }
  const residue = joinedResidue(previous, read.fields);
  if (residue.length > 0) result[residueKey] = residue;
  return result;
}

function isEmpty(fields: Fields): boolean {
  return Object.keys(fields).length === 0;
}

function isSentWhole(list: string, read: ReadRecord, reading: ListReading): boolean {
  return !read.present.has(list) || isReplaced(0, read.maxItems.get(list), reading);
}

function isReplaced(have: number, maxItems: number | null | undefined, reading: ListReading): boolean {
  return reading === 'replace' || (typeof maxItems === 'number' && have <= maxItems);
}

function byElement(fields: Fields): Map<string, MutableFields> {
  const groups = new Map<string, Record<FieldKey, FieldValue>>();
  for (const [key, value] of Object.entries(fields)) {
    const name = elementOf(key);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, { [key]: value });
    else group[key] = value;
  }
  return groups;
}
