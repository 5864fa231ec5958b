/**
 * What every server sync plugin must do, whatever mailbox it works on and however far away. For people who write
 * plugins: call `serverPluginContract` in a test file.
 */
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type {
  MailboxItem,
  MailboxOperation,
  MailboxResult,
  ReadPage,
  ServerSyncPlugin,
} from '../../contract/server-plugin.ts';
import { toSyncError } from '../../contract/errors.ts';
import type { DatasetDefinition, Fields } from '../../datasets/index.ts';

/** A plugin of an empty mailbox. */
export interface ServerUnderTest {
  /** A plugin; a new one for each call, for nothing may depend on its memory. */
  plugin: () => ServerSyncPlugin;
  dispose: () => Promise<void>;
}

export interface ServerPluginContractOptions {
  readonly make: () => Promise<ServerUnderTest>;
  readonly definition: DatasetDefinition;
  /** A record that shows the label; another label is another record. */
  readonly record: (label: string) => Fields;
  /** The field that holds the label. */
  readonly labelField: string;
}

/** Everything that a read brought, page after page. */
export interface WholeRead {
  readonly items: ReadonlyMap<string, MailboxItem>;
  readonly removed: ReadonlySet<string>;
  readonly reading: 'full' | 'delta';
  readonly anchor: string | null;
  readonly pages: number;
}

const maxPages = 1000;
const maxResets = 3;

/** Reads to the end as the Sync Manager does: a reset starts a full read. */
export async function readAll(plugin: () => ServerSyncPlugin, anchor: string | null): Promise<WholeRead> {
  const { signal } = new AbortController();
  const items = new Map<string, MailboxItem>();
  const removed = new Set<string>();
  let resets = 0;
  let from = anchor;
  for (let page: string | null = null, pages = 1; pages < maxPages; pages += 1) {
    const read: ReadPage = await plugin().read({ anchor: from, page }, signal);
    if (read.kind === 'reset') {
      resets += 1;
      if (resets > maxResets) throw new Error(`reset again and again: ${read.detail}`);
      items.clear();
      removed.clear();
      from = null;
      page = null;
      continue;
    }
    expect(read.problems).toEqual([]);
    for (const item of read.items) {
      items.set(item.id, item);
      removed.delete(item.id);
    }
    for (const id of read.removed) {
      items.delete(id);
      removed.add(id);
    }
    if (read.next === null) return { items, removed, reading: read.reading, anchor: read.anchor, pages };
    page = read.next;
  }
  throw new Error('the read never ended');
}

