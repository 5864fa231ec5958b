/**
 * The Sync Manager: owns the jobs. One job at a time per device; what happens is told to listeners (pages, the CLI) and
 * kept for those that come later.
 */
import { randomUUID } from 'node:crypto';
import type { DeviceConnection } from '../../contract/device.ts';
import { SyncError, toSyncError } from '../../contract/errors.ts';
import type { Job, Progress, StartRequest } from '../../contract/job.ts';
import type { MailboxIdentity, ServerPluginFactory } from '../../contract/server-plugin.ts';
import type { DatasetDefinition, ZonedTimes } from '../../datasets/index.ts';
import type { Store } from '../store/store.ts';
import type { Clock } from './clock.ts';
import { FolderLocks } from './folder-locks.ts';
import { errorInfo } from './report.ts';
import { runJob, type JobParts } from './run-job.ts';

/** A device that syncs can be asked for. */
export interface SyncDevice {
  readonly name: string;
  readonly categoryAliases: Readonly<Record<string, string>>;
  readonly zonedTimes: ZonedTimes;
  /** Datasets to sync; undefined: all that both sides know. */
  readonly datasets: readonly string[] | undefined;
  /** The link's speed in bytes per second. */
  readonly bytesPerSecond: number;
  /** Waits until the device is connected and logged in. Rejects with the SyncError that explains why it is not. */
  connection(signal: AbortSignal): Promise<DeviceConnection>;
}

export interface SyncManagerOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly devices: readonly SyncDevice[];
  readonly definitions: ReadonlyMap<string, DatasetDefinition>;
  readonly waitForMailbox: (
    signal: AbortSignal,
    accept?: (mailbox: MailboxIdentity) => boolean,
  ) => Promise<ServerPluginFactory>;
  /** An unexpected failure, for the log. */
  readonly onBug: (error: unknown) => void;
}

export type SyncEvent =
  | { readonly event: 'progress'; readonly job: string; readonly progress: Progress }
  | { readonly event: 'job'; readonly job: Job };

/** Jobs that are remembered after their end. */
const REMEMBERED = 50;
/** Progress is told at most this often, in ms. */
const PROGRESS_EVERY_MS = 100;

interface RunningJob {
  job: Job;
  readonly cancel: AbortController;
  readonly ended: Promise<void>;
}

export class SyncManager {
  readonly #options: SyncManagerOptions;
  readonly #locks = new FolderLocks();
  readonly #running = new Map<string, RunningJob>();
  readonly #jobs = new Map<string, Job>();
  readonly #listeners = new Set<(event: SyncEvent) => void>();

  constructor(options: SyncManagerOptions) {
    this.#options = options;
  }

