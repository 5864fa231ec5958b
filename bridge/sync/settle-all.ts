/**
 * Like Promise.all, but the first failure stops the other parts, and all of them have ended before it fails: none runs
 * on behind the session's back.
 */
export async function settleAll<T extends readonly unknown[]>(
  abort: AbortController,
  parts: { readonly [K in keyof T]: Promise<T[K]> },
): Promise<T> {
  const guarded = parts.map((part: Promise<unknown>) =>
    part.catch((error: unknown) => {
      if (!abort.signal.aborted) abort.abort(error);
      throw error;
    }),
  );
  const results = await Promise.allSettled(guarded);
  if (abort.signal.aborted) throw abort.signal.reason as Error;
  return results.map((result) => (result as PromiseFulfilledResult<unknown>).value) as unknown as T;
}
