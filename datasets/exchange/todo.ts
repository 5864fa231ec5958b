/** Tasks as VTODOs and back (spec: datasets 10.3). Pure. */
import type { Fields } from '../record/fields.ts';
import { textOf } from '../record/keys.ts';
import { tasks } from '../tasks/index.ts';
import { propertiesOf, type Component } from './components.ts';
import { contentLine, type Property } from './content-lines.ts';
import { checked, type ImportedRecord } from './imported.ts';
import { lossList, type LoseNote } from './losses.ts';
import { momentLine, readMoment, UTC } from './moments.ts';
import {
  categoryLines,
  customFieldLines,
  extensionLine,
  firstText,
  listFields,
  textLine,
} from './shared-properties.ts';
import { headingLines, type Heading } from './to-events.ts';

/** Of nine in iCalendar, 1 the highest. */
const PRIORITIES = ['VeryHigh', 'High', 'Normal', 'Low', 'VeryLow'];

const STATUS = 'X-QDSYNC-STATUS';
/** What iCalendar calls IN-PROCESS, all three. */
const UNDER_WAY = ['InProgress', 'Waiting', 'Deferred'];

/** COMPLETED must have a time: noon, which is that date nearly everywhere. */
const NOON = '12:00:00';

/** The lines of a task. */
export function todoLines(fields: Fields, heading: Heading): string {
  const date = (name: string, key: string) => {
    const text = textOf(fields[key]);
    return text === '' ? '' : momentLine(name, { date: text, zone: '' });
  };
  const completed = textOf(fields.CompletedDate);
  const status = textOf(fields.Status) || 'NotStarted';
  const rank = PRIORITIES.indexOf(textOf(fields.Priority) || 'Normal');
  return [
    'BEGIN:VTODO\r\n',
    headingLines(heading),
    textLine('SUMMARY', textOf(fields.Description)),
    textLine('DESCRIPTION', textOf(fields.Notes)),
    contentLine('PRIORITY', String(2 * rank + 1)),
    contentLine('STATUS', foreignStatus(status)),
    UNDER_WAY.includes(status) ? extensionLine(STATUS, status) : '',
    date('DTSTART', 'StartedDate'),
    date('DUE', 'DueDate'),
    completed === '' ? '' : momentLine('COMPLETED', { date: completed, time: NOON, zone: UTC }),
    contentLine('PERCENT-COMPLETE', textOf(fields.PercentCompleted) || '0'),
    categoryLines(fields),
    customFieldLines(fields),
    'END:VTODO\r\n',
  ].join('');
}

function foreignStatus(status: string): string {
  if (status === 'Completed') return 'COMPLETED';
  return status === 'NotStarted' ? 'NEEDS-ACTION' : 'IN-PROCESS';
}

const READ = [
  ...['UID', 'DTSTAMP', 'CREATED', 'LAST-MODIFIED', 'SEQUENCE', 'CATEGORIES', 'X-QDSYNC-CF', STATUS],
  ...['SUMMARY', 'DESCRIPTION', 'PRIORITY', 'STATUS', 'DTSTART', 'DUE', 'COMPLETED', 'PERCENT-COMPLETE'],
];

export function fromTodo(component: Component): ImportedRecord {
  const properties = propertiesOf(component);
  const { lose, all } = lossList();
  for (const name of properties.keys()) if (!READ.includes(name)) lose('D-5', name);
  for (const { name } of component.components) lose('D-5', name);
  const percent = firstText(properties, 'PERCENT-COMPLETE').trim();
  const [completed] = properties.get('COMPLETED') ?? [];
  const status = statusOf(properties, percent, lose);
  const started = dateOf(properties.get('DTSTART')?.[0], 'D-3', lose);
  // A plan only: the device would make it one that is under way.
  if (started !== '' && status === 'NotStarted') lose('D-5', 'DTSTART');
  const fields = {
    Description: firstText(properties, 'SUMMARY'),
    Notes: firstText(properties, 'DESCRIPTION'),
    Priority: priorityOf(firstText(properties, 'PRIORITY').trim(), lose),
    Status: status === 'NotStarted' ? '' : status,
    StartedDate: started,
    DueDate: dateOf(properties.get('DUE')?.[0], 'D-3', lose),
    CompletedDate: dateOf(completed, 'D-4', lose),
    PercentCompleted:
      /^\d{1,3}$/.test(percent) && Number(percent) > 0 ? String(Math.min(100, Number(percent))) : '',
    ...listFields(properties),
  };
  const filled = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''));
  const kept = checked(tasks, filled, (key) => lose('D-5', key));
  return { id: firstText(properties, 'UID'), line: component.line, fields: kept, losses: all() };
}

function statusOf(
  properties: ReadonlyMap<string, readonly Property[]>,
  percent: string,
  lose: LoseNote,
): string {
  const own = firstText(properties, STATUS);
  switch (firstText(properties, 'STATUS').trim().toUpperCase()) {
    case 'COMPLETED':
      return 'Completed';
    case 'CANCELLED':
      lose('D-2', 'STATUS');
      return 'Deferred';
    case 'IN-PROCESS':
      return UNDER_WAY.includes(own) ? own : 'InProgress';
    case 'NEEDS-ACTION':
      return 'NotStarted';
    default:
      // It need not say; a completion or a percentage tells as well.
      if (properties.has('COMPLETED') || percent === '100') return 'Completed';
      return Number(percent) > 0 ? 'InProgress' : 'NotStarted';
  }
}

/** Empty for the normal one, and where there is none. */
function priorityOf(text: string, lose: LoseNote): string {
  if (text === '') return '';
  const rank = /^[0-9]$/.test(text) ? Number(text) : undefined;
  if (rank === undefined || rank % 2 === 0) lose('D-1', `PRIORITY:${text.slice(0, 20)}`);
  if (rank === undefined || rank === 0 || rank === 5) return '';
  // 1 and 2, 3 and 4, 6 and 7, 8 and 9.
  return (rank < 5 ? PRIORITIES[Math.ceil(rank / 2) - 1] : PRIORITIES[Math.floor(rank / 2)]) ?? '';
}

/** The date by the digits of a moment, whatever its zone; empty where there is none. */
function dateOf(property: Property | undefined, code: 'D-3' | 'D-4', lose: LoseNote): string {
  if (property === undefined) return '';
  const moment = readMoment(property.value, property, () => undefined)?.moment;
  const isExpected =
    code === 'D-4' ? moment?.time === NOON : moment !== undefined && moment.time === undefined;
  if (!isExpected) lose(code, property.name);
  return moment?.date ?? '';
}
