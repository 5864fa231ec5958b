/**
 * A lab: local mailbox, bridge, Outlook host and handheld as real processes, with a relay in the link that can be cut. They
 * are shared between the cuts of a series; only what a cut has killed is started again.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Job, SessionReport, StartRequest } from '../../../contract/job.ts';
import type { DatasetName } from '../../../demo/records.ts';
import { BridgeProcess } from './bridge.ts';
import { bundlePrograms, type Bundle } from './bundle.ts';
import { Handheld2009 } from './handheld-2009.ts';
import { OwnHandheld } from './handheld-ours.ts';
import type { Handheld } from './handheld.ts';
import { Host, type HostOptions } from './host.ts';
import { Outlook } from './outlook.ts';
import { Relay } from './relay.ts';
import { Story } from './story.ts';

/** How much faster time passes in the processes; a busy computer needs less (FAULTS_SPEED). */
const TIME_FACTOR = Number(process.env.FAULTS_SPEED ?? 10);
/** How long the last words of a session may take, in ms. */
const QUIET_MS = 2_000;
/** Start-up and recovery of the bridge (reliability R3), in ms. */
export const RECOVERY_MS = 2_000;

export interface LabOptions {
  readonly handheld: Handheld['kind'];
  readonly datasets?: readonly DatasetName[];
}

export class Lab {
  readonly folder: string;
  readonly handheld: Handheld;
  readonly outlook: Outlook;
  readonly relay: Relay;
  readonly datasets: readonly DatasetName[] | undefined;
  /** Environment of every process. */
  readonly env: Readonly<Record<string, string>>;
  readonly #bundle: Bundle;
  #bridge: BridgeProcess | undefined;
  #host: Host | undefined;
  /** The bridge keeps its port when it starts again, and its host finds it. */
  #port = 0;
  story: Story;
  /** Whether `close` leaves it running, for others that share it; `end` does not. */
  isShared = false;

  private constructor(
    parts: Pick<Lab, 'folder' | 'handheld' | 'outlook' | 'relay' | 'datasets' | 'env'> & { bundle: Bundle },
  ) {
    this.folder = parts.folder;
    this.handheld = parts.handheld;
    this.outlook = parts.outlook;
    this.relay = parts.relay;
    this.datasets = parts.datasets;
    this.env = parts.env;
    this.#bundle = parts.bundle;
    this.story = new Story(this.handheld, this.outlook, this.datasets);
  }

  /** Starts mailbox and handheld, both empty; bridge and host come with `boot`. */
  static async start(options: LabOptions): Promise<Lab> {
    const folder = mkdtempSync(join(tmpdir(), 'faults-'));
    const bundle = await bundlePrograms();
    const env = { FAULTS_TIME: `${TIME_FACTOR}:${Date.now()}` };
    const common = { preload: [bundle.path('fast-clock')], env };
    const [outlook, relay, handheld] = await Promise.all([
      Outlook.start(common),
      Relay.start(),
      options.handheld === '2009'
        ? Handheld2009.start({ program: bundle.path('device-2009'), ...common })
        : OwnHandheld.start({ folder, ...common }),
    ]);
    relay.target = handheld.port;
    return new Lab({ folder, handheld, outlook, relay, datasets: options.datasets, env, bundle });
  }

  /** A lab on which the first sync is done. */
  static async inStep(options: LabOptions): Promise<Lab> {
    const lab = await Lab.start(options);
    try {
      await lab.story.begin();
      await lab.boot();
      await lab.synced();
      return lab;
    } catch (error) {
      await lab.close();
      throw error;
    }
  }

