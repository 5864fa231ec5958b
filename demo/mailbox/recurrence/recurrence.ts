/**
 * `patternedRecurrence` as answers show it: every field is there, those that the type does not use hold filler values
 * (spec: graph 3.4).
 */

export const patternTypes = [
  'daily',
  'weekly',
  'absoluteMonthly',
  'relativeMonthly',
  'absoluteYearly',
  'relativeYearly',
] as const;
export type PatternType = (typeof patternTypes)[number];

export const weekdays = [
  'sunday',
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
] as const;
export type Weekday = (typeof weekdays)[number];

export const weekIndexes = ['first', 'second', 'third', 'fourth', 'last'] as const;
export type WeekIndex = (typeof weekIndexes)[number];

export const rangeTypes = ['endDate', 'noEnd', 'numbered'] as const;
export type RangeType = (typeof rangeTypes)[number];

export interface RecurrencePattern {
  readonly type: PatternType;
  readonly interval: number;
  readonly month: number;
  readonly dayOfMonth: number;
  readonly daysOfWeek: readonly Weekday[];
  readonly firstDayOfWeek: Weekday;
  readonly index: WeekIndex;
}

export interface RecurrenceRange {
  readonly type: RangeType;
  /** `YYYY-MM-DD`. */
  readonly startDate: string;
  readonly endDate: string;
  /** The zone in whose days the pattern counts; the events of a series keep their wall clock time there. */
  readonly recurrenceTimeZone: string;
  readonly numberOfOccurrences: number;
}

export interface Recurrence {
  readonly pattern: RecurrencePattern;
  readonly range: RecurrenceRange;
}

/** `endDate` where there is none. */
export const noDate = '0001-01-01';

type Field = Exclude<keyof RecurrencePattern, 'type' | 'interval'>;

/** Which fields a type uses: those that must be sent, and those that may be (spec: graph 3.4). */
export const patternFields: Readonly<
  Record<PatternType, { readonly required: readonly Field[]; readonly optional: readonly Field[] }>
> = {
  daily: { required: [], optional: [] },
  weekly: { required: ['daysOfWeek'], optional: ['firstDayOfWeek'] },
  absoluteMonthly: { required: ['dayOfMonth'], optional: [] },
  relativeMonthly: { required: ['daysOfWeek'], optional: ['index'] },
  absoluteYearly: { required: ['dayOfMonth', 'month'], optional: [] },
  relativeYearly: { required: ['daysOfWeek', 'month'], optional: ['index'] },
};

export const fillers: Pick<RecurrencePattern, Field> = {
  month: 0,
  dayOfMonth: 0,
  daysOfWeek: [],
  firstDayOfWeek: 'sunday',
  index: 'first',
};
