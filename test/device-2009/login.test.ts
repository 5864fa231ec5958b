/** Link and login as section 7 of the protocol tells it. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DesktopScript } from './desktop-script.ts';
import { Device2009 } from './device.ts';
import { header, hungUp, loggedIn } from './session-script.ts';

const REFUSED = '530 Please login with USER and PASS';
const ADMITTED = '230 User logged in, proceed';
const MINUTE = 60_000;

let device: Device2009;
let desktops: DesktopScript[];

beforeEach(async () => {
  device = await Device2009.listen();
  desktops = [];
});

afterEach(async () => {
  for (const desktop of desktops) await desktop.close();
  await device.close();
});

async function connected(): Promise<DesktopScript> {
  const desktop = await DesktopScript.tcp(device.port);
  desktops.push(desktop);
  expect(await desktop.status()).toMatch(/^220 Qtopia 4\.4\.3;challenge=/);
  return desktop;
}

/** Connected, with USER accepted. */
async function named(): Promise<DesktopScript> {
  const desktop = await connected();
  desktop.send('USER root');
  expect(await desktop.line()).toBe('331 User name ok, need password');
  return desktop;
}

/** The answer to one password on a new connection. */
async function answerTo(password: string): Promise<string | undefined> {
  const desktop = await named();
  desktop.send(`PASS ${password}`);
  const answer = await desktop.line();
  await hungUp(device, desktop);
  return answer;
}

describe('the banner', () => {
  it('has every key, the hexversion in decimal and the owner’s name encoded twice', async () => {
    await device.close();
    device = await Device2009.listen({ displayName: 'Jürgen Ö', announced: ['contacts'] });
    const desktop = await DesktopScript.tcp(device.port);
    desktops.push(desktop);
    const banner = (await desktop.line()) ?? '';
    expect(banner).toBe(
      `220 Qtopia 4.4.3;challenge=${device.challenge};loginname=root;displayname=JÃ¼rgen Ã\u0096;` +
        'protocol=2;system=Qtopia;model=Uncustomized Device;hexversion=263171;datasets=contacts',
    );
  });
});

describe('the first command', () => {
  it('has to come in time, and helper lines do not count', async () => {
    await device.close();
    device = await Device2009.listen({ commandMs: 80 });
    const desktop = await connected();
    desktop.send('HELPER_INIT 0 0 0', 'HELPER_PING', '');
    expect(await desktop.line()).toBeUndefined();
  });

  it('ends the wait, whatever it is', async () => {
    await device.close();
    device = await Device2009.listen({ commandMs: 80 });
    const desktop = await connected();
    desktop.send('NOOP');
    expect(await desktop.line()).toBe(REFUSED);
    expect(await desktop.quiet(160)).toEqual([]);
    desktop.send('USER root');
    expect(await desktop.line()).toBe('331 User name ok, need password');
  });
});

describe('the question on the screen', () => {
  it('is not asked for a password that is known, of which eight characters count', async () => {
    expect(await answerTo('Qtopia15abcdefgh-one')).toBe(ADMITTED);
    device.owner('deny');
    expect(await answerTo('Qtopia15abcdefgh-two')).toBe(ADMITTED);
    expect(await answerTo('Qtopia15abcdefgX-one')).toBe(REFUSED);
    expect(device.questions.asked).toBe(2);
  });

  it('is not asked for a password of another make', async () => {
    expect(await answerTo('rootme')).toBe(REFUSED);
    expect(device.questions.asked).toBe(0);
  });

  it('may stay open, and everything sent meanwhile is answered 530', async () => {
    device.owner('leave-open');
    const desktop = await named();
    desktop.send('PASS Qtopia15abcdefgh');
    expect(await desktop.quiet()).toEqual([]);
    expect(device.questions.open).toBe(1);
    desktop.send('PASS Qtopia15abcdefgh', 'USER root', 'CALL QPE/QDSync syncSteps(int) 6');
    expect(await desktop.lines(3)).toEqual([REFUSED, REFUSED, REFUSED]);
    device.owner('allow');
    expect(await desktop.line()).toBe(ADMITTED);
    expect(device.loggedIn).toBe(true);
  });

  it('goes off the screen when the link drops', async () => {
    device.owner('leave-open');
    const desktop = await named();
    desktop.send('PASS Qtopia15abcdefgh');
    await expect.poll(() => device.questions.open).toBe(1);
    await desktop.close();
    await expect.poll(() => device.questions.open).toBe(0);
    device.owner('allow');
    expect(device.counter('logins')).toBe(0);
  });

  it('is asked again after a refusal, which leaves the link open', async () => {
    device.owner('deny');
    const desktop = await named();
    desktop.send('PASS Qtopia15abcdefgh');
    expect(await desktop.line()).toBe(REFUSED);
    device.owner('allow');
    desktop.send('PASS Qtopia15abcdefgh');
    expect(await desktop.line()).toBe(ADMITTED);
  });

  it('is not asked for ten minutes after three refusals, though known desktops get in', async () => {
    device.clock.freeze();
    await answerTo('Qtopia15known---');
    device.owner('deny');
    for (let refusal = 0; refusal < 3; refusal += 1) {
      expect(await answerTo('Qtopia15abcdefgh')).toBe(REFUSED);
    }
    device.owner('allow');
    device.clock.advance(10 * MINUTE - 1);
    expect(await answerTo('Qtopia15abcdefgh')).toBe(REFUSED);
    expect(await answerTo('Qtopia15known---')).toBe(ADMITTED);
    expect(device.questions.asked).toBe(4);
    device.clock.advance(1);
    expect(await answerTo('Qtopia15abcdefgh')).toBe(ADMITTED);
  });
});

