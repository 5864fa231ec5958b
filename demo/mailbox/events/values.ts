import {
  asBoolean,
  asInteger,
  asList,
  asMember,
  asMembers,
  asObject,
  asString,
  cannotConvert,
} from '../items/edm.ts';
import { readInstant } from '../items/extended.ts';
import { GraphFault } from '../protocol/fault.ts';
import { readZonedTime, showInstant } from '../time/zoned-time.ts';
import type { Complex, EventView, ItemBody, ValueType } from './properties.ts';

/** Values of an event's properties in a request's body. Each reader throws a GraphFault 400 that names the property. */

const importances = ['low', 'normal', 'high'] as const;
const sensitivities = ['normal', 'personal', 'private', 'confidential'] as const;
const showAs = ['free', 'tentative', 'busy', 'oof', 'workingElsewhere', 'unknown'] as const;
const providers = ['unknown', 'skypeForBusiness', 'skypeForConsumer', 'teamsForBusiness'] as const;
const attendeeTypes = ['required', 'optional', 'resource'] as const;
const responses = [
  'none',
  'organizer',
  'tentativelyAccepted',
  'accepted',
  'declined',
  'notResponded',
] as const;
const locationTypes = [
  'default',
  'conferenceRoom',
  'homeAddress',
  'businessAddress',
  'geoCoordinates',
  'streetAddress',
  'hotel',
  'restaurant',
  'localBusiness',
  'postalAddress',
] as const;
const uniqueIdTypes = ['unknown', 'locationStore', 'directory', 'private', 'bing'] as const;

const maxAttendees = 500;
const maxReminderMinutes = 0x7fff_ffff;

/** What null stands for; undefined where null is refused. */
const emptyValues: Readonly<Record<ValueType, unknown>> = {
  text: null,
  boolean: undefined,
  integer: 0,
  texts: [],
  body: { contentType: 'text', content: '' },
  time: undefined,
  location: {},
  locations: [],
  attendees: [],
  recurrence: null,
  importance: 'normal',
  sensitivity: 'normal',
  showAs: 'busy',
  provider: 'unknown',
  recipient: {},
  response: {},
  meeting: null,
};

/** Every value but a recurrence, which needs to know the event's start. */
export function readValue(name: string, type: Exclude<ValueType, 'recurrence'>, value: unknown): unknown {
  if (value === null) {
    const empty = emptyValues[type];
    if (empty === undefined) throw cannotConvert(name, value, type === 'time' ? 'a time' : 'Edm.Boolean');
    return empty;
  }
  switch (type) {
    case 'text':
      return asString(name, value);
    case 'boolean':
      return asBoolean(name, value);
    case 'integer':
      return readMinutes(name, value);
    case 'texts':
      return asList(name, value).map((entry) => asString(name, entry));
    case 'body':
      return readBody(name, value);
    case 'time':
      return readZonedTime(name, value);
    case 'location':
      return readLocation(name, value);
    case 'locations':
      return asList(name, value).map((entry) => readLocation(name, entry));
    case 'attendees':
      return readAttendees(name, value);
    case 'importance':
      return asMember(name, value, importances, 'importance');
    case 'sensitivity':
      return asMember(name, value, sensitivities, 'sensitivity');
    case 'showAs':
      return asMember(name, value, showAs, 'freeBusyStatus');
    case 'provider':
      return asMember(name, value, providers, 'onlineMeetingProviderType');
    case 'recipient':
      return readRecipient(name, value);
    case 'response':
      return readResponse(name, value);
    case 'meeting':
      return asObject(name, value, [
        'conferenceId',
        'joinUrl',
        'phones',
        'quickDial',
        'tollFreeNumbers',
        'tollNumber',
      ]);
  }
}

function readMinutes(name: string, value: unknown): number {
  const minutes = asInteger(name, value);
  if (minutes < 0 || minutes > maxReminderMinutes) throw cannotConvert(name, value, 'a number of minutes');
  return minutes;
}

/** `itemBody`, of events and tasks. */
export function readBody(name: string, value: unknown): ItemBody {
  const { contentType = 'text', content } = asObject(name, value, ['contentType', 'content']);
  return {
    contentType: asMember(`${name}/contentType`, contentType, ['text', 'html'], 'bodyType'),
    content: content === null || content === undefined ? '' : asString(`${name}/content`, content),
  };
}

