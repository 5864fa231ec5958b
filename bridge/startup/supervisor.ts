/**
 * Keeps the bridge running where the system itself would not start it again: on Windows. Ends when the bridge has ended as
 * it was told to, and when starting it again would be of no use.
 */
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

const FIRST_DELAY_MS = 1000;
const MAX_DELAY_MS = 5 * 60_000;
/** A bridge that lived so long was well: the next delay is the first again. */
const HEALTHY_MS = 60_000;

export interface SupervisorOptions {
  readonly program: string;
  readonly args: readonly string[];
  /** Exit codes after which the bridge is not started again. */
  readonly final: readonly number[];
  readonly firstDelayMs?: number;
}

/** Returns the last exit code. The signal ends the bridge, too. */
export async function supervise(options: SupervisorOptions, signal: AbortSignal): Promise<number> {
  const { program, args, final, firstDelayMs = FIRST_DELAY_MS } = options;
  let delay = firstDelayMs;
  for (;;) {
    const startedAt = performance.now();
    const code = await runOnce(program, args, signal);
    if (signal.aborted || final.includes(code)) return code;
    if (performance.now() - startedAt > HEALTHY_MS) delay = firstDelayMs;
    if (!(await pause(delay, signal))) return code;
    delay = Math.min(delay * 2, MAX_DELAY_MS);
  }
}

function runOnce(program: string, args: readonly string[], signal: AbortSignal): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: 'ignore', windowsHide: true });
    const end = (): void => void child.kill('SIGTERM');
    signal.addEventListener('abort', end, { once: true });
    const ended = (code: number): void => {
      signal.removeEventListener('abort', end);
      resolve(code);
    };
    child.on('error', () => ended(1));
    child.on('exit', (code) => ended(code ?? 1));
  });
}

/** False when the signal came before the pause was over. */
async function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await sleep(ms, undefined, { signal });
    return true;
  } catch {
    // The only error of a pause is that it was aborted.
    return false;
  }
}
