/**
 * Makes a dataset's definition out of its table: everything that is known of a dataset derives from the list of its
 * elements (element.ts).
 */
import type {
  DatasetDefinition,
  IdentityKeys,
  ListReading,
  ReadOutcome,
  ReadRecord,
  RecordWarning,
  Side,
  WriteTarget,
} from '../definition.ts';
import { shortened } from '../record/characters.ts';
import { isSideLocal, type FieldKey, type Fields, type FieldValue } from '../record/fields.ts';
import { stableJson } from '../record/hash.ts';
import { elementOf, residueKey, type MutableFields } from '../record/keys.ts';
import { readXml } from '../record/read-xml.ts';
import { RecordProblem } from '../record/record-problem.ts';
import { writeXml } from '../record/write-xml.ts';
import { attributeOf, childElements, ownText, xmlElement, type XmlElement } from '../record/xml.ts';
import type { Draft, RecordElement } from './element.ts';

export interface DatasetTable {
  readonly name: string;
  readonly root: string;
  /** The elements after `Identifier`, in document order. */
  readonly elements: readonly RecordElement[];
  label(fields: Fields): string;
  identity(fields: Fields): IdentityKeys | undefined;
}

/** More warnings than this of one record are not told one by one. */
const MAX_WARNINGS = 20;
const IDENTIFIER = 'Identifier';
const MAX_ITEMS = 'maxItems';

export function defineDataset(table: DatasetTable): DatasetDefinition {
  const byName = new Map(table.elements.map((element) => [element.name, element]));
  const elementFor = (key: FieldKey): RecordElement | undefined => byName.get(elementOf(key));

  /** Applies a function to every shared field; what it gives nothing for is left out. */
  const mapped = (
    fields: Fields,
    map: (element: RecordElement, key: FieldKey, value: FieldValue) => FieldValue | undefined,
  ): Fields => {
    const result: MutableFields = {};
    for (const [key, value] of Object.entries(fields)) {
      const element = isSideLocal(key) ? undefined : elementFor(key);
      const kept = element === undefined ? undefined : map(element, key, value);
      if (kept !== undefined) result[key] = kept;
    }
    return result;
  };

  const settled = (fields: Fields): Fields => {
    const result: MutableFields = { ...fields };
    for (const element of table.elements) element.settle?.(result);
    return result;
  };

  const canonical = (fields: Fields): Fields =>
    settled(mapped(fields, (element, key, value) => element.canonicalValue(key, value)));

  const fieldsOf = (fields: Fields, element: string): Fields =>
    Object.fromEntries(Object.entries(fields).filter(([key]) => elementOf(key) === element));

  return {
    name: table.name,
    root: table.root,

    read(xml, options = {}): ReadOutcome {
      const outcome = readXml(xml);
      if (!outcome.ok) return outcome;
      try {
        const record = readRecord(
          table,
          byName,
          outcome.root,
          options.categoryAliases ?? {},
          outcome.repaired,
        );
        return { ok: true, record };
      } catch (error) {
        if (error instanceof RecordProblem) return { ok: false, error: error.problem };
        throw error;
      }
    },

    write(fields: Fields, target: WriteTarget): string {
      const identifier = xmlElement(IDENTIFIER, target.own ? [] : [['localIdentifier', 'false']], target.id);
      const elements = table.elements.flatMap((element) => element.write(fields, target) ?? []);
      return writeXml(
        xmlElement(table.root, [], [identifier, ...elements]),
        target.style === 'device' ? 'indented' : 'compact',
      );
    },

    applyReplace(previous: Fields, read: ReadRecord, lists: ListReading): Fields {
      const result: MutableFields = {};
      for (const { name, list } of table.elements) {
        const before = fieldsOf(previous, name);
        const sent = fieldsOf(read.fields, name);
        if (!read.present.has(name)) Object.assign(result, before);
        else if (list === undefined || replacesList(list.count(before), read.maxItems.get(name), lists)) {
          Object.assign(result, sent);
        } else Object.assign(result, list.merge(before, { ...read, fields: sent }));
      }
      const residue = read.fields[residueKey] ?? previous[residueKey];
      if (residue !== undefined) result[residueKey] = residue;
      return result;
    },

    problem: (key, value) =>
      elementFor(key)?.problem(key, value) ?? (elementFor(key) ? undefined : 'no such field'),

    referenceSchema: () =>
      writeXml(
        xmlElement(
          table.root,
          [],
          [xmlElement(IDENTIFIER, [], ''), ...table.elements.map((each) => each.template())],
        ),
        'indented',
      ),

    canonical,

    matchText(fields: Fields): string {
      const matching = mapped(canonical(fields), (element, key, value) => element.matchValue(key, value));
      return stableJson(matching);
    },

    sameValue(key, a, b): boolean {
      const element = elementFor(key);
      if (element === undefined) return true;
      const [left, right] = [a, b].map((value) =>
        value === undefined ? undefined : element.canonicalValue(key, value),
      );
      if (left === undefined || right === undefined) return left === right;
      return stableJson(left) === stableJson(right) || element.alike?.(key, left, right) === true;
    },

    normalise: (fields) => settled(fields),

    rendition(side: Side, sent: Fields): Fields {
      if (side === 'mailbox') return sent;
      const held = settled(mapped(sent, (element, key, value) => element.heldValue(key, value)));
      const local = Object.entries(sent).filter(([key]) => isSideLocal(key));
      return { ...held, ...Object.fromEntries(local) };
    },

    identity: (fields) => table.identity(fields),
    label: (fields) => shortened(table.label(fields), 120),
    fieldLabel: (key) => elementFor(key)?.label(key) ?? key,
  };
}

