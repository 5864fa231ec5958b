/** What became of an item that was asked for, told the same way for every kind of item. */
import type { z } from 'zod';
import { SyncError } from '../../../contract/errors.ts';
import type { Problem } from '../../../contract/server-plugin.ts';
import type { PartOutcome } from '../graph/batch-parts.ts';
import { codeOfStatus, describe, faultOf } from '../graph/errors.ts';

export type Fetched<Item> =
  | { readonly kind: 'item'; readonly item: Item }
  | { readonly kind: 'gone' }
  /** `again`: the service would not give it, and may another time. */
  | { readonly kind: 'unreadable'; readonly problem: Problem; readonly again?: true }
  /** The service did not answer; the item may be all right. */
  | { readonly kind: 'unanswered'; readonly problem: SyncError };

/** Judges the answer to the GET of one item; `check` looks at the body of a 200. */
export function readFetched<Item>(
  outcome: PartOutcome,
  check: (body: unknown) => Fetched<Item>,
): Fetched<Item> {
  if (outcome.kind !== 'reply') return { kind: 'unanswered', problem: outcome.problem };
  if (outcome.status === 200) return check(outcome.body);
  const { code } = faultOf(outcome.body);
  if (outcome.status === 401 || outcome.status === 403 || noMailboxCodes.has(code))
    return {
      kind: 'unanswered',
      problem: new SyncError(codeOfStatus(outcome.status), describe(outcome.status, outcome.body)),
    };
  if (isMissing(outcome)) return { kind: 'gone' };
  const problem = unreadable(describe(outcome.status, outcome.body));
  return { kind: 'unreadable', problem, again: true };
}

/** A 404 of these kinds says nothing about the item: taking it for a removal would empty the device. */
const noMailboxCodes: ReadonlySet<string> = new Set([
  'errorinvaliduser',
  'mailboxnotenabledforrestapi',
  'resourcenotfound',
]);

/** An id can also be refused as malformed when the item is gone for good (spec: graph 9). */
export function isMissing({ status, body }: { readonly status: number; readonly body: unknown }): boolean {
  return status === 404 || isBadId(status, body);
}

const isBadId = (status: number, body: unknown): boolean =>
  status === 400 && faultOf(body).code === 'errorinvalididmalformed';

export const unreadable = (detail: string): Problem => ({
  code: 'mailbox.unreadable',
  detail: detail.slice(0, 2000),
});

/** An item by its schema; `unreadable` for what is none. */
export function checkItem<Item>(schema: z.ZodType<Item>, value: unknown): Fetched<Item> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return { kind: 'item', item: parsed.data };
  const [issue] = parsed.error.issues;
  const detail = `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'no item'}`;
  return { kind: 'unreadable', problem: unreadable(detail) };
}

export interface SortedOut<Item> {
  readonly items: readonly Item[];
  readonly removed: string[];
  readonly problems: { id: string; problem: Problem }[];
  /** Which of them to ask for again. */
  readonly again: string[];
}

/** @throws SyncError when the service left an item unanswered: the page is to be asked for again */
export function sortOut<Item>(fetched: readonly Fetched<Item>[], ids: readonly string[]): SortedOut<Item> {
  const items: Item[] = [];
  const removed: string[] = [];
  const problems: SortedOut<Item>['problems'] = [];
  const again: string[] = [];
  fetched.forEach((row, index) => {
    const id = ids[index] ?? '';
    if (row.kind === 'item') items.push(row.item);
    else if (row.kind === 'gone') removed.push(id);
    else if (row.kind === 'unreadable') {
      problems.push({ id, problem: row.problem });
      if (row.again === true) again.push(id);
    } else throw row.problem;
  });
  return { items, removed, problems, again };
}
