/** Which mailbox a Graph client serves, and the plugins of it. */
import { DEFAULT_OUTLOOK_SETTINGS, type OutlookSettings } from '../../contract/api.ts';
import type { ServerPluginFactory, MailboxIdentity } from '../../contract/server-plugin.ts';
import { SyncError } from '../../contract/errors.ts';
import { permissionsOf } from '../auth/permissions.ts';
import { calendar, contacts, tasks } from '../../datasets/index.ts';
import { createCalendarPlugin } from './calendar/plugin.ts';
import { zoneClock } from './contacts/dates.ts';
import { createContactsPlugin } from './contacts/plugin.ts';
import { BatchSender, type WriteGate } from './graph/batch.ts';
import type { GraphClient } from './graph/client.ts';
import { failure, isObject } from './graph/errors.ts';
import { findLists } from './tasks/lists.ts';
import { createTasksPlugin } from './tasks/plugin.ts';

/** Stands for the default folder of its kind; an empty mailbox does not tell the id of that of contacts (spec: graph 2.2). */
const DEFAULT_FOLDER = 'default';

/** One mailbox, ready to be served. */
export interface OutlookMailbox {
  readonly identity: MailboxIdentity;
  readonly datasets: readonly string[];
  /** Plugins that ask the gate before they write. They keep nothing: a new set for each call will do. */
  plugins(gate: WriteGate, settings?: OutlookSettings): ServerPluginFactory;
}

const datasets = [contacts.name, calendar.name, tasks.name];

/**
 * Asks the service who is signed in and in which time zone.
 * @throws SyncError `mailbox.signed-out`, `mailbox.denied`, `mailbox.unavailable` and the like
 */
export async function openMailbox(
  client: GraphClient,
  tenant: string,
  signal: AbortSignal,
): Promise<OutlookMailbox> {
  const identity = await readIdentity(client, tenant, signal);
  const zoneName = await readZoneName(client, signal);
  const zone = zoneName === undefined ? undefined : zoneClock(zoneName);
  // What a batch sender learns of the service's patience, it learns for its dataset.
  const tools = new Map(
    datasets.map((name) => {
      const own = client.needing(permissionsOf(name));
      return [name, { client: own, batch: new BatchSender(own) }];
    }),
  );
  const lists = rememberedLists(client.needing(permissionsOf(tasks.name)));
  return {
    identity,
    datasets,
    plugins: (gate, settings = DEFAULT_OUTLOOK_SETTINGS) => ({
      mailbox: identity,
      datasets,
      create(dataset) {
        const own = tools.get(dataset);
        if (own === undefined) throw new SyncError('device.dataset', dataset);
        const common = { ...own, gate };
        const { meetings, taskLists } = settings;
        switch (dataset) {
          case contacts.name:
            return createContactsPlugin({ ...common, definition: contacts, zone });
          case calendar.name:
            return createCalendarPlugin({ ...common, mailboxZone: zoneName ?? 'UTC', meetings });
          case tasks.name:
            return createTasksPlugin({
              ...common,
              definition: tasks,
              zone,
              lists: (listSignal, anew) => lists(taskLists, listSignal, anew),
            });
          default:
            throw new SyncError('device.dataset', dataset);
        }
      },
    }),
  };
}

/** The ids of task lists, remembered as long as the same ones are wanted and nobody asks for them anew. */
function rememberedLists(
  client: GraphClient,
): (wanted: readonly string[], signal: AbortSignal, anew?: 'anew') => Promise<readonly string[]> {
  let known: { readonly wanted: string; readonly ids: readonly string[] } | undefined;
  return async (wanted, signal, anew) => {
    const key = JSON.stringify(wanted);
    if (known?.wanted !== key || anew === 'anew')
      known = { wanted: key, ids: await findLists(client, wanted, signal) };
    return known.ids;
  };
}

async function readIdentity(
  client: GraphClient,
  tenant: string,
  signal: AbortSignal,
): Promise<MailboxIdentity> {
  const reply = await client.get('/me?$select=id,displayName,mail,userPrincipalName', { signal });
  if (reply.status !== 200) throw failure(reply, client.clock.now());
  const me = isObject(reply.body) ? reply.body : {};
  const text = (name: string): string => (typeof me[name] === 'string' ? me[name] : '');
  if (text('id') === '')
    throw new SyncError('mailbox.unavailable', 'the service does not say who is signed in');
  return {
    tenant,
    user: text('id'),
    displayName: text('mail') || text('userPrincipalName') || text('displayName'),
    folders: Object.fromEntries(datasets.map((name) => [name, DEFAULT_FOLDER])),
  };
}

/**
 * The mailbox's time zone as the service names it. It helps to read dates, and is that of times without one; without the
 * permission for it one does without.
 */
async function readZoneName(client: GraphClient, signal: AbortSignal): Promise<string | undefined> {
  const reply = await client.get('/me/mailboxSettings/timeZone', { signal });
  const name = isObject(reply.body) ? reply.body.value : undefined;
  return reply.status === 200 && typeof name === 'string' && name !== '' ? name : undefined;
}
