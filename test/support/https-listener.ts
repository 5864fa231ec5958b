/** HTTPS servers of this PC that are not the bridge. */
import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { createServer, type Server } from 'node:https';
import { makeAuthorityAndLeaf } from '../../bridge/certificate/authority.ts';

/** Answers every request with this status. */
export function answering(status: number, port: number): Promise<Server> {
  return listening((_request, response) => response.writeHead(status).end(), port);
}

/** `port`: 0 for any. */
export async function listening(listener: RequestListener, port: number): Promise<Server> {
  const { key, leaf } = await makeAuthorityAndLeaf(new Date());
  const server = createServer({ key, cert: leaf }, listener).listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
