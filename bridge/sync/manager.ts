/**
 * The Sync Manager: owns the jobs. One job at a time per device; what happens is told to listeners (pages, the CLI) and
 * kept for those that come later.
 */
import { randomUUID } from 'node:crypto';
import type { DeviceConnection } from '../../contract/device.ts';
import { SyncError, toSyncError } from '../../contract/errors.ts';
import type { UndoRequest } from '../../contract/history.ts';
import type { Answer, Job, Progress, StartRequest } from '../../contract/job.ts';
import { withChanges, type DatasetSettings, type SettingsChange } from '../../contract/settings.ts';
import type { MailboxIdentity, ServerPluginFactory } from '../../contract/server-plugin.ts';
import type { DatasetDefinition, ZonedTimes } from '../../datasets/index.ts';
import type { Store } from '../store/store.ts';
import type { Clock } from './clock.ts';
import type { UndoWish } from './context.ts';
import { datasetsOfRun, requireFree, running, settingsOf } from './device-settings.ts';
import type { Recorder } from '../recording/recorder.ts';
import { FolderLocks } from './folder-locks.ts';
import { OpenQuestion } from './open-question.ts';
import { errorInfo } from './report.ts';
import { runJob, type JobParts } from './run-job.ts';

/** A device that syncs can be asked for. */
export interface SyncDevice {
  readonly name: string;
  readonly categoryAliases: Readonly<Record<string, string>>;
  readonly zonedTimes: ZonedTimes;
  /** Datasets to sync; undefined: all that both sides know. */
  readonly datasets: readonly string[] | undefined;
  /** What the configuration has chosen, by dataset. */
  readonly settings: Readonly<Record<string, SettingsChange>>;
  /** Whether an administrator has chosen them, so that nobody chooses others. */
  readonly settingsEnforced?: boolean;
  /** The link's speed in bytes per second. */
  readonly bytesPerSecond: number;
  /** Waits until the device is connected and logged in. Rejects with the SyncError that explains why it is not. */
  connection(signal: AbortSignal): Promise<DeviceConnection>;
  /** Lets the recorder see the lines of its link, until the function returned is called; absent: they cannot be seen. */
  readonly observe?: (observer: Recorder['line']) => () => void;
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
/** The latest plans that were only shown, whose records can still be asked for. */
const PREVIEWS = 5;
/** How much of the history is kept. */
const RETENTION = { ageMs: 180 * 24 * 3_600_000, bytes: 512 * 1024 * 1024, sessions: 30 } as const;
/** Progress is told at most this often, in ms. */
const PROGRESS_EVERY_MS = 100;

interface RunningJob {
  readonly device: string;
  readonly cancel: AbortController;
  readonly questions: OpenQuestion;
  readonly ended: Promise<void>;
}

/** What a job is to do, by whichever door it was asked. */
interface JobWish {
  readonly device: SyncDevice;
  readonly kind: Job['kind'];
  readonly request: StartRequest;
  readonly undo: UndoWish | null;
  readonly recorder: Recorder | null;
}

export class SyncManager {
  readonly #options: SyncManagerOptions;
  readonly #locks = new FolderLocks();
  readonly #readings = new FolderLocks();
  readonly #running = new Map<string, RunningJob>();
  readonly #jobs = new Map<string, Job>();
  readonly #listeners = new Set<(event: SyncEvent) => void>();

  constructor(options: SyncManagerOptions) {
    this.#options = options;
  }

