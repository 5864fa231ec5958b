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
import { isFieldsJson, isTellable, joinFieldsJson, readFieldsJson } from '../record/fields-json.ts';
import { isSideLocal, type FieldKey, type Fields, type FieldValue } from '../record/fields.ts';
import { stableJson, stableObject } from '../record/stable-json.ts';
import { elementOf, inOrder, sameData, type MutableFields } from '../record/keys.ts';
import { readXml } from '../record/read-xml.ts';
import { RecordProblem } from '../record/record-problem.ts';
import { writeXml } from '../record/write-xml.ts';
import { xmlElement } from '../record/xml.ts';
import { replaceBy } from './apply-replace.ts';
import { settledBy, type Draft, type RecordElement } from './element.ts';
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
  readonly settle?: Finish;
  /** Drops what only made sense beside a value that has changed (DatasetDefinition.normalise). */
  readonly outdated?: (fields: MutableFields, before: Fields) => void;
  /** What is left to do for equality, of fields that are canonical one by one. */
  readonly canonical?: Finish;
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

/** A record's fields by their keys, in order; undefined: there is no such field. */
interface MappedFields {
  readonly keys: readonly FieldKey[];
  readonly values: readonly (FieldValue | undefined)[];
  /** Whether it is what was given. */
  readonly isSame: boolean;
}

/** Changes the fields of a record as a whole, once each of them is as it shall be. */
type Finish = (fields: MutableFields) => void;

const toCanonical: FieldMap = (element, key, value) => element.canonicalValue(key, value);
const toMatch: FieldMap = (element, key, value) => element.matchValue(key, value);
const toCanonicalMatch: FieldMap = (element, key, value) => {
  const canonical = element.canonicalValue(key, value);
  return canonical === undefined ? undefined : element.matchValue(key, canonical);
};
const toHeld: FieldMap = (element, key, value) => element.heldValue(key, value);
/** As they are, but for what counts as absent. */
const toMeant: FieldMap = (element, key, value) =>
  element.canonicalValue(key, value) === undefined ? undefined : value;

