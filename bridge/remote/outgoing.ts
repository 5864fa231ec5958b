/** What goes out: collects lines for the next write, and knows what the link has not taken yet. */
import type { LineObserver } from './connection-events.ts';
import { redacted } from './describe-line.ts';
import { encodeLine, formatHelper } from '../../qdsync/index.ts';

const PING = encodeLine(formatHelper({ kind: 'ping' }));

export class Outgoing {
  readonly #observer: LineObserver | undefined;
  #collected: Buffer[] = [];
  #unsent = 0;
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

  /** A whole line with its end. */
  put(line: Buffer, now: number): void {
    if (!this.isBlocked) this.#blockedSince = now;
    this.#collected.push(line);
    this.#unsent += line.length;
    this.#bytes += line.length;
    this.#lines += 1;
    this.#observer?.('out', redacted(line.toString('latin1', 0, line.length - 1)));
  }

  ping(now: number): void {
    this.put(PING, now);
    this.#unsentPing += PING.length;
  }

  /** When the line will have been silent for an interval. */
  pingAt(intervalMs: number | undefined): number | undefined {
    return intervalMs === undefined || this.isBlocked ? undefined : this.#lastSent + intervalMs;
  }

  /** The link took so many bytes. Tells whether it was more than a ping. */
  sent(bytes: number, now: number): boolean {
    const more = bytes > this.#unsentPing;
    this.#unsent -= bytes;
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