/** Whether the sender's list takes the place of what is there (spec: datasets 2.6). */
function replacesList(have: number, maxItems: number | null | undefined, lists: ListReading): boolean {
  if (typeof maxItems === 'number') return have <= maxItems;
  return lists === 'replace';
}

function readRecord(
  table: DatasetTable,
  byName: ReadonlyMap<string, RecordElement>,
  root: XmlElement,
  categoryAliases: Readonly<Record<string, string>>,
  repaired: boolean,
): ReadRecord {
  if (root.name !== table.root) throw new RecordProblem('record.wrong-root', shortened(root.name));
  const warnings: RecordWarning[] = [];
  const draft: Draft = {
    fields: {},
    blanked: new Set(),
    categoryAliases,
    warn: (code, field, detail) => {
      if (warnings.length < MAX_WARNINGS) warnings.push({ code, field, detail });
    },
  };
  if (repaired) draft.warn('record.control-characters', table.root, '');
  const present = new Set<string>();
  const maxItems = new Map<string, number | null>();
  const residue: string[] = [];
  let identifier: XmlElement | undefined;
  for (const child of childElements(root)) {
    const element = byName.get(child.name);
    if (child.name === IDENTIFIER) identifier ??= child;
    else if (element === undefined) {
      draft.warn('record.unknown-element', child.name, shortened(child.name));
      residue.push(writeXml(child, 'compact'));
    } else if (element.read(child, draft) === 'present') {
      present.add(child.name);
      if (element.list !== undefined) maxItems.set(child.name, itemLimit(child));
    }
  }
  if (residue.length > 0) draft.fields[residueKey] = residue;
  const local = identifier === undefined ? undefined : attributeOf(identifier, 'localIdentifier');
  return {
    id: identifier === undefined ? '' : ownText(identifier),
    localIdentifier: local !== 'false' && local !== '0',
    fields: draft.fields,
    present,
    blanked: draft.blanked,
    maxItems,
    warnings,
  };
}

/** `maxItems` as a number; null where it is absent or none. */
function itemLimit(container: XmlElement): number | null {
  const text = attributeOf(container, MAX_ITEMS)?.trim() ?? '';
  return /^\d{1,9}$/.test(text) ? Number(text) : null;
}
