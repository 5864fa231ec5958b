/** Graph event → record. Pure; together with to-graph.ts lossless by datasets 9.2, but for the losses that it names. */
import { z } from 'zod';
import {
  DELETED,
  exceptionKey,
  fromGraph,
  occurrenceOn,
  recordDateOf,
  withRecurrence,
  type GraphMapping,
  type Loss,
  type Mapped,
  type WrittenRule,
} from '../../../datasets/calendar/index.ts';
import { WEEKDAYS } from '../../../datasets/calendar/days.ts';
import { REPEAT_TYPES } from '../../../datasets/calendar/repeat-value.ts';
import { calendar, type FieldKey, type Fields, type FieldValue } from '../../../datasets/index.ts';
import { lineFeeds } from '../../../datasets/record/characters.ts';
import { extendedKey } from '../items/extended.ts';
import { categoryFields, customFields, parseJson } from '../items/values.ts';
import { alarmOf } from './alarms.ts';
import { isSeries, recurrenceOf, valuesOf, type GraphEvent, type GraphInstance } from './graph-event.ts';
import { extended } from './properties.ts';
import { dateIn, timeFields, zoneOf } from './times.ts';

export interface MappingOptions {
  /** The mailbox's zone as Graph names it: that of floating times. */
  readonly mailboxZone: string;
  /** First day of the year from which on approximated recurrences are right. */
  readonly from: string;
}

export type MappedRecord =
  | { readonly ok: true; readonly fields: Fields; readonly losses: readonly Loss[] }
  | { readonly ok: false; readonly reason: string };

/** What an event says; of a series with its exceptions. Refused is a recurrence that devices have nothing like. */
export function recordOf(event: GraphEvent, options: MappingOptions): MappedRecord {
  const fields = instanceFields(event, undefined, options);
  if (!isSeries(event)) return { ok: true, fields: calendar.normalise(fields), losses: [] };
  const mapped = mappingOf(event, options);
  if (mapped?.ok !== true) return { ok: false, reason: mapped?.refusal.sentence ?? 'no recurrence' };
  const { mapping } = mapped;
  const record = { ...withRecurrence(fields, mapping), ...exceptionFields(event, fields, mapping, options) };
  return { ok: true, fields: calendar.normalise(record), losses: mapping.losses };
}

/** The fields of an event as such, or of one occurrence of `series`: everything but the recurrence. */
export function instanceFields(
  instance: GraphInstance,
  series: GraphInstance | undefined,
  options: MappingOptions,
): Fields {
  const values = valuesOf(instance, series);
  const fields: Record<FieldKey, FieldValue> = {};
  const put = (key: FieldKey, value: string | null | undefined): void => {
    if (typeof value === 'string' && value !== '') fields[key] = lineFeeds(value);
  };
  put('Description', instance.subject);
  put('Location', instance.location?.displayName);
  put('Notes', notesOf(instance));
  Object.assign(fields, timeFields(instance, zoneOf(instance, values, options.mailboxZone, series)));
  const alarm = alarmOf(instance, values);
  if (alarm !== undefined) fields.Alarm = alarm;
  Object.assign(fields, categoryFields(instance.categories));
  Object.assign(fields, customFields(values.get(extendedKey(extended.customFields))));
  return fields;
}

/** The text of the body; the service ends it with an empty line of its own (spec: graph 3.5). */
export function notesOf({ body }: GraphInstance): string {
  return lineFeeds(body?.content ?? '').replace(/\n+$/, '');
}

const date = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
const ruleSchema = z.object({
  corrected: z.object({ from: date, to: date }).optional(),
  rule: z.object({
    start: date,
    type: z.enum(REPEAT_TYPES),
    frequency: z.int().min(1),
    weekdays: z.array(z.enum(WEEKDAYS)),
    nearest: z.boolean(),
  }),
});

/** The text that remembers what a recurrence was written for, and between which dates occurrences were put right. */
export function rememberedRule({ rule, corrected }: WrittenRule): string {
  const { start, type, frequency, weekdays, nearest } = rule;
  return JSON.stringify({ corrected, rule: { start, type, frequency, weekdays, nearest } });
}

/** How the series stands on both sides; undefined where it is none. */
export function mappingOf(event: GraphEvent, { from }: MappingOptions): Mapped<GraphMapping> | undefined {
  const recurrence = recurrenceOf(event);
  if (recurrence === undefined) return undefined;
  const kept = ruleSchema.safeParse(parseJson(valuesOf(event).get(extendedKey(extended.rule))));
  if (!kept.success) return fromGraph(recurrence, { from });
  const { rule, corrected } = kept.data;
  const remembered = {
    rule: { ...rule, until: undefined },
    ...(corrected === undefined ? {} : { corrected }),
  };
  return fromGraph(recurrence, { from, remembered });
}

/** What a series' occurrences are in Graph, by the dates on which its rule has them there. */
export interface Occurrences {
  readonly cancelled: ReadonlySet<string>;
  readonly changed: ReadonlyMap<string, GraphInstance>;
  /** Those that are events of their own. */
  readonly apart: ReadonlyMap<string, GraphInstance>;
}

export function occurrencesIn(event: GraphEvent, mailboxZone: string): Occurrences {
  const { clock } = zoneOf(event, valuesOf(event), mailboxZone);
  // The id before the date may itself have dots.
  const cancelled = (event.cancelledOccurrences ?? []).map((id) => id.slice(id.lastIndexOf('.') + 1));
  const changed = (event.exceptionOccurrences ?? []).flatMap((instance): [string, GraphInstance][] =>
    typeof instance.originalStart === 'string' ? [[dateIn(instance.originalStart, clock), instance]] : [],
  );
  const apart = new Map(Object.entries(event.apart ?? {}));
  return { cancelled: new Set(cancelled), changed: new Map(changed), apart };
}

/** The fields of exceptions that persons made; those that the mapping takes are in the record already. */
function exceptionFields(
  event: GraphEvent,
  fields: Fields,
  mapping: GraphMapping,
  options: MappingOptions,
): Fields {
  const { cancelled, changed, apart } = occurrencesIn(event, options.mailboxZone);
  const exceptions: Record<FieldKey, FieldValue> = {};
  for (const { record, other, real } of mapping.moved)
    // Put right in Graph once, but no longer: it takes place where Graph's rule has it.
    if (real === record && !changed.has(other) && !apart.has(other))
      exceptions[exceptionKey(record)] = occurrenceOn(fields, other);
  for (const [other, instance] of changed) {
    const date = recordDateOf(mapping, other);
    if (date === undefined) continue;
    const occurrence = instanceFields(instance, event, options);
    if (!sameOccurrence(occurrence, occurrenceOn(fields, date))) exceptions[exceptionKey(date)] = occurrence;
  }
  for (const other of cancelled) {
    const date = recordDateOf(mapping, other);
    const own = apart.get(other);
    if (date === undefined) continue;
    if (own === undefined) exceptions[exceptionKey(date)] = DELETED;
    else {
      const occurrence = instanceFields(own, undefined, options);
      if (!sameOccurrence(occurrence, occurrenceOn(fields, date)))
        exceptions[exceptionKey(date)] = occurrence;
    }
  }
  return exceptions;
}

/** Whether two occurrences have the same contents. */
export const sameOccurrence = (a: Fields, b: Fields): boolean =>
  calendar.canonicalText(a) === calendar.canonicalText(b);
