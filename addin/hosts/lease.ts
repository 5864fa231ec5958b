/**
 * A host's side of a lease on a plugin call (spec: sync engine 3, "Plugin calls to a host"). By the wall clock: the
 * timers of hidden pages and of sleeping computers tell nothing.
 *
 * The lease counts from the moment when a request that named the call was sent, and only once that request has been
 * answered: before that nobody knows whether it ever arrived.
 */
import { LEASE_MARGIN_MS, LEASE_MS } from '../../contract/api.ts';
import { SyncError } from '../../contract/errors.ts';

export class Lease {
  readonly #now: () => number;
  #until = 0;
  #lost: SyncError | undefined;
  #waiting: (() => void)[] = [];

  /** `now`: milliseconds since 1970. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** A request that named the call was sent at that time and has been answered. */
  renew(sentAt: number): void {
    this.#until = Math.max(this.#until, sentAt + LEASE_MS);
    this.#wake();
  }

  /** The call is no longer ours: nothing may be written for it. */
  lose(problem: SyncError): void {
    this.#lost ??= problem;
    this.#wake();
  }

  get mayWrite(): boolean {
    return this.#lost === undefined && this.#until - this.#now() >= LEASE_MARGIN_MS;
  }

  /**
   * Resolves at once when a write may start, else as soon as the lease has been renewed.
   * @throws SyncError `api.lease-lost` and the like when the call is lost; `sync.cancelled` on abort
   */
  async beforeWrite(signal: AbortSignal): Promise<void> {
    while (!this.mayWrite) {
      if (signal.aborted) throw this.#lost ?? new SyncError('sync.cancelled');
      if (this.#lost !== undefined) throw this.#lost;
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          signal.removeEventListener('abort', wake);
          resolve();
        };
        this.#waiting.push(wake);
        signal.addEventListener('abort', wake, { once: true });
      });
    }
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }
}
