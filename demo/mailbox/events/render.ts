import { graphBase } from '../protocol/answer.ts';
import type { Preferences } from '../protocol/preferences.ts';
import { renderOpenExtension } from '../items/open-extensions.ts';
import { instantText } from '../clock.ts';
import { changeKey } from '../store/ids.ts';
import type { ItemRow } from '../store/items.ts';
import type { MailboxInfo } from '../store/mailboxes.ts';
import type { Switches } from '../switches.ts';
import { preciseInstant } from '../time/zoned-time.ts';
import { previewOf, showBody } from './bodies.ts';
import {
  isDerivedProperty,
  isEventProperty,
  isServiceProperty,
  type DerivedProperty,
  type EventProperty,
  type EventView,
  type ServiceProperty,
} from './properties.ts';
import type { EventShape } from './query.ts';
import {
  instanceOn,
  isSeries,
  masterOf,
  noParts,
  type EventContent,
  type EventInstance,
  type EventParts,
} from './series.ts';
import { showTime } from './values.ts';

/** What rendering needs besides the event. */
export interface EventContext {
  readonly mailbox: MailboxInfo;
  readonly switches: Switches;
  readonly preferences: Pick<Preferences, 'ids' | 'timeZone' | 'bodyType'>;
}

export function contentOf(row: ItemRow): EventContent {
  return {
    view: JSON.parse(row.view) as EventView,
    extended: JSON.parse(row.extended) as Record<string, string>,
    parts: { ...noParts, ...(JSON.parse(row.parts) as Partial<EventParts>) },
  };
}

export function etagOf(row: ItemRow): string {
  return `W/"${changeKey(row.touched)}"`;
}

/** The id of an event, or of one day of it, in the form that the request asked for. */
export function eventId(
  row: Pick<ItemRow, 'id' | 'place'>,
  date: string | undefined,
  { mailbox: { ids }, preferences }: EventContext,
): string {
  if (preferences.ids === 'immutable')
    return date === undefined ? ids.immutable(row.id) : ids.immutableOccurrence(row.id, date);
  return date === undefined ? ids.plain(row.id, row.place) : ids.plainOccurrence(row.id, row.place, date);
}

/** The properties of an answer without `$select`, in the order in which the service shows them (spec: graph 12.6). */
const shownProperties: readonly Name[] = [
  ...(['createdDateTime', 'lastModifiedDateTime', 'changeKey', 'categories', 'transactionId'] as const),
  ...(['originalStartTimeZone', 'originalEndTimeZone', 'iCalUId', 'reminderMinutesBeforeStart'] as const),
  ...(['isReminderOn', 'hasAttachments', 'hideAttendees', 'subject', 'bodyPreview', 'importance'] as const),
  ...(['sensitivity', 'isAllDay', 'isCancelled', 'isDraft', 'isOrganizer', 'responseRequested'] as const),
  ...(['seriesMasterId', 'showAs', 'type', 'webLink', 'onlineMeetingUrl', 'isOnlineMeeting'] as const),
  ...(['onlineMeetingProvider', 'allowNewTimeProposals', 'onlineMeeting', 'responseStatus'] as const),
  ...(['body', 'start', 'end', 'location', 'locations', 'recurrence', 'attendees', 'organizer'] as const),
];

type Name = Exclude<DerivedProperty, 'id'> | EventProperty | ServiceProperty;

/** An event as Graph shows it (spec: graph 12.6); `@odata.context` is the caller's concern. */
export function renderEvent(
  instance: EventInstance,
  shape: EventShape,
  context: EventContext,
): Record<string, unknown> {
  const { row, date } = instance;
  const entity: Record<string, unknown> = { '@odata.etag': etagOf(row), id: eventId(row, date, context) };
  for (const name of shape.select ?? shownProperties) {
    if (name === 'id' || !isName(name)) continue;
    const value = valueOf(instance, name, context);
    // transactionId is there only if it was set; cancelledOccurrences only on a series (spec: graph 3.1).
    if (value !== undefined) entity[name] = value;
  }
  addExpanded(entity, instance, shape, context);
  return entity;
}

function isName(name: string): name is Name {
  return isEventProperty(name) || isServiceProperty(name) || isDerivedProperty(name);
}

