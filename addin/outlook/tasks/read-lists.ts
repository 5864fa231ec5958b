/** Reads several lists as one folder, one after the other; the tokens of all of them travel in one. */
import { z } from 'zod';
import type { ReadPage, ReadRequest } from '../../../contract/server-plugin.ts';
import { parseJson } from '../items/values.ts';
import { reset } from '../items/read-page.ts';
import { readPage } from '../items/read.ts';
import type { TasksContext } from './context.ts';
import { tasksSource } from './source.ts';

/** Anchors by list; null: that list offers none, and is read whole each time. */
const anchorsSchema = z.array(z.tuple([z.string(), z.string().nullable()]));
type Anchors = z.infer<typeof anchorsSchema>;

const stateSchema = z.object({
  /** The list being read. */
  list: z.string(),
  /** Its page token; null: its first page. */
  page: z.string().nullable(),
  /** Anchors of the lists that have been read to their end. */
  done: anchorsSchema,
});
type State = z.infer<typeof stateSchema>;

export async function readLists(
  context: TasksContext,
  { anchor, page, known }: ReadRequest,
  signal: AbortSignal,
): Promise<ReadPage> {
  // A full read asks again: a list may have been deleted, or be another one of the same name.
  const lists = await context.lists(signal, anchor === null && page === null ? 'anew' : undefined);
  const anchors = anchor === null ? [] : parsed(anchorsSchema, anchor);
  if (anchors === undefined) return reset('an anchor that cannot be read');
  // Other lists than last time: what is in them is only known by reading everything.
  if (anchor !== null && !sameLists(anchors, lists)) return reset('other task lists are synced now');
  const state = page === null ? { list: lists[0] ?? '', page: null, done: [] } : parsed(stateSchema, page);
  if (state === undefined || !lists.includes(state.list)) return reset('a page token that cannot be read');
  const request = {
    anchor: anchorOf(anchors, state.list),
    page: state.page,
    ...(known !== undefined && { known }),
  };
  const answer = await readPage(tasksSource(context, state.list), request, signal);
  return answer.kind === 'reset' ? answer : joined(answer, state, lists, anchor === null);
}

function joined(
  page: Extract<ReadPage, { kind: 'page' }>,
  state: State,
  lists: readonly string[],
  isFull: boolean,
): ReadPage {
  // A list that is read whole within a reading of changes would seem to be all that there is.
  if (!isFull && page.reading === 'full') return reset('a list of tasks has to be read whole');
  if (page.next !== null) return { ...page, next: JSON.stringify({ ...state, page: page.next }) };
  const done: Anchors = [...state.done, [state.list, page.anchor]];
  const following = lists[lists.indexOf(state.list) + 1];
  if (following !== undefined) {
    const next: State = { list: following, page: null, done };
    return { ...page, anchor: null, next: JSON.stringify(next) };
  }
  const isAnchored = done.every(([, anchor]) => anchor !== null);
  return { ...page, anchor: isAnchored ? JSON.stringify(done) : null };
}

const sameLists = (anchors: Anchors, lists: readonly string[]): boolean =>
  anchors.length === lists.length && anchors.every(([list], index) => list === lists[index]);

const anchorOf = (anchors: Anchors, list: string): string | null =>
  anchors.find(([each]) => each === list)?.[1] ?? null;

function parsed<T>(schema: z.ZodType<T>, token: string): T | undefined {
  const result = schema.safeParse(parseJson(token));
  return result.success ? result.data : undefined;
}
