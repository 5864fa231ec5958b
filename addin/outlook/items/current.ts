/** Items as they are just before they are written. */
import type { Clock } from '../graph/clock.ts';
import type { Fetched } from './fetched.ts';
import { STALE_WAIT_MS } from './read-page.ts';
import type { Change, Current } from './writer.ts';

/**
 * The items that some changes are meant for, in order. One that differs from what was expected is read once more a
 * little later: the service's first answer may be an old one (spec: graph 1 line 16).
 */
export async function readCurrent<Item>(
  clock: Clock,
  changes: readonly Change[],
  read: (changes: readonly Change[]) => Promise<readonly Current<Item>[]>,
  isExpected: (change: Change, item: Item) => boolean,
  signal: AbortSignal,
): Promise<readonly Current<Item>[]> {
  const first = await read(changes);
  const doubtful = changes.flatMap((change, index) => {
    const current = first[index];
    return current?.kind === 'item' && !isExpected(change, current.item) ? [index] : [];
  });
  if (doubtful.length === 0 || signal.aborted) return first;
  await clock.sleep(STALE_WAIT_MS, signal);
  const again = await read(changes.filter((_, index) => doubtful.includes(index)));
  return first.map((current, index) => again[doubtful.indexOf(index)] ?? current);
}

/** What is left of a fetched item that cannot be written now. */
export function withoutItem<Item>(
  fetched: Exclude<Fetched<Item>, { kind: 'item' }> | undefined,
): Current<never> {
  if (fetched?.kind === 'gone') return { kind: 'gone' };
  if (fetched?.kind === 'unreadable') return fetched;
  const problem = fetched?.problem;
  return {
    kind: 'unreadable',
    problem: { code: problem?.code ?? 'mailbox.unavailable', detail: problem?.detail ?? '' },
  };
}
