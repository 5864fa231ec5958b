/** Finding Outlook, in Chromium: a stand-in, Microsoft's real script in a plain browser, and no script at all. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findOfficeScripts } from '../../bridge/http/office-scripts.ts';
import { browserPath } from '../support/browser.ts';
import { fakeOffice } from '../support/fake-office.ts';
import { startHttpBench, type HttpBench } from '../support/http-bench.ts';
import { buildPages, launchBrowser, openContext, type PageContext } from '../support/page-bench.ts';
import './harness-window.ts';

/** As Outlook on the web tells a page where it is. */
const IN_OUTLOOK = '_host_Info=Outlook$Web$16.01$en-US$$$$0';

/** `all`: also what is sampled in `npm test`. */
export function officeCases(all: boolean): void {
  const rare = all ? it : (): void => undefined;
  describe.skipIf(browserPath === undefined)('finding Outlook', () => {
    let browser: Browser;
    let bench: HttpBench;
    let opened: PageContext;
    let page: Page;
    let failures: string[];

    beforeAll(async () => {
      const [started, pagesFolder] = await Promise.all([
        launchBrowser(),
        buildPages(['test/addin/harness.html']),
      ]);
      browser = started;
      // With a local mailbox the bridge offers its own copy of the script.
      bench = await startHttpBench({
        pagesFolder,
        config: {
          outlook: { localMailbox: 'http://127.0.0.1:9', clientId: undefined, authority: undefined },
        },
      });
    }, 60_000);
    afterAll(async () => {
      await browser.close();
      await bench.stop();
    });
    beforeEach(async () => {
      opened = await openContext(browser);
      page = await opened.context.newPage();
      failures = [];
      page.on('pageerror', (error) => failures.push(error.message));
    });
    afterEach(() => opened.context.close());

    const open = async (query = IN_OUTLOOK): Promise<void> => {
      await page.goto(`https://localhost:${bench.server.port}/harness.html?${query}`);
      await page.waitForFunction(() => 'harness' in window);
    };
    const found = () =>
      page.evaluate(async () => {
        const { office } = window.harness;
        return {
          kind: office.kind,
          problem: office.problem?.code ?? null,
          client: office.client,
          user: office.user,
          theme: office.theme,
          nested: office.supports('NestedAppAuth', '1.1'),
          noted: await office.notify({ kind: 'information', text: 'x'.repeat(200) }),
        };
      });
    const nothing = { client: '', user: null, theme: null, nested: false, noted: false };

    it('tells the client, the mailbox, the theme and what is supported, and shows a line of 150 characters', async () => {
      await fakeOffice(opened.context, {
        supports: ['NestedAppAuth 1.1', 'Mailbox 1.14'],
        theme: { bodyBackgroundColor: '#262626', bodyForegroundColor: '#ffffff' },
      });
      await open();
      expect(await found()).toMatchObject({
        kind: 'outlook',
        problem: null,
        client: 'OutlookWebApp',
        user: { displayName: 'Anna', address: 'anna@mailbox.example' },
        theme: { isDark: true, background: '#262626' },
        nested: true,
        noted: true,
      });
      const [note = ''] = await page.evaluate(() => window.fakeOffice.notes);
      expect(note).toHaveLength('information: '.length + 150);
    });

    rare('follows a change of the theme', async () => {
      await fakeOffice(opened.context, {
        supports: ['Mailbox 1.14'],
        theme: { bodyBackgroundColor: '#ffffff' },
      });
      await open();
      const dark = await page.evaluate(
        () =>
          new Promise<boolean>((resolve) => {
            window.harness.office.onThemeChanged(({ isDark }) => resolve(isDark));
            window.fakeOffice.setTheme({ bodyBackgroundColor: '#000000' });
          }),
      );
      expect(dark).toBe(true);
    });

    it('does without an item: there is no place for a line', async () => {
      await fakeOffice(opened.context, { item: false });
      await open();
      expect(await found()).toMatchObject({ kind: 'outlook', noted: false });
      expect(failures).toEqual([]);
    });

    it('does without a host', async () => {
      await fakeOffice(opened.context, { host: null });
      await open();
      expect(await found()).toEqual({ kind: 'browser', problem: null, ...nothing });
      expect(failures).toEqual([]);
    });

    it('does without the script, says so, and takes it from nowhere else', async () => {
      await open();
      expect(await found()).toEqual({ kind: 'unavailable', problem: 'office.script', ...nothing });
      expect(opened.escaped).toEqual(['https://appsforoffice.microsoft.com/lib/1/hosted/office.js']);
      expect(failures).toEqual([]);
    });

    rare('does without a script that never gets ready', async () => {
      await opened.context.route('https://appsforoffice.microsoft.com/**', (route) =>
        route.fulfill({
          contentType: 'text/javascript',
          body: 'window.Office = { onReady: () => new Promise(() => {}) };',
        }),
      );
      await open(`${IN_OUTLOOK}&limit=300`);
      expect(await found()).toMatchObject({ kind: 'unavailable', problem: 'office.script' });
    });

    describe.skipIf(findOfficeScripts() === undefined)('with Microsoft’s own script', () => {
      const scripts = findOfficeScripts() ?? '';

      it('finds a plain browser, and reaches nothing outside of this PC', async () => {
        await open('');
        expect(await found()).toEqual({ kind: 'browser', problem: null, ...nothing });
        const loaded = await page
          .locator('script[src*="office"]')
          .evaluateAll((all) => all.map((script) => new URL((script as HTMLScriptElement).src).pathname));
        expect(loaded).toContain('/office-js/office.js');
        // It wants to frame a page of Microsoft's after a while, which the policy refuses.
        await page.waitForTimeout(3500);
        expect(opened.escaped).toEqual([]);
        expect(failures).toEqual([]);
      });

      rare('goes on without a library of Outlook on the web that cannot be loaded', async () => {
        await opened.context.route('https://appsforoffice.microsoft.com/lib/1/hosted/**', (route) => {
          const file = join(scripts, new URL(route.request().url()).pathname.replace('/lib/1/hosted/', ''));
          return existsSync(file)
            ? route.fulfill({ contentType: 'text/javascript', body: readFileSync(file, 'utf8') })
            : route.abort();
        });
        await open(`${IN_OUTLOOK}&limit=2000`);
        expect(await found()).toMatchObject({ kind: 'unavailable', problem: 'office.script' });
        expect(opened.escaped).toEqual(['https://ajax.aspnetcdn.com/ajax/3.5/MicrosoftAjax.js']);
      });
    });
  });
}
