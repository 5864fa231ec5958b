/** `install` and `uninstall`, with a stand-in for the system's own command, which notes what it was told. */
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/http-bench.ts';
import { MemoryKeyStore } from '../../test/support/memory-key-store.ts';
import { RecordedIo } from '../../test/support/recorded-io.ts';
import { autostart, type Autostart } from '../startup/autostart.ts';
import { defaultStateFolder } from '../config/state-folder.ts';
import { ensureToken } from '../http/token.ts';
import { emptyKeyStore, type KeyStore } from '../passwords/key-store.ts';
import { installCommand, uninstallCommand } from './install-command.ts';

let folder: string;
let io: RecordedIo;
let stateFolder: string;
beforeEach(() => {
  folder = temporaryFolder();
  io = new RecordedIo();
  stateFolder = join(folder, 'state');
  mkdirSync(stateFolder);
  ensureToken(stateFolder);
  noting(0);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const systemctl = (): string => join(folder, 'systemctl');
const told = (): string[] =>
  existsSync(join(folder, 'told')) ? readFileSync(join(folder, 'told'), 'utf8').trim().split('\n') : [];

function noting(exitCode: number): void {
  writeFileSync(systemctl(), `#!/bin/sh\necho "$@" >> ${folder}/told\necho no bus >&2\nexit ${exitCode}\n`);
  chmodSync(systemctl(), 0o755);
}

function way(): Autostart {
  const real = autostart({
    platform: 'linux',
    env: {},
    home: folder,
    uid: 1000,
    node: '/usr/bin/node',
    script: '/opt/main.js',
    options: [],
  });
  const ours = <C extends { readonly program: string }>(commands: readonly C[]): C[] =>
    commands.map((command) => ({ ...command, program: systemctl() }));
  return {
    ...real,
    install: ours(real.install),
    uninstall: ours(real.uninstall),
    afterwards: ours(real.afterwards),
  };
}
const options = (more: { dryRun?: boolean; purge?: boolean } = {}) => ({
  stateFolder,
  json: false,
  dryRun: false,
  purge: false,
  autostart: way(),
  trust: { platform: 'linux' as const, home: folder, nssFolders: [] },
  ...more,
});
const unit = (): string => way().file?.path ?? '';

describe('install', () => {
  test('shows what it would write and run, and does nothing of it', async () => {
    expect(await installCommand(io, options({ dryRun: true }))).toBe(0);
    expect(io.printed).toContain(`write ${unit()}\n  [Unit]`);
    expect(io.printed).toContain('--user enable outlook-device-sync.service');
    expect(existsSync(unit())).toBe(false);
    expect(told()).toEqual([]);
  });

  test('writes the unit and starts it; again it leaves everything as it is', async () => {
    await installCommand(io, options());
    const first = readFileSync(unit(), 'utf8');
    await installCommand(io, options());
    expect(readFileSync(unit(), 'utf8')).toBe(first);
    const once = [
      '--user daemon-reload',
      ...['enable', 'restart'].map((verb) => `--user ${verb} outlook-device-sync.service`),
    ];
    expect(told()).toEqual([...once, ...once]);
  });

  test('is refused where the system would not run the command, and nothing is written', async () => {
    const refusing = { ...options(), autostart: { ...way(), refused: 'too long' } };
    await expect(installCommand(io, refusing)).rejects.toMatchObject({
      code: 'startup.failed',
      detail: 'too long',
    });
    expect(existsSync(unit())).toBe(false);
    expect(told()).toEqual([]);
  });

  test('names what the system said when it does not take the unit', async () => {
    noting(1);
    await expect(installCommand(io, options())).rejects.toMatchObject({
      code: 'startup.failed',
      detail: expect.stringContaining('no bus') as unknown,
    });
  });
});

describe('uninstall', () => {
  test('leaves only the data, whether it was installed or not', async () => {
    await installCommand(io, options());
    await uninstallCommand(io, options());
    expect(existsSync(unit())).toBe(false);
    expect(existsSync(join(stateFolder, 'token'))).toBe(true);
    expect(io.printed).toContain(`your data in ${stateFolder}`);
    noting(1);
    expect(await uninstallCommand(io, options())).toBe(0);
  });

  test('takes the data, too, when it is told to', async () => {
    await uninstallCommand(io, options({ purge: true }));
    expect(existsSync(stateFolder)).toBe(false);
  });

  describe('of what the system’s key store keeps of the bridge', () => {
    let keys: MemoryKeyStore;
    const from = (store: KeyStore | undefined, purge = true) => ({
      ...options({ purge }),
      emptyKeyStore: () => emptyKeyStore(store),
    });
    beforeEach(async () => {
      keys = new MemoryKeyStore();
      await keys.set('microsoft-tokens', 'key');
      await keys.set('device', 'secret');
    });

    test('takes every entry with the data, and says that nothing is left', async () => {
      await uninstallCommand(io, from(keys));
      expect([...keys.secrets]).toEqual([]);
      expect(io.printed).toContain('Nothing is left.');
    });

    test('takes none where the data stay', async () => {
      await uninstallCommand(io, from(keys, false));
      expect([...keys.secrets.keys()]).toEqual(['microsoft-tokens', 'device']);
    });

    test.each([
      ['is locked', () => Object.assign(keys, { locked: true })],
      ['cannot be opened', () => undefined],
    ])('a store that %s is told of, and the data are taken all the same', async (_why, open) => {
      expect(await uninstallCommand(io, from(open()))).toBe(0);
      expect(existsSync(stateFolder)).toBe(false);
      expect(io.printed).not.toContain('Nothing is left.');
      expect(io.printed).toContain('entries of outlook-device-sync');
    });

    test('leaves the store alone for a state folder that never used it', async () => {
      expect(stateFolder).not.toBe(defaultStateFolder());
      await uninstallCommand(io, options({ purge: true }));
      expect(io.printed).toContain('Nothing is left.');
    });
  });

  test('shows what it would remove, and removes nothing', async () => {
    await uninstallCommand(io, options({ purge: true, dryRun: true }));
    expect(io.printed).toContain(`remove ${stateFolder}`);
    expect(existsSync(stateFolder)).toBe(true);
  });

  test('does not take a folder for its own that is not', async () => {
    rmSync(join(stateFolder, 'token'));
    await expect(uninstallCommand(io, options({ purge: true }))).rejects.toMatchObject({
      code: 'config.invalid',
    });
    expect(existsSync(stateFolder)).toBe(true);
  });
});
