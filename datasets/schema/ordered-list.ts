/** A list of texts whose order means something, with a preferred one: e-mail addresses (spec: datasets 3.6). */
import { caseFolded, lineFeeds, oneLine, shortened, simplified } from '../record/characters.ts';
import type { Fields, FieldValue } from '../record/fields.ts';
import {
  attributeKey,
  isList,
  textOf,
  textsOf,
  withChanges,
  type FieldChange,
  type MutableFields,
} from '../record/keys.ts';
import { attributeOf, childElements, xmlElement, type XmlAttribute } from '../record/xml.ts';
import { listAttributes, type RecordElement } from './element.ts';
import { textContent } from './text-content.ts';

export interface OrderedListTable {
  readonly name: string;
  readonly label: string;
  /** Element name of an entry. */
  readonly entry: string;
  readonly defaultLabel: string;
}

export function orderedListElement(table: OrderedListTable): RecordElement {
  const { name, entry } = table;
  const defaultKey = attributeKey(name, 'default');

  /** The default where it is another entry than the first, which is the default anyhow (7.5 rule 5); else undefined. */
  const preferredOf = (fields: Fields, texts: readonly string[]): string | undefined => {
    const wanted = caseFolded(textOf(fields[defaultKey]));
    const place = wanted === '' ? -1 : texts.findIndex((text) => caseFolded(text) === wanted);
    return place > 0 ? texts[place] : undefined;
  };

  const settle = (fields: Fields): readonly FieldChange[] => {
    const changes: FieldChange[] = [];
    const [listed, wanted] = [fields[name], fields[defaultKey]];
    const texts = unique(textsOf(listed));
    if (listed !== undefined && (texts !== listed || texts.length === 0))
      changes.push([name, orNothing(texts)]);
    const preferred = wanted === undefined ? undefined : preferredOf(fields, texts);
    if (preferred !== wanted) changes.push([defaultKey, preferred]);
    return changes;
  };

  const mapped = (value: FieldValue, map: (text: string) => string) => {
    const texts = textsOf(value);
    const results = texts.map(map);
    return orNothing(unique(sameTexts(results, texts) ? texts : results));
  };

  return {
    name,
    keys: [name, defaultKey],
    dependent: defaultKey,

    list: {
      count: (fields) => textsOf(fields[name]).length,
      merge(previous, read): Fields {
        const merged: MutableFields = { ...previous };
        const texts = unique([...textsOf(previous[name]), ...textsOf(read.fields[name])]);
        if (texts.length > 0) merged[name] = texts;
        const preferred = read.fields[defaultKey];
        if (preferred !== undefined) merged[defaultKey] = preferred;
        return withChanges(merged, settle(merged));
      },
    },

    read(xml, draft) {
      const texts: string[] = [];
      for (const child of childElements(xml)) {
        if (child.name === entry) texts.push(simplified(textContent(child)));
        else draft.warn('record.unknown-element', name, shortened(child.name));
      }
      const preferred = simplified(lineFeeds(attributeOf(xml, 'default') ?? ''));
      // A preferred address that the list lacks is one of its entries all the same.
      const all = unique([...texts, preferred]);
      if (all.length > 0) draft.fields[name] = all;
      if (preferred !== '') draft.fields[defaultKey] = preferred;
      return 'present';
    },

    write(fields, target) {
      const texts = unique(textsOf(fields[name]).map(simplified));
      const wanted = caseFolded(textOf(fields[defaultKey]));
      const preferred = texts.find((text) => caseFolded(text) === wanted) ?? texts[0];
      const attributes: XmlAttribute[] = [...listAttributes(target)];
      if (preferred !== undefined) attributes.push(['default', preferred]);
      return xmlElement(
        name,
        attributes,
        texts.map((text) => xmlElement(entry, [], text)),
      );
    },

    template: () => xmlElement(name, [['default', '']], [xmlElement(entry, [], '')]),

    problem(key, value) {
      if (key === defaultKey) return typeof value === 'string' ? undefined : 'must be a text';
      if (key !== name) return 'no such field';
      return isList(value) && value.every((item) => typeof item === 'string')
        ? undefined
        : 'must be a list of texts';
    },

    canonicalValue: (key, value) =>
      key === defaultKey ? oneLine(textOf(value)) || undefined : mapped(value, oneLine),

    // Across sides neither order nor case makes two lists different.
    matchValue: (key, canonical) =>
      key === defaultKey ? undefined : textsOf(canonical).map(caseFolded).sort(),

    heldValue: (key, value) =>
      key === defaultKey ? simplified(textOf(value)) || undefined : mapped(value, simplified),

    settle,

    label: (key) => (key === defaultKey ? table.defaultLabel : table.label),
  };
}

/** Without blanks and without what repeats an earlier one but for case, which a device refuses (2.7); the same list if so. */
function unique(texts: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  const kept = texts.filter((text) => {
    const folded = caseFolded(text);
    const isNew = folded !== '' && !seen.has(folded);
    if (isNew) seen.add(folded);
    return isNew;
  });
  return kept.length === texts.length ? texts : kept;
}

function sameTexts(a: readonly string[], b: readonly string[]): boolean {
  return a.every((text, index) => text === b[index]);
}

function orNothing(texts: readonly string[]): readonly string[] | undefined {
  return texts.length === 0 ? undefined : texts;
}
