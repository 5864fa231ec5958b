/** How the device reads an appointment: by position, with all that it cannot take back (spec: datasets 2.11, 4.3). */
import { readCategories, readCustomFields } from '../lists.ts';
import type { RecordEnvironment } from '../record-kind.ts';
import { readBoolean, readDate, readInteger, readTime } from '../scalars.ts';
import type { ElementWalk } from '../xml-tree.ts';
import {
  dateOf,
  ended,
  INVALID_DAYS,
  moved,
  newAppointment,
  NO_REPEAT,
  REPEAT_TYPES,
  WEEKDAYS,
  wholeDays,
  type Alarm,
  type Appointment,
  type Repeat,
  type Replacement,
  type Times,
  type Weekday,
} from './model.ts';

/** Where the categories of appointments live. */
export const APPOINTMENT_SCOPE = 'Calendar';

type Exceptions = Appointment['exceptions'];

/** Reads what follows `Identifier` into a new appointment or over the one held. */
export function readAppointment(
  walk: ElementWalk,
  held: Appointment | undefined,
  environment: RecordEnvironment,
): Appointment {
  const old = held ?? newAppointment(environment.localTime());
  // The order of these calls is the order of the document.
  const description = walk.text('Description') ?? '';
  const location = walk.text('Location') ?? '';
  const zone = walk.text('TimeZone') ?? '';
  const times = readWhen(walk, old, zone, environment);
  const alarm = readAlarm(walk, old.alarm, environment);
  const { repeat, exceptions } = readRepeat(walk, old, dateOf(times.end), environment);
  const notes = walk.text('Notes') ?? old.notes;
  const categories = readCategories(walk, old.categories, APPOINTMENT_SCOPE, environment);
  const customFields = readCustomFields(walk, old.customFields);
  return {
    description,
    location,
    zone: readZone(zone, old, times, environment),
    times,
    alarm,
    repeat,
    exceptions,
    notes: notes.trim() === '' ? '' : notes,
    categories,
    customFields,
  };
}

/** An empty zone changes nothing; whether it was meant to is not ours to know, unless the times show it. */
function readZone(zone: string, old: Appointment, times: Times, { notice }: RecordEnvironment): string {
  if (zone === '') {
    if (old.zone !== '' && !times.allDay) notice(`the zone ${old.zone} cannot be cleared`);
    return old.zone;
  }
  if (!isKnownZone(zone)) notice(`unknown zone ${zone}`);
  return zone;
}

/** Unknown ones are stored, and their times taken for local ones. */
function isKnownZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** `zone` is what the document says: it decides whether a time must have its `Z`. */
function readWhen(
  walk: ElementWalk,
  { times: old }: Appointment,
  zone: string,
  { notice }: RecordEnvironment,
): Times {
  let times = old;
  walk.inside('When', (when) => {
    const time = (name: 'Start' | 'End'): string => {
      const text = when.text(name) ?? '';
      const read = readTime(text, zone !== '');
      if (text !== '' && read === '')
        notice(`not a time: ${name} ${text}${zone === '' ? '' : ` in ${zone}`}`);
      return read;
    };
    const start = time('Start');
    if (start === '') {
      times = readDays(when, old, notice);
      return;
    }
    const end = time('End');
    times = ended(moved(old, start), end);
    if (end !== '' && times.end !== end) notice(`shorter than five minutes: ${start} to ${end}`);
    if (!old.allDay) return;
    notice('whole days cannot become a time');
    times = wholeDays(times);
  });
  return times;
}

function readDays(when: ElementWalk, old: Times, notice: (what: string) => void): Times {
  const date = (name: 'StartDate' | 'EndDate'): string => {
    const text = when.text(name) ?? '';
    const read = readDate(text);
    if (read === '') notice(`not a date: ${name} ${text}`);
    return read;
  };
  const [from, to] = [date('StartDate'), date('EndDate')];
  if (from === '') return INVALID_DAYS;
  const days = wholeDays(moved(old, `${from}T00:00:00`));
  return to === '' ? days : ended(days, `${to}T23:59:00`);
}

