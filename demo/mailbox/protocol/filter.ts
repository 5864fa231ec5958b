import { GraphFault } from './fault.ts';
import { unquote } from './options.ts';

/**
 * `$filter`, the part of OData's grammar that calendars and task lists take: comparisons, `and`, `or`, `not`, brackets,
 * contains/startswith/endswith, and `any` over a collection. Texts compare without case, times as instants.
 */

export type Predicate = (read: (path: string) => unknown) => boolean;

const token =
  /\s*(?:('(?:[^']|'')*')|(\d{4}-\d{2}-\d{2}(?:T[\d:.]+(?:Z|[+-]\d{2}:\d{2})?)?)|(-?\d+(?:\.\d+)?)|([A-Za-z_][\w/]*)|([(),:]))/y;

interface Token {
  readonly kind: 'text' | 'time' | 'number' | 'name' | 'sign';
  readonly text: string;
}

const maxDepth = 20;

/**
 * Reads a filter whose paths all pass `isKnown`. Throws a GraphFault 400 for any other, and for what is no filter.
 */
export function readFilterExpression(text: string, isKnown: (path: string) => boolean): Predicate {
  const reader = new FilterReader(text, isKnown);
  return reader.read();
}

class FilterReader {
  readonly #source: string;
  readonly #tokens: readonly Token[];
  readonly #isKnown: (path: string) => boolean;
  #at = 0;
  #depth = 0;

  constructor(source: string, isKnown: (path: string) => boolean) {
    this.#source = source;
    this.#isKnown = isKnown;
    this.#tokens = this.#scan();
  }

  read(): Predicate {
    const predicate = this.#or();
    if (this.#at < this.#tokens.length) throw this.#unsupported();
    return predicate;
  }

  #scan(): Token[] {
    const tokens: Token[] = [];
    token.lastIndex = 0;
    const end = this.#source.trimEnd().length;
    while (token.lastIndex < end) {
      const match = token.exec(this.#source);
      if (match === null) throw this.#unsupported();
      const [, text, time, number, name, sign] = match;
      if (text !== undefined) tokens.push({ kind: 'text', text: unquote(text) });
      else if (time !== undefined) tokens.push({ kind: 'time', text: time });
      else if (number !== undefined) tokens.push({ kind: 'number', text: number });
      else if (name !== undefined) tokens.push({ kind: 'name', text: name });
      else tokens.push({ kind: 'sign', text: sign ?? '' });
    }
    return tokens;
  }

  #or(): Predicate {
    if (++this.#depth > maxDepth) throw this.#unsupported();
    let left = this.#and();
    while (this.#takeWord('or')) {
      const [first, second] = [left, this.#and()];
      left = (read) => first(read) || second(read);
    }
    this.#depth--;
    return left;
  }

  #and(): Predicate {
    let left = this.#unary();
    while (this.#takeWord('and')) {
      const [first, second] = [left, this.#unary()];
      left = (read) => first(read) && second(read);
    }
    return left;
  }

  #unary(): Predicate {
    if (this.#takeWord('not')) {
      const inner = this.#unary();
      return (read) => !inner(read);
    }
    if (this.#takeSign('(')) {
      const inner = this.#or();
      this.#needSign(')');
      return inner;
    }
    const name = this.#needName();
    if (this.#takeSign('(')) return this.#call(name);
    return this.#comparison(name);
  }

  #call(name: string): Predicate {
    const lower = name.toLowerCase();
    if (lower === 'contains' || lower === 'startswith' || lower === 'endswith') {
      const path = this.#needPath();
      this.#needSign(',');
      const wanted = this.#needText().toLowerCase();
      this.#needSign(')');
      return (read) => {
        const value = read(path);
        if (typeof value !== 'string') return false;
        const text = value.toLowerCase();
        if (lower === 'contains') return text.includes(wanted);
        return lower === 'startswith' ? text.startsWith(wanted) : text.endsWith(wanted);
      };
    }
    if (!lower.endsWith('/any')) throw this.#unsupported();
    return this.#any(this.#known(name.slice(0, -'/any'.length)));
  }

  /** `categories/any(c:c eq 'x')`. */
  #any(path: string): Predicate {
    const variable = this.#needName();
    this.#needSign(':');
    if (this.#needName() !== variable) throw this.#unsupported();
    const test = this.#test();
    this.#needSign(')');
    return (read) => {
      const values = read(path);
      return Array.isArray(values) && values.some(test);
    };
  }

  #comparison(name: string): Predicate {
    const path = this.#known(name);
    const test = this.#test();
    return (read) => test(read(path));
  }