  get bridge(): BridgeProcess {
    if (this.#bridge === undefined) throw new Error('the bridge is off');
    return this.#bridge;
  }

  get host(): Host {
    if (this.#host === undefined) throw new Error('the Outlook host is off');
    return this.#host;
  }

  /** The handheld, where it is our own. */
  get ours(): OwnHandheld {
    if (this.handheld instanceof OwnHandheld) return this.handheld;
    throw new TypeError('the handheld of this lab is not our own');
  }

  /** The handheld, where it is the one of 2009. */
  get original(): Handheld2009 {
    if (this.handheld instanceof Handheld2009) return this.handheld;
    throw new TypeError('the handheld of this lab is not the one of 2009');
  }

  get stateFolder(): string {
    return join(this.folder, 'bridge');
  }

  /** Starts what does not run of bridge and host. */
  async boot(): Promise<void> {
    if (this.#bridge?.alive !== true) await this.startBridge();
    if (this.#host?.alive !== true) await this.startHost();
  }

  async startBridge(env: Readonly<Record<string, string>> = {}): Promise<BridgeProcess> {
    await this.#bridge?.kill();
    this.#bridge = undefined;
    this.#bridge = await BridgeProcess.start({
      folder: this.stateFolder,
      device: this.relay.port,
      port: this.#port,
      preload: [this.#bundle.path('fast-clock')],
      env: { ...this.env, ...env },
    });
    this.#port = Number(new URL(this.#bridge.address).port);
    return this.#bridge;
  }

  /** Another host in the place of the one before, which may have died. */
  async startHost(fault?: HostOptions['fault']): Promise<Host | 'died'> {
    await this.#host?.kill();
    this.#host = undefined;
    const host = await Host.start({
      bridge: this.bridge,
      outlook: this.outlook,
      preload: [this.#bundle.path('fast-clock'), this.#bundle.path('host-faults')],
      env: this.env,
      ...(fault !== undefined && { fault }),
    });
    if (host !== 'died') this.#host = host;
    return host;
  }

  async stopBridge(): Promise<void> {
    await this.#bridge?.kill();
    this.#bridge = undefined;
    await this.#host?.kill();
    this.#host = undefined;
  }

  sync(request: StartRequest = {}): Promise<Job | 'died'> {
    const datasets = this.datasets;
    return this.bridge.sync({ ...(datasets !== undefined && { datasets: [...datasets] }), ...request });
  }

  /** A sync that has to succeed. */
  async synced(request: StartRequest = {}): Promise<readonly SessionReport[]> {
    const job = await this.sync(request);
    if (job === 'died') throw new Error(`the bridge died:\n${this.bridge.told}`);
    if (job.state !== 'ok') throw new Error(`the sync failed: ${JSON.stringify(job.error)}`);
    return job.sessions;
  }

  /**
   * The pass criterion: one undisturbed sync puts everything right, nothing is lost, doubled or altered, and another one
   * does nothing. Rejects with what is not so.
   */
  async converges(request: StartRequest = {}): Promise<void> {
    this.relay.cancelCut();
    await this.outlook.clearFailures();
    await this.boot();
    await this.synced(request);
    const differences = await this.story.differences();
    if (differences.length > 0) throw new Error(`not in step: ${differences.slice(0, 5).join('; ')}`);
    await this.idle();
    await this.handheld.check();
  }

  /** A sync that has nothing to do, and writes nothing anywhere. */
  async idle(): Promise<void> {
    const state = async (): Promise<string> =>
      JSON.stringify([await this.outlook.held(), await this.handheld.held()]);
    const before = await state();
    for (const report of await this.synced()) {
      const { device, mailbox, paired, conflicts } = report;
      const work = [...Object.values(device), ...Object.values(mailbox), paired, conflicts];
      if (work.some((count) => count > 0)) throw new Error(`not idle: ${JSON.stringify(report)}`);
    }
    if ((await state()) !== before) throw new Error('a sync without work wrote something');
  }

  /** Waits until nothing more passes on the link. */
  async quiet(): Promise<void> {
    const count = (): number => this.relay.shape['to-device'].length + this.relay.shape['from-device'].length;
    for (let waited = 0, before = -1; waited < QUIET_MS; waited += 5) {
      if (count() === before) return;
      before = count();
      await delay(5);
    }
  }

  /** Another handheld in the place of this one: what comes is a first sync. */
  async replaceHandheld(): Promise<void> {
    await this.handheld.replace();
    this.relay.target = this.handheld.port;
    this.relay.cut();
    if (this.#bridge?.alive === true) await this.#bridge.acceptDevice();
  }

  /** Everything anew but the processes that know nothing: another mailbox, another handheld, a bridge without a memory. */
  async beginAnew(): Promise<void> {
    await this.stopBridge();
    for (const suffix of ['', '-wal', '-shm', '.seal'])
      rmSync(join(this.stateFolder, `bridge.db${suffix}`), { force: true });
    this.outlook.nextUser();
    await this.replaceHandheld();
    this.story = new Story(this.handheld, this.outlook, this.datasets);
    await this.story.begin();
  }

  async close(): Promise<void> {
    if (!this.isShared) await this.end();
  }

  async end(): Promise<void> {
    await this.stopBridge();
    await Promise.all([this.handheld.close(), this.outlook.close()]);
    await this.relay.close();
    this.#bundle.remove();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
