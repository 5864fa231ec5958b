import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Fields, FieldValue } from './fields.ts';
import { isList } from './keys.ts';

/** JSON in which the names of every object come in order of their code units: equal values, equal texts. */
export function stableJson(value: FieldValue): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (isList(value)) return `[${value.map(stableJson).join(',')}]`;
  let members = '';
  for (const name of Object.keys(value).sort()) {
    members += `${members === '' ? '' : ','}${JSON.stringify(name)}:${stableJson(value[name] ?? '')}`;
  }
  return `{${members}}`;
}

/** SHA-256, as lower-case hex, of canonical fields: equal for records of equal content. */
export function recordHash(canonicalFields: Fields): string {
  return bytesToHex(sha256(utf8ToBytes(stableJson(canonicalFields))));
}
