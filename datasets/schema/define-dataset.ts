/**
 * Makes a dataset's definition out of its table: everything that is known of a dataset derives from the list of its
 * elements (element.ts).
 */
import type {
  DatasetDefinition,
  IdentityKeys,
  ReadOptions,
  ReadOutcome,
  TimeOfRecords,
  WriteTarget,
} from '../definition.ts';
import { shortened } from '../record/characters.ts';
import { isFieldsJson, joinFieldsJson, readFieldsJson } from '../record/fields-json.ts';
import { isSideLocal, type FieldKey, type Fields, type FieldValue } from '../record/fields.ts';
import { stableJson } from '../record/stable-json.ts';
import { elementOf, sameData, sortedKeys, type MutableFields } from '../record/keys.ts';
import { readXml } from '../record/read-xml.ts';
import { RecordProblem } from '../record/record-problem.ts';
import { writeXml } from '../record/write-xml.ts';
import { xmlElement } from '../record/xml.ts';
import { applyReplace } from './apply-replace.ts';
import type { Draft, RecordElement } from './element.ts';
import { readFields } from './read-fields.ts';
import { IDENTIFIER, readRecord } from './read-record.ts';
import { residueElements } from './residue.ts';

export interface DatasetTable {
  readonly name: string;
  readonly root: string;
  readonly titleField: FieldKey;
  readonly time?: TimeOfRecords;
  /** The elements after `Identifier`, in document order. */
  readonly elements: readonly RecordElement[];
  /** What reading leaves to do where one element says how another is meant. */
  readonly received?: (draft: Draft) => void;
  /** Removes what other fields make meaningless, of the record as a whole (RecordElement.settle). */
  settle?(fields: MutableFields): void;
  /** Drops what only made sense beside a value that has changed (DatasetDefinition.normalise). */
  outdated?(fields: MutableFields, before: Fields): void;
  /** What is left to do for equality, of fields that are canonical one by one. */
  canonical?(fields: MutableFields): void;
  /** The fields without what one side cannot hold, for matching; before they are made canonical. */
  acrossSides?(fields: Fields): Fields;
  /** The fields as a device of 2009 must be sent them, so that it changes nothing by itself. */
  prepared?(fields: Fields, today: string | undefined): Fields;
  /** Absent: always (DatasetDefinition.replaceable). */
  replaceable?(held: Fields, wanted: Fields): boolean;
  /** DatasetDefinition.formatted; none where it is left out. */
  readonly formatted?: readonly string[];
  label(fields: Fields): string;
  identity(fields: Fields): IdentityKeys | undefined;
}

/** What becomes of one field; undefined: it is left out. */
type FieldMap = (element: RecordElement, key: FieldKey, value: FieldValue) => FieldValue | undefined;

