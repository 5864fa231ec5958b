import type { FieldValue } from './fields.ts';
import { isList, sortedKeys } from './keys.ts';

/** JSON in which the names of every object come in order of their code units: equal values, equal texts. */
export function stableJson(value: FieldValue): string {
  return JSON.stringify(isInOrder(value) ? value : inOrder(value));
}

function isInOrder(value: FieldValue): boolean {
  if (typeof value === 'string') return true;
  if (isList(value)) return value.every(isInOrder);
  let last = '';
  for (const name of Object.keys(value)) {
    if (name < last || !isInOrder(value[name] ?? '')) return false;
    last = name;
  }
  return true;
}

/** The value with all names in order. */
function inOrder(value: FieldValue): FieldValue {
  if (typeof value === 'string') return value;
  if (isList(value)) return value.map(inOrder);
  const names = sortedKeys(value);
  // From entries, for which `__proto__` is a name like any other.
  return Object.fromEntries(names.map((name) => [name, inOrder(value[name] ?? '')]));
}
