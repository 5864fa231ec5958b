/** Where a command on the store works and how it answers. */
import type { EpochMs } from '../../contract/client-plugin.ts';
import type { DatasetDefinition } from '../../datasets/index.ts';
import { openStore } from '../agent/agent.ts';
import type { PimStore } from '../store/pim-store.ts';
import type { Io } from './io.ts';

export interface RecordContext {
  readonly io: Io;
  readonly definition: DatasetDefinition;
  readonly stateFolder: string;
  readonly json: boolean;
  /** IANA name of the owner's zone: what "today" is, and by which clock times are shown. */
  readonly zone: string;
  readonly now: () => EpochMs;
}

/** Opens the store for the time of some work. Rejects with a SyncError where it cannot be opened. */
export async function withStore(context: RecordContext, work: (store: PimStore) => void): Promise<void> {
  const store = openStore(context.stateFolder);
  try {
    work(store);
  } finally {
    store.close();
  }
}
