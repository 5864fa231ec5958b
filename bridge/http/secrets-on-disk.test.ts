/** Files that hold secrets: token and page keys (R22). */
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/http-bench.ts';
import { ensurePrivateFolder, writePrivateFile } from '../config/private-files.ts';
import { PageKeys } from './page-keys.ts';
import { ensureToken, readToken } from './token.ts';

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const mode = (file: string): number => statSync(join(folder, file)).mode & 0o777;

test('the state folder is this user’s alone, also when it was not before', () => {
  const inside = join(folder, 'a', 'b');
  ensurePrivateFolder(inside);
  expect(statSync(inside).mode & 0o777).toBe(0o700);
  const shared = join(folder, 'shared');
  mkdirSync(shared);
  chmodSync(shared, 0o755);
  ensurePrivateFolder(shared);
  expect(statSync(shared).mode & 0o777).toBe(0o700);
});

test.each([
  ['nobody can make it', (): string => '/proc/nowhere/state', process.platform === 'linux'],
  ['a file is in its place', (): string => writeTo('file'), true],
  ['a file is above it', (): string => join(writeTo('file'), 'state'), true],
])('a state folder is a named error where %s', (_why, path, applies) => {
  if (!applies) return;
  expect(() => ensurePrivateFolder(path())).toThrow(expect.objectContaining({ code: 'store.unwritable' }));
});

/** A file for all to read, which stays so. */
function writeTo(name: string): string {
  const file = join(folder, name);
  writeFileSync(file, '', { mode: 0o644 });
  return file;
}

test('a private file is replaced whole, and nothing is left beside it', () => {
  const file = join(folder, 'x');
  writePrivateFile(file, 'one');
  writePrivateFile(file, 'two');
  expect(readFileSync(file, 'utf8')).toBe('two');
  expect(readdirSync(folder)).toEqual(['x']);
  expect(mode('x')).toBe(0o600);
});

test('a file that cannot be written is a named error', () => {
  expect(() => writePrivateFile(join(folder, 'none', 'x'), 'one')).toThrow(
    expect.objectContaining({ code: 'store.unwritable' }),
  );
});

describe('the token', () => {
  test('is made once and read by the same user’s programs', () => {
    const token = ensureToken(folder);
    expect(token).toMatch(/^[\w-]{43}$/);
    expect(ensureToken(folder)).toBe(token);
    expect(readToken(folder)).toBe(token);
    expect(mode('token')).toBe(0o600);
  });

  test('is made anew when others could have read it, or when it is damaged', () => {
    const token = ensureToken(folder);
    chmodSync(join(folder, 'token'), 0o640);
    const fresh = ensureToken(folder);
    expect(fresh).not.toBe(token);
    expect(mode('token')).toBe(0o600);
    writePrivateFile(join(folder, 'token'), '');
    expect(ensureToken(folder)).toMatch(/^[\w-]{43}$/);
  });

  test('is missing: the bridge is not running', () => {
    expect(() => readToken(folder)).toThrow(expect.objectContaining({ code: 'bridge.not-running' }));
  });
});

describe('page keys', () => {
  test('are kept as hashes, survive a restart, and are taken back at once', () => {
    const keys = new PageKeys(folder);
    const key = keys.issue('pane');
    expect(mode('page-keys.json')).toBe(0o600);
    expect(readFileSync(join(folder, 'page-keys.json'), 'utf8')).not.toContain(key);

    const restarted = new PageKeys(folder);
    const page = restarted.find(key);
    expect(page).toMatchObject({ label: 'pane' });
    expect(restarted.find(`${key}x`)).toBeUndefined();
    expect(restarted.revoke(page!.id)).toBe(true);
    expect(restarted.find(key)).toBeUndefined();
    expect(restarted.revoke(page!.id)).toBe(false);
    expect(new PageKeys(folder).find(key)).toBeUndefined();
  });

  test('are bounded: the one that was not used for the longest time goes', () => {
    let day = 1;
    const ended: string[] = [];
    const keys = new PageKeys(folder, {
      now: () => new Date(Date.UTC(2026, 0, day)),
      onEnd: (id) => ended.push(id),
    });
    const old = keys.issue('old');
    const used = keys.issue('used');
    day = 2;
    keys.find(used);
    for (let count = 0; count < 99; count += 1) keys.issue('new');
    expect(keys.find(old)).toBeUndefined();
    expect(keys.find(used)).toMatchObject({ lastUsedOn: '2026-01-02' });
    expect(keys.list()).toHaveLength(100);
    expect(ended).toHaveLength(1);
  });

  test.each([
    ['damaged', () => writePrivateFile(join(folder, 'page-keys.json'), '{"keys":[{')],
    ['exposed', () => chmodSync(join(folder, 'page-keys.json'), 0o644)],
  ])('in a %s file count no longer', (_, spoil) => {
    const key = new PageKeys(folder).issue('pane');
    spoil();
    expect(new PageKeys(folder).find(key)).toBeUndefined();
  });
});
