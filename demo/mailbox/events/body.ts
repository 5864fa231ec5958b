import { readExtendedProperties } from '../items/extended-body.ts';
import { readOpenExtensions, type OpenExtension } from '../items/open-extensions.ts';
import { badBody, GraphFault } from '../protocol/fault.ts';
import { readRecurrence } from '../recurrence/read.ts';
import type { Recurrence } from '../recurrence/recurrence.ts';
import type { Writer } from '../store/items.ts';
import type { Switches } from '../switches.ts';
import { knownZone, type ZonedTime } from '../time/zoned-time.ts';
import { ianaOf, localOf } from '../time/zones.ts';
import {
  eventProperties,
  isAnyProperty,
  isEventProperty,
  isServiceProperty,
  serviceProperties,
  type EventView,
} from './properties.ts';
import { readValue } from './values.ts';

/** What a POST or PATCH asks for, checked and brought to the form in which it is kept. */
export interface EventChange {
  readonly properties: Partial<EventView>;
  /** Values by key; null removes the property. */
  readonly extended: ReadonlyMap<string, string | null>;
  readonly extensions: readonly OpenExtension[];
}

/** Who asks, and of which event. */
export interface BodyContext {
  readonly switches: Switches;
  readonly writer: Writer;
  /** The event before the change; undefined for a new one. */
  readonly before: EventView | undefined;
}

/** Reads a body by the property table. Throws a GraphFault 400 that names the property. */
export function readEventBody(body: Readonly<Record<string, unknown>>, context: BodyContext): EventChange {
  const { switches, before } = context;
  const properties: Record<string, unknown> = {};
  let extended: EventChange['extended'] = new Map();
  let extensions: EventChange['extensions'] = [];
  for (const [name, value] of Object.entries(body)) {
    if (name.includes('@') || name === 'recurrence') continue;
    if (isEventProperty(name)) {
      if (name === 'transactionId' && before !== undefined) refuseReadOnly(name, switches);
      else if (eventProperties[name] !== 'recurrence')
        properties[name] = readValue(name, eventProperties[name], value);
    } else if (isServiceProperty(name) && context.writer === 'person')
      properties[name] = readValue(name, serviceProperties[name], value);
    else if (name === 'singleValueExtendedProperties') extended = readExtendedProperties(value, switches);
    else if (name === 'extensions') extensions = readOpenExtensions(value);
    else if (isAnyProperty(name)) refuseReadOnly(name, switches);
    else if (switches.unknownProperties === 'refused') {
      throw badBody(`The property '${name}' does not exist on type 'microsoft.graph.event'.`);
    }
  }
  const change = properties as Partial<EventView>;
  for (const time of [change.start, change.end]) if (time !== undefined) checkZone(time.zone, switches);
  if (body.recurrence === undefined) return { properties: change, extended, extensions };
  const recurrence = readEventRecurrence(body.recurrence, change.start ?? before?.start, switches);
  return { properties: { ...change, recurrence }, extended, extensions };
}

function readEventRecurrence(
  value: unknown,
  start: ZonedTime | undefined,
  switches: Switches,
): Recurrence | null {
  if (value === null) return null;
  return readRecurrence(value, {
    zone: start?.zone ?? 'UTC',
    dateIn: (zone) =>
      start === undefined ? undefined : localOf(start.at, ianaOf(zone) ?? 'UTC').slice(0, 10),
    checkZone: (zone) => checkZone(zone, switches),
  });
}

/** Throws a GraphFault 400 for a zone that the service does not know, or not by this name. */
export function checkZone(name: string, switches: Switches): void {
  const iana = knownZone(name);
  if (switches.ianaZones === 'refused' && iana === name && name !== 'UTC') {
    throw new GraphFault(400, 'TimeZoneNotSupportedException', `The time zone '${name}' is not supported.`);
  }
}

function refuseReadOnly(name: string, switches: Switches): void {
  if (switches.readOnlyProperties === 'ignored') return;
  throw new GraphFault(
    400,
    'ErrorInvalidPropertySet',
    `The property '${name}' is read-only and cannot be set.`,
  );
}
