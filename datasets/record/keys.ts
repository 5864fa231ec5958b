/** Taking field keys and values apart (fields.ts tells how they are made). */
import type { FieldKey, Fields, FieldValue } from './fields.ts';

export type MutableFields = Record<FieldKey, FieldValue>;

const SLASH = 0x2f;

/** Name of the top-level element that a field belongs to: `PhoneNumbers` of `PhoneNumbers/HomePhone`. */
export function elementOf(key: FieldKey): string {
  for (let end = 0; end < key.length; end += 1) {
    if (isSeparator(key.charCodeAt(end))) return key.slice(0, end);
  }
  return key;
}

/** `/`, `@` or `~`. By code, for this runs for every field of every record, many times. */
function isSeparator(code: number): boolean {
  return code === SLASH || code === 0x40 || code === 0x7e;
}

/** Key of the list member that a field is, `HomePhone` of `PhoneNumbers/HomePhone`; undefined for other fields. */
export function memberOf(key: FieldKey, element: string): string | undefined {
  const isMember = key.charCodeAt(element.length) === SLASH && key.startsWith(element);
  return isMember ? key.slice(element.length + 1) : undefined;
}

export const memberKey = (element: string, member: string): FieldKey => `${element}/${member}`;
export const attributeKey = (element: string, attribute: string): FieldKey => `${element}@${attribute}`;

/** Side-local: entries of a list that only the device can tell apart. */
export const hiddenKey = (element: string): FieldKey => `${element}~hidden`;
/** Side-local: top-level elements that the dataset does not know, as XML. */
export const residueKey: FieldKey = '~residue';

export type FieldGroup = Readonly<Record<string, FieldValue>>;

export function isList(value: FieldValue | undefined): value is readonly FieldValue[] {
  return Array.isArray(value);
}

export function isGroup(value: FieldValue | undefined): value is FieldGroup {
  return typeof value === 'object' && !Array.isArray(value);
}

/** The names of an object in order of their code units. */
export function sortedKeys(value: Readonly<Record<string, unknown>>): readonly string[] {
  return inOrder(Object.keys(value));
}

/** Texts in order of their code units, the same list where they are. Most are, which is quicker to see than to sort. */
export function inOrder(texts: readonly string[]): readonly string[] {
  for (let index = 1; index < texts.length; index += 1) {
    if ((texts[index] ?? '') < (texts[index - 1] ?? '')) return texts.toSorted();
  }
  return texts;
}

/** Whether two values are the same data, name by name and entry by entry. */
export function sameData(a: FieldValue | undefined, b: FieldValue | undefined): boolean {
  if (a === b) return true;
  if (isList(a) && isList(b))
    return a.length === b.length && a.every((item, index) => sameData(item, b[index]));
  if (!isGroup(a) || !isGroup(b)) return false;
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && sameData(a[name], b[name]))
  );
}

/** The texts of a list value, the same list where it holds nothing else; nothing for any other value. */
export function textsOf(value: FieldValue | undefined): readonly string[] {
  if (!isList(value)) return [];
  return value.every(isText) ? value : value.filter(isText);
}

const isText = (value: FieldValue): value is string => typeof value === 'string';

/** What is to become of a field that is there; undefined: it goes. */
export type FieldChange = readonly [key: FieldKey, value: FieldValue | undefined];

/** The fields, in their order, with some of them changed; the same object where none is. */
export function withChanges(fields: Fields, changes: readonly FieldChange[]): Fields {
  if (changes.length === 0) return fields;
  const result: MutableFields = { ...fields };
  for (const [key, value] of changes) {
    if (value === undefined) Reflect.deleteProperty(result, key);
    else result[key] = value;
  }
  return result;
}

/** The value where it is a text, else the empty text. */
export function textOf(value: FieldValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
