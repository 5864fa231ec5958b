/**
 * No secret of a real session is found in what people keep, show or send away: logs at their fullest, reports, listings,
 * diagnosis, recordings, errors, and, but for what it is made for, an export (R22). Needs `npm run build:node` before.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { BridgeClient } from '../../bridge/cli/bridge-client.ts';
import { stateFiles } from '../../bridge/config/state-folder.ts';
import { readToken } from '../../bridge/http/token.ts';
import { unpackArchive } from '../../bridge/move/archive.ts';
import { pairInviteSchema, pairRedeemSchema, pairStartSchema, paths } from '../../contract/api.ts';
import { builtProgram, startProgram, type RunningProgram } from '../../demo/processes.ts';

const level = process.env.ODS_LOG;
const running: RunningProgram[] = [];
const secrets = new Map<string, string>();
/** What was said, by who said it. */
const told = new Map<string, string>();
let folder: string;
let state: string;
let archive: ReturnType<typeof unpackArchive>;

async function start(...args: Parameters<typeof startProgram>): Promise<RunningProgram> {
  const program = await startProgram(...args);
  running.push(program);
  return program;
}

/** Runs a command and keeps all that it says. Returns its exit code. */
function run(...args: string[]): number | null {
  const all = [builtProgram('bridge'), ...args, '--state', state];
  const { status, stdout, stderr } = spawnSync(process.execPath, all, { encoding: 'utf8', timeout: 60_000 });
  expect(stdout + stderr, args.join(' ')).not.toBe('');
  told.set(args.join(' '), stdout + stderr);
  return status;
}

/** Pages that are let in by an invitation and by a code, and one that guesses. */
async function pairPages(client: BridgeClient): Promise<void> {
  const { secret: invite } = await client.post(paths.pairInvite, {}, pairInviteSchema);
  const redeemed = { secret: invite, label: 'invited' };
  const { key } = await client.post(paths.pairRedeem, redeemed, pairRedeemSchema);
  const { secret, code } = await client.post(paths.pairStart, { label: 'asking' }, pairStartSchema);
  for (const [name, value] of Object.entries({ invite, key, secret, code })) secrets.set(name, value);
  for (const [path, body] of [
    [paths.pairRedeem, redeemed],
    [paths.pairConfirm, { code: `${code.slice(0, -1)}x` }],
    [paths.sync, { unknown: key }],
  ] as const) {
    const error: unknown = await client.post(path, body, z.unknown()).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Error);
    told.set(
      `refusal of ${path}`,
      `${String(error)} ${JSON.stringify(error)} ${(error as Error).stack ?? ''}`,
    );
  }
  await client.post(paths.pairConfirm, { code }, z.unknown());
}

function readLogs(): string {
  const logs = join(state, 'logs');
  return readdirSync(logs)
    .map((name) => readFileSync(join(logs, name), 'utf8'))
    .join('\n');
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'secret-scan-'));
  state = join(folder, 'bridge');
  process.env.ODS_LOG = 'trace';
  const mailbox = await start('mailbox', ['--port', '0', '--state', join(folder, 'mailbox')]);
  const device = await start('device', [
    'run',
    '--state',
    join(folder, 'device'),
    '--accept',
    'allow',
    '--port',
    '0',
  ]);
  const link = ['--tcp', `127.0.0.1:${String(device.ready.port)}`];
  const outlook = ['--outlook', 'headless', '--graph', String(mailbox.ready.url)];
  const bridge = await start('bridge', ['start', '--port', '0', '--state', state, ...link, ...outlook]);
  bridge.process.stderr?.on('data', (text: string) => {
    told.set('standard error', (told.get('standard error') ?? '') + text);
  });
  secrets.set('token', readToken(state));
  await pairPages(await BridgeClient.connect(state));
  expect(run('sync', '--record', join(folder, 'recording'))).toBe(0);
  expect(run('sync', '--json')).toBe(0);
  for (const what of ['status', 'devices', 'history', 'doctor', 'logs']) run(what);
  run('status', '--json');
  run('doctor', '--json');
  expect(run('sync', '--device', 'nobody')).not.toBe(0);
  told.set('recording', readFileSync(join(folder, 'recording'), 'utf8'));
  await bridge.stop();
  told.set('log', readLogs());

  expect(run('export', join(folder, 'moved')), [...told.values()].at(-1)).toBe(0);
  archive = unpackArchive(readFileSync(join(folder, 'moved')));
  for (const { password } of archive.passwords) secrets.set('device password', password);
  const [, body = ''] =
    /PRIVATE KEY-----\s+([^-]+)/.exec(readFileSync(stateFiles.identity(state), 'utf8')) ?? [];
  secrets.set('private key', body.split('\n')[0] ?? '');
}, 180_000);

afterAll(async () => {
  if (level === undefined) delete process.env.ODS_LOG;
  else process.env.ODS_LOG = level;
  for (const program of running.reverse()) await program.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** The secrets that a text holds, by name. A code is short, so it counts only where it stands alone. */
function found(text: string): string[] {
  const words = new Set(text.split(/[^\w-]+/));
  return [...secrets].flatMap(([name, value]) =>
    (name === 'code' ? words.has(value) : text.includes(value)) ? [name] : [],
  );
}

test('the session had every kind of secret, and the scan finds one where it is', () => {
  expect([...secrets.keys()].sort()).toEqual(
    ['code', 'device password', 'invite', 'key', 'private key', 'secret', 'token'].sort(),
  );
  for (const [name, value] of secrets) expect(value.length, name).toBeGreaterThanOrEqual(6);
  expect(found(readFileSync(stateFiles.token(state), 'utf8'))).toEqual(['token']);
  expect(found(readFileSync(stateFiles.identity(state), 'utf8'))).toEqual(['private key']);
  expect(found(`the code ${secrets.get('code') ?? ''}.`)).toEqual(['code']);
  expect(told.get('log')).toContain('"level":');
});

test('[SEC-1] none is in a log, report, listing, diagnosis, recording or error', () => {
  for (const [who, text] of told) expect(found(text), who).toEqual([]);
});

test('an export holds the devices’ passwords, and nothing that opens this PC’s bridge', () => {
  const rest = [archive.configuration ?? '', Buffer.from(archive.database).toString('latin1')];
  for (const text of [...rest, JSON.stringify(archive.passwords)])
    expect(found(text).filter((name) => name !== 'device password')).toEqual([]);
});
