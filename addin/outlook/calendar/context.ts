/** What every part of the calendar plugin works with. */
import type { OutlookSettings } from '../../../contract/api.ts';
import type { PartSender, WriteGate } from '../graph/batch.ts';
import type { GraphClient } from '../graph/client.ts';
import type { MappingOptions } from './from-graph.ts';

export interface CalendarContext {
  readonly client: GraphClient;
  readonly batch: PartSender;
  /** The mailbox's time zone as Graph names it: that of floating times. */
  readonly mailboxZone: string;
  /** Whether meetings may be changed and removed, for which the service mails their attendees. */
  readonly meetings: OutlookSettings['meetings'];
  /** Asked before every write. */
  readonly gate: WriteGate;
}

/** Approximations begin with the year: a record that changed by the day would be sent to the device by the day. */
export function mappingOptions({ client, mailboxZone }: CalendarContext): MappingOptions {
  const year = new Date(client.clock.now()).getUTCFullYear();
  return { mailboxZone, from: `${year}-01-01` };
}
