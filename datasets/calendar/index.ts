/** Public face of calendar/. */
export { calendar } from './calendar.ts';
export * from './recurrence/index.ts';
export { DELETED, exceptionKey, exceptionsOf } from './repeat.ts';
export { occurrenceOn, takesPlace, withRecurrence } from './series.ts';
export { endDateOf, isAllDay, isZoned, startDateOf, whenOn } from './when.ts';
export * from './zones/index.ts';
