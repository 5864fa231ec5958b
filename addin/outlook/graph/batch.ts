/**
 * Sends many small requests in $batch calls: one batch in flight, no chains, and as many parts as the service takes
 * (spec: graph 5, 6). The size shrinks when parts are throttled and grows slowly while they are not.
 */
import { SyncError, toSyncError } from '../../../contract/errors.ts';
import {
  isRepeatable,
  isWrite,
  judgeBatch,
  toRequest,
  type BatchPart,
  type PartOutcome,
  type Verdict,
} from './batch-parts.ts';
import type { GraphClient } from './client.ts';
import { pause } from './clock.ts';
import { MAX_REPEATS, MAX_WAIT_MS, waitBefore } from './retry.ts';

export const MIN_PARTS = 4;
export const MAX_PARTS = 20;
/** The service refuses large batches; a part that is larger by itself travels alone. */
const maxBatchBytes = 2_000_000;
/** How often a part is sent again that got an error instead of an answer. */
const maxFailures = 2;

/** Asked before every batch that writes; rejects when nothing may be written any more. */
export type WriteGate = (signal: AbortSignal) => Promise<void>;

export interface BatchOptions {
  readonly signal: AbortSignal;
  readonly gate?: WriteGate;
}

/** Sends parts, and tells the outcome of each, in order. */
export interface PartSender {
  send(parts: readonly BatchPart[], options: BatchOptions): Promise<readonly PartOutcome[]>;
}

/** A part on its way. */
interface Pending {
  readonly part: BatchPart;
  readonly bytes: number;
  throttled: number;
  failed: number;
  /** Whether the token was refused once for this part. */
  refused: boolean;
  outcome: PartOutcome | undefined;
}

export class BatchSender implements PartSender {
  readonly #client: GraphClient;
  #size = MAX_PARTS;

  constructor(client: GraphClient) {
    this.#client = client;
  }

  /** How many parts the next batch may have. */
  get size(): number {
    return this.#size;
  }

  /** The outcome of each part, in order. Never rejects: what goes wrong is told part by part. */
  async send(parts: readonly BatchPart[], options: BatchOptions): Promise<readonly PartOutcome[]> {
    const encoder = new TextEncoder();
    const all = parts.map((part): Pending => ({
      part,
      bytes: encoder.encode(JSON.stringify(part)).length,
      throttled: 0,
      failed: 0,
      refused: false,
      outcome: undefined,
    }));
    let queue = all;
    let waited = 0;
    while (queue.length > 0) {
      const chosen = choose(queue, this.#size);
      const verdicts = await this.#round(chosen, options);
      const refused = verdicts.find((verdict) => verdict.kind === 'refused');
      if (refused !== undefined) this.#client.renewToken(refused.reply.headers['www-authenticate']);
      const waits = chosen.map((pending, index) => settle(pending, verdicts[index]));
      this.#adapt(chosen);
      queue = queue.filter((pending) => pending.outcome === undefined);
      const wait = Math.max(0, ...waits);
      waited += wait;
      if (waited > MAX_WAIT_MS) {
        for (const pending of queue) giveUp(pending, problemOf(verdicts));
        break;
      }
      // A cancelled wait is no error here: the next round settles what is left.
      if (wait > 0) {
        const throttled = verdicts.some((verdict) => verdict.kind === 'throttled');
        const told = { sleep: this.#client.waitThrottled };
        await pause(throttled ? told : this.#client.clock, wait, options.signal);
      }
    }
    return all.map(({ outcome }) => outcome ?? unsent(new SyncError('sync.internal', 'batch part')));
  }

  async #round(chosen: readonly Pending[], { signal, gate }: BatchOptions): Promise<readonly Verdict[]> {
    const parts = chosen.map((pending) => pending.part);
    try {
      if (signal.aborted) throw new SyncError('sync.cancelled');
      if (gate !== undefined && parts.some(isWrite)) await gate(signal);
    } catch (error) {
      const problem = toSyncError(error, 'mailbox.unavailable');
      return chosen.map((pending) => ({ kind: 'settled', outcome: withoutAnswer(pending, problem) }));
    }
    try {
      const reply = await this.#client.post('/$batch', { requests: parts.map(toRequest) }, { signal });
      return judgeBatch(parts, reply, this.#client.clock.now());
    } catch (error) {
      const problem = toSyncError(error, 'mailbox.unavailable');
      return chosen.map(() => ({ kind: 'failed', problem }));
    }
  }

  #adapt(chosen: readonly Pending[]): void {
    if (chosen.some((pending) => pending.outcome === undefined && pending.throttled > 0))
      this.#size = Math.max(MIN_PARTS, Math.floor(this.#size / 2));
    else if (chosen.length >= this.#size) this.#size = Math.min(MAX_PARTS, this.#size + 1);
  }
}

const unsent = (problem: SyncError): PartOutcome => ({ kind: 'unsent', problem });

/** The next parts, in order, within the present size and the limit of bytes. */
function choose(queue: readonly Pending[], size: number): readonly Pending[] {
  const chosen: Pending[] = [];
  let bytes = 0;
  for (const pending of queue.slice(0, size)) {
    bytes += pending.bytes;
    if (chosen.length > 0 && bytes > maxBatchBytes) break;
    chosen.push(pending);
  }
  return chosen;
}

/** Notes a verdict; returns how long to wait before the part may be sent again, 0 when it is settled. */
function settle(pending: Pending, verdict: Verdict | undefined): number {
  if (verdict === undefined) return 0;
  if (verdict.kind === 'settled') {
    pending.outcome = verdict.outcome;
    return 0;
  }
  if (verdict.kind === 'throttled') {
    if (++pending.throttled > MAX_REPEATS) giveUp(pending, verdict.problem);
    return pending.outcome === undefined ? waitBefore(pending.throttled - 1, verdict.waitMs) : 0;
  }
  if (verdict.kind === 'refused') {
    // With a new token once more, and then its refusal is the answer.
    if (pending.refused) pending.outcome = { kind: 'reply', ...verdict.reply };
    pending.refused = true;
    return 0;
  }
  const fatal = verdict.problem.code !== 'mailbox.unavailable';
  if (++pending.failed > maxFailures || fatal || !isRepeatable(pending.part))
    giveUp(pending, verdict.problem);
  return pending.outcome === undefined ? waitBefore(pending.failed - 1, undefined) : 0;
}

function giveUp(pending: Pending, problem: SyncError): void {
  pending.outcome = withoutAnswer(pending, problem);
}

/** A write that once got no answer may have happened, whatever was said afterwards. */
function withoutAnswer(pending: Pending, problem: SyncError): PartOutcome {
  return isWrite(pending.part) && pending.failed > 0 ? { kind: 'lost', problem } : unsent(problem);
}

function problemOf(verdicts: readonly Verdict[]): SyncError {
  const bad = verdicts.find((verdict) => verdict.kind !== 'settled');
  return bad === undefined ? new SyncError('mailbox.unavailable') : bad.problem;
}
