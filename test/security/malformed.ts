/** Malformed requests and lines in any number: each is refused, nothing crashes, nothing grows (R17, R19). */
import { Agent } from 'node:https';
import { request } from 'node:https';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'vitest';
import { paths } from '../../contract/api.ts';
import { errorCatalogue } from '../../contract/errors.ts';
import { SeededRandom } from '../../demo/sample-data/random.ts';
import { ConnectionBench } from '../support/connection-bench.ts';
import { startHttpBench, type HttpBench } from '../support/http-bench.ts';

/** What a process may have more in the end than after a warming-up. */
const MAX_GROWTH_BYTES = 32 * 1024 * 1024;
/** Of the requests: those that are no HTTP at all, each on a connection of its own. */
const RAW_SHARE = 0.03;

export async function sendMalformedRequests(count: number, seed: number): Promise<void> {
  const bench = await startHttpBench();
  const agent = new Agent({ keepAlive: true, maxSockets: 8, rejectUnauthorized: false });
  const random = new SeededRandom(seed);
  try {
    const raw = Math.ceil(count * RAW_SHARE);
    const batch = async (requests: number): Promise<void> => {
      for (let sent = 0; sent < requests;) {
        const together = Math.min(64, requests - sent);
        const statuses = await Promise.all(
          Array.from({ length: together }, () => sendMalformed(bench, agent, random)),
        );
        for (const { status, what } of statuses) expect(status, what).toSatisfy(isRefusal);
        sent += together;
      }
    };
    await batch(Math.min(500, count));
    const before = heapUsed();
    await batch(count - raw);
    for (let sent = 0; sent < raw; sent += 1) {
      const answer = await sendGarbage(bench.server.port, random);
      expect(answer === '' || /^HTTP\/1\.1 4\d\d /.test(answer), answer.slice(0, 100)).toBe(true);
    }
    expect(heapUsed() - before).toBeLessThan(MAX_GROWTH_BYTES);
    // Nothing was done, and who may ask is answered as ever.
    expect(bench.service.started).toEqual([]);
    expect(bench.service.stops).toBe(0);
    expect((await bench.call('GET', paths.status)).status).toBe(200);
  } finally {
    agent.destroy();
    await bench.stop();
  }
}

const isRefusal = (status: number): boolean => status >= 400 && status < 500;

const posts = [
  ...[paths.sync, paths.cancel, paths.hostAttach, paths.hostNext, paths.hostAnswer, paths.hostDetach],
  ...[
    paths.pairConfirm,
    paths.pairClaim,
    paths.pairRedeem,
    paths.prove,
    paths.pause,
    paths.acceptDevice,
    paths.compareCode,
    paths.allowUnprotected,
  ],
];
const strange = [
  '\u0000',
  '../',
  '%00',
  '%2e%2e%2f',
  '😀',
  '"',
  '\\',
  '{',
  '__proto__',
  'a'.repeat(3000),
  '-1',
  '1e999',
];

/** A body that no schema accepts, or that is no JSON. */
function badBody(random: SeededRandom): string {
  const word = (): string => JSON.stringify(random.pick(strange));
  const bodies = [
    () => '',
    () => '{',
    () => '[]',
    () => 'null',
    () => `{"x":${'['.repeat(random.below(2000))}`,
    () => `{${word()}:${word()}}`,
    () => `{"__proto__":{"host":1},"host":${word()},"surplus":true}`,
    () => `{"device":${random.below(9)},"datasets":{}}`,
    () => `{"host":null,"call":[],"answer":{"method":${word()}}}`,
    () => String.fromCharCode(...Array.from({ length: 40 }, () => 32 + random.below(95))),
  ];
  return random.pick(bodies)();
}

