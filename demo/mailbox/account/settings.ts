import type { Backend } from '../backend.ts';
import { checkZone } from '../events/body.ts';
import { asString } from '../items/edm.ts';
import { graphBase, json, type Answer } from '../protocol/answer.ts';
import { badBody, badUrl } from '../protocol/fault.ts';
import { readJsonObject } from '../protocol/request.ts';
import type { Call, Route } from '../router.ts';
import type { MailboxInfo } from '../store/mailboxes.ts';
import { windowsZoneNames, zoneTitle } from '../time/zones.ts';

const reads = ['MailboxSettings.Read', 'MailboxSettings.ReadWrite'];

/** The mailbox's settings, and the zones that its time zone can be (spec: graph 3.2, 12.16). */
export function settingsRoutes(backend: Backend): Route[] {
  const zoneReaders = ['User.Read', 'User.ReadWrite'];
  return [
    {
      method: 'GET',
      path: '/mailboxSettings',
      scopes: reads,
      handle: ({ mailbox }) => json(200, settings(backend, mailbox)),
    },
    {
      method: 'PATCH',
      path: '/mailboxSettings',
      scopes: ['MailboxSettings.ReadWrite'],
      handle: (call) => changeSettings(backend, call),
    },
    {
      method: 'GET',
      path: '/mailboxSettings/timeZone',
      scopes: reads,
      handle: ({ mailbox }) =>
        json(200, {
          '@odata.context': `${context(mailbox)}/timeZone`,
          value: backend.mailboxes.zone(mailbox),
        }),
    },
    {
      method: 'GET',
      path: '/outlook/supportedTimeZones',
      scopes: zoneReaders,
      handle: () => zones('windows'),
    },
    { method: 'GET', path: '/outlook/:function', scopes: zoneReaders, handle: zonesOfStandard },
  ];
}

function context(mailbox: MailboxInfo): string {
  return `${graphBase}/$metadata#users('${mailbox.objectId}')/mailboxSettings`;
}

function settings(backend: Backend, mailbox: MailboxInfo): Record<string, unknown> {
  const zone = backend.mailboxes.zone(mailbox);
  return {
    '@odata.context': context(mailbox),
    timeZone: zone,
    dateFormat: 'dd.MM.yyyy',
    timeFormat: 'HH:mm',
    userPurpose: 'user',
    language: { locale: 'de-DE', displayName: 'German (Germany)' },
    workingHours: {
      daysOfWeek: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'],
      startTime: '08:00:00.0000000',
      endTime: '17:00:00.0000000',
      timeZone: { name: zone },
    },
  };
}

/** Only the time zone can be set here. */
function changeSettings(backend: Backend, call: Call): Answer {
  const { timeZone, ...others } = readJsonObject(call.request);
  const [other] = Object.keys(others).filter((name) => !name.includes('@'));
  if (other !== undefined) throw badBody(`The property '${other}' cannot be set here.`);
  const zone = asString('timeZone', timeZone);
  checkZone(zone, backend.switches);
  backend.mailboxes.setZone(call.mailbox, zone);
  return json(200, settings(backend, call.mailbox));
}

type Standard = 'windows' | 'iana';

const functionForm =
  /^supportedTimeZones\(timeZoneStandard=(?:microsoft\.graph\.timeZoneStandard)?'(windows|iana)'\)$/i;

function zonesOfStandard({ variables }: Call): Answer {
  const standard = functionForm.exec(variables.function ?? '')?.[1]?.toLowerCase();
  if (standard !== 'windows' && standard !== 'iana') {
    throw badUrl(`Resource not found for the segment '${variables.function ?? ''}'.`);
  }
  return zones(standard);
}

function zones(standard: Standard): Answer {
  const names = standard === 'windows' ? windowsZoneNames : Intl.supportedValuesOf('timeZone');
  const value = names.map((alias) => ({
    alias,
    displayName: standard === 'windows' ? zoneTitle(alias) : alias,
  }));
  return json(200, {
    '@odata.context': `${graphBase}/$metadata#Collection(microsoft.graph.timeZoneInformation)`,
    value,
  });
}
