import type { Backend } from '../backend.ts';
import { isIndexed } from '../items/extended.ts';
import { passesTest } from '../items/extended-filter.ts';
import { nextLink, readPage } from '../items/pages.ts';
import { bytes, json, type Answer } from '../protocol/answer.ts';
import { checkOptions } from '../protocol/options.ts';
import type { Call } from '../router.ts';
import { calendarOf, contextOf } from './lookup.ts';
import { readEventFilter, readEventOrder, readShape, type EventFilter, type EventOrder } from './query.ts';
import {
  contentOf,
  eventsContext,
  readProperty,
  renderEvent,
  renderRow,
  shapedContext,
  type EventContext,
} from './render.ts';
import { masterOf, type EventInstance } from './series.ts';

export const listOptions = ['$select', '$top', '$skip', '$orderby', '$filter', '$expand', '$count'];

/** A page of a calendar's events: single ones, and series as such (spec: graph 3.9). */
export function listEvents(backend: Backend, call: Call): Answer {
  const { request } = call;
  checkOptions(request, listOptions);
  const calendar = calendarOf(backend, call);
  if (request.query.has('$filter') || request.query.has('$orderby')) {
    return instancePage(backend, call, candidates(backend, call, calendar.id));
  }
  const shape = readShape(request.query, backend.switches);
  const context = contextOf(backend, call);
  const wish = readPage(backend, call);
  const rows = backend.events.page(calendar.id, wish.size + 1, wish.skip);
  const count = request.query.get('$count') === 'true' ? backend.events.count(calendar.id) : undefined;
  return json(200, {
    '@odata.context': shapedContext(eventsContext(call.mailbox), shape),
    ...(count === undefined ? {} : { '@odata.count': count }),
    ...nextLink(call, wish, rows.length),
    value: rows.slice(0, wish.size).map((row) => renderRow(row, shape, context)),
  });
}

/** `…/events/$count`, as plain text. */
export function countEvents(backend: Backend, call: Call): Answer {
  const count = backend.events.count(calendarOf(backend, call).id);
  return bytes('text/plain', Buffer.from(String(count)));
}

/** All events of the calendar, or of the mailbox when the filter looks further (spec: graph 2.6). */
function candidates(backend: Backend, call: Call, calendar: number): EventInstance[] {
  const filter = readEventFilter(call.request.query.get('$filter'));
  const { events, switches } = backend;
  const rows =
    filter?.kind !== 'extended'
      ? events.page(calendar, -1, 0)
      : filter.test.operator === 'eq' && isIndexed(filter.key)
        ? events.withExtended(call.mailbox, filter.key, filter.test.text)
        : events.all(call.mailbox);
  const everywhere = filter?.kind === 'extended' && switches.extendedFilterScope === 'mailbox';
  return rows
    .filter((row) => everywhere || row.folder === calendar)
    .map((row) => masterOf(row, contentOf(row)));
}

/** A page of events that are all at hand, as the request's options say. */
export function instancePage(
  backend: Backend,
  call: Call,
  instances: readonly EventInstance[],
  base = eventsContext(call.mailbox),
): Answer {
  const { query } = call.request;
  const shape = readShape(query, backend.switches);
  const filter = readEventFilter(query.get('$filter'));
  const order = readEventOrder(query.get('$orderby'));
  const wish = readPage(backend, call);
  const context = contextOf(backend, call);
  const passing =
    filter === undefined
      ? instances
      : instances.filter((instance) => passesFilter(filter, instance, context));
  const rows = sorted(passing, order, context).slice(wish.skip, wish.skip + wish.size + 1);
  return json(200, {
    '@odata.context': shapedContext(base, shape),
    ...(query.get('$count') === 'true' ? { '@odata.count': passing.length } : {}),
    ...nextLink(call, wish, rows.length),
    value: rows.slice(0, wish.size).map((instance) => renderEvent(instance, shape, context)),
  });
}

function passesFilter(filter: EventFilter, instance: EventInstance, context: EventContext): boolean {
  return filter.kind === 'extended'
    ? passesTest(filter.test, instance.content.extended[filter.key])
    : filter.passes((path) => readProperty(instance, path, context));
}

function sorted(
  instances: readonly EventInstance[],
  order: EventOrder | undefined,
  context: EventContext,
): readonly EventInstance[] {
  if (order === undefined) return instances;
  const sign = order.direction === 'asc' ? 1 : -1;
  const keyed = instances.map((instance) => {
    const value = readProperty(instance, order.path, context);
    return { instance, key: typeof value === 'string' ? value.toLowerCase() : '' };
  });
  keyed.sort((a, b) => sign * (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return keyed.map(({ instance }) => instance);
}
