/** Events put back from their snapshots (contract/server-plugin.ts, `restore`). Pure. */
import type { Problem } from '../../../contract/server-plugin.ts';
import { DELETED, occurrenceOn, recordDateOf, wallClockOfUtc } from '../../../datasets/calendar/index.ts';
import { calendar, type FieldKey, type Fields } from '../../../datasets/index.ts';
import { isObject } from '../graph/errors.ts';
import { differingKeys } from '../items/compare.ts';
import { mergedExtended, notRestored, pick, sameJson, withoutNulls } from '../items/restore.ts';
import { mappingOptions, type CalendarContext } from './context.ts';
import { instanceFields } from './from-graph.ts';
import type { GraphInstance } from './graph-event.ts';
import { wantedOccurrences, type SeriesTarget, type Wanted } from './occurrences-plan.ts';
import { extended } from './properties.ts';
import type { KeptEvent, KeptOccurrence } from './snapshots.ts';
import { recordZoneOf, UTC } from './zones.ts';
import { planUpdate, type CreateKeys, type EventBody, type Plan } from './to-graph.ts';

/** A restore that was cut off in the middle, and finished by somebody who had no snapshot. */
export const CUT_OFF: Problem = notRestored('formatting of single occurrences');

/** What no record has a field for, of an event and of an occurrence alike. */
const unmapped = ['importance', 'sensitivity', 'showAs'] as const;
/** Of an event alone. */
const own = ['responseRequested', 'allowNewTimeProposals', 'hideAttendees'] as const;
const mapped = ['subject', 'isReminderOn', 'reminderMinutesBeforeStart', 'categories'] as const;

/** The POST that makes the event anew, with the fields of the operation; nobody is invited. */
export function planRestore(
  context: CalendarContext,
  fields: Fields,
  { transactionId, createKey }: CreateKeys,
  kept: KeptEvent,
): Plan {
  const options = mappingOptions(context);
  // The text of an online meeting is like any other once the meeting is none any more.
  const current = { ...kept.mapped, isOnlineMeeting: false };
  const differing = differingKeys(calendar, kept.fields, fields);
  // Times and recurrence are those of the record, always: the zone of their writing goes with them.
  const plan = planUpdate(fields, [...differing, 'When', 'TimeZone', 'Repeat'], current, options);
  const base = { ...pick(kept.event, [...mapped, ...unmapped, ...own]), ...bodyOf(kept.event) };
  const place = 'location' in plan.body ? {} : placeOf(kept.event);
  const end = differing.includes('When') || differing.includes('TimeZone') ? {} : endOf(kept.event);
  const values = mergedExtended(
    kept.mapped.singleValueExtendedProperties,
    [
      ...(plan.body.singleValueExtendedProperties ?? []),
      ...(createKey === undefined ? [] : [{ id: extended.createKey, value: createKey }]),
    ],
    { without: notCarriedOver, cleared: [''] },
  ).filter(({ id }) => id !== extended.writtenZone);
  const body: EventBody = {
    ...withoutNulls({ ...base, ...place, ...plan.body, ...end, transactionId }),
    ...(values.length === 0 ? {} : { singleValueExtendedProperties: values }),
  };
  return { ...plan, body, placeLost: false, formatLost: false };
}

/** The text with its formatting; what was written as plain text is shown as HTML all the same. */
const bodyOf = ({ body }: GraphInstance): Readonly<Record<string, unknown>> =>
  (body?.content ?? '') === '' ? {} : { body };

/** What belongs to the item that was removed, not to its contents. */
const notCarriedOver = [
  extended.createKey,
  extended.unfinished,
  extended.apart,
  extended.apartOf,
  // A new event shows the zone that it is written in.
  extended.writtenZone,
];

/** One place goes by itself, several together: each of the two properties makes up the other. */
function placeOf(event: GraphInstance): Readonly<Record<string, unknown>> {
  const places = Array.isArray(event.locations) ? event.locations : [];
  if (places.length > 1) return { locations: places.map(withoutMadeUpId) };
  return Object.keys(event.location ?? {}).length > 0 ? { location: withoutMadeUpId(event.location) } : {};
}

/** The service makes up an id of a place that it finds in no directory. */
function withoutMadeUpId(place: unknown): unknown {
  if (!isObject(place)) return place;
  const { uniqueId, uniqueIdType, ...rest } = place;
  const isReal = typeof uniqueIdType === 'string' && !['private', 'unknown'].includes(uniqueIdType);
  return isReal ? { ...rest, uniqueId, uniqueIdType } : rest;
}

