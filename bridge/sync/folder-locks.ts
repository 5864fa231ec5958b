export interface Waiting {
  /** Ends the wait; the work is not begun then. Work that has begun hears of it by itself. */
  readonly signal: AbortSignal;
  /** Somebody else is at work first. */
  readonly onWait: () => void;
}

/**
 * Lets one session at a time do a certain work on a folder: read it, or plan and apply (spec: sync engine, section 3
 * step 7), for two devices' first syncs must not both create the same person.
 */
export class FolderLocks {
  /** Resolved when all that came so far has ended. */
  readonly #tails = new Map<number, Promise<void>>();

  /** Rejects as the work does, or with the signal's reason. */
  async run<T>(folder: number, work: () => Promise<T>, { signal, onWait }: Waiting): Promise<T> {
    const before = this.#tails.get(folder);
    let release = (): void => undefined;
    const ended = new Promise<void>((resolve) => (release = resolve));
    const tail = (before ?? Promise.resolve()).then(() => ended);
    this.#tails.set(folder, tail);
    void tail.then(() => {
      if (this.#tails.get(folder) === tail) this.#tails.delete(folder);
    });
    try {
      if (before !== undefined) {
        onWait();
        await unlessAborted(before, signal);
      }
      signal.throwIfAborted();
      return await work();
    } finally {
      release();
    }
  }
}

/** Waits for a promise that never rejects, or for the signal. */
async function unlessAborted(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  let stop = (): void => undefined;
  const aborted = new Promise<void>((resolve) => (stop = resolve));
  signal.addEventListener('abort', stop, { once: true });
  await Promise.race([promise, aborted]);
  signal.removeEventListener('abort', stop);
}
