/** Starts the project's programs as real processes, waits until they are ready, and ends them all. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** How long a program may take to be ready. */
const READY_MS = 30_000;
/** How long a program may take to end before it is killed. */
const STOP_MS = 8_000;
/** What is kept of a program's messages, to be shown if it fails. */
const MAX_TOLD = 4_000;

export type Program = 'bridge' | 'device' | 'mailbox';

const entryPoints: Readonly<Record<Program, string>> = {
  bridge: '../bridge/cli/main.js',
  device: '../device/cli/main.js',
  mailbox: './mailbox/main.js',
};

/** The built program; this module runs from dist itself, or from the sources in tests. */
export function builtProgram(program: Program): string {
  const here = import.meta.url.includes('/dist/')
    ? import.meta.url
    : new URL('../dist/demo/x.js', import.meta.url).href;
  return fileURLToPath(new URL(entryPoints[program], here));
}

export interface RunningProgram {
  /** What its ready line says. */
  readonly ready: Readonly<Record<string, unknown>>;
  readonly process: ChildProcess;
  /** Ends it, gently first. */
  stop(): Promise<void>;
}

/**
 * Starts a program with `--json` and waits for its ready line. Rejects with what it said when it ends instead, and with the
 * signal's reason once the program that was being started has ended.
 */
export async function startProgram(
  program: Program,
  args: readonly string[],
  signal?: AbortSignal,
): Promise<RunningProgram> {
  signal?.throwIfAborted();
  const child = spawn(process.execPath, [builtProgram(program), ...args, '--json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let told = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    told = (told + text).slice(-MAX_TOLD);
  });
  const ended = once(child, 'exit');
  const lines = createInterface({ input: child.stdout });
  const timer = setTimeout(() => child.kill('SIGKILL'), READY_MS);
  const stop = (): void => void stopChild(child, ended);
  signal?.addEventListener('abort', stop);
  try {
    for await (const line of lines) {
      const ready = parseReady(line);
      if (ready === undefined) continue;
      child.stdout.resume();
      return { ready, process: child, stop: () => stopChild(child, ended) };
    }
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  }
  await ended;
  signal?.throwIfAborted();
  throw new Error(`${program} did not start:\n${told}`);
}

async function stopChild(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await ended;
  clearTimeout(timer);
}

function parseReady(line: string): Readonly<Record<string, unknown>> | undefined {
  if (!line.startsWith('{')) return undefined;
  const value = JSON.parse(line) as Readonly<Record<string, unknown>>;
  return value.ready === true ? value : undefined;
}

/** Runs a command of a program to its end and returns what it printed. Rejects when it fails or is ended by the signal. */
export async function runCommand(
  program: Program,
  args: readonly string[],
  signal?: AbortSignal,
): Promise<string> {
  signal?.throwIfAborted();
  const child = spawn(process.execPath, [builtProgram(program), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  let told = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (told = (told + text).slice(-MAX_TOLD)));
  const stop = (): void => void child.kill();
  signal?.addEventListener('abort', stop);
  const [code] = (await once(child, 'close')) as [number | null];
  signal?.removeEventListener('abort', stop);
  signal?.throwIfAborted();
  if (code !== 0)
    throw new Error(
      `${program} ${args[0] ?? ''} failed (${code ?? 'killed'}):\n${told}${printed.slice(0, 500)}`,
    );
  return printed;
}
