/** The built demo as its user runs it, over TCP or over a serial line: every program a process of its own. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

export const demo = fileURLToPath(new URL('../../dist/demo/main.js', import.meta.url));

export function describeDemo(link: 'tcp' | 'serial'): void {
  describe(`the demo over ${link}`, () => {
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
}
