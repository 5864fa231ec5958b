/**
 * Who has the bridge's port, when we cannot get it: another bridge of this user, another user, or another program. Nothing
 * secret is said to whoever answers there. Where the system does not tell, it is another program.
 */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { request } from 'node:https';
import { userInfo } from 'node:os';
import { promisify } from 'node:util';
import { helloSchema, paths } from '../../contract/api.ts';
import { SyncError } from '../../contract/errors.ts';
import { hasCode } from '../config/private-files.ts';
import { readText } from './loopback-request.ts';

/** Who listens. `process`: only known of this user's own. */
export interface PortOwner {
  /** Version of the bridge that answers; undefined: it is none. */
  readonly bridge: string | undefined;
  readonly user: 'own' | 'other' | 'unknown';
  readonly process: { readonly pid: number; readonly command: string } | undefined;
}

const PATIENCE_MS = 2000;

/** The error that says whose the port is: `bridge.other-bridge`, `bridge.other-user` or `bridge.port-taken`. */
export async function portTaken(host: string, port: number): Promise<SyncError> {
  return toPortError(host, port, await portOwner(host, port));
}

export function toPortError(host: string, port: number, { bridge, user, process }: PortOwner): SyncError {
  const what = bridge === undefined ? '' : `, bridge ${bridge}`;
  const whose =
    process === undefined ? '' : `, process ${process.pid}: ${process.command}`.replace(/: $/, '');
  const detail = `${host} port ${port}${what}${whose}`;
  if (user === 'other') return new SyncError('bridge.other-user', detail);
  if (bridge !== undefined && user === 'own') return new SyncError('bridge.other-bridge', detail);
  return new SyncError('bridge.port-taken', detail);
}

export async function portOwner(host: string, port: number): Promise<PortOwner> {
  const [bridge, pid, uid] = await Promise.all([helloVersion(host, port), listener(port), listenerUid(port)]);
  const own = uid === undefined ? (pid === undefined ? undefined : isOwn(pid)) : uid === userInfo().uid;
  const user = own === undefined ? 'unknown' : own ? 'own' : 'other';
  const process = pid === undefined || user === 'other' ? undefined : { pid, command: await commandOf(pid) };
  return { bridge, user, process };
}

/** Asks as anybody may. Its certificate is not looked at: it could be any user's. */
function helloVersion(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const asked = request(
      {
        host,
        port,
        path: paths.hello,
        headers: { Host: `localhost:${port}` },
        rejectUnauthorized: false,
        agent: false,
        signal: AbortSignal.timeout(PATIENCE_MS),
      },
      (answer) => {
        readText(answer).then(
          (text) => resolve(helloSchema.safeParse(parse(text)).data?.version.slice(0, 40)),
          () => resolve(undefined),
        );
      },
    );
    asked.on('error', () => resolve(undefined));
    asked.end();
  });
}

/** Id of the process that listens; undefined where the system does not say, as of other users' on Linux and macOS. */
async function listener(port: number): Promise<number | undefined> {
  switch (process.platform) {
    case 'win32':
      return listenerOfNetstat(await output('netstat', ['-ano', '-p', 'TCP']), port);
    case 'linux':
      return listenerOfSs(await output('ss', ['-Hltnp', `sport = :${port}`]));
    default:
      return firstNumber(await output('lsof', ['-nP', '-t', `-iTCP:${port}`, '-sTCP:LISTEN']));
  }
}

/** `TCP    127.0.0.1:24245   0.0.0.0:0   LISTENING   1234`, whatever the language of the system calls LISTENING. */
export function listenerOfNetstat(text: string, port: number): number | undefined {
  const line = text
    .split('\n')
    .map((each) => each.trim().split(/\s+/))
    .find(([, local = '', remote = '']) => local.endsWith(`:${port}`) && remote.endsWith(':0'));
  return line === undefined ? undefined : firstNumber(line.at(-1) ?? '');
}

/** `LISTEN 0 511 127.0.0.1:24245 0.0.0.0:* users:(("node",pid=1234,fd=20))` */
export function listenerOfSs(text: string): number | undefined {
  return firstNumber(/pid=(\d+)/.exec(text)?.[1] ?? '');
}

/** The user who listens, where the system says (Linux). */
async function listenerUid(port: number): Promise<number | undefined> {
  if (process.platform !== 'linux') return undefined;
  for (const file of ['/proc/net/tcp', '/proc/net/tcp6']) {
    try {
      const uid = uidOf(await readFile(file, 'utf8'), port);
      if (uid !== undefined) return uid;
    } catch (error) {
      // A system without IPv6 has only the first.
      if (!hasCode(error, 'ENOENT') && !hasCode(error, 'EACCES')) throw error;
    }
  }
  return undefined;
}

/** `sl local_address rem_address st … uid`: addresses in hexadecimal, 0A is LISTEN. */
export function uidOf(table: string, port: number): number | undefined {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const row = table
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .find(([, local = '', , state]) => local.endsWith(wanted) && state === '0A');
  return row === undefined ? undefined : firstNumber(row[7] ?? '');
}

/** Undefined: nobody can tell. */
function isOwn(pid: number): boolean | undefined {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return hasCode(error, 'EPERM') ? false : undefined;
  }
}

async function commandOf(pid: number): Promise<string> {
  if (process.platform === 'win32') {
    const row = await output('tasklist', ['/FI', `PID eq ${pid}`, '/FO', 'CSV', '/NH']);
    return /^"([^"]*)"/.exec(row.trim())?.[1] ?? '';
  }
  return (await output('ps', ['-o', 'args=', '-p', String(pid)])).trim().slice(0, 300);
}

/** What a program of the system prints; nothing where it is missing or fails. */
async function output(program: string, args: readonly string[]): Promise<string> {
  try {
    return (await promisify(execFile)(program, args, { timeout: PATIENCE_MS, windowsHide: true })).stdout;
  } catch {
    return '';
  }
}

function firstNumber(text: string): number | undefined {
  const number = Number.parseInt(text, 10);
  return Number.isNaN(number) ? undefined : number;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