async function sendMalformed(
  bench: HttpBench,
  agent: Agent,
  random: SeededRandom,
): Promise<{ readonly status: number; readonly what: string }> {
  const key = random.pick([bench.token, bench.token, `${bench.token}x`, '', random.pick(strange)]);
  const path = random.pick([
    ...posts,
    ...posts,
    `/api/${encodeURIComponent(random.pick(strange))}`,
    '/%',
    '/..%2f..%2fetc/passwd',
  ]);
  const method = path.startsWith('/api') ? random.pick(['POST', 'POST', 'POST', 'PUT', 'PATCH']) : 'GET';
  const body = method === 'GET' ? '' : badBody(random);
  const type = random.pick([
    'application/json',
    'application/json',
    'text/plain',
    'application/json;charset=x',
    '',
  ]);
  const headers: Record<string, string> = { Host: `localhost:${bench.server.port}` };
  if (type !== '') headers['Content-Type'] = type;
  if (/^[\x21-\x7e]*$/.test(key) && key !== '') headers.Authorization = `Bearer ${key}`;
  const what = `${method} ${path} ${type} ${body.slice(0, 80)}`;
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: '127.0.0.1', port: bench.server.port, agent, method, path, headers },
      (answer) => {
        answer.resume();
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, what }));
        answer.on('error', reject);
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Something that is no HTTP; what the bridge says to it before it hangs up. */
function sendGarbage(port: number, random: SeededRandom): Promise<string> {
  const pieces = [
    () => Buffer.from(Array.from({ length: 1 + random.below(300) }, () => random.below(256))),
    () => Buffer.from(`GET ${'/a'.repeat(random.below(20_000))} HTTP/1.1\r\n\r\n`),
    () => Buffer.from('GET / HTTP/9.9\r\nHost: localhost\r\n\r\n'),
    () => Buffer.from(`POST ${paths.sync} HTTP/1.1\r\nHost: localhost:${port}\r\nContent-Length: -5\r\n\r\n`),
    () =>
      Buffer.from(
        `POST ${paths.sync} HTTP/1.1\r\nHost: localhost:${port}\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      ),
    () => Buffer.from(`GET ${paths.hello} HTTP/1.1\r\nHost: localhost:${port}\r\nHost: evil.example\r\n\r\n`),
    () => Buffer.from(`GET ${paths.hello} HTTP/1.1\r\n${'X: y\r\n'.repeat(3000)}\r\n`),
    () =>
      Buffer.from(
        `GET ${paths.status} HTTP/1.1\r\nHost: localhost:${port}\r\nAuthorization: Bearer \u0001\r\n\r\n`,
      ),
  ];
  return new Promise((resolve) => {
    let said = '';
    const socket: TLSSocket = connectTls({ host: '127.0.0.1', port, rejectUnauthorized: false }, () =>
      socket.end(random.pick(pieces)()),
    );
    socket.on('data', (chunk: Buffer) => (said = (said + chunk.toString('latin1')).slice(0, 1000)));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(said));
  });
}

/** Each on a connection of its own, greeting, login and session; it is refused, or passed over and told. */
export function hearMalformedLines(count: number, seed: number): void {
  const random = new SeededRandom(seed);
  const hear = (lines: number): void => {
    for (let heard = 0; heard < lines; heard += 1) {
      const line = malformedLine(random);
      const bench = new ConnectionBench();
      if (random.below(2) === 0) bench.login();
      bench.take(bench.connection.receive(line, bench.now));
      // What is not refused at once may be waiting for its end of line or for the rest of a greeting.
      if (bench.end === undefined) bench.pass(120_000);
      const { code } = bench.end ?? {};
      const refused =
        code === undefined
          ? bench.kinds().includes('ignored') || bench.kinds().length === 0
          : code in errorCatalogue;
      expect(
        refused,
        `${line.toString('latin1').slice(0, 200)} → ${bench.kinds().join()} ${code ?? ''}`,
      ).toBe(true);
      expect(bench.kinds()).not.toContain('message');
    }
  };
  hear(Math.min(200, count));
  const before = heapUsed();
  hear(count);
  expect(heapUsed() - before).toBeLessThan(MAX_GROWTH_BYTES);
}

function malformedLine(random: SeededRandom): Buffer {
  const bytes = (most: number): Buffer =>
    Buffer.from(Array.from({ length: random.below(most) }, () => random.below(256)));
  const text = (value: string): Buffer => Buffer.from(value, 'latin1');
  const kinds = [
    () => Buffer.concat([bytes(400), text('\n')]),
    () => Buffer.concat([text('CALL '), bytes(200), text('\n')]),
    () => text('CALL QPE/Sync clientEnd() AAAA====\n'),
    () => text(`CALL ${'x'.repeat(random.below(5000))}\n`),
    () => text(`CALL a b(${'QString,'.repeat(random.below(300))}QString) ${bytes(100).toString('base64')}\n`),
    () =>
      text(
        `${random.below(1000)}${random.pick([' ', '-', ''])}${bytes(100).toString('latin1').replaceAll('\n', '')}\n`,
      ),
    () => text('\n'.repeat(1 + random.below(50))),
    () => text('220 Qtopia\n'),
    () => text('\u0000\u0000\u0000\n'),
  ];
  return random.pick(kinds)();
}

/** Bytes on the heap after everything that can be collected was. */
function heapUsed(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  return process.memoryUsage().heapUsed;
}
