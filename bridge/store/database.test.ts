import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SyncError } from '../../contract/errors.ts';
import Libsql from 'libsql';
import { migrations } from './migrations.ts';
import { crashPointFromEnvironment, Database, keepAside } from './database.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'store-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const path = (): string => join(folder, 'state', 'bridge.db');

function codeOf(work: () => unknown): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return (error as SyncError).code;
  }
}

describe('the database', () => {
  it('is made with its folder, brought up to date once, and opened again', () => {
    new Database(path()).close();
    const database = new Database(path());
    expect(database.get('PRAGMA journal_mode')?.journal_mode).toBe('wal');
    expect(database.get('SELECT count(*) AS n FROM pair')?.n).toBe(0);
    database.close();
  });

  it('is copied before it is migrated, and stays as it was where the copy cannot be made', () => {
    const old = new Database(path());
    old.write(() => old.run('INSERT INTO password VALUES (?, ?)', 'a', 'b'));
    old.exec('DROP TABLE device_identity; DROP TABLE bridge_state;');
    const before = migrations.findIndex((sql) => sql.includes('CREATE TABLE device_identity'));
    for (const later of migrations.slice(before + 1)) expect(later).toBe('');
    old.exec(`PRAGMA user_version = ${before}`);
    old.close();

    const copy = `${path()}.before-version-${migrations.length}`;
    mkdirSync(copy);
    writeFileSync(join(copy, 'in the way'), '');
    expect(() => new Database(path())).toThrow();
    rmSync(copy, { recursive: true });

    const migrated = new Database(path());
    expect(migrated.get('PRAGMA user_version')?.user_version).toBe(migrations.length);
    migrated.close();
    expect(statSync(copy).mode & 0o777).toBe(0o600);
    const kept = new Libsql(copy);
    expect(kept.prepare('PRAGMA user_version').get()).toMatchObject({ user_version: before });
    expect(kept.prepare('SELECT password FROM password').get()).toMatchObject({ password: 'b' });
    kept.close();
  });

  it.skipIf(process.platform === 'win32')('is for its owner’s eyes only, its side files too (R22)', () => {
    const names = ['bridge.db', 'bridge.db-shm', 'bridge.db-wal'];
    const file = (name: string): string => join(folder, 'state', name);
    const modes = (): number[] => names.map((name) => statSync(file(name)).mode & 0o777);
    const umask = process.umask(0o000);
    try {
      const database = new Database(path());
      database.write(() => database.run('INSERT INTO password VALUES (?, ?)', 'a', 'b'));
      expect(statSync(file('.')).mode & 0o777).toBe(0o700);
      expect(modes()).toEqual([0o600, 0o600, 0o600]);
      // As an older version of this program made them.
      for (const name of names) chmodSync(file(name), 0o644);
      const later = new Database(path());
      expect(modes()).toEqual([0o600, 0o600, 0o600]);
      later.close();
      database.close();
    } finally {
      process.umask(umask);
    }
  });

  it('writes all of a change or nothing', () => {
    const database = new Database(path());
    expect(() =>
      database.write(() => {
        database.run('INSERT INTO password VALUES (?, ?)', 'a', 'b');
        throw new Error('in the middle');
      }),
    ).toThrow('in the middle');
    expect(database.all('SELECT * FROM password')).toEqual([]);
    database.close();
  });

  it('R6 names a database of a newer version', () => {
    const database = new Database(path());
    database.exec('PRAGMA user_version = 999');
    database.close();
    expect(codeOf(() => new Database(path()))).toBe('store.newer');
  });

  it('R6 names a damaged file, which can be kept aside', () => {
    new Database(path()).close();
    writeFileSync(
      path(),
      'this is no database, whatever its name says; it is long enough to be read as one'.repeat(20),
    );
    expect(codeOf(() => new Database(path()))).toBe('store.corrupt');
    const aside = keepAside(path(), new Date(0));
    expect(existsSync(aside)).toBe(true);
    new Database(path()).close();
  });

  it('R5 names a full disk and loses nothing', () => {
    const database = new Database(path());
    const pages = Number(database.get('PRAGMA page_count')?.page_count);
    database.exec(`PRAGMA max_page_count = ${pages + 2}`);
    const fill = (): void =>
      database.write(() => {
        for (let row = 0; row < 100; row++)
          database.run('INSERT INTO password VALUES (?, ?)', `${row}`, 'x'.repeat(1000));
      });
    expect(codeOf(fill)).toBe('store.full');
    expect(database.get('SELECT count(*) AS n FROM password')?.n).toBe(0);
    database.exec('PRAGMA max_page_count = 1000000');
    fill();
    expect(database.get('SELECT count(*) AS n FROM password')?.n).toBe(100);
    database.close();
  });

  it('R3 dies at the durable write that the kill test names', () => {
    const killed: number[] = [];
    const database = new Database(path(), { write: 2, when: 'before' }, () => killed.push(database.writes));
    for (let n = 1; n <= 3; n++) {
      database.write(() => database.run('INSERT INTO password VALUES (?, ?)', String(n), 'x'));
    }
    expect(killed).toEqual([2]);
    expect(crashPointFromEnvironment('7:after')).toEqual({ write: 7, when: 'after' });
    expect(crashPointFromEnvironment('soon')).toBeUndefined();
    database.close();
  });
});
