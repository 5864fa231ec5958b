/** Who gets nothing: R20, R21 and R22 of the reliability page, as far as one user's PC can show them. */
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { paths } from '../../contract/api.ts';
import { errorCode, startHttpBench, type HttpBench } from '../../test/support/http-bench.ts';

let bench: HttpBench;
beforeAll(async () => {
  bench = await startHttpBench();
});
afterAll(() => bench.stop());

const authorized = (): Record<string, string> => ({
  Authorization: `Bearer ${bench.token}`,
  'Content-Type': 'application/json',
});
const startSync = (headers: Record<string, string>, body = '{}') =>
  bench.raw({ method: 'POST', path: paths.sync, headers: { ...authorized(), ...headers }, body });

function expectNoCors(headers: Readonly<Record<string, unknown>>): void {
  expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
}

describe('R20: a Host that is not a loopback literal with our port', () => {
  test.each([
    ['evil.example', (port: number) => `evil.example:${port}`],
    ['our name without the port', () => 'localhost'],
    ['0.0.0.0', (port: number) => `0.0.0.0:${port}`],
    ['[::]', (port: number) => `[::]:${port}`],
    ['localhost.evil.example', (port: number) => `localhost.evil.example:${port}`],
    ['localhost.', (port: number) => `localhost.:${port}`],
    ['127.1', (port: number) => `127.1:${port}`],
    ['user info', (port: number) => `localhost:${port}@evil.example`],
    ['another port', (port: number) => `localhost:${port + 1}`],
  ])('%s is refused before anything runs', async (_, host) => {
    const before = bench.service.started.length;
    const answer = await startSync({ Host: host(bench.server.port) });
    expect(answer.status).toBe(421);
    expect(answer.text).toBe('');
    expectNoCors(answer.headers);
    expect(bench.service.started).toHaveLength(before);
    expect((await bench.raw({ path: '/', headers: { Host: host(bench.server.port) } })).status).toBe(421);
  });

  test.each(['localhost', '127.0.0.1', '[::1]', 'LOCALHOST'])('%s is ours', async (name) => {
    const headers = { Host: `${name}:${bench.server.port}` };
    expect((await bench.raw({ path: paths.hello, headers })).status).toBe(200);
  });

  test('[SEC-5] both loopback addresses listen, and no other', async () => {
    expect((await bench.raw({ path: paths.hello, host: '127.0.0.1' })).status).toBe(200);
    expect((await bench.raw({ path: paths.hello, host: '::1' })).status).toBe(200);
    const refused = await new Promise((resolve) => {
      const socket = connect(bench.server.port, '127.0.0.2', () => resolve('connected'));
      socket.on('error', (error) => resolve('code' in error ? error.code : error.message));
    });
    expect(refused).toBe('ECONNREFUSED');
  });
});

describe('R21: requests that other sites’ pages cause', () => {
  test.each([
    ['foreign Origin', { Origin: 'https://evil.example' }],
    ['null Origin', { Origin: 'null' }],
    ['our name over http', { Origin: 'http://localhost' }],
    ['another port of this PC', { Origin: 'https://localhost:1' }],
    ['Sec-Fetch-Site cross-site', { 'Sec-Fetch-Site': 'cross-site' }],
    ['Sec-Fetch-Site same-site', { 'Sec-Fetch-Site': 'same-site' }],
    ['Sec-Fetch-Site none', { 'Sec-Fetch-Site': 'none' }],
  ])('%s is refused even with a valid key', async (_, headers) => {
    const before = bench.service.started.length;
    const answer = await startSync(headers);
    expect(answer.status).toBe(403);
    expect(errorCode(answer)).toBe('api.forbidden');
    expectNoCors(answer.headers);
    expect(bench.service.started).toHaveLength(before);
  });

  test('a preflight is refused without any CORS header', async () => {
    const headers = { Origin: 'https://evil.example', 'Access-Control-Request-Method': 'POST' };
    const answer = await bench.raw({ method: 'OPTIONS', path: paths.sync, headers });
    expect(answer.status).toBe(403);
    expectNoCors(answer.headers);
  });

  test('our own page is let in, by each of our names', async () => {
    for (const name of ['localhost', '127.0.0.1', '[::1]']) {
      const own = `${name}:${bench.server.port}`;
      const headers = { Host: own, Origin: `https://${own}`, 'Sec-Fetch-Site': 'same-origin' };
      expect((await startSync(headers)).status).toBe(202);
    }
  });

  test.each([
    ['a form', 'application/x-www-form-urlencoded', 'slow=true'],
    ['plain text', 'text/plain', '{}'],
    ['multipart', 'multipart/form-data; boundary=x', '--x--'],
    ['JSON with a suffix', 'application/jsonx', '{}'],
  ])('%s starts nothing', async (_, type, body) => {
    const before = bench.service.started.length;
    const answer = await startSync({ 'Content-Type': type }, body);
    expect(answer.status).toBe(400);
    expect(errorCode(answer)).toBe('api.invalid');
    expect(bench.service.started).toHaveLength(before);
  });

  test('nothing that acts can be reached by GET, as an image or a script would', async () => {
    for (const path of [
      paths.sync,
      paths.record,
      paths.cancel,
      paths.stop,
      paths.pairConfirm,
      paths.pairInvite,
    ]) {
      const answer = await bench.raw({ path, headers: { Authorization: `Bearer ${bench.token}` } });
      expect(answer.status).toBe(404);
    }
    expect(bench.service.stops).toBe(0);
  });

  test('answers cannot be loaded as scripts, framed by others or kept', async () => {
    const { headers } = await bench.call('GET', paths.status);
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
    });
    expect(headers).not.toHaveProperty('x-powered-by');
    expect(headers).not.toHaveProperty('x-frame-options');
  });
});

