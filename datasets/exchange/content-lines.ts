/**
 * Content lines of vCard and iCalendar (RFC 6350 3.3, RFC 5545 3.1): `NAME;PARAM=value:value`, folded. Names, parameters and
 * folding are ical.js's; values stay as they are written, for what they hold depends on their property (texts.ts).
 */
import ICAL from 'ical.js';

/** What may stand in a file; a line of more UTF-16 units than a record may have makes its card unreadable. */
export const LONGEST_LINE = 16 * 1024 * 1024;

export interface Property {
  /** In upper case, without the name of a group: `TEL` of `item1.tel`. */
  readonly name: string;
  /** By names in lower case. */
  readonly params: ReadonlyMap<string, readonly string[]>;
  /** As written: escapes are not resolved. */
  readonly value: string;
}

export type Params = Readonly<Record<string, string | readonly string[]>>;

/** Lines of a file after unfolding. */
export interface ContentLine {
  /** Of its first line in the file, from 1. */
  readonly number: number;
  /** Cut after LONGEST_LINE and one. */
  readonly text: string;
}

/** Knows no property, so that ical.js neither resolves values nor fails at them. Without prototypes: names are the file's. */
const plainDesign = {
  name: 'plain',
  value: bare({}),
  param: bare({ type: { multiValue: ',' } }),
  property: bare({}),
  propertyGroups: true,
};

function bare(entries: Readonly<Record<string, object>>): object {
  return Object.assign(Object.create(null) as object, entries);
}

/** One line with its end, folded after 75 octets. The value must be escaped already. */
export function contentLine(name: string, value: string, params: Params = {}): string {
  const lowered = Object.fromEntries(
    Object.entries(params).map(([key, given]) => [key.toLowerCase(), given]),
  );
  const property = [name.toLowerCase(), lowered, 'unknown', value];
  return `${ICAL.stringify.property(property, plainDesign, false)}\r\n`;
}

/** The lines of a file, unfolded. Empty ones are left out. */
export function* contentLines(text: string): Generator<ContentLine> {
  let parts: string[] = [];
  let [length, first, number, at] = [0, 1, 0, text.startsWith('\uFEFF') ? 1 : 0];
  while (at < text.length) {
    const feed = text.indexOf('\n', at);
    const end = feed === -1 ? text.length : feed;
    const line = text.slice(at, text[end - 1] === '\r' && end > at ? end - 1 : end);
    number += 1;
    at = end + 1;
    const folded = (line.startsWith(' ') || line.startsWith('\t')) && parts.length > 0;
    if (!folded) {
      yield* lineOf(parts, first);
      [parts, length, first] = [[], 0, number];
    }
    if (length <= LONGEST_LINE) parts.push(folded ? line.slice(1) : line);
    length += line.length;
  }
  yield* lineOf(parts, first);
}

function* lineOf(parts: readonly string[], number: number): Generator<ContentLine> {
  const text = parts.join('');
  if (text.trim() !== '') yield { number, text: text.slice(0, LONGEST_LINE + 1) };
}

/** The property of a line; undefined where it is none. */
export function propertyOf(line: string): Property | undefined {
  let parsed: unknown;
  try {
    parsed = ICAL.parse.property(line, plainDesign);
  } catch {
    // Errors of several kinds are all that ical.js has to say of a line that is none.
    return undefined;
  }
  if (!Array.isArray(parsed)) return undefined;
  const [name, given, kind, value] = parsed as readonly unknown[];
  if (typeof name !== 'string' || typeof value !== 'string' || typeof given !== 'object') return undefined;
  const params = new Map(Object.entries(given ?? {}).map(([key, texts]) => [key, textsIn(texts)]));
  // ical.js takes VALUE for itself, in lower case.
  if (typeof kind === 'string' && kind !== 'unknown') params.set('value', [kind]);
  return { name: name.toUpperCase(), params, value };
}

function textsIn(value: unknown): string[] {
  const values: readonly unknown[] = Array.isArray(value) ? value.flat() : [value];
  return values.filter((item) => typeof item === 'string');
}

/** The first value of a parameter, in lower case; empty where it is not there. */
export function paramOf(property: Property, name: string): string {
  return (property.params.get(name)?.[0] ?? '').toLowerCase();
}
