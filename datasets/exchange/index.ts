/**
 * Records as the files that other programs exchange (spec: datasets 10): contacts as vCard 4.0, appointments and tasks as
 * iCalendar. What a format cannot say is a named loss.
 */
export type { ExchangeProblem, ProblemReason } from './components.ts';
export { fromVcards } from './from-vcards.ts';
export type { Imported, ImportedRecord } from './imported.ts';
export type { ExchangeLoss, ExchangeLossCode } from './losses.ts';
export { toVcard, type WrittenCard } from './to-vcard.ts';
export {
  fromICalendar,
  toICalendar,
  type CalendarDataset,
  type ExchangeRecord,
  type ReadCalendarOptions,
  type WriteCalendarOptions,
  type WrittenCalendar,
} from './icalendar.ts';