export function defineDataset(table: DatasetTable): DatasetDefinition {
  const { root, elements } = table;
  const settling = elements.filter((element) => 'settle' in element);
  const byName = new Map(elements.map((element) => [element.name, element]));
  const elementFor = (key: FieldKey): RecordElement | undefined =>
    byName.get(key) ?? byName.get(elementOf(key));

  /** The shared fields in order of their keys, each as the function has it, consistent with one another. */
  const mapped = (fields: Fields, map: FieldMap): MutableFields => {
    const result: MutableFields = {};
    for (const key of sortedKeys(fields)) {
      const value = fields[key];
      const element = elementFor(key);
      if (value === undefined || element === undefined || isSideLocal(key)) continue;
      const kept = map(element, key, value);
      if (kept !== undefined) result[key] = kept;
    }
    for (const element of settling) element.settle?.(result);
    table.settle?.(result);
    return result;
  };

  /** The elements of which there is a field. */
  const elementsWithin = (fields: Fields): readonly RecordElement[] => {
    const names = new Set(Object.keys(fields).map(elementOf));
    return elements.filter(({ name }) => names.has(name));
  };

  const withLocal = (shared: MutableFields, fields: Fields): Fields => {
    for (const key of Object.keys(fields).filter(isSideLocal)) shared[key] = fields[key] ?? '';
    return shared;
  };

  const canonical = (fields: Fields): Fields => {
    const result = mapped(fields, (element, key, value) => element.canonicalValue(key, value));
    table.canonical?.(result);
    return result;
  };

  const prepared = (fields: Fields, today: string | undefined): Fields =>
    table.prepared?.(fields, today) ?? fields;

  const write = (fields: Fields, target: WriteTarget): string => {
    const identifier = xmlElement(IDENTIFIER, target.own ? [] : [['localIdentifier', 'false']], target.id);
    const sent = target.style === 'desktop' ? prepared(fields, target.today) : fields;
    const written = target.brief === true ? elementsWithin(sent) : elements;
    const known = written.flatMap((element) => element.write(sent, target) ?? []);
    // A foreign element would make a device of 2009 ignore what comes after it (spec: datasets 2.4).
    const foreign = target.style === 'device' ? residueElements(fields) : [];
    const layout = target.style === 'device' && target.brief !== true ? 'indented' : 'compact';
    return writeXml(xmlElement(root, [], [identifier, ...known, ...foreign]), layout);
  };

  const whole = {
    present: new Set(elements.map(({ name }) => name)),
    maxItems: new Map(elements.flatMap(({ name, list }) => (list === undefined ? [] : [[name, 0] as const]))),
  };

  const readDocument = (xml: string, options: ReadOptions): ReadOutcome => {
    const outcome = readXml(xml);
    return outcome.ok ? { ok: true, record: readRecord({ ...table, byName }, outcome, options) } : outcome;
  };

  /** What XML would have made of it: most fields are such that it would have changed nothing. */
  const readTold = (text: string, options: ReadOptions): ReadOutcome => {
    const told = readFieldsJson(text);
    if (!told.ok) return told;
    const { record, isPlain } = readFields({ elementFor, whole }, told);
    const hasAliases = Object.keys(options.categoryAliases ?? {}).length > 0;
    if (isPlain && !hasAliases) return { ok: true, record };
    const xml = write(record.fields, { id: '', own: false, style: 'device', brief: true });
    const outcome = readDocument(xml, { ...options, zonedTimes: 'wall-clock', brief: true });
    if (!outcome.ok) return outcome;
    const warnings = [...record.warnings, ...outcome.record.warnings];
    return { ok: true, record: { ...record, fields: outcome.record.fields, warnings } };
  };

  return {
    name: table.name,
    root,
    titleField: table.titleField,
    ...(table.time !== undefined && { time: table.time }),

    read(text, options = {}): ReadOutcome {
      try {
        if (options.fields === true && isFieldsJson(text)) return readTold(text, options);
        return readDocument(text, options);
      } catch (error) {
        if (error instanceof RecordProblem) return { ok: false, error: error.problem };
        throw error;
      }
    },

    write,

    writeFields(stored, { id, style, today }) {
      const isSplit = stored.includes('~') && Object.keys(parseStored(stored)).some(isSideLocal);
      if (isSplit) return undefined;
      const isToPrepare = style === 'desktop' && table.prepared !== undefined;
      return joinFieldsJson(id, isToPrepare ? JSON.stringify(prepared(parseStored(stored), today)) : stored);
    },

    applyReplace: (previous, read, lists) => applyReplace(elements, previous, read, lists),

    problem(key, value) {
      const element = elementFor(key);
      return element === undefined ? 'no such field' : element.problem(key, value);
    },

    referenceSchema() {
      const templates = elements.map((element) => element.template());
      return writeXml(xmlElement(root, [], [xmlElement(IDENTIFIER, [], ''), ...templates]), 'indented');
    },

    canonical,

    matchText: (fields) =>
      stableJson(
        mapped(canonical(table.acrossSides?.(fields) ?? fields), (element, key, value) =>
          element.matchValue(key, value),
        ),
      ),

    sameValue(key, a, b) {
      if (sameData(a, b)) return true;
      const element = isSideLocal(key) ? undefined : elementFor(key);
      const comparable = (value: FieldValue | undefined) =>
        value === undefined || element === undefined ? value : element.canonicalValue(key, value);
      const [left, right] = [comparable(a), comparable(b)];
      if (left === undefined || right === undefined) return left === right;
      return stableJson(left) === stableJson(right) || element?.alike?.(key, left, right) === true;
    },

    normalise(fields, before) {
      const result = mapped(fields, (element, key, value) =>
        element.canonicalValue(key, value) === undefined ? undefined : value,
      );
      if (before !== undefined) table.outdated?.(result, before);
      return withLocal(result, fields);
    },

    rendition(side, sent, today) {
      if (side === 'mailbox') return sent;
      const shared = mapped(prepared(sent, today), (element, key, value) => element.heldValue(key, value));
      const held = withLocal(shared, sent);
      // Most records are held as they are sent: the same object then, which need not be compared or written twice.
      return sameData(held, sent) ? sent : held;
    },

    replaceable: (held, wanted) => table.replaceable?.(held, wanted) ?? true,

    formatted: new Set(table.formatted),
    identity: (fields) => table.identity(fields),
    label: (fields) => shortened(table.label(fields), 120),
    fieldLabel: (key) => elementFor(key)?.label(key) ?? key,
  };
}

/** The fields of a JSON text that JSON.stringify has made of them. */
function parseStored(stored: string): Fields {
  return JSON.parse(stored) as Fields;
}
