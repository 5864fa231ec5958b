/** What goes out: collects lines for the next write, and knows what the link has not taken yet. */
import type { LineObserver } from './connection-events.ts';
import { redacted } from './describe-line.ts';
import { Outbound, encodeMessageLine, formatHelper, type MessageToDevice } from '../../qdsync/index.ts';

const PING = formatHelper({ kind: 'ping' });

export class Outgoing {
  readonly #observer: LineObserver | undefined;
  readonly #outbound = new Outbound();
  #collected: Buffer[] = [];
  #unsent = 0;
  /** How many of the unsent bytes the link has been given. */
  #unsentSealed = 0;
  /** How many of the unsent bytes are a ping's. */
  #unsentPing = 0;
  #lastSent = 0;
  #blockedSince = 0;
  #lines = 0;
  #bytes = 0;

  constructor(observer: LineObserver | undefined) {
    this.#observer = observer;
  }

  get lines(): number {
    return this.#lines;
  }

  /** Given to the link, as they went over it. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Whether the link has not taken all yet. */
  get isBlocked(): boolean {
    return this.#unsent > 0;
  }

  /** Since when the link has taken nothing of what it was given; undefined: there is nothing to take. */
  get stuckSince(): number | undefined {
    return this.isBlocked ? Math.max(this.#blockedSince, this.#lastSent) : undefined;
  }

  /** A line, without its end. */
  line(text: string, now: number): void {
    this.#put(this.#outbound.line(text), now);
    this.#observer?.('out', () => redacted(text));
  }

  message(message: MessageToDevice, now: number): void {
    this.#put(this.#outbound.message(message), now);
    this.#observer?.('out', () => encodeMessageLine(message).toString('latin1').trimEnd());
  }

  ping(now: number): void {
    const before = this.#unsent;
    this.line(PING, now);
    this.#unsentPing += this.#unsent - before;
  }

  /** What is put from now on is deflated. */
  deflate(): void {
    this.#outbound.deflate(this.#unsent - this.#unsentSealed);
  }

  /** What the link is to be given in place of the next bytes that were put. */
  seal(content: Buffer): Buffer {
    const sealed = this.#outbound.seal(content);
    this.#unsentSealed += content.length;
    this.#bytes += sealed.length;
    return sealed;
  }

  #put(content: Buffer, now: number): void {
    if (!this.isBlocked) this.#blockedSince = now;
    this.#collected.push(content);
    this.#unsent += content.length;
    this.#lines += 1;
  }

  /** When the line will have been silent for an interval. */
  pingAt(intervalMs: number | undefined): number | undefined {
    return intervalMs === undefined || this.isBlocked ? undefined : this.#lastSent + intervalMs;
  }

  /** The link took so many of the bytes that were put. Tells whether it was more than a ping. */
  sent(bytes: number, now: number): boolean {
    const more = bytes > this.#unsentPing;
    this.#unsent -= bytes;
    this.#unsentSealed = Math.max(0, this.#unsentSealed - bytes);
    this.#unsentPing = Math.max(0, this.#unsentPing - bytes);
    this.#lastSent = now;
    return more;
  }

  take(): Buffer[] {
    const collected = this.#collected;
    if (collected.length > 0) this.#collected = [];
    return collected;
  }
}
