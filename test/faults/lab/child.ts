/** A process of a lab: started, waited for, killed. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** How long a program may take until it is ready, in ms. */
const READY_MS = 30_000;
/** What is kept of what a program says. */
const MAX_TOLD = 20_000;

/** A built program, by its path below dist. */
export function built(path: string): string {
  return fileURLToPath(new URL(`../../../dist/${path}`, import.meta.url));
}

export interface ChildOptions {
  readonly program: string;
  readonly args?: readonly string[];
  /** Modules that are loaded before the program. */
  readonly preload?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** The first line of standard input. */
  readonly input?: string;
  /** Whether a line of standard output says that the program is ready. */
  readonly isReady: (line: string) => boolean;
  readonly onLine?: (line: string) => void;
}

export class Child {
  readonly process: ChildProcess;
  readonly ended: Promise<unknown>;
  /** The line that said it was ready. */
  readonly ready: string;
  readonly #told: () => string;

  private constructor(process: ChildProcess, ended: Promise<unknown>, ready: string, told: () => string) {
    this.process = process;
    this.ended = ended;
    this.ready = ready;
    this.#told = told;
  }

  /** Rejects with what the program said when it ends instead of being ready. */
  static async start(options: ChildOptions): Promise<Child> {
    const preload = (options.preload ?? []).flatMap((path) => ['--import', path]);
    const child = spawn(process.execPath, [...preload, options.program, ...(options.args ?? [])], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, NODE_OPTIONS: '', ...options.env },
    });
    let told = '';
    const lines = (stream: NodeJS.ReadableStream): void =>
      void createInterface({ input: stream }).on('line', (line) => {
        told = `${told}${line}\n`.slice(-MAX_TOLD);
        options.onLine?.(line);
      });
    const ended = once(child, 'exit');
    child.stdin.on('error', () => undefined);
    if (options.input !== undefined) child.stdin.write(`${options.input}\n`);
    lines(child.stderr);
    const timer = setTimeout(() => child.kill('SIGKILL'), READY_MS);
    const ready = await new Promise<string | undefined>((resolve) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        told = `${told}${line}\n`.slice(-MAX_TOLD);
        if (options.isReady(line)) resolve(line);
      });
      void ended.then(() => resolve(undefined));
    });
    clearTimeout(timer);
    if (ready === undefined) throw new Error(`${options.program} did not start:\n${told}`);
    return new Child(child, ended, ready, () => told);
  }

  get alive(): boolean {
    return this.process.exitCode === null && this.process.signalCode === null;
  }

  /** What it has said lately. */
  get told(): string {
    return this.#told();
  }

  /** Ends it without warning and waits until it is gone. */
  async kill(): Promise<void> {
    if (this.alive) this.process.kill('SIGKILL');
    await this.ended;
  }
}
