import { GraphFault } from '../protocol/fault.ts';
import { quotedText, unquote } from '../protocol/options.ts';
import { readExtendedId } from './extended.ts';

/** A `$filter` by one extended property, the same for all items (spec: graph 2.6). */
export interface ExtendedFilter {
  readonly key: string;
  readonly test: ValueTest;
}

export type ValueTest =
  | { readonly operator: 'eq' | 'ne' | 'contains' | 'startswith'; readonly text: string }
  | { readonly operator: 'number eq' | 'number ne'; readonly number: number };

const extendedFilter = new RegExp(
  String.raw`^\s*singleValueExtendedProperties/any\(\s*(\w+)\s*:\s*\1/id\s+eq\s+(${quotedText})\s+and\s+(.*)\)\s*$`,
  'is',
);

/** Reads a filter by an extended property; undefined when it is another one. Throws a GraphFault 400. */
export function readExtendedItemFilter(text: string): ExtendedFilter | undefined {
  const [, variable, id, condition] = extendedFilter.exec(text) ?? [];
  if (variable === undefined || id === undefined || condition === undefined) return undefined;
  return { key: readExtendedId(unquote(id)).key, test: readTest(condition, variable) };
}

function readTest(condition: string, variable: string): ValueTest {
  const value = `${variable}/value`;
  const compare = new RegExp(String.raw`^${value}\s+(eq|ne)\s+(${quotedText})\s*$`, 'i').exec(condition);
  if (compare?.[1] !== undefined && compare[2] !== undefined) {
    return { operator: compare[1].toLowerCase() === 'eq' ? 'eq' : 'ne', text: unquote(compare[2]) };
  }
  const call = new RegExp(
    String.raw`^(contains|startswith)\(\s*${value}\s*,\s*(${quotedText})\s*\)\s*$`,
    'i',
  ).exec(condition);
  if (call?.[1] !== undefined && call[2] !== undefined) {
    return {
      operator: call[1].toLowerCase() === 'contains' ? 'contains' : 'startswith',
      text: unquote(call[2]),
    };
  }
  const cast = new RegExp(
    String.raw`^cast\(\s*${value}\s*,\s*Edm\.\w+\s*\)\s+(eq|ne)\s+(-?[\d.]+)\s*$`,
    'i',
  ).exec(condition);
  if (cast?.[1] !== undefined && cast[2] !== undefined) {
    return { operator: cast[1].toLowerCase() === 'eq' ? 'number eq' : 'number ne', number: Number(cast[2]) };
  }
  throw new GraphFault(
    400,
    'ErrorInvalidUrlQueryFilter',
    `The query filter '${condition}' is not supported.`,
  );
}

/** Whether a value passes; texts compare without case. An item without the property never does. */
export function passesTest(test: ValueTest, text: string | undefined): boolean {
  if (text === undefined) return false;
  const value = text.toLowerCase();
  switch (test.operator) {
    case 'eq':
      return value === test.text.toLowerCase();
    case 'ne':
      return value !== test.text.toLowerCase();
    case 'contains':
      return value.includes(test.text.toLowerCase());
    case 'startswith':
      return value.startsWith(test.text.toLowerCase());
    case 'number eq':
      return Number(value) === test.number;
    case 'number ne':
      return Number(value) !== test.number;
  }
}
