import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MailboxAdmin } from './admin/admin.ts';
import { adminRoutes } from './admin/routes.ts';
import { Backend } from './backend.ts';
import { makeApp } from './http.ts';
import { GraphService } from './service.ts';
import { switchesSchema, type SwitchSettings } from './switches.ts';

export type { MailboxAdmin } from './admin/admin.ts';
export { localToken } from './tokens.ts';

export interface MailboxOptions {
  /** TCP port on 127.0.0.1; 0 or none = a free one. */
  readonly port?: number;
  /** Folder of the SQLite file; none = everything is forgotten on close. */
  readonly stateDir?: string;
  readonly switches?: SwitchSettings;
}

/** A running local mailbox. */
export interface Mailbox {
  /** Origin to send Graph's requests to, e.g. `http://127.0.0.1:8080`; its links lead to graph.microsoft.com. */
  readonly url: string;
  readonly admin: MailboxAdmin;
  /** Ends open connections and closes the file. */
  close(): Promise<void>;
}

/**
 * Starts a stand-in for the part of Microsoft Graph v1.0 that is used here (spec: graph).
 * Rejects when the port is taken or the state folder cannot be used.
 */
export async function startMailbox(options: MailboxOptions = {}): Promise<Mailbox> {
  const { port = 0, stateDir, switches = {} } = options;
  const settings = switchesSchema.parse(switches);
  const backend = new Backend(
    stateDir === undefined ? { kind: 'memory' } : { kind: 'folder', path: stateDir },
  );
  backend.switches = settings;
  const service = new GraphService(backend);
  const admin = new MailboxAdmin(backend, service);
  const server = createServer(makeApp(service, adminRoutes(admin)));
  server.keepAliveTimeout = 60_000;
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    backend.close();
    throw error;
  }
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${bound}`,
    admin,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
      backend.close();
    },
  };
}
