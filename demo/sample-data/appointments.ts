/** Appointments of invented people, the same at every run: for the demo, benches and tests. */
import { addDays, dayNumber, WEEKDAYS, weekdayIndex } from '../../datasets/calendar/days.ts';
import {
  DELETED,
  exceptionKey,
  occurrenceOn,
  occurrencesOf,
  repeatFields,
  whenOn,
  type RecurrenceRule,
} from '../../datasets/calendar/index.ts';
import type { Fields, FieldValue } from '../../datasets/index.ts';
import { categories, notes } from './names.ts';
import { places, type Place } from './occasions.ts';
import { SeededRandom } from './random.ts';

export interface AppointmentsOptions {
  readonly count: number;
  readonly seed: number;
  /** Part of them that repeats, 0 to 1. Each series has exceptions. */
  readonly recurringPart?: number;
  /** The day around which they lie, `YYYY-MM-DD`: from a year before to a year after. */
  readonly around?: string;
}

/** The day around which sample data lies unless another is named. */
export const SAMPLE_DAY = '2026-03-02';

const YEAR_DAYS = 365;
/** Exceptions are of occurrences within so many days of the start: of the second one of a yearly series too. */
const EXCEPTION_DAYS = 400;

/** No two of them have the same title. Outlook and devices of 2009 can hold each of them as it is. */
export function makeAppointments(options: AppointmentsOptions): Fields[] {
  const { count, seed, recurringPart = 0, around = SAMPLE_DAY } = options;
  const random = new SeededRandom(seed);
  return Array.from({ length: count }, (_, index) => {
    // As many as were asked for, evenly among the others.
    const repeats = Math.floor((index + 1) * recurringPart) > Math.floor(index * recurringPart);
    const date = addDays(around, random.below(2 * YEAR_DAYS) - YEAR_DAYS);
    return makeAppointment(random, `${seed}-${index}`, date, repeats);
  });
}

function makeAppointment(random: SeededRandom, name: string, date: string, repeats: boolean): Fields {
  const place = random.pick(places);
  const allDay = random.chance(repeats ? 0.1 : 0.2);
  const titles = allDay ? place.days : repeats ? place.habits : place.occasions;
  const fields: Record<string, FieldValue> = {
    Description: `${random.pick(titles)} ${name}`,
    When: allDay ? wholeDays(random, date, repeats) : timeOn(random, date),
  };
  if (!allDay && random.chance(0.75)) fields.TimeZone = place.zone;
  addDetails(random, fields, place, allDay);
  return repeats ? asSeries(random, fields, date, allDay) : fields;
}

function addDetails(
  random: SeededRandom,
  fields: Record<string, FieldValue>,
  place: Place,
  allDay: boolean,
): void {
  if (random.chance(0.7)) fields.Location = random.pick([...place.rooms, place.city]);
  if (random.chance(0.5)) fields.Alarm = alarm(random, allDay);
  if (random.chance(0.3)) fields.Notes = random.pick(notes);
  for (const category of categories) {
    if (random.chance(0.1)) fields[`Categories/${category.toLowerCase()}`] = category;
  }
  if (random.chance(0.05))
    fields['CustomFields/project'] = { Key: 'Project', Value: `P-${random.below(99)}` };
}

/** Reminders of whole days are at nine o'clock of the day or of the day before it (spec: datasets 4.5). */
function alarm(random: SeededRandom, allDay: boolean): FieldValue {
  const delay = random.pick(allDay ? ['-540', '900'] : ['0', '5', '10', '15', '30', '60', '1440']);
  return { Delay: delay, Type: random.pick(['Audible', 'Visible']) };
}

function wholeDays(random: SeededRandom, date: string, repeats: boolean): FieldValue {
  return { EndDate: addDays(date, repeats ? 0 : random.below(5)), StartDate: date };
}

/** At a quarter of an hour between seven in the morning and six in the evening, for up to three hours. */
function timeOn(random: SeededRandom, date: string): FieldValue {
  const start = 7 * 60 + 15 * random.below(44);
  return timed(date, start, start + 15 * (1 + random.below(12)));
}

