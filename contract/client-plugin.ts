/**
 * The client sync plugin: one dataset of one handheld, as the Sync Manager drives it.
 *
 * The device's own plugins (device/plugins) and the desktop's remote proxy (bridge/remote) implement the same
 * interface; what lies between them is the wire. Times are milliseconds since 1970, UTC.
 */

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type EpochMs = number;

/** What the desktop says of itself at the start of a dataset's session. */
export interface DesktopHeader {
  /** Stable id of the sync partner: one braced UUID per mailbox. */
  readonly identity: string;
  readonly last: EpochMs | null;
  readonly next: EpochMs;
}

/** What the device answers. */
export interface ClientHeader {
  readonly identity: string;
  readonly version: readonly [major: number, minor: number, patch: number];
  /** The `next` of the last session that the device committed with this desktop; null: never. */
  readonly last: EpochMs | null;
  /** The device's clock now. */
  readonly next: EpochMs;
}

/** `slow`: every record, as a create. `two-way`: what changed since the last session. */
export type SyncKind = 'slow' | 'two-way';

/**
 * `xml`: the record, which may be JSON of its fields where it is a create and both ends can do that (`fieldsCreates`).
 * `changedAt`: when it was last changed, or removed, by the device's clock; only some devices tell.
 */
export type ClientChange =
  | { readonly kind: 'create' | 'replace'; readonly xml: string; readonly changedAt?: EpochMs }
  | { readonly kind: 'remove'; readonly id: string; readonly changedAt?: EpochMs };

/** `xml`: as in ClientChange. */
export type ClientOperation =
  | { readonly kind: 'create'; readonly serverId: string; readonly xml: string }
  | { readonly kind: 'replace'; readonly clientId: string; readonly xml: string }
  | { readonly kind: 'remove'; readonly clientId: string };

/** Told of each create that the device has carried out, as it happens. */
export type MappedHandler = (serverId: string, clientId: string) => void;

/**
 * Told when the device has refused to replace or remove a record, at the latest before `commit` resolves: it has changed
 * since the device told its changes. The record is then as it is at the device.
 */
export type RefusedHandler = (clientId: string) => void;

/** What a device can do beyond those of 2009. */
export interface ClientAbilities {
  /**
   * Anchors count to the millisecond, and what changes after a session's header, however soon, is told in that session or
   * in the next one. Without it everything counts in whole seconds.
   */
  readonly preciseAnchors: boolean;
  /** Changes say when they were made. */
  readonly recordTimes: boolean;
  /** A replace or a remove of a record that has changed since the device told its changes is refused. */
  readonly refusals: boolean;
  /** Records that are created are written briefly, both ways (WriteTarget.brief, ReadOptions.brief). */
  readonly briefCreates: boolean;
  /** They may also be told as JSON of their fields, both ways (DatasetDefinition.writeFields, ReadOptions.fields). */
  readonly fieldsCreates: boolean;
}

/**
 * Calls come in this order: begin, changes (iterated to its end), apply any number of times, settle, commit;
 * abort at any point after begin. Rejects with a SyncError when the link drops, a time limit passes or the
 * device reports an error; nothing can be called after that but abort, which then does nothing.
 */
export interface ClientSyncPlugin {
  readonly dataset: string;

  begin(header: DesktopHeader, signal: AbortSignal): Promise<ClientHeader>;

  /** The device's changes, in chunks as they arrive. Ends when the device has sent them all. */
  changes(kind: SyncKind, signal: AbortSignal): AsyncIterable<readonly ClientChange[]>;

  /**
   * Hands over one operation. Resolves when there is room for the next one, not when it is done.
   * The device opens its transaction at the first one.
   */
  apply(operation: ClientOperation, mapped: MappedHandler, refused?: RefusedHandler): Promise<void>;

  /**
   * Resolves when every operation handed over is known to have been handled: a create whose mapping has not
   * been told by then was dropped by the device.
   */
  settle(signal: AbortSignal): Promise<void>;

  /** Makes the device commit and store its anchor. Resolves when it has said so. */
  commit(signal: AbortSignal): Promise<void>;

  /** Makes the device roll back. Never rejects. */
  abort(): Promise<void>;
}

/** Makes the plugins of one connected device. */
export interface ClientPluginFactory {
  /** Names of the datasets that the device announces. */
  readonly datasets: readonly string[];
  readonly abilities: ClientAbilities;
  create(dataset: string): ClientSyncPlugin;
}
