/** Rules with the same occurrences have the same normal form (spec: datasets 8.5). */
import { endOf } from './occurrences.ts';
import { isEveryDay, nearestMatters, positionOf, type RecurrenceRule } from './rule.ts';

export function normalForm(rule: RecurrenceRule): RecurrenceRule {
  const plain = { ...rule, ...plainType(rule) };
  return { ...plain, nearest: plain.nearest && nearestMatters(plain), until: endOf(rule) };
}

/** Whether two rules are the same one, however they are put. */
export function sameOccurrences(a: RecurrenceRule, b: RecurrenceRule): boolean {
  const [left, right] = [normalForm(a), normalForm(b)];
  return (
    left.start === right.start &&
    left.type === right.type &&
    left.frequency === right.frequency &&
    left.weekdays.join() === right.weekdays.join() &&
    left.nearest === right.nearest &&
    left.until === right.until
  );
}

type Kind = Pick<RecurrenceRule, 'type' | 'frequency' | 'weekdays' | 'nearest'>;

function plainType(rule: RecurrenceRule): Kind {
  const { start, type, frequency, nearest } = rule;
  const position = positionOf(start);
  if (isEveryDay(rule)) return { type: 'Daily', frequency: 1, weekdays: [], nearest: false };
  if (type === 'MonthlyDate' && frequency % 12 === 0)
    return { type: 'Yearly', frequency: frequency / 12, weekdays: [], nearest };
  // The fifth or else the fourth is the last; the fifth from the end or else the fourth is the first.
  if (type === 'MonthlyDay' && nearest && position.fromStart === 5)
    return { type: 'MonthlyEndDay', frequency, weekdays: [], nearest: false };
  if (type === 'MonthlyEndDay' && nearest && position.fromEnd === 5)
    return { type: 'MonthlyDay', frequency, weekdays: [], nearest: false };
  return rule;
}
