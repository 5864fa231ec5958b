import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startHttpBench, temporaryFolder, type HttpBench } from '../../test/support/http-bench.ts';
import { contentSecurityPolicy, type PolicyOptions } from './security-headers.ts';

const pages = join(temporaryFolder(), 'pages');
let bench: HttpBench;
beforeAll(async () => {
  mkdirSync(join(pages, 'assets'), { recursive: true });
  writeFileSync(join(pages, 'taskpane.html'), '<!doctype html><title>Sync</title>');
  writeFileSync(join(pages, 'assets', 'icon-32.png'), 'png');
  writeFileSync(join(pages, '.hidden'), 'x');
  writeFileSync(join(pages, '..', 'outside.txt'), 'x');
  bench = await startHttpBench({
    pagesFolder: pages,
    config: {
      outlook: { localMailbox: 'http://127.0.0.1:8080/v1.0', clientId: undefined, authority: undefined },
    },
  });
});
afterAll(async () => {
  await bench.stop();
  rmSync(join(pages, '..'), { recursive: true });
});

test('pages need no key, and may be opened from Outlook’s own site', async () => {
  for (const path of ['/', '/taskpane.html']) {
    const headers = {
      'Sec-Fetch-Site': 'cross-site',
      'Sec-Fetch-Mode': 'navigate',
      'Sec-Fetch-Dest': 'iframe',
    };
    const answer = await bench.raw({ path, headers });
    expect(answer.text).toContain('<title>Sync</title>');
    expect(answer.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
    });
  }
});

test('icons carry no cache directive, or Outlook for Windows would not show them', async () => {
  const { headers } = await bench.raw({ path: '/assets/icon-32.png' });
  expect(headers).not.toHaveProperty('cache-control');
  expect(headers).not.toHaveProperty('pragma');
  expect(headers.etag).toBeDefined();
});

test.each(['/../outside.txt', '/%2e%2e/outside.txt', '/..%2foutside.txt', '/.hidden', '/assets', '/nothing'])(
  '%s is not there',
  async (path) => {
    expect((await bench.raw({ path })).status).toBe(404);
  },
);

test('nothing can be posted to a page', async () => {
  expect((await bench.raw({ method: 'POST', path: '/taskpane.html' })).status).toBe(404);
});

describe('the Content-Security-Policy', () => {
  const policy = (options: PolicyOptions): Record<string, string[]> =>
    Object.fromEntries(
      contentSecurityPolicy(options)
        .split('; ')
        .map((directive) => {
          const [name = '', ...sources] = directive.split(' ');
          return [name, sources];
        }),
    );
  const local = policy({ localMailbox: 'http://127.0.0.1:8080/v1.0', authority: null });
  const real = policy({ localMailbox: null, authority: null });

  test('goes with every page', async () => {
    const { headers } = await bench.raw({ path: '/taskpane.html' });
    expect(headers['content-security-policy']).toBe(
      contentSecurityPolicy({ localMailbox: 'http://127.0.0.1:8080/v1.0', authority: null }),
    );
  });

  test('lets no inline and no foreign script in but what Office loads', () => {
    expect(real['script-src']).toEqual([
      "'self'",
      'https://appsforoffice.microsoft.com',
      'https://ajax.aspnetcdn.com',
    ]);
    expect(real['default-src']).toEqual(["'self'"]);
  });

  test('lets pages talk to Microsoft’s services, and frame its sign-in', () => {
    expect(real['connect-src']).toEqual([
      "'self'",
      'https://graph.microsoft.com',
      'https://login.microsoftonline.com',
    ]);
    expect(real['frame-src']).toEqual(["'self'", 'https://login.microsoftonline.com']);
  });

  test('follows an authority of another cloud', () => {
    const other = policy({ localMailbox: null, authority: 'https://login.microsoftonline.us/common' });
    expect(other['frame-src']).toEqual(["'self'", 'https://login.microsoftonline.us']);
    expect(other['connect-src']).toContain('https://login.microsoftonline.us');
  });

  test('lets pages of a local mailbox reach that mailbox and nothing outside', () => {
    expect(local['connect-src']).toEqual(["'self'", 'http://127.0.0.1:8080']);
    expect(local['frame-src']).toEqual(["'none'"]);
  });

  test('is what administrators are told to send with the pages, where they have them', () => {
    const told = readFileSync(join(import.meta.dirname, '../../docs/admin.md'), 'utf8');
    const own = contentSecurityPolicy({ localMailbox: null, authority: null });
    expect(told).toContain(
      `Content-Security-Policy: ${own.replace("connect-src 'self'", "connect-src 'self' https://localhost:24245")}\n`,
    );
  });

  test('lets Outlook frame the pages, and nobody else', () => {
    expect(real['frame-ancestors']).toEqual([
      "'self'",
      'https://outlook.office.com',
      'https://outlook.office365.com',
      'https://outlook.cloud.microsoft',
      'https://outlook.live.com',
    ]);
  });
});
