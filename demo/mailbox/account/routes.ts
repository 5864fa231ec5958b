import type { Backend } from '../backend.ts';
import { graphBase, json, type Answer } from '../protocol/answer.ts';
import { badBody } from '../protocol/fault.ts';
import { readJsonObject } from '../protocol/request.ts';
import type { Call, Route } from '../router.ts';
import type { ItemRow } from '../store/items.ts';
import type { MailboxInfo } from '../store/mailboxes.ts';
import { addressOf } from './address.ts';
import { categoryRoutes } from './categories.ts';
import { settingsRoutes } from './settings.ts';

/** The signed-in user, the mailbox's settings, and ids from one form to the other (spec: graph 7, 8, 12.16). */
export function accountRoutes(backend: Backend): Route[] {
  const user = ['User.Read', 'User.ReadWrite'];
  const items = [
    ...['Contacts.Read', 'Contacts.ReadWrite'],
    ...['Calendars.Read', 'Calendars.ReadWrite'],
    'User.Read',
  ];
  return [
    ...categoryRoutes(backend),
    ...settingsRoutes(backend),
    { method: 'GET', path: '/', scopes: user, handle: ({ mailbox }) => json(200, me(mailbox)) },
    {
      method: 'POST',
      path: '/translateExchangeIds',
      scopes: items,
      handle: (call) => translateIds(backend, call),
    },
  ];
}

function me(mailbox: MailboxInfo): Record<string, unknown> {
  return {
    '@odata.context': `${graphBase}/$metadata#users/$entity`,
    businessPhones: [],
    displayName: mailbox.user,
    givenName: null,
    jobTitle: null,
    mail: addressOf(mailbox.user),
    mobilePhone: null,
    officeLocation: null,
    preferredLanguage: null,
    surname: null,
    userPrincipalName: addressOf(mailbox.user),
    id: mailbox.objectId,
  };
}

const translations = { restId: 'plain', restImmutableEntryId: 'immutable' } as const;

function translateIds(backend: Backend, call: Call): Answer {
  const { inputIds, targetIdType } = readJsonObject(call.request);
  if (!Array.isArray(inputIds) || inputIds.length > 1000 || !inputIds.every((id) => typeof id === 'string')) {
    throw badBody("'inputIds' is not a collection of at most 1000 ids.");
  }
  if (targetIdType !== 'restId' && targetIdType !== 'restImmutableEntryId') {
    throw badBody(`The target id type '${String(targetIdType)}' is not supported.`);
  }
  return json(200, {
    '@odata.context': `${graphBase}/$metadata#Collection(microsoft.graph.convertIdResult)`,
    value: inputIds.map((sourceId: string) =>
      translateId(backend, call.mailbox, sourceId, translations[targetIdType]),
    ),
  });
}

function translateId(
  backend: Backend,
  mailbox: MailboxInfo,
  sourceId: string,
  target: 'plain' | 'immutable',
): Record<string, unknown> {
  const id = mailbox.ids.readItem(sourceId);
  const row =
    typeof id === 'string'
      ? undefined
      : (backend.contacts.get(mailbox, id.item) ?? backend.events.get(mailbox, id.item));
  if (typeof id === 'string' || row === undefined) {
    return { sourceId, errorDetails: { code: 'ErrorInvalidIdMalformed', message: 'Id is malformed.' } };
  }
  return { sourceId, targetId: targetId(mailbox, row, id.date, target) };
}

function targetId(
  { ids }: MailboxInfo,
  { id, place }: ItemRow,
  date: string | undefined,
  target: 'plain' | 'immutable',
): string {
  if (target === 'plain')
    return date === undefined ? ids.plain(id, place) : ids.plainOccurrence(id, place, date);
  return date === undefined ? ids.immutable(id) : ids.immutableOccurrence(id, date);
}