function valueOf(instance: EventInstance, name: Name, context: EventContext): unknown {
  const { row, date, content } = instance;
  const { view } = content;
  const { timeZone, bodyType } = context.preferences;
  switch (name) {
    case 'createdDateTime':
      return preciseInstant(row.created);
    case 'lastModifiedDateTime':
      return preciseInstant(row.modified);
    case 'changeKey':
      return changeKey(row.touched);
    case 'transactionId':
      return view.transactionId ?? undefined;
    case 'iCalUId':
      return iCalUId(row, context.switches.iCalUIds === 'perOccurrence' ? date : undefined);
    case 'bodyPreview':
      return previewOf(view.body);
    case 'body':
      return showBody(view.body, bodyType, context.switches);
    case 'seriesMasterId':
      return date === undefined ? null : eventId(row, undefined, context);
    case 'originalStart':
      return instance.originalStart === undefined ? undefined : instantText(instance.originalStart);
    case 'type':
      return instance.type;
    case 'webLink':
      return `https://outlook.office365.com/owa/?itemid=${encodeURIComponent(eventId(row, date, context))}&exvsurl=1&path=/calendar/item`;
    case 'cancelledOccurrences':
      return cancelledOccurrences(instance, context);
    case 'start':
    case 'end':
      return showTime(view[name], view.isAllDay, timeZone);
    default:
      return view[name];
  }
}

/** What a filter or an order reads at a path of an event, as it is shown in UTC. */
export function readProperty(instance: EventInstance, path: string, context: EventContext): unknown {
  const [name = '', ...members] = path.split('/');
  if (name === 'id') return eventId(instance.row, instance.date, context);
  const plain = { ...context, preferences: { ...context.preferences, timeZone: undefined } };
  let value = isName(name) ? valueOf(instance, name, plain) : undefined;
  for (const member of members) {
    value =
      typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[member] : undefined;
  }
  return value;
}

function cancelledOccurrences(instance: EventInstance, context: EventContext): string[] | undefined {
  if (instance.type !== 'seriesMaster') return undefined;
  const id = eventId(instance.row, undefined, context);
  return instance.content.parts.cancelled.map((date) => `OID.${id}.${date}`);
}

/** A global object id: its middle holds the day of an occurrence, or zeros (MS-OXOCAL). */
function iCalUId(row: ItemRow, date: string | undefined): string {
  const day = Buffer.alloc(4);
  if (date !== undefined) {
    day.writeUInt16BE(Number(date.slice(0, 4)), 0);
    day.writeUInt8(Number(date.slice(5, 7)), 2);
    day.writeUInt8(Number(date.slice(8, 10)), 3);
  }
  const item = row.id.toString(16).padStart(16, '0');
  return `040000008200E00074C5B7101A82E008${day.toString('hex')}${item}`.toUpperCase();
}

function addExpanded(
  entity: Record<string, unknown>,
  instance: EventInstance,
  shape: EventShape,
  context: EventContext,
): void {
  const { row, date, content } = instance;
  const self = `${eventsContext(context.mailbox)}('${encodeURIComponent(eventId(row, date, context))}')`;
  if (shape.extended !== undefined) {
    const values = [...shape.extended].flatMap(([key, spelling]) => {
      const value = content.extended[key];
      const id = context.switches.extendedIds === 'lowerCase' ? key : spelling;
      return value === undefined ? [] : [{ id, value }];
    });
    if (values.length > 0) {
      entity['singleValueExtendedProperties@odata.context'] = `${self}/singleValueExtendedProperties`;
      entity.singleValueExtendedProperties = values;
    }
  }
  if (shape.extensions !== undefined) {
    const wanted = shape.extensions;
    const found = Object.entries(content.parts.extensions)
      .filter(([name]) => wanted === 'all' || wanted.includes(name))
      .map(([name, properties]) => renderOpenExtension({ name, properties }));
    if (found.length > 0) {
      entity['extensions@odata.context'] = `${self}/extensions`;
      entity.extensions = found;
    }
  }
  if (shape.exceptions !== undefined) addExceptions(entity, instance, shape.exceptions, context);
}

/** The exceptions of a series, on the series as such only (spec: graph 3.8). */
function addExceptions(
  entity: Record<string, unknown>,
  { row, type, content }: EventInstance,
  shape: EventShape,
  context: EventContext,
): void {
  const { view, parts } = content;
  if (type !== 'seriesMaster' || !isSeries(view)) return;
  const series = { ...content, view };
  entity.exceptionOccurrences = Object.keys(parts.exceptions)
    .sort()
    .map((date) => renderEvent(instanceOn(row, series, date), shape, context));
}

/** `…/$metadata#users('…')/events`. */
export function eventsContext(mailbox: MailboxInfo): string {
  return `${graphBase}/$metadata#users('${mailbox.objectId}')/events`;
}

/** The context of an answer of the given shape. */
export function shapedContext(base: string, shape: EventShape): string {
  const shown = [...(shape.select ?? [])];
  if (shape.extended !== undefined) shown.push('singleValueExtendedProperties()');
  if (shape.extensions !== undefined) shown.push('extensions()');
  if (shape.exceptions !== undefined) shown.push('exceptionOccurrences()');
  return shown.length === 0 ? base : `${base}(${shown.join(',')})`;
}

/** The event of a row, shown as it is kept. */
export function renderRow(row: ItemRow, shape: EventShape, context: EventContext): Record<string, unknown> {
  return renderEvent(masterOf(row, contentOf(row)), shape, context);
}
