/**
 * The exceptions of a series where the service does not tell them with it: what its rule says, and what its instances are
 * (spec: graph 3.8, the fourth way).
 */
import { SyncError } from '../../../contract/errors.ts';
import { addDays } from '../../../datasets/calendar/days.ts';
import {
  occurrencesOf,
  otherDateOf,
  recordHorizon,
  type GraphMapping,
} from '../../../datasets/calendar/index.ts';
import { failure, isObject } from '../graph/errors.ts';
import { checkItem } from '../items/fetched.ts';
import { ID_PAGE } from '../items/read-page.ts';
import { mappingOptions, type CalendarContext } from './context.ts';
import { mappingOf } from './from-graph.ts';
import { graphInstanceSchema, valuesOf, type GraphEvent, type GraphInstance } from './graph-event.ts';
import { EVENT_PREFERENCES, eventPath, LISTED_QUERY } from './properties.ts';
import { dateIn, zoneOf } from './times.ts';

/** A window that the service takes (spec: graph 3.6). */
const WINDOW_DAYS = 1800;
/** An occurrence may have been moved by this much, to before the first one or to after the last. */
const MARGIN_DAYS = 31;
/** A century; no series is followed further, and none for ever. */
const MOST_WINDOWS = 20;
const MOST_PAGES = 100;

/**
 * The series with what a GET of it would show.
 * @throws SyncError when the service does not answer
 */
export async function addDetails(
  context: CalendarContext,
  event: GraphEvent,
  signal: AbortSignal,
): Promise<GraphEvent> {
  const options = mappingOptions(context);
  const mapped = mappingOf(event, options);
  if (mapped?.ok !== true) return event;
  const { mapping } = mapped;
  const { clock } = zoneOf(event, valuesOf(event), context.mailboxZone);
  const from = event.recurrence?.range.startDate ?? mapping.rule.start;
  const to = lookedAtUntil(mapping, from > options.from ? from : options.from);
  const seen = new Map<string, GraphInstance>();
  for (const instance of await instancesWithin(context, event, { from, to }, signal))
    if (typeof instance.originalStart === 'string') seen.set(dateIn(instance.originalStart, clock), instance);
  const dates = occurrencesOf(mapping.rule, { from: mapping.rule.start, to });
  const ruled = new Set([
    ...dates.flatMap((date) => otherDateOf(mapping, date) ?? []),
    ...mapping.deletedInOther,
  ]);
  const missing = [...ruled].filter((date) => !seen.has(date) && date >= from && date <= to);
  return {
    ...event,
    cancelledOccurrences: missing.sort().map((date) => `OID.${event.id}.${date}`),
    exceptionOccurrences: [...seen.values()].filter(({ type }) => type === 'exception'),
  };
}

/** As far as approximations reach, of the record and in Outlook. */
function lookedAtUntil({ corrected }: GraphMapping, from: string): string {
  const horizon = recordHorizon(from);
  return corrected !== undefined && corrected.to > horizon ? corrected.to : horizon;
}

async function instancesWithin(
  context: CalendarContext,
  event: GraphEvent,
  { from, to }: { readonly from: string; readonly to: string },
  signal: AbortSignal,
): Promise<readonly GraphInstance[]> {
  const instances: GraphInstance[] = [];
  let start = addDays(from, -MARGIN_DAYS);
  const last = addDays(to, MARGIN_DAYS);
  for (let windows = 0; start <= last && windows < MOST_WINDOWS; windows += 1) {
    const end = addDays(start, WINDOW_DAYS);
    const window = `startDateTime=${start}T00:00:00Z&endDateTime=${end}T00:00:00Z`;
    const first = `${eventPath(event.id)}/instances?${window}&${LISTED_QUERY}&$top=${ID_PAGE}`;
    instances.push(...(await followPages(context, first, signal)));
    start = end;
  }
  return instances;
}

async function followPages(
  { client }: CalendarContext,
  first: string,
  signal: AbortSignal,
): Promise<readonly GraphInstance[]> {
  const instances: GraphInstance[] = [];
  let link: string | undefined = first;
  for (let pages = 0; link !== undefined; pages += 1) {
    if (pages > MOST_PAGES) throw new SyncError('mailbox.unavailable', 'the list of instances never ends');
    const reply = await client.get(link, { signal, prefer: EVENT_PREFERENCES });
    if (reply.status !== 200) throw failure(reply, client.clock.now());
    const body = isObject(reply.body) ? reply.body : {};
    for (const value of Array.isArray(body.value) ? (body.value as readonly unknown[]) : []) {
      const checked = checkItem(graphInstanceSchema, value);
      if (checked.kind === 'unreadable') throw new SyncError('mailbox.unreadable', checked.problem.detail);
      if (checked.kind === 'item') instances.push(checked.item);
    }
    const next = body['@odata.nextLink'];
    link = typeof next === 'string' ? next : undefined;
  }
  return instances;
}
