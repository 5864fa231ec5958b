/** What stands in the way of a sync, each told apart, with its remedy: the pane in Chromium against real processes. */
import type { Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { describe, expect, it } from 'vitest';
import { servePages } from '../../bridge/http/pages.ts';
import { browserPath, inaccessible, launchBrowser, paneContext } from '../support/browser.ts';
import { answering, listening } from '../support/https-listener.ts';
import { builtPages } from '../support/page-bench.ts';
import { Device2009 } from '../device-2009/device.ts';
import { PaneStage } from '../support/pane-stage.ts';
import { describePane } from './pane-bench.ts';

describePane('the pane tells what is wrong', (bench) => {
  it('a device that is gone and a bridge that is stopped, and comes back by itself', async () => {
    await bench.synced();
    await bench.stage.stopDevice();
    await bench.shows('Neo is not there');
    await bench.stage.startDevice();
    await bench.page.getByText('Neo is not there').waitFor({ state: 'detached' });
    await bench.stage.stopBridge();
    await bench.shows('The bridge is not running');
    await bench.shows('outlook-device-sync start');
    expect(await inaccessible(bench.page)).toEqual([]);
    await bench.stage.startBridge();
    await bench.press('Try now');
    await bench.heading('State');
    await bench.shows('Served by this page');
  });

  it('a device that is unplugged in the middle of a sync, and that nothing is half-applied', async () => {
    await bench.synced();
    await bench.stage.addToDevice(
      Array.from({ length: 100 }, (_, index) => ({ FirstName: `P${index}`, LastName: 'Many' })),
    );
    await bench.stage.mailbox('PATCH', '/switches', { serviceTime: 150 });
    await bench.press('Sync now');
    await bench.shows(/: \d+ of 100$/);
    await bench.stage.stopDevice();
    await bench.heading('Sync did not finish');
    await bench.shows('Neo is not there');
    await bench.stage.mailbox('PATCH', '/switches', { serviceTime: 0 });
    await bench.stage.startDevice();
    await bench.page.getByText('Neo is not there').waitFor({ state: 'detached' });
    await bench.syncNow();
    const names = (await bench.stage.outlookContacts()).map(({ name }) => name);
    expect([names.length, new Set(names).size]).toEqual([115, 115]);
  });

  const atDevice = async (port: number): Promise<void> => {
    const devices = [{ name: 'Neo', tcp: { host: '127.0.0.1', port } }];
    bench.stage = await PaneStage.start({ config: { devices } });
    await bench.page.goto(await bench.stage.invitation());
  };
  it('a device that waits for Allow on its screen', async () => {
    const device = await Device2009.listen({ reopenMs: 0 });
    device.owner('leave-open');
    try {
      await atDevice(device.port);
      await bench.shows('Press Allow on Neo');
      device.owner('allow');
      await bench.page.getByText('Press Allow on Neo').waitFor({ state: 'detached' });
      await bench.shows('Neo is connected.');
    } finally {
      await device.close();
    }
  });
  it('a device whose owner has refused', async () => {
    const device = await Device2009.listen({ reopenMs: 0 });
    device.owner('deny');
    try {
      await atDevice(device.port);
      await bench.shows('Neo has refused this PC');
    } finally {
      await device.close();
    }
  });

  it('another user’s bridge on the port, which can be paired with', async () => {
    await bench.besideAnotherBridge(async () => {
      await bench.press('Pair anew');
      await bench.heading('Let this page in');
    });
  });

  it('Outlook’s script that does not come from Microsoft, and syncs without it', async () => {
    bench.stage = await PaneStage.start({ outlook: [{ givenName: 'Ada' }] });
    const [address = '', invitation = ''] = (await bench.stage.invitation()).split('#');
    await bench.page.goto(`${address}?_host_Info=Outlook$Web$16.01$en-US$$$$0#${invitation}`);
    await bench.shows('Outlook’s script did not come');
    await bench.shows(/Allow appsforoffice.microsoft.com on this network/);
    expect(await inaccessible(bench.page)).toEqual([]);
    await bench.press('Preview the first sync');
    await bench.heading('Preview finished');
    await bench.press('Sync now');
    await bench.heading('Sync finished');
  });

  it('a foreign program on the port', async () => {
    await bench.opened();
    await bench.heading('Get started');
    await bench.stage.stopBridge();
    const foreign = await answering(404, bench.stage.bridgePort);
    try {
      await bench.shows('Another program is on the bridge’s port');
    } finally {
      foreign.closeAllConnections();
      foreign.close();
    }
  });

  it('a service that asks to slow down, before a sync and in the middle of one', async () => {
    const slow = { kind: 'throttle', retryAfter: '4' };
    await bench.opened({ outlook: [{ givenName: 'Ada' }] });
    await bench.stage.mailbox('POST', '/failures', [{ path: 'contacts', action: slow }]);
    await bench.press('Preview the first sync');
    await bench.shows('Outlook asks to slow down');
    await bench.heading('Preview finished');
    await bench.page.getByText('Outlook asks to slow down').waitFor({ state: 'detached' });
    await bench.stage.mailbox('POST', '/failures', [
      { path: '^/me', times: 1000, action: { kind: 'throttle', retryAfter: '900' } },
    ]);
    await bench.page.reload();
    await bench.shows('Outlook asks to slow down');
    await bench.stage.mailbox('DELETE', '/failures');
    await bench.page.getByText('Outlook asks to slow down').waitFor({ state: 'detached' });
  });
});

describe.skipIf(browserPath === undefined)('the pane of an organisation’s server', () => {
  it.each([
    ['granted', 'Let this page in'],
    ['denied', 'The browser blocks the bridge'],
  ] as const)('with the permission for the local network %s', async (permission, shown) => {
    // To Chromium the pages come from the internet, and the bridge is on this PC.
    const pages = await pagesServer();
    const { port } = pages.address() as AddressInfo;
    const origin = `https://localhost:${port}`;
    const [browser, stage] = await Promise.all([
      launchBrowser(
        `--ip-address-space-overrides=127.0.0.1:${port}=public`,
        '--host-resolver-rules=MAP localhost 127.0.0.1',
      ),
      PaneStage.start({ config: { pagesOrigin: origin } }),
    ]);
    try {
      const context = await paneContext(browser);
      const page = await context.newPage();
      // Without a person to ask, Chromium refuses by itself.
      if (permission === 'granted') await context.grantPermissions(['local-network-access'], { origin });
      await page.goto(`${origin}/taskpane.html?bridge=${stage.bridgePort}`);
      await page.getByText(shown).first().waitFor();
      expect(await inaccessible(page)).toEqual([]);
    } finally {
      await browser.close();
      await stage.stop();
      pages.close();
    }
  });
});

/** The built pages, as a web server has them. */
async function pagesServer(): Promise<Server> {
  const serve = servePages(builtPages());
  return listening(
    express().use((request, response, next) => void serve(request, response, next)),
    0,
  );
}