export function serverPluginContract(name: string, options: ServerPluginContractOptions): void {
  const { definition, record, labelField } = options;
  const { signal } = new AbortController();

  describe(`server plugin contract: ${name}`, () => {
    let under: ServerUnderTest;
    const read = (anchor: string | null): Promise<WholeRead> => readAll(under.plugin, anchor);
    const apply = async (...operations: MailboxOperation[]): Promise<MailboxResult[]> => {
      const results = await under.plugin().apply(operations, signal);
      const byKey = new Map(results.map((result) => [result.key, result]));
      expect(byKey.size).toBe(operations.length);
      return operations.map(({ key }) => byKey.get(key)!);
    };
    const create = async (label: string): Promise<MailboxItem> => {
      const [result] = await apply({ kind: 'create', key: randomUUID(), fields: record(label) });
      if (result?.status !== 'done' || result.item === undefined) throw new Error(JSON.stringify(result));
      return result.item;
    };
    const update = (item: MailboxItem, label: string): MailboxOperation => ({
      kind: 'update',
      key: randomUUID(),
      id: item.id,
      fields: { ...item.fields, [labelField]: label },
      changed: [labelField],
      expected: item.fields,
      version: item.version,
    });
    const remove = (item: MailboxItem): MailboxOperation => ({
      kind: 'remove',
      key: randomUUID(),
      id: item.id,
      expected: item.fields,
      version: item.version,
    });
    const sameContent = (a: Fields, b: Fields): void =>
      expect(definition.canonical(a)).toEqual(definition.canonical(b));

    beforeEach(async () => {
      under = await options.make();
    });
    afterEach(() => under.dispose());

    it('reads an empty mailbox to an anchor, from which nothing has changed', async () => {
      const first = await read(null);
      expect(first.items.size).toBe(0);
      expect(first.anchor).not.toBeNull();
      const second = await read(first.anchor);
      expect([second.items.size, second.removed.size]).toEqual([0, 0]);
    });

    it('creates records, tells what the mailbox holds then, and reads the same', async () => {
      const item = await create('Ada');
      sameContent(item.fields, record('Ada'));
      const all = await read(null);
      expect([...all.items.keys()]).toEqual([item.id]);
      sameContent(all.items.get(item.id)!.fields, item.fields);
    });

    it('finds a created item by its key, and nothing by another', async () => {
      const [mine, other] = [randomUUID(), randomUUID()];
      const [result] = await apply({ kind: 'create', key: mine, fields: record('Ada') });
      const found = await under.plugin().find([mine, other], signal);
      expect(found.map(({ id, createKey }) => [id, createKey])).toEqual([
        [result?.status === 'done' ? result.item?.id : undefined, mine],
      ]);
    });

    it('reports as changes what came since the anchor, each in its present state', async () => {
      const kept = await create('Kept');
      const gone = await create('Gone');
      const { anchor } = await read(null);
      const added = await create('Added');
      await apply(update(kept, 'Edited'), remove(gone));
      const changes = await read(anchor);
      expect(changes.reading).toBe('delta');
      expect(new Set(changes.items.keys())).toEqual(new Set([kept.id, added.id]));
      expect(changes.items.get(kept.id)?.fields[labelField]).toBe('Edited');
      expect(changes.removed.has(gone.id)).toBe(true);
      const after = await read(changes.anchor);
      expect([after.items.size, after.removed.size]).toEqual([0, 0]);
    });

    it('answers a page that is asked for again, by another plugin, with the same items', async () => {
      for (const label of ['A', 'B', 'C']) await create(label);
      const once = await under.plugin().read({ anchor: null, page: null }, signal);
      const again = await under.plugin().read({ anchor: null, page: null }, signal);
      if (once.kind !== 'page' || again.kind !== 'page') throw new Error('reset');
      expect(again.items).toEqual(once.items);
      expect(again.next === null).toBe(once.next === null);
    });

    it('asks for a new start when a token is not one of its own', async () => {
      for (const request of [
        { anchor: 'rubbish', page: null },
        { anchor: '{"delta":7}', page: null },
        { anchor: null, page: '{"step":"x"}' },
      ])
        expect(await under.plugin().read(request, signal)).toMatchObject({ kind: 'reset' });
    });

    it('overwrites nothing that was not planned against', async () => {
      const item = await create('Ada');
      const [first, late] = [update(item, 'First'), update(item, 'Late')];
      await apply(first);
      const [result] = await apply(late);
      expect(result).toMatchObject({ status: 'changed', item: { id: item.id } });
      expect((await read(null)).items.get(item.id)?.fields[labelField]).toBe('First');
      const [removal] = await apply(remove(item));
      expect(removal?.status).toBe('changed');
      expect((await read(null)).items.has(item.id)).toBe(true);
    });

    it('tells that an item is gone, for updates and removals alike', async () => {
      const item = await create('Ada');
      await apply(remove(item));
      const results = await apply(update(item, 'Late'), remove(item));
      expect(results.map(({ status }) => status)).toEqual(['gone', 'gone']);
    });

    it('handles each operation of a mixed batch by itself', async () => {
      const [edited, removed] = [await create('One'), await create('Two')];
      const results = await apply(
        update(edited, 'One, edited'),
        { kind: 'create', key: randomUUID(), fields: record('Three') },
        remove(removed),
        remove({ ...removed, id: edited.id, fields: record('Somebody else') }),
      );
      expect(results.map(({ status }) => status)).toEqual(['done', 'done', 'done', 'changed']);
    });

    it('keeps a snapshot of what there is, and none of what there is not', async () => {
      const item = await create('Ada');
      const gone = await create('Bo');
      await apply(remove(gone));
      const [there, missing] = await under.plugin().snapshot([item.id, gone.id], signal);
      expect(there?.item).toContain('Ada');
      expect(missing).toEqual({ id: gone.id, item: null });
    });

    it('stops when it is told to', async () => {
      await create('Ada');
      const stopped = AbortSignal.abort();
      await expect(under.plugin().read({ anchor: null, page: null }, stopped)).rejects.toMatchObject({
        code: 'sync.cancelled',
      });
      // A plugin far away may reject as a whole; in neither case has anything been written.
      const write = under
        .plugin()
        .apply([{ kind: 'create', key: randomUUID(), fields: record('Bo') }], stopped);
      const codes = await write.then(
        (results) =>
          results.map((result) => (result.status === 'failed' ? result.problem.code : result.status)),
        (error: unknown) => [toSyncError(error).code],
      );
      expect(codes).toEqual(['sync.cancelled']);
      expect((await read(null)).items.size).toBe(1);
    });
  });
}
