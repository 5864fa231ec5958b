import { describe, expect, it } from 'vitest';
import { SyncError } from '../../contract/errors.ts';
import type { ReadPage, ReadRequest, ServerSyncPlugin } from '../../contract/server-plugin.ts';
import { ReadAhead } from './read-ahead.ts';

const { signal } = new AbortController();

/** A plugin of three pages that keeps what it was asked. */
function threePages() {
  const asked: (string | null)[] = [];
  const answers = new Map<string | null, Partial<Extract<ReadPage, { kind: 'page' }>>>([
    [null, { next: '2' }],
    ['2', { next: '3' }],
    ['3', { next: null, anchor: 'end' }],
  ]);
  const failing = new Set<string | null>();
  const plugin: ServerSyncPlugin = {
    dataset: 'contacts',
    read: async ({ page }) => {
      asked.push(page);
      if (failing.delete(page)) throw new SyncError('mailbox.unavailable');
      return {
        kind: 'page',
        reading: 'full',
        items: [],
        removed: [],
        problems: [{ id: page ?? '1', problem: { code: 'x', detail: '' } }],
        next: null,
        anchor: null,
        ...answers.get(page),
      };
    },
    apply: async () => [],
    find: async () => [],
    snapshot: async () => [],
  };
  return { plugin, asked, failing, answers };
}

const at = (page: string | null, known?: string[]): ReadRequest => ({
  anchor: null,
  page,
  ...(known && { known }),
});
const nameOf = (page: ReadPage) => (page.kind === 'page' ? page.problems[0]?.id : 'reset');

function reader(plugin: ServerSyncPlugin) {
  let now = 0;
  const ahead = new ReadAhead({
    now: () => now,
    sleep: () => Promise.reject(new Error('never sleeps')),
  });
  return {
    ahead,
    read: (request: ReadRequest) => ahead.read(plugin, request, signal),
    pass: (ms: number) => void (now += ms),
  };
}

describe('reading ahead', () => {
  it('has the next page under way when it is asked for, and reads each page once', async () => {
    const { plugin, asked } = threePages();
    const { read } = reader(plugin);
    expect(nameOf(await read(at(null)))).toBe('1');
    expect(asked).toEqual([null, '2']);
    expect(nameOf(await read(at('2')))).toBe('2');
    expect(nameOf(await read(at('3')))).toBe('3');
    expect(asked).toEqual([null, '2', '3']);
  });

  it('drops a page that is not the one asked for', async () => {
    const { plugin, asked } = threePages();
    const { read } = reader(plugin);
    await read(at(null));
    expect(nameOf(await read(at('3')))).toBe('3');
    expect(nameOf(await read(at('2')))).toBe('2');
    expect(asked.filter((page) => page === '2')).toHaveLength(2);
  });

  it('reads a page anew that has waited too long', async () => {
    const { plugin, asked } = threePages();
    const { read, pass } = reader(plugin);
    await read(at(null));
    pass(60_000);
    await read(at('2'));
    expect(asked.slice(0, 3)).toEqual([null, '2', '2']);
  });

  it('a failure ahead of time is no failure: the page is read again when it is asked for', async () => {
    const { plugin, failing } = threePages();
    const { read } = reader(plugin);
    failing.add('2');
    await read(at(null));
    expect(nameOf(await read(at('2')))).toBe('2');
  });

  it('waits with what depends on which candidates are known', async () => {
    const { plugin, asked, answers } = threePages();
    answers.set(null, { next: '2', candidates: [{ id: 'a', version: '1' }] });
    const { read } = reader(plugin);
    await read(at(null));
    expect(asked).toEqual([null]);
    await read(at('2', ['a']));
    expect(asked.slice(0, 2)).toEqual([null, '2']);
  });
});
