/** The agent in this process, on a real socket, for tests that drive it with a desktop of 2009. */
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished } from 'vitest';
import { contacts, type DatasetDefinition, type Fields } from '../../datasets/index.ts';
import { Agent, type AgentOptions } from '../../device/agent/agent.ts';
import { silentLog } from '../../device/agent/log.ts';
import { listenTcp, type Listener } from '../../device/agent/tcp.ts';
import type { AcceptPolicy } from '../../device/login/gate.ts';
import type { PimStore } from '../../device/store/pim-store.ts';
import { Desktop2009, type DesktopOptions } from './desktop.ts';
import { notes } from './notes-dataset.ts';
import { temporaryFolder } from './temporary-folder.ts';

export class TestAgent {
  readonly folder: string;
  /** By how many milliseconds the agent's clock is ahead of this process's. */
  ahead = 0;
  readonly #datasets: readonly DatasetDefinition[];
  agent!: Agent;
  #listener!: Listener;

  private constructor(folder: string, datasets: readonly DatasetDefinition[]) {
    this.folder = folder;
    this.#datasets = datasets;
  }

  /** Starts an agent that lets everybody in; it ends with the test. */
  static async start(datasets: readonly DatasetDefinition[] = [contacts, notes]): Promise<TestAgent> {
    const device = await TestAgent.startIn(temporaryFolder(), datasets);
    onTestFinished(async () => device.stop());
    return device;
  }

  /** The same in a folder of the caller's, who stops it. */
  static async startIn(
    folder: string,
    datasets: readonly DatasetDefinition[] = [contacts, notes],
  ): Promise<TestAgent> {
    const device = new TestAgent(folder, datasets);
    await device.#open({ accept: 'allow' });
    return device;
  }

  get store(): PimStore {
    return this.agent.store;
  }

  get port(): number {
    return this.#listener.port;
  }

  /** Ends the agent and starts it again on the same folder. */
  async restart(policy: AcceptPolicy, maxLineBytes?: number): Promise<void> {
    await this.stop();
    await this.#open(policy, maxLineBytes);
  }

  async desktop(anchors?: Map<string, number>, options?: DesktopOptions): Promise<Desktop2009> {
    return Desktop2009.connect({ port: this.port }, anchors, options);
  }

  async loggedIn(anchors?: Map<string, number>, options?: DesktopOptions): Promise<Desktop2009> {
    const desktop = await this.desktop(anchors, options);
    expect(await desktop.login()).toBe(true);
    return desktop;
  }

  /** Resolves when the agent has noticed that its desktop is gone. */
  async idle(): Promise<void> {
    while (this.agent.busy) await delay(5);
  }

  /** The desktop drops the link. */
  async gone(desktop: Desktop2009): Promise<void> {
    desktop.stream.destroy();
    await this.idle();
  }

  /** The owner adds a record. */
  add(fields: Fields, dataset = 'contacts'): string {
    return this.store.add(dataset, [fields])[0] ?? '';
  }

  /** Titles of the notes in the store. */
  titles(): unknown[] {
    return [...this.store.list('notes')].map(({ fields }) => fields.Title).sort();
  }

  options(policy: AcceptPolicy): AgentOptions {
    return {
      stateFolder: this.folder,
      datasets: this.#datasets,
      owner: 'Ada Østby',
      model: 'Test; device',
      policy,
      log: silentLog,
      now: () => Date.now() + this.ahead,
    };
  }

  async #open(policy: AcceptPolicy, maxLineBytes?: number): Promise<void> {
    const limit = maxLineBytes === undefined ? {} : { maxLineBytes };
    this.agent = new Agent({ ...this.options(policy), ...limit });
    this.#listener = await listenTcp({ host: '127.0.0.1', port: 0 }, this.agent, silentLog);
  }

  async stop(): Promise<void> {
    this.#listener.close();
    await this.agent.stop();
  }
}