  #test(): (value: unknown) => boolean {
    const operator = this.#needName().toLowerCase();
    const wanted = this.#literal();
    switch (operator) {
      case 'eq':
        return (value) => order(value, wanted) === 0;
      case 'ne':
        return (value) => order(value, wanted) !== 0;
      case 'gt':
        return (value) => order(value, wanted) > 0;
      case 'ge':
        return (value) => order(value, wanted) >= 0;
      case 'lt':
        return (value) => order(value, wanted) < 0;
      case 'le':
        return (value) => order(value, wanted) <= 0;
      default:
        throw this.#unsupported();
    }
  }

  #literal(): unknown {
    const next = this.#tokens[this.#at++];
    switch (next?.kind) {
      case 'text':
      case 'time':
        return next.text;
      case 'number':
        return Number(next.text);
      case 'name':
        if (next.text === 'null') return null;
        if (next.text === 'true' || next.text === 'false') return next.text === 'true';
        throw this.#unsupported();
      case 'sign':
      case undefined:
        throw this.#unsupported();
    }
  }

  #takeWord(word: string): boolean {
    const next = this.#tokens[this.#at];
    const fits = next?.kind === 'name' && next.text.toLowerCase() === word;
    if (fits) this.#at++;
    return fits;
  }

  #takeSign(sign: string): boolean {
    const next = this.#tokens[this.#at];
    const fits = next?.kind === 'sign' && next.text === sign;
    if (fits) this.#at++;
    return fits;
  }

  #needSign(sign: string): void {
    if (!this.#takeSign(sign)) throw this.#unsupported();
  }

  #needName(): string {
    const next = this.#tokens[this.#at++];
    if (next?.kind !== 'name') throw this.#unsupported();
    return next.text;
  }

  #needPath(): string {
    return this.#known(this.#needName());
  }

  #needText(): string {
    const next = this.#tokens[this.#at++];
    if (next?.kind !== 'text') throw this.#unsupported();
    return next.text;
  }

  #known(path: string): string {
    if (!this.#isKnown(path)) throw this.#unsupported();
    return path;
  }

  #unsupported(): GraphFault {
    const message = `The query filter '${this.#source}' is not supported.`;
    return new GraphFault(400, 'ErrorInvalidUrlQueryFilter', message);
  }
}

/** Less than, equal to or greater than zero; NaN when the two cannot be compared. */
function order(value: unknown, wanted: unknown): number {
  if (wanted === null || value === null || value === undefined) {
    return (value ?? null) === wanted ? 0 : Number.NaN;
  }
  if (typeof value === 'string' && typeof wanted === 'string') {
    const times = [timeOf(value), timeOf(wanted)] as const;
    if (times[0] !== undefined && times[1] !== undefined) return times[0] - times[1];
    const [a, b] = [value.toLowerCase(), wanted.toLowerCase()];
    return a < b ? -1 : a > b ? 1 : 0;
  }
  if (typeof value === 'number' && typeof wanted === 'number') return value - wanted;
  return value === wanted ? 0 : Number.NaN;
}

/** An instant in milliseconds; a time without an offset is UTC (spec: graph 3.2). */
function timeOf(text: string): number | undefined {
  const match = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?(Z|[+-]\d{2}:\d{2})?$/i.exec(text);
  if (match === null) return undefined;
  const withTime = match[1] === undefined ? `${text.slice(0, 10)}T00:00Z` : text;
  const time = Date.parse(match[1] !== undefined && match[4] === undefined ? `${text}Z` : withTime);
  return Number.isNaN(time) ? undefined : time;
}
