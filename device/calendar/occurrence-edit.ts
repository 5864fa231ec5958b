/** A person changes one occurrence of a series, or takes it away. Pure. */
import { DELETED, exceptionKey, occurrenceOn, occursOn, ruleOf } from '../../datasets/calendar/index.ts';
import type { Fields } from '../../datasets/index.ts';
import { isGroup } from '../../datasets/record/keys.ts';

/**
 * What happens instead of, or on, a date on which a series' rule puts an occurrence, as fields of an appointment of its
 * own. Undefined where the rule puts none there, and where it was taken away.
 */
export function happeningOf(series: Fields, date: string): Fields | undefined {
  const exception = series[exceptionKey(date)];
  if (isGroup(exception)) return exception;
  const rule = ruleOf(series);
  if (exception !== undefined || rule === undefined || !occursOn(rule, date)) return undefined;
  return occurrenceOn(series, date);
}

/** The series with other fields for the occurrence of a date; undefined takes it away. */
export function withOccurrence(series: Fields, date: string, occurrence: Fields | undefined): Fields {
  return { ...series, [exceptionKey(date)]: occurrence ?? DELETED };
}