function readLocation(name: string, value: unknown): Complex {
  const sent = asObject(name, value, [
    ...['displayName', 'locationType', 'uniqueId', 'uniqueIdType'],
    ...['address', 'coordinates', 'locationEmailAddress', 'locationUri'],
  ]);
  const { locationType, uniqueIdType, address, coordinates, ...texts } = sent;
  const own = Object.fromEntries(asMembers(name, texts, Object.keys(texts)));
  return {
    ...own,
    ...(isSet(locationType)
      ? { locationType: asMember(`${name}/locationType`, locationType, locationTypes, 'locationType') }
      : {}),
    ...(isSet(uniqueIdType)
      ? {
          uniqueIdType: asMember(`${name}/uniqueIdType`, uniqueIdType, uniqueIdTypes, 'locationUniqueIdType'),
        }
      : {}),
    ...(isSet(address) ? { address: readAddress(`${name}/address`, address) } : {}),
    ...(isSet(coordinates) ? { coordinates: readCoordinates(`${name}/coordinates`, coordinates) } : {}),
  };
}

function readAddress(name: string, value: unknown): Complex {
  const members = ['street', 'city', 'state', 'countryOrRegion', 'postalCode'];
  return Object.fromEntries(asMembers(name, value, members));
}

function readCoordinates(name: string, value: unknown): Complex {
  const members = ['accuracy', 'altitude', 'altitudeAccuracy', 'latitude', 'longitude'];
  const sent = Object.entries(asObject(name, value, members)).filter(([, number]) => number !== null);
  for (const [member, number] of sent) {
    if (typeof number !== 'number') throw cannotConvert(`${name}/${member}`, number, 'Edm.Double');
  }
  return Object.fromEntries(sent);
}

function readAttendees(name: string, value: unknown): readonly Complex[] {
  const attendees = asList(name, value);
  if (attendees.length > maxAttendees) {
    throw new GraphFault(400, 'ErrorInvalidRequest', `An event has at most ${maxAttendees} attendees.`);
  }
  return attendees.map((attendee) => {
    const sent = asObject(name, attendee, ['emailAddress', 'type', 'status', 'proposedNewTime']);
    const { emailAddress, type = 'required', status } = sent;
    return {
      type: asMember(`${name}/type`, type, attendeeTypes, 'attendeeType'),
      status: isSet(status) ? readResponse(`${name}/status`, status) : noResponse,
      emailAddress: readEmail(`${name}/emailAddress`, emailAddress),
    };
  });
}

function readRecipient(name: string, value: unknown): Complex {
  const { emailAddress } = asObject(name, value, ['emailAddress']);
  return { emailAddress: readEmail(`${name}/emailAddress`, emailAddress) };
}

function readEmail(name: string, value: unknown): Complex {
  const members = asMembers(name, value, ['name', 'address']);
  const address = members.get('address') ?? null;
  return { name: members.get('name') ?? address, address };
}

function readResponse(name: string, value: unknown): Complex {
  const { response = 'none', time } = asObject(name, value, ['response', 'time']);
  const instant = isSet(time) ? readInstant(asString(`${name}/time`, time)) : noTime;
  if (instant === undefined) throw cannotConvert(`${name}/time`, time, 'Edm.DateTimeOffset');
  return { response: asMember(`${name}/response`, response, responses, 'responseType'), time: instant };
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** A time that is not set, in a struct that must have one (spec: graph 1 line 13). */
const noTime = '0001-01-01T00:00:00Z';

const noResponse: Complex = { response: 'none', time: noTime };

/** An event of which nothing is known but its times, in the owner's own calendar. */
export function emptyEvent(owner: {
  readonly name: string;
  readonly address: string;
}): Omit<EventView, 'start' | 'end' | 'originalStartTimeZone' | 'originalEndTimeZone'> {
  return {
    categories: [],
    transactionId: null,
    reminderMinutesBeforeStart: 15,
    isReminderOn: true,
    hideAttendees: false,
    subject: '',
    importance: 'normal',
    sensitivity: 'normal',
    isAllDay: false,
    responseRequested: true,
    showAs: 'busy',
    isOnlineMeeting: false,
    onlineMeetingProvider: 'unknown',
    allowNewTimeProposals: true,
    body: { contentType: 'html', content: '' },
    location: {},
    locations: [],
    recurrence: null,
    attendees: [],
    hasAttachments: false,
    isCancelled: false,
    isDraft: false,
    isOrganizer: true,
    onlineMeetingUrl: null,
    onlineMeeting: null,
    responseStatus: { response: 'organizer', time: noTime },
    organizer: { emailAddress: owner },
  };
}

/** A `dateTimeTimeZone` as it is shown: all-day events keep their midnights whatever the zone (spec: graph 3.3). */
export function showTime(
  { local, at }: EventView['start'],
  isAllDay: boolean,
  zone: string | undefined,
): ReturnType<typeof showInstant> {
  return isAllDay ? { dateTime: `${local}.0000000`, timeZone: zone ?? 'UTC' } : showInstant(at, zone);
}
