/** Bridge and handheld over TCP: TLS after the banner, keys pinned by a compared code (spec: reliability R24). */
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { paths, statusSchema, type DeviceStatus } from '../../contract/api.ts';
import { startBridge, type RunningBridge } from '../../bridge/bridge.ts';
import { BridgeClient } from '../../bridge/cli/bridge-client.ts';
import { parseConfiguration } from '../../bridge/config/configuration.ts';
import { makeIdentity, secure } from '../../qdsync/index.ts';
import { temporaryFolder } from '../support/http-bench.ts';
import { startAgent, type AgentChoices, type RunningAgent } from '../support/tcp-agent.ts';

let folder: string;
let deviceFolder: string;
let bridge: RunningBridge | undefined;
let agent: RunningAgent | undefined;
const servers: Server[] = [];
beforeEach(() => {
  folder = temporaryFolder();
  deviceFolder = mkdtempSync(join(tmpdir(), 'device-tls-'));
});
afterEach(async () => {
  await bridge?.stop();
  bridge = undefined;
  await agent?.stop();
  agent = undefined;
  for (const server of servers.splice(0)) server.close();
  for (const path of [folder, deviceFolder]) rmSync(path, { recursive: true, force: true });
});

async function device(choices: AgentChoices, port = 0): Promise<RunningAgent> {
  await agent?.stop();
  agent = await startAgent(port, choices);
  return agent;
}

/** `forwarded`: as if the address were not of this PC. */
async function desktop(port: number, forwarded = true): Promise<BridgeClient> {
  await bridge?.stop();
  const text = JSON.stringify({ tcp: { host: '127.0.0.1', port, forwarded } });
  bridge = await startBridge({ ...parseConfiguration(text, 'test', folder), port: 0 });
  return BridgeClient.connect(folder);
}

const statusOf = async (client: BridgeClient): Promise<DeviceStatus> => {
  const [status] = (await client.get(paths.status, statusSchema)).devices;
  if (status === undefined) throw new Error('no device');
  return status;
};
const nothing = z.object({});
const becomes = async (client: BridgeClient, wanted: Partial<DeviceStatus>): Promise<DeviceStatus> => {
  await expect.poll(() => statusOf(client), { timeout: 15_000, interval: 20 }).toMatchObject(wanted);
  return statusOf(client);
};
const refused = async (client: BridgeClient, code: string): Promise<void> => {
  await expect
    .poll(async () => (await statusOf(client)).problem?.code, { timeout: 15_000, interval: 20 })
    .toBe(code);
};

/** Pairs both ends, and ends both connections. */
async function pair(): Promise<number> {
  const { port, codes } = await device({ tls: true, folder: deviceFolder });
  const client = await desktop(port);
  await becomes(client, { state: 'waiting-for-code' });
  await client.post(paths.compareCode, { device: 'device', code: codes[0] }, nothing);
  await becomes(client, { state: 'connected', protection: 'tls' });
  return port;
}

/** Stands between both ends; all that it sees goes through `relay`. */
async function between(port: number, relay: (near: Socket, far: Socket) => void): Promise<number> {
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      socket.on('error', () => other.destroy());
      socket.on('close', () => other.destroy());
    }
    relay(near, far);
  });
  servers.push(server);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

