/**
 * Counts wrong keys and codes. Valid ones are never asked about it, so guessing locks out nobody but the guesser.
 */
import { systemClock, type Clock } from '../hosts/clock.ts';

export const MAX_FAILURES = 10;
export const FAILURE_WINDOW_MS = 60_000;

export class FailureMeter {
  readonly #clock: Clock;
  /** Times of the latest failures, oldest first; at most MAX_FAILURES. */
  #failures: number[] = [];

  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
  }

  note(): void {
    this.#failures = [...this.#failures, this.#clock.now()].slice(-MAX_FAILURES);
  }

  /** Whether so many failed within the last minute that guesses are not even looked at. */
  get locked(): boolean {
    const oldest = this.#failures[0];
    return (
      this.#failures.length >= MAX_FAILURES &&
      oldest !== undefined &&
      this.#clock.now() - oldest < FAILURE_WINDOW_MS
    );
  }
}
