import { asList, asMember, asMembers, asObject, asString, cannotConvert } from '../items/edm.ts';
import { readInstant } from '../items/extended.ts';
import { GraphFault } from '../protocol/fault.ts';
import type { Complex } from './properties.ts';

/** Places and people in a request's body. Each reader throws a GraphFault 400 that names the property. */

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
/** A time that is not set, in a struct that must have one (spec: graph 1 line 13). */
export const noTime = '0001-01-01T00:00:00Z';

const noResponse: Complex = { response: 'none', time: noTime };

export function readLocation(name: string, value: unknown): Complex {
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

export function readAttendees(name: string, value: unknown): readonly Complex[] {
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

export function readRecipient(name: string, value: unknown): Complex {
  const { emailAddress } = asObject(name, value, ['emailAddress']);
  return { emailAddress: readEmail(`${name}/emailAddress`, emailAddress) };
}

function readEmail(name: string, value: unknown): Complex {
  const members = asMembers(name, value, ['name', 'address']);
  const address = members.get('address') ?? null;
  return { name: members.get('name') ?? address, address };
}

export function readResponse(name: string, value: unknown): Complex {
  const { response = 'none', time } = asObject(name, value, ['response', 'time']);
  const instant = isSet(time) ? readInstant(asString(`${name}/time`, time)) : noTime;
  if (instant === undefined) throw cannotConvert(`${name}/time`, time, 'Edm.DateTimeOffset');
  return { response: asMember(`${name}/response`, response, responses, 'responseType'), time: instant };
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null;
}
