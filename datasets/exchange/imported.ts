/** What a file of records has become. */
import type { DatasetDefinition } from '../definition.ts';
import type { FieldKey, Fields } from '../record/fields.ts';
import type { ExchangeProblem } from './components.ts';
import type { ExchangeLoss } from './losses.ts';

export interface ImportedRecord {
  /** As the file names it; may be empty, and need not be unique. */
  readonly id: string;
  readonly fields: Fields;
  /** Of its beginning in the file, from 1. */
  readonly line: number;
  readonly losses: readonly ExchangeLoss[];
}

export interface Imported {
  /** In the order of the file. */
  readonly records: readonly ImportedRecord[];
  /** Parts of the file that are no record; the other parts are read. */
  readonly problems: readonly ExchangeProblem[];
}

/** The fields that the dataset can have, consistent with one another; `dropped` is told of the others. */
export function checked(
  definition: DatasetDefinition,
  fields: Fields,
  dropped: (key: FieldKey) => void,
): Fields {
  const kept = Object.entries(fields).filter(([key, value]) => {
    if (definition.problem(key, value) === undefined) return true;
    dropped(key);
    return false;
  });
  return definition.normalise(Object.fromEntries(kept));
}
