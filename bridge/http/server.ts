/** The bridge on localhost: certificate, keys, routes, sockets. */
import type { Logger } from 'pino';
import { DEFAULT_OUTLOOK_SETTINGS, type Hello, type Status } from '../../contract/api.ts';
import { ANNOUNCE_DAYS, daysLeft, ensureCertificate } from '../certificate/certificate.ts';
import { hasTrusted } from '../certificate/trust.ts';
import type { BridgeConfig } from '../config/configuration.ts';
import { ensurePrivateFolder } from '../config/private-files.ts';
import type { HostRegistry } from '../hosts/host-registry.ts';
import { createApp } from './app.ts';
import { EventHub } from './event-hub.ts';
import { FailureMeter } from './failure-meter.ts';
import { closeServers, listenOnLoopback } from './listen.ts';
import { findOfficeScripts, OFFICE_SCRIPT } from './office-scripts.ts';
import { readOriginCertificate } from './origin-certificate.ts';
import { OpenAnswers } from './open-answers.ts';
import { PageKeys } from './page-keys.ts';
import { builtPages } from './pages.ts';
import { PairingDesk } from './pairing.ts';
import { ProofDesk } from './proof-desk.ts';
import { ownHosts } from './require-loopback-host.ts';
import type { BridgeService } from './service.ts';
import { hashSecret } from './secrets.ts';
import { ensureToken } from './token.ts';

/** What requests under way get to finish when the bridge stops. */
const CLOSE_GRACE_MS = 2000;

export interface HttpServerOptions {
  readonly config: Pick<
    BridgeConfig,
    'stateFolder' | 'port' | 'origin' | 'originCertificate' | 'pagesOrigin' | 'outlook'
  >;
  readonly version: string;
  readonly service: BridgeService;
  readonly hosts: HostRegistry;
  readonly log: Logger;
  /** Where the built pages are; beside the built module when left out. */
  readonly pagesFolder?: string;
}

export interface RunningHttpServer {
  /** Where this server is reached: `https://localhost:24245`. */
  readonly address: string;
  /** Where the pages are opened: the configured origin, else the address. */
  readonly url: string;
  readonly port: number;
  /** PEM file that clients pin. */
  readonly certificateFile: string;
  /** Tells every listening page the whole status again, at the next turn; call it when a host came or went. */
  statusChanged(): void;
  /** Ends event streams and connections. The service and the hosts are not its own to end. */
  close(): Promise<void>;
}

/**
 * Starts serving. The state folder is made if need be.
 * @throws SyncError `bridge.port-taken`, `bridge.certificate`, `store.unwritable`
 */
export async function startHttpServer(options: HttpServerOptions): Promise<RunningHttpServer> {
  const { config, version, service, hosts, log } = options;
  ensurePrivateFolder(config.stateFolder);
  const loadCertificate = () =>
    ensureCertificate(config.stateFolder, { trusted: hasTrusted(config.stateFolder) });
  let certificate = await loadCertificate();
  const token = ensureToken(config.stateFolder);
  const openAnswers = new OpenAnswers();
  const pageKeys = new PageKeys(config.stateFolder, { onEnd: (id) => openAnswers.cut(id) });
  const events = new EventHub();
  const desk = new PairingDesk({
    issueKey: (label) => pageKeys.issue(label),
    onChange: () => statusChanged(),
  });

  let own = { address: '', hosts: ownHosts(config.port, config.origin) };
  const status = (): Status => ({
    version,
    pid: process.pid,
    address: own.address,
    hosts: hosts.hosts(),
    devices: [...service.devices()],
    job: service.latestJob(),
    openConflicts: service.archive.openConflicts(),
    pairingsWaiting: desk.waiting,
    paused: service.paused,
    unattended: service.unattended,
    certificate: {
      notAfter: certificate.notAfter.toISOString(),
      renewSoon: daysLeft(certificate) < ANNOUNCE_DAYS,
    },
  });
  let closed = false;
  const statusChanged = atNextTurn(() => {
    // Once closed, the service may be gone too.
    if (!closed) events.send({ event: 'status', status: status() });
  });

  const officeScripts = config.outlook.localMailbox === undefined ? undefined : findOfficeScripts();
  const app = createApp({
    service,
    hosts,
    desk,
    pageKeys,
    openAnswers,
    failures: new FailureMeter(),
    events,
    token,
    proofs: new ProofDesk(() => [hashSecret(token), ...pageKeys.verifiers, ...desk.verifiers]),
    async reloadCertificate() {
      certificate = await loadCertificate();
      for (const server of servers) server.setSecureContext({ cert: certificate.leaf, key: certificate.key });
      statusChanged();
    },
    hello: helloOf(version, config.outlook, officeScripts),
    officeScripts,
    outlookSettings: config.outlook.settings ?? DEFAULT_OUTLOOK_SETTINGS,
    status,
    ownHosts: () => own.hosts,
    pagesFolder: options.pagesFolder ?? builtPages,
    pagesOrigin: config.pagesOrigin,
    log,
  });
  const organisation = readOriginCertificate(config);
  const { port, servers } = await listenOnLoopback(config.port, certificate, app);
  if (organisation !== undefined)
    for (const server of servers) server.addContext(organisation.host, organisation.context);
  own = { address: `https://localhost:${port}`, hosts: ownHosts(port, config.origin) };

  const unsubscribe = service.subscribe((event) => {
    if (event.event !== 'devices') events.send(event);
    // With a job's end other things are as they were not: when a device was synced last, the conflicts that wait.
    if (event.event === 'devices' || (event.event === 'job' && event.job.state !== 'running'))
      statusChanged();
  });

  return {
    address: own.address,
    url: config.origin ?? own.address,
    port,
    certificateFile: certificate.file,
    statusChanged,
    async close() {
      closed = true;
      unsubscribe();
      events.close();
      await closeServers(servers, CLOSE_GRACE_MS);
    },
  };
}

function helloOf(
  version: string,
  outlook: BridgeConfig['outlook'],
  officeScripts: string | undefined,
): Hello {
  return {
    product: 'outlook-device-sync',
    version,
    outlook: {
      localMailbox: outlook.localMailbox ?? null,
      ...(outlook.localUser !== undefined && { localUser: outlook.localUser }),
      clientId: outlook.clientId ?? null,
      authority: outlook.authority ?? null,
      ...(outlook.localMailbox !== undefined && {
        officeScript: officeScripts === undefined ? null : OFFICE_SCRIPT,
      }),
    },
  };
}

/** Many changes within one turn are told once. */
function atNextTurn(run: () => void): () => void {
  let planned = false;
  return () => {
    if (planned) return;
    planned = true;
    setImmediate(() => {
      planned = false;
      run();
    });
  };
}
