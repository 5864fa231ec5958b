const written = /^(\d{4})-(\d{2})-(\d{2})(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)?(?:Z|[+-]\d{2}:?\d{2})?$/;

/**
 * The calendar date of a text as `YYYY-MM-DD`, or undefined. Tolerant as spec: datasets 2.10 asks: blanks around
 * it, a time part and a zone may stand there and are ignored; the day's digits are never shifted by them.
 */
export function parseDate(text: string): string | undefined {
  const match = written.exec(text.trim());
  if (match === null) return undefined;
  const year = match[1] ?? '';
  const month = match[2] ?? '';
  const day = match[3] ?? '';
  return exists(Number(year), Number(month), Number(day)) ? `${year}-${month}-${day}` : undefined;
}

function exists(year: number, month: number, day: number): boolean {
  return year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}
