/** Moving to a new PC. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/http-bench.ts';
import { RecordedIo } from '../../test/support/recorded-io.ts';
import { stateFiles } from '../config/state-folder.ts';
import { claimInstance } from '../http/instance.ts';
import { openStore } from '../store/store.ts';
import { exportCommand, importCommand } from './move-command.ts';

let old: string;
let fresh: string;
let file: string;
let io: RecordedIo;
beforeEach(() => {
  old = temporaryFolder();
  fresh = temporaryFolder();
  file = join(old, 'move.zip');
  io = new RecordedIo();
  const store = openStore(stateFiles.database(old));
  store.devices.set('{device}', 'password');
  store.devices.setIdentity('Neo', '{device}');
  store.devices.setLastSync('Neo', new Date('2026-01-02T03:04:05Z'));
  store.close();
  writeFileSync(stateFiles.config(old), '{ "tcp": { "host": "neo" } }');
});
afterEach(() => {
  for (const folder of [old, fresh]) rmSync(folder, { recursive: true, force: true });
});

/** Without the database's side files. */
const written = (): string[] =>
  readdirSync(fresh)
    .filter((name) => !/-(wal|shm)$|^bridge\.db.*\.seal$/.test(name))
    .sort();
const options = (stateFolder: string) => ({ stateFolder, file, json: false, version: '1.2.3' });
const has = (folder: string): { passwords: unknown; lastSync: unknown } => {
  const store = openStore(stateFiles.database(folder));
  const found = { passwords: store.devices.all(), lastSync: store.devices.lastSync('Neo') };
  store.close();
  return found;
};

describe('export and import', () => {
  test('take database, configuration and passwords along, and no key of this PC', async () => {
    writeFileSync(stateFiles.token(old), 'token of the old PC');
    expect(await exportCommand(io, options(old))).toBe(0);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await importCommand(io, options(fresh))).toBe(0);
    expect(has(fresh)).toEqual({
      passwords: [{ challenge: '{device}', password: 'password' }],
      lastSync: '2026-01-02T03:04:05.000Z',
    });
    expect(readFileSync(stateFiles.config(fresh), 'utf8')).toContain('neo');
    expect(existsSync(stateFiles.token(fresh))).toBe(false);
    expect(written()).toEqual(['bridge.db', 'config.json']);
    expect(readdirSync(fresh).filter((name) => name.includes('.import'))).toEqual([]);
  });

  test('keep what was there before', async () => {
    await exportCommand(io, options(old));
    const store = openStore(stateFiles.database(fresh));
    store.devices.setIdentity('other', '{other}');
    store.close();
    writeFileSync(stateFiles.config(fresh), '{}');
    await importCommand(io, options(fresh));
    expect(written().filter((name) => name.includes('before-import'))).toHaveLength(2);
    expect(has(fresh).lastSync).toBe('2026-01-02T03:04:05.000Z');
  });

  test('want the bridge stopped', async () => {
    const instance = await claimInstance(old);
    await expect(exportCommand(io, options(old))).rejects.toMatchObject({ code: 'bridge.running' });
    instance.release();
  });

  test('overwrite no file and need something to export', async () => {
    writeFileSync(file, '');
    await expect(exportCommand(io, options(old))).rejects.toMatchObject({ code: 'file.exists' });
    await expect(exportCommand(io, options(fresh))).rejects.toMatchObject({ code: 'move.nothing' });
    file = join(old, 'none', 'move.zip');
    await expect(exportCommand(io, options(old))).rejects.toMatchObject({
      code: 'file.unwritable',
      detail: file,
    });
  });

  const manifest = { product: 'outlook-device-sync', format: 1, version: '1', createdAt: 'x' };
  const parts = {
    'manifest.json': strToU8(JSON.stringify(manifest)),
    'passwords.json': strToU8('[]'),
    'bridge.db': strToU8('SQLite format 3\0 and then nothing of the kind'),
  };
  test.each([
    ['no ZIP file', Buffer.from('hello')],
    ['a ZIP file without our parts', zipSync({ 'a.txt': strToU8('x') })],
    ['a database that is none', zipSync({ ...parts, 'bridge.db': strToU8('x') })],
    ['passwords that are none', zipSync({ ...parts, 'passwords.json': strToU8('{"a":1}') })],
  ])('%s is refused, and changes nothing', async (_, bytes) => {
    writeFileSync(file, bytes);
    await expect(importCommand(io, options(fresh))).rejects.toMatchObject({ code: 'move.bad-file' });
    expect(readdirSync(fresh)).toEqual([]);
  });

  test('a file that is not there is called so, and changes nothing', async () => {
    await expect(importCommand(io, options(fresh))).rejects.toMatchObject({
      code: 'file.unreadable',
      detail: file,
    });
    expect(readdirSync(fresh)).toEqual([]);
  });

  test('one that cannot be written down whole leaves the database that is there', async () => {
    expect(await exportCommand(io, options(old))).toBe(0);
    const path = stateFiles.database(fresh);
    openStore(path).close();
    writeFileSync(stateFiles.config(fresh), '{}');
    mkdirSync(join(`${stateFiles.config(fresh)}.before-import`, 'in the way'), { recursive: true });
    await expect(importCommand(io, options(fresh))).rejects.toMatchObject({ code: 'store.unwritable' });
    expect(readdirSync(fresh).filter((name) => name.includes('import'))).toEqual([
      'config.json.before-import',
    ]);
    expect(has(fresh).lastSync).toBeNull();
  });

  test('a damaged database and a bad configuration are refused, and change nothing', async () => {
    writeFileSync(file, zipSync(parts));
    await expect(importCommand(io, options(fresh))).rejects.toMatchObject({ code: 'store.corrupt' });
    expect(readdirSync(fresh)).toEqual([]);
    writeFileSync(file, zipSync({ ...parts, 'config.json': strToU8('{ "tpc": 1 }') }));
    await expect(importCommand(io, options(fresh))).rejects.toMatchObject({ code: 'config.invalid' });
    expect(readdirSync(fresh)).toEqual([]);
  });
});
