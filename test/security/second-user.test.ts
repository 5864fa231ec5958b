/**
 * Another user of the same computer can neither read a secret nor use the API (R22). Needs root on Linux, since only root
 * becomes somebody else, and the built programs of `npm run build:node`.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { paths } from '../../contract/api.ts';
import { startProgram, type RunningProgram } from '../../demo/processes.ts';

/** nobody: a user without any right of its own. */
const SOMEBODY_ELSE = { uid: 65_534, gid: 65_534 };
const isRoot = process.platform === 'linux' && process.getuid?.() === 0;

describe.skipIf(!isRoot)('another user of this computer (root on Linux only)', () => {
  let folder: string;
  let bridge: RunningProgram;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'second-user-'));
    bridge = await startProgram('bridge', ['start', '--port', '0', '--state', folder]);
  });
  afterAll(async () => {
    await bridge.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const asOther = (command: string, ...args: string[]): { status: number | null; stdout: string } =>
    spawnSync(command, args, { ...SOMEBODY_ELSE, encoding: 'utf8', cwd: '/', timeout: 15_000 });

  test('can read no file of the state folder', () => {
    expect(asOther('cat', '/etc/hostname').status).toBe(0);
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    expect(names).toContain('token');
    for (const name of names) expect(asOther('cat', join(folder, name)).status, name).not.toBe(0);
    expect(asOther('ls', folder).status).not.toBe(0);
    for (const name of names) expect(statSync(join(folder, name)).mode & 0o077, name).toBe(0);
  });

  test('finds no secret in the command line or the environment of the process', () => {
    const { pid } = bridge.process;
    expect(asOther('cat', `/proc/${pid}/cmdline`).stdout).not.toMatch(/[\w-]{43}/);
    expect(asOther('cat', `/proc/${pid}/environ`).status).not.toBe(0);
  });

  test('is answered by the API with nothing but a refusal', () => {
    const address = String(bridge.ready.url);
    const ask = (path: string, ...more: string[]): string =>
      asOther(
        process.execPath,
        '-e',
        `require('node:https').request(${JSON.stringify(address + path)}, { rejectUnauthorized: false, ...${more[0] ?? '{}'} },
          (answer) => { answer.resume(); console.log(answer.statusCode); }).end(${JSON.stringify(more[1] ?? '')})`,
      ).stdout.trim();
    const json = "{ method: 'POST', headers: { 'Content-Type': 'application/json' } }";
    expect(ask(paths.hello)).toBe('200');
    for (const path of [paths.status, paths.devices, paths.events, paths.history])
      expect(ask(path)).toBe('401');
    for (const path of [paths.sync, paths.stop, paths.pairInvite, paths.pairConfirm])
      expect(ask(path, json, '{}')).toBe('401');
  });
});
