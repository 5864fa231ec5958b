/**
 * The Sync button of the ribbon. The bridge owns the sync: the button starts it, serves the mailbox as long as its page
 * lives, and says over the open message how it goes.
 *
 * Rules (spec: Office add-in 1.3, 2)
 *   BUTTON-1  Outlook holds further clicks until the event is completed: it is, at the end or after HELD_MS. Where a
 *             client passes a click on all the same, it waits for the one before it.
 *   BUTTON-2  The page may end at any time once its event is completed, and does after five minutes. So a sync that will
 *             take long, a first one, is started only where another host serves the mailbox.
 *   BUTTON-3  While a sync runs, a click follows that one.
 *             One that takes longer than the page lives all the same goes on in the bridge, and the last line says where
 *             it is to be seen.
 *   BUTTON-4  Nobody can be asked anything here: what needs a person is sent to the pane. Of several devices it is the
 *             one that is connected, and was synced last.
 */
import type { BridgeEvent, Status } from '../../contract/api.ts';
import { SyncError, toSyncError } from '../../contract/errors.ts';
import type { Job } from '../../contract/job.ts';
import type { HostApi, PageApi } from '../hosts/bridge-client.ts';
import type { Note, OfficeHost } from '../hosts/office-host.ts';
import type { ServingState } from '../hosts/serve-mailbox.ts';
import { isAborted, pause, type Clock } from '../outlook/graph/clock.ts';
import {
  GOES_ON,
  GOES_ON_IN_BRIDGE,
  NEEDS_PANE,
  NO_DEVICE,
  NOT_PAIRED,
  outcomeNote,
  problemNote,
  progressNote,
  STARTING,
  TOO_LONG,
} from './notes.ts';
import { whichDevice } from './which-device.ts';

/** What the bridge knows this host by. */
export const SYNC_BUTTON = 'Sync button';
/** How long a click is held, in ms. */
export const HELD_MS = 10_000;
/** The page's life after a click, in ms: a little less than Outlook's five minutes, so that it says goodbye. */
export const LIFE_MS = 280_000;
/** Lines are shown no more often than this, in ms. */
const NOTE_EVERY_MS = 1000;

export interface SyncCommandParts {
  readonly office: Pick<OfficeHost, 'notify'>;
  readonly bridge: Pick<PageApi, 'status' | 'startSync' | 'job' | 'events'> & HostApi;
  /** Whether this page has a key to show. */
  readonly isPaired: () => boolean;
  /** Serves the mailbox until the signal aborts, and tells how that goes. */
  readonly serve: (show: (state: ServingState) => void, signal: AbortSignal) => Promise<void>;
  readonly clock: Clock;
}

export class SyncCommand {
  readonly #parts: SyncCommandParts;
  #last: Promise<void> = Promise.resolve();

  constructor(parts: SyncCommandParts) {
    this.#parts = parts;
  }

  /** One click. `completed` is called once, whatever happens. */
  click(completed: () => void, signal: AbortSignal): void {
    this.#last = this.#last.then(async () => {
      const run = this.#run(signal);
      try {
        const held = new AbortController();
        const end = await Promise.race([
          run.then(() => 'ended' as const),
          pause(this.#parts.clock, HELD_MS, held.signal).then(() => 'held' as const),
        ]);
        held.abort();
        if (end === 'held') await this.#say(GOES_ON);
      } finally {
        completed();
      }
    });
  }

  /** Never rejects: what goes wrong is said. */
  async #run(signal: AbortSignal): Promise<void> {
    const life = new AbortController();
    const both = AbortSignal.any([signal, life.signal]);
    const over = new SyncError('sync.cancelled', 'the button has no more time');
    void pause(this.#parts.clock, LIFE_MS, both).then(() => life.abort(over));
    try {
      if (!this.#parts.isPaired()) {
        await this.#say(NOT_PAIRED);
        return;
      }
      await this.#say(STARTING);
      const status = await this.#parts.bridge.status(both);
      const device = whichDevice(status.devices);
      if (status.job?.state === 'running') await this.#follow(status.job.id, both);
      else if (device === undefined) await this.#say(NO_DEVICE);
      else if (hasOtherHost(status)) await this.#follow(await this.#start(device.name, both), both);
      // It is not known how much there is.
      else if (device.lastSync === null) await this.#say(TOO_LONG);
      else await this.#serveAndSync(device.name, both);
    } catch (error) {
      if (isAborted(signal)) return;
      await this.#say(
        life.signal.reason === over ? await this.#lastNote(signal) : problemNote(toSyncError(error)),
      );
    } finally {
      life.abort();
    }
  }

  /** What is left over the message when the page's life is over and the sync is not. */
  async #lastNote(signal: AbortSignal): Promise<Note> {
    try {
      const status = await this.#parts.bridge.status(signal);
      const { job } = status;
      if (job !== null && (job.state !== 'running' || job.question !== null)) return outcomeNote(job);
      return hasOtherHost(status) ? GOES_ON_IN_BRIDGE : NEEDS_PANE;
    } catch (error) {
      return problemNote(toSyncError(error));
    }
  }

  /** Without another host the mailbox has to be open before anything starts. */
  async #serveAndSync(device: string, signal: AbortSignal): Promise<void> {
    const ending = new AbortController();
    const both = AbortSignal.any([signal, ending.signal]);
    let serving: Promise<void> = Promise.resolve();
    try {
      await new Promise<void>((resolve, reject) => {
        const show = (state: ServingState): void => {
          if (state.kind === 'attached') resolve();
          else if (state.kind === 'none') reject(new SyncError('mailbox.not-configured'));
          else if (state.kind === 'waiting') reject(state.problem);
        };
        both.addEventListener('abort', () => reject(new SyncError('sync.cancelled')), { once: true });
        serving = this.#parts.serve(show, both);
        serving.catch(reject);
      });
      await this.#follow(await this.#start(device, both), both);
    } finally {
      ending.abort();
      await serving;
    }
  }

  #start(device: string, signal: AbortSignal): Promise<string> {
    // Somebody has just clicked, and can open the pane when there is a question.
    return this.#parts.bridge.startSync({ device, attended: true }, signal);
  }

  /** Says how the job goes until it ends. The stream begins with the whole status, so that nothing is missed. */
  async #follow(id: string, signal: AbortSignal): Promise<void> {
    const { bridge, clock } = this.#parts;
    let saidAt = -NOTE_EVERY_MS;
    let job: Job | undefined;
    for await (const event of bridge.events(signal)) {
      const told = jobAfter(job, event);
      if (told?.id !== id) continue;
      job = told;
      if (job.state !== 'running') break;
      if (clock.now() - saidAt < NOTE_EVERY_MS) continue;
      saidAt = clock.now();
      await this.#say(progressNote(job));
    }
    const ended = job?.state === 'running' ? undefined : job;
    await this.#say(outcomeNote(ended ?? (await bridge.job(id, signal))));
  }

  /** Without an item there is nowhere to say it; the sync goes on all the same. */
  async #say(note: Note): Promise<void> {
    await this.#parts.office.notify(note);
  }
}

/** The job that an event tells of; undefined where it tells of none. */
function jobAfter(job: Job | undefined, event: BridgeEvent): Job | undefined {
  if (event.event === 'status') return event.status.job ?? undefined;
  if (event.event === 'job') return event.job;
  if (event.event === 'ports') return undefined;
  return job?.id === event.job ? { ...job, progress: event.progress } : undefined;
}

/** A button's page that has ended may be in the list for a while. */
const hasOtherHost = ({ hosts }: Status): boolean => hosts.some(({ label }) => label !== SYNC_BUTTON);
