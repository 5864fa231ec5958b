/**
 * How the owner's commands reach the running agent: a local socket (a named pipe on Windows) beside its store, for this
 * user alone. One line of JSON asks; lines of JSON tell what the desktop says, until the command hangs up.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { DeviceNotice } from '../../contract/device.ts';
import { isErrorCode, SyncError, toSyncError } from '../../contract/errors.ts';
import type { Agent } from './agent.ts';

/** Operating systems take no longer path of a socket. */
const LONGEST_PATH = 100;
/** Commands that are listening at the same time. */
const MAX_COMMANDS = 8;
/** A request is a word. */
const MAX_LINE = 200;

const requestSchema = z.object({ request: z.enum(['startSync', 'cancelSync']) });

const answerSchema = z.union([
  z.object({ notice: z.object({ kind: z.enum(['syncStart', 'syncEnd']) }) }),
  z.object({ notice: z.object({ kind: z.literal('syncSteps'), total: z.number() }) }),
  z.object({ notice: z.object({ kind: z.literal('syncProgress'), step: z.number() }) }),
  z.object({ notice: z.object({ kind: z.literal('displayText'), text: z.string() }) }),
  z.object({ error: z.object({ code: z.string(), detail: z.string() }) }),
]);

/** What of the agent its owner's commands reach. */
type OwnersAgent = Pick<Agent, 'request' | 'onNotice'>;

/** Where the agent of a state folder listens. */
export function ownerSocketPath(stateFolder: string): string {
  const folder = resolve(stateFolder);
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 24);
  if (process.platform === 'win32') return `\\\\.\\pipe\\qdsync-device-${name}`;
  const path = join(folder, 'agent.sock');
  return Buffer.byteLength(path) <= LONGEST_PATH ? path : join(tmpdir(), `qdsync-device-${name}.sock`);
}

/** Listens until the function returned is called. The agent's lock says that no other one does. */
export async function listenForOwner(path: string, agent: OwnersAgent): Promise<() => void> {
  if (process.platform !== 'win32') rmSync(path, { force: true });
  const server = createServer((socket) => serveCommand(socket, agent));
  server.maxConnections = MAX_COMMANDS;
  server.listen(path);
  try {
    await once(server, 'listening');
    if (process.platform !== 'win32') chmodSync(path, 0o600);
  } catch (error) {
    server.close();
    throw new SyncError('pim.unwritable', path, { cause: error });
  }
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
}

function serveCommand(socket: Socket, agent: OwnersAgent): void {
  const tell = (answer: object): void => {
    // Whoever does not read is of no use.
    if (!socket.write(`${JSON.stringify(answer)}\n`)) socket.destroy();
  };
  const stop = agent.onNotice((notice) => tell({ notice }));
  let asked = '';
  socket.setEncoding('utf8');
  socket.on('data', (text: string) => {
    asked += text;
    const end = asked.indexOf('\n');
    if (end === -1) {
      if (asked.length > MAX_LINE) socket.destroy();
      return;
    }
    const line = asked.slice(0, end);
    asked = asked.slice(end + 1);
    try {
      agent.request(requestSchema.parse(JSON.parse(line)).request);
    } catch (error) {
      const { code, detail } = toSyncError(error);
      tell({ error: { code, detail } });
    }
  });
  // It has gone, one way or another; 'close' follows.
  socket.on('error', () => socket.destroy());
  socket.once('close', stop);
}

/**
 * Asks the running agent, and yields what its desktop says from then on.
 * @throws SyncError `pim.not-running`, `pim.no-desktop`
 */
export async function* askAgent(
  path: string,
  request: z.infer<typeof requestSchema>['request'],
  signal: AbortSignal,
): AsyncGenerator<DeviceNotice> {
  const socket = connect(path);
  const stop = (): void => void socket.destroy();
  signal.addEventListener('abort', stop, { once: true });
  try {
    await once(socket, 'connect').catch((error: unknown) => {
      throw new SyncError('pim.not-running', '', { cause: error });
    });
    socket.on('error', stop);
    socket.write(`${JSON.stringify({ request })}\n`);
    const lines = createInterface({ input: socket });
    // One that is destroyed does not end its lines by itself.
    socket.once('close', () => lines.close());
    for await (const line of lines) {
      const answer = answerSchema.parse(JSON.parse(line));
      if ('notice' in answer) yield answer.notice;
      else throw new SyncError(isErrorCode(answer.error.code) ? answer.error.code : 'sync.internal');
    }
  } finally {
    signal.removeEventListener('abort', stop);
    socket.destroy();
  }
}
