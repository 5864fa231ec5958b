/**
 * Syncs that the owner starts at the device, over real processes: the local mailbox, the bridge, our own agent, and the
 * device of 2009 at the other end of a real socket (spec: qdsync protocol, sections 5 and 8).
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { paths, statusSchema, type Status } from '../../contract/api.ts';
import { BridgeClient } from '../../bridge/cli/bridge-client.ts';
import { runCommand, startProgram, type RunningProgram } from '../../demo/processes.ts';
import { Device2009 } from '../device-2009/device.ts';

const folder = mkdtempSync(join(tmpdir(), 'device-initiated-'));
const bridgeState = join(folder, 'bridge');
const deviceState = join(folder, 'device');
const programs: RunningProgram[] = [];
const old = new Device2009();
let client: BridgeClient;
let mailboxUrl: string;

const start = async (program: 'mailbox' | 'device' | 'bridge', args: readonly string[]) => {
  const running = await startProgram(program, args);
  programs.push(running);
  return running;
};
const status = (): Promise<Status> => client.get(paths.status, statusSchema);
const owner = async (command: 'sync' | 'cancel'): Promise<Record<string, unknown>[]> => {
  const printed = await runCommand('device', [command, '--json', '--state', deviceState]);
  return printed
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
};
const startBridge = async (...outlook: string[]): Promise<RunningProgram> => {
  const bridge = await start('bridge', [
    ...['start', '--port', '0', '--state', bridgeState, '--config', join(folder, 'config.json')],
    ...outlook,
  ]);
  client = await BridgeClient.connect(bridgeState);
  await expect
    .poll(async () => (await status()).devices.map(({ state }) => state), { timeout: 30_000 })
    .toEqual(['connected', 'connected']);
  return bridge;
};

beforeAll(async () => {
  const mailbox = await start('mailbox', ['--port', '0', '--state', join(folder, 'mailbox')]);
  mailboxUrl = String(mailbox.ready.url);
  await runCommand('device', ['add', 'contacts', 'LastName=Lovelace', '--state', deviceState]);
  const device = await start('device', ['run', '--state', deviceState, '--accept', 'allow', '--port', '0']);
  old.owner('allow');
  old.add({ FirstName: 'Grace', LastName: 'Hopper' });
  const tcp = (port: number) => ({ host: '127.0.0.1', port });
  const devices = [
    { name: 'ours', tcp: tcp(Number(device.ready.port)) },
    { name: 'old', tcp: tcp(await old.listen(0)) },
  ];
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ devices }));
}, 60_000);

afterAll(async () => {
  for (const program of programs.reverse()) await program.stop();
  await old.close();
  rmSync(folder, { recursive: true, force: true });
});

it('[WIRE-20] [WIRE-21] starts, shows and refuses syncs at the device', { timeout: 90_000 }, async () => {
  const alone = await startBridge();
  // No Outlook host is attached: both are told so in words, and no run begins.
  await expect(owner('sync')).rejects.toThrow(
    /"kind":"displayText","text":"No Outlook add-in is attached\.[^]*pim\.refused/,
  );
  old.pressSync();
  await expect.poll(() => old.screen.log).toHaveLength(1);
  expect(old.screen).toMatchObject({ button: 'Sync', log: [expect.stringContaining('No Outlook')] });
  await expect(owner('cancel')).rejects.toThrow(/sync\.not-running/);
  await alone.stop();

  await startBridge('--outlook', 'headless', '--graph', mailboxUrl);
  await expect.poll(async () => (await status()).hosts.length, { timeout: 30_000 }).toBe(1);
  const told = await owner('sync');
  expect(told.map(({ kind }) => kind).slice(0, 3)).toEqual(['syncStart', 'syncSteps', 'syncProgress']);
  expect(told.at(-1)).toEqual({ kind: 'syncEnd' });
  // Six steps for each of three datasets, told in their order.
  expect(told[1]).toEqual({ kind: 'syncSteps', total: 18 });
  const steps = told.flatMap(({ kind, step }) => (kind === 'syncProgress' ? [Number(step)] : []));
  expect(steps).toEqual([...steps].sort((a, b) => a - b));
  expect([steps[0], steps.at(-1)]).toEqual([1, 18]);
  expect(told).toContainEqual({ kind: 'displayText', text: 'contacts: 1 in Outlook' });

  old.pressSync();
  await expect.poll(() => old.screen.log.at(-1), { timeout: 30_000 }).toContain('tasks:');
  await expect.poll(() => old.screen.button).toBe('Sync');
  expect(old.screen).toMatchObject({ steps: 18, progress: 18 });
  expect(old.screen.log).toContain('contacts: 1 here, 1 in Outlook');
  expect(old.contacts.records()).toHaveLength(2);
  expect([old.crashed, old.offences]).toEqual([undefined, []]);
});
