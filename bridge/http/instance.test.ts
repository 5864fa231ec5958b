/** One bridge per user, and how others find it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { errorCode, startHttpBench, temporaryFolder, type HttpBench } from '../../test/support/http-bench.ts';
import { paths } from '../../contract/api.ts';
import { claimInstance, findInstance } from './instance.ts';
import { openLoopback, readText } from './loopback-request.ts';

let folder: string;
let bench: HttpBench | undefined;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(async () => {
  await bench?.stop();
  bench = undefined;
  rmSync(folder, { recursive: true, force: true });
});

const info = (changes: object): string =>
  JSON.stringify({
    id: 'other',
    pid: process.pid,
    startedAt: new Date().toISOString(),
    address: null,
    certificate: null,
    ...changes,
  });
const leaveBehind = (changes: object): void => writeFileSync(join(folder, 'bridge.json'), info(changes));

async function endedProcess(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  return child.pid ?? 0;
}

describe('claiming', () => {
  test('a second start names the first one’s process and address', async () => {
    bench = await startHttpBench();
    const first = await claimInstance(folder);
    first.announce(bench.server.address, bench.server.certificateFile);
    expect(statSync(join(folder, 'bridge.json')).mode & 0o777).toBe(0o600);
    await expect(claimInstance(folder)).rejects.toMatchObject({
      code: 'bridge.running',
      detail: `process ${process.pid}, ${bench.server.address}`,
    });
    first.release();
    (await claimInstance(folder)).release();
  });

  test('of two starts at the same time one wins', async () => {
    const claims = await Promise.allSettled([claimInstance(folder), claimInstance(folder)]);
    expect(claims.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  test.each([
    ['a process that has ended', async () => leaveBehind({ pid: await endedProcess() })],
    [
      'a process that is something else by now',
      async () => {
        const address = 'https://localhost:9';
        leaveBehind({ address, certificate: (await startedBench()).server.certificateFile });
      },
    ],
    [
      'a start that never came to its end',
      async () => {
        leaveBehind({ startedAt: new Date(Date.now() - 60_000).toISOString() });
      },
    ],
    ['half a file', async () => writeFileSync(join(folder, 'bridge.json'), '{"pid":')],
  ])('what %s left behind is replaced', async (_, leave) => {
    await leave();
    const claim = await claimInstance(folder);
    expect(readFileSync(join(folder, 'bridge.json'), 'utf8')).toContain(`"pid": ${process.pid}`);
    claim.release();
    await expect(findInstance(folder)).rejects.toMatchObject({ code: 'bridge.not-running' });
  });

  test('a claim that was taken away is noticed', async () => {
    const claim = await claimInstance(folder);
    leaveBehind({});
    expect(() => claim.announce('https://localhost:1', 'x')).toThrow(
      expect.objectContaining({ code: 'bridge.running' }),
    );
    claim.release();
    expect(readFileSync(join(folder, 'bridge.json'), 'utf8')).toContain('"id":"other"');
  });

  async function startedBench(): Promise<HttpBench> {
    bench = await startHttpBench();
    return bench;
  }
});

describe('finding', () => {
  test('leads to the bridge, whose certificate is pinned', async () => {
    bench = await startHttpBench();
    const claim = await claimInstance(folder);
    claim.announce(bench.server.address, bench.server.certificateFile);
    const found = await findInstance(folder);
    const answer = await openLoopback(
      { ...found, token: bench.token },
      { method: 'GET', path: paths.status },
    );
    expect(answer.statusCode).toBe(200);
    expect(await readText(answer)).toContain('"version":"1.2.3"');
  });

  test.each([
    ['no file', async () => undefined],
    ['a bridge that has ended', async () => leaveBehind({ pid: await endedProcess() })],
    ['a bridge that is still starting', async () => leaveBehind({})],
  ])('%s: bridge.not-running', async (_, leave) => {
    await leave();
    await expect(findInstance(folder)).rejects.toMatchObject({ code: 'bridge.not-running' });
  });
});

describe('R23: somebody else on the port', () => {
  test('gets no byte of a request, not even the token', async () => {
    bench = await startHttpBench();
    const squatter = await startHttpBench();
    const certificate = readFileSync(bench.server.certificateFile, 'utf8');
    const target = { address: squatter.server.address, certificate, token: bench.token };
    await expect(openLoopback(target, { method: 'GET', path: paths.status })).rejects.toMatchObject({
      code: 'bridge.not-running',
    });
    expect(squatter.log()).toBe('');
    await squatter.stop();
  });

  test('a start says that the port is taken, on either address', async () => {
    for (const host of ['127.0.0.1', '::1']) {
      const other = createServer().listen(0, host);
      await once(other, 'listening');
      const { port } = other.address() as AddressInfo;
      await expect(startHttpBench({ config: { port } })).rejects.toMatchObject({
        code: 'bridge.port-taken',
        detail: expect.stringContaining(String(port)),
      });
      other.close();
    }
  });

  test('another bridge’s token and page keys are worth nothing here', async () => {
    bench = await startHttpBench();
    const other = await startHttpBench();
    const answer = await bench.call('GET', paths.status, undefined, other.token);
    expect([answer.status, errorCode(answer)]).toEqual([401, 'api.unauthorized']);
    await other.stop();
  });
});
