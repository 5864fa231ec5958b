/** Desktops that break the rules: in the order of the session, in framing, in records (reliability R17, R18). */
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { contacts } from '../../datasets/index.ts';
import { Desktop2009 } from '../../test/desktop-2009/desktop.ts';
import { noteXml } from '../../test/desktop-2009/notes-dataset.ts';
import { TestAgent } from '../../test/desktop-2009/test-agent.ts';

let device: TestAgent;

beforeEach(async () => {
  device = await TestAgent.start();
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
    const desktop = await device.loggedIn();
    await drive(desktop);
    expect((await desktop.receive()).message).toBe('clientError()');
    // The rest of a dead session is ignored.
    await desktop.send('serverEnd', '');
    const outcome = await desktop.session('notes', () => [
      { kind: 'create', xml: noteXml('n1', { Title: 'Fine' }) },
    ]);
    expect(outcome.mapped.size).toBe(1);
    expect(device.titles()).toEqual(['Fine']);
  });

  it('a message whose record is cut off', async () => {
    const desktop = await device.loggedIn();
    await desktop.header('notes');
    await desktop.changes('slow');
    desktop.say('CALLB QPE/QDSync forwardedMessage(QString,QString,QByteArray) AAAA!\n');
    expect(await desktop.lines.next()).toMatch(/^500 /);
    expect((await desktop.receive()).message).toBe('clientError()');
    expect((await desktop.session('notes')).kind).toBe('slow');
  });
});

describe('a hostile desktop', () => {
  it('a line over the limit ends the connection with a word, in little memory; the next one is served', async () => {
    await device.restart({ accept: 'allow' }, 16 * 1024 * 1024);
    const desktop = await device.loggedIn();
    const before = process.memoryUsage().rss;
    const part = Buffer.alloc(64 * 1024, 'x');
    let sent = 0;
    while (sent < 64 * 1024 * 1024 && !desktop.stream.destroyed && desktop.lines.unread === 0) {
      if (!desktop.stream.write(part))
        await Promise.race([once(desktop.stream, 'drain'), once(desktop.stream, 'close')]);
      sent += part.length;
    }
    await desktop.expect('500 The line is too long');
    await device.idle();
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 * 1024);
    await device.gone(desktop);
    await device.loggedIn();
  });

  it('a 3 MB record is taken and sent', async () => {
    const text = 'ø'.repeat(1_500_000);
    const desktop = await device.loggedIn();
    await desktop.session('notes', () => [
      { kind: 'create', xml: noteXml('big', { Title: 'Big', Text: text }) },
    ]);
    await device.gone(desktop);
    const other = await device.loggedIn(undefined, { identity: '{other}' });
    const { changes } = await other.session('notes');
    const [change] = changes;
    expect(change?.kind === 'create' && change.xml.includes(text)).toBe(true);
  });

  it('a million empty lines, NULs and invalid UTF-8 are survived', async () => {
    const desktop = await device.loggedIn();
    desktop.stream.write(Buffer.alloc(1_000_000, '\n'));
    desktop.stream.write(Buffer.concat([Buffer.alloc(1000), Buffer.from([0xff, 0xfe, 0xc3, 0x28, 0x0a])]));
    await desktop.expect('502 Command not implemented');
    expect((await desktop.session('notes')).changes).toEqual([]);
  });

  it('a flood of nonsense whose answers are not read does not fill the memory', async () => {
    const desktop = await device.loggedIn();
    desktop.stream.pause();
    const before = process.memoryUsage().rss;
    const nonsense = Buffer.from('x\n'.repeat(32_768));
    let pushed = 0;
    for (; pushed < 400; pushed += 1) {
      if (desktop.stream.write(nonsense)) continue;
      if (
        !(await Promise.race([once(desktop.stream, 'drain').then(() => true), delay(300).then(() => false)]))
      )
        break;
    }
    expect(pushed).toBeLessThan(400);
    expect(process.memoryUsage().rss - before).toBeLessThan(150 * 1024 * 1024);
    await device.gone(desktop);
    await device.loggedIn();
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
    const desktop = await device.loggedIn();
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
