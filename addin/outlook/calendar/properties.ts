/** Which Graph properties an appointment's fields are kept in (spec: datasets 9.2), and the queries that ask for them. */

import { IMMUTABLE_IDS } from '../graph/middleware.ts';
import { expandExtended, namedText } from '../items/extended.ts';

const COMMON = '{00062008-0000-0000-C000-000000000046}';

/** Every extended property that we read or write. */
export const extended = {
  /** The exact IANA name of the zone, of which Outlook knows only the Windows one. */
  zone: namedText('Qtopia Timezone'),
  /** Zone in which a time was written, and the one that Outlook went on showing: it may be that of the creation. */
  writtenZone: namedText('QDSync Zone'),
  /** `1`: the time is that of the wall clock wherever one is. */
  floating: namedText('QDSync Floating'),
  /** Minutes of the reminder as the device has them: they may be negative, Outlook's may not. */
  alarmDelay: namedText('QDSync AlarmDelay'),
  /** The rule that a recurrence stands for, where Graph cannot say it. */
  rule: namedText('QDSync Rule'),
  /** Ids of events that are occurrences of the series to us, by date; and of such an event, which series it belongs to. */
  apart: namedText('QDSync Apart'),
  apartOf: namedText('QDSync Apart Of'),
  customFields: namedText('QDSync CustomFields'),
  /** Key of the create operation that made the item. */
  createKey: namedText('QDSync Key'),
  /** Key of the operation whose writes to single occurrences are still to come. */
  unfinished: namedText('QDSync Unfinished'),
  /** Whether the reminder's sound is set by the item, and whether there is one. */
  reminderOverride: `Boolean ${COMMON} Id 0x851C`,
  reminderSound: `Boolean ${COMMON} Id 0x851E`,
} as const;

const selected = [
  'id',
  'lastModifiedDateTime',
  'type',
  'subject',
  'body',
  'start',
  'end',
  'isAllDay',
  'originalStartTimeZone',
  'originalStart',
  'recurrence',
  'isReminderOn',
  'reminderMinutesBeforeStart',
  'location',
  'categories',
  'attendees',
  'isOrganizer',
  'isOnlineMeeting',
];

const select = (...more: readonly string[]): string => `$select=${[...selected, ...more].join(',')}`;

const extendedProperties = expandExtended(Object.values(extended));

const expand = (...parts: readonly string[]): string => `$expand=${encodeURIComponent(parts.join(','))}`;

/** Query for what the mapping reads, of lists. What a series has besides, only a GET of it shows (spec: graph 3.8). */
export const LISTED_QUERY = `${select()}&${expand(extendedProperties)}`;

/** Query for one event, with the exceptions of a series. */
export const MAPPED_QUERY = `${select('cancelledOccurrences', 'exceptionOccurrences')}&${expand(
  extendedProperties,
  `exceptionOccurrences(${select()};$expand=${extendedProperties})`,
)}`;

/** Times in UTC, from which each event is brought to its own zone, and bodies as text (spec: graph 3.2, 3.5). */
export const EVENT_PREFERENCES = 'outlook.timezone="UTC", outlook.body-content-type="text"';

/** The same as headers of a part of a batch. */
export const EVENT_HEADERS = { Prefer: `${IMMUTABLE_IDS}, ${EVENT_PREFERENCES}` };

/** Query for a whole event: every property of the service's and all of ours. */
export const WHOLE_QUERY = expand(extendedProperties);

export const EVENTS = '/me/events';

/** By this spelling alone: `/me/calendar/events/{id}` may be refused (spec: graph 3.9). */
export const eventPath = (id: string): string => `${EVENTS}/${encodeURIComponent(id)}`;
