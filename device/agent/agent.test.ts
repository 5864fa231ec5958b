/** The agent in this process, over real sockets, driven by a desktop of 2009. */
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import type { DeviceNotice } from '../../contract/device.ts';
import { failureText } from '../../contract/errors.ts';
import { noteXml } from '../../test/desktop-2009/notes-dataset.ts';
import { TestAgent } from '../../test/desktop-2009/test-agent.ts';
import { callLine } from '../../test/desktop-2009/wire.ts';
import { PimStore } from '../store/pim-store.ts';
import { Agent, BUSY_LINE } from './agent.ts';
import { silentLog } from './log.ts';
import { listenTcp } from './tcp.ts';

describe('a desktop of 2009 and the agent', () => {
  let device: TestAgent;

  beforeEach(async () => {
    device = await TestAgent.start();
  });

  it('introduces itself as a device does', async () => {
    const { banner } = await device.loggedIn();
    expect(banner.get('challenge')).toMatch(/^\{[0-9a-f-]{36}\}$/);
    expect(banner.get('protocol')).toBe('2');
    expect(banner.get('system')).toBe('Qtopia');
    expect(banner.get('displayname')).toBe('Ada Østby');
    expect(banner.get('model')).toBe('Test  device');
    expect(banner.get('hexversion')).toBe('263171');
    expect(banner.get('datasets')).toBe('contacts notes');
  });

  it('keeps its identity', async () => {
    const first = await device.loggedIn();
    await device.gone(first);
    await device.restart({ accept: 'allow' });
    const second = await device.loggedIn();
    expect(second.banner.get('challenge')).toBe(first.banner.get('challenge'));
  });

  it('first sync, then a fast one, then one in which nothing happens, over all datasets', async () => {
    const ada = device.add({ FirstName: 'Ada' });
    const bo = device.add({ FirstName: 'Bo' });
    const note = device.add({ Title: 'On the device' }, 'notes');
    const anchors = new Map<string, number>();
    let desktop = await device.loggedIn(anchors);
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
    expect(device.titles()).toEqual(['From the desktop']);
    await desktop.quit();
    await device.idle();

    device.store.edit('contacts', ada, (fields) => ({ ...fields, LastName: 'Lovelace' }));
    device.store.remove('contacts', [bo]);
    device.add({ FirstName: 'Cy' });
    desktop = await device.loggedIn(anchors);
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
    device.add({ Title: 'One' }, 'notes');
    const desktop = await device.loggedIn(undefined, { send200: true });
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
    await device.idle();
    expect(device.titles()).toEqual(['One', 'Two']);
  });

  it('a disconnect in the middle takes everything back; the next sync is as if it had not been', async () => {
    const kept = device.add({ Title: 'Kept' }, 'notes');
    const anchors = new Map<string, number>();
    let desktop = await device.loggedIn(anchors);
    await desktop.session('notes');
    const { kind } = await desktop.header('notes');
    await desktop.changes(kind);
    await desktop.apply([
      { kind: 'create', xml: noteXml('n1', { Title: 'Lost' }) },
      { kind: 'remove', id: kept },
    ]);
    await device.gone(desktop);
    expect(device.titles()).toEqual(['Kept']);
    desktop = await device.loggedIn(anchors);
    const outcome = await desktop.session('notes', () => [
      { kind: 'create', xml: noteXml('n1', { Title: 'Again' }) },
    ]);
    expect(outcome.kind).toBe('two-way');
    expect(device.titles()).toEqual(['Again', 'Kept']);
  });

  it('serverError takes everything back and is answered, also when nothing is going on', async () => {
    const desktop = await device.loggedIn();
    await desktop.send('serverError', '');
    expect((await desktop.receive()).message).toBe('clientError()');
    await desktop.header('notes');
    await desktop.changes('slow');
    await desktop.apply([{ kind: 'create', xml: noteXml('n1', { Title: 'Lost' }) }]);
    await desktop.send('serverError', '');
    expect((await desktop.receive()).message).toBe('clientError()');
    expect(device.titles()).toEqual([]);
    const outcome = await desktop.session('notes', () => [
      { kind: 'create', xml: noteXml('n1', { Title: 'Kept' }) },
    ]);
    expect(outcome.last).toBeNull();
    expect(device.titles()).toEqual(['Kept']);
  });

  it('serverError stops the sending of many records, and is answered once', async () => {
    device.store.add(
      'notes',
      Array.from({ length: 6000 }, (_, index) => ({ Title: `Note ${index}`, Text: 'x'.repeat(2000) })),
    );
    const desktop = await device.loggedIn();
    await desktop.header('notes');
    desktop.stream.pause();
    await desktop.send('requestSlowSync', '');
    await delay(200);
    await desktop.send('serverError', '');
    await delay(50);
    desktop.stream.resume();
    const heard: string[] = [];
    while (heard.at(-1) !== 'clientError()') heard.push((await desktop.receive()).message);
    expect(heard.length).toBeLessThan(6000);
    expect((await desktop.session('notes')).changes).toHaveLength(6000);
  });

  describe('one desktop at a time', () => {
    it('a second one is told so, and may come when the first has gone', async () => {
      const first = await device.loggedIn();
      const second = await device.desktop();
      await second.expect(BUSY_LINE);
      await second.expect('(end)');
      await first.quit();
      await device.idle();
      await device.loggedIn();
    });
  });

  it('a desktop that drops the link and comes back at once is served', async () => {
    for (let round = 0; round < 5; round += 1) {
      const desktop = await device.loggedIn();
      await desktop.header('notes');
      desktop.stream.destroy();
    }
    await device.loggedIn();
  });

  it('the store can be used by another process during a session, and keeps what it wrote', async () => {
    const desktop = await device.loggedIn();
    const { kind, next } = await desktop.header('notes');
    await desktop.changes(kind);
    await desktop.apply([{ kind: 'create', xml: noteXml('n1', { Title: 'Synced' }) }]);
    const other = new PimStore(`${device.folder}/pim.db`);
    other.add('notes', [{ Title: 'Owner' }]);
    other.close();
    await desktop.end('notes', next);
    expect(device.titles()).toEqual(['Owner', 'Synced']);
    const outcome = await desktop.session('notes');
    expect(outcome.changes).toHaveLength(1);
  });

  it('the login policy decides, and remembers', async () => {
    const first = await device.loggedIn();
    await device.gone(first);
    await device.restart({ accept: 'deny' });
    const known = await device.loggedIn();
    await device.gone(known);
    const stranger = await device.desktop();
    expect(await stranger.login('{stranger}')).toBe(false);
    stranger.say('CALLB QPE/QDSync syncStart()\n');
    await stranger.expect('530 Please login with USER and PASS');
  });

  it('tells the owner of a run whose desktop has gone that it has ended', async () => {
    const desktop = await device.loggedIn();
    const told: DeviceNotice[] = [];
    device.agent.onNotice((notice) => told.push(notice));
    desktop.say('CALLB QPE/QDSync syncStart()\n');
    await expect.poll(() => told).toEqual([{ kind: 'syncStart' }]);
    await device.gone(desktop);
    expect(told.slice(1)).toEqual([
      { kind: 'displayText', text: failureText('link.lost') },
      { kind: 'syncEnd' },
    ]);
    await device.gone(await device.loggedIn());
    expect(told).toHaveLength(3);
  });

  it('two agents cannot run on one state folder', () => {
    expect(() => new Agent(device.options({ accept: 'allow' }))).toThrow(
      expect.objectContaining({ code: 'pim.running' }),
    );
  });

  it('a port that is taken is said so', async () => {
    const taken = listenTcp({ host: '127.0.0.1', port: device.port }, device.agent, silentLog);
    await expect(taken).rejects.toMatchObject({ code: 'pim.port-taken' });
  });
});
