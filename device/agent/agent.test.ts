/** The agent in this process, over real sockets, driven by a desktop of 2009. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { contacts, type Fields } from '../../datasets/index.ts';
import { Desktop2009, type DesktopOptions } from '../../test/desktop-2009/desktop.ts';
import { noteXml, notes } from '../../test/desktop-2009/notes-dataset.ts';
import { temporaryFolder } from '../../test/desktop-2009/temporary-folder.ts';
import { callLine } from '../../test/desktop-2009/wire.ts';
import type { AcceptPolicy } from '../login/gate.ts';
import { PimStore } from '../store/pim-store.ts';
import { Agent, BUSY_LINE } from './agent.ts';
import { silentLog } from './log.ts';
import { listenTcp } from './tcp.ts';

const ALLOW: AcceptPolicy = { accept: 'allow' };

interface Running {
  readonly agent: Agent;
  readonly store: PimStore;
  readonly port: number;
  desktop(anchors?: Map<string, number>, options?: DesktopOptions): Promise<Desktop2009>;
  stop(): Promise<void>;
}

async function start(stateFolder: string, policy = ALLOW, maxLineBytes?: number): Promise<Running> {
  const agent = new Agent({
    stateFolder,
    datasets: [contacts, notes],
    owner: 'Ada Østby',
    model: 'Test; device',
    policy,
    log: silentLog,
    ...(maxLineBytes === undefined ? {} : { maxLineBytes }),
  });
  const listener = await listenTcp({ host: '127.0.0.1', port: 0 }, agent, silentLog);
  const { port } = listener;
  return {
    agent,
    store: agent.store,
    port,
    desktop: async (anchors, options) => Desktop2009.connect({ port }, anchors, options),
    stop: async () => {
      listener.close();
      await agent.stop();
    },
  };
}

/** Resolves when the agent has noticed that its desktop is gone. */
async function idle(agent: Agent): Promise<void> {
  while (agent.busy) await delay(5);
}

