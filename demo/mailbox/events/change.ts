import { GraphFault } from '../protocol/fault.ts';
import type { Switches } from '../switches.ts';
import { ianaOf, localOf } from '../time/zones.ts';
import type { EventChange } from './body.ts';
import type { EventView } from './properties.ts';
import { emptyEvent } from './values.ts';

/** The properties of an event after a change (spec: graph 3.1, 3.3, 3.4). */

export interface Owner {
  readonly name: string;
  readonly address: string;
}

/** A new event. Throws a GraphFault 400 when its times are missing or do not fit. */
export function newEvent({ properties }: EventChange, owner: Owner): EventView {
  const { start, end } = properties;
  if (start === undefined || end === undefined) throw invalid('start and end are required');
  const empty = { ...emptyEvent(owner), start, end };
  const zones = { originalStartTimeZone: start.zone, originalEndTimeZone: end.zone };
  return checked(withMeeting(withLocations({ ...empty, ...zones, ...properties }, properties)));
}

/** An event after a PATCH: a merge in which a complex value replaces the whole value. Throws a GraphFault 400. */
export function changedEvent(before: EventView, { properties }: EventChange, switches: Switches): EventView {
  const { start, end } = properties;
  if (properties.isAllDay === true && !before.isAllDay && (start === undefined || end === undefined)) {
    throw invalid('an event becomes an all-day event together with its start and end');
  }
  const followed =
    switches.originalZones === 'followWrites'
      ? {
          ...(start === undefined ? {} : { originalStartTimeZone: start.zone }),
          ...(end === undefined ? {} : { originalEndTimeZone: end.zone }),
        }
      : {};
  // Once an online meeting, always one (spec: graph 3.1).
  const sticky = before.isOnlineMeeting
    ? { isOnlineMeeting: true, onlineMeetingProvider: before.onlineMeetingProvider }
    : {};
  const after = { ...before, ...followed, ...properties, ...sticky };
  return checked(withMeeting(withLocations(withSeriesStart(after, properties), properties)));
}

/** Setting `location` wipes `locations`, and the first of `locations` is the location. */
function withLocations(view: EventView, { location, locations }: Partial<EventView>): EventView {
  if (location === undefined && locations === undefined) return view;
  const named = (place: EventView['location']): EventView['location'] => ({
    ...place,
    locationType: place.locationType ?? 'default',
    uniqueId: place.uniqueId ?? place.displayName ?? '',
    uniqueIdType: place.uniqueIdType ?? 'private',
  });
  const main = location ?? locations?.[0] ?? {};
  const isEmpty = Object.keys(main).length === 0;
  const all = locations ?? (isEmpty ? [] : [{ locationType: 'default', uniqueIdType: 'unknown', ...main }]);
  return { ...view, location: isEmpty ? {} : named(main), locations: all };
}

function withMeeting(view: EventView): EventView {
  if (!view.isOnlineMeeting || view.onlineMeeting !== null) return view;
  const provider = view.onlineMeetingProvider === 'unknown' ? 'teamsForBusiness' : view.onlineMeetingProvider;
  return {
    ...view,
    onlineMeetingProvider: provider,
    onlineMeeting: { joinUrl: 'https://meetings.mailbox.example/join' },
  };
}

/** A series whose start moves without a new recurrence begins on its new start's day. */
function withSeriesStart(view: EventView, { start, recurrence }: Partial<EventView>): EventView {
  if (view.recurrence === null || start === undefined || recurrence !== undefined) return view;
  const { pattern, range } = view.recurrence;
  const startDate = localOf(start.at, ianaOf(range.recurrenceTimeZone) ?? 'UTC').slice(0, 10);
  return { ...view, recurrence: { pattern, range: { ...range, startDate } } };
}

const dayMilliseconds = 86_400_000;

function checked(view: EventView): EventView {
  const { start, end, isAllDay } = view;
  if (end.at < start.at) throw invalid('the event ends before it starts');
  if (!isAllDay) return view;
  const midnights = [start, end].every((time) => time.local.endsWith('T00:00:00'));
  if (!midnights) throw invalid('an all-day event starts and ends at midnight');
  if (ianaOf(start.zone) !== ianaOf(end.zone)) throw invalid('an all-day event has one time zone');
  const length = Date.parse(`${end.local}Z`) - Date.parse(`${start.local}Z`);
  if (length < dayMilliseconds)
    throw new GraphFault(
      400,
      'ErrorInvalidRequest',
      'The duration of an event marked as All day must be at least 24 hours.',
    );
  return view;
}

/** The service says no more than that something is wrong; what it is stands behind its words here. */
export function invalid(why: string): GraphFault {
  return new GraphFault(
    400,
    'ErrorPropertyValidationFailure',
    `At least one property failed validation. (${why})`,
  );
}

/** Names of the properties that differ. */
export function changedProperties(before: EventView, after: EventView): (keyof EventView)[] {
  return (Object.keys(after) as (keyof EventView)[]).filter(
    (name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  );
}
