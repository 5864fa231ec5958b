/** Keeps the answer to a batch of writes below what the bridge takes: the items in it may have large pictures. */
import { MAX_ANSWER_BYTES } from '../../contract/api.ts';
import type { MailboxResult } from '../../contract/server-plugin.ts';

/** For what stands around the results. */
const ENVELOPE_BYTES = 64 * 1024;

/**
 * The results that fit. Those left out count as unknown: the bridge looks for the items that were made, by their keys, and
 * asks for the other changes again, which find their own work done.
 */
export function fitting(results: readonly MailboxResult[], maxBytes = MAX_ANSWER_BYTES): MailboxResult[] {
  const encoder = new TextEncoder();
  let left = maxBytes - ENVELOPE_BYTES;
  return results.filter((result) => {
    const bytes = encoder.encode(JSON.stringify(result)).length + 1;
    if (bytes > left) return false;
    left -= bytes;
    return true;
  });
}
