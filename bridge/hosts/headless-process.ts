/**
 * The add-in without Outlook as a child process of the bridge. It is started again when it dies, a little later
 * each time, and ends with the bridge: its standard input closes when the bridge is gone, however that happened.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** The built host, seen from the built module (dist/bridge/hosts). */
export const builtHeadlessHost = fileURLToPath(
  new URL('../../addin/hosts/headless/main.js', import.meta.url),
);

const FIRST_DELAY_MS = 500;
const MAX_DELAY_MS = 30_000;
/** A child that lived so long was well: the next delay is the first again. */
const HEALTHY_MS = 60_000;
const STOP_MS = 5000;

/** How a real account signs in, and where its tokens are kept. */
export interface MicrosoftSettings {
  readonly clientId: string;
  readonly authority?: string;
  readonly cacheFile: string;
  /** 32 bytes in hexadecimal. */
  readonly cacheKey: string;
}

/** One line of JSON on the host's standard input. */
export type HeadlessSettings = {
  /** Address of the bridge. */
  readonly bridge: string;
  readonly tokenFile: string;
} & (
  | {
      /** Graph's address: the local mailbox. */
      readonly mailbox: string;
      readonly user?: string;
    }
  | { readonly microsoft: MicrosoftSettings }
);

export interface HeadlessHostOptions {
  readonly settings: HeadlessSettings;
  /** PEM file of the bridge; Node's fetch takes it only from its environment, at start. */
  readonly certificateFile: string;
  readonly program?: string;
  readonly tell: (line: string) => void;
  /** What the host says; left out, it goes to our standard error. */
  readonly onLine?: (line: string) => void;
}

export interface SupervisedHost {
  stop(): Promise<void>;
}

export function superviseHeadlessHost(options: HeadlessHostOptions): SupervisedHost {
  const stopping = new AbortController();
  const finished = keepRunning(options, stopping.signal);
  return {
    async stop() {
      stopping.abort();
      await finished;
    },
  };
}

async function keepRunning(options: HeadlessHostOptions, stop: AbortSignal): Promise<void> {
  let delay = FIRST_DELAY_MS;
  for (;;) {
    const startedAt = performance.now();
    const end = await runOnce(options, stop);
    if (stop.aborted) return;
    if (performance.now() - startedAt > HEALTHY_MS) delay = FIRST_DELAY_MS;
    options.tell(`The Outlook host ended (${end}); it is started again in ${delay} ms.`);
    await sleep(delay, stop);
    delay = Math.min(delay * 2, MAX_DELAY_MS);
  }
}

/** Runs the child to its end and tells how it ended. */
async function runOnce(options: HeadlessHostOptions, stop: AbortSignal): Promise<string> {
  if (stop.aborted) return 'stopped';
  const child = spawn(process.execPath, [options.program ?? builtHeadlessHost], {
    // Its own output goes to our standard error: standard output belongs to the command.
    stdio: ['pipe', options.onLine === undefined ? 2 : 'pipe', 2],
    env: { ...process.env, NODE_EXTRA_CA_CERTS: options.certificateFile },
  });
  const ended = new Promise<string>((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('exit', (code, signal) => resolve(signal ?? `exit code ${code ?? 'unknown'}`));
  });
  if (child.stdout !== null)
    createInterface({ input: child.stdout }).on('line', (line) => options.onLine?.(line.slice(0, 500)));
  // A child that died already cannot read its settings; its end tells more than the broken pipe.
  child.stdin?.on('error', () => undefined);
  child.stdin?.write(`${JSON.stringify(options.settings)}\n`);
  const end = (): void => endChild(child);
  stop.addEventListener('abort', end);
  try {
    return await ended;
  } finally {
    stop.removeEventListener('abort', end);
  }
}

function endChild(child: ChildProcess): void {
  child.stdin?.end();
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  void once(child, 'exit').then(() => clearTimeout(force));
}

function sleep(ms: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      stop.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    stop.addEventListener('abort', done);
  });
}