describe('two ends of ours', () => {
  test('[SEC-6] both show one code; the key is pinned once a person has compared it, and no code is asked for again', async () => {
    const { port, codes } = await device({ tls: true, folder: deviceFolder });
    let client = await desktop(port);
    const { code } = await becomes(client, { state: 'waiting-for-code' });
    expect(code).toMatch(/^\d{6}$/);
    expect(codes).toEqual([code]);
    // Nothing but the login happens before the person has spoken.
    expect((await statusOf(client)).banner).toBeUndefined();
    await client.post(paths.compareCode, { device: 'device', code }, nothing);
    expect(await becomes(client, { state: 'connected' })).toMatchObject({ protection: 'tls' });

    client = await desktop(port);
    expect(await becomes(client, { state: 'connected' })).toMatchObject({ protection: 'tls' });
    expect(codes).toHaveLength(1);
  });

  test('[SEC-6] another code than the one shown ends the connection, and nothing is pinned', async () => {
    const { port, codes } = await device({ tls: true, folder: deviceFolder });
    const client = await desktop(port);
    const { code = '' } = await becomes(client, { state: 'waiting-for-code' });
    const wrong = String((Number(code) + 1) % 1_000_000).padStart(6, '0');
    await expect(
      client.post(paths.compareCode, { device: 'device', code: wrong }, nothing),
    ).rejects.toMatchObject({ code: 'device.code' });
    await refused(client, 'device.code');
    await expect(client.post(paths.compareCode, { device: 'device', code }, nothing)).rejects.toMatchObject({
      code: 'device.no-code',
    });
    // A person asks again: another code, for both have new nonces.
    await client.post(paths.sync, {}, nothing);
    expect((await becomes(client, { state: 'waiting-for-code' })).code).toBe(codes[1]);
  });

  test('[SEC-6] what goes over the network after the offer is TLS: no line of the login can be read', async () => {
    const { port } = await device({ tls: true, folder: deviceFolder });
    const seen: Buffer[] = [];
    const relayed = await between(port, (near, far) => {
      near.on('data', (bytes: Buffer) => {
        seen.push(bytes);
        far.write(bytes);
      });
      far.pipe(near);
    });
    const client = await desktop(relayed);
    const { code } = await becomes(client, { state: 'waiting-for-code' });
    await client.post(paths.compareCode, { device: 'device', code }, nothing);
    await becomes(client, { state: 'connected' });
    const said = Buffer.concat(seen).toString('latin1');
    expect(said.startsWith('HELPER_INIT 0 0 1\nEXTEND tls\n\x16\x03')).toBe(true);
    expect(said).not.toMatch(/USER|PASS|PAIR/);
  });

  test('on this PC nobody can be between: pinned without a code, and protected all the same', async () => {
    const { port, codes } = await device({ tls: true, folder: deviceFolder });
    const client = await desktop(port, false);
    await becomes(client, { state: 'connected', protection: 'tls' });
    expect(codes).toHaveLength(0);
    await device({ tls: false, folder: deviceFolder }, port);
    await refused(client, 'device.downgrade');
  });
});

