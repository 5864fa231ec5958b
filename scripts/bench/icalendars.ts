/** The same appointments as iCalendar files, for a file-to-file synchroniser to be measured beside. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  DELETED,
  exceptionsOf,
  isAllDay,
  ruleOf,
  rruleText,
  startDateOf,
  type SeriesTime,
} from '../../datasets/calendar/index.ts';
import type { Fields, FieldValue } from '../../datasets/index.ts';

export function writeICalendars(folder: string, appointments: readonly Fields[]): void {
  mkdirSync(folder, { recursive: true });
  for (const [index, appointment] of appointments.entries()) {
    writeFileSync(join(folder, `event-${index}.ics`), calendarOf(`event-${index}`, appointment));
  }
}

function calendarOf(uid: string, fields: Fields): string {
  const moved = exceptionsOf(fields).filter(([, value]) => value !== DELETED);
  const events = [
    event(uid, fields, recurrence(fields)),
    ...moved.map(([date, value]) => event(uid, value as Fields, [`RECURRENCE-ID${at(fields, date)}`])),
  ];
  return `${['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//bench//EN', ...events.flat(), 'END:VCALENDAR'].join('\r\n')}\r\n`;
}

function event(uid: string, fields: Fields, extra: readonly string[]): string[] {
  const when = groupOf(fields.When);
  const [start, end] = isAllDay(fields.When) ? [when.StartDate, when.EndDate] : [when.Start, when.End];
  const lines = [
    `UID:${uid}`,
    'DTSTAMP:20260101T000000Z',
    `DTSTART${stamp(fields, start ?? '')}`,
    `DTEND${stamp(fields, end ?? '')}`,
    `SUMMARY:${escaped(fields.Description)}`,
    `LOCATION:${escaped(fields.Location)}`,
    `DESCRIPTION:${escaped(fields.Notes)}`,
    ...extra,
  ];
  return ['BEGIN:VEVENT', ...lines.filter((line) => !line.endsWith(':')), 'END:VEVENT'];
}

function recurrence(fields: Fields): string[] {
  const rule = ruleOf(fields);
  if (rule === undefined) return [];
  const time: SeriesTime | undefined = isAllDay(fields.When)
    ? undefined
    : {
        time: (groupOf(fields.When).Start ?? '').slice(11),
        ...(typeof fields.TimeZone === 'string' && { zone: fields.TimeZone }),
      };
  const deleted = exceptionsOf(fields).filter(([, value]) => value === DELETED);
  return [`RRULE:${rruleText(rule, time)}`, ...deleted.map(([date]) => `EXDATE${at(fields, date)}`)];
}

/** The time of the series on a date. */
function at(fields: Fields, date: string): string {
  const start = groupOf(fields.When).Start ?? startDateOf(fields) ?? '';
  return stamp(fields, `${date}${start.slice(10)}`);
}

function stamp(fields: Fields, local: string): string {
  const digits = local.replace(/[-:]/g, '');
  if (!local.includes('T')) return `;VALUE=DATE:${digits}`;
  return typeof fields.TimeZone === 'string' ? `;TZID=${fields.TimeZone}:${digits}` : `:${digits}`;
}

/** The texts of a group; its other values are left out. */
function groupOf(value: FieldValue | undefined): Readonly<Record<string, string | undefined>> {
  if (typeof value !== 'object' || Array.isArray(value)) return {};
  return Object.fromEntries(
    Object.entries(value).filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
  );
}

function escaped(value: FieldValue | undefined): string {
  return typeof value === 'string' ? value.replace(/[\\;,]/g, '\\$&').replace(/\n/g, '\\n') : '';
}
