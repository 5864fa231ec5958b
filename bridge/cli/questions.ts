/** Puts a job's questions to the person at the terminal. */
import { z } from 'zod';
import { paths } from '../../contract/api.ts';
import { toSyncError } from '../../contract/errors.ts';
import type { Job, Question } from '../../contract/job.ts';
import type { BridgeClient } from './bridge-client.ts';
import type { Io } from './io.ts';
import type { ProgressLine } from './progress-line.ts';
import { count, printable } from './text.ts';

/** Records named before the question. */
const SHOWN = 20;

export class Questions {
  readonly #client: BridgeClient;
  readonly #io: Io;
  readonly #line: ProgressLine;
  readonly #signal: AbortSignal;
  #asked: string | null = null;

  constructor(client: BridgeClient, io: Io, line: ProgressLine, signal: AbortSignal) {
    this.#client = client;
    this.#io = io;
    this.#line = line;
    this.#signal = signal;
  }

  /** Asks what the job asks, once; the job goes on by itself when nobody answers in time. */
  show(job: Job): void {
    const { question } = job;
    if (question === null || question.id === this.#asked || !this.#io.canAsk) return;
    this.#asked = question.id;
    this.#line.clear();
    this.#put(job.id, question).catch((error: unknown) => {
      this.#io.err(`${toSyncError(error).message}\n`);
    });
  }

  async #put(job: string, question: Question): Promise<void> {
    const shown = question.labels.slice(0, SHOWN);
    const more = question.count - shown.length;
    this.#io.err(`${sentenceOf(question)}\n`);
    for (const label of shown) this.#io.err(printable(`  ${label}`) + '\n');
    if (more > 0) this.#io.err(`  … and ${more} more\n`);
    const choices = question.kind === 'removals' ? ['remove', 'restore', 'skip'] : ['overwrite', 'skip'];
    const answer = (await this.#io.choose('What shall be done?', choices, this.#signal)) ?? 'skip';
    if (this.#signal.aborted) return;
    await this.#client.post(paths.answer, { job, question: question.id, answer }, z.object({}));
  }
}

function sentenceOf(question: Question): string {
  if (question.kind === 'edited-since') {
    return `${count(question.count, 'record')} of ${question.dataset} changed since would be overwritten:`;
  }
  const { reason, side, dataset, pairs } = question;
  const where = side === 'device' ? 'the device' : 'Outlook';
  const records = `${count(question.count, 'record')} of ${pairs} in ${dataset}`;
  switch (reason) {
    case 'removed':
      return `${records} would be removed from ${where}, for they were removed on the other side:`;
    case 'missing':
      return `${records} are missing on the device. Remove them from Outlook, or restore them on the device?`;
    case 'empty':
      return `The device came back empty. Remove ${records} from Outlook, or restore them on the device?`;
  }
}
