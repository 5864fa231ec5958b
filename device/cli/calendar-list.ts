/** What lists say of appointments and their occurrences. */
import { addDays, dayNumber, weekdayOf } from '../../datasets/calendar/days.ts';
import { isZoned } from '../../datasets/calendar/index.ts';
import { calendar, type Fields } from '../../datasets/index.ts';
import { isGroup, textOf } from '../../datasets/record/keys.ts';
import type { DateRange, Occurrence } from '../calendar/occurrences.ts';
import { UsageError } from './usage-error.ts';

/** A week, unless told otherwise. */
const USUAL_DAYS = 7;
/** Longer ranges of a handheld full of series would be more than a person or a program can want: ten years. */
const MOST_DAYS = 3660;

/** The days that a list is to show; one that is not named lies a week from the other, or from today. */
export function listedRange(from: string | undefined, to: string | undefined, today: string): DateRange {
  const first = from ?? (to === undefined || to >= today ? today : addDays(to, 1 - USUAL_DAYS));
  const last = to ?? addDays(first, USUAL_DAYS - 1);
  const days = dayNumber(last) - dayNumber(first) + 1;
  if (days < 1) throw new UsageError(`${last} is before ${first}`);
  if (days > MOST_DAYS) throw new UsageError(`more than ${MOST_DAYS} days cannot be listed at once`);
  return { from: first, to: last };
}

/** `Wed 2026-03-18  18:00–20:00 [Europe/Oslo]  Choir, Church hall  (instead of 2026-03-17)`, without what is not there. */
export function occurrenceText(occurrence: Occurrence): string {
  const { fields, shown, original, isReplacement } = occurrence;
  const from = shown.from.slice(0, 10);
  const place = textOf(fields.Location).trim();
  const label = calendar.label(fields);
  return [
    `${weekdayOf(from).slice(0, 3)} ${from}`,
    [timesText(occurrence), ...zoneText(occurrence)].join(' '),
    place === '' || place === label ? label : `${label}, ${place}`,
    ...(isReplacement ? [`(instead of ${original ?? ''})`] : []),
  ].join('  ');
}

/** For programs: times by the handheld's own clock, and those that the record says in its own zone. */
export function occurrenceJson({ id, original, isReplacement, fields, shown }: Occurrence): object {
  return {
    id,
    label: calendar.label(fields),
    occurrence: original ?? null,
    replacement: isReplacement,
    allDay: shown.allDay,
    start: shown.from,
    end: shown.to,
    zone: isZoned(fields) ? textOf(fields.TimeZone) : null,
    fields,
  };
}

/** `2026-03-03 19:00 Europe/Oslo, Weekly` */
export function appointmentSummary(fields: Fields): string {
  const { When: when, Repeat: repeat } = fields;
  const start = isGroup(when) ? textOf(when.StartDate) || textOf(when.Start) : '';
  const zone = isZoned(fields) ? ` ${textOf(fields.TimeZone)}` : '';
  return [
    ...(start === '' ? [] : [start.slice(0, 16).replace('T', ' ') + zone]),
    ...(isGroup(repeat) ? [textOf(repeat.Type)] : []),
  ].join(', ');
}

function timesText({ shown: { allDay, from, to } }: Occurrence): string {
  if (allDay) return from === to ? 'all day' : `all day until ${to}`;
  const sameDay = from.slice(0, 10) === to.slice(0, 10);
  return `${clock(from)}–${sameDay ? '' : `${to.slice(0, 10)} `}${clock(to)}`;
}

/** The zone of the appointment, with the time there where it is another one than here. */
function zoneText({ fields, shown }: Occurrence): string[] {
  if (!isZoned(fields)) return [];
  const own = isGroup(fields.When) ? textOf(fields.When.Start) : '';
  const there = own === shown.from ? '' : ` ${clock(own)}`;
  return [`[${textOf(fields.TimeZone)}${there}]`];
}

const clock = (local: string): string => local.slice(11, 16);
