/** Public face of recurrence/: rules of records, their occurrences, and the same rules in Graph and iCalendar. */
export { occurrencesOf, type DateRange } from './expand.ts';
export {
  fromGraph,
  renewed,
  toGraph,
  type FromGraphOptions,
  type GraphMapping,
  type ToGraphOptions,
  type WrittenRule,
} from './graph.ts';
export { recordHorizon } from './horizon.ts';
export { loss, type Loss, type LossCode, type Refusal } from './losses.ts';
export { normalForm, sameOccurrences } from './normal-form.ts';
export { endOf, lastOccurrence, nextOccurrence, occursOn } from './occurrences.ts';
export type { PatternedRecurrence, RecurrencePattern, RecurrenceRange } from './patterned-recurrence.ts';
export { fromRRule, type FromRRuleOptions } from './rrule.ts';
export { rruleText, type SeriesTime } from './rrule-text.ts';
export { repeatFields, ruleOf, type RecurrenceRule } from './rule.ts';
export {
  otherDateOf,
  recordDateOf,
  type Mapped,
  type MovedOccurrence,
  type SeriesMapping,
} from './series-mapping.ts';
