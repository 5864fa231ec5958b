/**
 * Lets one session at a time plan and apply on a folder (spec: sync engine, section 3 step 7): two devices' first syncs
 * must not both create the same person.
 */
export class FolderLocks {
  readonly #tails = new Map<number, Promise<unknown>>();

  run<T>(folder: number, work: () => Promise<T>): Promise<T> {
    const before = this.#tails.get(folder) ?? Promise.resolve();
    // Whether the one before succeeded is its own session's business.
    const mine = before.then(work, work);
    this.#tails.set(folder, mine);
    return mine;
  }
}
