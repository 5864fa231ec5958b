/** The dates of recurrence rules of iCalendar, listed by a library. Dates only: what time it is then, the series knows. */
import { RRuleTemporal } from 'rrule-temporal';
import { dateOfDay, dayNumber, LAST_DATE } from '../days.ts';
import { rruleText } from './rrule-text.ts';
import type { RecurrenceRule } from './rule.ts';

const DAY_MS = 86_400_000;

/** Dates, both inclusive. */
export interface DateRange {
  readonly from: string;
  readonly to: string;
}

/** More occurrences than this are asked of no series: one each day for 27 years. */
export const MOST_OCCURRENCES = 10_000;

/** Periods that the library may look at: a year without an occurrence is one, and there are 9,999 of them. */
const MOST_PERIODS = 20_000;

/**
 * The dates within a range on which a rule of iCalendar, which must not name its end as a time, puts an occurrence; at
 * most MOST_OCCURRENCES. A start that does not fit the rule is none. Errors: RangeError or Error for a rule that is none.
 */
export function expandRRule(rrule: string, start: string, { from, to }: DateRange): string[] {
  if (to < from || to < start) return [];
  const rule = libraryRule(rrule, start);
  const [after, before] = [from < start ? start : from, to].map((date) => new Date(dayNumber(date) * DAY_MS));
  if (after === undefined || before === undefined) return [];
  return rule.between(after, before, true).slice(0, MOST_OCCURRENCES).map(dateOf);
}

/**
 * The date of a rule's n-th occurrence, from 1; undefined where it has fewer until the year 9999. The rule must name no
 * end. Errors as of expandRRule.
 */
export function nthOccurrence(rrule: string, start: string, n: number): string | undefined {
  const bounded = `${rrule};UNTIL=${LAST_DATE.replaceAll('-', '')}`;
  const dates = libraryRule(bounded, start).all((_, index) => index < n);
  const date = dates[n - 1];
  return date === undefined ? undefined : dateOf(date);
}

/** The dates within a range on which one of our rules puts an occurrence; exceptions are not asked. */
export function occurrencesOf(rule: RecurrenceRule, range: DateRange): string[] {
  return expandRRule(rruleText(rule), rule.start, range);
}

function libraryRule(rrule: string, start: string): RRuleTemporal {
  const until = rrule.replace(/(UNTIL=\d{8})(?=;|$)/, '$1T000000Z');
  return new RRuleTemporal({
    rruleString: `DTSTART:${start.replaceAll('-', '')}T000000Z\nRRULE:${until}`,
    cache: false,
    maxIterations: MOST_PERIODS,
  });
}

function dateOf(occurrence: { readonly epochMilliseconds: number }): string {
  return dateOfDay(Math.floor(occurrence.epochMilliseconds / DAY_MS));
}