describe('connections', () => {
  it('stay open and silent after QUIT', async () => {
    const desktop = await loggedIn(device, { send200: 1 });
    desktops.push(desktop);
    desktop.send('QUIT');
    expect(await desktop.line()).toBe('211 Have a nice day!');
    desktop.send('CALL QPE/QDSync syncSteps(int) 6');
    device.pressSync();
    expect(await desktop.quiet()).toEqual([]);
    expect(device.offences).toEqual(['a line after QUIT']);
  });

  it('all get every message, and the end of one aborts the sync on another', async () => {
    const first = await loggedIn(device);
    const second = await loggedIn(device);
    desktops.push(first, second);
    await header(first);
    const clientEnd = second.messagesUntil('clientSyncAnchors(QDateTime,QDateTime)');
    await expect(clientEnd).resolves.toHaveLength(3);
    expect(device.syncing).toBe('contacts');
    await second.close();
    expect((await first.message())?.message).toBe('clientError()');
    expect(device.syncing).toBeUndefined();
  });

  it('get the clientError of an older connection even before login', async () => {
    const old = await connected();
    const young = await connected();
    await old.close();
    expect((await young.message())?.message).toBe('clientError()');
    young.send('USER root');
    expect(await young.line()).toBe('331 User name ok, need password');
  });

  it('share one send200 switch, which survives them', async () => {
    const first = await loggedIn(device, { send200: 0 });
    await hungUp(device, first);
    const second = await named();
    second.send('PASS Qtopia15abcdefgh', 'CALL QPE/QDSync syncSteps(int) 6');
    expect(await second.line()).toBe(ADMITTED);
    expect(await second.quiet()).toEqual([]);
    second.send('HELPER_INIT 0', 'CALL QPE/QDSync syncSteps(int) 12');
    expect(await second.line()).toBe('200 Command okay');
    expect(device.screen.steps).toBe(12);
  });
});

describe('lines', () => {
  let desktop: DesktopScript;

  beforeEach(async () => {
    desktop = await loggedIn(device, { send200: 1 });
    desktops.push(desktop);
  });

  it('of the helper have to end in a bare LF', async () => {
    desktop.raw('HELPER_INIT 0 1 0\r\nHELPER_PING\r\n');
    expect(await desktop.line()).toBe('502 Command not implemented');
    expect(await desktop.line()).toBe('502 Command not implemented');
    expect(device.offences).toEqual(['unknown command HELPER_INIT', 'unknown command HELPER_PING']);
  });

  it('may end in CR LF and be padded otherwise, in any case of letters', async () => {
    desktop.raw('  call QPE/QDSync syncSteps(int) 6 \r\n');
    expect(await desktop.line()).toBe('200 Command okay');
  });

  it.each([
    ['NOOP', '502 Command not implemented'],
    ['CALL QPE/QDSync', '500 Syntax error'],
    ['CALL QPE/QDSync syncSteps(double) 1', '500 Syntax error'],
    ['CALLB QPE/QDSync syncSteps(int) %%%', '500 Syntax error'],
  ])('%s is answered %s', async (line, answer) => {
    desktop.send(line);
    expect(await desktop.line()).toBe(answer);
    expect(await desktop.quiet()).toEqual([]);
    expect(device.offences).toHaveLength(1);
  });

  it('to a channel where nobody listens get a 599, and a 200 when they are not forwarded', async () => {
    desktop.send('CALL QPE/Nobody hello()');
    expect(await desktop.lines(2)).toEqual(['599 ChannelNotRegistered QPE/Nobody', '200 Command okay']);
    desktop.call('QPE/Nobody', 'hello()');
    expect(await desktop.line()).toBe('599 ChannelNotRegistered QPE/Nobody');
    expect(await desktop.quiet()).toEqual([]);
  });

  it('in the old form carry text with escapes, LF and CR swapped', async () => {
    desktop.send('CALL QPE/QDSync displayText(QString) a&0x20;b&0x0d;c&0x0a;d&amp;0x20;');
    await desktop.line();
    expect(device.screen.log).toEqual(['a b\nc\rd&0x20;']);
  });

  it('without an end are cut off', async () => {
    await device.close();
    device = await Device2009.listen({ maxLineBytes: 1_000 });
    const endless = await connected();
    endless.raw('x'.repeat(1_001));
    expect(await endless.line()).toBeUndefined();
  });
});

describe('the helper’s time-out', () => {
  it('says HELPER_QUIT and closes when nothing was heard, each chunk being acknowledged', async () => {
    const desktop = await connected();
    desktop.send('HELPER_INIT 150 1 0');
    expect(await desktop.line()).toBe('HELPER_ACK');
    desktop.send('HELPER_PING');
    expect(await desktop.line()).toBe('HELPER_ACK');
    expect(await desktop.line()).toBe('HELPER_QUIT');
    expect(await desktop.line()).toBeUndefined();
  });
});

describe('the buttons', () => {
  it('reach the desktop, and Sync reads Cancel during a run', async () => {
    const desktop = await loggedIn(device);
    desktops.push(desktop);
    device.pressSync();
    expect(await desktop.message()).toEqual({ channel: 'QD/Server', message: 'startSync()', args: [] });
    desktop.call('QPE/QDSync', 'syncStart()');
    desktop.call('QPE/QDSync', 'syncProgress(int)', 3);
    await expect.poll(() => device.screen.progress).toBe(3);
    expect(device.screen.button).toBe('Cancel');
    device.pressCancel();
    expect((await desktop.message())?.message).toBe('cancelSync()');
    desktop.call('QPE/QDSync', 'syncEnd()');
    await expect.poll(() => device.screen.button).toBe('Sync');
  });
});
