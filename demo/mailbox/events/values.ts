import { asBoolean, asInteger, asList, asMember, asObject, asString, cannotConvert } from '../items/edm.ts';
import { readZonedTime, showInstant } from '../time/zoned-time.ts';
import { noTime, readAttendees, readLocation, readRecipient, readResponse } from './complex.ts';
import type { EventView, ItemBody, ValueType } from './properties.ts';

/** Values of an event's properties in a request's body. Each reader throws a GraphFault 400 that names the property. */

const importances = ['low', 'normal', 'high'] as const;
const sensitivities = ['normal', 'personal', 'private', 'confidential'] as const;
const showAs = ['free', 'tentative', 'busy', 'oof', 'workingElsewhere', 'unknown'] as const;
const providers = ['unknown', 'skypeForBusiness', 'skypeForConsumer', 'teamsForBusiness'] as const;
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
