/** Appointments and tasks as one iCalendar text (RFC 5545; spec: datasets 10.2, 10.3), and back. Pure. */
import { exceptionsOf } from '../calendar/index.ts';
import { endDateOf } from '../calendar/when.ts';
import { canonicalZone, isKnownZone } from '../calendar/zones/index.ts';
import { localTimeOf } from '../calendar/days.ts';
import type { Fields } from '../record/fields.ts';
import { isGroup, textOf } from '../record/keys.ts';
import { readComponents, type Component, type ExchangeProblem } from './components.ts';
import { fromEvents } from './from-events.ts';
import type { Imported, ImportedRecord } from './imported.ts';
import { lossList, type ExchangeLoss } from './losses.ts';
import { momentOf, UTC, zoneNames, type Moment } from './moments.ts';
import { eventLines, startOf } from './to-events.ts';
import { fromTodo, todoLines } from './todo.ts';
import { unescaped } from './texts.ts';
import { vtimezone } from './vtimezone.ts';

export type CalendarDataset = 'calendar' | 'tasks';

/** A record and the id by which other programs shall know it. */
export interface ExchangeRecord {
  readonly id: string;
  readonly fields: Fields;
}

export interface WrittenCalendar {
  /** One VCALENDAR, its lines ended by CRLF. */
  readonly text: string;
  readonly losses: readonly { readonly id: string; readonly losses: readonly ExchangeLoss[] }[];
  /** Ids of appointments without a time, which cannot be written. */
  readonly left: readonly string[];
}

export interface WriteCalendarOptions {
  /** When the text is made, in milliseconds since 1970; it is said of each record. */
  readonly now?: number;
}

/** All records in one text; those of appointments with the definitions of their zones. */
export function toICalendar(
  dataset: CalendarDataset,
  records: Iterable<ExchangeRecord>,
  { now = 0 }: WriteCalendarOptions = {},
): WrittenCalendar {
  const local = localTimeOf(now);
  const stamp = momentOf(local.slice(0, 10), local, UTC);
  const body: string[] = [];
  const losses: { id: string; losses: ExchangeLoss[] }[] = [];
  const left: string[] = [];
  const zones: ZoneSpans = new Map();
  for (const { id, fields } of records) {
    const heading = { id, stamp };
    const lines = dataset === 'tasks' ? todoLines(fields, heading) : eventLines(fields, heading);
    if (lines === undefined) {
      left.push(id);
      continue;
    }
    body.push(lines);
    if (dataset === 'calendar' && !noteZones(fields, zones)) {
      const { lose, all } = lossList();
      lose('L-R6', textOf(fields.TimeZone));
      losses.push({ id, losses: all() });
    }
  }
  const definitions = [...zones].map(([zone, { from, to }]) => vtimezone(zone, from, to));
  const head = 'BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//outlook-device-sync//qdsync//EN\r\n';
  return { text: [head, ...definitions, ...body, 'END:VCALENDAR\r\n'].join(''), losses, left };
}

type ZoneSpans = Map<string, { readonly from: string; readonly to: string }>;

/** Notes the zones of an appointment with the dates for which they are needed; false where one is unknown. */
function noteZones(fields: Fields, zones: ZoneSpans): boolean {
  const replaced = exceptionsOf(fields).flatMap(([, value]) => (isGroup(value) ? [value] : []));
  return [fields, ...replaced].map((each) => noteZone(each, zones)).every((known) => known);
}

function noteZone(fields: Fields, zones: ZoneSpans): boolean {
  const start: Moment | undefined = startOf(fields);
  if (start === undefined || start.zone === '' || canonicalZone(start.zone) === UTC) return true;
  if (!isKnownZone(start.zone)) return false;
  const last = textOf(fields['Repeat@Until']) || (endDateOf(fields.When) ?? start.date);
  const { from, to } = zones.get(start.zone) ?? { from: start.date, to: last };
  zones.set(start.zone, { from: start.date < from ? start.date : from, to: last > to ? last : to });
  return true;
}

export interface ReadCalendarOptions {
  /** Date, `YYYY-MM-DD`, from which recurrences that devices cannot say are approximated for five years. */
  readonly from?: string;
}

const EVENT = 'VEVENT';
const TODO = 'VTODO';
const ZONE = 'VTIMEZONE';

/** The records of a text, in their order; what cannot be read is a problem of its own. */
export function fromICalendar(
  dataset: CalendarDataset,
  text: string,
  { from }: ReadCalendarOptions = {},
): Imported {
  const wanted = dataset === 'tasks' ? TODO : EVENT;
  const found: Component[] = [];
  const problems: ExchangeProblem[] = [];
  const locations = new Map<string, string>();
  for (const outcome of readComponents(text, [EVENT, TODO, ZONE])) {
    if (!outcome.ok) problems.push(outcome.problem);
    else if (outcome.component.name === ZONE) noteLocation(outcome.component, locations);
    else if (outcome.component.name === wanted) found.push(outcome.component);
    else {
      const { line, name } = outcome.component;
      problems.push({ line, reason: 'unsupported', detail: name });
    }
  }
  if (dataset === 'tasks') return { records: found.map(fromTodo), problems };
  const reading = { zones: zoneNames(locations), from };
  const records: ImportedRecord[] = [];
  for (const components of byUid(found)) {
    const read = fromEvents(components, reading);
    records.push(...read.records);
    problems.push(...read.problems);
  }
  return { records, problems: problems.sort((a, b) => a.line - b.line) };
}

function noteLocation({ properties }: Component, locations: Map<string, string>): void {
  const valueOf = (name: string) => properties.find((property) => property.name === name)?.value ?? '';
  locations.set(unescaped(valueOf('TZID')), unescaped(valueOf('X-LIC-LOCATION')).trim());
}

/** Events that belong together, in the order of their first ones; one without a UID is alone. */
function byUid(events: readonly Component[]): Component[][] {
  const groups = new Map<string, Component[]>();
  for (const event of events) {
    const uid = event.properties.find(({ name }) => name === 'UID')?.value ?? '';
    const key = uid === '' ? `line ${event.line}` : `uid ${uid}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [event]);
    else group.push(event);
  }
  return [...groups.values()];
}
