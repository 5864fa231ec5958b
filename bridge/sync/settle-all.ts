/**
 * Like Promise.all, but the first failure stops the other parts, and all of them have ended before it fails: none runs
 * on behind the session's back.
 */
export async function settleAll<T extends readonly unknown[]>(
  abort: AbortController,
  parts: { readonly [K in keyof T]: Promise<T[K]> },
): Promise<T> {
  const guarded = parts.map((part: Promise<unknown>) => stopOnFailure(abort, part));
  const results = await Promise.allSettled(guarded);
  if (abort.signal.aborted) throw abort.signal.reason as Error;
  return results.map((result) => (result as PromiseFulfilledResult<unknown>).value) as unknown as T;
}

/** The work's outcome; its failure becomes the reason of the signal. */
export async function stopOnFailure<T>(abort: AbortController, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!abort.signal.aborted) abort.abort(error);
    throw error;
  }
}
