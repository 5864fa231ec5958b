import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ClientAbilities, ClientChange, SyncKind } from '../../contract/client-plugin.ts';
import {
  ALL_ABILITIES,
  NO_ABILITIES as AS_2009,
  clientPluginContract,
} from '../../test/contracts/client-plugin-contract.ts';
import { ownClient } from '../../test/contracts/own-client.ts';
import { noteXml, notes } from '../../test/desktop-2009/notes-dataset.ts';
import { temporaryFolder } from '../../test/desktop-2009/temporary-folder.ts';
import { PimStore } from '../store/pim-store.ts';
import { deviceIdentity } from '../store/settings.ts';
import { Staging } from '../store/staging.ts';
import type { DevicePlugin } from './dataset-plugin.ts';
import { DevicePluginFactory } from './plugin-factory.ts';

const { signal } = new AbortController();

class Handheld {
  readonly #abilities: ClientAbilities | undefined;
  readonly store = new PimStore(join(temporaryFolder(), 'pim.db'), () => this.now);
  readonly problems: string[] = [];
  now = Date.parse('2026-03-01T12:00:00.400Z');
  readonly factory = new DevicePluginFactory([notes], {
    store: this.store,
    staging: new Staging(this.store.db),
    identity: deviceIdentity(this.store.db),
    now: () => this.now,
    today: () => '2026-03-01',
    problem: (code) => this.problems.push(code),
  });

  /** `abilities`: what the desktop knows; everything unless told otherwise. */
  constructor(abilities?: ClientAbilities) {
    this.#abilities = abilities;
  }

  get titles(): unknown[] {
    return [...this.store.list('notes')].map(({ fields }) => fields.Title).sort();
  }

  add(title: string): string {
    return this.store.add('notes', [{ Title: title }])[0] ?? '';
  }

