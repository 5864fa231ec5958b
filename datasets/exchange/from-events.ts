/** The VEVENTs of one UID as appointments: mostly one, with its rule and its exceptions (spec: datasets 8.3, 10.2). Pure. */
import { addDays, dayNumber, weekdayIndex, WEEKDAYS } from '../calendar/days.ts';
import {
  calendar,
  DELETED,
  exceptionKey,
  fromRRule,
  occurrencesOf,
  occursOn,
  recordDateOf,
  repeatFields,
  withRecurrence,
  type RecurrenceRule,
  type SeriesMapping,
} from '../calendar/index.ts';
import type { Fields } from '../record/fields.ts';
import { isGroup, textOf, type MutableFields } from '../record/keys.ts';
import type { Component, ExchangeProblem } from './components.ts';
import { paramOf, type Property } from './content-lines.ts';
import { momentIn, readEvent, type Event } from './event.ts';
import { checked, type ImportedRecord } from './imported.ts';
import { lossList, type LoseNote } from './losses.ts';
import { inZone, later, localOf, minutesFrom, readMoment, type Moment, type ZoneNames } from './moments.ts';
import { firstText } from './shared-properties.ts';
import { splitValue } from './texts.ts';

export interface EventReading {
  readonly zones: ZoneNames;
  /** Date from which recurrences that devices cannot say are approximated; none: from their start. */
  readonly from: string | undefined;
}

export interface EventsOfUid {
  readonly records: ImportedRecord[];
  readonly problems: ExchangeProblem[];
}

/** Dates beside the rule of a series; a file with more is no calendar of a person. */
const MOST_DATES = 1000;
const YEARS_OF_A_RULE = 5;

interface Override {
  readonly event: Event;
  readonly line: number;
  /** Of which occurrence it is. */
  readonly of: Moment;
}

export function fromEvents(components: readonly Component[], reading: EventReading): EventsOfUid {
  const result: EventsOfUid = { records: [], problems: [] };
  const { lose, all } = lossList();
  const masters: { event: Event; line: number }[] = [];
  const overrides: Override[] = [];
  for (const component of components) {
    const event = readEvent(component, reading.zones, lose);
    const property = event?.properties.get('RECURRENCE-ID')?.[0];
    const of = momentIn(property, reading.zones, lose);
    const { line } = component;
    if (event === undefined || (property !== undefined && of === undefined)) {
      const detail = event === undefined ? 'DTSTART' : 'RECURRENCE-ID';
      result.problems.push({ line, reason: 'bad-value', detail });
    } else if (of === undefined) masters.push({ event, line });
    else overrides.push({ event, line, of });
  }
  const series = masters.findIndex(({ event }) => event.properties.has('RRULE'));
  const kept: { fields: Fields; line: number }[] = masters.flatMap(({ event, line }, index) =>
    appointments(event, index === series ? overrides.splice(0) : [], reading, lose).map((fields) => ({
      fields,
      line,
    })),
  );
  // Occurrences of a series that is not in the file.
  for (const { event, line } of overrides) {
    lose('I5', 'RECURRENCE-ID');
    if (!isCancelled(event)) kept.push({ fields: event.fields, line });
  }
  const records = kept.map(({ fields, line }) => ({
    fields: checked(calendar, fields, (key) => lose('I6', key)),
    line,
  }));
  const id = firstOf(components);
  for (const record of records) result.records.push({ id, ...record, losses: all() });
  return result;
}

const firstOf = ([component]: readonly Component[]): string => {
  const uid = component?.properties.filter(({ name }) => name === 'UID') ?? [];
  return firstText(new Map([['UID', uid]]), 'UID');
};

const isCancelled = ({ properties }: Event) => firstText(properties, 'STATUS').toUpperCase() === 'CANCELLED';

/** The appointments of one event and of the occurrences that differ from it. */
function appointments(
  event: Event,
  overrides: readonly Override[],
  reading: EventReading,
  lose: LoseNote,
): Fields[] {
  const { properties, fields, start } = event;
  const extra = ownDates(event, reading, lose);
  const [rrule, ...others] = properties.get('RRULE') ?? [];
  if (others.length > 0) lose('I5', 'RRULE');
  const mapping = rrule === undefined ? undefined : mappingOf(rrule.value, start, reading, lose);
  if (mapping === undefined) {
    if (overrides.length > 0) lose('I5', 'RECURRENCE-ID');
    return [
      fields,
      ...extra,
      ...overrides.filter(({ event: own }) => !isCancelled(own)).map(({ event: own }) => own.fields),
    ];
  }
  const series: MutableFields = { ...withRecurrence(fields, mapping) };
  for (const date of [
    ...listedDates(event, 'EXDATE', reading, lose),
    ...excluded(event, mapping, reading, lose),
  ]) {
    const of = recordDateOf(mapping, date);
    if (of !== undefined) series[exceptionKey(of)] = DELETED;
  }
  const rest: Fields[] = [];
  for (const { event: own, of } of overrides) {
    const date = recordDateOf(mapping, inZone(of, start.zone).date);
    const splits = paramOf(own.properties.get('RECURRENCE-ID')?.[0] ?? NONE, 'range') === 'thisandfuture';
    if (date === undefined || !occursOn(mapping.rule, date) || splits) lose('I5', 'RECURRENCE-ID');
    if (date !== undefined && occursOn(mapping.rule, date)) {
      if (splits) rest.push(...split(series, own, date, mapping.rule));
      else series[exceptionKey(date)] = isCancelled(own) ? DELETED : own.fields;
    } else if (!isCancelled(own)) rest.push(own.fields);
  }
  return [series, ...rest, ...extra];
}

