/**
 * What every client sync plugin must do, whether it is the device's own or its proxy over the wire. For people who
 * write plugins: call `clientPluginContract` in a test file.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type {
  ClientAbilities,
  ClientChange,
  ClientHeader,
  ClientOperation,
  ClientSyncPlugin,
  SyncKind,
} from '../../contract/client-plugin.ts';

/** A device with an empty store of one dataset, and the hands of its owner. */
export interface ClientUnderTest {
  /** A plugin of the dataset; a new one for each session. */
  plugin: () => ClientSyncPlugin;
  /** The committed records, by client id. */
  records: () => Promise<ReadonlyMap<string, string>>;
  /** The owner adds a record; its client id. */
  add: (xml: string) => Promise<string>;
  edit: (id: string, xml: string) => Promise<void>;
  remove: (id: string) => Promise<void>;
  /** Moves the device's clock into its next second. Without it the test waits that long. */
  nextSecond?: () => void;
  dispose: () => Promise<void>;
}

/** A device like those of 2009. */
export const NO_ABILITIES: ClientAbilities = {
  preciseAnchors: false,
  recordTimes: false,
  refusals: false,
  briefCreates: false,
  fieldsCreates: false,
};

export const ALL_ABILITIES: ClientAbilities = {
  preciseAnchors: true,
  recordTimes: true,
  refusals: true,
  briefCreates: true,
  fieldsCreates: true,
};

export interface ClientPluginContractOptions {
  readonly make: () => Promise<ClientUnderTest>;
  /** What the device can do beyond those of 2009; nothing unless told otherwise. */
  readonly abilities?: ClientAbilities;
  /**
   * A record of the dataset that holds the label somewhere. `identifier`: what stands in its Identifier;
   * `local`: whether that is the device's own id.
   */
  readonly record: (label: string, identifier: string, local: boolean) => string;
  /** Complete records of the dataset, and what a document means, whatever its form and its ids: equal texts, same record. */
  readonly whole?: {
    readonly records: readonly string[];
    readonly meaning: (xml: string) => string;
  };
}

const IDENTITY = '{7c1a5d3e-0b6f-4b7e-9f30-2f0e5d6a1b2c}';

/** Anchors have whole seconds: what happens in the second of an anchor is not seen by a two-way sync. */
async function nextSecond(client: ClientUnderTest): Promise<void> {
  if (client.nextSecond) client.nextSecond();
  else await new Promise((resolve) => setTimeout(resolve, 1_020 - (Date.now() % 1_000)));
}

class Session {
  readonly plugin: ClientSyncPlugin;
  readonly mapped = new Map<string, string>();
  /** Client ids of the records whose operation the device has refused. */
  readonly refused: string[] = [];
  readonly #signal = new AbortController().signal;
  header!: ClientHeader;

  constructor(plugin: ClientSyncPlugin) {
    this.plugin = plugin;
  }

