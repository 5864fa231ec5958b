/** R23: whoever else sits on the bridge's port gets nothing. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { paths } from '../../contract/api.ts';
import { proofKeyOf } from '../../contract/bridge-proof.ts';
import { startHttpBench, type HttpBench } from '../../test/support/http-bench.ts';
import { createBridgeClient } from './bridge-client.ts';

const { signal } = new AbortController();

interface Heard {
  readonly path: string;
  readonly body: string;
  readonly authorization: string | undefined;
}

/** A program on the bridge's port, with a certificate that is believed: plain HTTP stands for that here. */
class Squatter {
  readonly heard: Heard[] = [];
  answer: (heard: Heard) => Promise<unknown> = async () => ({ proof: null });
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const heard = {
          path: request.url ?? '',
          body: Buffer.concat(chunks).toString(),
          authorization: request.headers.authorization,
        };
        this.heard.push(heard);
        void this.answer(heard).then((body) => response.end(JSON.stringify(body)));
      });
    });
  }

  async listen(port = 0): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

let bench: HttpBench;
let squatter: Squatter;
let address: string;
beforeEach(async () => {
  bench = await startHttpBench();
  squatter = new Squatter();
  address = await squatter.listen();
});
afterEach(async () => {
  squatter.close();
  await bench.stop();
});

const secret = 'a-key-of-a-page-that-nobody-else-must-learn';
const client = (key: string | null = secret) => createBridgeClient({ address, key: () => key });

function expectNothingTold(): void {
  expect(squatter.heard.map(({ path }) => path)).toEqual([paths.prove]);
  for (const { body, authorization } of squatter.heard) {
    expect(authorization).toBeUndefined();
    expect(Object.keys(JSON.parse(body) as object).sort()).toEqual(['id', 'nonce']);
    expect(body).not.toContain(secret);
  }
}

describe('a program on the bridge’s port', () => {
  it.each([
    ['that knows no proof', async () => ({ proof: null })],
    ['that makes a proof up', async () => ({ proof: 'ab'.repeat(32) })],
    [
      'that sends back what it got',
      async ({ body }: Heard) => ({ proof: (JSON.parse(body) as { id: string }).id }),
    ],
  ])('%s gets an id and a nonce, and nothing else', async (_, answer) => {
    squatter.answer = answer;
    const attach = {
      mailbox: { tenant: 't', user: 'u', displayName: 'ada', folders: {} },
      datasets: ['contacts'],
      label: 'x',
    };
    await expect(client().attach(attach, signal)).rejects.toMatchObject({ code: 'bridge.unproven' });
    expectNothingTold();
  });

  it('cannot pass the proof of the real bridge, at another port, on as its own', async () => {
    squatter.answer = async ({ path, body }) =>
      (await bench.raw({ method: 'POST', path, body, headers: { 'Content-Type': 'application/json' } })).json;
    await expect(client(bench.token).status(signal)).rejects.toMatchObject({ code: 'bridge.unproven' });
    expectNothingTold();
  });

  it('gets no invitation and no secret of a pairing either', async () => {
    await expect(client(null).pairRedeem(secret, 'pane', signal)).rejects.toMatchObject({
      code: 'bridge.unproven',
    });
    expectNothingTold();
    squatter.heard.length = 0;
    await expect(client(null).pairClaim('id', secret, signal)).rejects.toMatchObject({
      code: 'bridge.unproven',
    });
    expectNothingTold();
  });

  it('that comes after the bridge has gone is asked for a new proof', async () => {
    // The bridge, as far as this test needs it: it knows the key, then breaks off.
    const key = await proofKeyOf(secret);
    squatter.answer = async ({ path, body }) =>
      path === paths.prove
        ? { proof: await key.prove(address, (JSON.parse(body) as { nonce: string }).nonce) }
        : { job: 'j' };
    const page = client();
    await page.startSync({}, signal);
    await page.startSync({}, signal);
    expect(squatter.heard.map(({ path }) => path)).toEqual([paths.prove, paths.sync, paths.sync]);
    squatter.close();
    await expect(page.startSync({}, signal)).rejects.toMatchObject({ code: 'bridge.not-running' });
    await expect(page.startSync({}, signal)).rejects.toMatchObject({ code: 'bridge.not-running' });
    const later = new Squatter();
    const sent: string[] = [];
    later.answer = async ({ path }) => (sent.push(path), { proof: null });
    await later.listen(Number(new URL(address).port));
    await expect(page.startSync({}, signal)).rejects.toMatchObject({ code: 'bridge.unproven' });
    expect(sent).toEqual([paths.prove]);
    later.close();
  });
});
