/** A person changes one occurrence of a series, or takes it away. Pure. */
import { exceptionKey } from '../../datasets/calendar/repeat.ts';
import { occursOn, ruleOf } from '../../datasets/calendar/recurrence/index.ts';
import { DELETED, type Fields } from '../../datasets/index.ts';
import { isGroup } from '../../datasets/record/keys.ts';
import { regularOccurrence } from './occurrences.ts';

/**
 * What happens on the date on which a series' rule puts an occurrence, as fields of an appointment of its own. Undefined
 * where the rule puts none there, and where it was taken away.
 */
export function occurrenceOn(series: Fields, date: string): Fields | undefined {
  const exception = series[exceptionKey(date)];
  if (isGroup(exception)) return exception;
  const rule = ruleOf(series);
  if (exception !== undefined || rule === undefined || !occursOn(rule, date)) return undefined;
  return regularOccurrence(series, date);
}

/** The series with other fields for the occurrence of a date; undefined takes it away. */
export function withOccurrence(series: Fields, date: string, occurrence: Fields | undefined): Fields {
  return { ...series, [exceptionKey(date)]: occurrence ?? DELETED };
}
