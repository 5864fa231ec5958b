/** An event as Graph gives it, checked. */
import { z } from 'zod';
import type { PatternedRecurrence } from '../../../datasets/calendar/index.ts';
import { extendedKey, extendedSchema, extendedValues, type ExtendedValues } from '../items/extended.ts';
import { extended } from './properties.ts';

const text = z.string().nullish();
const flag = z.boolean().nullish();
const number = z.number().nullish();
const time = z.object({ dateTime: z.string(), timeZone: text });

const weekday = z.enum(['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']);

export const recurrenceSchema = z.object({
  pattern: z.object({
    type: z.enum([
      'daily',
      'weekly',
      'absoluteMonthly',
      'relativeMonthly',
      'absoluteYearly',
      'relativeYearly',
    ]),
    interval: z.number(),
    month: z.number().optional(),
    dayOfMonth: z.number().optional(),
    daysOfWeek: z.array(weekday).optional(),
    firstDayOfWeek: weekday.optional(),
    index: z.enum(['first', 'second', 'third', 'fourth', 'last']).optional(),
  }),
  range: z.object({
    type: z.enum(['endDate', 'noEnd', 'numbered']),
    startDate: z.string().regex(/^\d{4}-\d{2}-\d{2}$/),
    endDate: z.string().optional(),
    numberOfOccurrences: z.number().optional(),
    recurrenceTimeZone: z.string().optional(),
  }),
});

/** What the mapping reads. Other properties are kept as they are. */
const instanceSchema = z.looseObject({
  id: z.string().min(1),
  '@odata.etag': text,
  lastModifiedDateTime: text,
  type: text,
  subject: text,
  body: z.object({ contentType: text, content: text }).nullish(),
  start: time,
  end: time,
  isAllDay: flag,
  originalStartTimeZone: text,
  originalStart: text,
  isReminderOn: flag,
  reminderMinutesBeforeStart: number,
  location: z.looseObject({ displayName: text }).nullish(),
  categories: z.array(z.string().nullable()).nullish(),
  attendees: z.array(z.unknown()).nullish(),
  isOrganizer: flag,
  isOnlineMeeting: flag,
  recurrence: recurrenceSchema.nullish(),
  singleValueExtendedProperties: extendedSchema,
});

export const graphEventSchema = instanceSchema.extend({
  /** `OID.{id}.{date}` of the occurrences that were taken out; on a GET of the series alone. */
  cancelledOccurrences: z.array(z.string()).nullish(),
  exceptionOccurrences: z.array(instanceSchema).nullish(),
  /** Events of their own that belong to the series, by date: added by apart.ts. */
  apart: z.record(z.string(), instanceSchema).optional(),
  /** The body as HTML, where it was asked for: what is to be written may lose its formatting. */
  bodyHtml: z.string().optional(),
});

/** An event, or one occurrence of a series. */
export type GraphInstance = z.infer<typeof instanceSchema>;
export type GraphEvent = z.infer<typeof graphEventSchema>;
export const graphInstanceSchema = instanceSchema;

export const isSeries = (event: GraphEvent): boolean => recurrenceOf(event) !== undefined;

/** How an event repeats; undefined: it does not. */
export const recurrenceOf = ({ recurrence: held }: GraphInstance): PatternedRecurrence | undefined =>
  // The schema has looked at every part; an absent one may be undefined there.
  (held as PatternedRecurrence | null | undefined) ?? undefined;

/** Whether the exceptions of a series, if it is one, came along. */
export const hasDetails = (event: GraphEvent): boolean =>
  !isSeries(event) || Array.isArray(event.exceptionOccurrences) || Array.isArray(event.cancelledOccurrences);

/** Whether other people take part, of whom some would get mail: of any single occurrence, too. */
export function isMeeting(event: GraphEvent): boolean {
  const instances: readonly GraphInstance[] = [
    event,
    ...(event.exceptionOccurrences ?? []),
    ...Object.values(event.apart ?? {}),
  ];
  return instances.some(
    ({ attendees, isOrganizer }) => (attendees ?? []).length > 0 || isOrganizer === false,
  );
}

/** Of the properties of a series an exception has a copy, as far as it has none of its own. */
const inherited: ReadonlySet<string> = new Set(
  [
    extended.zone,
    extended.floating,
    extended.alarmDelay,
    extended.customFields,
    extended.reminderOverride,
    extended.reminderSound,
  ].map(extendedKey),
);

/** The extended properties of an event, or of an occurrence of `series`. */
export function valuesOf(instance: GraphInstance, series?: GraphInstance): ExtendedValues {
  const own = extendedValues(instance);
  if (series === undefined) return own;
  const common = [...extendedValues(series)].filter(([key]) => inherited.has(key));
  return new Map([...common, ...own]);
}

export const etagOf = (event: GraphInstance): string => event['@odata.etag'] ?? '';
