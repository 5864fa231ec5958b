import type { OpenExtensions } from '../items/open-extensions.ts';
import { dayAfter, dayBefore, daysWithin, isDayOf, latestDay } from '../recurrence/expand.ts';
import type { Recurrence } from '../recurrence/recurrence.ts';
import type { ItemRow, Span } from '../store/items.ts';
import { zonedTime } from '../time/zoned-time.ts';
import { addDays, daysBetween, ianaOf, localOf } from '../time/zones.ts';
import type { EventView } from './properties.ts';

/** What a series is made of: occurrences by their original day, exceptions, cancelled days (spec: graph 3.8). */

/** An occurrence that was changed: what differs from the series. */
export interface Exception {
  readonly changed: Partial<EventView>;
  readonly extended: Readonly<Record<string, string>>;
  readonly extensions: OpenExtensions;
}

/** What hangs below an event. Days are `YYYY-MM-DD` in the zone of the recurrence. */
export interface EventParts {
  readonly extensions: OpenExtensions;
  readonly exceptions: Readonly<Record<string, Exception>>;
  readonly cancelled: readonly string[];
}

export interface EventContent {
  readonly view: EventView;
  readonly extended: Readonly<Record<string, string>>;
  readonly parts: EventParts;
}

export const noParts: EventParts = { extensions: {}, exceptions: {}, cancelled: [] };

/** An event as it stands in a calendar: a single one, a series as such, or one of its days. */
export interface EventInstance {
  readonly row: ItemRow;
  readonly type: 'singleInstance' | 'seriesMaster' | 'occurrence' | 'exception';
  /** The original day of an occurrence or exception. */
  readonly date: string | undefined;
  /** The instant at which an occurrence or exception would start by its series, in milliseconds since 1970. */
  readonly originalStart: number | undefined;
  readonly content: EventContent;
}

export type SeriesView = EventView & { readonly recurrence: Recurrence };

export function isSeries(view: EventView): view is SeriesView {
  return view.recurrence !== null;
}

/** The event as such: a single one, or the series. */
export function masterOf(row: ItemRow, content: EventContent): EventInstance {
  const type = isSeries(content.view) ? 'seriesMaster' : 'singleInstance';
  return { row, type, date: undefined, originalStart: undefined, content };
}

/** Start and end on one day of the series: the wall clock times of its first day (spec: graph 3.2). */
function timesOn(view: SeriesView, date: string): Pick<EventView, 'start' | 'end'> {
  const { recurrenceTimeZone: zone } = view.recurrence.range;
  if (view.isAllDay) {
    const days = daysBetween(view.start.local.slice(0, 10), view.end.local.slice(0, 10));
    return {
      start: zonedTime(`${date}T00:00:00`, view.start.zone),
      end: zonedTime(`${addDays(date, days)}T00:00:00`, view.end.zone),
    };
  }
  const iana = ianaOf(zone) ?? 'UTC';
  const [start, end] = [localOf(view.start.at, iana), localOf(view.end.at, iana)];
  const days = daysBetween(start.slice(0, 10), end.slice(0, 10));
  return {
    start: zonedTime(date + start.slice(10), zone),
    end: zonedTime(addDays(date, days) + end.slice(10), zone),
  };
}

/** The day of a series as an event of its own; the caller knows that there is one on this day. */
export function instanceOn(
  row: ItemRow,
  { view, parts }: EventContent & { readonly view: SeriesView },
  date: string,
): EventInstance {
  const times = timesOn(view, date);
  const plain: EventView = { ...view, ...times, recurrence: null, transactionId: null };
  const exception = parts.exceptions[date];
  return {
    row,
    date,
    type: exception === undefined ? 'occurrence' : 'exception',
    originalStart: times.start.at,
    content: {
      view: { ...plain, ...exception?.changed },
      extended: exception?.extended ?? {},
      parts: { ...noParts, extensions: exception?.extensions ?? {} },
    },
  };
}

/** Whether the series has an occurrence, changed or not, for this original day. */
export function hasInstance({ view, parts }: EventContent, date: string): boolean {
  if (!isSeries(view) || parts.cancelled.includes(date)) return false;
  return Object.hasOwn(parts.exceptions, date) || isDayOf(view.recurrence, date);
}

/** The event's instances that overlap [from, to), in milliseconds; the series itself is none of them. */
export function instancesWithin(
  row: ItemRow,
  content: EventContent,
  from: number,
  to: number,
): EventInstance[] {
  const { view, parts } = content;
  if (!isSeries(view)) return overlaps(view, from, to) ? [masterOf(row, content)] : [];
  const series = { ...content, view };
  const length = view.end.at - view.start.at;
  const regular = daysWithin(
    view.recurrence,
    dayOf(from - length - zoneMargin),
    dayOf(to + zoneMargin),
  ).filter((date) => !Object.hasOwn(parts.exceptions, date) && !parts.cancelled.includes(date));
  return [...regular, ...Object.keys(parts.exceptions)]
    .map((date) => instanceOn(row, series, date))
    .filter((instance) => overlaps(instance.content.view, from, to));
}

/** More than any zone is away from UTC, and than a change to summer time adds. */
const zoneMargin = 2 * 86_400_000;

/** Exchange's first day, and the last one that a date can be written for. */
const firstInstant = Date.UTC(1601, 0, 1);
const lastInstant = Date.UTC(9999, 11, 31);

function dayOf(instant: number): string {
  const bounded = Math.min(Math.max(instant, firstInstant), lastInstant);
  return new Date(bounded).toISOString().slice(0, 10);
}

function overlaps({ start, end }: EventView, from: number, to: number): boolean {
  return start.at < to && (end.at > from || (start.at === end.at && start.at >= from));
}

/** The first and the last instant at which any instance of the event can show. */
export function spanOf({ view, parts }: EventContent): Span {
  if (!isSeries(view)) return { starts: view.start.at, ends: view.end.at };
  const latest = latestDay(view.recurrence);
  const regularEnd =
    latest === undefined
      ? Number.MAX_SAFE_INTEGER
      : Date.parse(`${latest}T00:00:00Z`) + (view.end.at - view.start.at) + zoneMargin;
  const moved = Object.values(parts.exceptions).map(({ changed }) => changed);
  return {
    starts: Math.min(view.start.at, ...moved.map(({ start }) => start?.at ?? Infinity)),
    ends: Math.max(regularEnd, ...moved.map(({ end }) => end?.at ?? -Infinity)),
  };
}

/** The days, in the recurrence's zone, on which the neighbours of an occurrence start, cancelled ones left out. */
export function neighbourDays(
  { view, parts }: EventContent & { readonly view: SeriesView },
  date: string,
): { readonly before: string | undefined; readonly after: string | undefined } {
  const zone = ianaOf(view.recurrence.range.recurrenceTimeZone) ?? 'UTC';
  const startDay = (day: string | undefined): string | undefined => {
    const moved = day === undefined ? undefined : parts.exceptions[day]?.changed.start;
    return moved === undefined ? day : localOf(moved.at, zone).slice(0, 10);
  };
  const walk = (step: typeof dayAfter): string | undefined => {
    let day = step(view.recurrence, date);
    while (day !== undefined && parts.cancelled.includes(day)) day = step(view.recurrence, day);
    return day;
  };
  return { before: startDay(walk(dayBefore)), after: startDay(walk(dayAfter)) };
}
