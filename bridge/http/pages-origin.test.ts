/** The organisation's own forms of deployment: pages on its server, and its own name for this PC. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { errorCode, startHttpBench, temporaryFolder, type HttpBench } from '../../test/support/http-bench.ts';
import { makeAuthorityAndLeaf } from '../certificate/authority.ts';
import { readOriginCertificate } from './origin-certificate.ts';

const PAGES = 'https://apps.contoso.example';

let bench: HttpBench | undefined;
afterEach(async () => {
  await bench?.stop();
  bench = undefined;
});

describe('pages on the organisation’s server', () => {
  const ask = async (origin: string, method = 'GET'): Promise<Awaited<ReturnType<HttpBench['raw']>>> => {
    bench ??= await startHttpBench({ config: { pagesOrigin: PAGES } });
    return bench.raw({
      method,
      path: '/api/hello',
      headers: { Origin: origin, 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'cors' },
    });
  };

  it('may ask, and are told exactly so', async () => {
    const { status, headers } = await ask(PAGES);
    expect(status).toBe(200);
    expect(headers['access-control-allow-origin']).toBe(PAGES);
    expect(headers.vary).toBe('Origin');
    expect(headers).not.toHaveProperty('access-control-allow-credentials');
  });

  it('are told beforehand what they may send', async () => {
    const { status, headers, text } = await ask(PAGES, 'OPTIONS');
    expect([status, text]).toEqual([204, '']);
    expect(headers['access-control-allow-headers']).toBe('authorization, content-type');
    expect(headers['access-control-allow-methods']).toBe('GET, POST, DELETE');
  });

  it('still need a key', async () => {
    await ask(PAGES);
    const answer = await bench?.raw({ path: '/api/status', headers: { Origin: PAGES } });
    expect(answer?.status).toBe(401);
  });

  it.each([
    'https://contoso.example',
    'https://apps.contoso.example.evil.example',
    'https://apps.contoso.example:444',
    'http://apps.contoso.example',
    'https://APPS.contoso.example',
    'null',
  ])('are no other pages: %s', async (origin) => {
    for (const method of ['GET', 'OPTIONS']) {
      const answer = await ask(origin, method);
      expect([answer.status, errorCode(answer)]).toEqual([403, 'api.forbidden']);
      expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
    }
  });

  it('are nobody where none are configured', async () => {
    bench = await startHttpBench();
    const answer = await bench.raw({ path: '/api/hello', headers: { Origin: PAGES } });
    expect([answer.status, errorCode(answer)]).toEqual([403, 'api.forbidden']);
  });
});

describe('the organisation’s own name for this PC', () => {
  const files = async (): Promise<{ certificate: string; key: string; leaf: string }> => {
    const folder = temporaryFolder();
    const [certificate, key] = [join(folder, 'sync.pem'), join(folder, 'sync.key')];
    const made = await makeAuthorityAndLeaf(new Date());
    writeFileSync(certificate, made.leaf);
    writeFileSync(key, made.key);
    return { certificate, key, leaf: made.leaf };
  };
  const shown = (port: number, servername: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port, servername, rejectUnauthorized: false }, () => {
        resolve(socket.getPeerX509Certificate()?.toString() ?? '');
        socket.destroy();
      });
      socket.on('error', reject);
    });

  it('is answered with the organisation’s certificate, and localhost with the bridge’s', async () => {
    const { leaf, certificate, key } = await files();
    bench = await startHttpBench({
      config: { origin: 'https://sync.contoso.example:24245', originCertificate: { certificate, key } },
    });
    const { port } = bench.server;
    expect((await shown(port, 'sync.contoso.example')).trim()).toBe(leaf.trim());
    expect((await shown(port, 'localhost')).trim()).not.toBe(leaf.trim());
    const answer = await bench.raw({ path: '/api/hello', headers: { Host: 'sync.contoso.example:24245' } });
    expect(answer.status).toBe(200);
  });

  it('needs certificate and key that can be read and belong together', async () => {
    const [one, other] = [await files(), await files()];
    const origin = 'https://sync.contoso.example';
    for (const key of [other.key, `${one.key}.gone`])
      expect(() =>
        readOriginCertificate({ origin, originCertificate: { certificate: one.certificate, key } }),
      ).toThrow('originCertificate');
  });
});
