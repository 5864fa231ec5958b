/** Whether an item still says what a plan was made against. */
import type { DatasetDefinition, FieldKey, Fields } from '../../../datasets/index.ts';

/** Compares canonical contents, field by field as the dataset compares them, but for the fields that do not matter. */
export function sameContent(
  definition: DatasetDefinition,
  a: Fields,
  b: Fields,
  ignored: readonly FieldKey[] = [],
): boolean {
  return differingKeys(definition, a, b).every((key) => ignored.includes(key));
}

/** The fields that do not mean the same in two records. */
export function differingKeys(definition: DatasetDefinition, a: Fields, b: Fields): FieldKey[] {
  const first = definition.canonical(a);
  const second = definition.canonical(b);
  const keys = new Set([...Object.keys(first), ...Object.keys(second)]);
  return [...keys].filter((key) => !definition.sameValue(key, first[key], second[key]));
}
