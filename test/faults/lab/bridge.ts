/** The built bridge as a process, and syncs by its API. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { BridgeClient } from '../../../bridge/cli/bridge-client.ts';
import { runToEnd } from '../../../bridge/cli/sync-command.ts';
import type { Io } from '../../../bridge/cli/io.ts';
import { ONLY_DEVICE } from '../../../bridge/config/configuration.ts';
import { stateFiles } from '../../../bridge/config/state-folder.ts';
import { paths } from '../../../contract/api.ts';
import type { Job, StartRequest } from '../../../contract/job.ts';
import { built, Child } from './child.ts';

export interface BridgeOptions {
  /** State folder. */
  readonly folder: string;
  /** Port of the device's end of the link. */
  readonly device: number;
  readonly preload: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Its own port; 0: any free one. */
  readonly port: number;
}

const silentIo = { out: () => undefined, err: () => undefined, onInterrupt: () => () => undefined };
const noProgress = { show: () => undefined, clear: () => undefined };

export class BridgeProcess {
  readonly folder: string;
  readonly #child: Child;
  readonly #client: BridgeClient;
  /** What the processor has spent on the process until it was ready, in ms; on a busy computer time says less. */
  readonly startMs: number;

  private constructor(folder: string, child: Child, client: BridgeClient, startMs: number) {
    this.folder = folder;
    this.#child = child;
    this.#client = client;
    this.startMs = startMs;
  }

  static async start({ folder, device, port, preload, env }: BridgeOptions): Promise<BridgeProcess> {
    const child = await Child.start({
      program: built('bridge/cli/main.js'),
      args: ['start', '--port', String(port), '--state', folder, '--tcp', `127.0.0.1:${device}`, '--json'],
      preload,
      env,
      isReady: (line) => line.includes('"ready":true'),
    });
    const startMs = processorMs(child.process.pid ?? 0);
    return new BridgeProcess(folder, child, await BridgeClient.connect(folder), startMs);
  }

  get address(): string {
    return this.#client.address;
  }

  get tokenFile(): string {
    return stateFiles.token(this.folder);
  }

  get certificateFile(): string {
    return stateFiles.authority(this.folder);
  }

  get databaseFile(): string {
    return join(this.folder, 'bridge.db');
  }

  get alive(): boolean {
    return this.#child.alive;
  }

  get pid(): number {
    return this.#child.process.pid ?? 0;
  }

  /** What it has said lately on standard error. */
  get told(): string {
    return this.#child.told;
  }

  /** Runs a sync to its end; `died` where the bridge has not outlived it. */
  async sync(request: StartRequest = {}): Promise<Job | 'died'> {
    const job = runToEnd(this.#client, silentIo as unknown as Io, request, noProgress).catch(
      async (error: unknown) => {
        // The connection tells of the end before the process does.
        await Promise.race([this.#child.ended, new Promise((resolve) => setTimeout(resolve, 1_000))]);
        if (!this.alive) return 'died' as const;
        throw error;
      },
    );
    return Promise.race([job, this.#child.ended.then(() => 'died' as const)]);
  }

  /** The device was replaced: the next one is taken for it, as a person tells the bridge. */
  async acceptDevice(): Promise<void> {
    await this.#client.post(paths.acceptDevice, { device: ONLY_DEVICE }, z.object({}));
  }

  async kill(): Promise<void> {
    await this.#child.kill();
  }
}

/** Processor time of a process, in ms; where /proc does not tell it, none. */
function processorMs(pid: number): number {
  if (process.platform !== 'linux') return 0;
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // What follows the name, which may hold blanks; user and system time are the 14th and 15th field, in 1/100 s.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