describe('a desktop of 2009 and the agent', () => {
  let folder: string;
  let device: Running;

  const restart = async (policy?: AcceptPolicy, maxLineBytes?: number): Promise<void> => {
    await device.stop();
    device = await start(folder, policy, maxLineBytes);
  };
  const add = (fields: Fields, dataset = 'contacts'): string => device.store.add(dataset, [fields])[0] ?? '';
  const titles = (): unknown[] => [...device.store.list('notes')].map(({ fields }) => fields.Title).sort();
  const loggedIn = async (anchors?: Map<string, number>, options?: DesktopOptions): Promise<Desktop2009> => {
    const desktop = await device.desktop(anchors, options);
    expect(await desktop.login()).toBe(true);
    return desktop;
  };
  const gone = async (desktop: Desktop2009): Promise<void> => {
    desktop.stream.destroy();
    await idle(device.agent);
  };

  beforeEach(async () => {
    folder = temporaryFolder();
    device = await start(folder);
    onTestFinished(async () => device.stop());
  });

  it('introduces itself as a device does', async () => {
    const { banner } = await loggedIn();
    expect(banner.get('challenge')).toMatch(/^\{[0-9a-f-]{36}\}$/);
    expect(banner.get('protocol')).toBe('2');
    expect(banner.get('system')).toBe('Qtopia');
    expect(banner.get('displayname')).toBe('Ada Østby');
    expect(banner.get('model')).toBe('Test  device');
    expect(banner.get('hexversion')).toBe('263171');
    expect(banner.get('datasets')).toBe('contacts notes');
  });

  it('keeps its identity', async () => {
    const first = await loggedIn();
    await gone(first);
    await restart();
    const second = await loggedIn();
    expect(second.banner.get('challenge')).toBe(first.banner.get('challenge'));
  });

  it('first sync, then a fast one, then one in which nothing happens, over all datasets', async () => {
    const ada = add({ FirstName: 'Ada' });
    const bo = add({ FirstName: 'Bo' });
    const note = add({ Title: 'On the device' }, 'notes');
    const anchors = new Map<string, number>();
    let desktop = await loggedIn(anchors);
    const xml = readFileSync(
      new URL('../../test/fixtures/examples/contact-03-desktop-create.xml', import.meta.url),
      'utf8',
    );
    const first = await desktop.run(['contacts', 'notes'], (dataset) =>
      dataset === 'contacts'
        ? [{ kind: 'create', xml }]
        : [
            { kind: 'create', xml: noteXml('n1', { Title: 'From the desktop' }) },
            { kind: 'remove', id: note },
          ],
    );
    expect(first.get('contacts')?.kind).toBe('slow');
    expect(first.get('contacts')?.changes).toHaveLength(2);
    const tariq = first.get('contacts')?.mapped.get('AAMkAGx1bmNo-0001') ?? '';
    expect(device.store.get('contacts', tariq).fields).toMatchObject({
      FirstName: 'Tariq',
      LastName: 'Benali',
    });
    expect(titles()).toEqual(['From the desktop']);
    await desktop.quit();
    await idle(device.agent);

    device.store.edit('contacts', ada, (fields) => ({ ...fields, LastName: 'Lovelace' }));
    device.store.remove('contacts', [bo]);
    add({ FirstName: 'Cy' });
    desktop = await loggedIn(anchors);
    const second = await desktop.run(['contacts', 'notes']);
    expect(second.get('contacts')?.kind).toBe('two-way');
    expect(second.get('contacts')?.changes.map(({ kind }) => kind)).toEqual(['create', 'remove', 'replace']);
    expect(second.get('contacts')?.changes[2]).toMatchObject({
      xml: expect.stringContaining('<LastName pronunciation="">Lovelace</LastName>') as string,
    });
    expect(second.get('notes')?.changes).toEqual([]);
    const third = await desktop.run(['contacts', 'notes']);
    expect([...third.values()].map(({ kind, changes }) => [kind, changes.length])).toEqual([
      ['two-way', 0],
      ['two-way', 0],
    ]);
    await desktop.quit();
  });

  it('answers each call with 200 after what the call caused, where 200s are on', async () => {
    add({ Title: 'One' }, 'notes');
    const desktop = await loggedIn(undefined, { send200: true });
    const { next } = await desktop.header('notes');
    await desktop.changes('slow');
    await desktop.expect('200 Command okay');
    desktop.say(
      callLine({
        channel: 'QPE/Qtopia4Sync',
        message: 'createServerRecord(QByteArray)',
        args: [{ bytes: Buffer.from(noteXml('n1', { Title: 'Two' })) }],
      }),
    );
    expect(await desktop.lines.next()).toContain('CALLB QD/QDSync');
    await desktop.expect('200 Command okay');
    await desktop.end('notes', next);
    await desktop.quit();
    await idle(device.agent);
    expect(titles()).toEqual(['One', 'Two']);
  });

  it('a disconnect in the middle takes everything back; the next sync is as if it had not been', async () => {
    const kept = add({ Title: 'Kept' }, 'notes');
    const anchors = new Map<string, number>();
    let desktop = await loggedIn(anchors);
    await desktop.session('notes');
    const { kind } = await desktop.header('notes');
    await desktop.changes(kind);
    await desktop.apply([
      { kind: 'create', xml: noteXml('n1', { Title: 'Lost' }) },
      { kind: 'remove', id: kept },
    ]);
    await gone(desktop);
    expect(titles()).toEqual(['Kept']);
    desktop = await loggedIn(anchors);
    const outcome = await desktop.session('notes', () => [
      { kind: 'create', xml: noteXml('n1', { Title: 'Again' }) },
    ]);
    expect(outcome.kind).toBe('two-way');
    expect(titles()).toEqual(['Again', 'Kept']);
  });

  it('serverError takes everything back and is answered, also when nothing is going on', async () => {
    const desktop = await loggedIn();
    await desktop.send('serverError', '');
    expect((await desktop.receive()).message).toBe('clientError()');
    await desktop.header('notes');
    await desktop.changes('slow');
    await desktop.apply([{ kind: 'create', xml: noteXml('n1', { Title: 'Lost' }) }]);
    await desktop.send('serverError', '');
    expect((await desktop.receive()).message).toBe('clientError()');
    expect(titles()).toEqual([]);
    const outcome = await desktop.session('notes', () => [
      { kind: 'create', xml: noteXml('n1', { Title: 'Kept' }) },
    ]);
    expect(outcome.last).toBeNull();
    expect(titles()).toEqual(['Kept']);
  });

  it('serverError stops the sending of many records, and is answered once', async () => {
    device.store.add(
      'notes',
      Array.from({ length: 20_000 }, (_, index) => ({ Title: `Note ${index}`, Text: 'x'.repeat(500) })),
    );
    const desktop = await loggedIn();
    await desktop.header('notes');
    desktop.stream.pause();
    await desktop.send('requestSlowSync', '');
    await delay(200);
    await desktop.send('serverError', '');
    await delay(50);
    desktop.stream.resume();
    const heard: string[] = [];
    while (heard.at(-1) !== 'clientError()') heard.push((await desktop.receive()).message);
    expect(heard.length).toBeLessThan(20_000);
    expect((await desktop.session('notes')).changes).toHaveLength(20_000);
  });

  describe('what is illegal ends the session with clientError, and the next one works', () => {
    const illegal: readonly (readonly [what: string, drive: (desktop: Desktop2009) => Promise<void>])[] = [
      [
        'an unknown dataset',
        async (desktop) => desktop.send('serverSyncRequest', 'QString', { string: 'nothing' }),
      ],
      [
        'anchors with no dataset',
        async (d) => d.send('serverSyncAnchors', 'QDateTime,QDateTime', { time: null }, { time: 0 }),
      ],
      ['a request with no dataset', async (desktop) => desktop.send('requestSlowSync', '')],
      [
        'a record with no dataset',
        async (desktop) => desktop.send('removeServerRecord', 'QString', { string: 'x' }),
      ],
      ['an end with no dataset', async (desktop) => desktop.send('serverEnd', '')],
      [
        'a second end',
        async (desktop) => {
          await desktop.session('notes');
          await desktop.send('serverEnd', '');
        },
      ],
      [
        'a second request inside a session',
        async (desktop) => {
          await desktop.header('notes');
          await desktop.send('serverSyncRequest', 'QString', { string: 'notes' });
        },
      ],
      [
        'an end without anchors',
        async (desktop) => {
          await desktop.send('serverSyncRequest', 'QString', { string: 'notes' });
          await desktop.send('serverEnd', '');
        },
      ],
      [
        'anchors without identity and version',
        async (desktop) => {
          await desktop.send('serverSyncRequest', 'QString', { string: 'notes' });
          await desktop.send('serverSyncAnchors', 'QDateTime,QDateTime', { time: null }, { time: 0 });
        },
      ],
      [
        'a record before the changes were asked for',
        async (desktop) => {
          await desktop.header('notes');
          await desktop.send('createServerRecord', 'QByteArray', { bytes: Buffer.from(noteXml('n', {})) });
        },
      ],
      [
        'changes asked for twice',
        async (desktop) => {
          await desktop.header('notes');
          await desktop.changes('slow');
          await desktop.send('requestSlowSync', '');
        },
      ],
      [
        'another version',
        async (desktop) => {
          await desktop.send('serverSyncRequest', 'QString', { string: 'notes' });
          await desktop.send('serverVersion', 'int,int,int', { int: 4 }, { int: 4 }, { int: 0 });
        },
      ],
    ];

    it.each(illegal)('%s', async (_what, drive) => {
      const desktop = await loggedIn();
      await drive(desktop);
      expect((await desktop.receive()).message).toBe('clientError()');
      // The rest of a dead session is ignored.
      await desktop.send('serverEnd', '');
      const outcome = await desktop.session('notes', () => [
        { kind: 'create', xml: noteXml('n1', { Title: 'Fine' }) },
      ]);
      expect(outcome.mapped.size).toBe(1);
      expect(titles()).toEqual(['Fine']);
    });

    it('a message whose record is cut off', async () => {
      const desktop = await loggedIn();
      await desktop.header('notes');
      await desktop.changes('slow');
      desktop.say('CALLB QPE/QDSync forwardedMessage(QString,QString,QByteArray) AAAA!\n');
      expect(await desktop.lines.next()).toMatch(/^500 /);
      expect((await desktop.receive()).message).toBe('clientError()');
      expect((await desktop.session('notes')).kind).toBe('slow');
    });
  });

  describe('one desktop at a time', () => {
    it('a second one is told so, and may come when the first has gone', async () => {
      const first = await loggedIn();
      const second = await device.desktop();
      await second.expect(BUSY_LINE);
      await second.expect('(end)');
      await first.quit();
      await idle(device.agent);
      await loggedIn();
    });
  });

  describe('a hostile desktop', () => {
    it('a line over the limit ends the connection with a word, in little memory; the next one is served', async () => {
      await restart(ALLOW, 16 * 1024 * 1024);
      const desktop = await loggedIn();
      const before = process.memoryUsage().rss;
      const part = Buffer.alloc(64 * 1024, 'x');
      let sent = 0;
      while (sent < 64 * 1024 * 1024 && !desktop.stream.destroyed && desktop.lines.unread === 0) {
        if (!desktop.stream.write(part))
          await Promise.race([once(desktop.stream, 'drain'), once(desktop.stream, 'close')]);
        sent += part.length;
      }
      await desktop.expect('500 The line is too long');
      await idle(device.agent);
      expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 * 1024);
      await gone(desktop);
      await loggedIn();
    });

    it('a 3 MB record is taken and sent', async () => {
      const text = 'ø'.repeat(1_500_000);
      const desktop = await loggedIn();
      await desktop.session('notes', () => [
        { kind: 'create', xml: noteXml('big', { Title: 'Big', Text: text }) },
      ]);
      await gone(desktop);
      const other = await loggedIn(undefined, { identity: '{other}' });
      const { changes } = await other.session('notes');
      const [change] = changes;
      expect(change?.kind === 'create' && change.xml.includes(text)).toBe(true);
    });

    it('a million empty lines, NULs and invalid UTF-8 are survived', async () => {
      const desktop = await loggedIn();
      desktop.stream.write(Buffer.alloc(1_000_000, '\n'));
      desktop.stream.write(Buffer.concat([Buffer.alloc(1000), Buffer.from([0xff, 0xfe, 0xc3, 0x28, 0x0a])]));
      await desktop.expect('502 Command not implemented');
      expect((await desktop.session('notes')).changes).toEqual([]);
    });

    it('a flood of nonsense whose answers are not read does not fill the memory', async () => {
      const desktop = await loggedIn();
      desktop.stream.pause();
      const before = process.memoryUsage().rss;
      const nonsense = Buffer.from('x\n'.repeat(32_768));
      let pushed = 0;
      for (; pushed < 400; pushed += 1) {
        if (desktop.stream.write(nonsense)) continue;
        if (
          (await Promise.race([
            once(desktop.stream, 'drain').then(() => true),
            delay(300).then(() => false),
          ])) === false
        )
          break;
      }
      expect(pushed).toBeLessThan(400);
      expect(process.memoryUsage().rss - before).toBeLessThan(150 * 1024 * 1024);
      await gone(desktop);
      await loggedIn();
    });

    it('without logging in it can do nothing, and is not waited for', async () => {
      const socket = connect(device.port, '127.0.0.1');
      const desktop = new Desktop2009(socket);
      expect(await desktop.lines.next()).toMatch(/^220 /);
      desktop.say('x'.repeat(5000));
      await desktop.expect('500 The line is too long');
      await desktop.expect('(end)');
    });

    it('records that are no XML, or bombs, are dropped; the others sync', async () => {
      const bomb =
        '<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><Contact><FirstName>&c;</FirstName></Contact>';
      const deep = `<Contact>${'<x>'.repeat(100_000)}`;
      const desktop = await loggedIn();
      const { kind, next } = await desktop.header('contacts');
      await desktop.changes(kind);
      for (const xml of ['not xml', bomb, deep, '<Person/>']) {
        await desktop.send('createServerRecord', 'QByteArray', { bytes: Buffer.from(xml) });
      }
      const good = contacts.write(
        { FirstName: '=1+1 <script>' },
        { id: '../../x', own: false, style: 'desktop' },
      );
      const mapped = await desktop.apply([{ kind: 'create', xml: good }]);
      await desktop.end('contacts', next);
      expect([...mapped.keys()]).toEqual(['../../x']);
      expect([...device.store.list('contacts')].map(({ fields }) => fields.FirstName)).toEqual([
        '=1+1 <script>',
      ]);
    });
  });

  it('the store can be used by another process during a session, and keeps what it wrote', async () => {
    const desktop = await loggedIn();
    const { kind, next } = await desktop.header('notes');
    await desktop.changes(kind);
    await desktop.apply([{ kind: 'create', xml: noteXml('n1', { Title: 'Synced' }) }]);
    const other = new PimStore(`${folder}/pim.db`);
    other.add('notes', [{ Title: 'Owner' }]);
    other.close();
    await desktop.end('notes', next);
    expect(titles()).toEqual(['Owner', 'Synced']);
    const outcome = await desktop.session('notes');
    expect(outcome.changes).toHaveLength(1);
  });

  it('the login policy decides, and remembers', async () => {
    const first = await loggedIn();
    await gone(first);
    await restart({ accept: 'deny' });
    const known = await loggedIn();
    await gone(known);
    const stranger = await device.desktop();
    expect(await stranger.login('{stranger}')).toBe(false);
    stranger.say('CALLB QPE/QDSync syncStart()\n');
    await stranger.expect('530 Please login with USER and PASS');
  });

  it('two agents cannot run on one state folder', () => {
    expect(
      () =>
        new Agent({
          stateFolder: folder,
          datasets: [notes],
          owner: '',
          model: '',
          policy: ALLOW,
          log: silentLog,
        }),
    ).toThrow(expect.objectContaining({ code: 'pim.running' }));
  });

  it('a port that is taken is said so', async () => {
    const taken = listenTcp({ host: '127.0.0.1', port: device.port }, device.agent, silentLog);
    await expect(taken).rejects.toMatchObject({ code: 'pim.port-taken' });
  });
});
