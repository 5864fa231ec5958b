/** SQLite's locks on the file keep other processes, such as `doctor`, from clearing away a log that is in use. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Database } from './database.ts';
import { isSealed } from './seal.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'locks-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Another process opens the file, reads it and lets go of it. */
function readElsewhere(path: string): void {
  const script = `const database = new (require('libsql'))(process.argv[1], { readonly: true });
    database.prepare('PRAGMA quick_check(1)').get();
    database.close();`;
  const { status, stderr } = spawnSync(process.execPath, ['-e', script, path], { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(status).toBe(0);
}

test('a sealed file that another process has read loses nothing of what is written then', async () => {
  const path = join(folder, 'bridge.db');
  const database = new Database(path, undefined);
  await database.tidy();
  expect(isSealed(path)).toBe(true);
  readElsewhere(path);
  expect(existsSync(`${path}-wal`)).toBe(true);
  database.write(() => database.run('INSERT INTO password VALUES (?, ?)', 'asked', 'given'));
  database.close();

  const again = new Database(path, undefined);
  expect(again.all('SELECT challenge FROM password')).toEqual([{ challenge: 'asked' }]);
  again.close();
});