/** An end that is told in another zone than the start. */
function endOf({ end, isAllDay, originalStartTimeZone, originalEndTimeZone }: GraphInstance): object {
  if (isAllDay === true || typeof originalEndTimeZone !== 'string') return {};
  if (originalEndTimeZone === originalStartTimeZone || (end.timeZone ?? UTC) !== UTC) return {};
  const zone = recordZoneOf(originalEndTimeZone);
  const dateTime = zone === undefined ? undefined : wallClockOfUtc(end.dateTime.slice(0, 19), zone);
  return dateTime === undefined ? {} : { end: { dateTime, timeZone: originalEndTimeZone } };
}

/** What of a snapshot the service lets nobody write, or only by mail to others. */
export function restoreLosses({ event, occurrences }: KeptEvent): Problem[] {
  const all = [event, ...[...occurrences.values()].map((occurrence) => occurrence.event)];
  const people = new Set(all.flatMap(({ attendees }) => (attendees ?? []).map(nameOf)));
  const losses = [
    ...(people.size === 0 ? [] : [`attendees, who were not invited again: ${[...people].join(', ')}`]),
    ...(event.isOnlineMeeting === true ? ['the online meeting'] : []),
    ...(all.some(({ hasAttachments }) => hasAttachments === true) ? ['attachments'] : []),
  ];
  return losses.map(notRestored);
}

function nameOf(attendee: unknown): string {
  const { emailAddress } = attendee as { emailAddress?: { name?: string | null; address?: string | null } };
  return emailAddress?.address ?? emailAddress?.name ?? '?';
}

/** Occurrences of a series, with what no record has a field for. */
export interface RichOccurrences {
  /** What they are to be; more than those that the record tells, where others differ by nothing that it knows. */
  readonly wanted: Wanted;
  /** What is written to them besides, by the dates on which the rule has them. */
  readonly bodies: ReadonlyMap<string, EventBody>;
}

/** `all`: every exception is to be made anew; else only those that are written anyway are given more. */
export function richOccurrences(
  context: CalendarContext,
  target: SeriesTarget,
  kept: KeptEvent,
  all: boolean,
): RichOccurrences {
  const options = mappingOptions(context);
  const wanted = new Map(wantedOccurrences(target));
  const bodies = new Map<string, EventBody>();
  for (const [date, occurrence] of kept.occurrences) {
    const before = instanceFields(occurrence.mapped, occurrence.isApart ? undefined : kept.mapped, options);
    const want = wanted.get(date) ?? (all ? plainOn(target, date) : undefined);
    if (want === undefined || want === DELETED) continue;
    const body = richBody(kept.event, occurrence, before, want);
    if (Object.keys(body).length === 0) continue;
    wanted.set(date, want);
    bodies.set(date, body);
  }
  return { wanted, bodies };
}

/** The occurrence as the series has it, where there is one on that date. */
function plainOn({ fields, mapping }: SeriesTarget, date: string): Fields | undefined {
  const own = recordDateOf(mapping, date);
  return own === undefined ? undefined : occurrenceOn(fields, own);
}

function richBody(
  series: GraphInstance,
  { event: occurrence }: KeptOccurrence,
  before: Fields,
  want: Fields,
): Readonly<Record<string, unknown>> {
  const isSame = (key: FieldKey): boolean => calendar.sameValue(key, before[key], want[key]);
  const differs = (name: string): boolean => !sameJson(occurrence[name], series[name]);
  const text = isSame('Notes') && differs('body') ? bodyOf(occurrence) : {};
  const place =
    isSame('Location') && (differs('location') || differs('locations')) ? placeOf(occurrence) : {};
  return { ...pick(occurrence, unmapped.filter(differs)), ...text, ...place };
}

/** What an update takes from the snapshot: the formatting of a text, the details of a place, a zone of the end. */
export function richProperties(
  fields: Fields,
  changed: readonly FieldKey[],
  kept: KeptEvent,
  { body }: Plan,
): Readonly<Record<string, unknown>> {
  const back = changed.filter((key) => calendar.sameValue(key, kept.fields[key], fields[key]));
  return {
    ...('body' in body && back.includes('Notes') ? bodyOf(kept.event) : {}),
    ...('location' in body && back.includes('Location') ? placeOf(kept.event) : {}),
    ...('end' in body && back.includes('When') ? endOf(kept.event) : {}),
  };
}
