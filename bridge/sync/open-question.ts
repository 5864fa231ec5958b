/** The question that a job waits with, for at most two minutes: the device is held meanwhile (spec: sync engine, G6). */
import { randomUUID } from 'node:crypto';
import { SyncError } from '../../contract/errors.ts';
import type { Answer, Question } from '../../contract/job.ts';
import type { Clock } from './clock.ts';
import type { NewQuestion } from './context.ts';

export const ANSWER_PATIENCE_MS = 120_000;

const ANSWERS: Readonly<Record<Question['kind'], readonly Answer[]>> = {
  removals: ['remove', 'restore', 'skip'],
  'edited-since': ['overwrite', 'skip'],
};

export class OpenQuestion {
  readonly #clock: Clock;
  #open: { readonly question: Question; readonly answered: (answer: Answer) => void } | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves with the answer; null: nobody gave one in time. Rejects with the signal's reason. */
  async ask(
    asked: NewQuestion,
    signal: AbortSignal,
    show: (question: Question | null) => void,
  ): Promise<Answer | null> {
    const until = new Date(this.#clock.now() + ANSWER_PATIENCE_MS).toISOString();
    const question: Question = { ...asked, id: randomUUID(), until };
    const over = new AbortController();
    const patience = this.#clock
      .sleep(ANSWER_PATIENCE_MS, AbortSignal.any([signal, over.signal]))
      .then(() => null);
    const answer = new Promise<Answer>((resolve) => {
      this.#open = { question, answered: resolve };
    });
    show(question);
    try {
      return await Promise.race([answer, patience]);
    } finally {
      this.#open = null;
      over.abort(new SyncError('sync.answer'));
      // The wait ends with the reason that it was just given.
      patience.catch(() => undefined);
      show(null);
    }
  }

  /** Throws `sync.answer`. */
  answer(id: string, answer: Answer): void {
    const open = this.#open;
    if (open?.question.id !== id) throw new SyncError('sync.answer');
    if (!ANSWERS[open.question.kind].includes(answer)) throw new SyncError('sync.answer', answer);
    open.answered(answer);
  }
}
