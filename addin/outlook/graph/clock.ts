/** Time as the Graph client uses it; tests bring their own. */
import { SyncError } from '../../../contract/errors.ts';

export interface Clock {
  /** Milliseconds since 1970, by the wall clock. */
  now(): number;
  /**
   * Resolves after so many milliseconds.
   * @throws SyncError `sync.cancelled` when the signal aborts first
   */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      const cancel = (): void => {
        clearTimeout(timer);
        reject(new SyncError('sync.cancelled'));
      };
      const timer = setTimeout(() => {
        signal.removeEventListener('abort', cancel);
        resolve();
      }, ms);
      if (signal.aborted) cancel();
      else signal.addEventListener('abort', cancel, { once: true });
    }),
};
