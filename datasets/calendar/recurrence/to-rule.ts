/** From a richer recurrence to a rule of devices (spec: datasets 8.3). */
import { addDays, dayNumber, WEEKDAYS, weekdayOf, type Weekday } from '../days.ts';
import { parseDate } from '../../schema/dates.ts';
import { expandRRule, MOST_OCCURRENCES, nthOccurrence, occurrencesOf } from './expand.ts';
import { foreignRRule, type ForeignEnd, type ForeignRule } from './foreign-rule.ts';
import { monthEnd, recordHorizon } from './horizon.ts';
import { loss, refusal } from './losses.ts';
import { dateInMonth, daysInMonth, monthIndex } from './months.ts';
import { nearestMatters, positionOf, type RecurrenceRule } from './rule.ts';
import { adjustments, type Mapped, type SeriesMapping } from './series-mapping.ts';

/** Steps, of months or years, that are looked at for a month that is long enough; leap years come at least every eight. */
const MOST_STEPS = 100;

/** January of the year 1. */
const FIRST_MONTH = 12;

export interface Foreign {
  readonly rule: ForeignRule;
  readonly end: ForeignEnd;
  /** Date from which it is valid; not an occurrence where it does not fit the rule. */
  readonly start: string;
}

/**
 * The rule that puts a record's occurrences where the recurrence has them, with the exceptions that takes. What devices
 * cannot say is approximated from the later of `from` and the first occurrence on, up to the record's horizon (L-R3).
 * Refused where there is no occurrence, or none of the six types comes near.
 */
export function toRule(foreign: Foreign, from: string): Mapped<SeriesMapping> {
  const { rule, start } = foreign;
  if (parseDate(start) !== start) return { ok: false, refusal: refusal('The recurrence has no first date.') };
  const rrule = foreignRRule(rule);
  const first = fits(rule, start) ? start : nthOccurrence(rrule, start, 1);
  if (first === undefined || (foreign.end.until !== undefined && foreign.end.until < first))
    return { ok: false, refusal: refusal('The recurrence has no occurrence.') };
  const { count = 1 } = foreign.end;
  if (count > MOST_OCCURRENCES || count < 1)
    return { ok: false, refusal: refusal(`The recurrence has ${count} occurrences.`) };
  const until = foreign.end.count === undefined ? foreign.end.until : nthOccurrence(rrule, start, count);
  const fitting = fittingRule(rule, first, until);
  if (fitting === undefined) return approximated(rule, first, until, from);
  return exactly(fitting, first);
}

/** Whether a first date is an occurrence, as it nearly always is: the library, which is slow, need not look for it then. */
function fits(rule: ForeignRule, start: string): boolean {
  switch (rule.kind) {
    case 'daily':
      return true;
    case 'weekly':
      return rule.weekdays.includes(weekdayOf(start));
    case 'monthDay': {
      const last = rule.clamp ? daysInMonth(monthIndex(start)) : 31;
      return isInMonth(rule, start) && Number(start.slice(8)) === Math.min(rule.day, last);
    }
    case 'weekdayOfMonth': {
      const { weekdays, position } = rule;
      const { fromStart, fromEnd } = positionOf(start);
      const isThere = position > 0 ? fromStart === position : fromEnd === -position;
      return isInMonth(rule, start) && weekdays.length === 1 && weekdays[0] === weekdayOf(start) && isThere;
    }
  }
}

const isInMonth = ({ month }: { readonly month?: number }, date: string): boolean =>
  month === undefined || month === Number(date.slice(5, 7));

/** A rule that has all occurrences; where it begins before the first of them, what it has before is deleted. */
function exactly(rule: RecurrenceRule, first: string): Mapped<SeriesMapping> {
  const phantoms =
    rule.start < first
      ? occurrencesOf({ ...rule, until: undefined }, { from: rule.start, to: addDays(first, -1) })
      : [];
  const nearest = rule.nearest && nearestMatters(rule);
  return {
    ok: true,
    mapping: {
      rule: { ...rule, nearest },
      deletedInRecord: phantoms,
      deletedInOther: [],
      moved: [],
      losses: [],
    },
  };
}

/** The rule with exactly the occurrences from the first on; undefined where no type can say it. */
function fittingRule(
  rule: ForeignRule,
  first: string,
  until: string | undefined,
): RecurrenceRule | undefined {
  const common = { start: first, weekdays: [], nearest: false, until };
  switch (rule.kind) {
    case 'daily':
      return { ...common, type: 'Daily', frequency: rule.interval };
    case 'weekly':
      return {
        ...common,
        type: 'Weekly',
        start: weekBegin(rule, first),
        frequency: rule.interval,
        weekdays: rule.weekdays,
      };
    case 'monthDay':
      return ofMonthDay(rule.step, rule.day, rule.clamp, common);
    case 'weekdayOfMonth':
      return ofWeekdays(rule, common);
  }
}

