/**
 * What the fields of an appointment say of one another: which of them others make meaningless, which forms of them mean
 * the same, and what a device of 2009 makes of them (spec: datasets 4.3, 7.5 rule 9, 8.4, 8.5). Pure.
 */
import type { Fields, FieldValue } from '../record/fields.ts';
import { isGroup, memberOf, sameData, type MutableFields } from '../record/keys.ts';
import { parseRepeat } from './repeat-value.ts';
import { DELETED, exceptionsOf, REPEAT, UNTIL, exceptionKey, withoutNearest } from './repeat.ts';
import {
  endOf,
  nextOccurrence,
  normalForm,
  occursOn,
  repeatFields,
  ruleOf,
  type RecurrenceRule,
} from './recurrence/index.ts';
import { textsIn } from './group-element.ts';
import { endDateOf, isAllDay, sendableWhen, startDateOf, whenOn } from './when.ts';

/** Occurrences that are taken away one by one; an appointment of more days than this repeats within itself. */
const MOST_EXTRA = 366;

/** Whole days are in no zone (4.3). */
export function settleZone(fields: MutableFields): void {
  if (isAllDay(fields.When)) Reflect.deleteProperty(fields, 'TimeZone');
}

/**
 * Drops the zone of whole days, the end and the exceptions of what does not repeat, and exceptions of dates without an
 * occurrence; adds the weekday of the start to a weekly mask (8.1), and to an exception without a time that of its
 * occurrence.
 */
export function settleAppointment(fields: MutableFields): void {
  settleZone(fields);
  if (!isGroup(fields[REPEAT])) {
    for (const key of Object.keys(fields)) {
      if (key === UNTIL || memberOf(key, REPEAT) !== undefined) Reflect.deleteProperty(fields, key);
    }
    return;
  }
  const rule = ruleOf(fields);
  if (rule === undefined) return;
  completeMask(fields, rule);
  for (const [date, value] of exceptionsOf(fields)) {
    const key = exceptionKey(date);
    if (!occursOn(rule, date)) Reflect.deleteProperty(fields, key);
    else if (isGroup(value) && value.When === undefined) {
      const occurrence: MutableFields = { ...value, When: whenOn(fields.When, date) ?? '' };
      settleZone(occurrence);
      fields[key] = occurrence;
    }
  }
}

/** An empty mask means the weekday of the start too, and stays as it is. */
function completeMask(fields: MutableFields, rule: RecurrenceRule): void {
  const repeat = parseRepeat(textsIn(fields[REPEAT]));
  const mask = rule.weekdays.join(' ');
  if (repeat?.WeekMask === undefined || rule.type !== 'Weekly' || repeat.WeekMask === mask) return;
  fields[REPEAT] = { ...repeat, WeekMask: mask };
}

/** For equality: the rule in its normal form, ended by its last occurrence (8.5). */
export function canonicalAppointment(fields: MutableFields): void {
  const rule = ruleOf(fields);
  if (rule === undefined) return;
  Reflect.deleteProperty(fields, UNTIL);
  Object.assign(fields, repeatFields(normalForm(rule)));
}

/**
 * “Nearest” holds for the date from which it was set: where that moved and the rule did not change by itself, it is dropped
 * (8.4). Where type or frequency changed, the new rule has come without it.
 */
export function dropOutdatedNearest(fields: MutableFields, before: Fields): void {
  const repeat = fields[REPEAT];
  if (repeat === undefined || !sameData(repeat, before[REPEAT])) return;
  if (startDateOf(fields) !== startDateOf(before)) fields[REPEAT] = withoutNearest(repeat);
}

/** As a device must be sent it: nothing that contradicts itself, and no time of less than five minutes. */
export function preparedAppointment(fields: Fields): Fields {
  const result: MutableFields = { ...fields };
  settleAppointment(result);
  putWhen(result);
  raiseUntil(result);
  for (const [date, value] of exceptionsOf(result)) {
    if (!isGroup(value)) continue;
    const occurrence: MutableFields = { ...value };
    settleZone(occurrence);
    putWhen(occurrence);
    result[exceptionKey(date)] = occurrence;
  }
  return result;
}

function putWhen(fields: MutableFields): void {
  const when = sendableWhen(fields.When);
  if (when !== undefined) fields.When = when;
}

/** What both sides hold alike: as a device is sent it, and without “nearest”, for which it has no place. */
export function acrossSides(fields: Fields): Fields {
  const prepared = preparedAppointment(fields);
  const repeat: FieldValue | undefined = prepared[REPEAT];
  return repeat === undefined ? prepared : { ...prepared, [REPEAT]: withoutNearest(repeat) };
}

/**
 * A device lets a series end no earlier than its first occurrence does (4.1). Occurrences that it would have for that are
 * taken away.
 */
function raiseUntil(fields: MutableFields): void {
  const rule = ruleOf(fields);
  const end = endDateOf(fields.When);
  if (rule?.until === undefined || end === undefined || rule.until >= end) return;
  fields[UNTIL] = end;
  const last = endOf(rule) ?? rule.start;
  let extra = nextOccurrence({ ...rule, until: end }, last);
  for (let count = 0; extra !== undefined && count < MOST_EXTRA; count += 1) {
    fields[exceptionKey(extra)] = DELETED;
    extra = nextOccurrence({ ...rule, until: end }, extra);
  }
}
