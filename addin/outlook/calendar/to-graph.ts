/** Record → body of a Graph POST or PATCH. Pure: only mapped and changed properties are named (spec: datasets 9.2). */
import {
  DELETED,
  exceptionsOf,
  fromGraph,
  isAllDay,
  loss,
  renewed,
  ruleOf,
  sameOccurrences,
  toGraph,
  whenOn,
  type GraphMapping,
  type Loss,
  type RecurrenceRule,
} from '../../../datasets/calendar/index.ts';
import { calendar, type FieldKey, type Fields } from '../../../datasets/index.ts';
import { extendedKey, type ExtendedProperty, type ExtendedValues } from '../items/extended.ts';
import { isFormatted } from '../items/html-text.ts';
import { categoryList, crlf, customFieldsJson, textOf, touches } from '../items/values.ts';
import { alarmBody } from './alarms.ts';
import { instanceFields, mappingOf, notesOf, rememberedRule, type MappingOptions } from './from-graph.ts';
import { valuesOf, type GraphEvent, type GraphInstance } from './graph-event.ts';
import { extended } from './properties.ts';
import { graphZoneFor, timeBody, writtenZoneText } from './times.ts';
import { graphZoneOf, sameGraphZone } from './zones.ts';
import { writableRecurrence } from './writable-recurrence.ts';

/** A body; `singleValueExtendedProperties` is left out when empty. */
export type EventBody = Readonly<Record<string, unknown>> & {
  readonly singleValueExtendedProperties?: readonly ExtendedProperty[];
};

export interface Plan {
  readonly body: EventBody;
  /** How the series stands on both sides afterwards; undefined: it does not repeat. */
  readonly mapping: GraphMapping | undefined;
  readonly losses: readonly Loss[];
  /** The text is not written to an online meeting, whose join block is in it. */
  readonly notesKept: boolean;
  /** A place goes of which Outlook knows more than its name. */
  readonly placeLost: boolean;
  /** A text takes the place of one that somebody has formatted. */
  readonly formatLost: boolean;
}

/** Collects a body. */
class Draft {
  readonly properties: Record<string, unknown> = {};
  readonly #extended = new Map<string, string>();

  extend(id: string, value: string): void {
    this.#extended.set(id, value);
  }

