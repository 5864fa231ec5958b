/**
 * Common batches of several pieces of work that go on at the same time, each of few parts after one another: what they send
 * while a batch is on its way goes with the next one. The parts of one piece keep their order.
 */
import type { BatchOptions, PartSender } from './batch.ts';
import type { BatchPart, PartOutcome } from './batch-parts.ts';

interface Waiting {
  readonly parts: readonly BatchPart[];
  readonly options: BatchOptions;
  readonly resolve: (outcomes: readonly PartOutcome[]) => void;
  readonly reject: (error: unknown) => void;
}

/** By then everybody who has got an answer has said what comes next. */
const nextTask = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

export class SharedBatches implements PartSender {
  readonly #sender: PartSender;
  readonly #signal: AbortSignal;
  #waiting: Waiting[] = [];
  #isSending = false;

  /** `signal`: of all the work. That of a single send is not looked at. */
  constructor(sender: PartSender, signal: AbortSignal) {
    this.#sender = sender;
    this.#signal = signal;
  }

  send(parts: readonly BatchPart[], options: BatchOptions): Promise<readonly PartOutcome[]> {
    if (parts.length === 0) return Promise.resolve([]);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ parts, options, resolve, reject });
      if (!this.#isSending) void this.#sendAll();
    });
  }

  async #sendAll(): Promise<void> {
    this.#isSending = true;
    await nextTask();
    while (this.#waiting.length > 0) {
      const all = this.#waiting;
      this.#waiting = [];
      await this.#sendTogether(all);
      await nextTask();
    }
    this.#isSending = false;
  }

  async #sendTogether(all: readonly Waiting[]): Promise<void> {
    const gate = all.find(({ options }) => options.gate !== undefined)?.options.gate;
    try {
      const outcomes = await this.#sender.send(
        all.flatMap(({ parts }) => parts),
        { signal: this.#signal, ...(gate !== undefined && { gate }) },
      );
      let next = 0;
      for (const { parts, resolve } of all) resolve(outcomes.slice(next, (next += parts.length)));
    } catch (error) {
      for (const { reject } of all) reject(error);
    }
  }
}
