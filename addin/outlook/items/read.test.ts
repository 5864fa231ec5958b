/** Reading a folder where it is not what the local mailbox would do: a service made of a few answers. */
import { describe, expect, it } from 'vitest';
import { MAX_ANSWER_BYTES } from '../../../contract/api.ts';
import type { ReadPage } from '../../../contract/server-plugin.ts';
import type { GraphClient } from '../graph/client.ts';
import { readPage } from './read.ts';
import type { ItemSource } from './source.ts';
import { writeVersions } from './version-list.ts';

interface Row {
  readonly id: string;
  readonly '@odata.etag': string;
}

const rows = (...ids: readonly string[]): Row[] => ids.map((id) => ({ id, '@odata.etag': `${id}1` }));

/** A folder without a delta; `answers`: the pages of its lists of ids, one after the other. `notes`: of each item. */
function folder(answers: readonly Record<string, unknown>[], notes = ''): ItemSource<Row> {
  let next = 0;
  const client = {
    clock: { now: () => 0, sleep: () => Promise.resolve() },
    get: () => Promise.resolve({ status: 200, headers: {}, body: answers[next++] }),
  } as Partial<GraphClient> as GraphClient;
  return {
    client,
    noun: 'items',
    list: '/list',
    idList: '/ids',
    withoutDelta: 'compare-versions',
    async *deltaStarts() {
      // It offers none.
    },
    check: (value) => ({ kind: 'item', item: value as Row }),
    fetch: (ids) => Promise.resolve(rows(...ids).map((item) => ({ kind: 'item', item }))),
    idOf: ({ id }) => id,
    etagOf: (row) => row['@odata.etag'],
    complete: (items) =>
      Promise.resolve({
        items: items.map((row) => ({
          id: row.id,
          fields: { Notes: notes },
          version: row['@odata.etag'],
          modified: '',
        })),
        problems: [],
        left: [],
      }),
  };
}

const { signal } = new AbortController();
const listed = (...ids: readonly string[]): string =>
  JSON.stringify({ listed: writeVersions(new Map(rows(...ids).map((row) => [row.id, row['@odata.etag']]))) });

type Page = Extract<ReadPage, { kind: 'page' }>;

/** All pages of a read. */
async function pagesOf(source: ItemSource<Row>, anchor: string | null): Promise<readonly Page[]> {
  const pages: Page[] = [];
  for (let page: string | null = null, isFirst = true; isFirst || page !== null; isFirst = false) {
    const read: ReadPage = await readPage(source, { anchor, page }, signal);
    if (read.kind !== 'page') throw new Error(read.detail);
    pages.push(read);
    page = read.next;
  }
  return pages;
}

describe('changes between two lists of versions', () => {
  it('take no item for removed that was pushed past while the list was read', async () => {
    const more = { '@odata.nextLink': 'https://graph.microsoft.com/v1.0/ids?$skip=2' };
    const source = folder([
      // `a` goes between the two pages, and `c` moves to where the list has been read already.
      { value: rows('a', 'b'), ...more },
      { value: rows('d') },
      { value: rows('b', 'c'), ...more },
      { value: rows('d') },
      { value: rows('b', 'c', 'd') },
      { value: rows('b', 'c', 'd') },
    ]);
    const [first] = await pagesOf(source, listed('a', 'b', 'c', 'd'));
    expect(first?.removed).toEqual([]);
    const [second] = await pagesOf(source, first?.anchor ?? null);
    expect(second?.removed).toEqual(['a']);
  });
});

describe('items that are large together', () => {
  const notes = 'ø'.repeat(4_000_000);
  const ids = ['a', 'b', 'c', 'd', 'e', 'f'];

  it.each([
    ['of a full read', null, [{ value: rows(...ids) }, { value: rows(...ids) }, { value: rows(...ids) }]],
    ['of changes', listed('z'), [{ value: rows('z', ...ids) }]],
  ])('come on several pages, each of which the bridge takes: %s', async (_, anchor, answers) => {
    const pages = await pagesOf(folder(answers, notes), anchor);
    for (const page of pages) expect(Buffer.byteLength(JSON.stringify(page))).toBeLessThan(MAX_ANSWER_BYTES);
    expect(pages.flatMap(({ items }) => items.map(({ id }) => id)).sort()).toEqual(ids);
  });
});
