/** A reading of a folder that goes on while others work with what it has stored so far. */
import type { Folder } from '../store/folders.ts';

export class FolderReading {
  /** Resolves with the folder as it is at the end; rejects as the reading does. */
  readonly done: Promise<Folder>;
  #hasEnded = false;
  #hasMore = false;
  #wake = (): void => undefined;

  /** `read` calls `stored` whenever there is more in the folder's log. */
  constructor(read: (stored: () => void) => Promise<Folder>) {
    const stored = (): void => {
      this.#hasMore = true;
      this.#wake();
    };
    this.done = read(stored).finally(() => {
      this.#hasEnded = true;
      this.#wake();
    });
    // Who does not wait for the end hears of a failure by the signal of the session, which it stops.
    this.done.catch(() => undefined);
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /**
   * Waits until there is more in the log than at the last call, or the reading has ended; for one follower. Resolves with
   * whether more may follow.
   */
  async more(): Promise<boolean> {
    if (!this.#hasMore && !this.#hasEnded) await new Promise<void>((resolve) => (this.#wake = resolve));
    this.#hasMore = false;
    return !this.#hasEnded;
  }
}
