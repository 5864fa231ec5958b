import { readExtendedFilter } from '../items/expand.ts';
import { readExtendedId } from '../items/extended.ts';
import { badUrl, GraphFault } from '../protocol/fault.ts';
import { quotedText, readExpand, readSelect, unquote } from '../protocol/options.ts';
import type { ContactContent } from './change.ts';
import {
  contactProperties,
  isContactProperty,
  isReadOnlyProperty,
  navigationProperties,
} from './properties.ts';

/** Which properties an answer shows. */
export interface ContactShape {
  /** Undefined = all. */
  readonly select: ReadonlySet<string> | undefined;
  /** Extended properties by key, with the spelling in which the request asked for them; undefined = none asked. */
  readonly extended: ReadonlyMap<string, string> | undefined;
}

export const wholeContact: ContactShape = { select: undefined, extended: undefined };

/** Reads `$select` and `$expand`. Throws a GraphFault 400 for what contacts do not have. */
export function readShape(query: ReadonlyMap<string, string>): ContactShape {
  const select = readSelect(query.get('$select'), isProperty, 'microsoft.graph.contact');
  let extended: Map<string, string> | undefined;
  for (const { navigation, options } of readExpand(query.get('$expand'))) {
    if (navigation !== 'singleValueExtendedProperties') {
      const known = (navigationProperties as readonly string[]).includes(navigation);
      throw badUrl(
        known
          ? `The property '${navigation}' cannot be used in the $expand query option here.`
          : `Could not find a property named '${navigation}' on type 'microsoft.graph.contact'.`,
      );
    }
    extended = readExtendedFilter(options);
  }
  return { select, extended };
}

function isProperty(name: string): boolean {
  return isContactProperty(name) || isReadOnlyProperty(name);
}

/** A `$filter` on contacts: only two forms exist (spec: graph 2.2, 2.6). */
export type ContactFilter =
  | { readonly kind: 'email'; readonly address: string }
  | { readonly kind: 'extended'; readonly key: string; readonly test: ValueTest };

export type ValueTest =
  | { readonly operator: 'eq' | 'ne' | 'contains' | 'startswith'; readonly text: string }
  | { readonly operator: 'number eq' | 'number ne'; readonly number: number };

const emailFilter = new RegExp(
  String.raw`^\s*emailAddresses/any\(\s*(\w+)\s*:\s*\1/address\s+eq\s+(${quotedText})\s*\)\s*$`,
  'i',
);
const extendedFilter = new RegExp(
  String.raw`^\s*singleValueExtendedProperties/any\(\s*(\w+)\s*:\s*\1/id\s+eq\s+(${quotedText})\s+and\s+(.*)\)\s*$`,
  'is',
);

/** Reads `$filter`; undefined when there is none. Throws a GraphFault 400 for any other form. */
export function readFilter(text: string | undefined): ContactFilter | undefined {
  if (text === undefined) return undefined;
  const address = emailFilter.exec(text)?.[2];
  if (address !== undefined) return { kind: 'email', address: unquote(address) };
  const [, variable, id, condition] = extendedFilter.exec(text) ?? [];
  if (variable !== undefined && id !== undefined && condition !== undefined) {
    return { kind: 'extended', key: readExtendedId(unquote(id)).key, test: readTest(condition, variable) };
  }
  throw new GraphFault(400, 'ErrorInvalidUrlQueryFilter', `The query filter '${text}' is not supported.`);
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

/** Whether a contact passes a filter; texts compare without case. `valueOf` reads an extended property. */
export function passes(
  filter: ContactFilter,
  content: ContactContent,
  valueOf: (key: string) => string | undefined,
): boolean {
  if (filter.kind === 'email') {
    const wanted = filter.address.toLowerCase();
    return content.view.emailAddresses.some((email) => email.address?.toLowerCase() === wanted);
  }
  const value = valueOf(filter.key)?.toLowerCase();
  if (value === undefined) return false;
  const { test } = filter;
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

/** How `$orderby` sorts: by the text of one property. */
export interface Order {
  readonly property: string;
  readonly direction: 'asc' | 'desc';
}

/** Reads `$orderby`. Throws a GraphFault 400 for anything but one text or time property. */
export function readOrder(text: string | undefined): Order | undefined {
  if (text === undefined) return undefined;
  const [, property, direction] = /^\s*(\w+)(?:\s+(asc|desc))?\s*$/i.exec(text) ?? [];
  const sortable =
    property !== undefined &&
    (property === 'createdDateTime' ||
      property === 'lastModifiedDateTime' ||
      (isContactProperty(property) && ['string', 'instant'].includes(contactProperties[property])));
  if (!sortable) throw badUrl(`The $orderby '${text}' is not supported.`);
  return { property, direction: direction?.toLowerCase() === 'desc' ? 'desc' : 'asc' };
}
