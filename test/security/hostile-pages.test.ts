/**
 * What pages of other sites can do to the bridge, in Chromium: nothing (R20, R21, R22). Needs `npm run build:pages` before.
 * The bridge's certificate is believed for every name here, which is worse than it can be in real life.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { paths } from '../../contract/api.ts';
import { browserPath } from '../support/browser.ts';
import { startHttpBench, type HttpBench } from '../support/http-bench.ts';

const pages = join(import.meta.dirname, '../../dist/pages');
const EVIL = 'evil.example';
const gets = [
  paths.hello,
  paths.status,
  paths.devices,
  paths.ports,
  paths.events,
  paths.pairPages,
  paths.history,
];
const posts = [
  ...[
    paths.sync,
    paths.cancel,
    paths.stop,
    paths.pause,
    paths.certificate,
    paths.acceptDevice,
    paths.compareCode,
    paths.allowUnprotected,
  ],
  ...[paths.pairStart, paths.pairClaim, paths.pairConfirm, paths.pairInvite, paths.pairRedeem, paths.prove],
  ...[paths.hostAttach, paths.hostNext, paths.hostAnswer],
];

describe.skipIf(browserPath === undefined)('a page of another site', () => {
  let browser: Browser;
  let evil: Server;
  let bench: HttpBench;
  let context: BrowserContext;
  let page: Page;
  /** Statuses of all that the bridge answered to the browser, by method and path. */
  let answered: { what: string; status: number; cors: string[] }[];

  /** How those ended that got no answer which the page may see. */
  let failed: string[];

  beforeAll(async () => {
    evil = createServer((_request, response) => {
      response.setHeader('Content-Type', 'text/html');
      response.end('<!doctype html><title>evil</title><body></body>');
    });
    await new Promise<void>((resolve) => evil.listen(0, '127.0.0.1', resolve));
    browser = await chromium.launch({
      executablePath: browserPath ?? '',
      args: ['--no-sandbox', '--disable-gpu', `--host-resolver-rules=MAP *.example 127.0.0.1`],
    });
  });
  afterAll(async () => {
    await browser.close();
    evil.close();
  });
  beforeEach(async () => {
    bench = await startHttpBench({ pagesFolder: pages });
    context = await browser.newContext({ ignoreHTTPSErrors: true });
    page = await context.newPage();
    answered = [];
    failed = [];
    page.on('response', (response) => {
      const url = new URL(response.url());
      if (url.port !== String(bench.server.port)) return;
      const cors = Object.keys(response.headers()).filter((name) => name.startsWith('access-control-'));
      const entry = {
        what: `${response.request().method()} ${url.pathname}`,
        status: response.status(),
        body: '',
        cors,
      };
      answered.push(entry);
    });
    page.on('requestfailed', (request) => failed.push(request.failure()?.errorText ?? ''));
    await page.goto(`http://${EVIL}:${(evil.address() as AddressInfo).port}/`);
  });
  afterEach(async () => {
    await context.close();
    await bench.stop();
  });

  const address = (): string => `https://localhost:${bench.server.port}`;

  function expectNothingHappened(): void {
    expect(answered.filter(({ what, status }) => what.includes('/api/') && status < 400)).toEqual([]);
    expect(answered.flatMap(({ cors }) => cors)).toEqual([]);
    expect(bench.service.started).toEqual([]);
    expect(bench.service.cancelled).toEqual([]);
    expect(bench.service.stops).toBe(0);
    expect(bench.service.paused).toBe(false);
    expect(bench.hosts.hosts()).toEqual([]);
  }

  it('[SEC-2] reads nothing with fetch(), with or without a stolen key, and starts nothing', async () => {
    const got = await page.evaluate(
      async ({ address, gets, posts, token }) => {
        const readable: string[] = [];
        const attempt = async (path: string, init: RequestInit): Promise<void> => {
          try {
            const answer = await fetch(address + path, init);
            const text = await answer.text();
            if (text !== '') readable.push(`${path} ${text}`);
          } catch {
            // Refused: what is wanted.
          }
        };
        const key = { Authorization: `Bearer ${token}` };
        for (const path of gets) {
          await attempt(path, {});
          await attempt(path, { mode: 'no-cors' });
          await attempt(path, { headers: key, credentials: 'include' });
        }
        for (const path of posts) {
          const body = '{}';
          await attempt(path, { method: 'POST', body, mode: 'no-cors' });
          await attempt(path, {
            method: 'POST',
            body,
            mode: 'no-cors',
            headers: { 'Content-Type': 'text/plain' },
          });
          await attempt(path, {
            method: 'POST',
            body,
            headers: { 'Content-Type': 'application/json', ...key },
          });
          await attempt(path, { method: 'DELETE', headers: key });
          navigator.sendBeacon(address + path, new Blob([body], { type: 'application/json' }));
        }
        return readable;
      },
      { address: address(), gets, posts, token: bench.token },
    );
    expect(got).toEqual([]);
    // All were sent, and none was answered in a way that the browser shows the page.
    expect(failed.length).toBeGreaterThan(2 * posts.length);
    expectNothingHappened();
  });

  it('posts forms, in every way that a form can be sent, in vain', async () => {
    for (const path of posts) {
      for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
        await page.evaluate(
          ({ action, type }) => {
            const frame = document.createElement('iframe');
            frame.name = `f${Math.random()}`;
            document.body.append(frame);
            const form = document.createElement('form');
            Object.assign(form, { method: 'POST', action, enctype: type, target: frame.name });
            const field = document.createElement('input');
            // As text/plain this makes the JSON {"device":"x","a":"=b"}.
            Object.assign(field, { name: '{"device":"x","a":"', value: 'b"}' });
            form.append(field);
            document.body.append(form);
            form.submit();
          },
          { action: address() + path, type },
        );
      }
    }
    await expect
      .poll(() => answered.filter(({ what }) => what.startsWith('POST')).length)
      .toBe(posts.length * 3);
    expectNothingHappened();
  });

  it('opens no event stream and no web socket', async () => {
    const opened = await page.evaluate(
      (stream) =>
        Promise.all([
          new Promise((resolve) => {
            const source = new EventSource(stream, { withCredentials: true });
            source.onopen = () => resolve('open');
            source.onmessage = () => resolve('message');
            source.onerror = () => resolve('refused');
          }),
          new Promise((resolve) => {
            const socket = new WebSocket(stream.replace('https:', 'wss:'));
            socket.onopen = () => resolve('open');
            socket.onerror = () => resolve('refused');
          }),
        ]),
      address() + paths.events,
    );
    expect(opened).toEqual(['refused', 'refused']);
    expectNothingHappened();
  });

  it('loads no answer as a script, a style or an image', async () => {
    const loaded = await page.evaluate(
      async (urls) => {
        const loads: string[] = [];
        const load = (element: HTMLElement, name: string): Promise<void> =>
          new Promise((resolve) => {
            element.onload = () => {
              loads.push(name);
              resolve();
            };
            element.onerror = () => resolve();
            document.head.append(element);
          });
        for (const url of urls) {
          await load(Object.assign(document.createElement('script'), { src: url }), `script ${url}`);
          await load(
            Object.assign(document.createElement('link'), { rel: 'stylesheet', href: url }),
            `style ${url}`,
          );
          await load(Object.assign(new Image(), { src: url }), `image ${url}`);
        }
        return loads;
      },
      gets.map((path) => address() + path),
    );
    expect(loaded).toEqual([]);
    expectNothingHappened();
  });

  it('frames neither the pane nor the page for commands', async () => {
    for (const name of ['taskpane.html', 'commands.html']) {
      await page.evaluate((src) => {
        document.body.append(Object.assign(document.createElement('iframe'), { src }));
      }, `${address()}/${name}`);
    }
    await expect
      .poll(() => page.frames().filter((frame) => frame.url().startsWith('chrome-error:')).length)
      .toBe(2);
    expect(page.frames().some((frame) => frame.url().startsWith(address()))).toBe(false);
  });

  it('learns nothing from the pane that it opens in a window of its own', async () => {
    const opened = context.waitForEvent('page');
    const learned = await page.evaluate(async (url) => {
      const heard: unknown[] = [];
      addEventListener('message', ({ data }) => heard.push(data));
      const pane = window.open(url);
      await new Promise((resolve) => setTimeout(resolve, 1500));
      try {
        heard.push(pane?.document.body.innerText, pane?.localStorage);
      } catch {
        // Another origin's window cannot be looked into.
      }
      pane?.postMessage({ sync: true, key: 'x' }, '*');
      await new Promise((resolve) => setTimeout(resolve, 500));
      return heard;
    }, `${address()}/taskpane.html`);
    await (await opened).close();
    expect(learned).toEqual([]);
    expectNothingHappened();
  });

  it('[SEC-3] gets nothing by a name of its own that points to this PC (DNS rebinding)', async () => {
    const rebound = `https://${EVIL}:${bench.server.port}`;
    const got = await page.evaluate(
      async (urls) => {
        const answers = await Promise.allSettled(urls.map((url) => fetch(url, { mode: 'no-cors' })));
        return answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value.type] : []));
      },
      [paths.hello, paths.status].map((path) => rebound + path),
    );
    expect(got.filter((type) => type !== 'opaque')).toEqual([]);
    for (const path of ['/', '/taskpane.html', paths.hello]) {
      // Chromium shows a page of its own in place of an answer without a body.
      await expect(page.goto(rebound + path)).rejects.toThrow('ERR_HTTP_RESPONSE_CODE_FAILURE');
      expect(answered.at(-1)).toMatchObject({ what: `GET ${path}`, status: 421 });
    }
    expectNothingHappened();
  });

  it('[SEC-4] cannot use a code, an invitation or a claim again, nor confirm a code itself', async () => {
    const { secret } = (await bench.call('POST', paths.pairInvite, {})).json as { secret: string };
    const redeem = () => bench.call('POST', paths.pairRedeem, { secret, label: 'x' }, 'none');
    const { key } = (await redeem()).json as { key: string };
    expect((await redeem()).status).toBe(404);

    const {
      pairing,
      secret: claim,
      code,
    } = (await bench.call('POST', paths.pairStart, { label: 'y' }, 'none')).json as {
      pairing: string;
      secret: string;
      code: string;
    };
    // A page that holds a key is not the person at this PC.
    expect((await bench.call('POST', paths.pairConfirm, { code }, key)).status).toBe(403);
    expect((await bench.call('POST', paths.pairConfirm, { code })).status).toBe(200);
    expect((await bench.call('POST', paths.pairConfirm, { code })).status).toBe(404);
    // A code that was overseen is no claim: that takes the secret of the page that shows it.
    const claims = async (with_: string) =>
      (
        (await bench.call('POST', paths.pairClaim, { pairing, secret: with_ }, 'none')).json as {
          state: string;
        }
      ).state;
    expect(await claims(code)).toBe('expired');
    expect(await claims(claim)).toBe('confirmed');
    expect(await claims(claim)).toBe('expired');
  });
});