/** Minutes are counted from midnight; both times lie on the day. */
export function timed(date: string, start: number, end: number): FieldValue {
  const at = (minutes: number): string => {
    const [hour, minute] = [Math.floor(minutes / 60), minutes % 60].map((part) =>
      String(part).padStart(2, '0'),
    );
    return `${date}T${hour ?? ''}:${minute ?? ''}:00`;
  };
  return { End: at(end), Start: at(start) };
}

function asSeries(random: SeededRandom, single: Fields, date: string, allDay: boolean): Fields {
  const rule = makeRule(random, date);
  const series: Record<string, FieldValue> = { ...single, When: whenOn(single.When, rule.start) ?? '' };
  Object.assign(series, repeatFields(rule));
  const range = { from: rule.start, to: addDays(rule.start, EXCEPTION_DAYS) };
  // The first occurrence stays: without it the series would begin with another one.
  const [, ...others] = occurrencesOf(rule, range);
  for (let left = 1 + random.below(3); left > 0 && others.length > 0; left -= 1) {
    const [changed = ''] = others.splice(random.below(others.length), 1);
    series[exceptionKey(changed)] = random.chance(0.4)
      ? DELETED
      : changedOccurrence(random, occurrenceOn(series, changed), changed, allDay);
  }
  return series;
}

/** Elsewhere, or at another time of the same day: Outlook moves no occurrence onto or across another one. */
function changedOccurrence(random: SeededRandom, fields: Fields, date: string, allDay: boolean): Fields {
  if (allDay || random.chance(0.3))
    return { ...fields, Location: random.pick(['Video call', 'Ballroom', '駅前']) };
  // Never at the quarter of an hour at which the series is.
  const start = 7 * 60 + 10 + 30 * random.below(20);
  return { ...fields, When: timed(date, start, start + 30 * (1 + random.below(6))) };
}

/** Only rules that Outlook and devices say alike, from the given date on or a few days later. */
function makeRule(random: SeededRandom, date: string): RecurrenceRule {
  const type = random.pick([
    'Daily',
    'Weekly',
    'Weekly',
    'Weekly',
    'MonthlyDate',
    'MonthlyDay',
    'Yearly',
  ] as const);
  const ends = random.chance(0.7);
  const early = startInMonth(date, type === 'MonthlyDay' && random.chance(0.4) ? 'last' : 'early');
  const base = { nearest: false, weekdays: [], until: undefined };
  const until = (start: string, days: number): string | undefined =>
    ends ? addDays(start, days + random.below(days)) : undefined;
  switch (type) {
    case 'Daily':
      return {
        ...base,
        type,
        start: date,
        frequency: 1 + random.below(3),
        until: addDays(date, 20 + random.below(60)),
      };
    case 'Weekly': {
      const own = weekdayIndex(dayNumber(date));
      const weekdays = WEEKDAYS.filter((_, index) => index === own || random.chance(0.2));
      return { ...base, type, start: date, frequency: 1 + random.below(2), weekdays, until: until(date, 90) };
    }
    case 'MonthlyDate':
      return { ...base, type, start: early, frequency: 1 + random.below(3), until: until(early, 200) };
    case 'MonthlyDay': {
      const counted = isInLastWeek(early) ? 'MonthlyEndDay' : type;
      return {
        ...base,
        type: counted,
        start: early,
        frequency: 1 + random.below(2),
        until: until(early, 200),
      };
    }
    case 'Yearly':
      return { ...base, type, start: early, frequency: 1, until: undefined };
  }
}

/** A day of the month that every month has, and that is not a fifth weekday; or one of the last seven. */
function startInMonth(date: string, part: 'early' | 'last'): string {
  const month = date.slice(0, 8);
  const nextMonth = `${addDays(`${month}28`, 4).slice(0, 8)}01`;
  const day = Number(date.slice(8));
  return part === 'last'
    ? addDays(nextMonth, -1 - (day % 7))
    : `${month}${String(1 + (day % 21)).padStart(2, '0')}`;
}

function isInLastWeek(date: string): boolean {
  return addDays(date, 7).slice(5, 7) !== date.slice(5, 7);
}
