/** Two pseudo-terminals joined by socat: a serial line without a cable. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface PtyPair {
  /** Paths of the two ends. */
  readonly near: string;
  readonly far: string;
  stop: () => Promise<void>;
}

export async function startPtyPair(): Promise<PtyPair> {
  const folder = mkdtempSync(join(tmpdir(), 'pty-pair-'));
  const near = join(folder, 'near');
  const far = join(folder, 'far');
  const socat = spawn('socat', [`pty,raw,echo=0,link=${near}`, `pty,raw,echo=0,link=${far}`], {
    stdio: 'ignore',
  });
  const exited = once(socat, 'exit');
  while (!existsSync(near) || !existsSync(far)) {
    if (socat.exitCode !== null) throw new Error('socat did not start');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return {
    near,
    far,
    stop: async () => {
      socat.kill();
      if (socat.exitCode === null && socat.signalCode === null) await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
