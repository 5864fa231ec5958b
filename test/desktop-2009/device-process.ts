/** The built command `qdsync-device` as real processes. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

/** `npm test` builds it first; by hand: npm run build:node. */
const MAIN = fileURLToPath(new URL('../../dist/device/cli/main.js', import.meta.url));

export interface DeviceProcess {
  readonly process: ChildProcess;
  /** What its ready line says. */
  readonly ready: { readonly port?: number; readonly host?: string; readonly serial?: string };
  /** What it has logged so far. */
  readonly log: () => string;
  /** Sends a signal and waits for the end; the exit code, or the signal that killed it. */
  stop(signal: NodeJS.Signals): Promise<number | NodeJS.Signals | null>;
}

/** Starts the agent and waits until it is ready. It is killed when the test is over. */
export async function startDevice(stateFolder: string, args: readonly string[]): Promise<DeviceProcess> {
  const child = spawn(process.execPath, [MAIN, 'run', '--json', '--state', stateFolder, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => {
    log += chunk.toString();
  });
  const exited = once(child, 'exit');
  const [line] = (await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    exited.then(() => Promise.reject(new Error(`the agent did not start: ${log}`))),
  ])) as [string];
  return {
    process: child,
    ready: JSON.parse(line) as DeviceProcess['ready'],
    log: () => log,
    stop: async (signal) => {
      child.kill(signal);
      const [code, killedBy] = (await exited) as [number | null, NodeJS.Signals | null];
      return code ?? killedBy;
    },
  };
}

export interface CommandResult {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs one command of `qdsync-device` to its end; `env` is added to this process's own. */
export async function runDevice(
  args: readonly string[],
  input = '',
  env: Readonly<Record<string, string>> = {},
): Promise<CommandResult> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  child.stdin.end(input);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out, err };
}
