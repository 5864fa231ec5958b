/**
 * What the HTTP layer needs of the rest of the bridge. The layer itself owns hosts, pairing, keys and the event
 * streams; devices, jobs and ports are somebody else's, reached through this one interface.
 */
import type { AddDeviceRequest, BridgeEvent, DeviceStatus, FoundDevice, Port } from '../../contract/api.ts';
import type { UndoRequest } from '../../contract/history.ts';
import type { AnswerRequest, Job, StartRequest } from '../../contract/job.ts';
import type { UnattendedRequest, UnattendedStatus } from '../../contract/unattended.ts';
import type { Archive } from '../sync/archive.ts';

/**
 * What the rest of the bridge tells pages and the CLI. `devices` says that some device's state changed; the
 * HTTP layer then sends the whole status.
 */
export type ServiceEvent = Exclude<BridgeEvent, { event: 'status' }> | { readonly event: 'devices' };

/** Settings, conflicts and history, as sync/archive.ts has them. */
export type SyncArchive = Pick<
  Archive,
  | 'settings'
  | 'changeSettings'
  | 'openConflicts'
  | 'conflicts'
  | 'conflict'
  | 'resolve'
  | 'history'
  | 'session'
  | 'records'
>;

export interface BridgeService {
  /** Every configured device. */
  devices(): readonly DeviceStatus[];

  /**
   * Adds a device to the configuration and begins to connect it.
   * @throws SyncError `device.name-taken`, `config.invalid`, `store.unwritable`
   */
  addDevice(request: AddDeviceRequest): void;

  /**
   * Takes a device out of the configuration and lets go of it. What is kept of its syncs stays.
   * @throws SyncError `device.unknown`, `device.busy`, `store.unwritable`
   */
  removeDevice(name: string): void;
  /** Devices that announce themselves on the network. */
  found(): Promise<readonly FoundDevice[]>;

  /** Serial ports of this PC. */
  ports(): Promise<readonly Port[]>;

  /**
   * Starts a sync and returns its job's id.
   * @throws SyncError `device.unknown`, `device.dataset`, `device.busy`
   */
  startSync(request: StartRequest): string;

  /**
   * As `startSync`, and records what happens until the job has ended or `close` is called (docs/recordings.md).
   * `take` is given one line after the other and says whether it can take more, `done` that none will come.
   */
  recordSync(
    request: StartRequest,
    sink: { readonly take: (line: string) => boolean; readonly done: () => void },
  ): { readonly job: string; readonly close: () => void };

  /** Cancels the job named, or every running job; false when none was running. */
  cancelSync(job: string | undefined): boolean;

  /** A job that runs or that is still remembered. */
  job(id: string): Job | undefined;

  /** The job that runs, or the last one. */
  latestJob(): Job | null;

  /** What people look at and decide between syncs. */
  readonly archive: SyncArchive;

  /** A person's answer to a job's question. Throws `sync.answer`. */
  answer(answer: AnswerRequest): void;

  /** Starts a job that puts back what a session changed, and returns its id. Throws `undo.*`, `device.*`. */
  undo(request: UndoRequest): string;

  /** Syncs that nobody asks for, and how the bridge's own Outlook host is. */
  readonly unattended: UnattendedStatus;

  /**
   * Keeps what a person chooses for them.
   * @throws SyncError `mailbox.not-configured`, `config.enforced`, `store.unwritable`
   */
  setUnattended(change: UnattendedRequest): Promise<void>;

  /** Whether a person has paused the bridge: no device is connected and no sync starts. */
  readonly paused: boolean;

  /** Pauses or resumes; a sync that runs is finished first. Kept over restarts. */
  setPaused(paused: boolean): Promise<void>;

  /**
   * The next device that logs in under this name is taken for it: it was replaced or reset.
   * @throws SyncError `device.unknown`
   */
  acceptDevice(name: string): void;

  /**
   * A person has compared the code that the device shows; null: it shows another one, and the connection ends.
   * @throws SyncError `device.unknown`, `device.code`, `device.no-code`
   */
  compareCode(name: string, code: string | null): void;

  /**
   * A person's consent to speak with a device that cannot protect its connection, or the end of it.
   * @throws SyncError `device.unknown`
   */
  allowUnprotected(name: string, allowed: boolean): void;

  /** Calls back on every change, until the returned function is called. Listeners must not throw. */
  subscribe(listener: (event: ServiceEvent) => void): () => void;

  /** Begins a graceful stop of the whole bridge; returns at once. */
  stop(): void;
}
