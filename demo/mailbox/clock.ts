/** The mailbox's own time, which tests move forward instead of waiting. */
export class Clock {
  #ahead = 0;

  /** Milliseconds since 1970. */
  now(): number {
    return Date.now() + this.#ahead;
  }

  /** Moves the clock forward by `milliseconds` (not negative). */
  advance(milliseconds: number): void {
    this.#ahead += milliseconds;
  }
}

let lastSecond = Number.NaN;
let lastText = '';

/** `2026-11-22T08:15:30Z`, the form of a contact's instants (spec: graph 1 line 12). */
export function instantText(milliseconds: number): string {
  const second = Math.floor(milliseconds / 1000);
  // Items written together share their second: a page of a long list needs few conversions.
  if (second !== lastSecond) {
    lastText = `${new Date(second * 1000).toISOString().slice(0, 19)}Z`;
    lastSecond = second;
  }
  return lastText;
}
