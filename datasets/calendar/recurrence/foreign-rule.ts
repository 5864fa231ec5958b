/** What recurrences of Graph and of iCalendar say, in one form: richer than the six types of devices. */
import { WEEKDAYS, type Weekday } from '../days.ts';

export type ForeignRule =
  | { readonly kind: 'daily'; readonly interval: number }
  | {
      readonly kind: 'weekly';
      readonly interval: number;
      /** Monday first; at least one. */
      readonly weekdays: readonly Weekday[];
      /** Where weeks begin, which matters to intervals of several weeks. */
      readonly weekStart: Weekday;
    }
  | {
      readonly kind: 'monthDay';
      /** In months; years are twelve. */
      readonly step: number;
      /** 1 to 12, where the step is of years. */
      readonly month?: number;
      readonly day: number;
      /** Whether a month that is too short has its last day instead of none. */
      readonly clamp: boolean;
    }
  | {
      readonly kind: 'weekdayOfMonth';
      readonly step: number;
      readonly month?: number;
      readonly weekdays: readonly Weekday[];
      /** 1 for the first of those days in a month, -1 for the last. */
      readonly position: number;
    };

export interface ForeignEnd {
  /** Last date on which an occurrence may start. */
  readonly until?: string;
  /** Number of occurrences, cancelled ones included. */
  readonly count?: number;
}

export const CODES = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const;
export const codeOf = (weekday: Weekday): string => CODES[WEEKDAYS.indexOf(weekday)] ?? 'MO';

/** The value of an RRULE that says the same, without an end. */
export function foreignRRule(rule: ForeignRule): string {
  const parts = (frequency: string, interval: number, ...others: string[]) =>
    [`FREQ=${frequency}`, `INTERVAL=${interval}`, ...others].join(';');
  switch (rule.kind) {
    case 'daily':
      return parts('DAILY', rule.interval);
    case 'weekly':
      return parts(
        'WEEKLY',
        rule.interval,
        `BYDAY=${rule.weekdays.map(codeOf).join(',')}`,
        `WKST=${codeOf(rule.weekStart)}`,
      );
    case 'monthDay': {
      const days =
        rule.clamp && rule.day > 28 ? [28, 29, 30, 31].filter((day) => day <= rule.day) : [rule.day];
      const last = days.length > 1 ? ['BYSETPOS=-1'] : [];
      return parts(...everyMonths(rule), ...ofMonth(rule), `BYMONTHDAY=${days.join(',')}`, ...last);
    }
    case 'weekdayOfMonth': {
      const days = `BYDAY=${rule.weekdays.map(codeOf).join(',')}`;
      return parts(...everyMonths(rule), ...ofMonth(rule), days, `BYSETPOS=${rule.position}`);
    }
  }
}

interface Months {
  readonly step: number;
  readonly month?: number;
}

const everyMonths = ({ step, month }: Months): [string, number] =>
  month === undefined ? ['MONTHLY', step] : ['YEARLY', step / 12];

const ofMonth = ({ month }: Months): string[] => (month === undefined ? [] : [`BYMONTH=${month}`]);
