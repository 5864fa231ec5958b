/** Values that all datasets keep alike: texts, categories, custom fields. */
import { caseFolded, lineFeeds } from '../../../datasets/record/characters.ts';
import type { FieldKey, Fields, FieldValue } from '../../../datasets/index.ts';
import { labelFields } from '../../../datasets/schema/category-set.ts';
import { pairFields } from '../../../datasets/schema/key-value-list.ts';

/** Outlook's own line ends. */
export const crlf = (text: string): string => lineFeeds(text).replaceAll('\n', '\r\n');

const isTexts = (value: FieldValue): value is readonly FieldValue[] => Array.isArray(value);

export const textOf = (value: FieldValue | undefined): string => (typeof value === 'string' ? value : '');

export const textsOf = (value: FieldValue | undefined): string[] =>
  value !== undefined && isTexts(value) ? value.filter((item) => typeof item === 'string') : [];

/** The members of a group; none of another value. */
export const groupOf = (value: FieldValue | undefined): Readonly<Record<string, FieldValue>> =>
  typeof value === 'object' && !isTexts(value) ? value : {};

/** The texts of a collection without gaps. */
export function present(values: readonly (string | null | undefined)[] | null | undefined): string[] {
  return (values ?? []).filter((value) => typeof value === 'string' && value !== '') as string[];
}

/** Whether one of the keys is a member of a list. */
export const touches = (keys: Iterable<FieldKey>, element: string): boolean =>
  [...keys].some((key) => key.startsWith(`${element}/`));

export const categoryFields = (categories: readonly (string | null)[] | null | undefined): Fields =>
  labelFields('Categories', present(categories));

/** Outlook's own spelling and order stay for what stays. */
export function categoryList(fields: Fields, held: readonly (string | null)[] | null | undefined): string[] {
  const wanted = new Map(
    Object.entries(fields)
      .filter(([key]) => key.startsWith('Categories/'))
      .map(([, label]) => [caseFolded(textOf(label)), textOf(label)]),
  );
  const kept = present(held).filter((label) => wanted.has(caseFolded(label)));
  const known = new Set(kept.map(caseFolded));
  return [...kept, ...[...wanted].filter(([folded]) => !known.has(folded)).map(([, label]) => label)];
}

/** Custom fields out of the JSON object of texts that customFieldsJson makes. */
export function customFields(json: string | undefined): Fields {
  const value = parseJson(json);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  const pairs = Object.entries(value).filter((pair): pair is [string, string] => typeof pair[1] === 'string');
  return pairFields('CustomFields', pairs);
}

/** The custom fields as a JSON object of texts; empty where there are none. */
export function customFieldsJson(fields: Fields): string {
  const pairs: [string, string][] = [];
  for (const [key, value] of Object.entries(fields)) {
    if (!key.startsWith('CustomFields/')) continue;
    const { Key, Value } = groupOf(value);
    pairs.push([textOf(Key), textOf(Value)]);
  }
  // fromEntries makes own properties even of names such as __proto__.
  return pairs.length === 0 ? '' : JSON.stringify(Object.fromEntries(pairs));
}

/** The value of a JSON text; undefined for what is none, which somebody else has put there and we leave alone. */
export function parseJson(json: string | undefined): unknown {
  if (json === undefined) return undefined;
  try {
    return JSON.parse(json) as unknown;
  } catch {
    // Not ours: it holds nothing that we can show.
    return undefined;
  }
}
