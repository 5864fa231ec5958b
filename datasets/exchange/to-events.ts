/** An appointment as VEVENTs: one, or of a series one more for each occurrence that is not like it (spec: datasets 10.2). Pure. */
import { addDays, LAST_DATE } from '../calendar/days.ts';
import { DELETED, exceptionsOf, isAllDay, isZoned, rruleText, ruleOf } from '../calendar/index.ts';
import type { Fields, FieldValue } from '../record/fields.ts';
import { isGroup, textOf } from '../record/keys.ts';
import { contentLine } from './content-lines.ts';
import { localOf, momentLine, momentOf, type Moment } from './moments.ts';
import { categoryLines, customFieldLines, textLine } from './shared-properties.ts';

/** The lines that name and date a component. */
export interface Heading {
  readonly id: string;
  /** When the file is made, in UTC. */
  readonly stamp: Moment;
}

export const headingLines = ({ id, stamp }: Heading): string =>
  textLine('UID', id) + momentLine('DTSTAMP', stamp);

/** The events of an appointment; undefined where it has no time. */
export function eventLines(fields: Fields, heading: Heading): string | undefined {
  const start = startOf(fields);
  if (start === undefined) return undefined;
  const rule = ruleOf(fields);
  if (rule === undefined) return eventOf(fields, heading, '');
  const exceptions = exceptionsOf(fields);
  const on = (date: string): Moment => ({ ...start, date });
  const time =
    start.time === undefined
      ? undefined
      : { time: start.time, ...(start.zone !== '' && { zone: start.zone }) };
  const deleted = exceptions.filter(([, value]) => value === DELETED);
  const recurrence = [
    contentLine('RRULE', rruleText(rule, time)),
    ...deleted.map(([date]) => momentLine('EXDATE', on(date))),
  ].join('');
  const replaced = exceptions.map(([date, value]) =>
    isGroup(value) ? eventOf(value, heading, momentLine('RECURRENCE-ID', on(date))) : '',
  );
  return eventOf(fields, heading, recurrence) + replaced.join('');
}

/** When an appointment begins; undefined where it has no time. */
export function startOf(fields: Fields): Moment | undefined {
  return momentIn(fields, 'Start', 'StartDate');
}

function momentIn(fields: Fields, timed: string, whole: string): Moment | undefined {
  const { When: when } = fields;
  if (!isGroup(when)) return undefined;
  if (isAllDay(when)) return { date: textOf(when[whole]), zone: '' };
  const local = textOf(when[timed]);
  return local === ''
    ? undefined
    : momentOf(local.slice(0, 10), local, isZoned(fields) ? textOf(fields.TimeZone).trim() : '');
}

function eventOf(fields: Fields, heading: Heading, recurrence: string): string {
  const start = startOf(fields);
  return [
    'BEGIN:VEVENT\r\n',
    headingLines(heading),
    start === undefined ? '' : momentLine('DTSTART', start),
    endLine(fields, start),
    recurrence,
    textLine('SUMMARY', textOf(fields.Description)),
    textLine('DESCRIPTION', textOf(fields.Notes)),
    textLine('LOCATION', textOf(fields.Location)),
    categoryLines(fields),
    customFieldLines(fields),
    alarmLines(fields.Alarm, textOf(fields.Description)),
    'END:VEVENT\r\n',
  ].join('');
}

/** The end is the first moment that is not in it any more; none where there would be no time between. */
function endLine(fields: Fields, start: Moment | undefined): string {
  const end = momentIn(fields, 'End', 'EndDate');
  if (end === undefined || start === undefined) return '';
  if (end.time === undefined) {
    return end.date < LAST_DATE ? momentLine('DTEND', { ...end, date: addDays(end.date, 1) }) : '';
  }
  return localOf(end) > localOf(start) ? momentLine('DTEND', end) : '';
}

function alarmLines(alarm: FieldValue | undefined, description: string): string {
  if (!isGroup(alarm)) return '';
  const minutes = Number(textOf(alarm.Delay));
  return [
    'BEGIN:VALARM\r\n',
    contentLine('ACTION', alarm.Type === 'Visible' ? 'DISPLAY' : 'AUDIO'),
    contentLine('TRIGGER', minutes > 0 ? `-PT${minutes}M` : `PT${-minutes}M`),
    // One that is shown must say what.
    alarm.Type === 'Visible' ? textLine('DESCRIPTION', description.trim() === '' ? '-' : description) : '',
    'END:VALARM\r\n',
  ].join('');
}
