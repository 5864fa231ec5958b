/** The device on TCP: a listener that hands one desktop at a time to the agent. */
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { SyncError } from '../../contract/errors.ts';
import { encodeLine } from '../../qdsync/index.ts';
import { BUSY_LINE, type Agent } from './agent.ts';
import type { Log } from './log.ts';

export interface Listener {
  readonly host: string;
  readonly port: number;
  /** Stops listening; the connection being served is the agent's to end. */
  close(): void;
}

/** A desktop that vanished without a word is noticed by the operating system's probes. */
const KEEP_ALIVE_MS = 30_000;
/** One is served; the others are being told that. */
const MAX_CONNECTIONS = 16;
/** How long the last lines may take to be delivered. */
const LINGER_MS = 5_000;

/** Listens; port 0 takes a free one. Rejects with `pim.port-taken`. */
export async function listenTcp(
  address: { readonly host: string; readonly port: number },
  agent: Agent,
  log: Log,
): Promise<Listener> {
  const server = createServer((socket) => void serveSocket(socket, agent, log));
  server.maxConnections = MAX_CONNECTIONS;
  server.listen(address.port, address.host);
  try {
    await once(server, 'listening');
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new SyncError('pim.port-taken', detail, { cause: error });
  }
  server.on('error', (error) => log.error({ detail: error.message }, 'listener'));
  const { address: host, port } = server.address() as AddressInfo;
  return { host, port, close: () => server.close() };
}

async function serveSocket(socket: Socket, agent: Agent, log: Log): Promise<void> {
  // An error is always followed by 'close', which the connection hears; without a listener it would end us.
  socket.on('error', (error) => log.debug({ detail: error.message }, 'socket'));
  socket.setNoDelay(true);
  socket.setKeepAlive(true, KEEP_ALIVE_MS);
  if (agent.busy) await agent.free();
  // Several may have waited: only the first finds the agent free.
  if (agent.busy) {
    log.info({ link: 'tcp' }, 'refused a second desktop');
    socket.write(encodeLine(BUSY_LINE));
  } else {
    await agent.serve(socket, 'tcp');
  }
  socket.end();
  const linger = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => clearTimeout(linger));
  // What still comes is not wanted, but unread bytes would make the end a reset, which takes our last line with it.
  socket.resume();
}
