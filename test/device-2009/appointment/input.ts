/** What a person does in the device's calendar. Unlike the wire, a person can take everything back. */
import { enterCategories, put } from '../lists.ts';
import type { RecordEnvironment } from '../record-kind.ts';
import {
  newAppointment,
  NO_REPEAT,
  wholeDays,
  type Alarm,
  type Appointment,
  type Repeat,
  type Replacement,
} from './model.ts';
import { APPOINTMENT_SCOPE } from './reader.ts';

/** Fields named replace what the appointment had, each as a whole. */
export interface AppointmentInput {
  readonly Description?: string;
  readonly Location?: string;
  readonly Notes?: string;
  /** Olson id; empty: floating. */
  readonly zone?: string;
  /** Local times, `YYYY-MM-DDThh:mm`. */
  readonly from?: string;
  readonly to?: string;
  /** Whole days: first and last date. */
  readonly days?: readonly [first: string, last: string];
  /** Null: none. */
  readonly alarm?: Alarm | null;
  /** Null: the appointment does not repeat any more, and has no exceptions. */
  readonly repeat?: (Partial<Repeat> & { readonly type: NonNullable<Repeat['type']> }) | null;
  /** By original date, added to those that are there. */
  readonly exceptions?: Readonly<Record<string, 'deleted' | AppointmentInput>>;
  /** Labels; new ones become categories. */
  readonly categories?: readonly string[];
  readonly customFields?: Readonly<Record<string, string>>;
}

/** The appointment after a person has edited it, or made it. */
export function enterAppointment(
  held: Appointment | undefined,
  input: AppointmentInput,
  environment: RecordEnvironment,
): Appointment {
  const old = held ?? newAppointment(environment.localTime());
  const { alarm, repeat, categories, customFields } = input;
  const series: Appointment = {
    description: input.Description ?? old.description,
    location: input.Location ?? old.location,
    notes: input.Notes ?? old.notes,
    zone: input.zone ?? old.zone,
    times: enterTimes(old, input),
    alarm: alarm === undefined ? old.alarm : (alarm ?? undefined),
    repeat: repeat === undefined ? old.repeat : { ...NO_REPEAT, ...repeat },
    exceptions: repeat === null ? new Map() : old.exceptions,
    categories: categories ? enterCategories(categories, APPOINTMENT_SCOPE, environment) : old.categories,
    customFields: customFields ? filled(customFields) : old.customFields,
  };
  return { ...series, exceptions: enterExceptions(series, input, environment) };
}

function enterTimes({ times }: Appointment, { from, to, days }: AppointmentInput): Appointment['times'] {
  if (days) return wholeDays({ allDay: true, start: days[0], end: days[1] });
  if (from === undefined && to === undefined) return times;
  return {
    allDay: false,
    start: from === undefined ? times.start : `${from}:00`,
    end: to === undefined ? times.end : `${to}:00`,
  };
}

/** Who edits a replacement edits the row that is there. */
function enterExceptions(
  series: Appointment,
  { exceptions = {} }: AppointmentInput,
  environment: RecordEnvironment,
): Appointment['exceptions'] {
  const result = new Map<string, Replacement | 'deleted'>(series.exceptions);
  for (const [date, input] of Object.entries(exceptions)) {
    const before = result.get(date);
    if (input === 'deleted') result.set(date, input);
    else {
      const { id, appointment } =
        before === undefined || before === 'deleted' ? occurrence(series, date) : before;
      result.set(date, { id, appointment: enterAppointment(appointment, input, environment) });
    }
  }
  return result;
}

/** What the device starts from when an occurrence is to be edited: the series' own data, on that day. */
function occurrence(series: Appointment, date: string): Replacement {
  const { start, end, allDay } = series.times;
  const shift = Date.parse(`${date}T00:00:00Z`) - Date.parse(`${start.slice(0, 10)}T00:00:00Z`);
  const shifted = (time: string): string =>
    new Date(Date.parse(`${time}Z`) + shift).toISOString().slice(0, 19);
  const times = { allDay, start: shifted(start), end: shifted(end) };
  return { id: '', appointment: { ...series, times, repeat: NO_REPEAT, exceptions: new Map() } };
}

function filled(fields: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  const map = new Map<string, string>();
  for (const [key, value] of Object.entries(fields)) put(map, key, value);
  return map;
}
