/** A link that ends in a test. */
import type { SyncError } from '../../contract/errors.ts';
import type { Link, LinkHandler } from '../../bridge/links/link.ts';

export class MemoryLink implements Link {
  readonly description = 'memory';
  readonly written: Buffer[] = [];
  paused = false;
  closed = false;
  /** While true, writes do not get through. */
  blocked = false;
  #handler: LinkHandler | undefined;
  #held: Uint8Array[] = [];
  #unblock: (() => void)[] = [];
  readonly #onWrite: (bytes: Uint8Array) => void;

  constructor(onWrite: (bytes: Uint8Array) => void) {
    this.#onWrite = onWrite;
  }

  get handler(): LinkHandler {
    if (this.#handler === undefined) throw new Error('not started');
    return this.#handler;
  }

  start(handler: LinkHandler): void {
    this.#handler = handler;
    this.#deliver();
  }

  /** Bytes from the other end. */
  push(bytes: Uint8Array): void {
    this.#held.push(bytes);
    this.#deliver();
  }

  end(error?: SyncError): void {
    this.closed = true;
    this.handler.ended(error);
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.blocked) await new Promise<void>((resolve) => this.#unblock.push(resolve));
    this.written.push(Buffer.from(bytes));
    this.#onWrite(bytes);
  }

  unblock(): void {
    this.blocked = false;
    for (const go of this.#unblock.splice(0)) go();
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
    this.#deliver();
  }

  async close(): Promise<void> {
    if (!this.closed) this.end();
  }

  #deliver(): void {
    while (this.#handler !== undefined && !this.paused && !this.closed) {
      const bytes = this.#held.shift();
      if (bytes === undefined) return;
      this.#handler.received(bytes);
    }
  }
}
