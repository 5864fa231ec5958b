/** A recurrence as it may be written: without what answers fill in where a part has no meaning (spec: graph 3.4). Pure. */
import type {
  PatternedRecurrence,
  RecurrencePattern,
  RecurrenceRange,
} from '../../../datasets/calendar/index.ts';

export function writableRecurrence(
  { pattern, range }: PatternedRecurrence,
  recurrenceTimeZone: string,
): PatternedRecurrence {
  return { pattern: writablePattern(pattern), range: { ...writableRange(range), recurrenceTimeZone } };
}

function writablePattern(pattern: RecurrencePattern): RecurrencePattern {
  const { type, interval, month = 1, dayOfMonth = 1, daysOfWeek = [], index = 'first' } = pattern;
  const { firstDayOfWeek = 'sunday' } = pattern;
  switch (type) {
    case 'daily':
      return { type, interval };
    case 'weekly':
      return { type, interval, daysOfWeek, firstDayOfWeek };
    case 'absoluteMonthly':
      return { type, interval, dayOfMonth };
    case 'relativeMonthly':
      return { type, interval, daysOfWeek, index };
    case 'absoluteYearly':
      return { type, interval, month, dayOfMonth };
    case 'relativeYearly':
      return { type, interval, month, daysOfWeek, index };
  }
}

function writableRange(range: RecurrenceRange): RecurrenceRange {
  const { type, startDate, endDate = startDate, numberOfOccurrences = 1 } = range;
  switch (type) {
    case 'noEnd':
      return { type, startDate };
    case 'endDate':
      return { type, startDate, endDate };
    case 'numbered':
      return { type, startDate, numberOfOccurrences };
  }
}
