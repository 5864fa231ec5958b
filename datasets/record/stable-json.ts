import type { FieldValue } from './fields.ts';
import { isList, sortedKeys } from './keys.ts';

/** Texts that JSON puts between quotes as they stand, by far the most of them. */
const unescaped = /^[ !#-[\]-\ud7ff\ue000-\uffff]*$/;

/** JSON in which the names of every object come in order of their code units: equal values, equal texts. */
export function stableJson(value: FieldValue): string {
  if (typeof value === 'string') return quoted(value);
  if (isList(value)) return `[${value.map(stableJson).join(',')}]`;
  const names = sortedKeys(value);
  return stableObject(
    names,
    names.map((name) => value[name]),
  );
}

/** The object of these names, which are in order, and of their values; without those that are undefined. */
export function stableObject(names: readonly string[], values: readonly (FieldValue | undefined)[]): string {
  let members = '';
  for (let index = 0; index < names.length; index += 1) {
    const value = values[index];
    if (value === undefined) continue;
    if (members !== '') members += ',';
    members += `${quoted(names[index] ?? '')}:${typeof value === 'string' ? quoted(value) : stableJson(value)}`;
  }
  return `{${members}}`;
}

function quoted(text: string): string {
  return unescaped.test(text) ? `"${text}"` : JSON.stringify(text);
}
