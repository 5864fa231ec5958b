/**
 * The built pane in Chromium, served by the bridge's real HTTPS server: needs `npm run build:pages` before. Office.js
 * is not reachable here, as in a plain browser without a network.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DeviceStatus } from '../../contract/api.ts';
import { startMailbox, type Mailbox } from '../../demo/mailbox/mailbox.ts';
import { readAll } from '../../test/contracts/server-plugin-contract.ts';
import { startHttpBench, type HttpBench } from '../../test/support/http-bench.ts';
import { sampleJob } from '../../test/support/sample-job.ts';

const pages = join(import.meta.dirname, '../../dist/pages');
const browserPath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  existsSync,
);
const { signal } = new AbortController();

const device: DeviceStatus = {
  name: 'Neo',
  link: 'tcp 192.168.0.202:4245',
  state: 'connected',
  lastSync: null,
};

describe.skipIf(browserPath === undefined)('the pane in a browser', () => {
  let browser: Browser;
  let bench: HttpBench;
  let mailbox: Mailbox;
  let context: BrowserContext;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    if (!existsSync(pages)) throw new Error('dist/pages is missing: run `npm run build:pages` first');
    browser = await chromium.launch({
      executablePath: browserPath ?? '',
      args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
    });
  });
  afterAll(() => browser.close());

  beforeEach(async () => {
    mailbox = await startMailbox();
    bench = await startHttpBench({
      pagesFolder: pages,
      config: { outlook: { localMailbox: mailbox.url, clientId: undefined, authority: undefined } },
    });
    bench.service.deviceList = [device];
    context = await browser.newContext({ ignoreHTTPSErrors: true, viewport: { width: 300, height: 570 } });
    await context.route('https://appsforoffice.microsoft.com/**', (route) => route.abort());
    page = await context.newPage();
    complaints = [];
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().includes('ERR_FAILED'))
        complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
  });
  afterEach(async () => {
    await context.close();
    await bench.stop();
    await mailbox.close();
  });

  const open = (fragment = ''): Promise<unknown> =>
    page.goto(`https://localhost:${bench.server.port}/taskpane.html${fragment}`);
  const text = (id: string): Promise<string> => page.locator(`#${id}`).innerText();
  const shows = (id: string, part: string): Promise<void> =>
    page.locator(`#${id}`, { hasText: part }).waitFor({ state: 'visible', timeout: 10_000 });
  const invite = async (): Promise<string> => {
    const answer = await bench.call('POST', '/api/pair/invite', {});
    return (answer.json as { secret: string }).secret;
  };

  it('shows a code, and is let in when a person confirms it, for good', async () => {
    await open();
    await shows('pairing-command', 'outlook-device-sync pair');
    const code = await text('pairing-code');
    expect((await bench.call('POST', '/api/pair/confirm', { code })).status).toBe(200);
    await shows('bridge-state', 'connected');
    expect(await page.locator('#pairing').isVisible()).toBe(false);
    await page.reload();
    await shows('bridge-state', 'connected');
    expect(complaints).toEqual([]);
  });

  it('trades the invitation of its address for a key, and takes it out of the address at once', async () => {
    await open(`#invite=${await invite()}`);
    await shows('bridge-state', 'connected');
    expect(page.url()).not.toContain('invite');
    expect(await page.evaluate(() => location.hash)).toBe('');
    expect(complaints).toEqual([]);
  });

  it('asks for a code when the invitation is no good', async () => {
    await open('#invite=used-before');
    await shows('pairing-command', 'pair');
    expect(page.url()).not.toContain('invite');
  });

  it('keeps quiet towards a bridge that does not know its key, until a person wants to pair it again', async () => {
    await open(`#invite=${await invite()}`);
    await shows('bridge-state', 'connected');
    const [{ id }] = ((await bench.call('GET', '/api/pair/pages')).json as { pages: [{ id: string }] }).pages;
    await bench.call('DELETE', `/api/pair/pages/${id}`);
    await page.reload();
    await shows('error-message', 'did not prove that it is your bridge');
    await page.click('#pair-anew');
    await shows('pairing-command', 'outlook-device-sync pair');
  });

  it('serves the local mailbox to the bridge', async () => {
    mailbox.admin.seed('user', [{ contact: { givenName: 'Ada' } }]);
    await open(`#invite=${await invite()}`);
    await shows('outlook-state', 'served by this page');
    const factory = await bench.hosts.waitForMailbox(signal);
    const read = await readAll(() => factory.create('contacts'), null);
    expect([...read.items.values()].map(({ fields }) => fields)).toEqual([{ FirstName: 'Ada' }]);
    expect(complaints).toEqual([]);
  });

  it('starts and cancels a sync, and shows how it goes and how it went', async () => {
    await open(`#invite=${await invite()}`);
    await shows('devices', 'Neo (tcp 192.168.0.202:4245): connected');
    await page.click('#sync');
    await expect.poll(() => bench.service.started.length).toBe(1);
    const job = { ...sampleJob, state: 'running' as const, endedAt: null, sessions: [] };
    bench.service.tell({ event: 'job', job });
    bench.service.tell({
      event: 'progress',
      job: 'job-1',
      progress: { dataset: 'contacts', phase: 'applying', done: 3, total: 12, text: 'writing' },
    });
    await shows('progress-text', 'contacts: writing 3 of 12');
    expect(await page.locator('#progress').evaluate((bar) => (bar as HTMLProgressElement).value)).toBe(0.25);
    expect(await page.isDisabled('#sync')).toBe(true);
    await page.click('#cancel');
    await expect.poll(() => bench.service.cancelled.length).toBe(1);
    bench.service.tell({
      event: 'job',
      job: {
        ...job,
        state: 'failed',
        endedAt: job.startedAt,
        error: { code: 'link.lost', message: 'The connection was lost.', remedy: 'Reconnect the device.' },
      },
    });
    await shows('result', 'The connection was lost.');
    await shows('result-remedy', 'Reconnect the device.');
    expect(await page.isEnabled('#sync')).toBe(true);
    expect(complaints).toEqual([]);
  });

  it('shows markup in names as text, and runs none of it (R18)', async () => {
    bench.service.deviceList = [
      { ...device, name: '<img src=x onerror="document.title=\'owned\'"><script>1</script>' },
    ];
    await open(`#invite=${await invite()}`);
    await shows('devices', '<img src=x');
    expect(await page.locator('#devices img, #devices script').count()).toBe(0);
    expect(await page.title()).toBe('Device Sync');
    expect(complaints).toEqual([]);
  });

  it('says that the bridge is away, and comes back by itself', async () => {
    await open(`#invite=${await invite()}`);
    await shows('bridge-state', 'connected');
    await context.setOffline(true);
    await bench.stop();
    await shows('bridge-state', 'not reached');
    await shows('error-remedy', 'outlook-device-sync start');
    bench = await startHttpBench({ pagesFolder: pages });
  });

  it.each(['light', 'dark'] as const)(
    'fits 300 pixels without scrolling sideways: %s',
    async (colorScheme) => {
      await page.emulateMedia({ colorScheme });
      bench.service.deviceList = [{ ...device, name: 'A'.repeat(150) }];
      await open(`#invite=${await invite()}`);
      await shows('devices', 'AAA');
      const [scroll, client] = await page.evaluate(() => [
        document.documentElement.scrollWidth,
        document.documentElement.clientWidth,
      ]);
      expect(scroll).toBeLessThanOrEqual(client);
    },
  );

  it('can be worked with the keyboard, and names what it shows', async () => {
    await open(`#invite=${await invite()}`);
    await shows('devices', 'Neo');
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('sync');
    await page.keyboard.press('Enter');
    await expect.poll(() => bench.service.started.length).toBe(1);
    expect(await page.getByRole('button').allInnerTexts()).toEqual(['Sync', 'Cancel']);
    expect(await page.getByRole('status').count()).toBe(1);
  });
});
