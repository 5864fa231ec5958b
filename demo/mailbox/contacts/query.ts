import { readExtendedFilter } from '../items/expand.ts';
import { passesTest, readExtendedItemFilter, type ExtendedFilter } from '../items/extended-filter.ts';
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
  { readonly kind: 'email'; readonly address: string } | ({ readonly kind: 'extended' } & ExtendedFilter);

const emailFilter = new RegExp(
  String.raw`^\s*emailAddresses/any\(\s*(\w+)\s*:\s*\1/address\s+eq\s+(${quotedText})\s*\)\s*$`,
  'i',
);
/** Reads `$filter`; undefined when there is none. Throws a GraphFault 400 for any other form. */
export function readFilter(text: string | undefined): ContactFilter | undefined {
  if (text === undefined) return undefined;
  const address = emailFilter.exec(text)?.[2];
  if (address !== undefined) return { kind: 'email', address: unquote(address) };
  const extended = readExtendedItemFilter(text);
  if (extended !== undefined) return { kind: 'extended', ...extended };
  throw new GraphFault(400, 'ErrorInvalidUrlQueryFilter', `The query filter '${text}' is not supported.`);
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
  return passesTest(filter.test, valueOf(filter.key));
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
