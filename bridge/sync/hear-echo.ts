/**
 * The service tells a sync's own writes again to the next reading, as changes. After many of them they are listened to
 * while the session commits, so that a sync without changes is as short as ever.
 */
import { SyncError } from '../../contract/errors.ts';
import type { Folder } from '../store/folders.ts';
import { collectMailbox } from './collect-mailbox.ts';
import type { SessionContext } from './context.ts';

/** Fewer writes cost the next reading a request or two. */
const MANY_WRITES = 1_000;
/** What has not been told by then, in ms, is left to the next reading. */
const LONGEST_MS = 10_000;

/** Reads what Outlook tells of the writes, as far as it does so now. */
export async function hearEcho(context: SessionContext, folder: Folder, writes: number): Promise<void> {
  if (writes < MANY_WRITES) return;
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(LONGEST_MS)]);
  try {
    const quiet = { ...context, signal, progress: () => undefined };
    await collectMailbox(quiet, folder, { onReset: 'leave' });
  } catch (error) {
    // The session has done its work; the next one goes on with this reading, and tells what is wrong with it.
    if (!(error instanceof SyncError) && !signal.aborted) throw error;
  }
}
