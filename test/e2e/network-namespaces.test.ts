/**
 * Two network namespaces stand for the PC and for another computer on its network: who can reach what, and how devices are
 * found (R20, DNS-SD). Needs root on Linux, since only root makes namespaces; and `npm run build:node` before.
 */
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FoundDevice } from '../../contract/api.ts';
import { builtProgram } from '../../demo/processes.ts';

const PC = `ods-pc-${process.pid}`;
const OTHER = `ods-other-${process.pid}`;
const ip = (...args: string[]): string => execFileSync('ip', args, { encoding: 'utf8', stdio: 'pipe' });
const mayMakeNamespaces =
  process.getuid?.() === 0 && spawnSync('ip', ['netns', 'add', `ods-try-${process.pid}`]).status === 0;
if (mayMakeNamespaces) ip('netns', 'delete', `ods-try-${process.pid}`);

describe.skipIf(!mayMakeNamespaces)('on a network (root on Linux only)', () => {
  let folder: string;
  const running: ChildProcess[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'namespaces-'));
    for (const name of [PC, OTHER]) {
      ip('netns', 'add', name);
      ip('-n', name, 'link', 'set', 'lo', 'up');
    }
    ip('-n', PC, 'link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', OTHER);
    for (const [name, address] of [
      [PC, '10.77.0.1/24'],
      [OTHER, '10.77.0.2/24'],
    ] as const) {
      ip('-n', name, 'address', 'add', address, 'dev', 'eth0');
      ip('-n', name, 'link', 'set', 'eth0', 'up');
      ip('-n', name, 'route', 'add', 'default', 'dev', 'eth0');
    }
  });
  afterAll(async () => {
    for (const child of running) {
      if (child.exitCode !== null) continue;
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    for (const name of [PC, OTHER]) ip('netns', 'delete', name);
    rmSync(folder, { recursive: true, force: true });
  });

  const within = (namespace: string, args: readonly string[]): string[] => [
    'netns',
    'exec',
    namespace,
    ...args,
  ];
  const node = (program: 'bridge' | 'device', ...args: string[]): string[] => [
    process.execPath,
    builtProgram(program),
    ...args,
    '--state',
    join(folder, program),
    '--json',
  ];

  async function start(namespace: string, command: readonly string[]): Promise<void> {
    const child = spawn('ip', within(namespace, command), { stdio: ['ignore', 'pipe', 'ignore'] });
    running.push(child);
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    expect(JSON.parse(line)).toMatchObject({ ready: true });
    child.stdout.resume();
  }
  const bridge = (...args: string[]): unknown =>
    JSON.parse(
      execFileSync('ip', within(PC, node('bridge', ...args)), {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }),
    );

  /** `connected`, or the error's code. */
  const connect = (namespace: string, address: string, port: number): string =>
    execFileSync('ip', within(namespace, [process.execPath, '-e', `
      const socket = require('node:net').connect({ host: '${address}', port: ${port}, timeout: 2000 });
      const say = (text) => { console.log(text); process.exit(0); };
      socket.on('connect', () => say('connected')).on('error', (error) => say(error.code)).on('timeout', () => say('timeout'));
    `]), { encoding: 'utf8' }).trim(); // prettier-ignore

  test('the bridge listens on the loopback addresses alone, and finds the device that announces itself', async () => {
    await start(
      OTHER,
      node(
        'device',
        'run',
        '--listen',
        '0.0.0.0',
        '--port',
        '4245',
        '--accept',
        'deny',
        '--name',
        'Ada’s Neo',
      ),
    );
    await start(PC, node('bridge', 'start', '--port', '24245'));

    // From the other computer nothing answers; on the PC itself the bridge does.
    expect(connect(OTHER, '10.77.0.1', 24245)).toBe('ECONNREFUSED');
    expect(connect(PC, '10.77.0.1', 24245)).toBe('ECONNREFUSED');
    expect(connect(PC, '127.0.0.1', 24245)).toBe('connected');
    expect(connect(PC, '::1', 24245)).toBe('connected');
    expect(listening(PC).filter(({ port }) => port === 24245)).toEqual([
      { address: '127.0.0.1', port: 24245 },
      { address: '::1', port: 24245 },
    ]);

    await expect
      .poll(() => bridge('find') as FoundDevice[], { timeout: 15_000 })
      .toEqual([
        {
          name: 'Ada’s Neo',
          addresses: expect.arrayContaining(['10.77.0.2']) as string[],
          port: 4245,
          model: expect.any(String) as string,
          service: 'Ada’s Neo._qdsync._tcp.local',
        },
      ]);
  }, 60_000);

  /** Listening TCP sockets of a namespace, as the kernel shows them. */
  function listening(namespace: string): { address: string; port: number }[] {
    return ['tcp', 'tcp6'].flatMap((family) =>
      execFileSync('ip', within(namespace, ['cat', `/proc/net/${family}`]), { encoding: 'utf8' })
        .split('\n')
        .slice(1)
        .map((line) => line.trim().split(/\s+/))
        .filter((columns) => columns[3] === '0A')
        .map((columns) => {
          const [address = '', port = ''] = (columns[1] ?? '').split(':');
          return { address: known[address] ?? address, port: parseInt(port, 16) };
        }),
    );
  }
});

/** As the kernel writes them on a little-endian machine. */
const known: Readonly<Record<string, string>> = {
  '0100007F': '127.0.0.1',
  '00000000000000000000000001000000': '::1',
};
