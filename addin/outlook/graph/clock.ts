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

/** Waits so long, or until the signal aborts, which is no error here: the caller looks at the signal itself. */
export async function pause(clock: Pick<Clock, 'sleep'>, ms: number, signal: AbortSignal): Promise<void> {
  await clock.sleep(ms, signal).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}

/** Asks anew each time; the compiler takes a property for unchanged that it has once seen. */
export const isAborted = (signal: AbortSignal): boolean => signal.aborted;

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
