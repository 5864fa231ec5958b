/** Letting in, signing in, devices: by the keyboard alone. No test here touches the mouse. */
import { expect, it } from 'vitest';
import { startProgram } from '../../demo/processes.ts';
import { fakeGraph } from '../support/fake-graph.ts';
import { fakeMicrosoft } from '../support/fake-microsoft.ts';
import { PaneStage } from '../support/pane-stage.ts';
import { startPtyPair } from '../support/pty-pair.ts';
import { describePane, inOutlook } from './pane-bench.ts';

describePane('setting up by the keyboard alone', (bench) => {
  const { byKey, heading, shows, tabTo, focused } = bench;
  const key = (name: string): Promise<void> => bench.page.keyboard.press(name);
  const focusedSoon = (name: string | RegExp): Promise<void> =>
    expect.poll(focused, { timeout: 15_000 }).toMatch(name);

  it('copies the command that lets the page in, and goes on from there', async () => {
    bench.stage = await PaneStage.start({ configured: false });
    await bench.context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await bench.page.goto(bench.stage.address);
    await heading('Let this page in');
    const code = await bench.page.locator('#pairing-code').innerText();
    await byKey('Copy');
    await shows('Copied.');
    expect(await bench.page.evaluate(() => navigator.clipboard.readText())).toBe(
      `outlook-device-sync pair ${code}`,
    );
    await bench.tell('/api/pair/confirm', { code });
    await heading('Get started');
    await focusedSoon('Get started');
  });

  it('pairs anew with another user’s bridge', async () => {
    await bench.besideAnotherBridge(async () => {
      await byKey('Pair anew');
      await heading('Let this page in');
      await focusedSoon('Let this page in');
    });
  });

  it('signs in by a window, previews, and signs out', async () => {
    bench.stage = await PaneStage.start({
      outlook: inOutlook,
      config: { outlook: { clientId: '11111111-2222-4333-8444-555555555555' } },
    });
    await fakeMicrosoft(bench.context);
    await fakeGraph(bench.context, bench.stage.mailboxUrl, 'local-user');
    await bench.page.goto(await bench.stage.invitation());
    await shows('You are signed out');
    const [window] = await Promise.all([bench.page.waitForEvent('popup'), byKey('Sign in')]);
    await window.locator('#go').focus();
    await window.keyboard.press('Enter');
    await bench.stage.until(({ hosts }) => hosts.length > 0);
    await byKey('Preview the first sync');
    await heading('Preview finished');
    await byKey('Sign out');
    await shows('You are signed out');
    await focusedSoon(/^(State|Get started)$/);
    await bench.stage.until(({ hosts }) => hosts.length === 0);
  });

  it('adds a device at a serial port, chosen from the list', async () => {
    const line = await startPtyPair();
    bench.stage = await PaneStage.start({ configured: false, outlook: [{ givenName: 'Ada' }] });
    const state = ['--state', bench.stage.deviceState, '--accept', 'allow'];
    await bench.stage.stopDevice();
    const device = await startProgram('device', ['run', '--serial', line.far, ...state]);
    // A pseudo-terminal is a port like any other, but no system lists it as one.
    const port = { description: 'Cradle', vendorId: null, productId: null, serialNumber: null };
    await bench.context.route('**/api/ports', (route) =>
      route.fulfill({
        json: {
          ports: [
            { ...port, path: '/dev/ttyS7' },
            { ...port, path: line.near },
          ],
        },
      }),
    );
    try {
      await bench.page.goto(await bench.stage.invitation());
      await byKey('Connect a device');
      await focusedSoon('Connect a device');
      await tabTo('Network, or USB network');
      await key('ArrowDown');
      await shows('/dev/ttyS7, Cradle');
      await byKey('Connect');
      await shows('Choose the port that the device is on.');
      await byKey('Look again');
      await tabTo('/dev/ttyS7, Cradle');
      await key('ArrowDown');
      await tabTo('Speed');
      await bench.page.keyboard.type('115,200');
      await byKey('Connect');
      await shows('Handheld is connected.');
      expect((await bench.stage.status()).devices).toMatchObject([
        { name: 'Handheld', link: `serial ${line.near} at 115200 baud` },
      ]);
      await byKey('Preview the first sync');
      await heading('Preview finished');
      await byKey('Sync now');
      await heading('Sync finished');
      expect((await bench.stage.deviceContacts()).length).toBe(1);
    } finally {
      await device.stop();
      await line.stop();
    }
  });

  it('compares everything, and leads a second device to its preview', async () => {
    await bench.synced();
    await byKey('Devices');
    await byKey('Compare everything');
    await shows('Nothing to do: both sides are the same.');
    const { job } = await bench.stage.until((status) => status.job?.state === 'ok');
    expect(job?.sessions.every(({ kind }) => kind === 'slow')).toBe(true);
    const second = await startProgram('device', [
      ...['run', '--state', `${bench.stage.folder}/second`, '--accept', 'allow', '--port', '0'],
    ]);
    try {
      await byKey('Devices');
      await byKey('Add a device');
      await focusedSoon('Connect a device');
      await tabTo(/^Name/);
      await key('Control+A');
      await bench.page.keyboard.type('Pocket');
      await tabTo(/^Address/);
      await bench.page.keyboard.type(`127.0.0.1:${String(second.ready.port)}`);
      await key('Enter');
      await shows('Pocket has never been synced.');
      expect(await bench.page.getByRole('button', { name: 'Sync now' }).count()).toBe(0);
      await byKey('Preview the first sync');
      await heading('Preview finished');
      await shows('A sync would make 15 changes to the device. Nothing has been changed yet.');
      await byKey('Sync now');
      await heading('Sync finished');
      await tabTo('Device');
      await bench.page.keyboard.type('Neo');
      await byKey('Sync now');
      await shows('Nothing to do: both sides are the same.');
    } finally {
      await second.stop();
    }
  });

  it('forgets a device after a second thought, and connects it anew where it was', async () => {
    await bench.synced();
    await byKey('Devices');
    await byKey('Forget this device');
    await focusedSoon('Keep it');
    await bench.page.getByRole('alertdialog', { name: 'Forget Neo?' }).waitFor();
    // The focus stays within.
    await key('Tab');
    await key('Tab');
    await focusedSoon('Keep it');
    await key('Escape');
    await focusedSoon('Forget this device');
    await key('Enter');
    await focusedSoon('Keep it');
    await key('Enter');
    await focusedSoon('Forget this device');
    expect((await bench.stage.status()).devices).toHaveLength(1);
    await key('Enter');
    await byKey('Forget it');
    await shows('No device is configured yet.');
    await focusedSoon('Add a device');
    expect((await bench.stage.outlookContacts()).length).toBe(15);
    expect((await bench.stage.deviceContacts()).length).toBe(15);
    await key('Enter');
    await tabTo(/^Name/);
    await key('Control+A');
    await bench.page.keyboard.type('Neo');
    await tabTo(/^Address/);
    await bench.page.keyboard.type(`127.0.0.1:${bench.stage.devicePort}`);
    await key('Enter');
    await bench.stage.until(({ devices }) => devices[0]?.state === 'connected');
    await byKey('Sync now');
    await shows('Nothing to do: both sides are the same.');
  });
});
