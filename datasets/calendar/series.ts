/** A series as fields: what its occurrences are, and how a rule is put into a record. Pure. */
import type { DateSpan } from '../definition.ts';
import { isSideLocal, type Fields, type FieldValue } from '../record/fields.ts';
import { elementOf, isGroup, type MutableFields } from '../record/keys.ts';
import { addDays, dayNumber } from './days.ts';
import {
  endOf,
  lastOccurrence,
  repeatFields,
  ruleOf,
  type DateRange,
  type SeriesMapping,
} from './recurrence/index.ts';
import { DELETED, exceptionKey, exceptionsOf, REPEAT } from './repeat.ts';
import { endDateOf, startDateOf, whenOn } from './when.ts';

/** The record of one occurrence, when nothing but its date is its own: a group as the value of an exception has it. */
export function occurrenceOn(fields: Fields, date: string): Fields {
  const occurrence: MutableFields = {};
  for (const key of Object.keys(fields)) {
    const value = fields[key];
    if (value !== undefined && elementOf(key) !== REPEAT && !isSideLocal(key)) occurrence[key] = value;
  }
  const when = whenOn(fields.When, date);
  return when === undefined ? occurrence : { ...occurrence, When: when };
}

/**
 * The record of a series: `fields` of its first occurrence, the rule of the mapping, and the exceptions that this takes;
 * exceptions that a person made are to be added. Where the rule begins before the first occurrence, so does the record.
 */
export function withRecurrence(fields: Fields, { rule, deletedInRecord, moved }: SeriesMapping): Fields {
  const series: MutableFields = { ...fields, ...occurrenceOn(fields, rule.start) };
  for (const key of Object.keys(series)) {
    if (elementOf(key) === REPEAT) Reflect.deleteProperty(series, key);
  }
  Object.assign(series, repeatFields(rule));
  for (const date of deletedInRecord) series[exceptionKey(date)] = DELETED;
  for (const { record, real } of moved) {
    if (real !== record) series[exceptionKey(record)] = occurrenceOn(fields, real);
  }
  return series;
}

/** Whether the appointment, or any occurrence of its series, touches a range of dates, each in its own zone. */
export function takesPlace(fields: Fields, range: DateRange): boolean {
  const rule = ruleOf(fields);
  if (rule === undefined) return touches(fields.When, range);
  const exceptions = new Map<string, FieldValue>(exceptionsOf(fields));
  for (const value of exceptions.values()) {
    if (isGroup(value) && touches(value.When, range)) return true;
  }
  const days = lengthInDays(fields);
  let date = lastOccurrence(rule, range.to);
  while (date !== undefined && exceptions.has(date)) date = lastOccurrence(rule, addDays(date, -1));
  return date !== undefined && addDays(date, days) >= range.from;
}

/** From the first to the last day of the appointment, a series with all its occurrences; undefined without a date. */
export function spanOf(fields: Fields): DateSpan | undefined {
  const first = startDateOf(fields);
  const end = endDateOf(fields.When);
  if (first === undefined || end === undefined) return undefined;
  const rule = ruleOf(fields);
  if (rule === undefined) return { first, last: end };
  const lastStart = endOf(rule);
  let span: DateSpan = {
    first,
    last: lastStart === undefined ? null : addDays(lastStart, lengthInDays(fields)),
  };
  for (const [, value] of exceptionsOf(fields)) {
    if (!isGroup(value)) continue;
    const [from, to] = [startDateOf({ When: value.When ?? '' }), endDateOf(value.When)];
    if (from === undefined || to === undefined) continue;
    span = {
      first: from < span.first ? from : span.first,
      last: span.last !== null && to > span.last ? to : span.last,
    };
  }
  return span;
}

function touches(when: FieldValue | undefined, { from, to }: DateRange): boolean {
  const start = startDateOf({ When: when ?? '' });
  const end = endDateOf(when);
  return start !== undefined && end !== undefined && start <= to && end >= from;
}

/** From the first to the last date: 0 where it begins and ends on one. */
function lengthInDays(fields: Fields): number {
  const start = startDateOf(fields);
  const end = endDateOf(fields.When);
  return start === undefined || end === undefined ? 0 : dayNumber(end) - dayNumber(start);
}
