/** Months as one running number: 12 times the year, plus 0 for January to 11 for December. */
import { dayNumber, weekdayIndex } from '../days.ts';

export function monthIndex(date: string): number {
  return Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7)) - 1;
}

/** The date of a day, from 1, of a month. */
export function dateInMonth(month: number, day: number): string {
  const year = String(Math.floor(month / 12)).padStart(4, '0');
  return `${year}-${String((month % 12) + 1).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

export function daysInMonth(month: number): number {
  const ofYear = month % 12;
  if (ofYear === 1) return isLeapYear(Math.floor(month / 12)) ? 29 : 28;
  return [3, 5, 8, 10].includes(ofYear) ? 30 : 31;
}

function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** Day of the month of its n-th weekday (0 for Monday), counted from its end where n is negative; undefined: none. */
export function nthWeekday(month: number, weekday: number, n: number): number | undefined {
  const length = daysInMonth(month);
  const first = 1 + ((weekday - weekdayIndex(dayNumber(dateInMonth(month, 1))) + 7) % 7);
  const last = first + 7 * Math.floor((length - first) / 7);
  const day = n > 0 ? first + 7 * (n - 1) : last + 7 * (n + 1);
  return day >= 1 && day <= length ? day : undefined;
}
