/** A disk without room, at the start and at the end of the bridge (R5). It is a small one, which only root can make. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../test/support/http-bench.ts';
import { startBridge } from './bridge.ts';
import { parseConfiguration } from './config/configuration.ts';
import { writePrivateFile } from './config/private-files.ts';
import { stateFiles } from './config/state-folder.ts';
import { openStore } from './store/store.ts';

const mayMount = process.platform === 'linux' && process.getuid?.() === 0;
const DISK_BYTES = 2 * 1024 * 1024;

describe.skipIf(!mayMount)('[STORE-3] a disk without room', () => {
  let disk: string;
  let state: string;
  beforeEach(() => {
    disk = temporaryFolder();
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_BYTES},mode=0700`, 'tmpfs', disk]);
    state = join(disk, 'state');
    mkdirSync(state, { mode: 0o700 });
  });
  afterEach(() => {
    // At once, also while the driver has not given every file back yet.
    execFileSync('umount', ['--lazy', disk]);
    rmSync(disk, { recursive: true });
  });

  function fill(): void {
    try {
      for (;;) writeFileSync(join(disk, 'filler'), Buffer.alloc(4096), { flag: 'a' });
    } catch (error) {
      expect(error).toMatchObject({ code: 'ENOSPC' });
    }
  }
  const makeRoom = (): void => rmSync(join(disk, 'filler'));
  const start = () => startBridge({ ...parseConfiguration('{}', 'test', state), port: 0 });

  test('is named when the bridge starts, and nothing half-written is left', async () => {
    fill();
    await expect(start()).rejects.toMatchObject({ code: 'store.full' });
    expect(readdirSync(state)).toEqual([]);
    expect(() => writePrivateFile(join(state, 'x'), 'x'.repeat(5000))).toThrow(
      expect.objectContaining({ code: 'store.full' }),
    );
    expect(readdirSync(state)).toEqual([]);
    makeRoom();
    await (await start()).stop();
  });

  test('does not keep the bridge from ending as it should, and loses nothing', async () => {
    const bridge = await start();
    fill();
    await bridge.stop();
    expect(existsSync(stateFiles.instance(state))).toBe(false);
    makeRoom();
    const store = openStore(stateFiles.database(state));
    expect(store.devices.paused).toBe(false);
    store.close();
    await (await start()).stop();
  });
});
