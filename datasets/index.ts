/** Public face of datasets/: the record model and the datasets known. */
export type * from './definition.ts';
export { isSideLocal, type FieldKey, type Fields, type FieldValue } from './record/fields.ts';
