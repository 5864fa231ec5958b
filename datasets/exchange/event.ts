/** One VEVENT by itself: its texts, its time, its reminder; what it repeats is from-events.ts's. Pure. */
import { SHORTEST_MINUTES } from '../calendar/when.ts';
import type { Fields } from '../record/fields.ts';
import { propertiesOf, type Component } from './components.ts';
import { paramOf, type Property } from './content-lines.ts';
import type { LoseNote } from './losses.ts';
import {
  inZone,
  later,
  localOf,
  minutesFrom,
  minutesOf,
  readMoment,
  type Moment,
  type ZoneNames,
} from './moments.ts';
import { firstText, listFields } from './shared-properties.ts';

export interface Event {
  readonly properties: ReadonlyMap<string, readonly Property[]>;
  readonly start: Moment;
  /** Without a recurrence. */
  readonly fields: Fields;
}

const READ = [
  ...['UID', 'DTSTAMP', 'CREATED', 'LAST-MODIFIED', 'SEQUENCE', 'RECURRENCE-ID', 'CATEGORIES', 'X-QDSYNC-CF'],
  ...[
    'DTSTART',
    'DTEND',
    'DURATION',
    'SUMMARY',
    'DESCRIPTION',
    'LOCATION',
    'RRULE',
    'EXDATE',
    'RDATE',
    'EXRULE',
  ],
];

const RICH = ['GEO', 'X-ALT-DESC', 'STYLED-DESCRIPTION'];

/** Say what an appointment is anyhow. */
const USUAL: Readonly<Record<string, string>> = { STATUS: 'CONFIRMED', CLASS: 'PUBLIC', TRANSP: 'OPAQUE' };

/** The event of a component; undefined where it does not say when it begins. */
export function readEvent(component: Component, zones: ZoneNames, lose: LoseNote): Event | undefined {
  const properties = propertiesOf(component);
  const start = momentIn(properties.get('DTSTART')?.[0], zones, lose);
  if (start === undefined) return undefined;
  const end = endOf(properties, start, zones, lose);
  nameLosses(component, properties, lose);
  const fields = {
    Description: firstText(properties, 'SUMMARY'),
    Location: firstText(properties, 'LOCATION'),
    Notes: firstText(properties, 'DESCRIPTION'),
    TimeZone: start.zone,
    When:
      start.time === undefined
        ? { EndDate: end.date, StartDate: start.date }
        : { End: localOf(end), Start: localOf(start) },
    ...alarmField(component, start, end, zones, lose),
    ...listFields(properties),
  };
  return {
    properties,
    start,
    fields: Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== '')),
  };
}

/** The moment of a property's value; undefined where there is none. */
export function momentIn(
  property: Property | undefined,
  zones: ZoneNames,
  lose: LoseNote,
): Moment | undefined {
  const read = property === undefined ? undefined : readMoment(property.value, property, zones);
  if (read?.unknownZone === true) lose('L-R6', property?.params.get('tzid')?.[0] ?? '');
  return read?.moment;
}

function endOf(properties: Event['properties'], start: Moment, zones: ZoneNames, lose: LoseNote): Moment {
  const [property] = properties.get('DTEND') ?? [];
  const given = momentIn(property, zones, lose);
  const duration = minutesOf(properties.get('DURATION')?.[0]?.value ?? '');
  if (property !== undefined && given === undefined) lose('I3', 'DTEND');
  if (given?.time !== undefined && given.zone !== start.zone) lose('I2', 'DTEND');
  const end =
    given !== undefined
      ? inZone(given, start.zone)
      : duration === undefined
        ? undefined
        : later(start, duration);
  return start.time === undefined ? wholeDaysEnd(start, end, lose) : timedEnd(start, end, lose);
}

/** The last day: one without an end is one day. */
function wholeDaysEnd(start: Moment, end: Moment | undefined, lose: LoseNote): Moment {
  if (end === undefined) return start;
  if (end.time !== undefined || end.date <= start.date) lose('I3', 'DTEND');
  const last = later({ date: end.date, zone: '' }, end.time === undefined ? -1440 : 0);
  return last.date < start.date ? start : last;
}

function timedEnd(start: Moment, end: Moment | undefined, lose: LoseNote): Moment {
  const clock = end === undefined ? start : { ...start, date: end.date, time: end.time ?? '00:00:00' };
  if (end !== undefined && minutesFrom(start, clock) >= SHORTEST_MINUTES) return clock;
  lose('I3', 'DTEND');
  return later(start, SHORTEST_MINUTES);
}

function nameLosses(component: Component, properties: Event['properties'], lose: LoseNote): void {
  for (const [name, found] of properties) {
    if (RICH.includes(name) || found.some(({ params }) => params.has('altrep'))) lose('I1', name);
    const isUsual =
      USUAL[name] !== undefined && found.every(({ value }) => value.toUpperCase() === USUAL[name]);
    if (!READ.includes(name) && !RICH.includes(name) && !isUsual) lose('I6', name);
  }
  for (const { name } of component.components) if (name !== 'VALARM') lose('I6', name);
}

/** Minutes before the start of the earliest reminder that a device can give. */
function alarmField(
  component: Component,
  start: Moment,
  end: Moment,
  zones: ZoneNames,
  lose: LoseNote,
): Fields {
  const alarms = component.components.filter(({ name }) => name === 'VALARM');
  const read = alarms.flatMap((alarm) => {
    const properties = propertiesOf(alarm);
    const action = firstText(properties, 'ACTION').toUpperCase();
    const delay = delayOf(properties.get('TRIGGER')?.[0], start, end, zones, lose);
    if (delay !== undefined && (action === 'DISPLAY' || action === 'AUDIO')) {
      return [{ Delay: String(delay), Type: action === 'DISPLAY' ? 'Visible' : 'Audible' }];
    }
    lose('I4', `VALARM ${action}`);
    return [];
  });
  if (read.length > 1) lose('I4', 'VALARM');
  const [earliest] = read.sort((a, b) => Number(b.Delay) - Number(a.Delay));
  return earliest === undefined ? {} : { Alarm: earliest };
}

function delayOf(
  trigger: Property | undefined,
  start: Moment,
  end: Moment,
  zones: ZoneNames,
  lose: LoseNote,
): number | undefined {
  if (trigger === undefined) return undefined;
  const relative = minutesOf(trigger.value);
  const atEnd = paramOf(trigger, 'related') === 'end';
  const absolute = relative === undefined ? readMoment(trigger.value, trigger, zones)?.moment : undefined;
  if (absolute !== undefined) lose('I4', 'TRIGGER');
  if (relative === undefined) {
    return absolute === undefined ? undefined : whole(minutesFrom(inZone(absolute, start.zone), start), lose);
  }
  if (atEnd) lose('I4', 'TRIGGER');
  // A whole day ends with its last one.
  const length = start.time === undefined ? minutesFrom(start, end) + 1440 : minutesFrom(start, end);
  return whole(-relative - (atEnd ? length : 0), lose);
}

function whole(minutes: number, lose: LoseNote): number {
  if (!Number.isInteger(minutes)) lose('I4', 'TRIGGER');
  // Without a negative zero.
  return Math.ceil(minutes) + 0;
}
