/**
 * The server sync plugin: one dataset of one Outlook mailbox, as the Sync Manager drives it.
 *
 * The same plugin runs in the pane, in the headless host and in tests; between it and the bridge lie plugin
 * calls over localhost HTTPS. It keeps no state: whatever it needs next time travels in anchors and page
 * tokens, so that another host of the same mailbox can go on at any call.
 */
import { z } from 'zod';
import { isFieldValue, type Fields } from '../datasets/record/fields.ts';

/** A record's fields. Checked by hand: there are thousands of them in a read, and schemas of recursive unions are slow. */
export const fieldsSchema = z.custom<Fields>(
  (value) => isRecord(value) && Object.values(value).every((field) => isFieldValue(field)),
  'must be fields of a record',
);

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Which mailbox a host serves. Another mailbox is another partner. */
export const mailboxIdentitySchema = z.object({
  tenant: z.string().min(1).max(200),
  user: z.string().min(1).max(200),
  /** Address or name for people. */
  displayName: z.string().max(400),
  /** Id of the folder that each dataset is kept in. */
  folders: z.record(z.string().max(40), z.string().max(1000)),
});
export type MailboxIdentity = z.infer<typeof mailboxIdentitySchema>;

/** A record-level problem: a line of the report. `code` is one of the error catalogue. */
export const problemSchema = z.object({ code: z.string().max(100), detail: z.string().max(2000) });
export type Problem = z.infer<typeof problemSchema>;

/** One item of the mailbox, as far as the dataset knows it. */
export const mailboxItemSchema = z.object({
  id: z.string().min(1).max(1000),
  fields: fieldsSchema,
  /** etag of the item; a hint only, for it can change without a visible change. */
  version: z.string().max(1000),
  /** Last modification as the service tells it, ISO 8601 UTC; empty when unknown. */
  modified: z.string().max(40),
  /** Key of the create operation that made the item, where it was ours. */
  createKey: z.string().max(100).optional(),
  /**
   * Names of the elements that may be written from a device; all of them where it is absent. What else such an item
   * holds, and that it is there, only Outlook changes: a meeting, whose attendees would get mail.
   */
  writable: z.array(z.string().max(100)).max(40).optional(),
  /** What the dataset cannot express of the item, by its codes: told once, when the item has changed. */
  losses: z.array(problemSchema).max(100).optional(),
});
export type MailboxItem = z.infer<typeof mailboxItemSchema>;

export const readRequestSchema = z.object({
  /** Where the last finished read ended; null for a full read. */
  anchor: z.string().nullable(),
  /** Token of the next page of an unfinished read; null for the first page. */
  page: z.string().nullable(),
  /** Ids among the last page's candidates whose version the asker holds already: they need not be read. */
  known: z.array(z.string().max(1000)).optional(),
});
export type ReadRequest = z.infer<typeof readRequestSchema>;

export const readPageSchema = z.discriminatedUnion('kind', [
  /** The anchor or page token is dead: read again, with neither. Nothing is to be deleted for that. */
  z.object({ kind: z.literal('reset'), detail: z.string() }),
  z.object({
    kind: z.literal('page'),
    /** `full`: what no page of this read names is no longer there. `delta`: only what changed. */
    reading: z.enum(['full', 'delta']),
    items: z.array(mailboxItemSchema),
    /** Ids that are gone; may be unknown, may name what was never reported. */
    removed: z.array(z.string().max(1000)),
    /** Items that could not be read, by id. */
    problems: z.array(z.object({ id: z.string(), problem: problemSchema })),
    /** Token of the next page; null on the last. */
    next: z.string().nullable(),
    /** On the last page: where the next read starts. */
    anchor: z.string().nullable(),
    /**
     * Items that may have changed, and are read for the next page but for those that its request names as known: the
     * service replays our own writes.
     */
    candidates: z.array(z.object({ id: z.string(), version: z.string().max(1000) })).optional(),
    /** How many items a full read will bring, where known. */
    total: z.number().int().nonnegative().optional(),
  }),
]);
export type ReadPage = z.infer<typeof readPageSchema>;

export const mailboxOperationSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('create'),
    key: z.uuid(),
    fields: fieldsSchema,
    /** The snapshot of an item that was removed: put back all of it that the service lets be written. */
    restore: z.string().optional(),
  }),
  z.object({
    kind: z.literal('update'),
    key: z.uuid(),
    id: z.string().min(1),
    /** The whole record as it shall be. */
    fields: fieldsSchema,
    /** The fields to write; all others are left alone. */
    changed: z.array(z.string()),
    /** What the plan was made against: if the item differs by now, nothing is written. */
    expected: fieldsSchema,
    version: z.string(),
    /** The snapshot of the item before it was written: what `changed` names gets back its formatting from there. */
    restore: z.string().optional(),
  }),
  z.object({
    kind: z.literal('remove'),
    key: z.uuid(),
    id: z.string().min(1),
    expected: fieldsSchema,
    version: z.string(),
  }),
]);
export type MailboxOperation = z.infer<typeof mailboxOperationSchema>;

/** What became of an operation. `key` is the operation's. */
export const mailboxResultSchema = z.discriminatedUnion('status', [
  /** Done; `item` is what the mailbox holds now (none after a remove). */
  z.object({
    key: z.string(),
    status: z.literal('done'),
    item: mailboxItemSchema.optional(),
    problems: z.array(problemSchema).optional(),
  }),
  /** Somebody else changed it meanwhile; nothing was written. */
  z.object({ key: z.string(), status: z.literal('changed'), item: mailboxItemSchema }),
  /** It is no longer there. */
  z.object({ key: z.string(), status: z.literal('gone') }),
  /** The service refused it. */
  z.object({ key: z.string(), status: z.literal('failed'), problem: problemSchema }),
  /** The answer was lost: it may or may not have happened. */
  z.object({ key: z.string(), status: z.literal('unknown'), problem: problemSchema }),
]);
export type MailboxResult = z.infer<typeof mailboxResultSchema>;

/** An item kept whole before it is removed: opaque to the bridge, enough for the plugin to put it back. */
export const snapshotSchema = z.object({ id: z.string(), item: z.string().nullable() });
export type Snapshot = z.infer<typeof snapshotSchema>;

export interface ServerSyncPlugin {
  readonly dataset: string;

  /** One page of changes since the anchor. Asked with the same tokens again, it answers the same or newer. */
  read(request: ReadRequest, signal: AbortSignal): Promise<ReadPage>;

  /** Carries out a batch and tells the fate of each operation, in any order. At most 100 at a time. */
  apply(operations: readonly MailboxOperation[], signal: AbortSignal): Promise<readonly MailboxResult[]>;

  /** Items that carry one of these create keys: for creates whose answer was lost. */
  find(keys: readonly string[], signal: AbortSignal): Promise<readonly MailboxItem[]>;

  /** Whole items, as the service holds them, before they are removed. At most 100 at a time. */
  snapshot(ids: readonly string[], signal: AbortSignal): Promise<readonly Snapshot[]>;
}

/** Makes the plugins of one mailbox. */
export interface ServerPluginFactory {
  readonly mailbox: MailboxIdentity;
  readonly datasets: readonly string[];
  create(dataset: string): ServerSyncPlugin;
}
