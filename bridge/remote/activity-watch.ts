/**
 * Time limits that run from the last byte moved, not from the start of a line: a portrait takes minutes at
 * 9600 baud (spec: qdsync protocol 2.1).
 */

/** An unfinished line counts as movement only each time it has grown by so much: a trickle ends in a time-out. */
const PROGRESS_BYTES = 256;

type Expectation =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'answer'; readonly what: string; readonly since: number; readonly limitMs: number }
  | { readonly kind: 'quiet'; readonly since: number; readonly limitMs: number };

export class ActivityWatch {
  #expectation: Expectation = { kind: 'nothing' };
  #lastMoved = 0;
  #pendingMark = 0;
  #paused = false;

  /** A line that means something arrived, or bytes left. */
  moved(now: number): void {
    this.#lastMoved = now;
  }

  /** `pending`: bytes of the unfinished line. */
  received(pending: number, now: number): void {
    if (pending < this.#pendingMark) this.#pendingMark = 0;
    if (pending - this.#pendingMark < PROGRESS_BYTES) return;
    this.#pendingMark = pending;
    this.#lastMoved = now;
  }

  expectAnswer(what: string, limitMs: number, now: number): void {
    this.#expectation = { kind: 'answer', what, limitMs, since: now };
  }

  expectQuiet(limitMs: number, now: number): void {
    this.#expectation = { kind: 'quiet', limitMs, since: now };
  }

  expectNothing(): void {
    this.#expectation = { kind: 'nothing' };
  }

  /** While we do not read, silence is our own doing. */
  setPaused(paused: boolean, now: number): void {
    this.#paused = paused;
    this.#lastMoved = now;
  }

  /** `sending`: whether the link has not taken all yet. What has not been heard cannot be followed by silence. */
  deadline(sending: boolean): number | undefined {
    if (this.#expectation.kind === 'nothing' || this.#paused) return undefined;
    if (this.#expectation.kind === 'quiet' && sending) return undefined;
    return Math.max(this.#expectation.since, this.#lastMoved) + this.#expectation.limitMs;
  }

  /** The expectation that ran out, which then is over. */
  due(now: number, sending: boolean): Exclude<Expectation, { kind: 'nothing' }> | undefined {
    const expectation = this.#expectation;
    const deadline = this.deadline(sending);
    if (expectation.kind === 'nothing' || deadline === undefined || now < deadline) return undefined;
    this.#expectation = { kind: 'nothing' };
    return expectation;
  }
}