  /** Starts a job and returns its id. Throws `device.unknown`, `device.busy`, `device.dataset`. */
  start(request: StartRequest, recorder: Recorder | null = null): string {
    const device = this.#device(request.device);
    const names = [...(request.datasets ?? []), ...Object.keys(request.settings ?? {})];
    const unknown = names.find((name) => !this.#options.definitions.has(name));
    if (unknown !== undefined) throw new SyncError('device.dataset', unknown);
    for (const [dataset, change] of Object.entries(request.settings ?? {}))
      requireFree(device, dataset, change);
    const kind = request.dryRun === true ? 'preview' : 'sync';
    return this.#begin({ device, kind, request, undo: null, recorder });
  }

  /** Starts a job that puts back what a session changed. Throws `undo.*`, `device.unknown`, `device.busy`. */
  undo(request: UndoRequest): string {
    const undone = this.#options.store.history.entry(request.session);
    if (undone === undefined) throw new SyncError('undo.unknown', String(request.session));
    if (!undone.undoable) {
      const forgotten = this.#options.store.history.isForgotten(request.session);
      throw new SyncError(forgotten ? 'undo.forgotten' : 'undo.nothing', `session ${request.session}`);
    }
    return this.#begin({
      device: this.#device(undone.device),
      kind: 'undo',
      request: { datasets: [undone.dataset], attended: request.attended },
      undo: {
        session: request.session,
        records: request.records === undefined ? null : new Set(request.records),
        overwrite: request.overwrite ?? null,
      },
      recorder: null,
    });
  }

  /** Answers a job's question. Throws `sync.answer` where it is not open, or this is no answer to it. */
  answer(job: string, question: string, answer: Answer): void {
    const running = this.#running.get(job);
    if (running === undefined) throw new SyncError('sync.answer');
    running.questions.answer(question, answer);
  }

