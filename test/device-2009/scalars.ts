/** Texts of single values as the device reads them: in one form only (spec: datasets 2.10). */

/** The text when it is a date in the one form that the device takes; empty, which clears, when not. */
export function readDate(text: string): string {
  if (!/^\d{4}-\d\d-\d\d$/.test(text) || text.startsWith('0000')) return '';
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text) ? text : '';
}

/**
 * The local time `YYYY-MM-DDThh:mm:00` of a text; empty when it is none. `marked`: whether it must have a `Z` at its
 * end, or must not. Seconds are dropped.
 */
export function readTime(text: string, marked: boolean): string {
  const match = /^(\d{4}-\d\d-\d\d)T((?:[01]\d|2[0-3]):[0-5]\d):[0-5]\d(Z?)$/.exec(text);
  const [, date = '', time = '', mark = ''] = match ?? [];
  return readDate(date) === '' || (mark === 'Z') !== marked ? '' : `${date}T${time}:00`;
}

/** A whole number, with blanks around it and a sign if need be; 0 for anything else. */
export function readInteger(text: string): number {
  return /^\s*[+-]?\d+\s*$/.test(text) ? Number(text) : 0;
}

export function readBoolean(text: string): boolean {
  return text === 'true' || text === '1';
}
