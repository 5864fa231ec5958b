/** This project's own handheld: its built agent as a process, its records by the store that both share. */
import { join } from 'node:path';
import { DATASETS, type DatasetName, type HeldRecord } from '../../../demo/records.ts';
import type { Fields } from '../../../datasets/index.ts';
import { openStore } from '../../../device/agent/agent.ts';
import type { PimStore } from '../../../device/store/pim-store.ts';
import { built, Child } from './child.ts';
import type { Handheld } from './handheld.ts';

export interface OwnHandheldOptions {
  readonly folder: string;
  readonly preload: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export class OwnHandheld implements Handheld {
  readonly kind = 'ours';
  readonly #options: OwnHandheldOptions;
  #number = 0;
  #store: PimStore;
  #agent: Child | undefined;
  #port = 0;

  private constructor(options: OwnHandheldOptions) {
    this.#options = options;
    this.#store = openStore(this.folder);
  }

  static async start(options: OwnHandheldOptions): Promise<OwnHandheld> {
    const handheld = new OwnHandheld(options);
    await handheld.start();
    return handheld;
  }

  /** Where it keeps its records. */
  get folder(): string {
    return join(this.#options.folder, `handheld-${this.#number}`);
  }

  get port(): number {
    return this.#port;
  }

  get alive(): boolean {
    return this.#agent?.alive === true;
  }

  /** Starts the agent, on the same port where it has had one. */
  async start(): Promise<void> {
    const { preload, env } = this.#options;
    this.#agent = await Child.start({
      program: built('device/cli/main.js'),
      // The relay between counts lines, which TLS would hide from it.
      args: [
        ...['run', '--state', this.folder, '--accept', 'allow', '--port', String(this.#port)],
        ...['--no-tls', '--json'],
      ],
      preload,
      env,
      isReady: (line) => line.includes('"ready":true'),
    });
    this.#port = (JSON.parse(this.#agent.ready) as { readonly port: number }).port;
  }

  /** Ends the agent without warning, at once. */
  strike(): void {
    this.#agent?.process.kill('SIGKILL');
  }

  async kill(): Promise<void> {
    await this.#agent?.kill();
  }

  async add(dataset: DatasetName, records: readonly Fields[]): Promise<void> {
    this.#store.add(dataset, records);
  }

  async note(dataset: DatasetName, id: string, text: string): Promise<void> {
    this.#store.edit(dataset, id, (fields) => ({ ...fields, Notes: text }));
  }

  async remove(dataset: DatasetName, ids: readonly string[]): Promise<void> {
    this.#store.remove(dataset, ids);
  }

  async records(dataset: DatasetName): Promise<readonly HeldRecord[]> {
    return [...this.#store.list(dataset)];
  }

  async held(): Promise<unknown> {
    return DATASETS.map((dataset) => [...this.#store.list(dataset)]);
  }

  async replace(): Promise<void> {
    await this.kill();
    this.#store.close();
    this.#number += 1;
    this.#store = openStore(this.folder);
    await this.start();
  }

  /** Its folder is replaced by another state of it, as `work` does while the agent is off. */
  async whileOff(work: (folder: string) => void): Promise<void> {
    await this.kill();
    this.#store.close();
    work(this.folder);
    this.#store = openStore(this.folder);
    await this.start();
  }

  async check(): Promise<void> {
    if (!this.alive) throw new Error(`the agent has died:\n${this.#agent?.told ?? ''}`);
  }

  async close(): Promise<void> {
    await this.kill();
    this.#store.close();
  }
}
