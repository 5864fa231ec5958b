/** The default calendar of one Outlook mailbox as a server sync plugin (contract/server-plugin.ts). */
import type { MailboxItem, ServerSyncPlugin } from '../../../contract/server-plugin.ts';
import { applyOperations } from '../items/apply.ts';
import { readPage } from '../items/read.ts';
import type { CalendarContext } from './context.ts';
import { findEvents } from './find.ts';
import { finishCreate } from './finish-create.ts';
import { CUT_OFF } from './restore.ts';
import { isRestored } from './unfinished.ts';
import { toItem } from './items.ts';
import { takeSnapshots } from './snapshots.ts';
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
      for (const [key, event] of await findEvents(context, keys, signal)) {
        const item = toItem(context, await finishCreate(context, key, event, signal));
        items.push(isRestored(event) ? { ...item, losses: [...(item.losses ?? []), CUT_OFF] } : item);
      }
      return items;
    },
    snapshot: (ids, signal) => takeSnapshots(context, ids, signal),
  };
}
