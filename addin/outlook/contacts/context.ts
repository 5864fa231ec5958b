/** What every part of the contacts plugin works with. */
import type { DatasetDefinition } from '../../../datasets/index.ts';
import type { BatchSender, WriteGate } from '../graph/batch.ts';
import type { GraphClient } from '../graph/client.ts';
import type { ZoneClock } from './dates.ts';

export interface ContactsContext {
  readonly client: GraphClient;
  readonly batch: BatchSender;
  readonly definition: DatasetDefinition;
  /** Clock of the mailbox's time zone; undefined when the zone is not known. */
  readonly zone: ZoneClock | undefined;
  /** Asked before every write. */
  readonly gate: WriteGate;
}
