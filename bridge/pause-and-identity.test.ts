/** The whole bridge with a device of ours: pausing, and a device that is not the one it was (R24). */
import { rmSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { DeviceStatus } from '../contract/api.ts';
import { paths, statusSchema } from '../contract/api.ts';
import { startAgent, type RunningAgent } from '../test/support/tcp-agent.ts';
import { temporaryFolder } from '../test/support/http-bench.ts';
import { startBridge, type RunningBridge } from './bridge.ts';
import { BridgeClient } from './cli/bridge-client.ts';
import { parseConfiguration } from './config/configuration.ts';
import { z } from 'zod';

let folder: string;
let agent: RunningAgent;
let bridge: RunningBridge | undefined;
beforeEach(async () => {
  folder = temporaryFolder();
  agent = await startAgent();
});
afterEach(async () => {
  await bridge?.stop();
  bridge = undefined;
  await agent.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function start(): Promise<BridgeClient> {
  const text = JSON.stringify({ tcp: { host: '127.0.0.1', port: agent.port } });
  bridge = await startBridge({ ...parseConfiguration(text, 'test', folder), port: 0 });
  return BridgeClient.connect(folder);
}

const device = async (client: BridgeClient): Promise<DeviceStatus | undefined> =>
  (await client.get(paths.status, statusSchema)).devices[0];
const state = (client: BridgeClient) => async () => (await device(client))?.state;
const nothing = z.object({});

test('a paused bridge lets the device go, starts nothing, and remembers it', async () => {
  let client = await start();
  await expect.poll(state(client), { timeout: 10_000 }).toBe('connected');
  await client.post(paths.pause, { paused: true }, nothing);
  expect(await state(client)()).toBe('disconnected');
  await expect(client.post(paths.sync, {}, nothing)).rejects.toMatchObject({ code: 'bridge.paused' });
  await bridge?.stop();

  client = await start();
  expect((await client.get(paths.status, statusSchema)).paused).toBe(true);
  expect(await state(client)()).toBe('disconnected');
  await client.post(paths.pause, { paused: false }, nothing);
  await expect.poll(state(client), { timeout: 10_000 }).toBe('connected');
});

test('another device under the same name is refused with an explanation, and told nothing, until a person accepts it', async () => {
  const client = await start();
  await expect.poll(state(client), { timeout: 10_000 }).toBe('connected');
  const { port } = agent;
  await agent.stop();
  agent = await startAgent(port);
  await expect
    .poll(async () => (await device(client))?.problem?.code, { timeout: 15_000 })
    .toBe('login.other-device');
  expect(agent.logins()).toBe(0);
  await client.post(paths.acceptDevice, { device: 'device' }, nothing);
  await expect.poll(state(client), { timeout: 10_000 }).toBe('connected');
  expect(agent.logins()).toBe(1);
});
