/** The serial port over a real pseudo-terminal pair (spec: qdsync protocol 1, 2.1, 7). */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startPtyPair, type PtyPair } from '../support/pty-pair.ts';
import { DesktopScript } from './desktop-script.ts';
import { Device2009 } from './device.ts';
import { apply, collect, finish, header, newContact, say } from './session-script.ts';

let line: PtyPair;
let device: Device2009;
let desktop: DesktopScript;

beforeEach(async () => {
  line = await startPtyPair();
  device = new Device2009({ reopenMs: 120 });
  await device.openSerial(line.far);
  desktop = await DesktopScript.serial(line.near);
});

afterEach(async () => {
  await desktop.close();
  await device.close();
  await line.stop();
});

async function logIn(): Promise<void> {
  desktop.send('HELPER_INIT 0 0 0');
  expect(await desktop.line()).toMatch(/^220 /);
  desktop.send('USER root', 'PASS Qtopia15abcdefgh');
  expect(await desktop.line()).toMatch(/^331 /);
  expect(await desktop.line()).toMatch(/^230 /);
}

describe('the serial port', () => {
  it('is silent until the first byte', async () => {
    expect(await desktop.quiet(100)).toEqual([]);
    await logIn();
  });

  it('carries a whole session', async () => {
    device.add({ FirstName: 'Mine' });
    await logIn();
    await header(desktop);
    expect(await collect(desktop, 'slow')).toHaveLength(1);
    apply(desktop, [newContact('srv1', '<FirstName>Theirs</FirstName>')]);
    expect(await finish(desktop)).toHaveLength(1);
    expect(device.records()).toHaveLength(2);
    expect(device.offences).toEqual([]);
  });

  it('does not notice a desktop that goes away: the session stays logged in', async () => {
    await logIn();
    await desktop.close();
    desktop = await DesktopScript.serial(line.near);
    desktop.send('HELPER_INIT 0 0 0');
    expect(await desktop.quiet(100)).toEqual([]);
    expect(device.loggedIn).toBe(true);
    await header(desktop);
    say(desktop, 'serverError()');
    await desktop.messagesUntil('clientError()');
  });

  it('closes after QUIT, hears nothing meanwhile, and begins anew with the first byte after that', async () => {
    await logIn();
    desktop.send('QUIT');
    expect(await desktop.line()).toBe('211 Have a nice day!');
    desktop.send('HELPER_INIT 0 0 0');
    expect(await desktop.quiet(160)).toEqual([]);
    expect(device.loggedIn).toBe(false);
    await logIn();
  });

  it('drops a dead session by the helper’s time-out, and rolls it back', async () => {
    await logIn();
    await header(desktop);
    apply(desktop, [newContact('srv1', '')]);
    await desktop.messagesUntil('mappedId(QString,QString)');
    desktop.send('HELPER_INIT 100 0 0');
    expect(await desktop.line()).toBe('HELPER_QUIT');
    await expect.poll(() => device.counter('rollbacks')).toBe(1);
    expect(device.records()).toEqual([]);
    await desktop.quiet(160);
    await logIn();
  });

  it('loses bytes both ways while the cable is out, and tells nobody', async () => {
    await logIn();
    device.cutLink();
    desktop.call('QPE/QDSync', 'syncSteps(int)', 6);
    device.pressSync();
    expect(await desktop.quiet(100)).toEqual([]);
    device.plugIn();
    device.pressSync();
    expect((await desktop.message())?.message).toBe('startSync()');
    expect(device.screen.steps).toBe(0);
  });

  it('cannot be opened where there is none', async () => {
    const nowhere = new Device2009();
    await expect(nowhere.openSerial(`${line.far}-none`)).rejects.toThrow(/No such file/);
  });
});
