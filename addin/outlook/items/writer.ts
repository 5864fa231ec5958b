/** How the items of one dataset are written; the order of things around it is that of apply.ts. */
import type {
  MailboxItem,
  MailboxOperation,
  MailboxResult,
  Problem,
} from '../../../contract/server-plugin.ts';
import type { BatchPart } from '../graph/batch-parts.ts';
import type { PartSender, WriteGate } from '../graph/batch.ts';
import type { GraphReply } from '../graph/client.ts';

export type Create = Extract<MailboxOperation, { kind: 'create' }>;
export type Update = Extract<MailboxOperation, { kind: 'update' }>;
export type Change = Exclude<MailboxOperation, Create>;

/** An item as it is just before it is written. */
export type Current<Item> =
  | { readonly kind: 'item'; readonly item: Item }
  | { readonly kind: 'gone' }
  | { readonly kind: 'unreadable'; readonly problem: Problem };

/** An item whose own properties are written; of a removed one, as it was. */
export interface Written<Item> {
  readonly operation: MailboxOperation;
  readonly item: Item;
  /** The item before an update. */
  readonly before: Item | undefined;
}

/** A create that did not end in an answer of its own. */
export interface OpenCreate {
  readonly operation: Create;
  /** `lost`: no answer came. `refused`: the service has had this very create before, or says so. */
  readonly why: 'lost' | 'refused';
}

export interface ItemWriter<Item> {
  readonly batch: PartSender;
  /** Asked before every write. */
  readonly gate: WriteGate;
  create(operation: Create): BatchPart;
  /** The item that a write has left; undefined: the answer cannot be read. */
  written(
    operation: Create | Update,
    part: BatchPart,
    reply: GraphReply,
    before: Item | undefined,
  ): Item | undefined;
  /** The items of some changes, in order, as they are now. */
  current(changes: readonly Change[], signal: AbortSignal): Promise<readonly Current<Item>[]>;
  /** Whether the item still is what the change was planned against. */
  isExpected(change: Change, item: Item): boolean;
  toItem(item: Item): MailboxItem;
  /** Why the item must not be changed like that; undefined: it may. Nothing is sent where it must not. */
  refusal?(change: Change, item: Item): Problem | undefined;
  /** The write of the item's own properties; undefined: there is none. */
  change(change: Change, item: Item): BatchPart | undefined;
  /** The create without what the service may refuse; undefined: there is nothing to leave out. */
  createLess?(operation: Create): BatchPart | undefined;
  /** Whether a refused create may have been carried out before. */
  isRepeated?(reply: GraphReply): boolean;
  /** Looks for the items of creates that did not end in an answer; by key what was found. */
  recover?(
    creates: readonly OpenCreate[],
    /** What other creates of the same call have made. */
    made: readonly Item[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, Item>>;
  /** What has to follow when the items' own properties are written, and what is told then. */
  finish(written: readonly Written<Item>[], signal: AbortSignal): Promise<readonly MailboxResult[]>;
}
