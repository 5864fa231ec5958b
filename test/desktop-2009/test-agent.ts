/** The agent in this process, on a real socket, for tests that drive it with a desktop of 2009. */
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished } from 'vitest';
import { contacts, type DatasetDefinition, type Fields } from '../../datasets/index.ts';
import { Agent, type AgentOptions } from '../../device/agent/agent.ts';
import { silentLog, type Log } from '../../device/agent/log.ts';
import { listenTcp, type Listener } from '../../device/agent/tcp.ts';
import type { AcceptPolicy } from '../../device/login/gate.ts';
import type { PimStore } from '../../device/store/pim-store.ts';
import { extensions, type Extension } from '../../qdsync/index.ts';
import { Desktop2009, type DesktopOptions } from './desktop.ts';
import { notes } from './notes-dataset.ts';
import { temporaryFolder } from './temporary-folder.ts';

export class TestAgent {
  readonly folder: string;
  /** By how many milliseconds the agent's clock is ahead of this process's. */
  ahead = 0;
  /** Called when the agent has told its changes in a session, before it hears the desktop's. */
  onFetched: (() => void) | undefined;
  readonly #datasets: readonly DatasetDefinition[];
  readonly #extensions: readonly Extension[];
  agent!: Agent;
  #listener!: Listener;
  #port = 0;

  private constructor(folder: string, datasets: readonly DatasetDefinition[], offered: readonly Extension[]) {
    this.folder = folder;
    this.#datasets = datasets;
    this.#extensions = offered;
  }

  /** Starts an agent that lets everybody in; it ends with the test. */
  static async start(
    datasets?: readonly DatasetDefinition[],
    offered?: readonly Extension[],
  ): Promise<TestAgent> {
    const device = await TestAgent.startIn(temporaryFolder(), datasets, offered);
    onTestFinished(async () => device.stop());
    return device;
  }

  /** The same in a folder of the caller's, who stops it. */
  static async startIn(
    folder: string,
    datasets: readonly DatasetDefinition[] = [contacts, notes],
    offered: readonly Extension[] = extensions,
  ): Promise<TestAgent> {
    const device = new TestAgent(folder, datasets, offered);
    await device.#open({ accept: 'allow' });
    return device;
  }

  get store(): PimStore {
    return this.agent.store;
  }

  get port(): number {
    return this.#listener.port;
  }

  /** Ends the agent and starts it again on the same folder and port. */
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
      log: this.#log(),
      extensions: this.#extensions,
      now: () => Date.now() + this.ahead,
    };
  }

  /** Says nothing to anybody but the test. */
  #log(): Log {
    const quiet = (): void => undefined;
    const info = (news: unknown): void => {
      if (typeof news === 'object' && news !== null && 'kind' in news && news.kind === 'fetched')
        this.onFetched?.();
    };
    return { debug: quiet, info, warn: quiet, error: quiet };
  }

  async #open(policy: AcceptPolicy, maxLineBytes?: number): Promise<void> {
    const limit = maxLineBytes === undefined ? {} : { maxLineBytes };
    this.agent = new Agent({ ...this.options(policy), ...limit });
    this.#listener = await listenTcp({ host: '127.0.0.1', port: this.#port }, this.agent, silentLog);
    this.#port = this.#listener.port;
  }

  async stop(): Promise<void> {
    this.#listener.close();
    await this.agent.stop();
  }
}
