/**
 * The bridge as its own Outlook host: the real MSAL for Node signs in at a stand-in authority over HTTPS, and what it gets
 * opens the local mailbox in Microsoft Graph's place. Needs `npm run build:node` before.
 */
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { ensureCertificate } from '../../bridge/certificate/certificate.ts';
import { BridgeClient } from '../../bridge/cli/bridge-client.ts';
import { unattendedCommand } from '../../bridge/cli/unattended-command.ts';
import { parseConfiguration, type BridgeConfig } from '../../bridge/config/configuration.ts';
import { stateFiles } from '../../bridge/config/state-folder.ts';
import { readText } from '../../bridge/http/loopback-request.ts';
import { paths, statusSchema, type Status } from '../../contract/api.ts';
import { unattendedStatusSchema } from '../../contract/unattended.ts';
import { startProgram, type RunningProgram } from '../../demo/processes.ts';
import { startMailbox, type Mailbox } from '../../demo/mailbox/mailbox.ts';
import { graphAtOption } from '../support/graph-at.ts';
import { RecordedIo } from '../support/recorded-io.ts';
import { startAuthority, type StandInAuthority } from '../support/stand-in-authority.ts';
import { startAgent, type RunningAgent } from '../support/tcp-agent.ts';

const program = join(import.meta.dirname, '../../dist/addin/hosts/headless/main.js');
const clientId = '11111111-2222-4333-8444-555555555555';

let folder: string;
let authority: StandInAuthority;
let mailbox: Mailbox;
let agent: RunningAgent;
let bridge: RunningProgram | undefined;
let io: RecordedIo;
const environment = { ...process.env };

/** Writes the configuration and reads it as the commands do. */
function configure(outlook: object = {}): BridgeConfig {
  const text = JSON.stringify({
    tcp: { host: '127.0.0.1', port: agent.port },
    outlook: { clientId, authority: authority.authority, ...outlook },
  });
  writeFileSync(stateFiles.config(folder), text, { mode: 0o600 });
  return parseConfiguration(text, 'test', folder);
}

async function start(): Promise<BridgeClient> {
  bridge = await startProgram('bridge', ['start', '--state', folder, '--port', '0']);
  return BridgeClient.connect(folder);
}

/** A browser: posts the form of the authority's page to the address that waits for it. */
async function browser(url: string): Promise<boolean> {
  const ca = readFileSync(stateFiles.authority(folder));
  const page = await new Promise<string>((resolve, reject) => {
    get(url, { ca }, (answer) => void readText(answer).then(resolve, reject)).on('error', reject);
  });
  const action = /action="([^"]*)"/.exec(page)?.[1] ?? '';
  expect(action).toMatch(/^http:\/\/(localhost|127\.0\.0\.1):\d+/);
  const fields = [...page.matchAll(/name="([^"]*)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [
    name,
    value,
  ]);
  const answer = await fetch(action, { method: 'POST', body: new URLSearchParams(fields) });
  await answer.text();
  return true;
}

const run = (action: Parameters<typeof unattendedCommand>[0], flags: object = {}): Promise<number> =>
  unattendedCommand(action, io, flags, { config: configure(), openBrowser: browser, program });

const statusOf = async (client: BridgeClient): Promise<Status> => client.get(paths.status, statusSchema);

