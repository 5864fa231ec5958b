import { randomUUID } from 'node:crypto';
import { readBody } from '../events/values.ts';
import { checkZone } from '../events/body.ts';
import { asBoolean, asList, asMember, asObject, asString } from '../items/edm.ts';
import { readOpenExtensions, type OpenExtension } from '../items/open-extensions.ts';
import { badBody, GraphFault } from '../protocol/fault.ts';
import { isObject } from '../protocol/request.ts';
import { readRecurrence } from '../recurrence/read.ts';
import type { Recurrence } from '../recurrence/recurrence.ts';
import type { Writer } from '../store/items.ts';
import type { Switches } from '../switches.ts';
import { readZonedTime, zonedTime, type ZonedTime } from '../time/zoned-time.ts';
import {
  importances,
  isAnyTaskProperty,
  isTaskProperty,
  statuses,
  type LinkedResource,
  type TaskProperty,
  type TaskView,
} from './properties.ts';

/** What a POST or PATCH of a task asks for, checked and brought to the form in which it is kept. */
export interface TaskChange {
  readonly properties: Partial<TaskView>;
  readonly extensions: readonly OpenExtension[];
  readonly linked: readonly LinkedResource[];
}

export interface TaskBodyContext {
  readonly switches: Switches;
  readonly writer: Writer;
  readonly method: 'POST' | 'PATCH';
}

/** Reads a body by the property table. Throws a GraphFault 400 that names the property. */
export function readTaskBody(body: Readonly<Record<string, unknown>>, context: TaskBodyContext): TaskChange {
  const properties: Partial<Record<TaskProperty, unknown>> = {};
  let extensions: readonly OpenExtension[] = [];
  let linked: readonly LinkedResource[] = [];
  for (const [name, value] of Object.entries(body)) {
    if (name.includes('@')) continue;
    if (isTaskProperty(name)) properties[name] = readProperty(name, value, context);
    else if (name === 'extensions' && context.method === 'POST') extensions = readOpenExtensions(value);
    else if (name === 'linkedResources' && context.method === 'POST')
      linked = asList(name, value).map(readLinkedResource);
    else if (isAnyTaskProperty(name)) refuseReadOnly(name, context.switches);
    else if (context.switches.unknownProperties === 'refused') {
      throw badBody(`The property '${name}' does not exist on type 'microsoft.graph.todoTask'.`);
    }
  }
  return { properties: properties as Partial<TaskView>, extensions, linked };
}

function refuseReadOnly(name: string, switches: Switches): void {
  if (switches.readOnlyProperties === 'ignored') return;
  throw new GraphFault(400, 'invalidRequest', `The property '${name}' is read-only and cannot be set.`);
}

function readProperty(name: TaskProperty, value: unknown, context: TaskBodyContext): unknown {
  switch (name) {
    case 'title':
      return value === null ? null : asString(name, value);
    case 'importance':
      return asMember(name, value, importances, 'importance');
    case 'status':
      return asMember(name, value, statuses, 'taskStatus');
    case 'isReminderOn':
      return asBoolean(name, value);
    case 'categories':
      return value === null ? [] : asList(name, value).map((entry) => asString(name, entry));
    case 'body':
      return value === null ? { contentType: 'text', content: '' } : readBody(name, value);
    case 'dueDateTime':
    case 'completedDateTime':
      return value === null ? null : dateOnly(readTime(name, value, context.switches), context);
    case 'reminderDateTime':
    case 'startDateTime':
      return value === null ? null : readTime(name, value, context.switches);
    case 'recurrence':
      return value === null ? null : readTaskRecurrence(value, context);
  }
}

function readTime(name: string, value: unknown, switches: Switches): ZonedTime {
  const time = readZonedTime(name, value);
  checkZone(time.zone, switches);
  return time;
}

/**
 * A program's due date loses its time of day; what a person's app writes is the app's own midnight, which need not be
 * one in UTC (spec: graph 4.4 line 1).
 */
function dateOnly(time: ZonedTime, { switches, writer }: TaskBodyContext): ZonedTime {
  if (writer === 'person') return time;
  const date = switches.dueDateCut === 'localDate' ? time.local : new Date(time.at).toISOString();
  return utcMidnight(date.slice(0, 10));
}

export function utcMidnight(date: string): ZonedTime {
  return zonedTime(`${date}T00:00:00`, 'UTC');
}

function readTaskRecurrence(value: unknown, { switches, writer, method }: TaskBodyContext): Recurrence {
  const refused = method === 'POST' ? switches.taskRecurrencePost : switches.taskRecurrencePatch;
  if (writer === 'api' && refused === 'refused') refuseRangeDates(value);
  return readRecurrence(value, {
    zone: 'UTC',
    dateIn: () => undefined,
    checkZone: (zone) => {
      checkZone(zone, switches);
    },
  });
}

/** The service cannot read the dates of a range here (spec: graph 4.4 line 4). */
function refuseRangeDates(value: unknown): void {
  const range = isObject(value) ? value.range : undefined;
  for (const name of ['startDate', 'endDate']) {
    const date = isObject(range) ? range[name] : undefined;
    if (typeof date !== 'string') continue;
    throw new GraphFault(
      400,
      'invalidRequest',
      `Invalid JSON, Error converting value "${date}" to type 'Microsoft.OData.Edm.Date'. Path 'recurrence.range.${name}'.`,
      {},
      'InvalidModel',
    );
  }
}

/** Reads a linked resource of a task; members that are not sent are null. */
export function readLinkedResource(value: unknown): LinkedResource {
  const name = 'linkedResources';
  const sent = asObject(name, value, ['id', 'webUrl', 'applicationName', 'displayName', 'externalId']);
  const text = (member: string): string | null => {
    const content = sent[member];
    return content === undefined || content === null ? null : asString(`${name}/${member}`, content);
  };
  return {
    id: randomUUID(),
    webUrl: text('webUrl'),
    applicationName: text('applicationName'),
    displayName: text('displayName'),
    externalId: text('externalId'),
  };
}
