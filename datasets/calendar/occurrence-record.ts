/**
 * The record that replaces one occurrence of a series: complete, inheriting nothing, without a recurrence of its own
 * (spec: datasets 4.1). Its value is a group of its own flat fields, with the same keys as those of a record.
 */
import type { WriteTarget } from '../definition.ts';
import { shortened } from '../record/characters.ts';
import type { FieldValue } from '../record/fields.ts';
import { isGroup, sortedKeys, elementOf, type FieldGroup, type MutableFields } from '../record/keys.ts';
import { childElements, xmlElement, type XmlAttribute, type XmlElement } from '../record/xml.ts';
import { settledBy, type Draft, type RecordElement } from '../schema/element.ts';
import { IDENTIFIER } from '../schema/read-record.ts';

export const OCCURRENCE = 'Appointment';

/** As the published schema misspells it: understood, never written (spec: datasets 2.3). */
const MISSPELT = 'Identitier';

export interface OccurrenceRecord {
  read(xml: XmlElement, outer: Draft): FieldGroup;
  write(value: FieldGroup, id: string, target: WriteTarget): XmlElement;
  template(): XmlElement;
  /** Why the value cannot be such a record; undefined when it can. */
  problem(value: FieldValue): string | undefined;
  /** The fields as the function has them, those of unknown keys left out, consistent with one another. */
  mapped(value: FieldValue, map: OccurrenceMap): FieldGroup;
}

type OccurrenceMap = (element: RecordElement, key: string, value: FieldValue) => FieldValue | undefined;

export interface OccurrenceTable {
  /** The elements after `Identifier`, in document order. */
  readonly elements: readonly RecordElement[];
  received(draft: Draft): void;
  settle(fields: MutableFields): void;
}

export function occurrenceRecord(table: OccurrenceTable): OccurrenceRecord {
  const { elements } = table;
  const byName = new Map(elements.map((element) => [element.name, element]));
  const elementFor = (key: string) => byName.get(key) ?? byName.get(elementOf(key));

  return {
    read(xml, outer) {
      const draft: Draft = { ...outer, fields: {}, blanked: new Set(), unreadable: new Set() };
      const seen = new Set<string>();
      for (const child of childElements(xml)) {
        if (child.name === IDENTIFIER || child.name === MISSPELT) continue;
        const element = byName.get(child.name);
        if (element === undefined) draft.warn('record.unknown-element', OCCURRENCE, shortened(child.name));
        else if (seen.has(child.name)) draft.warn('record.bad-value', child.name, 'it is there twice');
        else element.read(child, draft);
        seen.add(child.name);
      }
      table.received(draft);
      return draft.fields;
    },

    write(value, id, target) {
      const attributes: XmlAttribute[] = target.style === 'desktop' ? [['localIdentifier', 'false']] : [];
      return xmlElement(
        OCCURRENCE,
        [],
        [
          xmlElement(IDENTIFIER, attributes, id),
          ...elements.flatMap((element) => element.write(value, target) ?? []),
        ],
      );
    },

    template: () =>
      xmlElement(
        OCCURRENCE,
        [],
        [xmlElement(IDENTIFIER, [], ''), ...elements.map((element) => element.template())],
      ),

    problem(value) {
      if (!isGroup(value)) return 'must be “deleted” or a group of fields';
      for (const [key, part] of Object.entries(value)) {
        const element = elementFor(key);
        const problem = element === undefined ? 'no such field' : element.problem(key, part);
        if (problem !== undefined) return `${shortened(key)}: ${problem}`;
      }
      return value.When === undefined ? 'When: must be there' : undefined;
    },

    mapped(value, map) {
      const result: MutableFields = {};
      if (!isGroup(value)) return result;
      for (const key of sortedKeys(value)) {
        const part = value[key];
        const element = elementFor(key);
        const kept = part === undefined || element === undefined ? undefined : map(element, key, part);
        if (kept !== undefined) result[key] = kept;
      }
      const settled: MutableFields = settledBy(elements, result);
      table.settle(settled);
      return settled;
    },
  };
}
