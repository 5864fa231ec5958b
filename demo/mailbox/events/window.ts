import type { Backend } from '../backend.ts';
import { graphBase, type Answer } from '../protocol/answer.ts';
import { GraphFault } from '../protocol/fault.ts';
import { checkOptions } from '../protocol/options.ts';
import type { Call } from '../router.ts';
import { listOptions, instancePage } from './list.ts';
import { calendarOf, eventOf } from './lookup.ts';
import { contentOf, eventId } from './render.ts';
import { instancesWithin, isSeries, type EventInstance } from './series.ts';

/** Calendars by time: calendarView and the instances of a series (spec: graph 3.6, 3.8). */

/** A stretch of time, `from` inclusive, `to` exclusive, in milliseconds since 1970. */
export interface TimeWindow {
  readonly from: number;
  readonly to: number;
}

const maxDays = 1825;
const dayMilliseconds = 86_400_000;

/** Reads startDateTime and endDateTime, whatever their case; a time without an offset is UTC. Throws a GraphFault 400. */
export function readWindow(query: ReadonlyMap<string, string>, limit: 'checked' | 'unchecked'): TimeWindow {
  const [from, to] = ['startdatetime', 'enddatetime'].map((name) => {
    const entry = [...query].find(([key]) => key.toLowerCase() === name);
    return entry === undefined ? undefined : readBound(entry[1]);
  });
  if (from === undefined || to === undefined) {
    throw new GraphFault(
      400,
      'ErrorInvalidParameter',
      'This request requires a time window specified by the query string parameters StartDateTime and EndDateTime.',
    );
  }
  if (to < from) throw new GraphFault(400, 'ErrorInvalidParameter', 'The time window ends before it starts.');
  if (limit === 'checked' && to - from > maxDays * dayMilliseconds) {
    throw new GraphFault(
      400,
      'ErrorInvalidRequest',
      `The requested time window is too long. Maximum number of days: ${maxDays}`,
    );
  }
  return { from, to };
}

const boundForm = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$/i;

function readBound(sent: string): number {
  // A "+" that was not encoded arrives as a space.
  const text = sent.replace(' ', '+');
  const match = boundForm.exec(text);
  const hasZone = match?.[1] !== undefined || !text.includes('T');
  const time = match === null ? Number.NaN : Date.parse(hasZone ? text : `${text}Z`);
  if (Number.isNaN(time)) {
    throw new GraphFault(400, 'ErrorInvalidParameter', `'${sent}' is not a valid date and time.`);
  }
  return time;
}

/** `…/calendarView`: single events, occurrences and exceptions of a window, by their start. */
export function calendarView(backend: Backend, call: Call): Answer {
  const calendar = calendarOf(backend, call);
  const window = readWindow(call.request.query, 'checked');
  checkOptions(call.request, listOptions);
  for (const name of call.request.query.get('$select')?.split(',') ?? []) {
    if (name !== 'createdDateTime' && name !== 'lastModifiedDateTime') continue;
    throw new GraphFault(400, 'ErrorInvalidRequest', `The property '${name}' cannot be selected here.`);
  }
  const base = `${graphBase}/$metadata#users('${call.mailbox.objectId}')/calendarView`;
  return instancePage(backend, call, viewOf(backend, calendar.id, window), base);
}

/** `…/events/{id}/instances`: the occurrences and exceptions of a series in a window. */
export function listInstances(backend: Backend, call: Call): Answer {
  const { row, date } = eventOf(backend, call);
  const window = readWindow(call.request.query, 'checked');
  checkOptions(call.request, listOptions);
  const content = contentOf(row);
  if (date !== undefined || !isSeries(content.view)) {
    throw new GraphFault(400, 'ErrorInvalidRequest', 'The event is not a recurring master.');
  }
  const context = {
    mailbox: call.mailbox,
    switches: backend.switches,
    preferences: call.request.preferences,
  };
  const id = encodeURIComponent(eventId(row, undefined, context));
  const base = `${graphBase}/$metadata#users('${call.mailbox.objectId}')/events('${id}')/instances`;
  return instancePage(backend, call, byStart(instancesWithin(row, content, window.from, window.to)), base);
}

function byStart(instances: EventInstance[]): EventInstance[] {
  return instances.sort((a, b) => a.content.view.start.at - b.content.view.start.at || a.row.id - b.row.id);
}

/** The pages of one view come one after the other: the last few views are kept until something is written. */
const views = new WeakMap<Backend, Map<string, readonly EventInstance[]>>();
const keptViews = 8;

function viewOf(backend: Backend, calendar: number, { from, to }: TimeWindow): readonly EventInstance[] {
  const kept = views.get(backend) ?? new Map<string, readonly EventInstance[]>();
  views.set(backend, kept);
  const key = [calendar, from, to, backend.events.head()].join();
  const known = kept.get(key);
  if (known !== undefined) return known;
  const instances = backend.events
    .inWindow(calendar, from, to)
    .flatMap((row) => instancesWithin(row, contentOf(row), from, to));
  const [oldest] = kept.keys();
  if (kept.size >= keptViews && oldest !== undefined) kept.delete(oldest);
  const view = byStart(instances);
  kept.set(key, view);
  return view;
}
