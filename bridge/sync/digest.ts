/** What the store needs to know of a record besides its fields. */
import { hash } from 'node:crypto';
import type { DatasetDefinition, Fields } from '../../datasets/index.ts';

export interface Digest {
  /** JSON of the fields. */
  readonly fields: string;
  /** Equal for equal canonical content. */
  readonly hash: string;
}

export function digest(definition: DatasetDefinition, fields: Fields): Digest {
  return { fields: JSON.stringify(fields), hash: hashOf(definition, fields) };
}

/** SHA-256, as lower-case hex, of the canonical content: the same for equal records, however their fields came. */
export function hashOf(definition: DatasetDefinition, fields: Fields): string {
  return hash('sha256', definition.canonicalText(fields), 'hex');
}

export function parseFields(json: string): Fields {
  return JSON.parse(json) as Fields;
}

/** Long texts that are only compared for equality stay out of memory as hashes, 16 bytes as as many characters. */
export function shortHash(text: string): string {
  return hash('sha256', text, 'buffer').toString('latin1', 0, 16);
}