describe('R22: keys', () => {
  const guarded: [string, string][] = [
    ['GET', paths.status],
    ['GET', paths.devices],
    ['GET', paths.ports],
    ['GET', paths.events],
    ['GET', `${paths.jobs}/job-1`],
    ['GET', paths.pairPages],
    ['POST', paths.sync],
    ['POST', paths.cancel],
    ['POST', paths.stop],
    ['POST', paths.pairConfirm],
    ['POST', paths.pairInvite],
    ['POST', paths.hostAttach],
    ['POST', paths.hostNext],
    ['POST', paths.hostAnswer],
    ['POST', paths.hostDetach],
  ];

  test.each(guarded)('%s %s needs a key', async (method, path) => {
    const answer = await bench.raw({
      method,
      path,
      headers: { 'Content-Type': 'application/json' },
      body: '{}',
    });
    expect(answer.status).toBe(401);
    expect(errorCode(answer)).toBe('api.unauthorized');
  });

  test('paths that do not exist tell nothing without a key', async () => {
    expect((await bench.raw({ path: '/api/nothing' })).status).toBe(401);
    expect((await bench.call('GET', '/api/nothing')).status).toBe(404);
  });

  test('a key in the address or a cookie is none', async () => {
    const byQuery = await bench.raw({ path: `${paths.status}?key=${bench.token}` });
    const byCookie = await bench.raw({ path: paths.status, headers: { Cookie: `key=${bench.token}` } });
    expect([byQuery.status, byCookie.status]).toEqual([401, 401]);
  });

  test('ten wrong keys lock guesses out for a minute, and nobody else', async () => {
    const guess = () => bench.call('GET', paths.status, undefined, `${bench.token.slice(0, -1)}-`);
    const statuses: number[] = [];
    for (let tries = 0; tries < 12; tries += 1) statuses.push((await guess()).status);
    expect(statuses).toEqual([...Array<number>(10).fill(401), 429, 429]);
    expect((await bench.call('GET', paths.status)).status).toBe(200);
  });
});

describe('bodies', () => {
  test('over the limit are refused', async () => {
    const answer = await bench.call('POST', paths.sync, { device: 'x'.repeat(20_000) });
    expect(answer.status).toBe(413);
    expect(errorCode(answer)).toBe('api.too-large');
  });

  test('over the limit without a length are refused', async () => {
    const headers = { 'Transfer-Encoding': 'chunked' };
    expect((await startSync(headers, JSON.stringify({ device: 'x'.repeat(20_000) }))).status).toBe(413);
  });

  test('that are not JSON are refused without being quoted', async () => {
    const answer = await startSync({}, '{"secret-of-mine"');
    expect(answer.status).toBe(400);
    expect(answer.text).not.toContain('secret-of-mine');
  });

  test.each([
    ['an unknown key', { device: 'x', dvice: 'y' }],
    ['a wrong type', { slow: 'yes' }],
    ['an array', []],
  ])('with %s are refused, naming the field', async (_, body) => {
    const answer = await bench.call('POST', paths.sync, body);
    expect(answer.status).toBe(400);
    expect(errorCode(answer)).toBe('api.invalid');
  });

  test('compressed ones are refused: they could be larger than they look', async () => {
    expect((await startSync({ 'Content-Encoding': 'gzip' })).status).toBe(400);
  });

  test('keys such as __proto__ are inert', async () => {
    const answer = await startSync({}, '{"__proto__":{"slow":true}}');
    expect(answer.status).toBe(400);
    expect(({} as { slow?: boolean }).slow).toBeUndefined();
  });
});

describe('R19: what is no HTTP', () => {
  /** Sends bytes over TLS and waits until the other end has had enough of them. */
  function throwAt(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      const options = { port: bench.server.port, host: '127.0.0.1', rejectUnauthorized: false };
      const socket = connectTls(options, () => socket.end(bytes));
      socket.on('data', () => undefined);
      socket.on('close', () => resolve());
      socket.on('error', reject);
    });
  }
  const line = fc.oneof(
    fc.constantFrom('GET / HTTP/1.1', 'POST /api/sync HTTP/1.1', 'Host: localhost', 'Content-Length: -1'),
    fc.constantFrom('Transfer-Encoding: chunked', 'Upgrade: websocket', 'GET /%ff%00 HTTP/1.1', 'FFFFFFFFF'),
    fc.string({ unit: 'binary' }),
  );

  test('is survived', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 8 }), async (lines) => {
        await throwAt(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`));
      }),
      { numRuns: 100 },
    );
    expect((await bench.raw({ path: paths.hello })).status).toBe(200);
    expect(bench.service.stops).toBe(0);
  });
});

test('no secret is in the log or in any error text', async () => {
  const wrong = `wrong-${bench.token}`;
  const answers = [
    await bench.call('GET', paths.status, undefined, wrong),
    await bench.call('POST', paths.pairRedeem, { secret: bench.token, label: 'x' }),
    await bench.call('POST', paths.pairConfirm, { code: 'not-a-code' }),
    await bench.raw({ path: `/${bench.token}` }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([429, 429, 429, 404]);
  for (const { text } of answers.slice(0, 3)) expect(text).not.toContain(bench.token);

  bench.service.onStart = () => {
    throw new Error('a bug');
  };
  const failed = await bench.call('POST', paths.sync, {});
  expect([failed.status, errorCode(failed)]).toEqual([500, 'sync.internal']);
  expect(failed.text).not.toContain('a bug');
  expect(bench.log()).toContain('a bug');
  expect(bench.log()).not.toContain(bench.token);
});
