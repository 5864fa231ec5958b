/** Cuts steps into calls that a host can take: bounded by count and by size, since pictures are megabytes. Pure. */
import type { Step } from './step.ts';

/** Operations handed over in one call at most. */
export const MAX_OPERATIONS = 100;
/**
 * Characters of records in one call, unless a single operation has more. The answer holds the records again, some of them
 * larger (a PNG becomes a JPEG, a character up to three bytes), and has a limit of its own (MAX_ANSWER_BYTES).
 */
export const MAX_CALL_CHARS = 8_000_000;

type Sized = Pick<Step, 'mailbox' | 'restore'>;

/** The steps in order, as few calls as may be. `snapshotChars`: the length of a snapshot that a step puts back. */
export function inCalls<T extends Sized>(
  steps: readonly T[],
  snapshotChars: (restore: NonNullable<Step['restore']>) => number,
): readonly (readonly T[])[] {
  const calls: T[][] = [];
  let call: T[] = [];
  let chars = 0;
  for (const step of steps) {
    const size = charsOf(step) + (step.restore === null ? 0 : snapshotChars(step.restore));
    if (call.length > 0 && (call.length >= MAX_OPERATIONS || chars + size > MAX_CALL_CHARS)) {
      calls.push(call);
      call = [];
      chars = 0;
    }
    call.push(step);
    chars += size;
  }
  if (call.length > 0) calls.push(call);
  return calls;
}

/** What the operation sends of itself: the record as it shall be, and as it is expected to be. */
function charsOf({ mailbox }: Sized): number {
  return (mailbox.operation?.fields?.length ?? 0) + (mailbox.before?.length ?? 0);
}
