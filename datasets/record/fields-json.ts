/** A record as JSON of its id and its fields, `["outlook-7",{"FirstName":"Ada"}]` (docs/protocol-extensions.md, `fields`). */
import type { RecordError } from '../definition.ts';
import { withoutForbidden } from './characters.ts';
import type { ErrorCodeOfRecord } from './codes.ts';
import type { FieldValue } from './fields.ts';
import { isList } from './keys.ts';
import { defaultXmlLimits } from './read-xml.ts';

/** What looks like a character that XML does not allow, as it is or behind a backslash. */
const suspicious = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD]|\\[bfu]/;
/** What may be such a character, or a line end other than LF, in JSON that JSON.stringify has made. */
const untold = /\\[bfru]|[\uFFFE\uFFFF]/;

export interface FieldsDocument {
  readonly id: string;
  /** By their keys, none of which was looked at yet. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** There may be characters in it that XML does not allow. */
  readonly suspicious: boolean;
  /** There is a U+FFFD in it, which a decoder of UTF-8 puts where bytes made no sense. */
  readonly undecoded: boolean;
}

export type FieldsOutcome =
  ({ readonly ok: true } & FieldsDocument) | { readonly ok: false; readonly error: RecordError };

/** Whether a text is meant to be such a record, where it may as well be XML. */
export function isFieldsJson(text: string): boolean {
  return text.startsWith('[');
}

/** Whether JSON of fields can be told as it is: its texts are such as XML would tell them. */
export function isTellable(stored: string): boolean {
  return !untold.test(stored);
}

/** The record of these fields. `stored`: JSON of the fields. */
export function joinFieldsJson(id: string, stored: string): string {
  return `[${JSON.stringify(id)},${stored}]`;
}

/** Takes a record apart, within the bounds that hold for XML. Errors: `record.not-json`, `record.too-large`. */
export function readFieldsJson(text: string): FieldsOutcome {
  const { documentLength, elements } = defaultXmlLimits;
  if (text.length > documentLength) {
    return failed('record.too-large', `${text.length} characters; the limit is ${documentLength}`);
  }
  // Each takes a character at least, so that few records need to be looked through.
  if (text.length > elements && isOvergrown(text, elements)) {
    return failed('record.too-large', `more than ${elements} fields and parts of fields`);
  }
  let record: unknown;
  try {
    record = JSON.parse(text);
  } catch (error) {
    // The rest of the message quotes the record.
    const place = error instanceof Error ? /position \d+/.exec(error.message)?.[0] : undefined;
    return failed('record.not-json', place ?? '');
  }
  if (!Array.isArray(record) || record.length !== 2) return failed('record.not-json', 'no list of two');
  const [id, fields] = record as readonly unknown[];
  if (typeof id !== 'string') return failed('record.not-json', 'the id is no text');
  if (!isObject(fields)) return failed('record.not-json', 'no object of fields');
  return {
    ok: true,
    id: withoutForbidden(id),
    fields,
    suspicious: suspicious.test(text),
    undecoded: text.includes('\ufffd'),
  };
}

/** Whether there are more values in JSON than that: seen before they are made, of which each takes far more than its text. */
function isOvergrown(text: string, most: number): boolean {
  let count = 1;
  for (let at = 0; at < text.length && count <= most; at += 1) {
    const character = text[at];
    if (character === '"') at = endOfText(text, at);
    else if (character === ',' || character === '[' || character === '{') count += 1;
  }
  return count > most;
}

/** Where the text between quotes ends that begins there. */
function endOfText(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text[end - 1 - backslashes] === '\\') backslashes += 1;
    if (backslashes % 2 === 0) return end;
  }
  return text.length;
}

/** The value without the characters that XML does not allow. */
export function repaired(value: FieldValue): FieldValue {
  if (typeof value === 'string') return withoutForbidden(value);
  if (isList(value)) return value.map(repaired);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, repaired(member)]));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function failed(code: ErrorCodeOfRecord, detail: string): FieldsOutcome {
  return { ok: false, error: { code, detail } };
}