describe('somebody between', () => {
  test('[SEC-7] who ends TLS on both sides makes the codes differ', async () => {
    const { port, codes } = await device({ tls: true, folder: deviceFolder });
    const identity = await makeIdentity();
    const relayed = await between(port, (near, far) => {
      // Plain as far as `EXTEND tls` and its answer, then two ends of TLS with the same key.
      far.on('data', function onData(bytes: Buffer) {
        near.write(bytes);
        if (!bytes.includes('250 tls\n')) return;
        far.off('data', onData);
        near.removeAllListeners('data');
        void Promise.all([secure(near, 'device', identity), secure(far, 'desktop', identity)]).then(
          ([a, b]) => {
            a.stream.pipe(b.stream).pipe(a.stream);
            for (const { stream } of [a, b]) stream.on('error', () => undefined);
          },
          () => undefined,
        );
      });
      near.on('data', (bytes: Buffer) => far.write(bytes));
    });
    const client = await desktop(relayed);
    const { code } = await becomes(client, { state: 'waiting-for-code' });
    expect(codes).toHaveLength(1);
    expect(code).not.toBe(codes[0]);
    await expect(
      client.post(paths.compareCode, { device: 'device', code: codes[0] }, nothing),
    ).rejects.toMatchObject({ code: 'device.code' });
    await refused(client, 'device.code');
  });

  test('[SEC-7] a device once pinned is refused where its offer is taken away', async () => {
    const port = await pair();
    const relayed = await between(port, (near, far) => {
      near.pipe(far);
      far.on('data', (bytes: Buffer) => near.write(bytes.toString('latin1').replace('tls ', ''), 'latin1'));
    });
    const client = await desktop(relayed);
    await refused(client, 'device.downgrade');
    expect((await statusOf(client)).problem?.remedy).toContain('between');
  });

  test('[SEC-7] one that is known by its name, but has another key, is refused before anything is said to it', async () => {
    const port = await pair();
    // The same device, as its banner says, with the key of somebody else.
    const { PimStore } = await import('../../device/store/pim-store.ts');
    const { writeSetting } = await import('../../device/store/settings.ts');
    await agent?.stop();
    agent = undefined;
    const store = new PimStore(join(deviceFolder, 'pim.db'), Date.now);
    writeSetting(store.db, 'tls', JSON.stringify(await makeIdentity()));
    store.close();
    const impostor = await device({ tls: true, folder: deviceFolder }, port);
    const client = await desktop(port);
    await refused(client, 'device.key-changed');
    expect(impostor.logins()).toBe(0);
    // A person says that it was reset: it is met anew, with a code.
    await client.post(paths.acceptDevice, { device: 'device' }, nothing);
    expect((await becomes(client, { state: 'waiting-for-code' })).code).toBe(impostor.codes[0]);
  });

  test.each([
    ['to the desktop', '250 tls\n', '250 tls\n220 Qtopia 4.4.3;challenge={x};loginname=root;protocol=2\n'],
    ['to the device', 'EXTEND tls\n', 'EXTEND tls\nUSER root\n'],
  ])('[SEC-7] what is put in %s before TLS begins ends the connection', async (_to, said, instead) => {
    const handheld = await device({ tls: true, folder: deviceFolder });
    const relayed = await between(handheld.port, (near, far) => {
      const change = (bytes: Buffer): Buffer =>
        Buffer.from(bytes.toString('latin1').replace(said, instead), 'latin1');
      near.on('data', (bytes: Buffer) => far.write(change(bytes)));
      far.on('data', (bytes: Buffer) => near.write(change(bytes)));
    });
    const client = await desktop(relayed);
    await expect
      .poll(async () => (await statusOf(client)).problem?.code, { timeout: 15_000, interval: 20 })
      .toMatch(/^(wire\.protocol|link\.lost)$/);
    expect(handheld.logins()).toBe(0);
  });
});

describe('a device of 2009', () => {
  test('[SEC-8] is spoken to by consent only, shown as unprotected, and no more once that is taken back', async () => {
    const handheld = await device({ folder: deviceFolder });
    const client = await desktop(handheld.port);
    await refused(client, 'device.unprotected');
    expect(handheld.logins()).toBe(0);
    const say = (allowed: boolean) =>
      client.post(paths.allowUnprotected, { device: 'device', allowed }, nothing);
    await say(true);
    expect(await becomes(client, { state: 'connected' })).toMatchObject({ protection: 'none' });
    await say(false);
    await refused(client, 'device.unprotected');
  });

  test('[SEC-8] that learns to protect itself is met anew with a code, and its old way is over', async () => {
    let { port } = await device({ folder: deviceFolder });
    const client = await desktop(port);
    await refused(client, 'device.unprotected');
    await client.post(paths.allowUnprotected, { device: 'device', allowed: true }, nothing);
    await becomes(client, { state: 'connected' });
    const renewed = await device({ tls: true, folder: deviceFolder }, port);
    await client.post(paths.sync, {}, nothing);
    const { code } = await becomes(client, { state: 'waiting-for-code' });
    await client.post(paths.compareCode, { device: 'device', code }, nothing);
    await becomes(client, { state: 'connected', protection: 'tls' });
    ({ port } = renewed);
    await device({ folder: deviceFolder }, port);
    await refused(client, 'device.downgrade');
  });
});
