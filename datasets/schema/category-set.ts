/** A set of labels without regard to case: categories (spec: datasets 2.8). Each label is a field of its own. */
import { caseFolded, lineFeeds, shortened } from '../record/characters.ts';
import type { Fields, FieldValue } from '../record/fields.ts';
import { memberKey, memberOf, textOf, type MutableFields } from '../record/keys.ts';
import { childElements, xmlElement } from '../record/xml.ts';
import { listAttributes, type RecordElement } from './element.ts';
import { textContent } from './text-content.ts';

export interface CategorySetTable {
  readonly name: string;
  readonly label: string;
  /** Element name of an entry. */
  readonly entry: string;
  /** A device's word for "no category", which it cannot hold as one. */
  readonly unfiled: string;
}

/** The fields of a set of labels: blanks and labels that repeat an earlier one but for case are left out. */
export function labelFields(element: string, labels: readonly string[]): Fields {
  const fields: MutableFields = {};
  for (const label of labels) {
    const folded = caseFolded(label);
    if (folded !== '') fields[memberKey(element, folded)] ??= lineFeeds(label).trim();
  }
  return fields;
}

export function categorySetElement(table: CategorySetTable): RecordElement {
  const { name, entry } = table;
  const unfiled = caseFolded(table.unfiled);
  const labelsOf = (fields: Fields) =>
    Object.keys(fields)
      .filter((key) => memberOf(key, name) !== undefined)
      .sort()
      .map((key) => textOf(fields[key]));
  const holdable = (value: FieldValue) => caseFolded(textOf(value)) !== unfiled;

  return {
    name,
    keys: [],

    list: {
      count: (fields) => labelsOf(fields).length,
      merge: (previous, read) => labelFields(name, [...labelsOf(previous), ...labelsOf(read.fields)]),
    },

    read(xml, draft) {
      const labels: string[] = [];
      for (const child of childElements(xml)) {
        if (child.name !== entry) {
          draft.warn('record.unknown-element', name, shortened(child.name));
          continue;
        }
        const label = lineFeeds(textContent(child)).trim();
        const alias = Object.hasOwn(draft.categoryAliases, label) ? draft.categoryAliases[label] : undefined;
        labels.push(alias ?? label);
      }
      Object.assign(draft.fields, labelFields(name, labels));
      return 'present';
    },

    write: (fields, target) =>
      xmlElement(
        name,
        listAttributes(target),
        Object.values(labelFields(name, labelsOf(fields)))
          .filter(holdable)
          .map((label) => xmlElement(entry, [], textOf(label))),
      ),

    template: () => xmlElement(name, [], [xmlElement(entry, [], '')]),

    problem(key, value) {
      const member = memberOf(key, name);
      if (member === undefined) return 'no such field';
      if (typeof value !== 'string') return 'must be a text';
      return caseFolded(value) === member ? undefined : 'its key must be the label in lower case';
    },

    canonicalValue: (_key, value) => caseFolded(textOf(value)) || undefined,

    matchValue: (_key, canonical) => (holdable(canonical) ? canonical : undefined),

    heldValue: (_key, value) => (holdable(value) ? lineFeeds(textOf(value)).trim() || undefined : undefined),

    label(key) {
      const member = memberOf(key, name);
      return member === undefined ? table.label : `${table.label} “${shortened(member)}”`;
    },
  };
}
