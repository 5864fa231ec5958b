/** A plan that is carried out while it is still being made: who carries it out waits here for more of it. */
import type { Journal } from '../store/journal.ts';
import type { Step } from './step.ts';

/**
 * Steps that are kept, so that who keeps up with the planning need not read again what was written just now: the planner's last
 * chunk, and no more, for a step holds its whole record.
 */
const MOST_KEPT = 500;

type Numbered = Pick<Step, 'number'>;

/** How a follower comes by its part of the steps. */
export interface StepReader<T extends Numbered, S extends Numbered = Step> {
  /** How many it takes at once. */
  readonly chunk: number;
  /** Its steps after a number, from the journal, a chunk at a time. */
  read(after: number): Iterable<readonly T[]>;
  /** A step as the reader takes it; null: it is none of its own. */
  readonly ownOf: (step: S) => T | null;
}

export class GrowingPlan<S extends Numbered = Step> {
  #isComplete = false;
  /** Number of the last step in the journal. */
  #last = -1;
  /** The last steps of the journal, as many as are kept. */
  #kept: readonly S[] = [];
  #waiting: (() => void)[] = [];

  get isComplete(): boolean {
    return this.#isComplete;
  }

  /** More steps are in the journal. */
  grew(steps: readonly S[]): void {
    this.#last = steps.at(-1)?.number ?? this.#last;
    this.#kept = [...this.#kept, ...steps].slice(-MOST_KEPT);
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

  /** The journal is empty again: another plan is made. Nobody follows yet. */
  restart(): void {
    this.#isComplete = false;
    this.#last = -1;
    this.#kept = [];
  }

  /** The reader's steps, in order, a chunk at a time, until the plan is complete. Rejects with the signal's reason. */
  async *follow<T extends Numbered>(
    reader: StepReader<T, S>,
    signal: AbortSignal,
  ): AsyncGenerator<readonly T[]> {
    for (let after = -1; ;) {
      const isLast = this.#isComplete;
      const last = this.#last;
      for (const steps of this.#keptAfter(after, reader) ?? reader.read(after)) {
        after = steps.at(-1)?.number ?? after;
        yield steps;
      }
      // Most steps may be none of the reader's; it is not to pass them over again each time.
      after = Math.max(after, last);
      if (isLast) return;
      // It may have grown, or been completed, while what was there was carried out.
      if (!this.#isComplete && this.#last === last) await this.#grown(signal);
    }
  }

  /** The reader's steps after a number; undefined where some of them are no longer kept. */
  #keptAfter<T extends Numbered>(
    after: number,
    { chunk, ownOf }: StepReader<T, S>,
  ): readonly (readonly T[])[] | undefined {
    const first = this.#kept[0];
    if (first === undefined || first.number > after + 1) return undefined;
    const own = this.#kept.filter(({ number }) => number > after).flatMap((step) => ownOf(step) ?? []);
    return Array.from({ length: Math.ceil(own.length / chunk) }, (_, index) =>
      own.slice(index * chunk, (index + 1) * chunk),
    );
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