  #begin(wish: JobWish): string {
    const { device } = wish;
    if (this.isBusy(device.name)) throw new SyncError('device.busy', device.name);
    const cancel = new AbortController();
    const questions = new OpenQuestion(this.#options.clock);
    const job: Job = {
      id: randomUUID(),
      kind: wish.kind,
      device: device.name,
      state: 'running',
      startedAt: new Date(this.#options.clock.now()).toISOString(),
      endedAt: null,
      progress: null,
      question: null,
      sessions: [],
    };
    const ended = this.#run(wish, job, questions, cancel.signal);
    this.#running.set(job.id, { device: device.name, cancel, questions, ended });
    this.#put(job);
    return job.id;
  }

  /** Whether a job with this device runs. */
  isBusy(device: string): boolean {
    return this.runningJob(device) !== undefined;
  }

  /** Id of the job that runs with this device; undefined: none. */
  runningJob(device: string): string | undefined {
    return [...this.#running].find(([, running]) => running.device === device)?.[0];
  }

  /** Cancels the job named, or every running one; false when none was running. */
  cancel(id?: string): boolean {
    const wanted = [...this.#running].filter(([job]) => id === undefined || job === id);
    for (const [, { cancel }] of wanted) cancel.abort(new SyncError('sync.cancelled'));
    return wanted.length > 0;
  }

  job(id: string): Job | undefined {
    return this.#jobs.get(id);
  }

  latestJob(): Job | null {
    return [...this.#jobs.values()].at(-1) ?? null;
  }

  /** A device of that name is another one from now on: what was found out about the one of before says nothing of it. */
  forgetJobs(device: string): void {
    for (const [id, job] of this.#jobs) {
      if (job.device === device && job.state !== 'running') this.#jobs.delete(id);
    }
  }

  onEvent(listener: (event: SyncEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves when what runs now has ended. */
  async idle(): Promise<void> {
    await Promise.all([...this.#running.values()].map(({ ended }) => ended));
  }

  /** Cancels what runs and waits for it to end. */
  async stop(): Promise<void> {
    this.cancel();
    await Promise.all([...this.#running.values()].map(({ ended }) => ended));
  }

  async #run(wish: JobWish, started: Job, questions: OpenQuestion, signal: AbortSignal): Promise<void> {
    // The caller has to know the job's id before anything is told of it.
    await Promise.resolve();
    const { device, recorder } = wish;
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
    const names = wish.request.datasets ?? [...this.#options.definitions.keys()];
    const settings = names.map((name) => [name, this.#runSetting(device, wish.request, name)] as const);
    // What was chosen before counts as asked for: who replays it has to know it.
    recorder?.begin({ ...wish.request, settings: Object.fromEntries(settings) }, job.startedAt);
    const stopObserving = recorder === null ? undefined : device.observe?.(recorder.line);
    try {
      await this.#runConnected(wish, job.id, signal, {
        progress,
        report: (report) => {
          recorder?.session(report);
          change({ sessions: [...job.sessions, report] });
        },
        ask: async (question) =>
          wish.request.attended === true
            ? await questions.ask(question, signal, (open) => change({ question: open }))
            : null,
      });
      const now = new Date(this.#options.clock.now());
      if (wish.kind === 'sync') this.#options.store.devices.setLastSync(device.name, now);
      this.#running.delete(job.id);
      change({ state: 'ok', endedAt: this.#nowText() });
    } catch (cause) {
      const error = signal.aborted && signal.reason instanceof SyncError ? signal.reason : toSyncError(cause);
      if (error.code === 'sync.internal') this.#options.onBug(cause);
      this.#running.delete(job.id);
      const state = error.code === 'sync.cancelled' ? 'cancelled' : 'failed';
      change({ state, endedAt: this.#nowText(), error: errorInfo(error) });
    }
    stopObserving?.();
    recorder?.end(job);
    if (this.#running.size === 0) await this.#tidy();
  }

  /** What holds for a dataset in one run. */
  #runSetting(device: SyncDevice, request: StartRequest, dataset: string): DatasetSettings {
    return withChanges(this.settings(device.name, dataset), request.settings?.[dataset]);
  }

  async #runConnected(
    { device, request, undo, recorder }: JobWish,
    id: string,
    signal: AbortSignal,
    told: Pick<JobParts, 'progress' | 'report' | 'ask'>,
  ): Promise<void> {
    const { store, clock } = this.#options;
    const settings = (dataset: string): DatasetSettings => this.#runSetting(device, request, dataset);
    const connecting = (text: string): void =>
      told.progress({ dataset: '', phase: 'connecting', done: 0, total: null, text });
    for (let mayReconnect = true; ; mayReconnect = false) {
      connecting('Connecting to the device');
      const connection = await device.connection(signal);
      connecting('Waiting for Outlook');
      recorder?.device(connection.banner);
      const mailbox = await this.#options.waitForMailbox(signal);
      const server = recorder?.mailbox(mailbox) ?? mailbox;
      const outcome = await runJob({
        store,
        clock,
        connection,
        server,
        datasets: datasetsOfRun(connection, server, device, request, this.#options.definitions, settings),
        device: {
          id: connection.banner.challenge,
          name: device.name,
          categoryAliases: device.categoryAliases,
          zonedTimes: device.zonedTimes,
          bytesPerSecond: device.bytesPerSecond,
        },
        settings: (dataset) => running(settings(dataset)),
        slow: request.slow ?? false,
        dryRun: request.dryRun ?? false,
        removals: request.removals ?? null,
        undo,
        job: id,
        signal,
        exclusive: (folder, work, waiting) => this.#locks.run(folder, work, waiting),
        reading: (folder, work, waiting) => this.#readings.run(folder, work, waiting),
        linkLines: () => connection.counters.linesIn + connection.counters.linesOut,
        mayReconnect,
        ...told,
      });
      if (outcome === 'done') return;
    }
  }

  /** What is chosen for a dataset of a device: by default, in the configuration, by a person. */
  settings(device: string, dataset: string): DatasetSettings {
    return settingsOf(this.#device(device), dataset, this.#options.store.settings.get(device, dataset));
  }

  /** Keeps what a person chooses. Throws `device.unknown`, `device.dataset`, `config.enforced`. */
  changeSettings(device: string, dataset: string, change: SettingsChange): void {
    const found = this.#device(device);
    const { name } = found;
    if (!this.#options.definitions.has(dataset)) throw new SyncError('device.dataset', dataset);
    requireFree(found, dataset, change);
    this.#options.store.settings.change(name, dataset, change);
  }

  async #tidy(): Promise<void> {
    const { store, clock } = this.#options;
    try {
      store.history.forgetPreviews(PREVIEWS);
      store.history.prune({ ...RETENTION, before: clock.now() - RETENTION.ageMs });
      await store.database.tidy();
    } catch (error) {
      // Nothing is lost by it: the store tidies itself at the latest when it is opened again.
      this.#options.onBug(error);
    }
  }

  #device(name: string | undefined): SyncDevice {
    const { devices } = this.#options;
    if (devices.length === 0) throw new SyncError('device.none');
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
