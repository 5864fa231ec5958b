/**
 * Lists with one entry for each of some fixed types: phone numbers, addresses. Each type is a field of its own.
 *
 * Devices know kinds of entries that have no type on the wire and write them under another type, so that a
 * type can come twice. One entry is chosen as the type's value; the others are hidden: kept side-local, and
 * never destroyed by what is sent (spec: datasets 3.3, 3.4).
 */
import { lineFeeds, oneLine, shortened, simplified } from '../record/characters.ts';
import type { Fields, FieldValue } from '../record/fields.ts';
import {
  attributeKey,
  hiddenKey,
  isList,
  memberKey,
  memberOf,
  textOf,
  withChanges,
  type FieldChange,
  type MutableFields,
} from '../record/keys.ts';
import { stableJson } from '../record/stable-json.ts';
import { attributeOf, childElements, xmlElement, type XmlAttribute, type XmlElement } from '../record/xml.ts';
import { COMPLETE_LIST, type Draft, type RecordElement } from './element.ts';
import type { EntryKind } from './entries.ts';

export interface KeyedListTable {
  readonly name: string;
  readonly label: string;
  /** Element name of an entry; its attribute `type` is the key. */
  readonly entry: string;
  readonly kind: EntryKind;
  /** The types in document order, with their names for people. */
  readonly types: Readonly<Record<string, string>>;
  /** What devices take an unknown type for. */
  readonly fallback: string;
  /** Which of the entries of a repeated type is its value: an index into `entries`. */
  choose(type: string, entries: readonly ListEntry[]): number;
  /** Name for people of the attribute `default`, whose value is the text of an entry; none without it. */
  readonly defaultLabel?: string;
}

export interface ListEntry {
  readonly type: string;
  readonly value: FieldValue;
}

