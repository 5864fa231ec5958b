/**
 * Calls to the Outlook host and their answers, as a recording shows them: of texts only those are left as they are that
 * are known to be words of the contract. Pure.
 */
import type { Fields } from '../../datasets/index.ts';
import type { Pseudonyms } from './pseudonyms.ts';
import { redactFields, redactKey } from './redact-record.ts';

export type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

/** Properties that hold words of the contract, numbers of ours, and times. */
const PLAIN: ReadonlySet<string> = new Set([
  ...['kind', 'status', 'reading', 'code', 'key', 'createKey', 'modified', 'writable', 'keys'],
]);
const PLAIN_TEXT = /^[\w:.+-]{0,100}$/;

/** `name`: the property that holds the value. */
export function redactJson(pseudonyms: Pseudonyms, value: unknown, name = ''): Json {
  if (typeof value === 'string') return redactText(pseudonyms, name, value);
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return value;
  if (Array.isArray(value)) return value.map((member: unknown) => redactJson(pseudonyms, member, name));
  if (typeof value !== 'object') return null;
  if (name === 'fields' || name === 'expected') return redactFields(pseudonyms, value as Fields) as Json;
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(entries.map(([key, member]) => [key, redactJson(pseudonyms, member, key)]));
}

function redactText(pseudonyms: Pseudonyms, name: string, text: string): string {
  if (PLAIN.has(name) && PLAIN_TEXT.test(text)) return text;
  if (name === 'changed') return redactKey(pseudonyms, text);
  return name === 'detail' ? pseudonyms.text(text) : pseudonyms.opaque(text);
}
