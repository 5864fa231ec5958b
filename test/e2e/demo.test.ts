/** The built demo as its user runs it: every program a process of its own, over TCP and over a serial line. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const demo = fileURLToPath(new URL('../../dist/demo/main.js', import.meta.url));

describe.each(['tcp', 'serial'] as const)('the demo over %s', (link) => {
  it('leaves both sides equal, and a third sync has nothing to do', { timeout: 120_000 }, () => {
    const args = [demo, '--once', '--json', ...(link === 'serial' ? ['--serial'] : [])];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, {
      encoding: 'utf8',
      timeout: 110_000,
    });
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const nothing = { created: 0, updated: 0, removed: 0 };
    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      link,
      differences: [],
      mailsSent: 0,
      records: {
        contacts: { device: 410, outlook: 410 },
        calendar: { device: 56, outlook: 56 },
        tasks: { device: 70, outlook: 70 },
      },
      syncs: [
        {
          name: 'first',
          datasets: [
            { dataset: 'contacts', paired: 90, device: { created: 160 }, mailbox: { created: 160 } },
            { dataset: 'calendar', paired: 12, device: { created: 24 }, mailbox: { created: 20 } },
            { dataset: 'tasks', paired: 10, device: { created: 30 }, mailbox: { created: 30 } },
          ],
        },
        {
          name: 'after edits',
          datasets: [
            { conflicts: 1, device: { created: 1, removed: 1 }, mailbox: { created: 1, removed: 1 } },
            { device: { updated: 2 }, mailbox: { updated: 1 } },
            { mailbox: { updated: 1 } },
          ],
        },
        {
          name: 'idle',
          datasets: [
            { kind: 'fast', conflicts: 0, device: nothing, mailbox: nothing },
            { kind: 'fast', conflicts: 0, device: nothing, mailbox: nothing },
            { kind: 'fast', conflicts: 0, device: nothing, mailbox: nothing },
          ],
        },
      ],
    });
  });
});

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
