/** An appointment as the device holds it (spec: datasets 4). */

export const REPEAT_TYPES = [
  'Daily',
  'Weekly',
  'MonthlyDate',
  'MonthlyDay',
  'MonthlyEndDay',
  'Yearly',
] as const;
export type RepeatType = (typeof REPEAT_TYPES)[number];

export const WEEKDAYS = [
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
  'Sunday',
] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** Local times `YYYY-MM-DDThh:mm:00`, of whole days 00:00 and 23:59; both empty when they are invalid. */
export interface Times {
  readonly allDay: boolean;
  readonly start: string;
  readonly end: string;
}

export interface Alarm {
  readonly type: 'Visible' | 'Audible';
  /** Minutes before the start; negative after it. */
  readonly delay: number;
}

/** One that has no type does not repeat, whatever else it says. */
export interface Repeat {
  readonly type: RepeatType | undefined;
  readonly frequency: number;
  /** A date; empty: forever. */
  readonly until: string;
  /** Lives until the record is loaded again: the store has no place for it (spec: datasets 8.4). */
  readonly nearest: boolean;
  readonly weekMask: readonly Weekday[];
}

/** The appointment that replaces an occurrence: a row of its own, never sent as a record of its own. */
export interface Replacement {
  /** Empty until it is stored. */
  readonly id: string;
  readonly appointment: Appointment;
}

export interface Appointment {
  readonly description: string;
  readonly location: string;
  /** As it came; whole days keep one that they had, and never tell it. */
  readonly zone: string;
  readonly times: Times;
  readonly alarm: Alarm | undefined;
  readonly repeat: Repeat;
  /** By original date, in the order in which they were stored; `deleted`: nothing replaces the occurrence. */
  readonly exceptions: ReadonlyMap<string, Replacement | 'deleted'>;
  readonly notes: string;
  /** Ids; until the commit also texts that are to become categories. */
  readonly categories: readonly string[];
  readonly customFields: ReadonlyMap<string, string>;
}

export const NO_REPEAT: Repeat = { type: undefined, frequency: 1, until: '', nearest: false, weekMask: [] };

/** The shortest appointment that the device makes, and the length of a new one. */
export const SHORTEST_MINUTES = 5;

/** What a new appointment is before anything is known of it: five minutes from now on. */
export function newAppointment(localTime: string): Appointment {
  const start = `${localTime.slice(0, 16)}:00`;
  return {
    description: '',
    location: '',
    zone: '',
    times: { allDay: false, start, end: later(start, SHORTEST_MINUTES) },
    alarm: undefined,
    repeat: NO_REPEAT,
    exceptions: new Map(),
    notes: '',
    categories: [],
    customFields: new Map(),
  };
}

/** The same length from another start. */
export function moved({ allDay, start, end }: Times, to: string): Times {
  const minutes = start === '' ? SHORTEST_MINUTES : minutesFrom(start, end);
  return { allDay, start: to, end: later(to, minutes) };
}

/** With another end, if that makes it as long as an appointment must be; else as it was. */
export function ended(times: Times, end: string): Times {
  return end !== '' && minutesFrom(times.start, end) >= SHORTEST_MINUTES ? { ...times, end } : times;
}

/** The whole days that the times touch. */
export function wholeDays({ start, end }: Times): Times {
  return { allDay: true, start: `${dateOf(start)}T00:00:00`, end: `${dateOf(end)}T23:59:00` };
}

export const INVALID_DAYS: Times = { allDay: true, start: '', end: '' };

/** The date of a local time; empty of an invalid one. */
export function dateOf(localTime: string): string {
  return localTime.slice(0, 10);
}

function minutesFrom(start: string, end: string): number {
  return (Date.parse(`${end}Z`) - Date.parse(`${start}Z`)) / 60_000;
}

function later(localTime: string, minutes: number): string {
  return new Date(Date.parse(`${localTime}Z`) + minutes * 60_000).toISOString().slice(0, 19);
}
