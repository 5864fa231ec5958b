/**
 * What an unfinished read has to remember, and where the next one starts. All of it travels in page tokens and
 * anchors: any host of the mailbox can go on at any page.
 */
import { z } from 'zod';
import { hashId } from './id-hash.ts';

const count = z.number().int().nonnegative();
const link = z.string().max(100_000);

/** A sum over ids that tells whether two readings named the same ones, whatever their order. */
export const idSumSchema = z.object({ count, sum: count });
export type IdSum = z.infer<typeof idSumSchema>;

export const NO_IDS: IdSum = { count: 0, sum: 0 };

export function addIds({ count: before, sum }: IdSum, ids: readonly string[]): IdSum {
  return {
    count: before + ids.length,
    sum: ids.reduce((total, id) => (total + hashId(id)) % Number.MAX_SAFE_INTEGER, sum),
  };
}

/** An id to be read, and its etag as the list of changes gave it (empty: not given). */
const rowSchema = z.tuple([z.string(), z.string()]);
export type WaitingRow = z.infer<typeof rowSchema>;

/** Items asked for again at the next read; more of them are a matter of the next full one. */
const MAX_AGAIN = 200;
const again = z.array(z.string()).max(MAX_AGAIN).optional();

/** When, in ms since 1970, everything is to be read again; absent: never. */
const until = count.optional();

/** Where a later read starts. `again`: items that the service would not give, this time. */
const anchorSchema = z.union([
  z.object({
    again,
    until,
    /** Link of a delta that was run to its end. */
    delta: link,
  }),
  z.object({
    again,
    until,
    /** Ids and versions of all items, by version-list.ts: the service offers no delta. */
    listed: z.string().max(50_000_000),
  }),
]);
export type Anchor = z.infer<typeof anchorSchema>;

/** The anchor of a read in which the service would not give these items. */
export function askAgain<A extends Anchor>(anchor: A, ids: readonly string[]): A {
  if (ids.length === 0) return anchor;
  return { ...anchor, again: [...new Set([...(anchor.again ?? []), ...ids])].slice(0, MAX_AGAIN) };
}

/** What is to be asked for again, and the anchor without it: whether it is given now remains to be seen. */
export function takeAgain<A extends Anchor>(
  anchor: A,
): { readonly anchor: A; readonly waiting: readonly WaitingRow[] } {
  const { again: ids = [], ...rest } = anchor;
  return { anchor: rest as A, waiting: ids.map((id): WaitingRow => [id, '']) };
}

const stateSchema = z.discriminatedUnion('step', [
  /** The delta is run to its end, for its link and the number of items. */
  z.object({ step: z.literal('enumerate'), link, until, total: count, pages: count }),
  /** The plain list; `link` null: only `waiting` is left of it. */
  z.object({
    step: z.literal('list'),
    link: link.nullable(),
    waiting: z.array(z.string()),
    /** Where the next read starts, as of before the list; null: nobody can tell. */
    anchor: anchorSchema.nullable(),
    total: count.nullable(),
    seen: idSumSchema,
    pages: count,
  }),
  /** Changed items by id. Also the end of a full read: what changed while it ran. */
  z.object({
    step: z.literal('changes'),
    reading: z.enum(['full', 'delta']),
    /** The delta's next page; null: it is at its end. */
    link: link.nullable(),
    /** Where the next read starts; of a delta whose end is not reached yet without the link. */
    anchor: anchorSchema,
    waiting: z.array(rowSchema),
    pages: count,
  }),
]);
export type ReadState = z.infer<typeof stateSchema>;
export type ListState = Extract<ReadState, { step: 'list' }>;
export type ChangesState = Extract<ReadState, { step: 'changes' }>;

/** No read has more pages than this: a service that never ends is not followed for ever. */
export const MAX_PAGES = 20_000;

export const writeState = (state: ReadState): string => JSON.stringify(state);
export const writeAnchor = (anchor: Anchor): string => JSON.stringify(anchor);

/** Undefined for a token that is not ours. */
export const readState = (token: string): ReadState | undefined => parseToken(stateSchema, token);
export const readAnchor = (token: string): Anchor | undefined => parseToken(anchorSchema, token);

/** Undefined for a token that the schema does not know. */
export function parseToken<T>(schema: z.ZodType<T>, token: string): T | undefined {
  try {
    const result = schema.safeParse(JSON.parse(token));
    return result.success ? result.data : undefined;
  } catch {
    // No JSON: a token of another version, or damaged. The caller reads everything again.
    return undefined;
  }
}