const NONE: Property = { name: '', params: new Map(), value: '' };

function mappingOf(
  rrule: string,
  start: Moment,
  { from }: EventReading,
  lose: LoseNote,
): SeriesMapping | undefined {
  const time =
    start.time === undefined
      ? undefined
      : { time: start.time, ...(start.zone !== '' && { zone: start.zone }) };
  const outcome = fromRRule(rrule, { start: start.date, from: from ?? start.date, ...(time && { time }) });
  if (!outcome.ok || outcome.mapping.losses.length > 0) lose('L-R3', `RRULE:${rrule.slice(0, 200)}`);
  return outcome.ok ? outcome.mapping : undefined;
}

/** The dates, in the zone of the series, of all values of a property. */
function listedDates(event: Event, name: string, reading: EventReading, lose: LoseNote): string[] {
  return listedMoments(event, name, reading, lose).map(({ date }) => date);
}

function listedMoments(event: Event, name: string, { zones }: EventReading, lose: LoseNote): Moment[] {
  const found: Moment[] = [];
  for (const property of event.properties.get(name) ?? []) {
    for (const value of splitValue(property.value, ',')) {
      // Of a period the start.
      const read = readMoment(value.split('/')[0] ?? '', property, zones);
      if (read === undefined || found.length >= MOST_DATES) lose('I5', name);
      else found.push(inZone(read.moment, event.start.zone));
    }
  }
  return found;
}

/** Appointments for dates that no rule gives. */
function ownDates(event: Event, reading: EventReading, lose: LoseNote): Fields[] {
  const moments = listedMoments(event, 'RDATE', reading, lose);
  if (moments.length > 0) lose('I5', 'RDATE');
  const { When: when } = event.fields;
  if (!isGroup(when)) return [];
  return moments.map((moment) => {
    if (event.start.time === undefined) {
      const days = dayNumber(textOf(when.EndDate)) - dayNumber(event.start.date);
      return { ...event.fields, When: { EndDate: addDays(moment.date, days), StartDate: moment.date } };
    }
    const start = { ...event.start, date: moment.date, time: moment.time ?? event.start.time };
    const end = textOf(when.End);
    const length = minutesFrom(event.start, {
      date: end.slice(0, 10),
      time: end.slice(11),
      zone: start.zone,
    });
    return { ...event.fields, When: { End: localOf(later(start, length)), Start: localOf(start) } };
  });
}

/** What an EXRULE, of older versions, takes away in five years. */
function excluded(event: Event, { rule }: SeriesMapping, reading: EventReading, lose: LoseNote): string[] {
  return (event.properties.get('EXRULE') ?? []).slice(0, 1).flatMap(({ value }) => {
    lose('I5', 'EXRULE');
    const exclusion = mappingOf(value, event.start, reading, lose);
    const from = reading.from !== undefined && reading.from > rule.start ? reading.from : rule.start;
    const to = addDays(from, YEARS_OF_A_RULE * 366);
    return exclusion === undefined
      ? []
      : occurrencesOf(exclusion.rule, { from: rule.start, to }).slice(0, MOST_DATES);
  });
}

/** Ends a series before an occurrence, from which on it goes on as another one. */
function split(series: MutableFields, own: Event, date: string, rule: RecurrenceRule): Fields[] {
  const days = dayNumber(own.start.date) - dayNumber(date);
  const weekdays = WEEKDAYS.filter((_, index) => {
    const before = WEEKDAYS[weekdayIndex(index - 3 - days)];
    return before !== undefined && rule.weekdays.includes(before);
  });
  const until = rule.until === undefined ? undefined : addDays(rule.until, days);
  if (date <= rule.start) Reflect.deleteProperty(series, 'Repeat');
  else series['Repeat@Until'] = addDays(date, -1);
  if (isCancelled(own)) return [];
  return [{ ...own.fields, ...repeatFields({ ...rule, weekdays, until, start: own.start.date }) }];
}
