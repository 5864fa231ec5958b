/** The device's changes on their way to whoever iterates over them; holds the link back when they pile up. */
import type { ClientChange } from '../../contract/client-plugin.ts';
import { deferred, type Deferred } from './deferred.ts';

/** Above this many bytes waiting the link is paused. */
const HIGH_WATER_BYTES = 4 * 1024 * 1024;

type End = { readonly kind: 'finished' } | { readonly kind: 'failed'; readonly error: Error };

export class ChangeStream {
  readonly #pause: (paused: boolean) => void;
  #chunk: ClientChange[] = [];
  #bytes = 0;
  #paused = false;
  #end: End | undefined;
  #more: Deferred<undefined> | undefined;

  constructor(pause: (paused: boolean) => void) {
    this.#pause = pause;
  }

  push(change: ClientChange, bytes: number): void {
    this.#chunk.push(change);
    this.#bytes += bytes;
    if (this.#bytes > HIGH_WATER_BYTES) this.#setPaused(true);
  }

  /** What one piece of input brought is told at once. */
  flush(): void {
    if (this.#chunk.length > 0 || this.#end !== undefined) this.#wake();
  }

  finish(): void {
    this.#end ??= { kind: 'finished' };
  }

  /** What has not been read yet is void. */
  fail(error: Error): void {
    this.#end = { kind: 'failed', error };
    this.#chunk = [];
    this.#setPaused(false);
    this.#wake();
  }

  async *read(): AsyncGenerator<readonly ClientChange[], void, undefined> {
    for (;;) {
      if (this.#end?.kind === 'failed') throw this.#end.error;
      const chunk = this.#chunk;
      if (chunk.length > 0) {
        this.#chunk = [];
        this.#bytes = 0;
        this.#setPaused(false);
        yield chunk;
      } else if (this.#end !== undefined) {
        return;
      } else {
        this.#more = deferred();
        await this.#more.promise;
      }
    }
  }

  #wake(): void {
    this.#more?.resolve(undefined);
    this.#more = undefined;
  }

  #setPaused(paused: boolean): void {
    if (paused === this.#paused) return;
    this.#paused = paused;
    this.#pause(paused);
  }
}
