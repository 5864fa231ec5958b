/** Our rules to Graph's recurrences and back (spec: datasets 8.2, 8.3). */
import { weekdayOf } from '../days.ts';
import { expandRRule, occurrencesOf, type DateRange } from './expand.ts';
import { foreignRRule } from './foreign-rule.ts';
import { correctionsFrom, monthEnd, recordHorizon } from './horizon.ts';
import { loss, refusal, type LossCode } from './losses.ts';
import { normalForm, sameOccurrences } from './normal-form.ts';
import { nextOccurrence } from './occurrences.ts';
import {
  foreignEndOf,
  foreignRuleOf,
  graphWeekday,
  samePattern,
  WEEK_INDEXES,
  type PatternedRecurrence,
  type RecurrencePattern,
  type WeekIndex,
} from './patterned-recurrence.ts';
import { nearestMatters, positionOf, type RecurrenceRule } from './rule.ts';
import { adjustments, type Mapped, type SeriesMapping } from './series-mapping.ts';
import { toRule } from './to-rule.ts';

/** A series as records and as Graph have it. */
export interface GraphMapping extends SeriesMapping {
  readonly recurrence: PatternedRecurrence;
  /** The dates between which Graph's occurrences are put right one by one; undefined: its rule says it all. */
  readonly corrected?: DateRange;
}

export interface FromGraphOptions {
  /** First day of the year from which on approximations are right (horizon.ts). */
  readonly from: string;
  /**
   * What the recurrence was written for, where Graph could not say it: it holds as long as the pattern and the first date
   * are what they were.
   */
  readonly remembered?: WrittenRule;
}

/** A rule, and the dates between which occurrences were put right for it. */
export type WrittenRule = Pick<GraphMapping, 'rule' | 'corrected'>;

/** Refused where the recurrence makes no sense or has no occurrence; what devices cannot say is approximated (L-R3). */
export function fromGraph(recurrence: PatternedRecurrence, options: FromGraphOptions): Mapped<GraphMapping> {
  const rule = foreignRuleOf(recurrence.pattern);
  if (rule === undefined)
    return { ok: false, refusal: refusal('The recurrence lacks a part that it needs.') };
  const { range } = recurrence;
  const result = toRule({ rule, end: foreignEndOf(range), start: range.startDate }, options.from);
  if (!result.ok) return result;
  const mapping = { ...result.mapping, recurrence };
  const { remembered } = options;
  if (remembered === undefined) return { ok: true, mapping };
  const { rule: kept, corrected } = remembered;
  const written = toGraph({ ...kept, until: mapping.rule.until }, { from: options.from, corrected });
  return {
    ok: true,
    mapping: samePattern(written.recurrence, recurrence) ? { ...written, recurrence } : mapping,
  };
}

export interface ToGraphOptions {
  /** As in FromGraphOptions. */
  readonly from: string;
  /** Where occurrences are put right, if they are; from `from` on where it is undefined. */
  readonly corrected?: DateRange | undefined;
  /** Dates of the record's exceptions that take an occurrence away. */
  readonly deleted?: readonly string[];
  /** What Graph has now: it stays as it is where it says the same already. */
  readonly held?: PatternedRecurrence;
}

/** Every rule can be put into Graph, some only by putting single occurrences right (L-R1, L-R2). */
export function toGraph(rule: RecurrenceRule, options: ToGraphOptions): GraphMapping {
  const { from, held } = options;
  const deleted = new Set(options.deleted);
  if (held !== undefined) {
    const known = fromGraph(held, { from });
    if (known.ok && saysTheSame(known.mapping, rule, deleted)) return known.mapping;
  }
  const plain = normalForm(rule);
  const { pattern, lost } = patternOf(plain);
  const recurrence = { pattern, range: rangeOf(plain.start, plain.until) };
  if (lost !== undefined) {
    const corrected = options.corrected ?? correctionsFrom(later(from, plain.start));
    return approximated(rule, plain, recurrence, lost, corrected);
  }
  return (
    withoutPhantoms(rule, recurrence, deleted, from) ?? {
      rule,
      recurrence,
      deletedInRecord: [],
      deletedInOther: [],
      moved: [],
      losses: [],
    }
  );
}

/** Whether the rule is what Graph's recurrence makes, and the record has the exceptions that this takes. */
function saysTheSame(known: GraphMapping, rule: RecurrenceRule, deleted: ReadonlySet<string>): boolean {
  return sameOccurrences(known.rule, rule) && known.deletedInRecord.every((date) => deleted.has(date));
}

/**
 * A series that begins before its first occurrence only because devices count from there (8.3 rule 2) begins with that
 * occurrence in Graph. Undefined where it does not.
 */
