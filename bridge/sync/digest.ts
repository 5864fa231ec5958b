/** What the store needs to know of a record besides its fields: short texts to compare and match by. */
import { createHash } from 'node:crypto';
import type { DatasetDefinition, Fields } from '../../datasets/index.ts';
import { recordHash } from '../../datasets/index.ts';

export interface Digest {
  /** JSON of the fields. */
  readonly fields: string;
  /** Equal for equal canonical content. */
  readonly hash: string;
  /** Equal for what two sides may hold as the same record. */
  readonly match: string;
  readonly ident: string | null;
}

export function digest(definition: DatasetDefinition, fields: Fields): Digest {
  const canonical = definition.canonical(fields);
  const ident = definition.identity(fields)?.key;
  return {
    fields: JSON.stringify(fields),
    hash: recordHash(canonical),
    match: shortHash(definition.matchText(canonical)),
    ident: ident === undefined ? null : shortHash(ident),
  };
}

export function hashOf(definition: DatasetDefinition, fields: Fields): string {
  return recordHash(definition.canonical(fields));
}

export function parseFields(json: string): Fields {
  return JSON.parse(json) as Fields;
}

/** Long texts are only compared for equality; as hashes they stay out of memory and database. */
function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}
