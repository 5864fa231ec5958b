/** AbortSignals as this folder uses them. */
import { SyncError } from '../../contract/errors.ts';

/** What an aborted signal stands for: its reason where that is a SyncError, else `sync.cancelled`. */
export function cancelled(signal: AbortSignal): SyncError {
  return signal.reason instanceof SyncError ? signal.reason : new SyncError('sync.cancelled');
}

export function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw cancelled(signal);
}

/** Calls `cancel` when the signal is aborted; the function returned ends that. */
export function onCancel(signal: AbortSignal, cancel: (error: SyncError) => void): () => void {
  const listener = (): void => cancel(cancelled(signal));
  signal.addEventListener('abort', listener, { once: true });
  return () => signal.removeEventListener('abort', listener);
}
