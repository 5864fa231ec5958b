/** The default calendar of one Outlook mailbox as a server sync plugin (contract/server-plugin.ts). */
import { SyncError } from '../../../contract/errors.ts';
import type { MailboxItem, ServerSyncPlugin, Snapshot } from '../../../contract/server-plugin.ts';
import { failure } from '../graph/errors.ts';
import { applyOperations } from '../items/apply.ts';
import { isMissing } from '../items/fetched.ts';
import { readPage } from '../items/read.ts';
import type { CalendarContext } from './context.ts';
import { findEvents } from './find.ts';
import { finishCreate } from './finish-create.ts';
import { fetchEvents, toItem } from './items.ts';
import { eventPath, WHOLE_QUERY } from './properties.ts';
import { calendarSource } from './source.ts';
import { eventsWriter } from './writer.ts';

export function createCalendarPlugin(context: CalendarContext): ServerSyncPlugin {
  const source = calendarSource(context);
  const writer = eventsWriter(context);
  return {
    dataset: 'calendar',
    read: (request, signal) => readPage(source, request, signal),
    apply: (operations, signal) => applyOperations(writer, operations, signal),
    async find(keys, signal) {
      const items: MailboxItem[] = [];
      for (const [key, event] of await findEvents(context, keys, signal))
        items.push(toItem(context, await finishCreate(context, key, event, signal)));
      return items;
    },
    snapshot: (ids, signal) => takeSnapshots(context, ids, signal),
  };
}

/** Whole items: every property of the service's and all of ours, and of a series its exceptions. */
async function takeSnapshots(
  context: CalendarContext,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<readonly Snapshot[]> {
  const parts = ids.map((id) => ({ method: 'GET', url: `${eventPath(id)}?${WHOLE_QUERY}` }) as const);
  const outcomes = await context.batch.send(parts, { signal });
  const details = await fetchEvents(context, ids, signal);
  return ids.map((id, index) => {
    const outcome = outcomes[index];
    if (outcome?.kind !== 'reply') throw outcome?.problem ?? new SyncError('mailbox.unavailable', id);
    const detail = details[index];
    if (isMissing(outcome) || detail?.kind === 'gone') return { id, item: null };
    if (outcome.status !== 200) throw failure(outcome, context.client.clock.now());
    if (detail?.kind !== 'item')
      throw new SyncError('mailbox.unreadable', detail?.problem.detail.slice(0, 2000) ?? id);
    const { cancelledOccurrences = [], exceptionOccurrences = [], apart = {} } = detail.item;
    return {
      id,
      item: JSON.stringify({ event: outcome.body, cancelledOccurrences, exceptionOccurrences, apart }),
    };
  });
}
