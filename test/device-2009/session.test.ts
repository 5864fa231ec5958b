/** What the device does in a sync that the protocol does not say (spec: qdsync protocol 7), and what kills it. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DesktopScript } from './desktop-script.ts';
import { Device2009 } from './device.ts';
import {
  apply,
  changedContact,
  collect,
  finish,
  header,
  hungUp,
  loggedIn,
  newContact,
  say,
  sync,
  type Operation,
} from './session-script.ts';

const START = Date.UTC(2026, 10, 22, 22, 50, 24, 560);
const SECOND = 1_000;

let device: Device2009;
let opened: DesktopScript[];

beforeEach(async () => {
  device = await Device2009.listen();
  device.clock.freeze(new Date(START));
  opened = [];
});

afterEach(async () => {
  for (const desktop of opened) await desktop.close();
  await device.close();
});

async function desktopOf(options = {}): Promise<DesktopScript> {
  const desktop = await loggedIn(device, options);
  opened.push(desktop);
  return desktop;
}

const firstNames = (): (string | undefined)[] =>
  device.records().map(({ record }) => record.texts.get('FirstName'));
const names = (messages: readonly { readonly message: string }[]): string[] =>
  messages.map(({ message }) => message);

describe('anchors', () => {
  it('are the clock with milliseconds, and come back in whole seconds', async () => {
    expect(await sync(device)).toMatchObject({ last: null, next: new Date(START) });
    device.clock.advance(5 * SECOND);
    expect(await sync(device)).toMatchObject({
      last: new Date(START - 560),
      next: new Date(START + 5 * SECOND),
    });
  });

  it('are kept for each desktop apart', async () => {
    await sync(device);
    const desktop = await desktopOf();
    expect((await header(desktop, { identity: '{00000000-0000-4000-8000-000000000001}' })).last).toBeNull();
  });

  it('stay as they were after serverError or a dropped link', async () => {
    await sync(device);
    device.clock.advance(5 * SECOND);
    const desktop = await desktopOf();
    await header(desktop);
    say(desktop, 'serverError()');
    expect(names(await desktop.messagesUntil('clientError()'))).toEqual(['clientError()']);
    const again = await header(desktop);
    await hungUp(device, desktop);
    expect(again.last).toEqual(new Date(START - 560));
    expect((await sync(device)).last).toEqual(new Date(START - 560));
  });

  it('are spoilt for good by a serverEnd without serverSyncAnchors', async () => {
    const desktop = await desktopOf();
    say(desktop, 'serverSyncRequest(QString)', 'contacts');
    say(desktop, 'serverIdentity(QString)', '{spoilt}');
    say(desktop, 'serverEnd()');
    await desktop.messagesUntil('clientEnd()');
    for (let attempt = 0; attempt < 2; attempt += 1) {
      say(desktop, 'serverSyncRequest(QString)', 'contacts');
      say(desktop, 'serverIdentity(QString)', '{spoilt}');
      say(desktop, 'serverSyncAnchors(QDateTime,QDateTime)', null, new Date());
      expect(names(await desktop.messagesUntil('clientError()'))).toEqual(['clientError()']);
    }
    expect((await header(desktop)).last).toBeNull();
    expect(device.offences).toEqual(['serverEnd without serverSyncAnchors']);
  });
});

describe('changes', () => {
  it('come as creates, removes, replaces', async () => {
    const [kept, gone] = [device.add({ FirstName: 'Kept' }), device.add({ FirstName: 'Gone' })];
    await sync(device);
    device.clock.advance(5 * SECOND);
    device.edit(kept, { FirstName: 'Edited' });
    device.remove(gone);
    device.add({ FirstName: 'New' });
    device.clock.advance(5 * SECOND);
    const { changes } = await sync(device, [], 'fast');
    expect(names(changes)).toEqual([
      'createClientRecord(QByteArray)',
      'removeClientRecord(QString)',
      'replaceClientRecord(QByteArray)',
    ]);
    expect(changes[1]?.args).toEqual([gone]);
    expect(String(changes[2]?.args[0])).toContain('Edited');
  });

  it('of the second of clientNextSync are lost when they are made after the fetch, and only those', async () => {
    const id = device.add({ FirstName: 'Early' });
    await sync(device);
    device.clock.advance(300);
    device.edit(id, { FirstName: 'Late' });
    device.clock.advance(5 * SECOND);
    expect((await sync(device, [], 'fast')).changes).toEqual([]);
    expect(names((await sync(device, [], 'slow')).changes)).toHaveLength(1);
    device.clock.advance(SECOND);
    device.edit(id, { FirstName: 'Next second' });
    device.clock.advance(SECOND);
    expect((await sync(device, [], 'fast')).changes).toHaveLength(1);
  });

  it('made by a sync carry its time and are not echoed', async () => {
    device.add({ FirstName: 'Mine' });
    const { mapped } = await sync(device, [newContact('srv1', '<FirstName>Theirs</FirstName>')]);
    device.clock.advance(5 * SECOND);
    expect((await sync(device, [], 'fast')).changes).toEqual([]);
    device.clock.advance(5 * SECOND);
    const id = String(mapped[0]?.[1]);
    await sync(device, [changedContact(id, '<FirstName>Changed</FirstName>')], 'fast');
    device.clock.advance(5 * SECOND);
    await sync(device, [{ remove: id }], 'fast');
    device.clock.advance(5 * SECOND);
    expect((await sync(device, [], 'fast')).changes).toEqual([]);
    expect(firstNames()).toEqual(['Mine']);
  });

  it('may name records that the desktop has never seen', async () => {
    await sync(device);
    device.clock.advance(5 * SECOND);
    const id = device.add({ FirstName: 'Short-lived' });
    device.remove(id);
    const { changes } = await sync(device, [], 'fast');
    expect(changes.map(({ message, args }) => [message, args[0]])).toEqual([
      ['removeClientRecord(QString)', id],
    ]);
  });

  it('between two sessions of the same second are never reported', async () => {
    await sync(device);
    device.clock.advance(100);
    const second = await sync(device, [], 'fast');
    expect(second.last).toEqual(new Date(START - 560));
    device.clock.advance(100);
    device.add({ FirstName: 'Unseen' });
    device.clock.advance(5 * SECOND);
    expect((await sync(device, [], 'fast')).changes).toEqual([]);
  });

  it('are all creates in a slow sync', async () => {
    for (const FirstName of ['A', 'B']) device.add({ FirstName });
    await sync(device);
    device.clock.advance(5 * SECOND);
    const { changes } = await sync(device, [], 'slow');
    expect(names(changes)).toEqual(Array(2).fill('createClientRecord(QByteArray)'));
  });

  it('are each sent twice when a test asks for that', async () => {
    const id = device.add({ FirstName: 'A' });
    await sync(device);
    device.clock.advance(5 * SECOND);
    device.remove(id);
    device.repeatRecords(2);
    expect((await sync(device, [], 'fast')).changes.map(({ args }) => args[0])).toEqual([id, id]);
  });
});

describe('a session', () => {
  it('answers 200 after the messages that a call caused', async () => {
    const desktop = await desktopOf({ send200: 1 });
    await header(desktop);
    expect(await desktop.line()).toBe('200 Command okay');
    apply(desktop, [newContact('srv1', '')]);
    expect((await desktop.lines(2)).map((line) => line?.split(' ')[0])).toEqual(['CALLB', '200']);
  });

  it('rolls back when the link drops, and gives no number out twice', async () => {
    const id = device.add({ FirstName: 'Keep' });
    const before = device.snapshot();
    const desktop = await desktopOf();
    await header(desktop);
    apply(desktop, [
      newContact('srv1', '<FirstName>New</FirstName><Categories><Category>Choir</Category></Categories>'),
      changedContact(id, '<FirstName>Changed</FirstName>'),
      { remove: id },
    ]);
    const lost = (await desktop.messagesUntil('mappedId(QString,QString)')).at(-1)?.args[1];
    await expect.poll(() => device.counter('removes')).toBe(1);
    await hungUp(device, desktop);
    expect(device.counter('rollbacks')).toBe(1);
    expect(device.snapshot()).toEqual(before);
    const { mapped } = await sync(device, [newContact('srv1', '')]);
    expect(mapped[0]?.[1]).not.toBe(lost);
  });

  it('keeps what the owner did meanwhile when it rolls back', async () => {
    const id = device.add({ FirstName: 'Keep' });
    const desktop = await desktopOf();
    await header(desktop);
    apply(desktop, [changedContact(id, '<FirstName>Synced</FirstName>'), newContact('srv1', '')]);
    await desktop.messagesUntil('mappedId(QString,QString)');
    device.edit(id, { FirstName: 'By hand' });
    await hungUp(device, desktop);
    expect(device.counter('rollbacks')).toBe(1);
    expect(firstNames()).toEqual(['By hand']);
  });

  it('drops a create that does not parse and ignores ids that it does not know, without a word', async () => {
    const broken: Operation = { create: '<Contact><FirstName></Contact>' };
    const { mapped } = await sync(device, [
      broken,
      newContact('srv2', ''),
      changedContact('{nobody}:1', ''),
      { remove: '{nobody}:1' },
    ]);
    expect(mapped.map(([serverId]) => serverId)).toEqual(['srv2']);
    expect(device.counter('unknownIds')).toBe(2);
    expect(device.offences).toHaveLength(1);
  });

  it('sends every message twice after a second serverSyncRequest', async () => {
    device.add({ FirstName: 'A' });
    const desktop = await desktopOf();
    say(desktop, 'serverSyncRequest(QString)', 'contacts');
    say(desktop, 'serverSyncRequest(QString)', 'contacts');
    say(desktop, 'serverIdentity(QString)', '{x}');
    say(desktop, 'serverSyncAnchors(QDateTime,QDateTime)', null, new Date());
    expect(names([(await desktop.message())!, (await desktop.message())!])).toEqual(
      Array(2).fill('clientSyncAnchors(QDateTime,QDateTime)'),
    );
    expect(names(await collect(desktop, 'slow'))).toEqual(Array(2).fill('createClientRecord(QByteArray)'));
    expect(device.offences).toEqual(['serverSyncRequest inside a session']);
    expect((await desktop.message())?.message).toBe('clientEnd()');
    await finish(desktop);
    expect((await desktop.message())?.message).toBe('clientEnd()');
    await header(desktop);
    expect(names(await collect(desktop, 'slow'))).toHaveLength(1);
  });

  it('answers serverError with clientError, also when idle', async () => {
    const desktop = await desktopOf();
    say(desktop, 'serverError()');
    expect((await desktop.message())?.message).toBe('clientError()');
    expect(device.crashed).toBeUndefined();
  });

  it('for an unknown dataset brings clientError, then still identity and version', async () => {
    const desktop = await desktopOf();
    say(desktop, 'serverSyncRequest(QString)', 'notes');
    say(desktop, 'serverIdentity(QString)', '{x}');
    say(desktop, 'serverVersion(int,int,int)', 4, 3, 0);
    expect(names(await desktop.messagesUntil('clientVersion(int,int,int)'))).toEqual([
      'clientError()',
      'clientIdentity(QString)',
      'clientVersion(int,int,int)',
    ]);
    expect(device.offences).toEqual(['serverSyncRequest for notes']);
  });

  it('loses the old picture even when it rolls back, and sends the generic icon then', async () => {
    const id = device.add({ portrait: PIXEL });
    const before = device.records()[0]!.xml;
    expect(before).not.toContain('<Portrait></Portrait>');
    const desktop = await desktopOf();
    await header(desktop);
    apply(desktop, [changedContact(id, '<Portrait></Portrait>')]);
    say(desktop, 'serverError()');
    await desktop.messagesUntil('clientError()');
    expect(device.records()[0]!.record.portrait).toBeDefined();
    expect(device.records()[0]!.xml).not.toBe(before);
  });
});

describe('the device crashes with no dataset active', () => {
  it.each([
    [
      'serverSyncAnchors',
      (desktop: DesktopScript) => say(desktop, 'serverSyncAnchors(QDateTime,QDateTime)', null, null),
    ],
    ['requestSlowSync()', (desktop: DesktopScript) => say(desktop, 'requestSlowSync()')],
    ['requestTwoWaySync()', (desktop: DesktopScript) => say(desktop, 'requestTwoWaySync()')],
    ['createServerRecord(QByteArray)', (desktop: DesktopScript) => apply(desktop, [newContact('s', '')])],
    [
      'replaceServerRecord(QByteArray)',
      (desktop: DesktopScript) => apply(desktop, [changedContact('s', '')]),
    ],
    ['removeServerRecord(QString)', (desktop: DesktopScript) => apply(desktop, [{ remove: 's' }])],
    ['serverEnd()', (desktop: DesktopScript) => say(desktop, 'serverEnd()')],
  ])('at %s', async (message, send) => {
    const desktop = await desktopOf({ send200: 1 });
    send(desktop);
    expect(await desktop.line()).toBeUndefined();
    expect(device.crashed).toBe(`${message} with no dataset active`);
  });

  it('at a second serverEnd', async () => {
    const desktop = await desktopOf();
    await header(desktop);
    await finish(desktop);
    say(desktop, 'serverEnd()');
    expect(await desktop.line()).toBeUndefined();
    expect(device.crashed).toBe('serverEnd() with no dataset active');
  });

  it('and answers nobody until it is started again, with the committed records', async () => {
    device.add({ FirstName: 'Kept' });
    const desktop = await desktopOf();
    say(desktop, 'serverEnd()');
    expect(await desktop.line()).toBeUndefined();
    await expect(loggedIn(device)).rejects.toThrow('220 expected');
    device.restart();
    expect((await sync(device)).changes).toHaveLength(1);
  });
});

describe('a cut of the link', () => {
  it('comes after exactly so many lines of the desktop, and what is behind it is never seen', async () => {
    const desktop = await desktopOf();
    device.clearLog();
    device.cutAfterLines(2, 'to-device');
    say(desktop, 'serverSyncRequest(QString)', 'contacts');
    say(desktop, 'serverIdentity(QString)', '{x}');
    say(desktop, 'serverVersion(int,int,int)', 4, 3, 0);
    expect(await desktop.line()).toBeUndefined();
    expect(device.messages('to-device')).toEqual(['serverSyncRequest(QString)', 'serverIdentity(QString)']);
    expect(device.cutPending).toBe(false);
  });

  it('comes after exactly so many lines of the device', async () => {
    for (const FirstName of ['A', 'B', 'C']) device.add({ FirstName });
    const desktop = await desktopOf();
    await header(desktop);
    device.cutAfterLines(2, 'from-device');
    say(desktop, 'requestSlowSync()');
    expect((await desktop.message())?.message).toBe('createClientRecord(QByteArray)');
    expect((await desktop.message())?.message).toBe('createClientRecord(QByteArray)');
    expect(await desktop.line()).toBeUndefined();
  });

  it('comes in the middle of a line, and no half record reaches the store', async () => {
    const desktop = await desktopOf();
    await header(desktop);
    device.cutAfterBytes(200, 'to-device');
    apply(desktop, [newContact('srv1', '<FirstName>Half</FirstName>')]);
    expect(await desktop.line()).toBeUndefined();
    expect(device.records()).toEqual([]);
  });

  it('can be taken back, or done at once', async () => {
    const desktop = await desktopOf();
    device.cutAfterBytes(1, 'to-device');
    device.cancelCut();
    await header(desktop);
    device.cutLink();
    expect(await desktop.line()).toBeUndefined();
    expect(device.openConnections).toBe(0);
  });
});

/** A PNG of one pixel. */
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
  'base64',
);
