/** The built demo as its user runs it: every program a process of its own, over TCP and over a serial line. */
import { spawnSync } from 'node:child_process';
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
    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      link,
      differences: [],
      records: { device: 410, outlook: 410 },
      syncs: [
        { name: 'first', kind: 'first', paired: 90, device: { created: 160 }, mailbox: { created: 160 } },
        {
          name: 'after edits',
          kind: 'fast',
          conflicts: 1,
          device: { created: 1, removed: 1 },
          mailbox: { created: 1, removed: 1 },
        },
        { name: 'idle', kind: 'fast', conflicts: 0, device: { created: 0, updated: 0, removed: 0 } },
      ],
    });
  });
});
