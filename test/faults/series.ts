/**
 * Runs series of faults: each has a name by which it can be tried alone, each is counted, and one that fails is told by its
 * name while the others go on, on a fresh bench.
 */

/**
 * What became of a fault: the place in the run that it was meant for may not have come, or what was to be spoilt there may
 * not have happened, as where a call never had an answer.
 */
export type FaultOutcome = 'struck' | 'not reached' | 'no occasion';

export interface Fault<T> {
  /** As `link/2009/first/to-device/17`. */
  readonly name: string;
  readonly what: T;
}

export interface Bench {
  close(): Promise<void>;
}

export interface Series<B extends Bench, T> {
  /** What is counted together, as `link cut at a line`. */
  readonly kind: string;
  /** In order; a series without an end is over when the place of a fault has not come. */
  readonly faults: Iterable<Fault<T>>;
  readonly endless?: boolean;
  readonly open: () => Promise<B>;
  readonly run: (bench: B, what: T) => Promise<FaultOutcome>;
  /** How many benches at once, for faults that mostly wait. */
  readonly width?: number;
}

export interface RunOptions {
  /** Every how many-th fault is tried: 1 is all. */
  readonly stride?: number;
  /** The number of the first, from 0. */
  readonly from?: number;
  /** At most so many of each series. */
  readonly limit?: number;
  /** Only faults whose name begins so. */
  readonly only?: string | undefined;
}

export interface Count {
  struck: number;
  notReached: number;
  failed: number;
}

/** After so many failures of one series the rest of it would tell nothing new. */
const MAX_FAILURES = 5;

export class FaultRun {
  readonly counts = new Map<string, Count>();
  readonly #options: RunOptions;

  constructor(options: RunOptions = {}) {
    this.#options = options;
  }

  /** Rejects with the names of the faults that were not survived, and what was wrong. */
  async try<B extends Bench, T>(series: Series<B, T>): Promise<void> {
    const count: Count = this.counts.get(series.kind) ?? { struck: 0, notReached: 0, failed: 0 };
    this.counts.set(series.kind, count);
    const faults = this.#chosen(series.faults);
    const failures: string[] = [];
    let isOver = false;
    const worker = async (): Promise<void> => {
      let bench: B | undefined;
      try {
        while (!isOver && failures.length < MAX_FAILURES) {
          const next = faults.next();
          if (next.done === true) return;
          const { name, what } = next.value;
          try {
            bench ??= await series.open();
            const outcome = await series.run(bench, what);
            if (outcome === 'struck') count.struck += 1;
            else {
              count.notReached += 1;
              isOver ||= outcome === 'not reached' && series.endless === true;
            }
          } catch (error) {
            count.failed += 1;
            failures.push(
              `${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
            );
            await bench?.close();
            bench = undefined;
          }
        }
      } finally {
        await bench?.close();
      }
    };
    await Promise.all(Array.from({ length: series.width ?? 1 }, worker));
    if (failures.length > 0) throw new Error(`${failures.length} not survived:\n${failures.join('\n')}`);
  }

  *#chosen<T>(faults: Iterable<Fault<T>>): Generator<Fault<T>> {
    const { stride = 1, from = 0, limit = Infinity, only } = this.#options;
    let index = 0;
    let given = 0;
    for (const fault of faults) {
      if (only !== undefined && !fault.name.startsWith(only)) continue;
      if ((index++ - from) % stride !== 0) continue;
      if (given >= limit) return;
      given += 1;
      yield fault;
    }
  }
}

/** Steps of a run that are counted until they do not come any more. */
export function* countedUp<T>(
  name: string,
  what: (step: number) => readonly (readonly [string, T])[],
): Generator<Fault<T>> {
  const MOST = 10_000;
  for (let step = 1; step <= MOST; step += 1) {
    for (const [detail, fault] of what(step)) yield { name: `${name}/${step}/${detail}`, what: fault };
  }
}
