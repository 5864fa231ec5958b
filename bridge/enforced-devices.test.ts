/** Devices and settings that an administrator has set cannot be changed through the API, by page or program. */
import { readFileSync, rmSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { paths, statusSchema } from '../contract/api.ts';
import { allSettingsSchema } from '../contract/settings.ts';
import { temporaryFolder } from '../test/support/http-bench.ts';
import { startBridge, type RunningBridge } from './bridge.ts';
import { BridgeClient } from './cli/bridge-client.ts';
import { parseConfiguration } from './config/configuration.ts';
import { stateFiles } from './config/state-folder.ts';
import { findInstance } from './http/instance.ts';
import { openLoopback, readText } from './http/loopback-request.ts';

let folder: string;
let bridge: RunningBridge | undefined;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(async () => {
  await bridge?.stop();
  bridge = undefined;
  rmSync(folder, { recursive: true, force: true });
});

const theirs = {
  devices: [
    {
      name: 'Depot',
      tcp: { host: '192.0.2.1' },
      settings: { contacts: { mode: 'to-device' } },
    },
  ],
};

async function start(user: object, policy?: object): Promise<BridgeClient> {
  const values = policy === undefined ? undefined : { file: '/etc/policy.json', values: { ...policy } };
  const config = parseConfiguration(JSON.stringify(user), `${folder}/config.json`, folder, values);
  bridge = await startBridge({ ...config, port: 0 });
  return BridgeClient.connect(folder);
}

/** The answer to the removal of a device. */
async function remove(device: string): Promise<string> {
  const token = readFileSync(stateFiles.token(folder), 'utf8').trim();
  const target = { ...(await findInstance(folder)), token };
  return readText(await openLoopback(target, { method: 'DELETE', path: `${paths.devices}/${device}` }));
}

const anything = z.unknown();
const enforced = { code: 'config.enforced' };
const contactsOf = async (client: BridgeClient) =>
  (await client.get(paths.settings, allSettingsSchema)).devices[0]?.datasets.contacts;
const change = (client: BridgeClient, wanted: object) =>
  client.post(paths.settings, { device: 'Depot', dataset: 'contacts', change: wanted }, anything);

test('[SEC-9] no device is added, removed, or spoken to otherwise than the policy says', async () => {
  const client = await start({}, theirs);
  const link = { kind: 'tcp', host: '192.0.2.2' };
  await expect(client.post(paths.devices, { name: 'mine', link }, anything)).rejects.toMatchObject(enforced);
  expect(await remove('Depot')).toContain('config.enforced');
  await expect(
    client.post(paths.allowUnprotected, { device: 'Depot', allowed: true }, anything),
  ).rejects.toMatchObject(enforced);
  const { devices } = await client.get(paths.status, statusSchema);
  expect(devices.map(({ name }) => name)).toEqual(['Depot']);
});

test('[SEC-9] what the policy chooses for a dataset stays, for always and for one sync; the rest is free', async () => {
  const client = await start({}, theirs);
  await expect(change(client, { mode: 'two-way' })).rejects.toMatchObject(enforced);
  await expect(
    client.post(paths.sync, { settings: { contacts: { mode: 'two-way' } } }, anything),
  ).rejects.toMatchObject(enforced);
  await change(client, { policy: 'outlook' });
  expect(await contactsOf(client)).toMatchObject({ mode: 'to-device', policy: 'outlook' });
});

test('[SEC-9] what was chosen before the policy came does not count any more', async () => {
  let client = await start(theirs);
  await change(client, { mode: 'two-way' });
  expect(await contactsOf(client)).toMatchObject({ mode: 'two-way' });
  await bridge?.stop();
  client = await start({}, theirs);
  expect(await contactsOf(client)).toMatchObject({ mode: 'to-device' });
});

test('without a policy all of it is the user’s own', async () => {
  const client = await start({});
  const link = { kind: 'tcp', host: '192.0.2.2' };
  await client.post(paths.devices, { name: 'mine', link }, anything);
  expect(await remove('mine')).toContain('"devices":[]');
});
