/** When an appointment is: a start and an end, or whole days (spec: datasets 4.4). */
import { shortened } from '../record/characters.ts';
import type { Fields, FieldValue } from '../record/fields.ts';
import { isGroup, textOf } from '../record/keys.ts';
import { parseDate } from '../schema/dates.ts';
import type { Draft, RecordElement } from '../schema/element.ts';
import { addDays, addMinutes, dayNumber, localTimeOf, minutesBetween, parseTime } from './days.ts';
import { groupElement, type Texts } from './group-element.ts';
import { utcOfWallClock, wallClockOfUtc } from './zones/wall-clock.ts';

/** Local times, `YYYY-MM-DDThh:mm:ss`, in the zone of the record, if it has one. */
export interface TimedWhen {
  readonly [name: string]: string;
  readonly Start: string;
  readonly End: string;
}

/** Dates, both inclusive. */
export interface AllDayWhen {
  readonly [name: string]: string;
  readonly StartDate: string;
  readonly EndDate: string;
}

/** A device makes shorter appointments as long as this (spec: datasets 4.3). */
export const SHORTEST_MINUTES = 5;

export function isAllDay(when: FieldValue | undefined): boolean {
  return isGroup(when) && Object.hasOwn(when, 'StartDate');
}

/** The date of the start, in the record's own zone; undefined for a record that lacks it. */
export function startDateOf(fields: Fields): string | undefined {
  const when = fields.When;
  if (!isGroup(when)) return undefined;
  return parseDate(textOf(when.StartDate) || textOf(when.Start));
}

/** Whether the record is in a zone of its own: whole days and floating times are not. */
export function isZoned(fields: Fields): boolean {
  return textOf(fields.TimeZone).trim() !== '' && !isAllDay(fields.When);
}

export const whenElement: RecordElement = groupElement<TimedWhen | AllDayWhen>({
  name: 'When',
  label: 'When',
  parts: ['Start', 'End', 'StartDate', 'EndDate'],
  badValue: 'record.bad-date',

  // Without isNone: of an empty element a device would make whole days with invalid dates (spec: datasets 2.11).
  parse(texts, draft) {
    const start = timeIn(texts.Start, draft);
    if (start !== undefined) {
      const end = isBlank(texts.End) ? start : timeIn(texts.End, draft);
      return end === undefined ? undefined : { End: end < start ? start : end, Start: start };
    }
    if (!isBlank(texts.Start)) return undefined;
    const from = parseDate(texts.StartDate ?? '');
    const to = isBlank(texts.EndDate) ? from : parseDate(texts.EndDate ?? '');
    if (from === undefined || to === undefined) return undefined;
    return { EndDate: to < from ? from : to, StartDate: from };
  },

  written(when, fields, { zonedTimes }) {
    if (!isTimed(when) || !isZoned(fields)) return when;
    const zone = textOf(fields.TimeZone).trim();
    const digits = (local: string) => (zonedTimes === 'utc' ? (utcOfWallClock(local, zone) ?? local) : local);
    return { Start: `${digits(when.Start)}Z`, End: `${digits(when.End)}Z` };
  },

  held(when) {
    if (!isTimed(when)) return when;
    const [start, end] = [withoutSeconds(when.Start), withoutSeconds(when.End)];
    const tooShort = minutesBetween(start, end) < SHORTEST_MINUTES;
    return { End: tooShort ? addMinutes(start, SHORTEST_MINUTES) : end, Start: start };
  },
});

/** The time of an appointment on another day: as long, and at the same time of day. */
export function whenOn(when: FieldValue | undefined, date: string): FieldValue | undefined {
  if (!isGroup(when)) return undefined;
  if (isTimed(when)) {
    const start = `${date}${textOf(when.Start).slice(10)}`;
    return { End: addMinutes(start, minutesBetween(textOf(when.Start), textOf(when.End))), Start: start };
  }
  const days = dayNumber(textOf(when.EndDate)) - dayNumber(textOf(when.StartDate));
  return { EndDate: addDays(date, days), StartDate: date };
}

/** The last date that an appointment touches. */
export function endDateOf(when: FieldValue | undefined): string | undefined {
  return isGroup(when) ? parseDate(textOf(when.EndDate) || textOf(when.End)) : undefined;
}

/** What is to be sent: a device would keep the length it has instead of one of less than five minutes. */
export function sendableWhen(when: FieldValue | undefined): FieldValue | undefined {
  return when === undefined ? undefined : whenElement.heldValue('When', when);
}

/**
 * Where `Z` means UTC, the times that came with it are as yet UTC; this makes them wall clock times of the record's zone,
 * or of UTC where it names none.
 */
export function settleReadTimes(draft: Draft): void {
  const { When: when } = draft.fields;
  if (!isGroup(when) || !isTimed(when)) return;
  const times = [textOf(when.Start), textOf(when.End)];
  if (!times.some(isUtc)) return;
  const zone = textOf(draft.fields.TimeZone).trim() || 'UTC';
  const local = times.map((time) => (isUtc(time) ? wallClockOfUtc(time.slice(0, -1), zone) : time));
  if (local.includes(undefined)) draft.warn('record.bad-value', 'TimeZone', `${shortened(zone)} is unknown`);
  const [start, end] = local.map((time, index) => time ?? times[index]?.slice(0, -1) ?? '');
  draft.fields.TimeZone = zone;
  draft.fields.When = { End: end ?? '', Start: start ?? '' };
}

const isBlank = (text: string | undefined) => (text ?? '').trim() === '';
const isUtc = (time: string) => time.endsWith('Z');
const withoutSeconds = (local: string) => `${local.slice(0, 17)}00`;
const isTimed = (when: Texts | FieldValue): when is TimedWhen =>
  typeof when === 'object' && Object.hasOwn(when, 'Start');

/** The digits of a time; where `Z` means UTC and it came with an offset, its UTC digits and a `Z`. */
function timeIn(text: string | undefined, draft: Draft | undefined): string | undefined {
  const time = parseTime(text ?? '');
  if (time?.offset === undefined || draft?.zonedTimes !== 'utc') return time?.local;
  return `${localTimeOf(Date.parse(`${time.local}Z`) - time.offset * 60_000)}Z`;
}
