import { asInteger, asList, asMember, asObject, asString, cannotConvert } from '../items/edm.ts';
import { GraphFault } from '../protocol/fault.ts';
import {
  fillers,
  noDate,
  patternFields,
  patternTypes,
  rangeTypes,
  weekdays,
  weekIndexes,
  type Recurrence,
  type RecurrencePattern,
  type RecurrenceRange,
} from './recurrence.ts';

/** What the owner of a recurrence says about its beginning. */
export interface Beginning {
  /** The date of its start in a zone, which `startDate` must equal; undefined when there is no start to compare with. */
  readonly dateIn: (zone: string) => string | undefined;
  /** The zone of the start, taken when the range names none. */
  readonly zone: string;
  /** Throws a GraphFault 400 for a zone that nobody knows. */
  readonly checkZone: (zone: string) => void;
}

const patternMembers = ['type', 'interval', ...Object.keys(fillers)];
const rangeMembers = ['type', 'startDate', 'endDate', 'recurrenceTimeZone', 'numberOfOccurrences'];

/** Exchange counts no further. */
const maxInterval = 999;
const maxOccurrences = 999;

/** Reads a recurrence by the table of spec: graph 3.4. Throws a GraphFault 400. */
export function readRecurrence(value: unknown, beginning: Beginning): Recurrence {
  const { pattern, range } = asObject('recurrence', value, ['pattern', 'range']);
  return { pattern: readPattern(pattern), range: readRange(range, beginning) };
}

/** Fields that the type does not use are checked all the same, and then forgotten. */
function readPattern(value: unknown): RecurrencePattern {
  const name = 'recurrence/pattern';
  const sent = asObject(name, value, patternMembers);
  const type = asMember(`${name}/type`, sent.type, patternTypes, 'recurrencePatternType');
  const interval = asInteger(`${name}/interval`, sent.interval);
  if (interval < 1 || interval > maxInterval) throw invalid(`interval ${interval}`);
  const fields: Omit<RecurrencePattern, 'type' | 'interval'> = {
    month: readNumber(`${name}/month`, sent.month, 12),
    dayOfMonth: readNumber(`${name}/dayOfMonth`, sent.dayOfMonth, 31),
    daysOfWeek: readDays(`${name}/daysOfWeek`, sent.daysOfWeek),
    firstDayOfWeek: isMissing(sent.firstDayOfWeek)
      ? fillers.firstDayOfWeek
      : asMember(`${name}/firstDayOfWeek`, sent.firstDayOfWeek, weekdays, 'dayOfWeek'),
    index: isMissing(sent.index)
      ? fillers.index
      : asMember(`${name}/index`, sent.index, weekIndexes, 'weekIndex'),
  };
  const { required, optional } = patternFields[type];
  for (const field of required) {
    if (fields[field] === 0 || (field === 'daysOfWeek' && fields.daysOfWeek.length === 0)) {
      throw invalid(`a ${type} pattern needs ${field}`);
    }
  }
  const used = Object.fromEntries([...required, ...optional].map((field) => [field, fields[field]]));
  return { type, interval, ...fillers, ...used };
}

function readRange(value: unknown, beginning: Beginning): RecurrenceRange {
  const name = 'recurrence/range';
  const sent = asObject(name, value, rangeMembers);
  const type = asMember(`${name}/type`, sent.type, rangeTypes, 'recurrenceRangeType');
  const startDate = readDate(`${name}/startDate`, sent.startDate);
  const endDate = isMissing(sent.endDate) ? noDate : readDate(`${name}/endDate`, sent.endDate);
  const count = readNumber(`${name}/numberOfOccurrences`, sent.numberOfOccurrences, maxOccurrences);
  const recurrenceTimeZone = isMissing(sent.recurrenceTimeZone)
    ? beginning.zone
    : asString(`${name}/recurrenceTimeZone`, sent.recurrenceTimeZone);
  beginning.checkZone(recurrenceTimeZone);
  if (type === 'endDate' && endDate < startDate) throw invalid(`the range ends before ${startDate}`);
  if (type === 'numbered' && count === 0) throw invalid('a numbered range needs numberOfOccurrences');
  const begins = beginning.dateIn(recurrenceTimeZone);
  if (begins !== undefined && begins !== startDate) {
    throw invalid(`the range starts on ${startDate}, the event on ${begins}`);
  }
  return {
    type,
    startDate,
    endDate: type === 'endDate' ? endDate : noDate,
    recurrenceTimeZone,
    numberOfOccurrences: type === 'numbered' ? count : 0,
  };
}

function isMissing(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}

function readNumber(name: string, value: unknown, max: number): number {
  const number = isMissing(value) ? 0 : asInteger(name, value);
  if (number < 0 || number > max) throw invalid(`${name} ${number}`);
  return number;
}

function readDays(name: string, value: unknown): RecurrencePattern['daysOfWeek'] {
  if (isMissing(value)) return [];
  const days = asList(name, value).map((day) => asMember(name, day, weekdays, 'dayOfWeek'));
  return weekdays.filter((day) => days.includes(day));
}

function readDate(name: string, value: unknown): string {
  const text = asString(name, value);
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(time) || !new Date(time).toISOString().startsWith(text)) {
    throw cannotConvert(name, value, 'Edm.Date');
  }
  return text;
}

/** The service says no more than that something is wrong; what it is stands behind its words here. */
function invalid(why: string): GraphFault {
  return new GraphFault(
    400,
    'ErrorPropertyValidationFailure',
    `At least one property failed validation. (recurrence: ${why})`,
  );
}