  /** A session up to the point where operations may come. */
  async open(kind: SyncKind = 'slow', identity = '{desktop}'): Promise<Session> {
    const plugin = this.factory.create('notes', this.#abilities);
    const header = await plugin.begin({ identity, last: null, next: this.now }, signal);
    const changes: ClientChange[] = [];
    for await (const chunk of plugin.changes(kind, signal)) changes.push(...chunk);
    return { plugin, header, changes };
  }
}

interface Session {
  readonly plugin: DevicePlugin;
  readonly header: Awaited<ReturnType<DevicePlugin['begin']>>;
  readonly changes: readonly ClientChange[];
}

async function commit({ plugin }: Session): Promise<void> {
  await plugin.settle(signal);
  await plugin.commit(signal);
}

const create = (plugin: DevicePlugin, serverId: string, title: string): string[] => {
  const told: string[] = [];
  plugin.applyRecord('create', noteXml(serverId, { Title: title }), (...ids) => told.push(...ids));
  return told;
};

const ignore = (): void => undefined;

describe('the plugin of a dataset', () => {
  it('tells the id of a create at once, and the record is there under it after the commit', async () => {
    const handheld = new Handheld();
    const session = await handheld.open();
    const [serverId, clientId = ''] = create(session.plugin, 'server-1', 'Ada');
    expect(serverId).toBe('server-1');
    expect(handheld.titles).toEqual([]);
    await commit(session);
    expect(handheld.store.get('notes', clientId).fields).toEqual({ Title: 'Ada' });
  });

  it('a create that does not say whose id it has is mapped with an empty one', async () => {
    const { plugin } = await new Handheld().open();
    const told: string[] = [];
    plugin.applyRecord('create', noteXml('server-1', { Title: 'Ada' }, true), (server) => told.push(server));
    expect(told).toEqual(['']);
  });

  it('a create that is no record is dropped without a mapping, and logged without its contents', async () => {
    const handheld = new Handheld();
    const session = await handheld.open();
    const told: string[] = [];
    session.plugin.applyRecord('create', '<Person>secret</Person>', (server) => told.push(server));
    create(session.plugin, 'server-2', 'Bo');
    await commit(session);
    expect(told).toEqual([]);
    expect(handheld.problems).toEqual(['record.wrong-root']);
    expect(handheld.titles).toEqual(['Bo']);
  });

  it('in a replace what is absent stays, and what is empty is cleared', async () => {
    const handheld = new Handheld();
    const [id = ''] = handheld.store.add('notes', [{ Title: 'Ada', Text: 'kept' }]);
    const [other = ''] = handheld.store.add('notes', [{ Title: 'Bo', Text: 'gone' }]);
    const session = await handheld.open();
    session.plugin.applyRecord(
      'replace',
      `<Note><Identifier>${id}</Identifier><Title>A</Title></Note>`,
      ignore,
    );
    session.plugin.applyRecord(
      'replace',
      `<Note><Identifier>${other}</Identifier><Text></Text></Note>`,
      ignore,
    );
    await commit(session);
    expect(handheld.store.get('notes', id).fields).toEqual({ Title: 'A', Text: 'kept' });
    expect(handheld.store.get('notes', other).fields).toEqual({ Title: 'Bo' });
  });

  it('a replace under an id that is the desktop’s own is ignored', async () => {
    const handheld = new Handheld();
    const id = handheld.add('Ada');
    const session = await handheld.open();
    session.plugin.applyRecord('replace', noteXml(id, { Title: 'B' }, false), ignore);
    await commit(session);
    expect(handheld.titles).toEqual(['Ada']);
  });

  it('records created in the session can be replaced and removed in it', async () => {
    const handheld = new Handheld();
    const session = await handheld.open();
    const [, first = ''] = create(session.plugin, 's1', 'Ada');
    const [, second = ''] = create(session.plugin, 's2', 'Bo');
    session.plugin.applyRecord('replace', noteXml(first, { Title: 'Augusta' }, true), ignore);
    await session.plugin.apply({ kind: 'remove', clientId: second }, ignore);
    await commit(session);
    expect(handheld.titles).toEqual(['Augusta']);
  });

  it('an edit in the very second of the anchor is reported by the next fast sync', async () => {
    const handheld = new Handheld();
    const id = handheld.add('Ada');
    const session = await handheld.open();
    handheld.store.edit('notes', id, () => ({ Title: 'Augusta' }));
    await commit(session);
    const { changes } = await handheld.open('two-way');
    expect(changes).toMatchObject([{ kind: 'replace' }]);
  });

  it.each([
    ['second', 1000, AS_2009],
    ['millisecond, where the desktop counts in them', 1, undefined],
  ])('its anchors never share a %s, whatever its clock does', async (_unit, unit, abilities) => {
    const handheld = new Handheld(abilities);
    const nexts: number[] = [];
    let last: number | null = null;
    for (const step of [0, 100, 0, -3_600_000, 5000]) {
      handheld.now += step;
      const session = await handheld.open('two-way');
      expect(session.header.last).toBe(last);
      nexts.push(session.header.next);
      last = Math.floor(session.header.next / unit) * unit;
      await commit(session);
    }
    const units = nexts.map((next) => Math.floor(next / unit));
    expect(new Set(units).size).toBe(nexts.length);
    expect([...units].sort((a, b) => a - b)).toEqual(units);
  });

  it('a two-way sync without an anchor tells everything, as creates', async () => {
    const handheld = new Handheld();
    handheld.add('Ada');
    const { changes } = await handheld.open('two-way');
    expect(changes).toMatchObject([{ kind: 'create' }]);
  });

  it('refuses a dataset that is not announced, and a desktop without a usable identity', async () => {
    const { factory } = new Handheld();
    expect(() => factory.create('calendar')).toThrow(expect.objectContaining({ code: 'device.dataset' }));
    for (const identity of ['', 'x'.repeat(101)]) {
      const begun = factory.create('notes').begin({ identity, last: null, next: 0 }, signal);
      await expect(begun).rejects.toMatchObject({ code: 'wire.protocol' });
    }
  });
});

clientPluginContract('the device’s own', {
  abilities: ALL_ABILITIES,
  make: async () => ownClient(notes),
  record: (label, identifier, local) => noteXml(identifier, { Title: label }, local),
});

clientPluginContract('the device’s own, as to a desktop of 2009', {
  make: async () => ownClient(notes, AS_2009),
  record: (label, identifier, local) => noteXml(identifier, { Title: label }, local),
});
