import type { Backend } from '../backend.ts';
import type { Answer } from '../protocol/answer.ts';
import { GraphFault, notOffered } from '../protocol/fault.ts';
import type { Call, Route } from '../router.ts';
import { deleteCalendar, getCalendar, listCalendars, patchCalendar, postCalendar } from './calendars.ts';
import { calendarViewDelta, eventsDelta } from './delta.ts';
import { eventExtensionRoutes } from './extensions.ts';
import { deleteEvent, getEvent, patchEvent, permanentlyDeleteEvent, postEvent } from './items.ts';
import { countEvents, listEvents } from './list.ts';
import { calendarView, listInstances } from './window.ts';

type Handler = (backend: Backend, call: Call) => Answer;

const reads = ['Calendars.Read', 'Calendars.ReadWrite'];
const writes = ['Calendars.ReadWrite'];

/** Calendars and their events, in the default calendar's short forms and in any calendar (spec: graph 3). */
export function eventRoutes(backend: Backend): Route[] {
  const get = (path: string, handle: Handler): Route => route(backend, 'GET', path, reads, handle);
  const write = (method: Route['method'], path: string, handle: Handler): Route =>
    route(backend, method, path, writes, handle);
  const collections = ['', '/calendar', '/calendars/:calendar'];
  return [
    get('/calendars', listCalendars),
    write('POST', '/calendars', postCalendar),
    ...['/calendar', '/calendars/:calendar'].flatMap((path) => [
      get(path, getCalendar),
      write('PATCH', path, patchCalendar),
      write('DELETE', path, deleteCalendar),
    ]),
    ...collections.flatMap((base) => [
      get(`${base}/calendarView/delta`, calendarViewDelta),
      get(`${base}/calendarView`, calendarView),
      get(`${base}/events/delta`, eventsDelta),
      get(`${base}/events/$count`, countEvents),
      get(`${base}/events`, listEvents),
      write('POST', `${base}/events`, postEvent),
    ]),
    ...collections.flatMap((base) => {
      const item = `${base}/events/:id`;
      const spelled = (handle: Handler): Handler => (base === '/calendar' ? checked(handle) : handle);
      return [
        get(item, spelled(getEvent)),
        write('PATCH', item, spelled(patchEvent)),
        write('DELETE', item, spelled(deleteEvent)),
        write('POST', `${item}/permanentDelete`, spelled(permanentlyDeleteEvent)),
        get(`${item}/instances`, spelled(listInstances)),
        get(`${item}/attachments`, () => {
          throw notOffered('attachments');
        }),
        ...eventExtensionRoutes(backend, item, { reads, writes }),
      ];
    }),
  ];
}

/** The service may refuse `/me/calendar/events/{id}` (spec: graph 3.9). */
function checked(handle: Handler): Handler {
  return (backend, call) => {
    if (backend.switches.calendarEventById === 'accepted') return handle(backend, call);
    const message = "Recursive navigation is not allowed after property 'events'";
    throw new GraphFault(400, 'BadRequest', message);
  };
}

function route(
  backend: Backend,
  method: Route['method'],
  path: string,
  scopes: readonly string[],
  handle: Handler,
): Route {
  return { method, path, scopes, handle: (call) => handle(backend, call) };
}
