/** The Express application: what is checked before anything runs, and in which order. */
import express, { type Express } from 'express';
import type { Logger } from 'pino';
import { paths, type Hello, type OutlookSettings, type Status } from '../../contract/api.ts';
import type { HostRegistry } from '../hosts/host-registry.ts';
import { archiveRoutes } from './archive-routes.ts';
import { certificateRoutes } from './certificate-routes.ts';
import { errorHandler, notFound } from './errors.ts';
import type { EventHub } from './event-hub.ts';
import type { FailureMeter } from './failure-meter.ts';
import { hostRoutes } from './host-routes.ts';
import { OFFICE_SCRIPTS_PATH } from './office-scripts.ts';
import type { OpenAnswers } from './open-answers.ts';
import type { PageKeys } from './page-keys.ts';
import { servePages } from './pages.ts';
import type { PairingDesk } from './pairing.ts';
import { limitRate } from './limit-rate.ts';
import { openPairRoutes, programPairRoutes } from './pair-routes.ts';
import { proofRoutes, type ProofDesk } from './proof-desk.ts';
import { requireLoopbackHost } from './require-loopback-host.ts';
import { requireSameOrigin } from './require-same-origin.ts';
import { requireSession, sessionFinder } from './require-session.ts';
import { noStore, securityHeaders } from './security-headers.ts';
import type { BridgeService } from './service.ts';
import { syncRoutes } from './sync-routes.ts';

/** What may be asked without a key. */
const openPaths = [paths.hello, paths.prove, paths.pairStart, paths.pairClaim, paths.pairRedeem] as const;
/** A dozen pages that all begin at once ask less. */
const OPEN_RATE = { burst: 500, perSecond: 100 };

export interface AppParts {
  readonly service: BridgeService;
  readonly hosts: HostRegistry;
  readonly desk: PairingDesk;
  readonly proofs: ProofDesk;
  readonly pageKeys: PageKeys;
  /** What pages are being answered; ended with their keys. */
  readonly openAnswers: OpenAnswers;
  readonly failures: FailureMeter;
  readonly events: EventHub;
  readonly token: string;
  readonly hello: Hello;
  /** Told to every Outlook host that attaches. */
  readonly outlookSettings: OutlookSettings;
  readonly status: () => Status;
  /** Takes the certificate that is in the state folder now. */
  readonly reloadCertificate: () => Promise<void>;
  readonly ownHosts: () => ReadonlySet<string>;
  readonly pagesFolder: string;
  /** Server of the organisation whose pages may ask, too. */
  readonly pagesOrigin?: string | undefined;
  /** Folder with a copy of Office.js. */
  readonly officeScripts?: string | undefined;
  readonly log: Logger;
}

export function createApp(parts: AppParts): Express {
  const { service, hosts, desk, proofs, pageKeys, failures, events, hello, log } = parts;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', false);

  app.use(securityHeaders(hello.outlook));
  app.use(requireLoopbackHost(parts.ownHosts));

  app.use('/api', noStore, requireSameOrigin(parts.pagesOrigin));
  app.use([...openPaths], limitRate(OPEN_RATE));
  app.get(paths.hello, (_request, response) => {
    response.json(hello);
  });
  app.use(proofRoutes(proofs));
  app.use(openPairRoutes(desk, failures));
  app.use('/api', requireSession(sessionFinder(parts.token, pageKeys), failures, parts.openAnswers));
  app.use(programPairRoutes(desk, failures, pageKeys));
  app.use(certificateRoutes(parts.reloadCertificate));
  app.use(syncRoutes(service, parts.status, events));
  app.use(archiveRoutes(service));
  app.use(hostRoutes(hosts, parts.outlookSettings));
  app.use('/api', notFound);

  if (parts.officeScripts !== undefined) app.use(OFFICE_SCRIPTS_PATH, servePages(parts.officeScripts));
  app.use(servePages(parts.pagesFolder));
  app.use(notFound);
  app.use(errorHandler(log));
  return app;
}
