/** The whole bridge with a device of ours: pausing, and a device that is not the one it was (R24). */
import { rmSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { DeviceStatus } from '../contract/api.ts';
import { paths, statusSchema } from '../contract/api.ts';
import { startAgent, type RunningAgent } from '../test/support/tcp-agent.ts';
import { temporaryFolder } from '../test/support/http-bench.ts';
import { startBridge, type RunningBridge } from './bridge.ts';
import { BridgeClient } from './cli/bridge-client.ts';
import { stateFiles } from './config/state-folder.ts';
import { openStore } from './store/store.ts';
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

/** As a sync of the device by this name would have left it. */
function setLastSync(name: string, at: string): void {
  const store = openStore(stateFiles.database(folder));
  store.devices.setLastSync(name, new Date(at));
  store.close();
}

test('another device under the same name is refused with an explanation, and told nothing, until a person accepts it', async () => {
  const client = await start();
  await expect.poll(state(client), { timeout: 10_000 }).toBe('connected');
  setLastSync('device', '2026-11-23T10:00:00.000Z');
  expect((await device(client))?.lastSync).toBe('2026-11-23T10:00:00.000Z');
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
  // It was never synced, so its first sync is previewed.
  expect((await device(client))?.lastSync).toBeNull();
});

test('a device that is removed and added again goes on where it was; another one of its name was never synced', async () => {
  const text = JSON.stringify({ devices: [{ name: 'Neo', tcp: { host: '127.0.0.1', port: agent.port } }] });
  writeFileSync(stateFiles.config(folder), text);
  bridge = await startBridge({ ...parseConfiguration(text, stateFiles.config(folder), folder), port: 0 });
  const client = await BridgeClient.connect(folder);
  const { port } = agent;
  const addAgain = async (): Promise<void> => {
    await client.tell('DELETE', `${paths.devices}/Neo`);
    await client.post(
      paths.devices,
      { name: 'Neo', link: { kind: 'tcp', host: '127.0.0.1', port } },
      nothing,
    );
  };
  await expect.poll(state(client), { timeout: 10_000 }).toBe('connected');
  setLastSync('Neo', '2026-11-23T10:00:00.000Z');

  await addAgain();
  await expect.poll(state(client), { timeout: 10_000 }).toBe('connected');
  expect((await device(client))?.lastSync).toBe('2026-11-23T10:00:00.000Z');

  await agent.stop();
  agent = await startAgent(port);
  // Of the one that goes: what a preview has shown of it says nothing of the next.
  const lastJob = async () => (await client.get(paths.status, statusSchema)).job;
  await client.post(paths.sync, { device: 'Neo', dryRun: true }, z.object({}));
  await client.post(paths.cancel, {}, z.object({}));
  await expect.poll(async () => (await lastJob())?.state, { timeout: 10_000 }).not.toBe('running');
  expect(await lastJob()).not.toBeNull();
  await addAgain();
  await expect.poll(state(client), { timeout: 10_000 }).toBe('connected');
  expect((await device(client))?.lastSync).toBeNull();
  expect(await lastJob()).toBeNull();
});
