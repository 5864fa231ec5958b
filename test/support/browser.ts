/** Chromium of this system, and what tests of pages ask of every page: nothing complained of, nothing inaccessible. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';

export const browserPath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  existsSync,
);

export function launchBrowser(...args: string[]): Promise<Browser> {
  return chromium.launch({
    executablePath: browserPath ?? '',
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', ...args],
  });
}

/** A pane's own context: 300 pixels wide unless told otherwise, and no way to the internet. */
export async function paneContext(
  browser: Browser,
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<BrowserContext> {
  const context = await browser.newContext({
    ignoreHTTPSErrors: true,
    viewport: { width: 300, height: 600 },
    reducedMotion: 'reduce',
    ...options,
  });
  await context.route(
    (url) => url.hostname !== 'localhost' && url.hostname !== '127.0.0.1',
    (route) => route.abort(),
  );
  return context;
}

/** What the page complains of: errors of scripts and of the policy, as they come. */
export function complaintsOf(page: Page): readonly string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    // A request that fails is the page's own to tell of; what Office.js tries besides is Microsoft's.
    const office = message.location().url.includes('office') || message.text().includes('telemetryservice');
    if (message.type() === 'error' && !office && !message.text().startsWith('Failed to load resource'))
      complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  return complaints;
}

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
  }[];
}

let axe: string | undefined;

/** What axe finds on the page, one line each. */
export async function inaccessible(page: Page): Promise<readonly string[]> {
  axe ??= await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  await page.evaluate(axe);
  // Fluent's own marks at the edges of a page with a dialog: they pass the focus on at once, and nobody stays on them.
  const where = '{ exclude: ["[data-tabster-dummy]"] }';
  const { violations } = await page.evaluate<AxeResult>(`axe.run(${where}, { resultTypes: ["violations"] })`);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(
      ({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary.replace(/\s+/g, ' ')}`,
    ),
  );
}

/** By how many pixels the page can be scrolled sideways. */
export function sidewaysScroll(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}
