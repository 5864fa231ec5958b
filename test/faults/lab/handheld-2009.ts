/** The strict device of 2009 in a process of its own; its store lives as long as the process. */
import { once } from 'node:events';
import { definitionOf, type DatasetName, type HeldRecord } from '../../../demo/records.ts';
import type { Fields } from '../../../datasets/index.ts';
import { spawn, type ChildProcess } from 'node:child_process';
import type { DeviceAnswer, DeviceRequest, DeviceState } from '../programs/device-2009.ts';
import type { Handheld } from './handheld.ts';

export interface Handheld2009Options {
  readonly program: string;
  readonly preload: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

interface Asked {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

export class Handheld2009 implements Handheld {
  readonly kind = '2009';
  readonly #child: ChildProcess;
  readonly #asked = new Map<number, Asked>();
  #number = 0;
  #port = 0;

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.on('message', ({ id, value, problem }: DeviceAnswer) => {
      const asked = this.#asked.get(id);
      this.#asked.delete(id);
      if (problem === undefined) asked?.resolve(value);
      else asked?.reject(new Error(problem));
    });
    child.on('exit', () => {
      for (const { reject } of this.#asked.values()) reject(new Error('the device has ended'));
      this.#asked.clear();
    });
  }

  static async start({ program, preload, env }: Handheld2009Options): Promise<Handheld2009> {
    const args = [...preload.flatMap((path) => ['--import', path]), program];
    const child = spawn(process.execPath, args, {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env: { ...process.env, NODE_OPTIONS: '', ...env },
    });
    const device = new Handheld2009(child);
    const first = new Promise<unknown>((resolve, reject) => device.#asked.set(0, { resolve, reject }));
    device.#port = ((await first) as DeviceState).port;
    return device;
  }

  get port(): number {
    return this.#port;
  }

  async add(dataset: DatasetName, records: readonly Fields[]): Promise<void> {
    const definition = definitionOf(dataset);
    const xml = records.map((fields) =>
      definition.write(fields, { id: 'new', own: false, style: 'desktop', zonedTimes: 'wall-clock' }),
    );
    await this.#ask({ what: 'add', dataset, xml });
  }

  async note(dataset: DatasetName, id: string, text: string): Promise<void> {
    await this.#ask({ what: 'note', dataset, id, text });
  }

  async remove(dataset: DatasetName, ids: readonly string[]): Promise<void> {
    await this.#ask({ what: 'remove', dataset, ids });
  }

  async records(dataset: DatasetName): Promise<readonly HeldRecord[]> {
    const held = (await this.#ask({ what: 'records', dataset })) as readonly { id: string; xml: string }[];
    return held.map(({ id, xml }) => {
      const outcome = definitionOf(dataset).read(xml);
      if (!outcome.ok) throw new Error(`the device holds half a record: ${outcome.error.detail}`);
      return { id, fields: outcome.record.fields };
    });
  }

  async held(): Promise<unknown> {
    return (await this.#state()).held;
  }

  async replace(): Promise<void> {
    this.#port = ((await this.#ask({ what: 'replace' })) as DeviceState).port;
  }

  /** Each record is sent so many times from now on. */
  async repeatRecords(times: number): Promise<void> {
    await this.#ask({ what: 'repeat', times });
  }

  /** Sets the clock, so many ms from the true time. */
  async setClock(by: number): Promise<void> {
    await this.#ask({ what: 'clock', by });
  }

  async check(): Promise<void> {
    const { crashed, offences } = await this.#state();
    if (crashed !== null) throw new Error(`the device died: ${crashed}`);
    if (offences.length > 0) throw new Error(`the device was offended: ${offences.join('; ')}`);
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill('SIGKILL');
    await once(this.#child, 'exit');
  }

  async #state(): Promise<DeviceState> {
    return (await this.#ask({ what: 'state' })) as DeviceState;
  }

  #ask(request: DeviceRequest): Promise<unknown> {
    this.#number += 1;
    const id = this.#number;
    return new Promise((resolve, reject) => {
      this.#asked.set(id, { resolve, reject });
      this.#child.send({ id, request });
    });
  }
}
