/** The link cut inside a session, all over it (reliability R1, R2): all of a session is kept, or nothing. */
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { noteXml, notes } from '../../test/desktop-2009/notes-dataset.ts';
import { temporaryFolder } from '../../test/desktop-2009/temporary-folder.ts';
import { callLine, type WireValue } from '../../test/desktop-2009/wire.ts';
import { DevicePluginFactory } from '../plugins/plugin-factory.ts';
import { PimStore } from '../store/pim-store.ts';
import { Staging } from '../store/staging.ts';
import { readAnchor } from '../store/sync-store.ts';
import { Outbound, encodeMessageLine, extensions, formatExtend, parseLine } from '../../qdsync/index.ts';
import { ServedConnection, type ConnectionEnd } from './served-connection.ts';

const DESKTOP = '{desktop}';

/** A link in memory: what the test says, and what the device answered. */
class MemoryLink extends Duplex {
  heard = '';

  override _read(): void {
    // What the desktop says is pushed when it says it.
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.heard += chunk.toString('latin1');
    done();
  }

  async hears(text: string): Promise<void> {
    while (!this.heard.includes(text)) await turn();
  }
}

class Handheld {
  readonly store = new PimStore(join(temporaryFolder(), 'pim.db'));
  readonly #factory = new DevicePluginFactory([notes], {
    store: this.store,
    staging: new Staging(this.store.db),
    identity: '{device}',
    now: Date.now,
    today: () => '2026-03-01',
    problem: (code) => {
      throw new Error(code);
    },
  });

  /** A connection that is logged in. */
  async connect(): Promise<{ readonly link: MemoryLink; readonly ended: Promise<ConnectionEnd> }> {
    const link = new MemoryLink();
    const connection = new ServedConnection(link, {
      factory: this.#factory,
      identity: '{device}',
      protocol: { banner: '220 Qtopia 4.4.3', loginName: 'root', extensions },
      login: async () => true,
      news: () => undefined,
      notice: () => undefined,
    });
    const ended = connection.serve();
    link.push('HELPER_INIT 0 0 0\nUSER root\nPASS Qtopia15x\n');
    await link.hears('230 ');
    return { link, ended };
  }

  /** Records and anchor, for comparing. */
  get state(): string {
    const records = [...this.store.list('notes')].map(({ fields }) => fields.Title).sort();
    return JSON.stringify([records, readAnchor(this.store.db, DESKTOP, 'notes') !== null]);
  }
}

function line(name: string, types = '', ...args: readonly WireValue[]): string {
  return callLine({ channel: 'QPE/Qtopia4Sync', message: `${name}(${types})`, args });
}

function bytes(xml: string): WireValue {
  return { bytes: Buffer.from(xml) };
}

/** A whole session, said in one breath. */
function session(edited: string, removed: string): string {
  return [
    line('serverSyncRequest', 'QString', { string: 'notes' }),
    line('serverIdentity', 'QString', { string: DESKTOP }),
    line('serverVersion', 'int,int,int', { int: 4 }, { int: 3 }, { int: 0 }),
    line('serverSyncAnchors', 'QDateTime,QDateTime', { time: null }, { time: 0 }),
    line('requestSlowSync'),
    line('createServerRecord', 'QByteArray', bytes(noteXml('s1', { Title: 'new', Text: 'x'.repeat(300) }))),
    line('replaceServerRecord', 'QByteArray', bytes(noteXml(edited, { Title: 'changed' }, true))),
    line('removeServerRecord', 'QString', { string: removed }),
    line('serverEnd'),
  ].join('');
}

/** The same with the protocol extension, each message in a segment of its own; and the QUIT for behind it. */
function deflatedSession(edited: string, removed: string): { readonly bytes: Buffer; readonly quit: Buffer } {
  const outbound = new Outbound();
  const extend = outbound.line(formatExtend(extensions));
  outbound.deflate(extend.length);
  const parts = [outbound.seal(extend)];
  for (const text of session(edited, removed).trimEnd().split('\n')) {
    const parsed = parseLine(Buffer.from(text));
    if (parsed.kind === 'call') parts.push(outbound.seal(outbound.call(parsed.call)));
  }
  return { bytes: Buffer.concat(parts), quit: outbound.seal(outbound.line('QUIT')) };
}

describe('the link is cut', () => {
  it('anywhere in a session: nothing of it is kept before its end, all of it after', async () => {
    const handheld = new Handheld();
    const [edited = '', removed = ''] = handheld.store.add('notes', [{ Title: 'old' }, { Title: 'gone' }]);
    const text = Buffer.from(session(edited, removed));
    const before = handheld.state;
    // Every byte of the message that commits; of the rest as many as a short test can do.
    const last = text.length - line('serverEnd').length;
    for (let cut = 0; cut < text.length; cut += cut < last ? 3 : 1) {
      const { link, ended } = await handheld.connect();
      link.push(text.subarray(0, cut));
      await turn();
      link.destroy();
      await ended;
      if (handheld.state !== before) throw new Error(`something was kept of a session cut at byte ${cut}`);
    }
    const { link, ended } = await handheld.connect();
    link.push(text);
    link.push('QUIT\n');
    expect(await ended).toBe('quit');
    expect(link.heard.split(encodeMessageLine({ name: 'clientEnd' }).toString())).toHaveLength(3);
    expect(handheld.state).toBe(JSON.stringify([['changed', 'new'], true]));
  });

  it('anywhere in a deflated session, the switch to it included', async () => {
    const handheld = new Handheld();
    const [edited = '', removed = ''] = handheld.store.add('notes', [{ Title: 'old' }, { Title: 'gone' }]);
    const { bytes, quit } = deflatedSession(edited, removed);
    const before = handheld.state;
    for (let cut = 0; cut < bytes.length; cut += 1) {
      const { link, ended } = await handheld.connect();
      link.push(bytes.subarray(0, cut));
      await turn();
      link.destroy();
      await ended;
      if (handheld.state !== before) throw new Error(`something was kept of a session cut at byte ${cut}`);
    }
    const { link, ended } = await handheld.connect();
    for (const byte of Buffer.concat([bytes, quit])) link.push(Buffer.from([byte]));
    expect(await ended).toBe('quit');
    expect(handheld.state).toBe(JSON.stringify([['changed', 'new'], true]));
  });

  it('by the desktop’s end of the stream just as by its loss', async () => {
    const handheld = new Handheld();
    const { link, ended } = await handheld.connect();
    link.push(session('', '').slice(0, -10));
    link.push(null);
    expect(await ended).toMatchObject({ code: 'link.lost' });
    expect(handheld.state).toBe(JSON.stringify([[], false]));
  });
});
