/**
 * Syncs without being asked: when a device connects and by the clock, never in quiet hours. What a device's owner asks for
 * at the device is no business of this: it is done at any hour (device-requests.ts).
 */
import { toSyncError } from '../../contract/errors.ts';
import type { Unattended } from '../../contract/unattended.ts';
import type { SyncManager } from './manager.ts';
import { isDue } from './unattended-plan.ts';

export interface UnattendedOptions {
  readonly settings: () => Unattended;
  /** The configured devices; `lastSync`: ISO 8601. */
  readonly devices: () => readonly {
    readonly name: string;
    readonly connected: boolean;
    readonly lastSync: string | null;
  }[];
  /** Without an Outlook host nothing begins, so that it is not tried in vain. */
  readonly hasHost: () => boolean;
  readonly isPaused: () => boolean;
  readonly manager: Pick<SyncManager, 'start' | 'isBusy'>;
  readonly now: () => Date;
  readonly log: (device: string, refused: string | undefined) => void;
}

/** How often the clock is looked at. */
const LOOK_MS = 30_000;

export class UnattendedSyncs {
  readonly #options: UnattendedOptions;
  readonly #connectedAt = new Map<string, number>();
  readonly #triedAt = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: UnattendedOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer ??= setInterval(() => this.look(), LOOK_MS);
    this.#timer.unref();
    this.look();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Starts what is due; to be called whenever a device or a host has come or gone, too. */
  look(): void {
    const { settings, devices, hasHost, isPaused, manager, now } = this.#options;
    const at = now();
    for (const { name, connected, lastSync } of devices()) {
      if (!connected) this.#connectedAt.delete(name);
      else if (!this.#connectedAt.has(name)) this.#connectedAt.set(name, at.getTime());
      const times = {
        connectedAt: this.#connectedAt.get(name) ?? null,
        lastAt: this.#lastAt(name, lastSync),
      };
      if (isPaused() || !hasHost() || manager.isBusy(name) || !isDue(settings(), times, at)) continue;
      this.#triedAt.set(name, at.getTime());
      this.#begin(name);
    }
  }

  #begin(device: string): void {
    try {
      this.#options.manager.start({ device, attended: false });
      this.#options.log(device, undefined);
    } catch (error) {
      this.#options.log(device, toSyncError(error).code);
    }
  }

  #lastAt(name: string, lastSync: string | null): number | null {
    const times = [this.#triedAt.get(name), lastSync === null ? undefined : Date.parse(lastSync)];
    const known = times.filter((time) => time !== undefined);
    return known.length === 0 ? null : Math.max(...known);
  }
}
