/** A list of texts whose order means something, with a preferred one: e-mail addresses (spec: datasets 3.6). */
import { caseFolded, lineFeeds, oneLine, shortened, simplified } from '../record/characters.ts';
import type { Fields, FieldValue } from '../record/fields.ts';
import { attributeKey, isList, textOf, textsOf, type MutableFields } from '../record/keys.ts';
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

  const settle = (fields: MutableFields) => {
    const texts = unique(textsOf(fields[name]));
    put(fields, name, texts);
    const wanted = caseFolded(textOf(fields[defaultKey]));
    const place = wanted === '' ? -1 : texts.findIndex((text) => caseFolded(text) === wanted);
    const preferred = texts[place];
    // The first entry is the default anyhow (7.5 rule 5).
    if (place > 0 && preferred !== undefined) fields[defaultKey] = preferred;
    else if (Object.hasOwn(fields, defaultKey)) Reflect.deleteProperty(fields, defaultKey);
  };

  const mapped = (value: FieldValue, map: (text: string) => string) => {
    const texts = unique(textsOf(value).map(map));
    return texts.length === 0 ? undefined : texts;
  };

  return {
    name,

    list: {
      count: (fields) => textsOf(fields[name]).length,
      merge(previous, read): Fields {
        const merged: MutableFields = { ...previous };
        put(merged, name, unique([...textsOf(previous[name]), ...textsOf(read.fields[name])]));
        const preferred = read.fields[defaultKey];
        if (preferred !== undefined) merged[defaultKey] = preferred;
        settle(merged);
        return merged;
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
      put(draft.fields, name, unique([...texts, preferred]));
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

/** Without blanks and without what repeats an earlier one but for case, which a device refuses (2.7). */
function unique(texts: readonly string[]): string[] {
  const seen = new Map<string, string>();
  for (const text of texts) {
    const folded = caseFolded(text);
    if (folded !== '' && !seen.has(folded)) seen.set(folded, text);
  }
  return [...seen.values()];
}

function put(fields: MutableFields, key: string, texts: readonly string[]): void {
  if (texts.length > 0) fields[key] = texts;
  else if (Object.hasOwn(fields, key)) Reflect.deleteProperty(fields, key);
}
