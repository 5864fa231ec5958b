/** What the store needs to know of a record besides its fields. */
import { createHash } from 'node:crypto';
import type { DatasetDefinition, Fields } from '../../datasets/index.ts';
import { recordHash } from '../../datasets/index.ts';

export interface Digest {
  /** JSON of the fields. */
  readonly fields: string;
  /** Equal for equal canonical content. */
  readonly hash: string;
}

export function digest(definition: DatasetDefinition, fields: Fields): Digest {
  return { fields: JSON.stringify(fields), hash: hashOf(definition, fields) };
}

export function hashOf(definition: DatasetDefinition, fields: Fields): string {
  return recordHash(definition.canonical(fields));
}

export function parseFields(json: string): Fields {
  return JSON.parse(json) as Fields;
}

/** Long texts that are only compared for equality stay out of memory as hashes. */
export function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}
