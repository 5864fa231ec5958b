/** Free pairs of a key and a value: custom fields (spec: datasets 2.9). Each pair is a field of its own. */
import { caseFolded, isBlank, lineFeeds, manyLines, oneLine, shortened } from '../record/characters.ts';
import type { Fields, FieldValue } from '../record/fields.ts';
import { isGroup, memberKey, memberOf, textOf, type MutableFields } from '../record/keys.ts';
import { childElements, xmlElement } from '../record/xml.ts';
import { listAttributes, type RecordElement } from './element.ts';
import { textContent } from './text-content.ts';

export interface KeyValueListTable {
  readonly name: string;
  readonly label: string;
  /** Element name of a pair, and of its two parts. */
  readonly entry: string;
  readonly key: string;
  readonly value: string;
}

export type KeyAndValue = readonly [key: string, value: string];

const parts = ['Key', 'Value'] as const;

/** The fields of some pairs; of keys that differ only in case the last wins, blank keys and values are left out. */
export function pairFields(element: string, pairs: Iterable<KeyAndValue>): Fields {
  const fields: MutableFields = {};
  for (const [key, value] of pairs) {
    const folded = caseFolded(key);
    if (folded === '' || isBlank(value)) continue;
    fields[memberKey(element, folded)] = { Key: lineFeeds(key).trim(), Value: lineFeeds(value) };
  }
  return fields;
}

export function keyValueListElement(table: KeyValueListTable): RecordElement {
  const { name } = table;
  const pairOf = (value: FieldValue | undefined): KeyAndValue =>
    isGroup(value) ? [textOf(value.Key), textOf(value.Value)] : ['', ''];
  const pairsOf = (fields: Fields) =>
    Object.keys(fields)
      .filter((key) => memberOf(key, name) !== undefined)
      .map((key) => pairOf(fields[key]));
  const mapped = (value: FieldValue, key: (text: string) => string, content: (text: string) => string) => {
    const [oldKey, oldValue] = pairOf(value);
    const pair = { Key: key(oldKey), Value: content(oldValue) };
    return pair.Key === '' || isBlank(pair.Value) ? undefined : pair;
  };

  return {
    name,
    keys: [],

    list: {
      count: (fields) => pairsOf(fields).length,
      merge(previous, read) {
        const merged: MutableFields = { ...previous };
        for (const key of read.blanked) Reflect.deleteProperty(merged, key);
        return { ...merged, ...pairFields(name, pairsOf(read.fields)) };
      },
    },

    read(xml, draft) {
      const pairs: KeyAndValue[] = [];
      for (const field of childElements(xml)) {
        if (field.name !== table.entry) {
          draft.warn('record.unknown-element', name, shortened(field.name));
          continue;
        }
        let [key, value] = ['', ''];
        for (const part of childElements(field)) {
          if (part.name === table.key) key = textContent(part);
          else if (part.name === table.value) value = textContent(part);
          else draft.warn('record.unknown-element', name, `${shortened(part.name)} within ${field.name}`);
        }
        pairs.push([key, value]);
        if (isBlank(value) && !isBlank(key)) draft.blanked.add(memberKey(name, caseFolded(key)));
      }
      Object.assign(draft.fields, pairFields(name, pairs));
      return 'present';
    },

    write(fields, target) {
      // A device sorts by the keys' code units (spec: datasets 2.6).
      const pairs = Object.values(pairFields(name, pairsOf(fields)))
        .map(pairOf)
        .sort(([a], [b]) => (a < b ? -1 : 1));
      return xmlElement(
        name,
        listAttributes(target),
        pairs.map(([key, value]) =>
          xmlElement(table.entry, [], [xmlElement(table.key, [], key), xmlElement(table.value, [], value)]),
        ),
      );
    },

    template: () =>
      xmlElement(
        name,
        [],
        [xmlElement(table.entry, [], [xmlElement(table.key, [], ''), xmlElement(table.value, [], '')])],
      ),

    problem(key, value) {
      const member = memberOf(key, name);
      if (member === undefined) return 'no such field';
      if (!isGroup(value) || !parts.every((part) => typeof value[part] === 'string')) {
        return 'must be a group of the texts Key and Value';
      }
      return caseFolded(textOf(value.Key)) === member ? undefined : 'its key must be Key in lower case';
    },

    canonicalValue: (_key, value) => mapped(value, oneLine, manyLines),

    matchValue: (_key, canonical) => mapped(canonical, caseFolded, (text) => text),

    heldValue: (_key, value) => mapped(value, (text) => lineFeeds(text).trim(), lineFeeds),

    label(key) {
      const member = memberOf(key, name);
      return member === undefined ? table.label : `${table.label} “${shortened(member)}”`;
    },
  };
}
