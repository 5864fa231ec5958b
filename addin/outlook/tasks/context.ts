/** What every part of the tasks plugin works with. */
import type { DatasetDefinition } from '../../../datasets/index.ts';
import type { ZoneClock } from '../contacts/dates.ts';
import type { BatchSender, WriteGate } from '../graph/batch.ts';
import type { GraphClient } from '../graph/client.ts';

export interface TasksContext {
  readonly client: GraphClient;
  readonly batch: BatchSender;
  readonly definition: DatasetDefinition;
  /** Clock of the mailbox's time zone; undefined when the zone is not known. */
  readonly zone: ZoneClock | undefined;
  /** Asked before every write. */
  readonly gate: WriteGate;
  /** Ids of the lists that are synced; new tasks go into the first one. `anew`: as they are now, not as remembered. */
  lists(signal: AbortSignal, anew?: 'anew'): Promise<readonly string[]>;
}