export function defineDataset(table: DatasetTable): DatasetDefinition {
  const { root, elements } = table;
  const settling = elements.filter((element) => element.settle !== undefined);
  const finishing = [table.settle].filter((finish) => finish !== undefined);
  const equalising = [table.settle, table.canonical].filter((finish) => finish !== undefined);
  /** Whether what becomes of a record is told by its fields one by one, and by what its elements settle. */
  const isFieldwise = table.prepared === undefined && table.settle === undefined;
  const byName = new Map(elements.map((element) => [element.name, element]));
  const byKey = new Map(elements.flatMap((element) => element.keys.map((key) => [key, element] as const)));
  const elementFor = (key: FieldKey): RecordElement | undefined =>
    byKey.get(key) ?? byName.get(elementOf(key));
  /** The element of a field that is not side-local. */
  const sharedElementFor = (key: FieldKey): RecordElement | undefined =>
    byKey.get(key) ?? (isSideLocal(key) ? undefined : byName.get(elementOf(key)));
  const dependents = elements.flatMap(({ dependent }) => dependent ?? []);
  const hasDependents = (fields: Fields): boolean => dependents.some((key) => fields[key] !== undefined);

  /** The shared fields in order of their keys, each as the function has it. */
  const mappedEach = (fields: Fields, map: FieldMap): MappedFields => {
    const given = Object.keys(fields);
    const keys = inOrder(given);
    let isSame = keys === given;
    const values: (FieldValue | undefined)[] = [];
    for (const key of keys) {
      const value = fields[key];
      const element = sharedElementFor(key);
      const kept = value === undefined || element === undefined ? undefined : map(element, key, value);
      if (kept !== value || kept === undefined) isSame = false;
      values.push(kept);
    }
    return { keys, values, isSame };
  };

  /**
   * The shared fields in order of their keys, each as the function has it, consistent with one another. The same object
   * where that is what was given.
   */
  const mapped = (fields: Fields, map: FieldMap, finish: readonly Finish[]): Fields => {
    const { keys, values, isSame } = mappedEach(fields, map);
    const settled = settledBy(settling, isSame ? fields : fieldsOf(keys, values));
    if (finish.length === 0) return settled;
    const own: MutableFields = settled === fields ? { ...fields } : settled;
    for (const change of finish) change(own);
    return own;
  };

  /** The elements of which there is a field. */
  const elementsWithin = (fields: Fields): readonly RecordElement[] => {
    const names = new Set(Object.keys(fields).map(elementOf));
    return elements.filter(({ name }) => names.has(name));
  };

  /** The shared fields, and after them what is side-local among others. */
  const withLocal = (shared: Fields, fields: Fields): Fields => {
    const local = Object.keys(fields).filter(isSideLocal);
    if (local.length === 0) return shared;
    return { ...shared, ...Object.fromEntries(local.map((key) => [key, fields[key] ?? ''])) };
  };

  const canonical = (fields: Fields): Fields => mapped(fields, toCanonical, equalising);

  /** JSON of the fields as the function has them, without an object of them; undefined where they must be settled first. */
  const mappedText = (fields: Fields, map: FieldMap): string | undefined => {
    if (equalising.length > 0 || hasDependents(fields)) return undefined;
    const { keys, values } = mappedEach(fields, map);
    return stableObject(keys, values);
  };

  /** Records of which reading found out what whoever keeps them asks next: that a device holds them as they are. */
  const knownAsHeld = new WeakSet<Fields>();

  const isSettled = (fields: Fields): boolean =>
    !hasDependents(fields) || settledBy(settling, fields) === fields;

  /** Whether a device holds each field as it is sent. */
  const isHeldAsSent = (fields: Fields): boolean =>
    Object.keys(fields).every((key) => {
      const value = fields[key];
      const element = sharedElementFor(key);
      if (value === undefined || element === undefined) return value !== undefined && isSideLocal(key);
      return sameData(element.heldValue(key, value), value);
    }) && isSettled(fields);

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
    const { record, isPlain } = readFields({ elementFor: sharedElementFor, whole }, told);
    const hasAliases = Object.keys(options.categoryAliases ?? {}).length > 0;
    if (isPlain && isFieldwise && isSettled(record.fields)) knownAsHeld.add(record.fields);
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
      if (isSplit || !isTellable(stored)) return undefined;
      const isToPrepare = style === 'desktop' && table.prepared !== undefined;
      return joinFieldsJson(id, isToPrepare ? JSON.stringify(prepared(parseStored(stored), today)) : stored);
    },

    applyReplace: replaceBy(elements),

    problem(key, value) {
      const element = elementFor(key);
      return element === undefined ? 'no such field' : element.problem(key, value);
    },

    referenceSchema() {
      const templates = elements.map((element) => element.template());
      return writeXml(xmlElement(root, [], [xmlElement(IDENTIFIER, [], ''), ...templates]), 'indented');
    },

    canonical,
    canonicalText: (fields) => mappedText(fields, toCanonical) ?? stableJson(canonical(fields)),

    matchText(fields) {
      const held = table.acrossSides?.(fields) ?? fields;
      return mappedText(held, toCanonicalMatch) ?? stableJson(mapped(canonical(held), toMatch, finishing));
    },

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
      const { outdated } = table;
      const finish =
        before === undefined || outdated === undefined
          ? finishing
          : [...finishing, (own: MutableFields) => outdated(own, before)];
      const result = mapped(fields, toMeant, finish);
      return result === fields ? fields : withLocal(result, fields);
    },

    rendition(side, sent, today) {
      // Most records are held as they are sent: the same object then, which need not be compared or written twice.
      if (side === 'mailbox' || knownAsHeld.has(sent) || (isFieldwise && isHeldAsSent(sent))) return sent;
      const held = withLocal(mapped(prepared(sent, today), toHeld, finishing), sent);
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

function fieldsOf(keys: readonly FieldKey[], values: readonly (FieldValue | undefined)[]): MutableFields {
  const fields: MutableFields = {};
  for (let index = 0; index < keys.length; index += 1) {
    const value = values[index];
    if (value !== undefined) fields[keys[index] ?? ''] = value;
  }
  return fields;
}