function withoutPhantoms(
  rule: RecurrenceRule,
  recurrence: PatternedRecurrence,
  deleted: ReadonlySet<string>,
  from: string,
): GraphMapping | undefined {
  let first: string | undefined = rule.start;
  while (first !== undefined && deleted.has(first)) first = nextOccurrence(rule, first);
  if (first === undefined || first === rule.start) return undefined;
  const shifted = { ...recurrence, range: { ...recurrence.range, startDate: first } };
  const back = fromGraph(shifted, { from });
  const isPhantom = back.ok && back.mapping.rule.start === rule.start;
  return isPhantom ? { ...back.mapping, rule } : undefined;
}

function rangeOf(startDate: string, until: string | undefined): PatternedRecurrence['range'] {
  return until === undefined ? { type: 'noEnd', startDate } : { type: 'endDate', startDate, endDate: until };
}

interface PatternAndLoss {
  readonly pattern: RecurrencePattern;
  /** What the pattern says differently. */
  readonly lost?: LossCode;
}

/** The pattern of a rule in normal form; where Graph cannot say it, one that comes near in every period. */
function patternOf(rule: RecurrenceRule): PatternAndLoss {
  const { start, type, frequency } = rule;
  const dayOfMonth = Number(start.slice(8));
  const clamped = nearestMatters(rule) && !rule.nearest ? ({ lost: 'L-R1' } as const) : {};
  switch (type) {
    case 'Daily':
      return { pattern: { type: 'daily', interval: frequency } };
    case 'Weekly':
      return {
        pattern: {
          type: 'weekly',
          interval: frequency,
          daysOfWeek: rule.weekdays.map(graphWeekday),
          firstDayOfWeek: graphWeekday(weekdayOf(start)),
        },
      };
    case 'MonthlyDate':
      return { pattern: { type: 'absoluteMonthly', interval: frequency, dayOfMonth }, ...clamped };
    case 'Yearly': {
      const month = Number(start.slice(5, 7));
      return { pattern: { type: 'absoluteYearly', interval: frequency, month, dayOfMonth }, ...clamped };
    }
    case 'MonthlyDay': {
      const index = WEEK_INDEXES[positionOf(start).fromStart - 1];
      return index === undefined
        ? { pattern: relative(rule, 'last'), lost: 'L-R2' }
        : { pattern: relative(rule, index) };
    }
    case 'MonthlyEndDay': {
      const { fromStart, fromEnd } = positionOf(start);
      if (fromEnd === 1) return { pattern: relative(rule, 'last') };
      return { pattern: relative(rule, WEEK_INDEXES[fromStart - 1] ?? 'last'), lost: 'L-R2' };
    }
  }
}

function relative({ start, frequency }: RecurrenceRule, index: WeekIndex): RecurrencePattern {
  const daysOfWeek = [graphWeekday(weekdayOf(start))];
  return frequency % 12 === 0
    ? {
        type: 'relativeYearly',
        interval: frequency / 12,
        month: Number(start.slice(5, 7)),
        daysOfWeek,
        index,
      }
    : { type: 'relativeMonthly', interval: frequency, daysOfWeek, index };
}

/**
 * The mapping of a series that is written again: where its corrections end within five years, they reach on. A series that
 * ends is left, for its end in Graph may have to be another one then.
 */
export function renewed(mapping: GraphMapping, from: string): GraphMapping {
  const { rule, recurrence, corrected } = mapping;
  if (corrected === undefined || rule.until !== undefined || corrected.to >= recordHorizon(from))
    return mapping;
  const reaching = { from: corrected.from, to: correctionsFrom(from).to };
  return { ...toGraph(rule, { from, corrected: reaching }), recurrence };
}

/** The occurrences between some dates, put right one by one. */
function approximated(
  rule: RecurrenceRule,
  plain: RecurrenceRule,
  recurrence: PatternedRecurrence,
  lost: LossCode,
  range: DateRange,
): GraphMapping {
  const { start, until } = plain;
  const foreign = foreignRuleOf(recurrence.pattern);
  const endsBefore = until !== undefined && until <= range.to;
  // To the end of the month in which the rule ends, for Graph may have an occurrence later in it that has to be moved.
  const to = endsBefore ? earlier(range.to, monthEnd(until)) : range.to;
  const approximate =
    foreign === undefined ? [] : expandRRule(foreignRRule(foreign), start, { from: range.from, to });
  const needed = adjustments(occurrencesOf(plain, range), approximate) ?? { deleted: [], moved: [] };
  const end = until === undefined ? undefined : latest([until, ...needed.moved.map((move) => move.from)]);
  return {
    rule,
    recurrence: { ...recurrence, range: rangeOf(start, end) },
    deletedInRecord: [],
    deletedInOther: needed.deleted.filter((date) => end === undefined || date <= end),
    moved: needed.moved.map(({ from: other, to: record }) => ({ record, other, real: record })),
    losses: [loss(lost, endsBefore ? undefined : range.to)],
    corrected: range,
  };
}

const earlier = (a: string, b: string) => (b < a ? b : a);
const later = (a: string, b: string) => (b > a ? b : a);
const latest = (dates: readonly string[]) => dates.toSorted().at(-1);
