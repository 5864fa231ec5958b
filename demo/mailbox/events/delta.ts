import type { Backend } from '../backend.ts';
import { refuseExpand } from '../contacts/delta.ts';
import { deltaPage, removalRow, type Row } from '../delta/engine.ts';
import { itemFeed } from '../delta/item-feed.ts';
import type { Answer } from '../protocol/answer.ts';
import { GraphFault, notFound, notOffered, notSupported } from '../protocol/fault.ts';
import type { Call } from '../router.ts';
import type { ItemRow } from '../store/items.ts';
import { calendarOf, contextOf } from './lookup.ts';
import { readShape, wholeEvent, type EventShape } from './query.ts';
import { contentOf, eventId, renderEvent, renderRow, type EventContext } from './render.ts';
import { instancesWithin, masterOf, type EventInstance } from './series.ts';
import { readWindow, type TimeWindow } from './window.ts';

const entity = 'event';
const type = { '@odata.type': '#microsoft.graph.event' };

/** `…/events/delta`: single events and series as such, without a window (spec: graph 3.7). */
export function eventsDelta(backend: Backend, call: Call): Answer {
  const { switches, events: store } = backend;
  if (switches.eventsDelta === 'badRequest')
    throw new GraphFault(400, 'ErrorInvalidRequest', notSupported().message);
  if (switches.eventsDelta === 'notFound') throw notFound();
  const folder = calendarOf(backend, call).id;
  const context = contextOf(backend, call);
  return deltaPage(backend, call, {
    entity,
    folder,
    options: ['$select', '$expand'],
    check: (query) => {
      refuseExpand(query, backend);
      if ([...query.keys()].some((name) => !name.startsWith('$')))
        throw notOffered('a window on events/delta');
      readShape(query, switches);
    },
    feed: (stream, query) => {
      const asked = readShape(query, switches);
      const shape =
        asked.select === undefined && switches.eventsDeltaProperties === 'limited'
          ? { ...asked, select: limited }
          : asked;
      return itemFeed(backend, stream, {
        store,
        touched: store.touched,
        select: asked.select,
        idOf: (item) => eventId(item, undefined, context),
        changed: (row) => [{ ...type, ...renderRow(row, shape, context) }],
        removed: (id) => [removalRow(entity, id, switches)],
      });
    },
  });
}

const limited: ReadonlySet<string> = new Set(['type', 'start', 'end']);

/** `…/calendarView/delta`: what happens in a window of time (spec: graph 3.6). */
export function calendarViewDelta(backend: Backend, call: Call): Answer {
  const { switches, events: store } = backend;
  const folder = calendarOf(backend, call).id;
  const context = contextOf(backend, call);
  return deltaPage(backend, call, {
    entity,
    folder,
    options: ['$expand'],
    check: (query) => {
      refuseExpand(query, backend);
      readShape(query, switches);
      readWindow(query, switches.deltaWindowLimit);
    },
    feed: (stream, query) => {
      const view: View = {
        window: readWindow(query, 'unchecked'),
        shape: { ...wholeEvent, ...readShape(query, switches) },
        context,
      };
      return itemFeed(backend, stream, {
        store,
        touched: store.touched,
        select: undefined,
        idOf: (item) => eventId(item, undefined, context),
        changed: (row) => {
          const rows = rowsOf(row, view);
          // What was outside of the window at the first call is no news; later it is told as a removal, seen or not.
          if (rows.length > 0 || row.touched <= stream.start) return rows;
          return [removalRow(entity, eventId(row, undefined, context), switches)];
        },
        removed: (id) => [removalRow(entity, id, switches)],
      });
    },
  });
}

interface View {
  readonly window: TimeWindow;
  readonly shape: EventShape;
  readonly context: EventContext;
}

/** The rows of an event in a window: whole events, a series as such, and stubs of its occurrences. */
function rowsOf(row: ItemRow, { window, shape, context }: View): Row[] {
  const content = contentOf(row);
  const instances = instancesWithin(row, content, window.from, window.to);
  const rows = instances.map((instance) =>
    instance.type === 'occurrence'
      ? stub(instance, context)
      : { ...type, ...renderEvent(instance, shape, context) },
  );
  const isSeries = rows.length > 0 && content.view.recurrence !== null;
  if (!isSeries || context.switches.masterRows === 'missing') return rows;
  return [{ ...type, ...renderEvent(masterOf(row, content), shape, context) }, ...rows];
}

/** No subject, no body, no reminder: an occurrence's row names its series and its time (spec: graph 3.6 line 3). */
const stubShape: EventShape = { ...wholeEvent, select: new Set(['seriesMasterId', 'type', 'start', 'end']) };

function stub(instance: EventInstance, context: EventContext): Row {
  return { ...type, ...renderEvent(instance, stubShape, context) };
}
