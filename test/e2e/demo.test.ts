/** The built demo as its user runs it: every program a process of its own, over TCP and over a serial line. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { demo, describeDemo } from './demo-runs.ts';

describeDemo('tcp');

// In a terminal all programs of the demo get the signal; from a supervisor only the demo itself.
describe.skipIf(process.platform === 'win32')('Ctrl-C before everything is up', () => {
  it.each([
    ['in a terminal', 700, (pid: number) => process.kill(-pid, 'SIGINT')],
    ['from a supervisor', 1_000, (pid: number) => process.kill(pid, 'SIGTERM')],
  ])(
    '%s ends it without a word, and nothing is left',
    { timeout: 30_000 },
    async (_where, afterMs, interrupt) => {
      const folder = mkdtempSync(join(tmpdir(), 'demo-interrupted-'));
      const child = spawn(process.execPath, [demo, '--json'], {
        env: { ...process.env, TMPDIR: folder },
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let said = '';
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (text: Buffer) => (said += String(text)));
      const ended = once(child, 'close');
      // Its folder is there as soon as it has begun to start the others.
      while (readdirSync(folder).length === 0) await delay(10);
      await delay(afterMs);
      interrupt(child.pid ?? 0);
      expect(await ended).toEqual([130, null]);
      expect(said).toBe('');
      expect(readdirSync(folder)).toEqual([]);
      // Nobody of its process group is left to be signalled.
      expect(() => process.kill(-(child.pid ?? 0), 0)).toThrow('ESRCH');
      rmSync(folder, { recursive: true });
    },
  );
});
