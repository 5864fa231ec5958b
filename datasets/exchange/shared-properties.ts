/** What contacts, appointments and tasks have alike: categories, custom fields, plain texts (spec: datasets 10). */
import { oneLine } from '../record/characters.ts';
import type { Fields } from '../record/fields.ts';
import { isGroup, memberOf, textOf } from '../record/keys.ts';
import { labelFields } from '../schema/category-set.ts';
import { pairFields } from '../schema/key-value-list.ts';
import { contentLine, type Params, type Property } from './content-lines.ts';
import { escaped, textList, unescaped } from './texts.ts';

const CATEGORIES = 'Categories';
const CUSTOM_FIELDS = 'CustomFields';

/** Properties of our own, with values of text. */
export const CUSTOM_FIELD = 'X-QDSYNC-CF';
const KEY = 'x-key';

/** Nothing where the text is blank: an empty value and none mean the same. */
export function textLine(name: string, text: string, params: Params = {}): string {
  return text.trim() === '' ? '' : contentLine(name, escaped(text), params);
}

/** Of a name that no standard knows, whose values are of no known kind unless told. */
export function extensionLine(name: string, text: string, params: Params = {}): string {
  return textLine(name, text, { ...params, VALUE: 'TEXT' });
}

export function categoryLines(fields: Fields): string {
  const labels = membersOf(fields, CATEGORIES).map((value) => escaped(textOf(value)));
  return labels.length === 0 ? '' : contentLine('CATEGORIES', labels.join(','));
}

export function customFieldLines(fields: Fields): string {
  return membersOf(fields, CUSTOM_FIELDS)
    .filter(isGroup)
    .map((pair) => extensionLine(CUSTOM_FIELD, textOf(pair.Value), { 'X-KEY': oneLine(textOf(pair.Key)) }))
    .join('');
}

function membersOf(fields: Fields, element: string) {
  return Object.keys(fields)
    .filter((key) => memberOf(key, element) !== undefined)
    .sort()
    .flatMap((key) => fields[key] ?? []);
}

/** Categories and custom fields of some properties. */
export function listFields(properties: ReadonlyMap<string, readonly Property[]>): Fields {
  const labels = (properties.get('CATEGORIES') ?? []).flatMap(({ value }) => textList(value));
  const pairs = (properties.get(CUSTOM_FIELD) ?? []).map(
    ({ params, value }) => [params.get(KEY)?.[0] ?? '', unescaped(value)] as const,
  );
  return { ...labelFields(CATEGORIES, labels), ...pairFields(CUSTOM_FIELDS, pairs) };
}

/** The text of the first property of a name; empty where there is none. */
export function firstText(properties: ReadonlyMap<string, readonly Property[]>, name: string): string {
  return unescaped(properties.get(name)?.[0]?.value ?? '');
}