  async begin(last: number | null): Promise<ClientHeader> {
    this.header = await this.plugin.begin({ identity: IDENTITY, last, next: Date.now() }, this.#signal);
    return this.header;
  }

  async changes(kind: SyncKind): Promise<ClientChange[]> {
    const all: ClientChange[] = [];
    for await (const chunk of this.plugin.changes(kind, this.#signal)) all.push(...chunk);
    return all;
  }

  async create(serverId: string, xml: string): Promise<void> {
    await this.plugin.apply({ kind: 'create', serverId, xml }, (server, client) =>
      this.mapped.set(server, client),
    );
  }

  async replace(clientId: string, xml: string): Promise<void> {
    await this.#onRecord({ kind: 'replace', clientId, xml });
  }

  async remove(clientId: string): Promise<void> {
    await this.#onRecord({ kind: 'remove', clientId });
  }

  async #onRecord(operation: ClientOperation): Promise<void> {
    await this.plugin.apply(
      operation,
      () => undefined,
      (clientId) => this.refused.push(clientId),
    );
  }

  async finish(): Promise<void> {
    await this.plugin.settle(this.#signal);
    await this.plugin.commit(this.#signal);
  }
}

export function clientPluginContract(
  name: string,
  { make, record, whole, abilities = NO_ABILITIES }: ClientPluginContractOptions,
): void {
  describe(`client sync plugin: ${name}`, () => {
    let client: ClientUnderTest;

    beforeEach(async () => {
      client = await make();
    });
    afterEach(async () => {
      await client.dispose();
    });

    const open = async (last: number | null = null): Promise<Session> => {
      const session = new Session(client.plugin());
      await session.begin(last);
      return session;
    };
    const firstSync = async (): Promise<Session> => {
      const session = await open();
      await session.changes('slow');
      await session.finish();
      return session;
    };
    const labels = (changes: readonly ClientChange[]): string[] =>
      changes.map((change) =>
        change.kind === 'remove' ? change.id : (/label-\w+/.exec(change.xml)?.[0] ?? ''),
      );
    const stored = async (): Promise<string[]> =>
      [...(await client.records()).values()].map((xml) => /label-\w+/.exec(xml)?.[0] ?? '').sort();

    it('tells a device that was never synced, and its clock', async () => {
      const { header, plugin } = await open();
      expect(header.last).toBeNull();
      expect(header.version).toEqual([4, 3, 0]);
      expect(header.identity).toMatch(/^\{[0-9a-f-]{36}\}$/);
      expect(Math.abs(header.next - Date.now())).toBeLessThan(60_000);
      await plugin.abort();
    });

    it('a slow sync tells every record as a create', async () => {
      const ids = [
        await client.add(record('label-a', '', true)),
        await client.add(record('label-b', '', true)),
      ];
      const session = await open();
      const changes = await session.changes('slow');
      expect(changes.map(({ kind }) => kind)).toEqual(['create', 'create']);
      expect(labels(changes).sort()).toEqual(['label-a', 'label-b']);
      for (const id of ids) {
        expect(changes.some((change) => change.kind === 'create' && change.xml.includes(id))).toBe(true);
      }
      await session.finish();
    });

    it('a commit moves the anchor: the next session reports it, to the second', async () => {
      const { header } = await firstSync();
      await nextSecond(client);
      const second = await open(header.next);
      expect(Math.floor((second.header.last ?? 0) / 1000)).toBe(Math.floor(header.next / 1000));
      expect(second.header.next).toBeGreaterThan(header.next);
      expect(await second.changes('two-way')).toEqual([]);
      await second.finish();
    });

    it('a two-way sync tells what the owner did, each once', async () => {
      const kept = await client.add(record('label-kept', '', true));
      const edited = await client.add(record('label-edited', '', true));
      const removed = await client.add(record('label-removed', '', true));
      const { header } = await firstSync();
      await nextSecond(client);
      await client.edit(edited, record('label-changed', edited, true));
      await client.remove(removed);
      await client.add(record('label-new', '', true));
      await nextSecond(client);
      const session = await open(header.next);
      const changes = await session.changes('two-way');
      const told = changes.map((change, index) => `${change.kind} ${labels(changes)[index] ?? ''}`).sort();
      expect(told).toEqual(['create label-new', `remove ${removed}`, 'replace label-changed'].sort());
      expect(changes.some((change) => change.kind !== 'remove' && change.xml.includes(kept))).toBe(false);
      await session.finish();
    });

    it('creates are mapped and stored; replaces and removes are carried out', async () => {
      const edited = await client.add(record('label-old', '', true));
      const removed = await client.add(record('label-gone', '', true));
      const session = await open();
      await session.changes('slow');
      await session.create('server-1', record('label-one', 'server-1', false));
      await session.create('server-2', record('label-two', 'server-2', false));
      await session.replace(edited, record('label-new', edited, true));
      await session.remove(removed);
      await session.finish();
      expect([...session.mapped.keys()].sort()).toEqual(['server-1', 'server-2']);
      expect(new Set(session.mapped.values()).size).toBe(2);
      const records = await client.records();
      expect(records.get(session.mapped.get('server-1') ?? '')).toContain('label-one');
      expect(records.get(edited)).toContain('label-new');
      expect(await stored()).toEqual(['label-new', 'label-one', 'label-two']);
    });

    if (whole) {
      const { records, meaning } = whole;
      it('complete records come through both ways', async () => {
        const byOwner: string[] = [];
        for (const xml of records) byOwner.push(await client.add(xml));
        const session = await open();
        const told = await session.changes('slow');
        const meanings = (changes: readonly ClientChange[]): string[] =>
          changes.flatMap((change) => (change.kind === 'remove' ? [] : [meaning(change.xml)])).sort();
        expect(meanings(told)).toEqual(records.map(meaning).sort());
        for (const id of byOwner) await session.remove(id);
        const identifier = /<Identifier.*?<\/Identifier>/;
        for (const [index, xml] of records.entries()) {
          const own = `<Identifier localIdentifier="false">server-${index}</Identifier>`;
          await session.create(`server-${index}`, xml.replace(identifier, own));
        }
        await session.finish();
        const again = await open();
        expect(meanings(await again.changes('slow'))).toEqual(records.map(meaning).sort());
        await again.finish();
      });
    }

    it('settle waits for the mappings of all creates handed over', async () => {
      const session = await open();
      await session.changes('slow');
      for (let index = 0; index < 50; index += 1) {
        await session.create(`server-${index}`, record(`label-${index}`, `server-${index}`, false));
      }
      await session.plugin.settle(new AbortController().signal);
      expect(session.mapped.size).toBe(50);
      await session.plugin.commit(new AbortController().signal);
      expect((await client.records()).size).toBe(50);
    });

    it('replaces and removes of unknown ids are ignored', async () => {
      const session = await open();
      await session.changes('slow');
      await session.replace('no-such-id', record('label-x', 'no-such-id', true));
      await session.remove('no-such-id');
      await session.finish();
      expect(await stored()).toEqual([]);
    });

    it('an abort takes everything back and leaves the anchor', async () => {
      const kept = await client.add(record('label-kept', '', true));
      const session = await open();
      await session.changes('slow');
      await session.create('server-1', record('label-one', 'server-1', false));
      await session.remove(kept);
      await session.plugin.settle(new AbortController().signal);
      await session.plugin.abort();
      expect(await stored()).toEqual(['label-kept']);
      const again = await open();
      expect(again.header.last).toBeNull();
      expect(labels(await again.changes('slow'))).toEqual(['label-kept']);
      await again.finish();
    });

    it('can be aborted at any point, more than once, and then again begun', async () => {
      const steps: ((session: Session) => Promise<unknown>)[] = [
        async () => undefined,
        async (session) => session.changes('slow'),
        async (session) => session.create('server-1', record('label-one', 'server-1', false)),
      ];
      for (let count = 1; count <= steps.length; count += 1) {
        const session = await open();
        for (const step of steps.slice(0, count)) await step(session);
        await session.plugin.abort();
        await session.plugin.abort();
      }
      await new Session(client.plugin()).plugin.abort();
      await firstSync();
      expect(await stored()).toEqual([]);
    });

    if (abilities.preciseAnchors) {
      it('sessions need no second between them, and no edit between them is missed', async () => {
        const id = await client.add(record('label-a', '', true));
        let { header } = await firstSync();
        for (let turn = 0; turn < 5; turn += 1) {
          await client.edit(id, record(`label-${turn}`, id, true));
          const session = await open(header.next);
          expect(session.header.last).toBe(header.next);
          expect(session.header.next).toBeGreaterThan(header.next);
          expect(labels(await session.changes('two-way'))).toEqual([`label-${turn}`]);
          await session.finish();
          ({ header } = session);
        }
      });
    }

    it(`${abilities.recordTimes ? 'says' : 'does not say'} when records were changed`, async () => {
      const edited = await client.add(record('label-a', '', true));
      const removed = await client.add(record('label-b', '', true));
      const first = await open();
      const told = await first.changes('slow');
      await first.finish();
      await nextSecond(client);
      await client.edit(edited, record('label-c', edited, true));
      await client.remove(removed);
      await nextSecond(client);
      const second = await open(first.header.next);
      told.push(...(await second.changes('two-way')));
      expect(told).toHaveLength(4);
      for (const { changedAt } of told) {
        if (abilities.recordTimes)
          expect(Math.abs((changedAt ?? 0) - second.header.next)).toBeLessThan(60_000);
        else expect(changedAt).toBeUndefined();
      }
      await second.finish();
    });

    if (abilities.refusals) {
      it.each(['before', 'after'])(
        'what was edited %s the operation came is left as it is, and told',
        async (when) => {
          const [replaced, removed, gone] = [
            await client.add(record('label-a', '', true)),
            await client.add(record('label-b', '', true)),
            await client.add(record('label-c', '', true)),
          ];
          const untouched = await client.add(record('label-d', '', true));
          const session = await open();
          await session.changes('slow');
          const edit = async (): Promise<void> => {
            await client.edit(replaced, record('label-mine1', replaced, true));
            await client.edit(removed, record('label-mine2', removed, true));
            await client.remove(gone);
          };
          if (when === 'before') await edit();
          await session.replace(replaced, record('label-theirs1', replaced, true));
          await session.remove(removed);
          await session.replace(gone, record('label-theirs3', gone, true));
          await session.replace(untouched, record('label-theirs4', untouched, true));
          await session.plugin.settle(new AbortController().signal);
          if (when === 'after') await edit();
          await session.plugin.commit(new AbortController().signal);
          expect(session.refused.sort()).toEqual([replaced, removed, gone].sort());
          expect(await stored()).toEqual(['label-mine1', 'label-mine2', 'label-theirs4']);
          const again = await open(session.header.next);
          const changes = await again.changes('two-way');
          expect(labels(changes).sort()).toEqual(['label-mine1', 'label-mine2', gone].sort());
          await again.finish();
          expect(again.refused).toEqual([]);
        },
      );

      it('a removal of what the owner has removed too is none to refuse', async () => {
        const id = await client.add(record('label-a', '', true));
        const session = await open();
        await session.changes('slow');
        await client.remove(id);
        await session.remove(id);
        await session.finish();
        expect(session.refused).toEqual([]);
        expect(await stored()).toEqual([]);
      });
    }

    it('refuses calls out of order', async () => {
      const { signal } = new AbortController();
      const session = await open();
      await expect(session.create('server-1', record('label-one', 'server-1', false))).rejects.toThrow();
      await expect(session.plugin.commit(signal)).rejects.toThrow();
      await expect(session.begin(null)).rejects.toThrow();
      await session.plugin.abort();
      await expect(session.changes('slow')).rejects.toThrow();
      await expect(client.plugin().commit(signal)).rejects.toThrow();
    });

    it('a cancelled call rejects, and the session can be aborted', async () => {
      const session = await open();
      const cancelled = AbortSignal.abort();
      await expect(
        session.plugin.changes('slow', cancelled)[Symbol.asyncIterator]().next(),
      ).rejects.toThrow();
      await session.plugin.abort();
      await firstSync();
    });
  });
}
