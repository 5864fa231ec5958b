import type { Recurrence } from '../recurrence/recurrence.ts';
import type { ZonedTime } from '../time/zoned-time.ts';

/**
 * The properties of `event` in Graph v1.0's metadata (spec: graph 3.1). One table; body checks, answers, `$select` and
 * `$orderby` are derived from it.
 */

export interface ItemBody {
  readonly contentType: 'text' | 'html';
  readonly content: string;
}

/** A complex value whose members are kept as they were sent, checked by the tables of complex.ts. */
export type Complex = Readonly<Record<string, unknown>>;

interface ValueTypes {
  readonly text: string | null;
  readonly boolean: boolean;
  readonly integer: number;
  readonly texts: readonly string[];
  readonly body: ItemBody;
  readonly time: ZonedTime;
  readonly location: Complex;
  readonly locations: readonly Complex[];
  readonly attendees: readonly Complex[];
  readonly recurrence: Recurrence | null;
  readonly importance: 'low' | 'normal' | 'high';
  readonly sensitivity: 'normal' | 'personal' | 'private' | 'confidential';
  readonly showAs: 'free' | 'tentative' | 'busy' | 'oof' | 'workingElsewhere' | 'unknown';
  readonly provider: 'unknown' | 'skypeForBusiness' | 'skypeForConsumer' | 'teamsForBusiness';
  readonly recipient: Complex;
  readonly response: Complex;
  readonly meeting: Complex | null;
}

export type ValueType = keyof ValueTypes;

/** What a client writes. */
export const eventProperties = {
  categories: 'texts',
  transactionId: 'text',
  reminderMinutesBeforeStart: 'integer',
  isReminderOn: 'boolean',
  hideAttendees: 'boolean',
  subject: 'text',
  importance: 'importance',
  sensitivity: 'sensitivity',
  isAllDay: 'boolean',
  responseRequested: 'boolean',
  showAs: 'showAs',
  isOnlineMeeting: 'boolean',
  onlineMeetingProvider: 'provider',
  allowNewTimeProposals: 'boolean',
  body: 'body',
  start: 'time',
  end: 'time',
  location: 'location',
  locations: 'locations',
  recurrence: 'recurrence',
  attendees: 'attendees',
} as const satisfies Record<string, ValueType>;

/** What the service sets, and a person's Outlook by what the person does. */
export const serviceProperties = {
  originalStartTimeZone: 'text',
  originalEndTimeZone: 'text',
  hasAttachments: 'boolean',
  isCancelled: 'boolean',
  isDraft: 'boolean',
  isOrganizer: 'boolean',
  onlineMeetingUrl: 'text',
  onlineMeeting: 'meeting',
  responseStatus: 'response',
  organizer: 'recipient',
} as const satisfies Record<string, ValueType>;

export type EventProperty = keyof typeof eventProperties;
export type ServiceProperty = keyof typeof serviceProperties;

type Values<Table extends Readonly<Record<string, ValueType>>> = {
  readonly [Name in keyof Table]: ValueTypes[Table[Name]];
};

/** An event's properties, all present. */
export type EventView = Values<typeof eventProperties> & Values<typeof serviceProperties>;

/** Read-only properties that are made when the event is shown. */
export const derivedProperties = [
  'id',
  'createdDateTime',
  'lastModifiedDateTime',
  'changeKey',
  'iCalUId',
  'bodyPreview',
  'seriesMasterId',
  'originalStart',
  'type',
  'webLink',
  'cancelledOccurrences',
] as const;

export type DerivedProperty = (typeof derivedProperties)[number];

export const navigationProperties = [
  'attachments',
  'calendar',
  'exceptionOccurrences',
  'extensions',
  'instances',
  'multiValueExtendedProperties',
  'singleValueExtendedProperties',
] as const;

/** What a meeting's other people never learn: a change of these sends no mail (spec: graph 3.9). */
export const personalProperties: readonly string[] = [
  'isReminderOn',
  'reminderMinutesBeforeStart',
  'showAs',
  'categories',
  'sensitivity',
];

export function isEventProperty(name: string): name is EventProperty {
  return Object.hasOwn(eventProperties, name);
}

export function isServiceProperty(name: string): name is ServiceProperty {
  return Object.hasOwn(serviceProperties, name);
}

export function isDerivedProperty(name: string): name is DerivedProperty {
  return (derivedProperties as readonly string[]).includes(name);
}

/** Every name that `$select` takes. */
export function isAnyProperty(name: string): boolean {
  return isEventProperty(name) || isServiceProperty(name) || isDerivedProperty(name);
}
