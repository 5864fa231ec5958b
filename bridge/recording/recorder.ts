/**
 * Records one job: each line of the device link and each call to the Outlook host, redacted (docs/recordings.md). What goes
 * wrong in recording ends the recording, never the sync.
 */
import type { DeviceBanner } from '../../contract/device.ts';
import type { Job, SessionReport, StartRequest } from '../../contract/job.ts';
import { RECORDING_FORMAT, type RecordingEvent } from '../../contract/recording.ts';
import type { ServerPluginFactory, ServerSyncPlugin } from '../../contract/server-plugin.ts';
import { toSyncError } from '../../contract/errors.ts';
import { Pseudonyms } from './pseudonyms.ts';
import { redactJson } from './redact-call.ts';
import { redactReport, redactRequest } from './redact-job.ts';
import { redactLine } from './redact-line.ts';

/** Characters of one recording: a first sync of 10,000 contacts has a third of it. */
export const MAX_RECORDING_CHARS = 64 * 1024 * 1024;

/** An event, of which the recorder tells when it happened. */
type Happening<E = RecordingEvent> = E extends RecordingEvent ? Omit<E, 'at'> : never;
type Method = Extract<RecordingEvent, { event: 'call' }>['method'];

export interface RecorderOptions {
  /** Takes one line of the recording, without its end; false: no more can be taken. */
  readonly take: (line: string) => boolean;
  /** Nothing more will come. */
  readonly done: () => void;
  /** Monotonic clock in ms. */
  readonly now: () => number;
  readonly version: string;
  readonly onBug: (error: unknown) => void;
  /** Of the recordings that shall use the same stand-ins; new ones when left out. */
  readonly pseudonyms?: Pseudonyms;
  readonly maxChars?: number;
}

export class Recorder {
  readonly #options: RecorderOptions;
  readonly #pseudonyms: Pseudonyms;
  readonly #began: number;
  #chars = 0;
  #calls = 0;
  #closed = false;

  constructor(options: RecorderOptions) {
    this.#options = options;
    this.#pseudonyms = options.pseudonyms ?? new Pseudonyms();
    this.#began = options.now();
  }

  /** The job begins; `startedAt`: ISO 8601, by the bridge's clock. */
  begin(wish: StartRequest, startedAt: string): void {
    const { version } = this.#options;
    this.#put(() => {
      const request = redactRequest(this.#pseudonyms, wish);
      return { event: 'begin', format: RECORDING_FORMAT, version, startedAt, request };
    });
  }

  /** The device is connected. */
  device({ version, challenge, datasets, extensions }: DeviceBanner): void {
    this.#put(() => ({
      event: 'device',
      version,
      id: this.#pseudonyms.opaque(challenge),
      datasets: [...datasets],
      extensions: [...extensions],
    }));
  }

  /** Sees a line of the device link; asks for its text only while it records. */
  readonly line = (direction: 'in' | 'out', text: () => string): void => {
    this.#put(() => ({ event: 'line', direction, ...redactLine(this.#pseudonyms, direction, text()) }));
  };

  /** The same mailbox, whose calls are recorded. */
  mailbox(factory: ServerPluginFactory): ServerPluginFactory {
    this.#put(() => ({ event: 'mailbox', datasets: [...factory.datasets] }));
    return { ...factory, create: (dataset) => this.#plugin(factory.create(dataset)) };
  }

  session(report: SessionReport): void {
    this.#put(() => ({ event: 'session', ...redactReport(report) }));
  }

  /** The job has ended. */
  end({ state, error }: Pick<Job, 'state' | 'error'>): void {
    this.#put(() => ({ event: 'end', state, ...(error !== undefined && { error: error.code }) }));
    this.close();
  }

  /** Nobody reads the recording any more, or there is no more to it. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#options.done();
  }

  #plugin(plugin: ServerSyncPlugin): ServerSyncPlugin {
    const { dataset } = plugin;
    return {
      dataset,
      read: (request, signal) => this.#call(dataset, 'read', request, () => plugin.read(request, signal)),
      apply: (operations, signal) =>
        this.#call(dataset, 'apply', { operations }, () => plugin.apply(operations, signal)),
      find: (keys, signal) => this.#call(dataset, 'find', { keys }, () => plugin.find(keys, signal)),
      snapshot: (ids, signal) => this.#call(dataset, 'snapshot', { ids }, () => plugin.snapshot(ids, signal)),
    };
  }

  async #call<T>(dataset: string, method: Method, request: unknown, work: () => Promise<T>): Promise<T> {
    const call = (this.#calls += 1);
    this.#put(() => ({
      event: 'call',
      call,
      dataset,
      method,
      request: redactJson(this.#pseudonyms, request),
    }));
    try {
      const answer = await work();
      this.#put(() => ({ event: 'answer', call, answer: redactJson(this.#pseudonyms, answer) }));
      return answer;
    } catch (error) {
      this.#put(() => ({ event: 'answer', call, failed: toSyncError(error).code }));
      throw error;
    }
  }

  #put(happening: () => Happening): void {
    if (this.#closed) return;
    try {
      this.#write(happening());
    } catch (error) {
      this.#options.onBug(error);
      this.#cut('It could not be recorded.');
    }
  }

  #write(happening: Happening): void {
    const { take, now, maxChars = MAX_RECORDING_CHARS } = this.#options;
    const at = Math.round(now() - this.#began);
    const line = JSON.stringify({ at, ...happening });
    this.#chars += line.length + 1;
    if (this.#chars > maxChars) this.#cut('It grew too large.');
    else if (!take(line)) this.#cut('It was not taken in time.');
  }

  #cut(reason: string): void {
    if (this.#closed) return;
    this.#closed = true;
    const { take, done, now, onBug } = this.#options;
    try {
      take(
        JSON.stringify({
          at: Math.round(now() - this.#began),
          event: 'cut',
          reason,
        } satisfies RecordingEvent),
      );
    } catch (error) {
      onBug(error);
    }
    done();
  }
}
