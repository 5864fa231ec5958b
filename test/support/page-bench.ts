/** Pages of the add-in in Chromium, served by the bridge's real HTTPS server. Nothing outside of this PC is reached. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type BrowserContext } from 'playwright-core';
import { build } from 'vite';
import { pagesBuild } from '../../scripts/pages-build.ts';
import { browserPath } from './browser.ts';
import { temporaryFolder } from './http-bench.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));

/** Builds pages, named by their paths in the repository, into a folder of their own. */
export async function buildPages(pages: readonly string[]): Promise<string> {
  const folder = join(temporaryFolder(), 'pages');
  const config = pagesBuild(repository, pages, folder);
  // Nobody waits for small files here.
  const quick = { ...config.build, minify: false, reportCompressedSize: false };
  await build({ ...config, build: quick, configFile: false, logLevel: 'warn' });
  return folder;
}

/**
 * The folder of the pages as `npm run build:pages` makes them.
 * @throws Error when they have not been built
 */
export function builtPages(): string {
  const folder = join(repository, 'dist', 'pages');
  if (!existsSync(folder)) throw new Error('dist/pages is missing: run `npm run build:pages` first');
  return folder;
}

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: browserPath ?? '',
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
  });
}

export interface PageContext {
  readonly context: BrowserContext;
  /** Requests that would have left this PC: all of them are refused, unless a route of the test takes them. */
  readonly escaped: string[];
}

export async function openContext(browser: Browser): Promise<PageContext> {
  const context = await browser.newContext({
    ignoreHTTPSErrors: true,
    viewport: { width: 320, height: 570 },
  });
  const escaped: string[] = [];
  // Routes that are added later are asked first.
  await context.route(
    (url) => !['localhost', '127.0.0.1'].includes(url.hostname),
    (route) => {
      escaped.push(route.request().url());
      return route.abort();
    },
  );
  return { context, escaped };
}
