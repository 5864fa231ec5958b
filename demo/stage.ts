/** The whole system on this PC: local mailbox, handheld and bridge with the headless add-in, as real processes. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { localAccount } from '../addin/auth/local-account.ts';
import { createGraphClient } from '../addin/outlook/graph/client.ts';
import { openMailbox } from '../addin/outlook/mailbox.ts';
import { BridgeClient } from '../bridge/cli/bridge-client.ts';
import { ONLY_DEVICE } from '../bridge/config/configuration.ts';
import { allSettingsSchema } from '../contract/settings.ts';
import { DEFAULT_LOCAL_USER, paths, statusSchema } from '../contract/api.ts';
import { runCommand, startProgram, type Program, type RunningProgram } from './processes.ts';
import { DATASETS, type DatasetName, type HeldRecord, type Records } from './records.ts';
import { seedOf, type Seed } from './seeds.ts';

/** How long device and Outlook host may take to be there. */
const ATTACH_MS = 30_000;

/** A pseudo-terminal does not care; a real line would. */
const BAUD = 115_200;

export interface StageOptions {
  readonly link: 'tcp' | 'serial';
  readonly outlook: Records;
  readonly device: Records;
  /** What else is in Outlook, as Graph has it. */
  readonly events?: Seed['events'];
  /** Ends the start: what runs by then is stopped, and setStage rejects. */
  readonly signal?: AbortSignal;
}

export interface Stage {
  readonly folder: string;
  readonly bridgeState: string;
  readonly deviceState: string;
  readonly mailboxUrl: string;
  readonly bridge: RunningProgram;
  readonly client: BridgeClient;
  /** A request of the admin route for the demo’s mailbox, as a person in Outlook: the path below its own. */
  admin(method: string, path: string, body?: unknown): Promise<unknown>;
  deviceRecords(dataset: DatasetName): Promise<readonly HeldRecord[]>;
  outlookRecords(dataset: DatasetName): Promise<readonly HeldRecord[]>;
  close(): Promise<void>;
}

