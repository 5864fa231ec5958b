import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import { beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/desktop-2009/temporary-folder.ts';
import { migrations } from './migrations.ts';
import { PimStore } from './pim-store.ts';
import { openFetch } from './sync-store.ts';

describe('the store of records', () => {
  let path: string;
  let store: PimStore;

  beforeEach(() => {
    path = join(temporaryFolder(), 'pim.db');
    store = new PimStore(path);
  });

  it('keeps records by dataset, in the order in which they were added', () => {
    const ids = store.add('contacts', [{ FirstName: 'Ada' }, { FirstName: 'Bo' }]);
    store.add('tasks', [{ Description: 'Read' }]);
    expect([...store.list('contacts')]).toEqual([
      { id: ids[0], fields: { FirstName: 'Ada' } },
      { id: ids[1], fields: { FirstName: 'Bo' } },
    ]);
    expect(store.count('tasks')).toBe(1);
  });

  it('lists more records than one page', () => {
    store.add(
      'contacts',
      Array.from({ length: 1234 }, (_, index) => ({ FirstName: String(index) })),
    );
    expect(new Set([...store.list('contacts')].map(({ id }) => id)).size).toBe(1234);
  });

  it('shows, edits and removes one record', () => {
    const [id = ''] = store.add('contacts', [{ FirstName: 'Ada' }]);
    store.edit('contacts', id, (fields) => ({ ...fields, LastName: 'Lovelace' }));
    expect(store.get('contacts', id).fields).toEqual({ FirstName: 'Ada', LastName: 'Lovelace' });
    store.remove('contacts', [id]);
    expect(() => store.get('contacts', id)).toThrow(expect.objectContaining({ code: 'pim.no-record' }));
  });

  it('a record of another dataset is not there', () => {
    const [id = ''] = store.add('tasks', [{ Description: 'Read' }]);
    expect(() => store.get('contacts', id)).toThrow(expect.objectContaining({ code: 'pim.no-record' }));
    expect(() => store.remove('contacts', [id])).toThrow(expect.objectContaining({ code: 'pim.no-record' }));
    expect(store.count('tasks')).toBe(1);
  });

  it('removes all of the named records or none', () => {
    const [id = ''] = store.add('contacts', [{ FirstName: 'Ada' }]);
    expect(() => store.remove('contacts', [id, 'nonsense'])).toThrow();
    expect(store.count('contacts')).toBe(1);
  });

  it('an id is never used twice', () => {
    const [first = ''] = store.add('contacts', [{ FirstName: 'Ada' }]);
    store.remove('contacts', [first]);
    const [second] = store.add('contacts', [{ FirstName: 'Ada' }]);
    expect(second).not.toBe(first);
  });

  it('keeps hostile keys and values as they are', () => {
    const fields = JSON.parse('{"__proto__": "x", "CustomFields/constructor": "=1+1"}') as Record<
      string,
      string
    >;
    const [id = ''] = store.add('contacts', [fields]);
    const entries = (value: object): unknown[] => Object.entries(value).sort();
    expect(entries(store.get('contacts', id).fields)).toEqual(entries(fields));
  });

  it('two processes share the file: each sees what the other committed', () => {
    const other = new PimStore(path);
    const [id = ''] = other.add('contacts', [{ FirstName: 'Ada' }]);
    expect(store.get('contacts', id).fields).toEqual({ FirstName: 'Ada' });
    expect(other.storage).toBe(store.storage);
    other.close();
  });

  it('is found again after it was closed', () => {
    const [id = ''] = store.add('contacts', [{ FirstName: 'Ada' }]);
    store.close();
    store = new PimStore(path);
    expect(store.get('contacts', id).fields).toEqual({ FirstName: 'Ada' });
  });
});

describe('a store that cannot be used says why', () => {
  const codeOf = (path: string): unknown => {
    try {
      new PimStore(path).close();
      return undefined;
    } catch (error) {
      return (error as { code?: unknown }).code;
    }
  };

  it('the folder is missing', () => {
    expect(codeOf(join(temporaryFolder(), 'nowhere', 'pim.db'))).toBe('pim.unwritable');
  });

  it('the file is not a database, and is left as it is', () => {
    const path = join(temporaryFolder(), 'pim.db');
    writeFileSync(path, 'not a database, but longer than nothing');
    expect(codeOf(path)).toBe('pim.corrupt');
    expect(readFileSync(path, 'utf8')).toBe('not a database, but longer than nothing');
  });

  it('a newer version wrote it', () => {
    const path = join(temporaryFolder(), 'pim.db');
    new PimStore(path).close();
    const db = new Database(path);
    db.exec('PRAGMA user_version = 99');
    db.close();
    expect(codeOf(path)).toBe('store.newer');
  });
});

it('a store of before times were kept knows none of the records it had then, and those of later changes', () => {
  const path = join(temporaryFolder(), 'pim.db');
  const old = new Database(path);
  old.exec(migrations[0] ?? '');
  old.exec('PRAGMA user_version = 1');
  old.exec(`INSERT INTO records VALUES (1, 'notes', '{"Title":"Old"}', 0, 0, 0, 0)`);
  old.exec(`INSERT INTO counters VALUES ('number', 1) ON CONFLICT (name) DO UPDATE SET value = 1`);
  old.close();
  const store = new PimStore(path, () => 1_772_366_400_000);
  store.add('notes', [{ Title: 'New' }]);
  const reader = openFetch(store.db, 'notes', null);
  expect([...reader.pages()].flat().map(({ changedAt }) => changedAt)).toEqual([null, 1_772_366_400_000]);
  reader.close();
  store.close();
});

describe('a full disk', () => {
  it('fails an add in words and keeps what there was', () => {
    const store = new PimStore(join(temporaryFolder(), 'pim.db'));
    store.add('contacts', [{ FirstName: 'Ada' }]);
    const { page_count } = store.db.prepare('PRAGMA page_count').get() as { page_count: number };
    store.db.exec(`PRAGMA max_page_count = ${page_count + 2}`);
    const large = Array.from({ length: 50 }, () => ({ Notes: 'x'.repeat(5000) }));
    expect(() => store.add('contacts', large)).toThrow(expect.objectContaining({ code: 'store.full' }));
    expect(store.count('contacts')).toBe(1);
    store.db.exec('PRAGMA max_page_count = 1000000');
    expect(store.add('contacts', large)).toHaveLength(50);
  });
});
