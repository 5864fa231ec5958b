/** Which occurrences of a series in Graph are to be changed or taken out, so that they are what a record says. Pure. */
import {
  DELETED,
  exceptionsOf,
  occurrenceOn,
  occursOn,
  otherDateOf,
  recordDateOf,
  type GraphMapping,
} from '../../../datasets/calendar/index.ts';
import type { Fields } from '../../../datasets/index.ts';
import { isGroup } from '../../../datasets/record/keys.ts';
import { sameOccurrence, type Occurrences } from './from-graph.ts';

export interface SeriesTarget {
  /** The whole record as it shall be. */
  readonly fields: Fields;
  /** The record before, of an update. */
  readonly before: Fields | undefined;
  readonly mapping: GraphMapping;
}

/** What occurrences shall be, by the dates on which Graph's rule has them; those that are not named: like the series. */
export type Wanted = ReadonlyMap<string, Fields | typeof DELETED>;

export function wantedOccurrences({ fields, before, mapping }: SeriesTarget): Wanted {
  const wanted = new Map<string, Fields | typeof DELETED>();
  for (const date of mapping.deletedInOther) wanted.set(date, DELETED);
  for (const { other, real } of mapping.moved)
    if (real !== other) wanted.set(other, occurrenceOn(fields, real));
  for (const [date, value] of exceptionsOf(fields)) {
    const other = otherDateOf(mapping, date);
    if (other === undefined) continue;
    if (!isGroup(value)) wanted.set(other, DELETED);
    else if (!isRulesOwn({ fields, before, mapping }, date, value)) wanted.set(other, value);
  }
  return wanted;
}

/** An exception of the record that Graph needs none for: its own rule has the occurrence there. */
function isRulesOwn({ fields, before, mapping }: SeriesTarget, date: string, value: Fields): boolean {
  const moved = mapping.moved.find(({ record }) => record === date);
  if (moved?.real !== moved?.other || moved === undefined) return false;
  return [fields, before].some(
    (series) => series !== undefined && sameOccurrence(value, occurrenceOn(series, moved.real)),
  );
}

export interface OccurrencesPlan {
  /** Dates of occurrences that are to be taken out. */
  readonly remove: readonly string[];
  /** What occurrences are to be, by date; they may be that already. */
  readonly change: ReadonlyMap<string, Fields>;
  /** Dates of occurrences that were taken out and are to be there again, which Graph has no way for. */
  readonly restore: readonly string[];
  /** What events of their own are to be, by date; they may be that already. */
  readonly changeApart: ReadonlyMap<string, Fields>;
  /** Dates of which there is to be no such event any more. */
  readonly removeApart: readonly string[];
}

/** From what is there to what is wanted. */
export function planOccurrences(
  { fields, mapping }: SeriesTarget,
  wanted: Wanted,
  { cancelled, changed, apart }: Occurrences,
): OccurrencesPlan {
  const remove: string[] = [];
  const change = new Map<string, Fields>();
  const restore: string[] = [];
  const changeApart = new Map<string, Fields>();
  const removeApart: string[] = [];
  for (const date of new Set([...wanted.keys(), ...cancelled, ...changed.keys(), ...apart.keys()])) {
    const want = wanted.get(date);
    if (apart.has(date) && cancelled.has(date) && want !== undefined && want !== DELETED) {
      changeApart.set(date, want);
      continue;
    }
    if (apart.has(date)) removeApart.push(date);
    // Nothing but the event was there of it.
    if (want === undefined && !cancelled.has(date) && !changed.has(date)) continue;
    const own = recordDateOf(mapping, date);
    const takesPlace = own !== undefined && occursOn(mapping.rule, own);
    if (want === DELETED) {
      if (!cancelled.has(date)) remove.push(date);
    } else if (cancelled.has(date)) {
      // Of dates that the rule no longer has, a service may remember that they were taken out.
      if (takesPlace) restore.push(date);
    } else if (want !== undefined) change.set(date, want);
    else if (takesPlace) change.set(date, occurrenceOn(fields, own));
    // An exception that was left over from another rule.
    else remove.push(date);
  }
  return { remove: remove.sort(), change, restore, changeApart, removeApart };
}
