/** What one entry of a keyed list holds: a text (a phone number) or a group of texts (an address). */
import { isBlank, lineFeeds, manyLines, oneLine, shortened, simplified } from '../record/characters.ts';
import type { FieldValue } from '../record/fields.ts';
import { isGroup, textOf } from '../record/keys.ts';
import { childElements, xmlElement, type XmlAttribute, type XmlElement } from '../record/xml.ts';
import type { Draft } from './element.ts';
import { textContent, valueContent } from './text-content.ts';

/** `empty`: no content at all. `blank`: white space only, which tells a device to drop the member. */
export type EntryReading =
  { readonly state: 'empty' | 'blank' } | { readonly state: 'value'; readonly value: FieldValue };

export interface EntryKind {
  read(xml: XmlElement, draft: Draft, list: string): EntryReading;
  write(name: string, attributes: readonly XmlAttribute[], value: FieldValue): XmlElement;
  /** The entry that tells a device to drop the member. */
  writeBlank(name: string, attributes: readonly XmlAttribute[]): XmlElement;
  template(name: string, attributes: readonly XmlAttribute[]): XmlElement;
  problem(value: FieldValue): string | undefined;
  /** Whether there is nothing in it but white space. */
  isEmpty(value: FieldValue): boolean;
  canonical(value: FieldValue): FieldValue | undefined;
  held(value: FieldValue): FieldValue | undefined;
}

const simplifiedText = (value: FieldValue) => simplified(textOf(value));

/** A text that a device simplifies: no white space around it, single blanks within. */
export const textEntry: EntryKind = {
  read(xml) {
    const text = textContent(xml);
    if (text === '') return { state: 'empty' };
    return isBlank(text) ? { state: 'blank' } : { state: 'value', value: simplified(text) };
  },
  write: (name, attributes, value) => xmlElement(name, attributes, simplifiedText(value)),
  // An empty entry would end the list (spec: datasets 2.6); a blank one removes this member only (3.4).
  writeBlank: (name, attributes) => xmlElement(name, attributes, ' '),
  template: (name, attributes) => xmlElement(name, attributes, ''),
  problem: (value) => (typeof value === 'string' ? undefined : 'must be a text'),
  isEmpty: (value) => isBlank(textOf(value)),
  canonical: (value) => oneLine(textOf(value)) || undefined,
  held: (value) => simplifiedText(value) || undefined,
};

export interface GroupPart {
  readonly name: string;
  readonly lines: 'one' | 'many';
}

/** A group of texts that is replaced as a whole; parts without text are left out of the value. */
export function groupEntry(parts: readonly GroupPart[]): EntryKind {
  const byName = parts.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const partOf = (value: FieldValue, name: string) => (isGroup(value) ? lineFeeds(textOf(value[name])) : '');
  const mapped = (value: FieldValue, map: (text: string, part: GroupPart) => string) => {
    if (!isGroup(value)) return undefined;
    const result: Record<string, string> = {};
    let isEmpty = true;
    // In order of their names, as canonical forms are.
    for (const part of byName) {
      const given = value[part.name];
      const text = given === undefined ? '' : map(lineFeeds(textOf(given)), part);
      if (isBlank(text)) continue;
      result[part.name] = text;
      isEmpty = false;
    }
    return isEmpty ? undefined : result;
  };
  const written = (
    name: string,
    attributes: readonly XmlAttribute[],
    text: (part: GroupPart, index: number) => string,
  ) =>
    xmlElement(
      name,
      attributes,
      parts.map((part, index) => xmlElement(part.name, [], text(part, index))),
    );

  return {
    read(xml, draft, list) {
      const value: Record<string, string> = {};
      for (const child of childElements(xml)) {
        if (!parts.some((part) => part.name === child.name)) {
          draft.warn('record.unknown-element', list, `${shortened(child.name)} within ${xml.name}`);
          continue;
        }
        const text = valueContent(child);
        if (text !== '') value[child.name] = text;
      }
      return Object.keys(value).length === 0 ? { state: 'blank' } : { state: 'value', value };
    },
    write: (name, attributes, value) => written(name, attributes, (part) => partOf(value, part.name)),
    writeBlank: (name, attributes) => written(name, attributes, (_, index) => (index === 0 ? ' ' : '')),
    template: (name, attributes) => written(name, attributes, () => ''),
    problem(value) {
      if (!isGroup(value)) return 'must be a group of texts';
      const stranger = Object.keys(value).find((name) => !parts.some((part) => part.name === name));
      if (stranger !== undefined) return `${shortened(stranger)} is no part of it`;
      return Object.values(value).every((part) => typeof part === 'string')
        ? undefined
        : 'its parts must be texts';
    },
    isEmpty: (value) => parts.every((part) => isBlank(partOf(value, part.name))),
    canonical: (value) => mapped(value, (text, part) => (part.lines === 'many' ? manyLines : oneLine)(text)),
    held: (value) => mapped(value, (text) => text),
  };
}
