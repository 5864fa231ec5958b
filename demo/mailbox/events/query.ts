import { readExtendedFilter } from '../items/expand.ts';
import { readExtendedItemFilter, type ExtendedFilter } from '../items/extended-filter.ts';
import { extensionName } from '../items/open-extensions.ts';
import { badUrl, GraphFault } from '../protocol/fault.ts';
import { readFilterExpression, type Predicate } from '../protocol/filter.ts';
import { quotedText, readExpand, readSelect, splitTopLevel, unquote } from '../protocol/options.ts';
import type { Switches } from '../switches.ts';
import { isAnyProperty, navigationProperties, type EventView } from './properties.ts';

/** Which properties an answer shows. */
export interface EventShape {
  /** Undefined = all. */
  readonly select: ReadonlySet<string> | undefined;
  /** Extended properties by key, with the spelling in which the request asked for them; undefined = none asked. */
  readonly extended: ReadonlyMap<string, string> | undefined;
  /** Open extensions by name; undefined = none asked. */
  readonly extensions: readonly string[] | 'all' | undefined;
  /** How the exceptions of a series are shown; undefined = not at all. */
  readonly exceptions: EventShape | undefined;
}

export const wholeEvent: EventShape = {
  select: undefined,
  extended: undefined,
  extensions: undefined,
  exceptions: undefined,
};

const typeName = 'microsoft.graph.event';

/** Whether an answer may show what only a GET of one event shows (spec: graph 3.1). */
export type Where = 'single' | 'collection';

/** Reads `$select` and `$expand`. Throws a GraphFault 400 for what events do not have. */
export function readShape(
  query: ReadonlyMap<string, string>,
  switches: Switches,
  where: Where = 'collection',
): EventShape {
  const detailed = where === 'single' && switches.seriesDetails === 'offered';
  const isKnown = (name: string): boolean =>
    name === 'cancelledOccurrences'
      ? switches.seriesDetails === 'offered'
      : isAnyProperty(name) || (name === 'exceptionOccurrences' && switches.seriesDetails === 'offered');
  const select = readSelect(query.get('$select'), isKnown, typeName);
  let shape: EventShape = { ...wholeEvent, select };
  for (const { navigation, options } of readExpand(query.get('$expand'))) {
    switch (navigation) {
      case 'singleValueExtendedProperties':
        shape = { ...shape, extended: readExtendedFilter(options) };
        break;
      case 'extensions':
        shape = { ...shape, extensions: readExtensionFilter(options) };
        break;
      case 'exceptionOccurrences': {
        if (!detailed) throw notExpandable(navigation);
        // Only what is both selected and expanded is shown.
        const nested = readShape(nestedOptions(options), switches, 'collection');
        if (select?.has(navigation) === true) shape = { ...shape, exceptions: nested };
        break;
      }
      default:
        throw notExpandable(navigation);
    }
  }
  if (where === 'single' || select?.has('cancelledOccurrences') !== true) return shape;
  return { ...shape, select: new Set([...select].filter((name) => name !== 'cancelledOccurrences')) };
}

function notExpandable(navigation: string): GraphFault {
  const known = (navigationProperties as readonly string[]).includes(navigation);
  return badUrl(
    known
      ? `The property '${navigation}' cannot be used in the $expand query option here.`
      : `Could not find a property named '${navigation}' on type '${typeName}'.`,
  );
}

/** `$select=…;$expand=…` inside of an expansion. */
function nestedOptions(text: string | undefined): Map<string, string> {
  const options = new Map<string, string>();
  for (const clause of text === undefined ? [] : splitTopLevel(text, ';')) {
    const [, name, value] = /^\s*(\$\w+)\s*=(.*)$/s.exec(clause) ?? [];
    if ((name !== '$select' && name !== '$expand') || value === undefined) {
      throw badUrl(`The $expand option '${clause}' is not supported here.`);
    }
    options.set(name, value);
  }
  return options;
}

const nameClause = new RegExp(String.raw`^\s*(?:id|extensionName)\s+eq\s+(${quotedText})\s*$`, 'i');

/** `$expand=extensions($filter=id eq '…' or id eq '…')`, or all of them without a filter. */
export function readExtensionFilter(options: string | undefined): readonly string[] | 'all' {
  if (options === undefined) return 'all';
  const filter = /^\s*\$filter\s*=(.*)$/s.exec(options)?.[1] ?? '';
  return filter.split(/\sor\s/i).map((clause) => {
    const name = nameClause.exec(clause)?.[1];
    if (name === undefined)
      throw badUrl(`The $filter of $expand cannot be read at '${clause.slice(0, 60)}'.`);
    return extensionName(unquote(name));
  });
}

/** A `$filter` on events: by one extended property, or by what stands in the table below. */
export type EventFilter =
  | ({ readonly kind: 'extended' } & ExtendedFilter)
  | { readonly kind: 'properties'; readonly passes: Predicate };

const filterPaths = new Set([
  ...['subject', 'bodyPreview', 'categories', 'importance', 'sensitivity', 'showAs', 'type', 'iCalUId'],
  ...['isAllDay', 'isCancelled', 'isOrganizer', 'isReminderOn', 'hasAttachments', 'transactionId'],
  ...['createdDateTime', 'lastModifiedDateTime', 'start/dateTime', 'end/dateTime'],
  ...['location/displayName', 'organizer/emailAddress/address', 'seriesMasterId', 'id'],
]);

/** Reads `$filter`; undefined when there is none. Throws a GraphFault 400 for a form that is not supported. */
export function readEventFilter(text: string | undefined): EventFilter | undefined {
  if (text === undefined) return undefined;
  const extended = readExtendedItemFilter(text);
  if (extended !== undefined) return { kind: 'extended', ...extended };
  return { kind: 'properties', passes: readFilterExpression(text, (path) => filterPaths.has(path)) };
}

/** How `$orderby` sorts: by one text or time. */
export interface EventOrder {
  readonly path: string;
  readonly direction: 'asc' | 'desc';
}

const orderPaths = new Set<string>([
  ...(['subject', 'importance', 'sensitivity', 'showAs'] satisfies (keyof EventView)[]),
  ...['createdDateTime', 'lastModifiedDateTime', 'start/dateTime', 'end/dateTime'],
]);

/** Reads `$orderby`. Throws a GraphFault 400 for anything but one of the properties above. */
export function readEventOrder(text: string | undefined): EventOrder | undefined {
  if (text === undefined) return undefined;
  const [, path, direction] = /^\s*([\w/]+)(?:\s+(asc|desc))?\s*$/i.exec(text) ?? [];
  if (path === undefined || !orderPaths.has(path)) throw badUrl(`The $orderby '${text}' is not supported.`);
  return { path, direction: direction?.toLowerCase() === 'desc' ? 'desc' : 'asc' };
}
