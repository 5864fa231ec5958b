/**
 * Event streams: what happens in the bridge, told to every page that listens. A reader that does not keep up
 * misses progress first, and is dropped when its queue is full; it comes back and asks for the status.
 */
import type { Response } from 'express';
import type { BridgeEvent } from '../../contract/api.ts';

/** A comment keeps proxies and browsers from closing an idle stream. */
const HEARTBEAT_MS = 15_000;
/** Bytes that may wait for one reader: a few whole reports. */
const MAX_QUEUED_BYTES = 4 * 1024 * 1024;
const MAX_STREAMS = 32;

export class EventHub {
  /** In the order in which they came. */
  readonly #streams = new Set<Response>();
  #heartbeat: NodeJS.Timeout | undefined;

  /** Makes this response a stream that ends with its connection. */
  open(response: Response, first: BridgeEvent): void {
    const [oldest] = this.#streams;
    if (this.#streams.size >= MAX_STREAMS && oldest !== undefined) this.#drop(oldest);
    response.status(200).set('Content-Type', 'text/event-stream; charset=utf-8');
    response.flushHeaders();
    this.#streams.add(response);
    response.on('close', () => this.#forget(response));
    this.#heartbeat ??= setInterval(() => this.#write(': \n\n', 'keep'), HEARTBEAT_MS);
    this.#send(response, frame(first), 'keep');
  }

  send(event: BridgeEvent): void {
    if (this.#streams.size === 0) return;
    this.#write(frame(event), event.event === 'progress' ? 'skip' : 'keep');
  }

  close(): void {
    for (const stream of [...this.#streams]) {
      this.#forget(stream);
      stream.end();
    }
  }

  #write(text: string, whenBusy: 'keep' | 'skip'): void {
    for (const stream of [...this.#streams]) this.#send(stream, text, whenBusy);
  }

  #send(stream: Response, text: string, whenBusy: 'keep' | 'skip'): void {
    if (whenBusy === 'skip' && stream.writableNeedDrain) return;
    stream.write(text);
    if (stream.writableLength > MAX_QUEUED_BYTES) this.#drop(stream);
  }

  #drop(stream: Response): void {
    this.#forget(stream);
    stream.destroy();
  }

  #forget(stream: Response): void {
    this.#streams.delete(stream);
    if (this.#streams.size > 0) return;
    clearInterval(this.#heartbeat);
    this.#heartbeat = undefined;
  }
}

/** JSON has no raw line feeds, so one line of data is enough. */
function frame(event: BridgeEvent): string {
  return `event: ${event.event}\ndata: ${JSON.stringify(event)}\n\n`;
}
