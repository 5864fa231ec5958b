/** Writing to a link: many small lines as few writes, and waiting when the link cannot keep up. */
import type { Duplex } from 'node:stream';
import { SyncError, toSyncError } from '../../contract/errors.ts';
import { Outbound, type Call, type MessageToDesktop } from '../../qdsync/index.ts';

/** A batch is handed over when it is so large, and at the latest when the current turn of work is done. */
const BATCH_BYTES = 64 * 1024;
/** A link that takes nothing for so long is dead. A batch needs 70 s at 9600 baud. */
const STALL_MS = 300_000;
const MAX_REPLY_BYTES = 16 * 1024 * 1024;

export class Outbox {
  #stream: Duplex;
  readonly #outbound = new Outbound();
  #waiting: Buffer[] = [];
  #bytes = 0;
  #scheduled = false;

  constructor(stream: Duplex) {
    this.#stream = stream;
  }

  /** A line, without its end. */
  line(text: string): void {
    this.#send(this.#outbound.line(text));
  }

  call(call: Call): void {
    this.#send(this.#outbound.call(call));
  }

  message(message: MessageToDesktop): void {
    this.#send(this.#outbound.message(message));
  }

  /** What is sent from now on goes this way; nothing must be waiting. */
  changeStream(stream: Duplex): void {
    this.#stream = stream;
  }

  /** What is sent from now on is deflated. */
  deflate(): void {
    this.#outbound.deflate(this.#bytes);
  }

  #send(bytes: Buffer): void {
    this.#waiting.push(bytes);
    this.#bytes += bytes.length;
    if (this.#bytes >= BATCH_BYTES) {
      this.flush();
    } else if (!this.#scheduled) {
      this.#scheduled = true;
      setImmediate(() => {
        this.#scheduled = false;
        this.flush();
      });
    }
  }

  flush(): void {
    if (this.#bytes === 0) return;
    const batch = Buffer.concat(this.#waiting, this.#bytes);
    this.#waiting = [];
    this.#bytes = 0;
    if (this.#stream.writable) this.#stream.write(this.#outbound.seal(batch));
  }

  /** Resolves when a sender of many records may go on; rejects when the signal fires or nothing moves. */
  async room(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#stream.writableNeedDrain) await this.#drained(signal);
  }

  /**
   * Resolves when there is room for answers; undefined: there is. There is much of it: a desktop may write all its records
   * before it reads the first mapping. Rejects when the signal fires or nothing moves.
   */
  replyRoom(signal: AbortSignal): Promise<void> | undefined {
    return this.#stream.writableLength + this.#bytes < MAX_REPLY_BYTES ? undefined : this.#drained(signal);
  }

  #drained(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (finish: () => void): void => {
        clearTimeout(stall);
        this.#stream.off('drain', onDrain);
        signal.removeEventListener('abort', onAbort);
        finish();
      };
      const onDrain = (): void => settle(resolve);
      const onAbort = (): void => settle(() => reject(toSyncError(signal.reason, 'link.lost')));
      const onStall = (): void =>
        settle(() => reject(new SyncError('link.lost', 'the desktop takes nothing any more')));
      const stall = setTimeout(onStall, STALL_MS);
      this.#stream.once('drain', onDrain);
      signal.addEventListener('abort', onAbort, { once: true });
    });
  }
}
