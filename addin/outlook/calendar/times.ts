/** When an event is: start, end and zone of Graph's to a record's wall clock and back (spec: datasets 9.2). Pure. */
import { z } from 'zod';
import { addDays } from '../../../datasets/calendar/days.ts';
import { endDateOf, isAllDay, utcOfWallClock, wallClockOfUtc } from '../../../datasets/calendar/index.ts';
import type { Fields } from '../../../datasets/index.ts';
import { isGroup, textOf } from '../../../datasets/record/keys.ts';
import { extendedKey, type ExtendedValues } from '../items/extended.ts';
import { parseToken } from '../items/read-state.ts';
import type { GraphInstance } from './graph-event.ts';
import { extended } from './properties.ts';
import { graphZoneOf, recordZoneOf, sameGraphZone, UTC } from './zones.ts';

/** The zone an event is anchored in, and what a record calls it. */
export interface EventZone {
  /** IANA name, for reckoning. */
  readonly clock: string;
  /** As the record names it; undefined for floating times. */
  readonly label: string | undefined;
}

/**
 * The zone of an event; of a series that of its rule. An exact name that we have kept holds as long as Outlook's zone
 * is the one that was sent for it: a person may have chosen another.
 */
export function zoneOf(
  instance: GraphInstance,
  values: ExtendedValues,
  mailboxZone: string,
  series?: GraphInstance,
): EventZone {
  const name = graphZoneNameOf(instance, values, series);
  const clock = recordZoneOf(name) ?? recordZoneOf(mailboxZone) ?? UTC;
  if (values.get(extendedKey(extended.floating)) === '1') return { clock, label: undefined };
  const exact = values.get(extendedKey(extended.zone));
  const holds = exact !== undefined && sameGraphZone(graphZoneOf(exact, mailboxZone).name, name);
  return { clock, label: holds ? exact : clock };
}

/** An occurrence is in the zone of its series' rule, unless it was given another one. */
function graphZoneNameOf(
  instance: GraphInstance,
  values: ExtendedValues,
  series: GraphInstance | undefined,
): string {
  const own = instance.originalStartTimeZone ?? UTC;
  const written = instance.recurrence ? undefined : writtenZoneOf(own, values);
  if (written !== undefined) return written;
  const anchor = series?.originalStartTimeZone === own ? series : instance;
  const rules = anchor.recurrence?.range.recurrenceTimeZone ?? '';
  return rules === '' ? own : rules;
}

const writtenZoneSchema = z.object({ shown: z.string(), written: z.string() });

/** The zone in which a time was written last, as long as Outlook shows the one that it showed before (spec: graph 3.1). */
function writtenZoneOf(shown: string, values: ExtendedValues): string | undefined {
  const kept = values.get(extendedKey(extended.writtenZone));
  const told = kept === undefined ? undefined : parseToken(writtenZoneSchema, kept);
  return told?.shown === shown ? told.written : undefined;
}

/** What is to be remembered of a time that is written in a zone in the place of one that Outlook shows in another. */
export function writtenZoneText(shown: string | null | undefined, written: string): string {
  if (typeof shown !== 'string' || sameGraphZone(shown, written)) return '';
  return JSON.stringify({ shown, written });
}

/** The fields `When` and `TimeZone`. Of whole days only the dates count, whatever the zone (spec: graph 3.3). */
export function timeFields({ start, end, isAllDay: wholeDays }: GraphInstance, zone: EventZone): Fields {
  if (wholeDays === true) {
    const first = start.dateTime.slice(0, 10);
    const last = addDays(end.dateTime.slice(0, 10), -1);
    return { When: { EndDate: last < first ? first : last, StartDate: first } };
  }
  const When = { End: localIn(end, zone.clock), Start: localIn(start, zone.clock) };
  return zone.label === undefined ? { When } : { TimeZone: zone.label, When };
}

/** A time as the wall clock of a zone shows it, `YYYY-MM-DDThh:mm:ss`. */
function localIn({ dateTime, timeZone }: GraphInstance['start'], zone: string): string {
  const digits = dateTime.slice(0, 19);
  const told = recordZoneOf(timeZone ?? UTC) ?? UTC;
  if (told === zone) return digits;
  const utc = told === UTC ? digits : (utcOfWallClock(digits, told) ?? digits);
  return zone === UTC ? utc : (wallClockOfUtc(utc, zone) ?? utc);
}

/** The date in a zone of an instant such as `2026-03-17T18:00:00Z`. */
export function dateIn(instant: string, zone: string): string {
  return localIn({ dateTime: instant, timeZone: UTC }, zone).slice(0, 10);
}

export interface TimeBody {
  readonly isAllDay: boolean;
  readonly start: { readonly dateTime: string; readonly timeZone: string };
  readonly end: { readonly dateTime: string; readonly timeZone: string };
}

/** Name that Graph is told for the zone of a record: the mailbox's for floating times, UTC for whole days. */
export function graphZoneFor(fields: Fields, mailboxZone: string): string {
  if (isAllDay(fields.When)) return UTC;
  const zone = textOf(fields.TimeZone).trim();
  return zone === '' ? mailboxZone : graphZoneOf(zone, mailboxZone).name;
}

/** Start and end of a record that has them; digits as they are, for the zone goes along. */
export function timeBody(fields: Fields, mailboxZone: string): TimeBody | undefined {
  const { When: when } = fields;
  if (!isGroup(when)) return undefined;
  const timeZone = graphZoneFor(fields, mailboxZone);
  const time = (dateTime: string) => ({ dateTime, timeZone });
  if (isAllDay(when)) {
    const last = endDateOf(when) ?? textOf(when.StartDate);
    return {
      isAllDay: true,
      start: time(`${textOf(when.StartDate)}T00:00:00`),
      end: time(`${addDays(last, 1)}T00:00:00`),
    };
  }
  return { isAllDay: false, start: time(textOf(when.Start)), end: time(textOf(when.End)) };
}