/** `all`: also what is sampled in `npm test`. */
export function unattendedCases(all: boolean): void {
  beforeAll(() => {
    if (!existsSync(program)) throw new Error('dist is missing: run `npm run build:node` first');
  });
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'unattended-'));
    const { leaf, key } = await ensureCertificate(folder);
    authority = await startAuthority({ cert: leaf, key }, 'anna');
    mailbox = await startMailbox();
    mailbox.admin.seed('anna', [{ contact: { givenName: 'Ada' } }, { contact: { givenName: 'Bo' } }]);
    agent = await startAgent();
    // Of the child processes: whom they trust, and where Graph is.
    process.env.NODE_EXTRA_CA_CERTS = stateFiles.authority(folder);
    process.env.NODE_OPTIONS = graphAtOption;
    process.env.GRAPH_AT = mailbox.url;
    io = new RecordedIo();
  });
  afterEach(async () => {
    await bridge?.stop();
    bridge = undefined;
    await agent.stop();
    await mailbox.close();
    authority.close();
    rmSync(folder, { recursive: true, force: true });
  });
  afterAll(() => {
    for (const name of ['NODE_EXTRA_CA_CERTS', 'NODE_OPTIONS', 'GRAPH_AT']) {
      if (environment[name] === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = environment[name];
    }
  });
  const rare = all ? test : (): void => undefined;

  test('signs in in the system’s browser with PKCE, is off until chosen, then syncs when a device connects', async () => {
    expect(await run('sign-in')).toBe(0);
    expect(io.printed).toContain('Signed in as anna@mailbox.example.');
    expect(authority.tokens).toEqual(['authorization_code']);
    for (const scope of ['Contacts', 'Calendars', 'Tasks'])
      expect(authority.windows[0]).toContain(`${scope}.ReadWrite`);
    // No file of the state folder holds a token in the clear, and all are this user's alone.
    for (const name of readdirSync(folder)) {
      const path = join(folder, name);
      if (!statSync(path).isFile()) continue;
      expect(readFileSync(path, 'latin1')).not.toMatch(/refresh-of-anna|local-anna/);
      expect(statSync(path).mode & 0o077).toBe(0);
    }

    const client = await start();
    await expect
      .poll(async () => (await statusOf(client)).devices[0]?.state, { timeout: 10_000 })
      .toBe('connected');
    expect(await statusOf(client)).toMatchObject({
      hosts: [],
      job: null,
      unattended: { on: false, host: '' },
    });

    io.clear();
    expect(await run('on', { every: 30, quiet: 'none' })).toBe(0);
    expect(io.printed).toContain('every 30 minutes');
    await expect
      .poll(async () => (await statusOf(client)).job?.state, { timeout: 30_000, interval: 50 })
      .toBe('ok');
    const status = await statusOf(client);
    expect(status.hosts).toEqual([
      expect.objectContaining({ label: 'bridge, unattended', mailbox: 'anna@mailbox.example' }),
    ]);
    expect(status.job?.sessions).toEqual([
      expect.objectContaining({
        dataset: 'contacts',
        outcome: 'ok',
        device: expect.objectContaining({ created: 2 }),
      }),
    ]);
    // A token that is good needs no other one.
    expect(authority.tokens).not.toContain('invalid_grant');

    await run('off');
    await expect.poll(async () => (await statusOf(client)).hosts, { timeout: 10_000 }).toEqual([]);
  }, 60_000);

  rare(
    'goes on after a restart of the bridge, and says when somebody has to sign in again',
    async () => {
      await run('sign-in');
      let client = await start();
      await run('on');
      await bridge?.stop();
      client = await start();
      const hostOf = async () => (await client.get(paths.unattended, unattendedStatusSchema)).host;
      await expect.poll(hostOf, { timeout: 20_000 }).toBe('attached to anna@mailbox.example');

      await bridge?.stop();
      await run('sign-out');
      client = await start();
      await expect.poll(hostOf, { timeout: 20_000 }).toContain('waiting: ');
      expect((await statusOf(client)).hosts).toEqual([]);
      // Whoever signs in now is noticed without a restart.
      await run('sign-in');
      await expect.poll(hostOf, { timeout: 30_000 }).toBe('attached to anna@mailbox.example');
    },
    90_000,
  );

  rare(
    'a sign-in that was revoked asks for a person, syncs nothing meanwhile, and goes on when one has signed in',
    async () => {
      await run('sign-in');
      let client = await start();
      await run('on');
      const statusText = async (): Promise<string> => {
        io.clear();
        await run('status');
        return io.printed;
      };
      await expect.poll(statusText, { timeout: 20_000 }).toContain('attached to anna@mailbox.example');
      await bridge?.stop();

      authority.revoked = true;
      mailbox.admin.expireTokens();
      client = await start();
      await expect
        .poll(statusText, { timeout: 20_000 })
        .toContain('Run: outlook-device-sync unattended sign-in');
      expect(authority.tokens).toContain('invalid_grant');
      expect(await statusOf(client)).toMatchObject({ hosts: [], unattended: { on: true } });

      authority.revoked = false;
      await run('sign-in');
      await expect.poll(statusText, { timeout: 30_000 }).toContain('attached to anna@mailbox.example');
    },
    90_000,
  );

  test('a person who declines is told so, and nothing is kept', async () => {
    authority.declines = true;
    await expect(run('sign-in')).rejects.toMatchObject({ code: 'sign-in.cancelled' });
    expect(existsSync(stateFiles.tokens(folder))).toBe(false);
  });

  test('an administrator may forbid it', async () => {
    configure({ unattended: 'forbidden' });
    const client = await start();
    await expect(client.post(paths.unattended, { on: true }, z.unknown())).rejects.toMatchObject({
      code: 'config.enforced',
    });
    expect((await statusOf(client)).unattended?.on).toBe(false);
  });
}
