/**
 * Reads the next page of a mailbox while the bridge still takes in the last one. Reading changes nothing and its tokens
 * say all, so that a page which is never asked for is just dropped.
 */
import type { ReadPage, ReadRequest, ServerSyncPlugin } from '../../contract/server-plugin.ts';
import type { Clock } from '../outlook/graph/clock.ts';

/** A page that was asked for so long ago is read anew, in ms. */
const KEPT_MS = 15_000;

interface Ahead {
  readonly request: ReadRequest;
  /** Null: the reading failed, and what is wrong shows when it is done again. */
  readonly page: Promise<ReadPage | null>;
  readonly begunAt: number;
  readonly abort: AbortController;
}

export class ReadAhead {
  readonly #clock: Clock;
  /** One page for each dataset. */
  readonly #ahead = new Map<string, Ahead>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Like the plugin's own `read`, and begins to read the page after it. */
  async read(plugin: ServerSyncPlugin, request: ReadRequest, signal: AbortSignal): Promise<ReadPage> {
    const page = (await this.#take(plugin.dataset, request, signal)) ?? (await plugin.read(request, signal));
    // What comes after candidates depends on which of them are known.
    const goesOn = page.kind === 'page' && page.next !== null && (page.candidates ?? []).length === 0;
    if (goesOn && !signal.aborted) {
      this.#begin(plugin, { anchor: request.anchor, page: page.next });
    }
    return page;
  }

  /** Ends all reading that nobody waits for. */
  close(): void {
    for (const { abort } of this.#ahead.values()) abort.abort();
    this.#ahead.clear();
  }

  #begin(plugin: ServerSyncPlugin, request: ReadRequest): void {
    const abort = new AbortController();
    const page = plugin.read(request, abort.signal).catch(() => null);
    this.#ahead.set(plugin.dataset, { request, page, begunAt: this.#clock.now(), abort });
  }

  async #take(dataset: string, request: ReadRequest, signal: AbortSignal): Promise<ReadPage | null> {
    const ahead = this.#ahead.get(dataset);
    if (ahead === undefined) return null;
    this.#ahead.delete(dataset);
    const isWanted =
      ahead.request.anchor === request.anchor &&
      ahead.request.page === request.page &&
      (request.known ?? []).length === 0;
    if (!isWanted || this.#clock.now() - ahead.begunAt > KEPT_MS) {
      ahead.abort.abort();
      return null;
    }
    const stop = (): void => ahead.abort.abort();
    signal.addEventListener('abort', stop, { once: true });
    try {
      return await ahead.page;
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }
}