  /** Starts a job and returns its id. Throws `device.unknown`, `device.busy`, `device.dataset`. */
  start(request: StartRequest): string {
    const device = this.#device(request.device);
    if (this.isBusy(device.name)) throw new SyncError('device.busy', device.name);
    const unknown = request.datasets?.find((name) => !this.#options.definitions.has(name));
    if (unknown !== undefined) throw new SyncError('device.dataset', unknown);
    const cancel = new AbortController();
    const job: Job = {
      id: randomUUID(),
      kind: 'sync',
      device: device.name,
      state: 'running',
      startedAt: new Date(this.#options.clock.now()).toISOString(),
      endedAt: null,
      progress: null,
      question: null,
      sessions: [],
    };
    const ended = this.#run(device, request, job, cancel.signal);
    this.#running.set(job.id, { job, cancel, ended });
    this.#put(job);
    return job.id;
  }

  /** Whether a job with this device runs. */
  isBusy(device: string): boolean {
    return [...this.#running.values()].some(({ job }) => job.device === device);
  }

  /** Cancels the job named, or every running one; false when none was running. */
  cancel(id?: string): boolean {
    const wanted = [...this.#running.values()].filter(({ job }) => id === undefined || job.id === id);
    for (const { cancel } of wanted) cancel.abort(new SyncError('sync.cancelled'));
    return wanted.length > 0;
  }

  job(id: string): Job | undefined {
    return this.#jobs.get(id);
  }

  latestJob(): Job | null {
    return [...this.#jobs.values()].at(-1) ?? null;
  }

  onEvent(listener: (event: SyncEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Cancels what runs and waits for it to end. */
  async stop(): Promise<void> {
    this.cancel();
    await Promise.all([...this.#running.values()].map(({ ended }) => ended));
  }

  async #run(device: SyncDevice, request: StartRequest, started: Job, signal: AbortSignal): Promise<void> {
    // The caller has to know the job's id before anything is told of it.
    await Promise.resolve();
    let job = started;
    let told = 0;
    const change = (changes: Partial<Job>): void => {
      job = { ...job, ...changes };
      this.#put(job);
    };
    const progress = (now: Progress): void => {
      const due = now.phase !== job.progress?.phase || this.#options.clock.now() - told >= PROGRESS_EVERY_MS;
      job = { ...job, progress: now };
      this.#jobs.set(job.id, job);
      if (!due) return;
      told = this.#options.clock.now();
      this.#tell({ event: 'progress', job: job.id, progress: now });
    };
    try {
      await this.#runConnected(device, request, job.id, signal, progress, (report) =>
        change({ sessions: [...job.sessions, report] }),
      );
      this.#options.store.devices.setLastSync(device.name, new Date(this.#options.clock.now()));
      this.#running.delete(job.id);
      change({ state: 'ok', endedAt: this.#nowText() });
    } catch (cause) {
      const error = signal.aborted && signal.reason instanceof SyncError ? signal.reason : toSyncError(cause);
      if (error.code === 'sync.internal') this.#options.onBug(cause);
      this.#running.delete(job.id);
      const state = error.code === 'sync.cancelled' ? 'cancelled' : 'failed';
      change({ state, endedAt: this.#nowText(), error: errorInfo(error) });
    }
    if (this.#running.size === 0) this.#tidy();
  }

  async #runConnected(
    device: SyncDevice,
    request: StartRequest,
    id: string,
    signal: AbortSignal,
    progress: (progress: Progress) => void,
    report: JobParts['report'],
  ): Promise<void> {
    const { store, clock, definitions } = this.#options;
    const connecting = (text: string): void =>
      progress({ dataset: '', phase: 'connecting', done: 0, total: null, text });
    for (let mayReconnect = true; ; mayReconnect = false) {
      connecting('Connecting to the device');
      const connection = await device.connection(signal);
      connecting('Waiting for Outlook');
      const server = await this.#options.waitForMailbox(signal);
      const outcome = await runJob({
        store,
        clock,
        connection,
        server,
        datasets: commonDatasets(connection, server, device, request, definitions),
        device: {
          id: connection.banner.challenge,
          categoryAliases: device.categoryAliases,
          zonedTimes: device.zonedTimes,
          bytesPerSecond: device.bytesPerSecond,
        },
        slow: request.slow ?? false,
        job: id,
        signal,
        progress,
        exclusive: (folder, work) => this.#locks.run(folder, work),
        linkLines: () => connection.counters.linesIn + connection.counters.linesOut,
        mayReconnect,
        report,
      });
      if (outcome === 'done') return;
    }
  }

  #tidy(): void {
    try {
      this.#options.store.database.tidy();
    } catch (error) {
      // Nothing is lost by it: the store tidies itself at the latest when it is opened again.
      this.#options.onBug(error);
    }
  }

  #device(name: string | undefined): SyncDevice {
    const { devices } = this.#options;
    const found =
      name === undefined && devices.length === 1 ? devices[0] : devices.find((each) => each.name === name);
    if (found === undefined)
      throw new SyncError('device.unknown', name ?? `one of ${devices.map((d) => d.name).join(', ')}`);
    return found;
  }

  #put(job: Job): void {
    this.#jobs.set(job.id, job);
    for (const [id, { state }] of this.#jobs) {
      if (this.#jobs.size <= REMEMBERED) break;
      if (state !== 'running') this.#jobs.delete(id);
    }
    this.#tell({ event: 'job', job });
  }

  #tell(event: SyncEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  #nowText(): string {
    return new Date(this.#options.clock.now()).toISOString();
  }
}

/** The datasets that the device announces, the mailbox offers, we know, and somebody wants. */
function commonDatasets(
  connection: DeviceConnection,
  server: ServerPluginFactory,
  device: SyncDevice,
  request: StartRequest,
  definitions: ReadonlyMap<string, DatasetDefinition>,
): readonly DatasetDefinition[] {
  const wanted = request.datasets ?? device.datasets;
  const offered = connection.plugins.datasets.filter((name) => server.datasets.includes(name));
  const missing = wanted?.find((name) => !offered.includes(name));
  if (missing !== undefined) throw new SyncError('device.dataset', missing);
  const common = (wanted ?? offered).flatMap((name) => definitions.get(name) ?? []);
  if (common.length === 0) {
    throw new SyncError('device.dataset', `the device has ${connection.plugins.datasets.join(', ')}`);
  }
  return common;
}
