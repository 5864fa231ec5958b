/**
 * Plans the first sync of a device that holds nothing, while Outlook is still being read: there is nothing to compare,
 * and each item is a record to create. All other syncs have to know first what both sides tell as a whole.
 */
import type { Folder, FolderLog, StoredItem } from '../store/folders.ts';
import type { SessionContext } from './context.ts';
import { draftNew, type DraftOptions } from './draft-pairs.ts';
import type { Draft } from './draft.ts';
import type { FolderReading } from './folder-reading.ts';
import type { GrowingPlan } from './growing-plan.ts';
import { writePlan } from './plan-session.ts';

/** Items taken from the log at once. */
const CHUNK = 500;

/**
 * Plans the items of a folder of which none was known when the reading began. Resolves with the number of the folder's
 * change up to which the device will have seen everything. Rejects with the reason of the session's signal.
 */
export async function planWhileReading(
  context: SessionContext,
  options: DraftOptions,
  reading: FolderReading,
  plan: GrowingPlan,
): Promise<number> {
  const items = new GrowingLog(context.store.folders, options.folder);
  const drafts = async function* (): AsyncGenerator<Draft> {
    for (let mayGrow = true; mayGrow;) {
      mayGrow = await reading.more();
      context.signal.throwIfAborted();
      for (let some = items.next(); some.length > 0; some = items.next()) {
        for (const item of some) {
          const draft = draftNew(context, options, null, null, item);
          if (draft !== undefined) yield draft;
        }
      }
    }
  };
  await writePlan(context, options.session, drafts(), plan);
  plan.complete();
  return items.seen;
}

/** Takes the items out of a folder's log, each once, while the log grows. */
class GrowingLog {
  readonly #log: FolderLog;
  readonly #folder: Folder;
  /** Number of the last item that was taken, and of the folder's change as of then. */
  #taken = 0;
  #takenAt = 0;
  /** The first change of an item after it was taken. */
  #changedAt: number | null = null;

  constructor(log: FolderLog, folder: Folder) {
    this.#log = log;
    this.#folder = folder;
  }

  next(): readonly StoredItem[] {
    const { seq } = this.#log.reload(this.#folder);
    this.#changedAt ??= this.#log.firstChange(this.#folder, { after: this.#takenAt, upToItem: this.#taken });
    this.#takenAt = seq;
    const items = this.#log.itemsAfter(this.#folder, this.#taken, CHUNK);
    this.#taken = items.at(-1)?.number ?? this.#taken;
    return items;
  }

  /** All changes up to this one were taken: one that came later is told to the next session. */
  get seen(): number {
    return this.#changedAt === null ? this.#takenAt : this.#changedAt - 1;
  }
}
