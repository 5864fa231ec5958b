/** Public face of store/: everything the bridge keeps, in one SQLite file. Nothing else knows SQL. */
import { Changes } from './changes.ts';
import { Collected } from './collected.ts';
import { ConflictInbox } from './conflicts.ts';
import { Database } from './database.ts';
import { DeviceRecords } from './device-records.ts';
import { FolderLog } from './folders.ts';
import { History } from './history.ts';
import { Journal } from './journal.ts';
import { Partnerships } from './partnerships.ts';
import { SettingsStore } from './settings.ts';
import type { StepHook } from './step-hook.ts';

export interface Store {
  readonly database: Database;
  readonly folders: FolderLog;
  readonly partnerships: Partnerships;
  readonly changes: Changes;
  readonly journal: Journal;
  readonly collected: Collected;
  readonly conflicts: ConflictInbox;
  readonly history: History;
  readonly settings: SettingsStore;
  readonly devices: DeviceRecords;
  close(): void;
}

/** Opens or creates the store. `onStep` is for tests. Throws a SyncError `store.*`. */
export function openStore(path: string, onStep?: StepHook): Store {
  const database = new Database(path, onStep);
  return {
    database,
    folders: new FolderLog(database),
    partnerships: new Partnerships(database),
    changes: new Changes(database),
    journal: new Journal(database),
    collected: new Collected(database),
    conflicts: new ConflictInbox(database),
    history: new History(database),
    settings: new SettingsStore(database),
    devices: new DeviceRecords(database),
    close: () => database.close(),
  };
}
