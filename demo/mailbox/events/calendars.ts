import { addressOf } from '../account/address.ts';
import type { Backend } from '../backend.ts';
import { asMember, asString } from '../items/edm.ts';
import { nextLink, readPage } from '../items/pages.ts';
import { graphBase, json, noContent, type Answer } from '../protocol/answer.ts';
import { badBody, GraphFault } from '../protocol/fault.ts';
import { checkOptions, readSelect } from '../protocol/options.ts';
import { readJsonObject } from '../protocol/request.ts';
import type { Call } from '../router.ts';
import { changeKey } from '../store/ids.ts';
import type { FolderRow, MailboxInfo } from '../store/mailboxes.ts';
import { calendarOf } from './lookup.ts';
import { removeEvent } from './write.ts';

/** Calendars themselves (spec: graph 3.1). */

const colors = [
  ...(['auto', 'lightBlue', 'lightGreen', 'lightOrange', 'lightGray', 'lightYellow'] as const),
  ...(['lightTeal', 'lightPink', 'lightBrown', 'lightRed', 'maxColor'] as const),
];

/** What only calendars have. */
export interface CalendarDetails {
  readonly color?: (typeof colors)[number];
  readonly canEdit?: boolean;
}

export function listCalendars(backend: Backend, call: Call): Answer {
  checkOptions(call.request, ['$top', '$skip', '$select']);
  const select = selectOf(call);
  const wish = readPage(backend, call);
  const rows = backend.mailboxes.ofKind(call.mailbox, 'calendar').slice(wish.skip, wish.skip + wish.size + 1);
  return json(200, {
    '@odata.context': context(call.mailbox),
    ...nextLink(call, wish, rows.length),
    value: rows.slice(0, wish.size).map((calendar) => render(call.mailbox, calendar, select)),
  });
}

export function getCalendar(backend: Backend, call: Call): Answer {
  checkOptions(call.request, ['$select']);
  return entity(200, call, calendarOf(backend, call));
}

export function postCalendar(backend: Backend, call: Call): Answer {
  const { name, details } = readBody(call);
  if (name === undefined) throw badBody("The property 'name' is missing.");
  checkFree(backend, call.mailbox, name);
  const { mailbox } = call;
  return entity(201, call, backend.mailboxes.addFolder(mailbox, mailbox.root, name, 'calendar', { details }));
}

export function patchCalendar(backend: Backend, call: Call): Answer {
  const calendar = calendarOf(backend, call);
  const { name, details } = readBody(call);
  if (name !== undefined && name !== calendar.name) checkFree(backend, call.mailbox, name);
  const before = JSON.parse(calendar.details) as CalendarDetails;
  const change = { ...(name === undefined ? {} : { name }), details: { ...before, ...details } };
  return entity(200, call, backend.mailboxes.changeFolder(calendar, change));
}

export function deleteCalendar(backend: Backend, call: Call): Answer {
  const calendar = calendarOf(backend, call);
  if (calendar.role === 'default') {
    throw new GraphFault(400, 'ErrorDeleteDistinguishedFolder', 'Distinguished folders cannot be deleted.');
  }
  backend.db.transaction(() => {
    for (const row of backend.events.page(calendar.id, -1, 0)) removeEvent(backend, call.mailbox, row, 'api');
    backend.mailboxes.removeFolder(calendar);
  });
  return noContent();
}

function readBody(call: Call): { readonly name: string | undefined; readonly details: CalendarDetails } {
  const { name, color, ...others } = readJsonObject(call.request);
  const [unknown] = Object.keys(others).filter((key) => !key.includes('@'));
  if (unknown !== undefined) {
    throw badBody(`The property '${unknown}' cannot be set on type 'microsoft.graph.calendar'.`);
  }
  return {
    name: name === undefined ? undefined : asString('name', name),
    details: color === undefined ? {} : { color: asMember('color', color, colors, 'calendarColor') },
  };
}

function checkFree(backend: Backend, mailbox: MailboxInfo, name: string): void {
  if (!backend.mailboxes.ofKind(mailbox, 'calendar').some((calendar) => calendar.name === name)) return;
  throw new GraphFault(409, 'ErrorFolderExists', 'A folder with the specified name already exists.');
}

function context(mailbox: MailboxInfo): string {
  return `${graphBase}/$metadata#users('${mailbox.objectId}')/calendars`;
}

function entity(status: number, call: Call, calendar: FolderRow): Answer {
  return json(status, {
    '@odata.context': `${context(call.mailbox)}/$entity`,
    ...render(call.mailbox, calendar, selectOf(call)),
  });
}

function selectOf({ request, mailbox }: Call): ReadonlySet<string> | undefined {
  const example = { id: 0, mailbox: 0, parent: 0, name: '', kind: 'calendar', role: 'other' } as const;
  const known = render(mailbox, { ...example, details: '{}', touched: 0 }, undefined);
  return readSelect(
    request.query.get('$select'),
    (name) => Object.hasOwn(known, name),
    'microsoft.graph.calendar',
  );
}

function render(
  mailbox: MailboxInfo,
  { id, name, role, details, touched }: FolderRow,
  select: ReadonlySet<string> | undefined,
): Record<string, unknown> {
  const { color = 'auto', canEdit = true } = JSON.parse(details) as CalendarDetails;
  const entity = {
    id: mailbox.ids.folder(id),
    name,
    color,
    hexColor: '',
    isDefaultCalendar: role === 'default',
    changeKey: changeKey(touched),
    canShare: canEdit,
    canViewPrivateItems: true,
    canEdit,
    allowedOnlineMeetingProviders: ['teamsForBusiness'],
    defaultOnlineMeetingProvider: 'teamsForBusiness',
    isTallyingResponses: role === 'default',
    isRemovable: role !== 'default',
    owner: { name: mailbox.user, address: addressOf(mailbox.user) },
  };
  if (select === undefined) return entity;
  return Object.fromEntries(Object.entries(entity).filter(([key]) => key === 'id' || select.has(key)));
}
