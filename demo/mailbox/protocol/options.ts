import { badUrl } from './fault.ts';
import type { GraphRequest } from './request.ts';

/** One clause of an OData system query option list, e.g. of `$expand`. */
export interface Expansion {
  readonly navigation: string;
  /** The text in brackets, without them. */
  readonly options: string | undefined;
}

const knownOptions = [
  '$select',
  '$top',
  '$skip',
  '$orderby',
  '$filter',
  '$expand',
  '$count',
  '$skiptoken',
  '$deltatoken',
];

/** Refuses `$` options that Graph does not know, or that the resource does not take (spec: graph 1 line 2). */
export function checkOptions(request: GraphRequest, allowed: readonly string[]): void {
  for (const name of request.query.keys()) {
    if (!name.startsWith('$')) continue;
    if (!knownOptions.includes(name)) throw badUrl(`The query option '${name}' is not recognized.`);
    if (!allowed.includes(name)) throw badUrl(`The query option '${name}' is not supported here.`);
  }
}

/** The names in `$select`, or undefined for all. Throws a GraphFault 400 for a name that `isKnown` does not know. */
export function readSelect(
  text: string | undefined,
  isKnown: (name: string) => boolean,
  type: string,
): ReadonlySet<string> | undefined {
  if (text === undefined) return undefined;
  const names = text.split(',').map((name) => name.trim());
  for (const name of names) {
    if (!isKnown(name)) throw badUrl(`Could not find a property named '${name}' on type '${type}'.`);
  }
  return new Set(names);
}

/** A number option, or undefined. Throws a GraphFault 400 when it is no whole number between `min` and `max`. */
export function readCount(
  request: GraphRequest,
  name: string,
  { min, max }: { readonly min: number; readonly max: number },
): number | undefined {
  const text = request.query.get(name);
  if (text === undefined) return undefined;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(value) || value < min || value > max) {
    throw badUrl(
      `The value '${text}' of query option '${name}' is not a whole number from ${min} to ${max}.`,
    );
  }
  return value;
}

/** Splits `$expand` at its top-level commas. */
export function readExpand(text: string | undefined): Expansion[] {
  if (text === undefined) return [];
  return splitTopLevel(text).map((clause) => {
    const match = /^\s*(\w+)\s*(?:\((.*)\))?\s*$/s.exec(clause);
    if (match?.[1] === undefined) throw badUrl(`The $expand clause '${clause}' cannot be read.`);
    return { navigation: match[1], options: match[2] };
  });
}

/** Splits an expression at a sign that stands outside of quotes and brackets. */
export function splitTopLevel(text: string, separator = ','): string[] {
  const parts: string[] = [];
  let depth = 0;
  let quoted = false;
  let start = 0;
  for (let index = 0; index < text.length; index++) {
    const character = text[index];
    if (character === "'") quoted = !quoted;
    else if (quoted) continue;
    else if (character === '(') depth++;
    else if (character === ')') depth--;
    else if (character === separator && depth === 0) {
      parts.push(text.slice(start, index));
      start = index + 1;
    }
  }
  if (quoted || depth !== 0) throw badUrl(`The expression '${text}' has an unmatched quote or bracket.`);
  return [...parts, text.slice(start)];
}

/** A pattern of a quoted OData string. */
export const quotedText = String.raw`'(?:[^']|'')*'`;

/** A quoted OData string's content: `''` stands for one quote. */
export function unquote(quoted: string): string {
  return quoted.slice(1, -1).replaceAll("''", "'");
}