/**
 * Devices count blocks of weeks from the start. Where the source begins its weeks on another day, they must be counted from
 * the first of the wanted days in the source's week, although the series begins later (8.3 rule 2).
 */
function weekBegin(
  { interval, weekdays, weekStart }: ForeignRule & { readonly kind: 'weekly' },
  first: string,
): string {
  if (interval === 1 || weekdays.length === 1) return first;
  const intoWeek = (WEEKDAYS.indexOf(weekdayOf(first)) - WEEKDAYS.indexOf(weekStart) + 7) % 7;
  const week = dayNumber(first) - intoWeek;
  const days = Array.from({ length: 7 }, (_, offset) => addDays('1970-01-01', week + offset));
  return days.find((day) => weekdays.includes(weekdayOf(day))) ?? first;
}

/** What all types have in common; `start` is the first occurrence. */
type Common = Pick<RecurrenceRule, 'start' | 'weekdays' | 'nearest' | 'until'>;

/**
 * Devices take the day of the month from the start. Where the first occurrence is in a month that is too short, the series
 * has to begin in an earlier one, which the source does not have; undefined where there is none.
 */
function ofMonthDay(
  step: number,
  wanted: number,
  nearest: boolean,
  common: Common,
): RecurrenceRule | undefined {
  const first = monthIndex(common.start);
  const ahead = Array.from({ length: MOST_STEPS }, (_, k) => daysInMonth(first + k * step));
  const day = Math.min(wanted, Math.max(...ahead));
  for (let back = 0; back < MOST_STEPS; back += 1) {
    const month = first - back * step;
    if (month < FIRST_MONTH) break;
    if (daysInMonth(month) < day) continue;
    const start = dateInMonth(month, day);
    return step % 12 === 0
      ? { ...common, start, nearest, type: 'Yearly', frequency: step / 12 }
      : { ...common, start, nearest, type: 'MonthlyDate', frequency: step };
  }
  return undefined;
}

function ofWeekdays(
  { step, weekdays, position }: ForeignRule & { readonly kind: 'weekdayOfMonth' },
  common: Common,
): RecurrenceRule | undefined {
  // Any of the seven days is a day of the month.
  if (weekdays.length === 7 && position > 0) return ofMonthDay(step, position, false, common);
  if (weekdays.length === 7 && position === -1) return ofMonthDay(step, 31, true, common);
  if (weekdays.length > 1) return undefined;
  return { ...common, type: position > 0 ? 'MonthlyDay' : 'MonthlyEndDay', frequency: step };
}

/**
 * Of rules with one occurrence in each period, the one of which the fewest have to be moved; it ends with the last that
 * was looked at.
 */
function approximated(
  rule: ForeignRule,
  first: string,
  until: string | undefined,
  from: string,
): Mapped<SeriesMapping> {
  const horizon = recordHorizon(from > first ? from : first);
  const endsBefore = until !== undefined && until <= horizon;
  const to = endsBefore ? until : horizon;
  const real = expandRRule(foreignRRule(rule), first, { from: first, to });
  const last = real.at(-1) ?? first;
  const frequency = 'step' in rule ? rule.step : 1;
  const solutions = candidates(first, frequency).flatMap((candidate) => {
    // To the end of the month, for an occurrence may have to be moved to an earlier day.
    const end = monthEnd(last);
    const dates = occurrencesOf({ ...candidate, until: end }, { from: first, to: end });
    const needed = adjustments(real, dates);
    const final = dates.at(-1);
    return needed === undefined || final === undefined
      ? []
      : [{ rule: { ...candidate, until: final }, needed }];
  });
  const [best] = solutions.sort((a, b) => cost(a.needed) - cost(b.needed));
  if (best === undefined)
    return { ok: false, refusal: refusal('The device knows no recurrence that comes near.') };
  return {
    ok: true,
    mapping: {
      rule: best.rule,
      deletedInRecord: best.needed.deleted,
      deletedInOther: [],
      moved: best.needed.moved.map(({ from: record, to: date }) => ({ record, other: date, real: date })),
      losses: [loss('L-R3', endsBefore ? undefined : horizon)],
    },
  };
}

const cost = ({
  deleted,
  moved,
}: {
  readonly deleted: readonly string[];
  readonly moved: readonly object[];
}) => deleted.length + moved.length;

/** Rules from a date on that have an occurrence in every period: no fifth weekday, no 29th. */
function candidates(start: string, frequency: number): RecurrenceRule[] {
  const common = { start, frequency, weekdays: [] as Weekday[], nearest: false, until: undefined };
  const { fromStart, fromEnd } = positionOf(start);
  return [
    ...(Number(start.slice(8)) <= 28 ? [{ ...common, type: 'MonthlyDate' as const }] : []),
    ...(fromStart <= 4 ? [{ ...common, type: 'MonthlyDay' as const }] : []),
    ...(fromEnd <= 4 ? [{ ...common, type: 'MonthlyEndDay' as const }] : []),
  ];
}