export async function setStage(options: StageOptions): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'outlook-device-sync-demo-'));
  const running: { stop(): Promise<void> }[] = [];
  const close = async (): Promise<void> => {
    for (const each of running.reverse()) await each.stop();
    running.length = 0;
    rmSync(folder, { recursive: true, force: true });
  };
  const started = <T extends { stop(): Promise<void> }>(each: T): T => {
    running.push(each);
    return each;
  };
  const signal = options.signal ?? new AbortController().signal;
  const start = async (program: Program, args: readonly string[]): Promise<RunningProgram> =>
    started(await startProgram(program, args, signal));
  try {
    const mailbox = await start('mailbox', ['--port', '0', '--state', join(folder, 'mailbox')]);
    const mailboxUrl = String(mailbox.ready.url);
    const admin = (method: string, path: string, body?: unknown): Promise<unknown> =>
      adminRequest(`${mailboxUrl}/admin/mailboxes/${DEFAULT_LOCAL_USER}`, method, path, body);
    const seed = seedOf(options.outlook);
    await admin('POST', '/seed', { ...seed, events: [...seed.events, ...(options.events ?? [])] });

    const deviceState = join(folder, 'device');
    for (const dataset of DATASETS) {
      const records = options.device[dataset] ?? [];
      if (records.length === 0) continue;
      const file = join(folder, `${dataset}.jsonl`);
      writeFileSync(file, records.map((fields) => `${JSON.stringify(fields)}\n`).join(''));
      await runCommand('device', ['add', dataset, '--from', file, '--state', deviceState], signal);
    }
    const line = options.link === 'serial' ? started(await joinTerminals(join(folder, 'line'))) : undefined;
    const deviceLink = line === undefined ? ['--port', '0'] : ['--serial', line.far, '--baud', String(BAUD)];
    const device = await start('device', [
      'run',
      '--state',
      deviceState,
      '--accept',
      'allow',
      '--name',
      'Demo',
      ...deviceLink,
    ]);
    const bridgeState = join(folder, 'bridge');
    const link =
      line === undefined
        ? ['--tcp', `127.0.0.1:${String(device.ready.port)}`]
        : ['--serial', line.near, '--baud', String(BAUD)];
    const bridge = await start('bridge', [
      'start',
      '--port',
      '0',
      '--state',
      bridgeState,
      ...link,
      '--outlook',
      'headless',
      '--graph',
      mailboxUrl,
    ]);
    const client = await BridgeClient.connect(bridgeState);
    await allAttached(client, signal);
    // What is compared afterwards is everything, whenever it takes place.
    const change = { device: ONLY_DEVICE, dataset: 'calendar', change: { window: null } };
    await client.post(paths.settings, change, allSettingsSchema);
    return {
      folder,
      bridgeState,
      deviceState,
      mailboxUrl,
      bridge,
      client,
      admin,
      deviceRecords: (dataset) => readDevice(deviceState, dataset),
      outlookRecords: (dataset) => readOutlook(mailboxUrl, dataset),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function allAttached(client: BridgeClient, signal: AbortSignal): Promise<void> {
  const until = Date.now() + ATTACH_MS;
  while (Date.now() < until) {
    const status = await client.get(paths.status, statusSchema);
    if (status.hosts.length > 0 && status.devices.every(({ state }) => state === 'connected')) return;
    await delay(50, undefined, { signal });
  }
  throw new Error('the device or the Outlook host did not come');
}

async function adminRequest(url: string, method: string, path: string, body: unknown): Promise<unknown> {
  const answer = await fetch(`${url}${path}`, {
    method,
    ...(body !== undefined && {
      body: JSON.stringify(body),
      headers: { 'Content-Type': 'application/json' },
    }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text.slice(0, 300)}`);
  return text === '' ? undefined : (JSON.parse(text) as unknown);
}

async function readDevice(state: string, dataset: DatasetName): Promise<HeldRecord[]> {
  const text = await runCommand('device', ['list', dataset, '--json', '--state', state]);
  return JSON.parse(text) as HeldRecord[];
}

/** Everything that the Outlook plugin reads in a full reading. */
async function readOutlook(url: string, dataset: DatasetName): Promise<HeldRecord[]> {
  const signal = AbortSignal.timeout(60_000);
  const mailbox = await openMailbox(
    createGraphClient(localAccount(url, DEFAULT_LOCAL_USER)),
    'local',
    signal,
  );
  const plugin = mailbox.plugins(() => Promise.resolve()).create(dataset);
  const records: HeldRecord[] = [];
  for (let page: string | null = null; ;) {
    const answer = await plugin.read({ anchor: null, page }, signal);
    if (answer.kind === 'reset') throw new Error(answer.detail);
    records.push(...answer.items.map(({ id, fields }) => ({ id, fields })));
    if (answer.next === null) return records;
    page = answer.next;
  }
}

/** Two pseudo-terminals joined by socat: a serial cable. */
async function joinTerminals(path: string): Promise<{ near: string; far: string; stop(): Promise<void> }> {
  const [near, far] = [`${path}-pc`, `${path}-device`];
  const socat: ChildProcess = spawn('socat', [`pty,raw,echo=0,link=${near}`, `pty,raw,echo=0,link=${far}`], {
    stdio: 'ignore',
  });
  let failure: Error | undefined;
  socat.on('error', (error) => (failure = error));
  const ended = once(socat, 'exit').catch(() => undefined);
  for (let tries = 0; !existsSync(near) || !existsSync(far); tries++) {
    if (failure !== undefined || socat.exitCode !== null || tries > 200) {
      throw new Error('A serial line needs the program socat (Debian, Ubuntu: sudo apt-get install socat).', {
        cause: failure,
      });
    }
    await delay(20);
  }
  return {
    near,
    far,
    stop: async () => {
      socat.kill();
      await ended;
    },
  };
}
