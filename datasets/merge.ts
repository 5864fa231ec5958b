/** What the engine needs to compare and merge the fields of any dataset. Pure. */
import type { DatasetDefinition } from './definition.ts';
import { caseFolded } from './record/characters.ts';
import { isSideLocal, type FieldKey, type Fields } from './record/fields.ts';
import { sameData } from './record/keys.ts';

/** The shared fields whose value differs, added and removed ones included, in order of their keys. */
export function diffFields(definition: DatasetDefinition, base: Fields, current: Fields): FieldKey[] {
  if (sameData(base, current)) return [];
  const [before, after] = [definition.normalise(base), definition.normalise(current)];
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  const different = [...keys].filter(
    (key) => !isSideLocal(key) && !definition.sameValue(key, before[key], after[key]),
  );
  if (different.length === 0) return different;
  // A value may mean the same beside the others of its record: an end between two occurrences, for one.
  const [left, right] = [definition.canonical(base), definition.canonical(current)];
  return different.filter((key) => !definition.sameValue(key, left[key], right[key])).sort();
}

/**
 * Three-way merge of lists whose order means something, such as e-mail addresses: what either side removed is gone,
 * what either side added is there, in the winner's order. Members are the same when they differ only in case.
 */
export function mergeOrderedList(
  base: readonly string[],
  winner: readonly string[],
  loser: readonly string[],
): readonly string[] {
  const has = (list: readonly string[]): ((text: string) => boolean) => {
    const folded = new Set(list.map(caseFolded));
    return (text) => folded.has(caseFolded(text));
  };
  const [inBase, inWinner, inLoser] = [has(base), has(winner), has(loser)];
  const kept = winner.filter((text) => inLoser(text) || !inBase(text));
  const added = loser.filter((text) => !inBase(text) && !inWinner(text));
  return [...kept, ...added];
}
