/** Two pseudo-terminals joined by socat: a serial line without a cable. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface PtyPair {
  /** Paths of the two ends. */
  readonly near: string;
  readonly far: string;
  stop: () => Promise<void>;
}

/** @param paths of a pair that was stopped, to bring back under the same names */
export async function startPtyPair(paths?: Pick<PtyPair, 'near' | 'far'>): Promise<PtyPair> {
  const folder = paths === undefined ? mkdtempSync(join(tmpdir(), 'pty-pair-')) : dirname(paths.near);
  mkdirSync(folder, { recursive: true });
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
