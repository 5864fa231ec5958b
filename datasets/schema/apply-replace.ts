/** What a record becomes by a replace: absent elements keep their value, lists follow spec: datasets 2.6. */
import type { ListReading, ReadRecord } from '../definition.ts';
import type { FieldKey, Fields, FieldValue } from '../record/fields.ts';
import { elementOf, residueKey, type MutableFields } from '../record/keys.ts';
import type { RecordElement } from './element.ts';
import { joinedResidue } from './residue.ts';

export function applyReplace(
  elements: readonly RecordElement[],
  previous: Fields,
  read: ReadRecord,
  reading: ListReading,
): Fields {
  // Nothing to keep: a create is what was sent, which it need not be taken apart for.
  const isNew = Object.keys(previous).length === 0;
  if (isNew && elements.every((element) => isSentWhole(element, read, reading))) {
    const fields = { ...read.fields };
    for (const element of elements) element.settle?.(fields);
    return fields;
  }
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

function isSentWhole({ name, list }: RecordElement, read: ReadRecord, reading: ListReading): boolean {
  return list === undefined || !read.present.has(name) || isReplaced(0, read.maxItems.get(name), reading);
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
