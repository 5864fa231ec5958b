/** The calendar plugin on a local mailbox in Berlin, and its events by their ids. */
import { calendar, type Fields } from '../../datasets/index.ts';
import type { MailboxItem } from '../../contract/server-plugin.ts';
import type { DumpedEvent } from '../../demo/mailbox/admin/dump-events.ts';
import { itemOf, startOutlookBench, updateOf, USER, type OutlookBench } from './outlook-bench.ts';

type Seed = Parameters<OutlookBench['mailbox']['admin']['calendar']['seed']>[1][number];

/** Value of a field that an update takes away. */
export const NOTHING = '';

export interface CalendarBench extends OutlookBench {
  /** Puts an event into the mailbox, as a person would; its id. */
  seed(event: Seed['event'], rest?: Omit<Seed, 'event'>): string;
  /** What a full read brings of an event. */
  item(id: string): Promise<MailboxItem>;
  /** The event as the mailbox keeps it. */
  dump(id: string): DumpedEvent;
  /** Updates an item by some fields, and gives what the plugin said that the mailbox holds. */
  update(item: MailboxItem, changes: Fields): Promise<MailboxItem>;
}

export async function startCalendarBench(): Promise<CalendarBench> {
  const bench = await startOutlookBench({}, { dataset: calendar.name });
  const { admin } = bench.mailbox;
  admin.setTimeZone(USER, 'W. Europe Standard Time');
  return {
    ...bench,
    seed: (event, rest = {}) => admin.calendar.seed(USER, [{ event, ...rest }])[0]!.immutableId,
    async item(id) {
      const item = (await bench.read()).items.get(id);
      if (item === undefined) throw new Error(`no item ${id}`);
      return item;
    },
    dump(id) {
      const found = admin.dump(USER).events.find(({ immutableId }) => immutableId === id);
      if (found === undefined) throw new Error(`no event ${id}`);
      return found;
    },
    async update(item, changes) {
      const wanted = Object.entries({ ...item.fields, ...changes }).filter(([, value]) => value !== NOTHING);
      const fields = calendar.normalise(Object.fromEntries(wanted));
      return itemOf((await bench.apply(updateOf(item, fields, calendar)))[0]);
    },
  };
}
