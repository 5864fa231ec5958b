/** What the store needs to know of a record besides its fields: hashes to compare and match by. */
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
  return {
    fields: JSON.stringify(fields),
    hash: recordHash(definition.canonical(fields)),
    match: definition.matchText(fields),
    ident: definition.identity(fields)?.key ?? null,
  };
}

export function hashOf(definition: DatasetDefinition, fields: Fields): string {
  return recordHash(definition.canonical(fields));
}

export function parseFields(json: string): Fields {
  return JSON.parse(json) as Fields;
}