  body(): EventBody {
    if (this.#extended.size === 0) return this.properties;
    const values = [...this.#extended].map(([id, value]) => ({ id, value }));
    return { ...this.properties, singleValueExtendedProperties: values };
  }
}

/** What makes a create happen once: the service's own way, and a key that finds the event when the answer is lost. */
export interface CreateKeys {
  readonly transactionId: string;
  readonly createKey?: string;
}

/** The POST of a new event. */
export function planCreate(
  fields: Fields,
  { transactionId, createKey }: CreateKeys,
  options: MappingOptions,
): Plan {
  const draft = new Draft();
  draft.properties.transactionId = transactionId;
  draft.properties.showAs = isAllDay(fields.When) ? 'free' : 'busy';
  if (createKey !== undefined) draft.extend(extended.createKey, createKey);
  const keys = new Set([...Object.keys(fields), 'Alarm', 'When']);
  writeContents(draft, fields, keys, undefined, new Map());
  const mapping = writeTimes(draft, fields, undefined, options);
  return {
    body: draft.body(),
    mapping,
    losses: [...zoneLosses(fields, options), ...(mapping?.losses ?? [])],
    notesKept: false,
    placeLost: false,
    formatLost: false,
  };
}

/**
 * The PATCH that brings the changed fields of an event to the values in `fields`, the exceptions of a series left out.
 * `current`: the event as it was just read.
 */
export function planUpdate(
  fields: Fields,
  changed: readonly FieldKey[],
  current: GraphEvent,
  options: MappingOptions,
): Plan {
  const draft = new Draft();
  const keys = new Set(changed);
  const values = valuesOf(current);
  writeContents(draft, fields, keys, current, values);
  if (touches(keys, 'Categories')) draft.properties.categories = categoryList(fields, current.categories);
  const timed = movesSeries(changed);
  const mapped = timed ? undefined : mappingOf(current, options);
  const known = mapped?.ok === true ? mapped.mapping : undefined;
  const held = known && renewed(known, options.from);
  const mapping = timed ? writeTimes(draft, fields, current, options) : held;
  const reachesOn = held !== undefined && held !== known;
  if (reachesOn) rememberRule(draft, held.rule, held, values, options);
  return {
    body: draft.body(),
    mapping,
    losses: [
      ...(timed ? zoneLosses(fields, options) : []),
      ...(timed || reachesOn ? (mapping?.losses ?? []) : []),
    ],
    notesKept: keys.has('Notes') && current.isOnlineMeeting === true,
    placeLost: 'location' in draft.properties && isKnownPlace(current),
    formatLost: 'body' in draft.properties && isFormatted(current.bodyHtml ?? ''),
  };
}

/** Whether the place is more than a text: PATCHing it replaces all of it (spec: datasets 9.2 E1). */
function isKnownPlace({ location }: GraphEvent): boolean {
  const details = [location?.address, location?.coordinates].flatMap((detail): unknown[] =>
    typeof detail === 'object' && detail !== null ? Object.values(detail) : [],
  );
  const texts = [location?.locationUri, location?.locationEmailAddress, ...details];
  return texts.some((value) => value !== null && value !== undefined && value !== '');
}

const timeKeys: ReadonlySet<FieldKey> = new Set(['When', 'TimeZone', 'Repeat', 'Repeat@Until']);

/** Whether a change names when a series is, over which its exceptions may go. */
export const movesSeries = (changed: readonly FieldKey[]): boolean =>
  changed.some((key) => timeKeys.has(key));

/** What a person may change of a meeting without anybody being told: reminder and categories (spec: graph 3.9). */
export function planPersonal(fields: Fields, changed: readonly FieldKey[], current: GraphEvent): EventBody {
  const keys = new Set(changed);
  const alarm = keys.has('Alarm') ? alarmBody(fields.Alarm, new Map()).properties : {};
  return touches(keys, 'Categories')
    ? { ...alarm, categories: categoryList(fields, current.categories) }
    : alarm;
}

export interface InstancePlan {
  readonly body: EventBody;
  readonly losses: readonly Loss[];
}

/** The PATCH that makes one occurrence of a series what a record says; undefined: nothing differs. */
export function planInstance(
  wanted: Fields,
  instance: GraphInstance,
  /** Undefined: of an event that is apart from its series. */
  series: GraphEvent | undefined,
  options: MappingOptions,
): InstancePlan {
  const shown = calendar.canonical(instanceFields(instance, series, options));
  const target = calendar.canonical(wanted);
  const keys = [...new Set([...Object.keys(shown), ...Object.keys(target)])];
  const differing = new Set(keys.filter((key) => !calendar.sameValue(key, shown[key], target[key])));
  const draft = new Draft();
  writeContents(draft, wanted, differing, instance, valuesOf(instance, series));
  if (differing.has('When') || differing.has('TimeZone'))
    writeStart(draft, wanted, instance.originalStartTimeZone, valuesOf(instance, series), options);
  return {
    body: draft.body(),
    losses: touches(differing, 'Categories') ? [loss('L-R5')] : [],
  };
}

/** Texts, alarm and custom fields; an extended property is only written where it says something new. */
function writeContents(
  draft: Draft,
  fields: Fields,
  keys: ReadonlySet<FieldKey>,
  current: GraphInstance | undefined,
  values: ExtendedValues,
): void {
  const { properties } = draft;
  const text = (key: FieldKey): string => textOf(fields[key]);
  if (keys.has('Description')) properties.subject = text('Description');
  if (keys.has('Location') && text('Location') !== (current?.location?.displayName ?? ''))
    properties.location = { displayName: text('Location') };
  if (keys.has('Notes') && current?.isOnlineMeeting !== true && !hasNotes(current, text('Notes')))
    properties.body = { contentType: 'text', content: crlf(text('Notes')) };
  if (keys.has('Alarm')) {
    const alarm = alarmBody(fields.Alarm, values);
    Object.assign(properties, alarm.properties);
    for (const [id, value] of alarm.extended) draft.extend(id, value);
  }
  if (current === undefined) properties.categories = categoryList(fields, undefined);
  if (touches(keys, 'CustomFields')) {
    const json = customFieldsJson(fields) || NO_FIELDS;
    if (json !== NO_FIELDS || values.has(extendedKey(extended.customFields)))
      draft.extend(extended.customFields, json);
  }
}

/** Not an empty text, which an occurrence would take for the series' custom fields. */
const NO_FIELDS = '{}';

/** A text that the body has already stays untouched, and its formatting with it (spec: datasets 9.2 E5). */
const hasNotes = (current: GraphInstance | undefined, text: string): boolean =>
  current !== undefined && calendar.sameValue('Notes', notesOf(current), text);

/** Start, end and recurrence of an event; the series keeps Graph's own recurrence where that says the same. */
function writeTimes(
  draft: Draft,
  fields: Fields,
  current: GraphEvent | undefined,
  options: MappingOptions,
): GraphMapping | undefined {
  const rule = ruleOf(fields);
  const values = current === undefined ? new Map<string, string>() : valuesOf(current);
  if (rule === undefined) {
    if (current?.recurrence) draft.properties.recurrence = null;
    if (values.has(extendedKey(extended.apart))) draft.extend(extended.apart, '');
    if (values.has(extendedKey(extended.rule))) draft.extend(extended.rule, '');
    writeStart(draft, fields, current?.originalStartTimeZone, values, options);
    return undefined;
  }
  const mapping = seriesMapping(fields, rule, current, options);
  const { recurrence } = mapping;
  const { startDate } = recurrence.range;
  const When = whenOn(fields.When, startDate);
  // The zone of a series is that of its recurrence, which is written with it.
  writeStart(draft, When === undefined ? fields : { ...fields, When }, undefined, values, options);
  const zone = graphZoneFor(fields, options.mailboxZone);
  draft.properties.recurrence = writableRecurrence(recurrence, zone);
  rememberRule(draft, rule, mapping, values, options);
  return mapping;
}

function seriesMapping(
  fields: Fields,
  rule: RecurrenceRule,
  current: GraphEvent | undefined,
  options: MappingOptions,
): GraphMapping {
  const deleted = exceptionsOf(fields).flatMap(([date, value]) => (value === DELETED ? [date] : []));
  const held = current === undefined ? undefined : mappingOf(current, options);
  if (held?.ok === true && sameOccurrences(held.mapping.rule, rule)) {
    const { deletedInRecord } = held.mapping;
    if (deletedInRecord.every((date) => deleted.includes(date))) return renewed(held.mapping, options.from);
  }
  return toGraph(rule, { from: options.from, deleted });
}

/** What the item has to remember of the rule: nothing where the recurrence says it all. */
function rememberRule(
  draft: Draft,
  rule: RecurrenceRule,
  mapping: GraphMapping,
  values: ExtendedValues,
  { from }: MappingOptions,
): void {
  const back = fromGraph(mapping.recurrence, { from });
  // Where the device is the one that cannot say it, Outlook's own recurrence is the fuller one.
  const isPlain = mapping.losses.length === 0 || (back.ok && back.mapping.losses.length > 0);
  const saysAll = isPlain && back.ok && sameOccurrences(back.mapping.rule, rule);
  const text = saysAll ? '' : rememberedRule({ ...mapping, rule });
  if (text !== (values.get(extendedKey(extended.rule)) ?? '')) draft.extend(extended.rule, text);
}

/** `shown`: the zone that Outlook shows the event in now. */
function writeStart(
  draft: Draft,
  fields: Fields,
  shown: string | null | undefined,
  values: ExtendedValues,
  options: MappingOptions,
): void {
  const times = timeBody(fields, options.mailboxZone);
  if (times === undefined) return;
  Object.assign(draft.properties, times);
  if (times.isAllDay) return;
  const zone = textOf(fields.TimeZone).trim();
  const floats = zone === '';
  if (floats !== (values.get(extendedKey(extended.floating)) === '1'))
    draft.extend(extended.floating, floats ? '1' : '0');
  if (!floats && zone !== values.get(extendedKey(extended.zone))) draft.extend(extended.zone, zone);
  const written = writtenZoneText(shown, times.start.timeZone);
  if (written !== (values.get(extendedKey(extended.writtenZone)) ?? ''))
    draft.extend(extended.writtenZone, written);
}

/** A zone that Windows has no name for (spec: datasets 8.6 L-R6). */
function zoneLosses(fields: Fields, { mailboxZone }: MappingOptions): readonly Loss[] {
  const zone = textOf(fields.TimeZone).trim();
  if (zone === '' || isAllDay(fields.When)) return [];
  const known = graphZoneOf(zone, mailboxZone);
  return known.exact || sameGraphZone(known.name, zone) ? [] : [loss('L-R6')];
}