export function keyedListElement(table: KeyedListTable): RecordElement {
  const { name, kind, entry } = table;
  const labels = new Map(Object.entries(table.types));
  const types = [...labels.keys()];
  const defaultKey = attributeKey(name, 'default');
  const extrasKey = hiddenKey(name);
  const keys = new Map(types.map((type) => [type, memberKey(name, type)]));
  const keyOf = (type: string) => keys.get(type) ?? memberKey(name, type);
  const hasDefault = table.defaultLabel !== undefined;
  const typeAttribute = (type: string): XmlAttribute[] => [['type', type]];
  const writeEntry = (type: string, value: FieldValue) => kind.write(entry, typeAttribute(type), value);

  const hiddenOf = (fields: Fields | undefined): readonly FieldValue[] => {
    const hidden = fields?.[extrasKey];
    return isList(hidden) ? hidden : [];
  };
  const valuesOf = (fields: Fields): ListEntry[] => {
    const values: ListEntry[] = [];
    for (const [type, key] of keys) {
      const value = fields[key];
      if (value !== undefined && !kind.isEmpty(value)) values.push({ type, value });
    }
    return values;
  };
  const canonicalOf = (values: readonly ListEntry[]) =>
    stableJson(values.map(({ type, value }) => [type, kind.canonical(value) ?? '']));

  /** The default as it is to be sent; '' where it is the first entry, which it is anyhow (7.5 rule 5). */
  const preferredOf = (fields: Fields): string => {
    const wanted = oneLine(textOf(fields[defaultKey]));
    if (wanted === '') return '';
    const texts = valuesOf(fields).map(({ value }) => oneLine(textOf(value)));
    return texts.indexOf(wanted) > 0 ? simplified(textOf(fields[defaultKey])) : '';
  };

  const settle = (fields: Fields): FieldChange[] =>
    fields[defaultKey] === undefined || preferredOf(fields) !== '' ? [] : [[defaultKey, undefined]];

  const readEntries = (xml: XmlElement, draft: Draft): ListEntry[] => {
    const entries: ListEntry[] = [];
    for (const child of childElements(xml)) {
      if (child.name !== entry) {
        draft.warn('record.unknown-element', name, shortened(child.name));
        continue;
      }
      const given = attributeOf(child, 'type') ?? '';
      const type = types.includes(given) ? given : table.fallback;
      const reading = kind.read(child, draft, name);
      if (reading.state === 'value') entries.push({ type, value: reading.value });
      if (reading.state === 'blank') draft.blanked.add(keyOf(type));
    }
    return entries;
  };

  /**
   * In an order in which a reader's choice among repeated entries falls on the right one again. A device writes one of
   * its hidden phone numbers before all others and the rest after them, but all hidden addresses first (3.3, 3.4).
   */
  const withHidden = (values: readonly ListEntry[], hidden: readonly FieldValue[]): readonly ListEntry[] => {
    if (hidden.length === 0) return values;
    const extras = hidden.map((value) => ({ type: table.fallback, value }));
    const right = values.find(({ type }) => type === table.fallback);
    const orders = [1, extras.length, 0].map((leading) => [
      ...extras.slice(0, leading),
      ...values,
      ...extras.slice(leading),
    ]);
    return (
      orders.find((order) => order[table.choose(table.fallback, order)] === right) ?? [...values, ...extras]
    );
  };

  /** All of them, for a receiver that replaces its list by them. */
  const writeComplete = (fields: Fields, hidden: readonly FieldValue[], start: readonly XmlAttribute[]) => {
    const values = valuesOf(fields);
    const first = values[0];
    const preferred = preferredOf(fields) || simplified(textOf(first?.value));
    const attributes: XmlAttribute[] = [...start];
    if (hasDefault && first !== undefined) attributes.push(['default', preferred]);
    const entries = withHidden(values, hidden).map(({ type, value }) => writeEntry(type, value));
    return xmlElement(name, attributes, entries);
  };

  /** Only what changes, for a receiver that holds hidden entries and must not lose them. */
  const writeAround = (fields: Fields, previous: Fields) => {
    const [values, oldValues] = [valuesOf(fields), valuesOf(previous)];
    const isNewDefault = preferredOf(fields) !== preferredOf(previous);
    if (!isNewDefault && canonicalOf(values) === canonicalOf(oldValues)) return undefined;
    const gone = oldValues.filter(({ type }) => !values.some((kept) => kept.type === type));
    const preferred = preferredOf(fields) || simplified(textOf(values[0]?.value));
    return xmlElement(name, hasDefault && isNewDefault && preferred !== '' ? [['default', preferred]] : [], [
      ...values.map(({ type, value }) => writeEntry(type, value)),
      ...gone.map(({ type }) => kind.writeBlank(entry, typeAttribute(type))),
    ]);
  };

  return {
    name,
    keys: [...keys.values(), ...(hasDefault ? [defaultKey] : [])],
    ...(hasDefault && { dependent: defaultKey }),

    list: {
      count: (fields) => valuesOf(fields).length + hiddenOf(fields).length,
      merge(previous, read) {
        const merged: MutableFields = { ...previous };
        for (const key of read.blanked) Reflect.deleteProperty(merged, key);
        for (const type of types) {
          const value = read.fields[keyOf(type)];
          if (value !== undefined) merged[keyOf(type)] = value;
        }
        const preferred = read.fields[defaultKey];
        if (preferred !== undefined) merged[defaultKey] = preferred;
        return withChanges(merged, settle(merged));
      },
    },

    read(xml, draft) {
      const entries = readEntries(xml, draft);
      const picks = new Map(entries.map((candidate) => [candidate.type, candidate]));
      if (picks.size < entries.length) {
        for (const type of picks.keys()) {
          const pick = entries[table.choose(type, entries)];
          if (pick !== undefined) picks.set(type, pick);
        }
        const chosen = new Set(picks.values());
        const hidden = entries.filter((candidate) => !chosen.has(candidate));
        draft.fields[extrasKey] = hidden.map(({ value }) => value);
      }
      for (const [type, { value }] of picks) draft.fields[keyOf(type)] = value;
      const preferred = hasDefault ? simplified(lineFeeds(attributeOf(xml, 'default') ?? '')) : '';
      if (preferred !== '') draft.fields[defaultKey] = preferred;
      return 'present';
    },

    write(fields, target) {
      if (target.style === 'device') return writeComplete(fields, hiddenOf(fields), []);
      const { previous } = target;
      return previous !== undefined && hiddenOf(previous).length > 0
        ? writeAround(fields, previous)
        : writeComplete(fields, [], [COMPLETE_LIST]);
    },

    template: () =>
      xmlElement(
        name,
        hasDefault ? [['default', '']] : [],
        types.map((type) => kind.template(entry, typeAttribute(type))),
      ),

    problem(key, value) {
      if (key === extrasKey) {
        return isList(value) && value.every((item) => kind.problem(item) === undefined)
          ? undefined
          : 'must be a list of entries';
      }
      if (key === defaultKey && hasDefault) return typeof value === 'string' ? undefined : 'must be a text';
      const type = memberOf(key, name);
      return type !== undefined && types.includes(type) ? kind.problem(value) : 'no such field';
    },

    canonicalValue(key, value) {
      if (key === defaultKey) return oneLine(textOf(value)) || undefined;
      return kind.canonical(value);
    },

    matchValue: (key, canonical) => (key === defaultKey ? undefined : canonical),

    heldValue(key, value) {
      if (key === defaultKey) return simplified(textOf(value)) || undefined;
      return kind.held(value);
    },

    settle,

    label(key) {
      if (key === defaultKey) return table.defaultLabel ?? key;
      if (key === extrasKey) return `${table.label} that only the device can tell apart`;
      return labels.get(memberOf(key, name) ?? '') ?? table.label;
    },
  };
}
