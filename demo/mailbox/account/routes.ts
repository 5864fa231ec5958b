import type { Backend } from '../backend.ts';
import { graphBase, json, type Answer } from '../protocol/answer.ts';
import { badBody } from '../protocol/fault.ts';
import { readJsonObject } from '../protocol/request.ts';
import type { Call, Route } from '../router.ts';
import type { MailboxInfo } from '../store/mailboxes.ts';
import { addressOf } from './address.ts';

/** The signed-in user, the mailbox's settings, and ids from one form to the other (spec: graph 7, 8, 12.16). */
export function accountRoutes(backend: Backend): Route[] {
  const settings = ['MailboxSettings.Read', 'MailboxSettings.ReadWrite'];
  const user = ['User.Read', 'User.ReadWrite'];
  const items = ['Contacts.Read', 'Contacts.ReadWrite', 'User.Read'];
  return [
    { method: 'GET', path: '/', scopes: user, handle: ({ mailbox }) => json(200, me(mailbox)) },
    {
      method: 'GET',
      path: '/mailboxSettings',
      scopes: settings,
      handle: ({ mailbox }) => json(200, mailboxSettings(mailbox)),
    },
    {
      method: 'GET',
      path: '/mailboxSettings/timeZone',
      scopes: settings,
      handle: ({ mailbox }) => timeZone(mailbox),
    },
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

function mailboxSettings(mailbox: MailboxInfo): Record<string, unknown> {
  return {
    '@odata.context': `${graphBase}/$metadata#users('${mailbox.objectId}')/mailboxSettings`,
    timeZone: 'W. Europe Standard Time',
    dateFormat: 'dd.MM.yyyy',
    timeFormat: 'HH:mm',
    userPurpose: 'user',
    language: { locale: 'de-DE', displayName: 'German (Germany)' },
    workingHours: {
      daysOfWeek: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'],
      startTime: '08:00:00.0000000',
      endTime: '17:00:00.0000000',
      timeZone: { name: 'W. Europe Standard Time' },
    },
  };
}

function timeZone(mailbox: MailboxInfo): Answer {
  return json(200, {
    '@odata.context': `${graphBase}/$metadata#users('${mailbox.objectId}')/mailboxSettings/timeZone`,
    value: mailboxSettings(mailbox).timeZone,
  });
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
  const row = typeof id === 'string' ? undefined : backend.contacts.get(mailbox, id.item);
  if (row === undefined) {
    return { sourceId, errorDetails: { code: 'ErrorInvalidIdMalformed', message: 'Id is malformed.' } };
  }
  return {
    sourceId,
    targetId: target === 'plain' ? mailbox.ids.plain(row.id, row.place) : mailbox.ids.immutable(row.id),
  };
}
