/** Whether an item still says what a plan was made against. */
import type { DatasetDefinition, Fields } from '../../../datasets/index.ts';

/** Compares canonical contents, field by field as the dataset compares them; the photo only where it matters. */
export function sameContent(
  definition: DatasetDefinition,
  a: Fields,
  b: Fields,
  portrait: 'compared' | 'ignored',
): boolean {
  const first = definition.canonical(a);
  const second = definition.canonical(b);
  const keys = new Set([...Object.keys(first), ...Object.keys(second)]);
  if (portrait === 'ignored') keys.delete('Portrait');
  return [...keys].every((key) => definition.sameValue(key, first[key], second[key]));
}
