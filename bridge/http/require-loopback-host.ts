/**
 * Stops DNS rebinding: a page of another site whose name was made to point to this PC still sends its own name as
 * Host. Only loopback literals with our own port pass, and the host of the configured origin.
 */
import type { RequestHandler } from 'express';

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];
const HTTPS_PORT = 443;

/** The Host values that are ours. Browsers leave the port out when it is 443. */
export function ownHosts(port: number, origin: string | undefined): ReadonlySet<string> {
  const hosts = LOOPBACK.map((name) => `${name}:${port}`);
  if (port === HTTPS_PORT) hosts.push(...LOOPBACK);
  if (origin !== undefined) hosts.push(new URL(origin).host);
  return new Set(hosts);
}

/** `hosts` is asked at each request, since the port may be known only after listening. */
export function requireLoopbackHost(hosts: () => ReadonlySet<string>): RequestHandler {
  return (request, response, next) => {
    const host = request.headers.host?.toLowerCase();
    if (host !== undefined && hosts().has(host) && saysOneHost(request.rawHeaders)) {
      next();
      return;
    }
    response.status(421).end();
  };
}

/** Of several Host headers Node tells the first, and somebody in between might go by the last. Names are at even places. */
function saysOneHost(rawHeaders: readonly string[]): boolean {
  return rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host').length === 1;
}