function readAlarm(
  walk: ElementWalk,
  old: Alarm | undefined,
  { notice }: RecordEnvironment,
): Alarm | undefined {
  let alarm = old;
  walk.inside('Alarm', (element) => {
    const type = element.text('Type') ?? '';
    const delay = readInteger(element.text('Delay') ?? '');
    if (type !== '' && type !== 'Visible' && type !== 'Audible') notice(`unknown alarm ${type}`);
    alarm = type === '' ? undefined : { type: type === 'Visible' ? 'Visible' : 'Audible', delay };
  });
  return alarm;
}

/** All exceptions held are undone, whatever the document says; `firstEnd`: date on which the first occurrence ends. */
function readRepeat(
  walk: ElementWalk,
  old: Appointment,
  firstEnd: string,
  environment: RecordEnvironment,
): { readonly repeat: Repeat; readonly exceptions: Exceptions } {
  const { notice } = environment;
  let { repeat } = old;
  let exceptions: Exceptions = new Map();
  const isThere = walk.inside('Repeat', (element) => {
    repeat = readRule(element, old.repeat, firstEnd, notice);
    exceptions = readExceptions(element, environment);
  });
  if (!isThere && old.exceptions.size > 0) notice('exceptions undone, for Repeat is absent');
  return { repeat, exceptions };
}

function readRule(
  element: ElementWalk,
  old: Repeat,
  firstEnd: string,
  notice: (what: string) => void,
): Repeat {
  const type = element.text('Type') ?? '';
  const frequency = Math.max(1, readInteger(element.text('Frequency') ?? ''));
  const untilText = element.text('Until') ?? '';
  const nearestText = element.text('Nearest');
  const names = (element.text('WeekMask') ?? '').split(' ').filter((name) => name !== '');
  const known = REPEAT_TYPES.find((one) => one === type);
  if (known === undefined && type !== '') notice(`unknown repeat ${type}`);
  if (known === undefined && type === '' && old.type !== undefined) notice('the repeat cannot be removed');
  const strange = names.find((name) => !WEEKDAYS.some((day) => day === name));
  if (strange !== undefined) notice(`unknown weekday ${strange}`);
  const until = readDate(untilText);
  if (untilText !== '' && until === '') notice(`not a date: Until ${untilText}`);
  return {
    type: known ?? old.type,
    frequency,
    until: until !== '' && until < firstEnd ? firstEnd : until,
    nearest: nearestText === undefined ? old.nearest : readBoolean(nearestText),
    weekMask: WEEKDAYS.filter((day: Weekday) => names.includes(day)),
  };
}

/** Their dates are not held against the rule; a second one of a date is not stored. */
function readExceptions(element: ElementWalk, environment: RecordEnvironment): Exceptions {
  const { notice } = environment;
  const exceptions = new Map<string, Replacement | 'deleted'>();
  const readOne = (exception: ElementWalk): void => {
    const text = exception.text('OriginalDate') ?? '';
    const date = readDate(text);
    let found: Replacement | 'deleted' = 'deleted';
    exception.inside('Appointment', (nested) => {
      found = { id: '', appointment: readReplacement(nested, environment) };
    });
    if (date === '') notice(`not a date: OriginalDate ${text}`);
    else if (exceptions.has(date)) notice(`a second exception of ${date}`);
    else exceptions.set(date, found);
  };
  while (element.inside('Exception', readOne)) continue;
  return exceptions;
}

/** A record complete in itself; a repeat is taken off it, and its id is not its own. */
function readReplacement(nested: ElementWalk, environment: RecordEnvironment): Appointment {
  nested.text('Identifier');
  const appointment = readAppointment(nested, undefined, environment);
  if (appointment.repeat.type !== undefined) environment.notice('a repeat on a replacement');
  return { ...appointment, repeat: NO_REPEAT, exceptions: new Map() };
}
