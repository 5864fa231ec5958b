/** A plan that is carried out while it is still being made: who carries it out waits here for more of it. */
import type { Journal } from '../store/journal.ts';
import type { Step } from './step.ts';

export class GrowingPlan {
  #isComplete = false;
  /** Number of the last step in the journal. */
  #last = -1;
  #waiting: (() => void)[] = [];

  get isComplete(): boolean {
    return this.#isComplete;
  }

  /** More steps are in the journal, up to this number. */
  grew(last: number): void {
    this.#last = last;
    this.#wake();
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }

  /** All steps are. */
  complete(): void {
    this.#isComplete = true;
    this.#wake();
  }

  /**
   * The steps of the plan, in order, some at a time, until it is complete. `read` reads those after a number from the
   * journal. Rejects with the signal's reason.
   */
  async *follow<T extends Pick<Step, 'number'>>(
    read: (after: number) => Iterable<readonly T[]>,
    signal: AbortSignal,
  ): AsyncGenerator<readonly T[]> {
    for (let after = -1; ;) {
      const isLast = this.#isComplete;
      const last = this.#last;
      for (const steps of read(after)) {
        after = steps.at(-1)?.number ?? after;
        yield steps;
      }
      // Most steps may be none of the reader's; it is not to pass them over again each time.
      after = Math.max(after, last);
      if (isLast) return;
      if (!this.#isComplete) await this.#grown(signal);
    }
  }

  async #grown(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const stop = (): void => this.#wake();
    signal.addEventListener('abort', stop, { once: true });
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
    signal.removeEventListener('abort', stop);
    signal.throwIfAborted();
  }
}

/** How many operations on that side there will be; null while the plan still grows. */
export function operationCount(
  journal: Journal,
  session: number,
  side: 'device' | 'mailbox',
  plan: GrowingPlan,
): () => number | null {
  let count: number | null = null;
  return () => (plan.isComplete ? (count ??= journal.countOperations(session, side)) : null);
}
