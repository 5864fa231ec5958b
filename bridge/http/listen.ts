/** Listening on both loopback addresses, on one port, and nowhere else. */
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { RequestListener } from 'node:http';
import { hasCode } from '../config/private-files.ts';
import { portTaken } from './port-owner.ts';
import type { Certificate } from '../certificate/certificate.ts';

/** Windows resolves `localhost` to ::1 first, other systems to 127.0.0.1. */
const IPV4 = '127.0.0.1';
const IPV6 = '::1';
/** Tries to find a port that is free on both addresses, when any will do. */
const MAX_TRIES = 10;
const MAX_CONNECTIONS = 256;

/**
 * Two servers with one port. Where the PC has no IPv6 there is only the first.
 * @throws SyncError `bridge.port-taken`, `bridge.other-bridge`, `bridge.other-user`
 */
export async function listenOnLoopback(
  port: number,
  certificate: Certificate,
  handler: RequestListener,
): Promise<{ readonly port: number; readonly servers: readonly Server[] }> {
  for (let tries = 1; ; tries += 1) {
    const ipv4 = makeServer(certificate, handler);
    await listen(ipv4, IPV4, port).catch(whose(port));
    const chosen = (ipv4.address() as AddressInfo).port;
    const ipv6 = makeServer(certificate, handler);
    try {
      await listen(ipv6, IPV6, chosen);
      return { port: chosen, servers: [ipv4, ipv6] };
    } catch (error) {
      if (hasCode(error, 'EADDRNOTAVAIL') || hasCode(error, 'EAFNOSUPPORT')) {
        return { port: chosen, servers: [ipv4] };
      }
      ipv4.close();
      const anyPort = port === 0 && tries < MAX_TRIES;
      if (!(error instanceof PortTaken)) throw error;
      if (!anyPort) throw await portTaken(error.host, chosen);
    }
  }
}

/** Ends the servers; requests under way get `graceMs` milliseconds to finish. */
export async function closeServers(servers: readonly Server[], graceMs: number): Promise<void> {
  const cut = setTimeout(() => servers.forEach((server) => server.closeAllConnections()), graceMs);
  await Promise.all(
    servers.map(
      (server) =>
        new Promise<void>((resolve) => {
          server.close(() => resolve());
          server.closeIdleConnections();
        }),
    ),
  );
  clearTimeout(cut);
}

function makeServer({ leaf, key }: Certificate, handler: RequestListener): Server {
  const server = createServer({ cert: leaf, key, minVersion: 'TLSv1.2' }, handler);
  // A client that sends slowly holds a connection for so long and no longer.
  server.headersTimeout = 10_000;
  server.requestTimeout = 60_000;
  server.keepAliveTimeout = 65_000;
  server.maxConnections = MAX_CONNECTIONS;
  return server;
}

/** Somebody else has the port, or it is not for this user. */
class PortTaken extends Error {
  readonly host: string;
  constructor(host: string, cause: Error) {
    super(cause.message, { cause });
    this.host = host;
  }
}

function whose(port: number): (error: unknown) => Promise<never> {
  return async (error) => {
    throw error instanceof PortTaken ? await portTaken(error.host, port) : error;
  };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => {
      const taken = hasCode(error, 'EADDRINUSE') || hasCode(error, 'EACCES');
      reject(taken ? new PortTaken(host, error) : error);
    };
    server.once('error', fail);
    server.listen({ host, port, ipv6Only: host === IPV6 }, () => {
      server.removeListener('error', fail);
      resolve();
    });
  });
}
