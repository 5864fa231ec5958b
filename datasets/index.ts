/** Public face of datasets/: the record model and the datasets known. */
import { contacts } from './contacts/index.ts';
import type { DatasetDefinition } from './definition.ts';

export type * from './definition.ts';
export { contacts } from './contacts/index.ts';
export { diffFields, mergeOrderedList } from './merge.ts';
export { isSideLocal, type FieldKey, type Fields, type FieldValue } from './record/fields.ts';
export { recordHash } from './record/hash.ts';

/** Every dataset, by its name on the wire. */
export const datasetDefinitions: ReadonlyMap<string, DatasetDefinition> = new Map([
  [contacts.name, contacts],
]);
