/**
 * Syncs that a device's owner starts and cancels at the device (spec: qdsync protocol, section 5). What cannot be done is
 * told there in words; what is done is told by the run itself (run-job.ts).
 */
import type { DeviceConnection, DeviceRequest } from '../../contract/device.ts';
import { failureText, SyncError, toSyncError } from '../../contract/errors.ts';
import type { Clock } from './clock.ts';
import type { SyncManager } from './manager.ts';

export interface DeviceRequestsOptions {
  readonly manager: Pick<SyncManager, 'start' | 'cancel' | 'runningJob'>;
  readonly clock: Pick<Clock, 'now'>;
  /** Whether an Outlook host is attached, so that nobody waits for one in vain. */
  readonly hasHost: () => boolean;
  readonly log: (device: string, request: DeviceRequest, refused: string | undefined) => void;
}

/** A person presses no faster; what comes sooner is left out. */
const SHORTEST_MS = 500;

export class DeviceRequests {
  readonly #options: DeviceRequestsOptions;
  readonly #last = new Map<string, number>();

  constructor(options: DeviceRequestsOptions) {
    this.#options = options;
  }

  /** The device's owner wants something; `device` is its name in the configuration. Never throws. */
  handle(device: string, request: DeviceRequest, connection: Pick<DeviceConnection, 'notify'>): void {
    const now = this.#options.clock.now();
    const last = this.#last.get(`${device} ${request}`);
    if (last !== undefined && now >= last && now - last < SHORTEST_MS) return;
    this.#last.set(`${device} ${request}`, now);
    try {
      if (request === 'startSync') this.#start(device);
      else this.#cancel(device);
      this.#options.log(device, request, undefined);
    } catch (error) {
      const refused = toSyncError(error);
      this.#options.log(device, request, refused.code);
      connection.notify({ kind: 'displayText', text: failureText(refused.code) });
    }
  }

  #start(device: string): void {
    const { manager, hasHost } = this.#options;
    // Before the host: a run that waits for one says so itself.
    if (manager.runningJob(device) !== undefined) throw new SyncError('device.busy');
    if (!hasHost()) throw new SyncError('mailbox.no-host');
    manager.start({ device, attended: false });
  }

  #cancel(device: string): void {
    const job = this.#options.manager.runningJob(device);
    if (job === undefined) throw new SyncError('sync.not-running');
    this.#options.manager.cancel(job);
  }
}
