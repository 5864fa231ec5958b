/**
 * How one series stands on both sides: as a rule of records and as a richer recurrence (Graph's, iCalendar's), which may
 * differ in single occurrences that have to be put right on the side that cannot say them.
 */
import type { Loss, Refusal } from './losses.ts';
import { monthIndex } from './months.ts';
import type { RecurrenceRule } from './rule.ts';

/** An occurrence that two rules put on different dates. */
export interface MovedOccurrence {
  /** Where the record's rule puts it. */
  readonly record: string;
  /** Where the other side's rule puts it. */
  readonly other: string;
  /** Where it really is: one of the two. On the other side it is an exception. */
  readonly real: string;
}

export interface SeriesMapping {
  readonly rule: RecurrenceRule;
  /** Dates that only the record's rule has, without an occurrence there: exceptions that the record must have. */
  readonly deletedInRecord: readonly string[];
  /** The same of the other side. */
  readonly deletedInOther: readonly string[];
  readonly moved: readonly MovedOccurrence[];
  readonly losses: readonly Loss[];
}

export type Mapped<T> =
  { readonly ok: true; readonly mapping: T } | { readonly ok: false; readonly refusal: Refusal };

/** The date by which the record knows an occurrence that the other side knows by a date; undefined: it has none. */
export function recordDateOf(mapping: SeriesMapping, other: string): string | undefined {
  if (mapping.deletedInOther.includes(other)) return undefined;
  return mapping.moved.find((occurrence) => occurrence.other === other)?.record ?? other;
}

/** The date by which the other side knows an occurrence of the record; undefined: it has none. */
export function otherDateOf(mapping: SeriesMapping, record: string): string | undefined {
  if (mapping.deletedInRecord.includes(record)) return undefined;
  return mapping.moved.find((occurrence) => occurrence.record === record)?.other ?? record;
}

/** What makes the dates of an approximation the real ones. */
export interface Adjustments {
  readonly deleted: readonly string[];
  readonly moved: readonly { readonly from: string; readonly to: string }[];
}

/**
 * From the dates of an approximation to the real ones, month by month, at most one of which each has in one; undefined
 * where the approximation has nothing that could be moved to a real date.
 */
export function adjustments(
  real: readonly string[],
  approximate: readonly string[],
): Adjustments | undefined {
  const wanted = new Map(real.map((date) => [monthIndex(date), date]));
  const deleted: string[] = [];
  const moved: { from: string; to: string }[] = [];
  for (const date of approximate) {
    const to = wanted.get(monthIndex(date));
    wanted.delete(monthIndex(date));
    if (to === undefined) deleted.push(date);
    else if (to !== date) moved.push({ from: date, to });
  }
  return wanted.size === 0 ? { deleted, moved } : undefined;
}
