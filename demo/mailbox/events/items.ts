import type { Backend } from '../backend.ts';
import { checkMatch } from '../items/match.ts';
import { json, noContent, type Answer } from '../protocol/answer.ts';
import { GraphFault, notSupported } from '../protocol/fault.ts';
import { checkOptions } from '../protocol/options.ts';
import { readJsonObject } from '../protocol/request.ts';
import type { Call } from '../router.ts';
import { readEventBody } from './body.ts';
import { calendarOf, checkEditable, contextOf, eventOf, readInstance, type FoundEvent } from './lookup.ts';
import { readShape, wholeEvent, type EventShape } from './query.ts';
import { etagOf, eventsContext, renderEvent, shapedContext } from './render.ts';
import { cancelOccurrence, changeEvent, changeOccurrence, createEvent, removeEvent } from './write.ts';

/** One event by its id: create, get, change, remove (spec: graph 3.9). */

export function getEvent(backend: Backend, call: Call): Answer {
  checkOptions(call.request, ['$select', '$expand']);
  const shape = readShape(call.request.query, backend.switches, 'single');
  return entity(backend, call, 200, eventOf(backend, call), shape);
}

export function postEvent(backend: Backend, call: Call): Answer {
  checkOptions(call.request, []);
  const calendar = calendarOf(backend, call);
  checkEditable(calendar);
  const body = readJsonObject(call.request);
  const { switches } = backend;
  const change = readEventBody(body, { switches, writer: 'api', before: undefined });
  return backend.db.transaction(() => {
    const known = knownTransaction(backend, call, change.properties.transactionId ?? undefined, body);
    if (known !== undefined) return entity(backend, call, 201, known, wholeEvent);
    const row = createEvent(backend, call.mailbox, calendar.id, change, 'api');
    const { transactionId } = change.properties;
    if (typeof transactionId === 'string') {
      const request = JSON.stringify(body);
      backend.transactions.put(call.mailbox, transactionId, { item: row.id, request });
    }
    return entity(backend, call, 201, { row, date: undefined }, wholeEvent);
  });
}

/** The event that the same POST has already created; throws a GraphFault when another one has (spec: graph 3.9). */
function knownTransaction(
  backend: Backend,
  { mailbox }: Call,
  transactionId: string | undefined,
  body: Readonly<Record<string, unknown>>,
): FoundEvent | undefined {
  if (transactionId === undefined) return undefined;
  const known = backend.transactions.get(mailbox, transactionId);
  const row = known === undefined ? undefined : backend.events.get(mailbox, known.item);
  if (known === undefined || row === undefined) return undefined;
  const repeated = known.request === JSON.stringify(body);
  if (repeated && backend.switches.transactionRepeat === 'existing') return { row, date: undefined };
  throw new GraphFault(
    backend.switches.duplicateTransactionStatus,
    'ErrorDuplicateTransactionId',
    "Your request can't be completed. The TransactionId specified in the request has already been used to create a different event.",
  );
}

export function patchEvent(backend: Backend, call: Call): Answer {
  checkOptions(call.request, []);
  const found = writable(backend, call);
  const { row, date } = found;
  const { view } = readInstance(backend, found, 'current').content;
  const body = readJsonObject(call.request);
  const change = readEventBody(body, { switches: backend.switches, writer: 'api', before: view });
  const written =
    date === undefined
      ? changeEvent(backend, call.mailbox, row, change, 'api')
      : changeOccurrence(backend, call.mailbox, row, date, change, 'api');
  return entity(backend, call, 200, { row: written, date }, wholeEvent);
}

export function deleteEvent(backend: Backend, call: Call): Answer {
  const { row, date } = writable(backend, call);
  if (date === undefined) removeEvent(backend, call.mailbox, row, 'api');
  else cancelOccurrence(backend, call.mailbox, row, date, 'api');
  return noContent();
}

export function permanentlyDeleteEvent(backend: Backend, call: Call): Answer {
  if (backend.switches.permanentDelete === 'refused') throw notSupported();
  return deleteEvent(backend, call);
}

function writable(backend: Backend, call: Call): FoundEvent {
  const found = eventOf(backend, call);
  const calendar = backend.mailboxes.folder(call.mailbox, found.row.folder);
  if (calendar !== undefined) checkEditable(calendar);
  checkMatch(backend, call, etagOf(found.row));
  return found;
}

function entity(backend: Backend, call: Call, status: number, found: FoundEvent, shape: EventShape): Answer {
  const instance = readInstance(backend, found, call.reads);
  return json(status, {
    '@odata.context': `${shapedContext(eventsContext(call.mailbox), shape)}/$entity`,
    ...renderEvent(instance, shape, contextOf(backend, call)),
  });
}
