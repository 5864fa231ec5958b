import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/desktop-2009/temporary-folder.ts';
import { PimStore, parseFields } from './pim-store.ts';
import { Staging } from './staging.ts';
import { commitSession, openFetch, readAnchor, versionAtFetch } from './sync-store.ts';

const HOME = '{home}';
const WORK = '{work}';

describe('what a sync needs of the store', () => {
  let store: PimStore;
  let staging: Staging;
  let clock = 0;

  beforeEach(() => {
    store = new PimStore(join(temporaryFolder(), 'pim.db'));
    staging = new Staging(store.db);
  });

  /** One session with a desktop: its changes by name, what `apply` stages, and the commit. */
  function sync(desktop: string, apply: () => void = () => undefined, slow = false): string[] {
    const anchor = slow ? null : readAnchor(store.db, desktop, 'contacts');
    staging.clear();
    const reader = openFetch(store.db, 'contacts', anchor);
    const changes = [...reader.pages()].flat();
    reader.close();
    apply();
    clock += 1000;
    const { fetched } = reader;
    commitSession(store.db, staging, {
      dataset: 'contacts',
      desktop,
      last: clock,
      fetched,
      at: 0,
      edits: 'keep' as const,
      settle: (fields) => fields,
    });
    return changes.map((change) =>
      change.kind === 'remove'
        ? `remove ${change.number}`
        : `${change.kind} ${JSON.stringify(parseFields(change.stored).Name).slice(1, -1)}`,
    );
  }

  const add = (name: string): string => store.add('contacts', [{ Name: name }])[0] ?? '';
  const rename = (id: string, name: string): void => {
    store.edit('contacts', id, (fields) => ({ ...fields, Name: name }));
  };
  const names = (): unknown[] => [...store.list('contacts')].map(({ fields }) => fields.Name);

  it('the first sync tells every record as a create, the next one nothing', () => {
    add('ada');
    add('bo');
    expect(sync(HOME)).toEqual(['create ada', 'create bo']);
    expect(sync(HOME)).toEqual([]);
  });

  it('many new records come with the rest of their session, those replaced and removed in it included', () => {
    const title = (index: number): string => `new ${String(index).padStart(3, '0')}`;
    const numbers: number[] = [];
    sync(HOME, () => {
      for (let index = 0; index < 170; index += 1) {
        numbers.push(staging.create({ Name: title(index), Text: index === 60 ? 'x'.repeat(2_000_000) : '' }));
        if (index === 20) staging.replace(numbers[20] ?? 0, { Name: 'replaced' });
        if (index === 149) staging.remove(numbers[149] ?? 0);
      }
    });
    expect(new Set(numbers).size).toBe(170);
    const expected = Array.from({ length: 170 }, (_, index) => (index === 20 ? 'replaced' : title(index)));
    expect(names()).toEqual(expected.filter((name) => name !== title(149)));
  });

  it('what a session has staged and not committed is gone with it', () => {
    staging.create({ Name: 'lost' });
    staging.clear();
    sync(HOME, () => void staging.create({ Name: 'kept' }));
    expect(names()).toEqual(['kept']);
  });

  it('creates, then removes, then replaces', () => {
    const [ada, bo] = [add('ada'), add('bo')];
    sync(HOME);
    rename(ada, 'augusta');
    store.remove('contacts', [bo]);
    add('cy');
    expect(sync(HOME)).toEqual(['create cy', `remove ${store.number(bo)}`, 'replace augusta']);
  });

  it('a slow sync tells what there is, and nothing of what is gone', () => {
    const ada = add('ada');
    add('bo');
    sync(HOME);
    store.remove('contacts', [ada]);
    expect(sync(HOME, undefined, true)).toEqual(['create bo']);
  });

  it('an edit made right after the fetch is told next time', () => {
    const ada = add('ada');
    sync(HOME, () => rename(ada, 'augusta'));
    expect(sync(HOME)).toEqual(['replace augusta']);
  });

  it('an edit that changes nothing is none, whatever the order of its fields', () => {
    const [ada = ''] = store.add('contacts', [{ Name: 'ada', Phone: '1' }]);
    sync(HOME);
    store.edit('contacts', ada, () => ({ Phone: '1', Name: 'ada' }));
    expect(sync(HOME)).toEqual([]);
  });

  it('what a desktop wrote is not told to it again, but to every other desktop', () => {
    const ada = add('ada');
    const bo = add('bo');
    sync(WORK);
    sync(HOME, () => {
      staging.create({ Name: 'cy' });
      staging.replace(store.number(ada), { Name: 'augusta' });
      staging.remove(store.number(bo));
    });
    expect(sync(HOME)).toEqual([]);
    expect(sync(WORK)).toEqual(['create cy', `remove ${store.number(bo)}`, 'replace augusta']);
  });

  it('a record that a desktop made is told to it as a replace when the owner edits it', () => {
    let number = 0;
    sync(HOME, () => {
      number = staging.create({ Name: 'cy' });
    });
    rename(store.id(number), 'cyrus');
    expect(sync(HOME)).toEqual(['replace cyrus']);
  });

  it('a record that came and went between two syncs is not mentioned', () => {
    sync(HOME);
    store.remove('contacts', [add('ada')]);
    expect(sync(HOME)).toEqual([]);
  });

  it('what is staged is not seen and does not lock anybody out, until it is committed', () => {
    const other = new PimStore(
      (store.db.prepare('SELECT file FROM pragma_database_list').get() as { file: string }).file,
    );
    sync(HOME, () => {
      staging.create({ Name: 'cy' });
      expect(names()).toEqual([]);
      other.add('contacts', [{ Name: 'owner' }]);
    });
    expect(names().sort()).toEqual(['cy', 'owner']);
    other.close();
  });

  it('an edit is kept, field by field, when the desktop replaces the record in the same session', () => {
    const [id = ''] = store.add('contacts', [{ Name: 'ada', Phone: '1' }]);
    const number = store.number(id);
    sync(HOME, () => {
      rename(id, 'augusta');
      expect(versionAtFetch(store.db, 'contacts', number)).toEqual({ Name: 'ada', Phone: '1' });
      staging.replace(number, { Name: 'ada', Phone: '2' });
      rename(id, 'augusta ada');
    });
    expect(store.get('contacts', id).fields).toEqual({ Name: 'augusta ada', Phone: '2' });
    expect(sync(HOME)).toEqual(['replace augusta ada']);
  });

  it('an edit lives on as a new record when the desktop removes the record in the same session', () => {
    const ada = add('ada');
    sync(HOME);
    sync(HOME, () => {
      rename(ada, 'augusta');
      staging.remove(store.number(ada));
    });
    expect(names()).toEqual(['augusta']);
    expect(sync(HOME)).toEqual(['create augusta']);
  });

  it('a record that the owner removes meanwhile stays removed', () => {
    const ada = add('ada');
    sync(HOME, () => {
      store.remove('contacts', [ada]);
      staging.replace(store.number(ada), { Name: 'augusta' });
    });
    expect(names()).toEqual([]);
    expect(sync(HOME)).toEqual([`remove ${store.number(ada)}`]);
  });

  it('a fetch shows one moment, whatever happens while it is read', () => {
    const ids = store.add(
      'contacts',
      Array.from({ length: 500 }, (_, index) => ({ Name: `n${index}` })),
    );
    const reader = openFetch(store.db, 'contacts', null);
    const pages = reader.pages();
    const seen = [...(pages.next().value ?? [])];
    store.remove('contacts', ids.slice(400));
    add('late');
    for (const page of pages) seen.push(...page);
    reader.close();
    expect(seen).toHaveLength(500);
  });

  it('staged operations on the same record end up as one', () => {
    const ada = store.number(add('ada'));
    sync(HOME, () => {
      const cy = staging.create({ Name: 'cy' });
      staging.replace(cy, { Name: 'cyrus' });
      staging.remove(staging.create({ Name: 'gone' }));
      staging.replace(ada, { Name: 'augusta' });
      staging.remove(ada);
    });
    expect(names()).toEqual(['cyrus']);
    expect(sync(HOME)).toEqual([]);
  });

  it('forgets deletions when every desktop knows of them', () => {
    const ada = add('ada');
    sync(HOME);
    sync(WORK);
    store.remove('contacts', [ada]);
    const remembered = (): number =>
      (store.db.prepare('SELECT count(*) AS n FROM deletions').get() as { n: number }).n;
    sync(HOME);
    expect(remembered()).toBe(1);
    sync(WORK);
    expect(remembered()).toBe(0);
  });

  it('forgets the desktop that was away longest when there are too many', () => {
    sync(HOME);
    for (let index = 0; index < 60; index += 1) sync(`{desktop ${index}}`);
    expect(readAnchor(store.db, HOME, 'contacts')).toBeNull();
    expect(readAnchor(store.db, '{desktop 59}', 'contacts')).not.toBeNull();
  });

  it('a commit that fails leaves records and anchor as they were', () => {
    add('ada');
    sync(HOME);
    const before = readAnchor(store.db, HOME, 'contacts');
    const { page_count } = store.db.prepare('PRAGMA page_count').get() as { page_count: number };
    store.db.exec(`PRAGMA max_page_count = ${page_count + 2}`);
    const apply = (): void => {
      for (let index = 0; index < 50; index += 1) staging.create({ Name: 'x'.repeat(5000) });
    };
    expect(() => sync(HOME, apply)).toThrow(expect.objectContaining({ code: 'store.full' }));
    expect(names()).toEqual(['ada']);
    expect(readAnchor(store.db, HOME, 'contacts')).toEqual(before);
  });
});
