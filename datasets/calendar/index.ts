/** Public face of calendar/. */
export { calendar } from './calendar.ts';
export { DELETED } from './repeat.ts';
