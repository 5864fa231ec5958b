import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SyncError } from '../../contract/errors.ts';
import Libsql from 'libsql';
import { Database, keepAside } from './database.ts';
import { migrations } from './migrations.ts';
import { isSealed, sealPath, sealState } from './seal.ts';
import { stepHookFromEnvironment } from './step-hook.ts';

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

  it('[STORE-1] is copied before it is migrated, and stays as it was where the copy cannot be made', () => {
    const before = migrations.length - 1;
    mkdirSync(join(path(), '..'), { recursive: true });
    const old = new Libsql(path());
    for (const migration of migrations.slice(0, before)) old.exec(migration);
    old.exec(`INSERT INTO password VALUES ('a', 'b'); PRAGMA user_version = ${before}`);
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

  it('keeps when a device was last synced, by who it is, where it was kept by its name before', () => {
    const before = migrations.findIndex((each) => each.includes('CREATE TABLE synced'));
    mkdirSync(join(path(), '..'), { recursive: true });
    const old = new Libsql(path());
    for (const migration of migrations.slice(0, before)) old.exec(migration);
    old.exec(`INSERT INTO last_sync VALUES ('Neo', '2026-01-02T03:04:05.000Z'), ('Cradle', '2026-01-01T00:00:00.000Z'),
        ('Never met', '2026-01-03T00:00:00.000Z');
      INSERT INTO device_identity VALUES ('Neo', '{neo}'), ('Cradle', '{neo}'), ('Pocket', '{pocket}');
      PRAGMA user_version = ${before}`);
    old.close();
    const database = new Database(path());
    expect(database.all('SELECT * FROM synced')).toEqual([
      { challenge: '{neo}', at: '2026-01-02T03:04:05.000Z' },
    ]);
    database.close();
  });

  it('[STORE-1] stays at its version, whole, where one of several migrations fails', () => {
    const before = migrations.findIndex((each) => each.includes('CREATE TABLE device_key'));
    mkdirSync(join(path(), '..'), { recursive: true });
    const old = new Libsql(path());
    for (const migration of migrations.slice(0, before)) old.exec(migration);
    // The migration after the one that makes the table `device_key` makes this index.
    old.exec(`CREATE INDEX pair_whole ON pair (client_id); PRAGMA user_version = ${before}`);
    old.close();

    expect(() => new Database(path())).toThrow('pair_whole');
    const kept = new Libsql(path());
    expect(kept.prepare('PRAGMA user_version').get()).toMatchObject({ user_version: before });
    expect(kept.prepare("SELECT * FROM sqlite_master WHERE name = 'device_key'").all()).toEqual([]);
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

  it('[G4] writes all of a change or nothing', () => {
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

  it('[STORE-2] R6 names a damaged file, which can be kept aside', () => {
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

  it('[STORE-3] R5 names a full disk and loses nothing', () => {
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

  it('R3 strikes at the durable write that the kill test names, the making of the tables included', () => {
    const struck: string[] = [];
    const note = (signal: string): number => struck.push(`${signal} ${count()}`);
    const database = new Database(path(), stepHookFromEnvironment(`${migrated + 2}:before`, note));
    const count = (): number => Number(database.get('SELECT count(*) AS n FROM password')?.n);
    for (let n = 1; n <= 3; n++) {
      database.write(() => database.run('INSERT INTO password VALUES (?, ?)', String(n), 'x'));
    }
    expect(struck).toEqual(['SIGKILL 1']);
    expect(stepHookFromEnvironment('soon')).toBeUndefined();
    const stopping = stepHookFromEnvironment('7:after:stop', (signal) => struck.push(signal));
    stopping?.(7, 'before', 'now');
    stopping?.(6, 'after', 'now');
    stopping?.(7, 'after', 'now');
    expect(struck.slice(1)).toEqual(['SIGSTOP']);
    database.close();
  });

  describe('R6 a bit that has flipped in a value', () => {
    const fill = (): void => {
      const database = new Database(path());
      database.write(() => database.run('INSERT INTO password VALUES (?, ?)', 'a', 'innocent'));
      database.close();
    };
    const flip = (): void => {
      const bytes = readFileSync(path());
      const at = bytes.indexOf('innocent');
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      writeFileSync(path(), bytes);
    };

    it('[STORE-2] is noticed when the file is opened', () => {
      fill();
      flip();
      expect(codeOf(() => new Database(path()))).toBe('store.corrupt');
      expect(readdirSync(join(keepAside(path(), new Date(0)), '..'))).toContain(
        'bridge.db.damaged-1970-01-01T00-00-00.000Z.seal',
      );
    });

    it('is not seen where nothing was; a file is sealed anew after each time that it was written', () => {
      fill();
      fillAgain();
      expect(codeOf(() => new Database(path()).close())).toBeUndefined();
      flip();
      expect(codeOf(() => new Database(path()))).toBe('store.corrupt');
    });

    it('a quiet moment seals what a long sync has written; what is written meanwhile leaves it open', async () => {
      const database = new Database(path());
      const long = 'x'.repeat(1024 * 1024);
      const write = (key: string): void => {
        database.write(() => database.run('INSERT INTO password VALUES (?, ?)', key, long));
      };
      for (let key = 0; key < 6; key++) write(`first ${key}`);
      expect(isSealed(path())).toBe(false);
      await database.tidy();
      expect(sealState(path())).toBe('whole');
      for (let key = 0; key < 6; key++) write(`second ${key}`);
      const tidying = database.tidy();
      for (let key = 0; key < 70; key++) write(`third ${key}`);
      await tidying;
      expect(sealState(path())).toBe('none');
      await database.tidy();
      expect(sealState(path())).toBe('whole');
      database.close();
    });

    it('a file whose seal was broken by a crash is looked through by SQLite', () => {
      fill();
      writeFileSync(sealPath(path()), '');
      expect(codeOf(() => new Database(path()).close())).toBeUndefined();
      writeFileSync(sealPath(path()), '');
      writeFileSync(path(), readFileSync(path()).fill(0x55, 4096, 8192));
      expect(codeOf(() => new Database(path()))).toBe('store.corrupt');
    });
  });
});

/** Durable writes that make the tables. */
const migrated = 1;

function fillAgain(): void {
  const database = new Database(path());
  database.write(() => database.run('INSERT INTO password VALUES (?, ?)', 'b', 'c'));
  database.close();
}
