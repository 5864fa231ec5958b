/** Public face of datasets/: the record model and the datasets known. */
import { calendar } from './calendar/index.ts';
import { contacts } from './contacts/index.ts';
import type { DatasetDefinition } from './definition.ts';
import { tasks } from './tasks/index.ts';

export type * from './definition.ts';
export { calendar, DELETED } from './calendar/index.ts';
export { contacts } from './contacts/index.ts';
export { diffFields, mergeOrderedList } from './merge.ts';
export { caseFolded } from './record/characters.ts';
export { isFieldValue, isSideLocal, type FieldKey, type Fields, type FieldValue } from './record/fields.ts';
export { stableJson } from './record/stable-json.ts';
export { sameData as sameFields } from './record/keys.ts';
export { tasks, normaliseTask, type TaskDates } from './tasks/index.ts';

/** Every dataset, by its name on the wire. */
export const datasetDefinitions: ReadonlyMap<string, DatasetDefinition> = new Map([
  [contacts.name, contacts],
  [calendar.name, calendar],
  [tasks.name, tasks],
]);
