import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import type { Answer } from './protocol/answer.ts';
import type { GraphService } from './service.ts';

/** The network's side: Express reads bodies and writes answers, all else is the service's. */

/** Twenty photos of 4 MB in base64 fit into one $batch. */
const maxBodyBytes = '128mb';

const jsonType =
  'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8';

/** `/v1.0` for programs and pages; `admin` for the person who runs the mailbox. */
export function makeApp(service: GraphService, admin: express.Router): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(requireLoopbackHost);
  app.use('/admin', refusePages, admin);
  app.use(
    '/v1.0',
    allowLocalPages,
    express.raw({ type: () => true, limit: maxBodyBytes }),
    (request, response, next) => {
      serve(service, request, response).catch(next);
    },
  );
  app.use((_request, response) => {
    response.status(404).json({ error: { code: 'ResourceNotFound', message: 'Only /v1.0 is served here.' } });
  });
  app.use((error: unknown, _request: Request, response: Response, next: NextFunction) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const status = httpStatus(error);
    const message = error instanceof Error ? error.message : String(error);
    const code =
      status === 413 ? 'RequestEntityTooLarge' : status < 500 ? 'BadRequest' : 'InternalServerError';
    response.status(status).json({ error: { code, message } });
  });
  return app;
}

async function serve(service: GraphService, request: Request, response: Response): Promise<void> {
  const headers = new Map<string, string>();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  const body: unknown = request.body;
  const outcome = await service.handle({
    method: request.method,
    url: request.url,
    headers,
    body: Buffer.isBuffer(body) ? body : Buffer.alloc(0),
  });
  switch (outcome.kind) {
    case 'answer': {
      write(outcome.answer, response);
      return;
    }
    case 'reset':
      request.socket.resetAndDestroy();
      return;
    case 'hang':
      // Left open until the caller gives up or the mailbox closes.
      return;
  }
}

function write(answer: Answer, response: Response): void {
  response.status(answer.status).set({ ...answer.headers });
  switch (answer.body.kind) {
    case 'none':
      response.end();
      return;
    case 'json':
      // Written as bytes: Express would put the content type's parameters in an order of its own.
      response.setHeader('Content-Type', jsonType);
      // Turned into bytes once: for a text the length is counted first, which reads all of it.
      response.end(Buffer.from(JSON.stringify(answer.body.value)));
      return;
    case 'bytes':
      response.setHeader('Content-Type', answer.body.contentType);
      response.end(answer.body.bytes);
      return;
  }
}

const loopbackHost = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i;

/** A foreign name that resolves to this machine must not get through (DNS rebinding). */
function requireLoopbackHost(request: Request, response: Response, next: NextFunction): void {
  if (loopbackHost.test(request.headers.host ?? '')) {
    next();
    return;
  }
  response
    .status(403)
    .json({ error: { code: 'Forbidden', message: 'Only requests to this machine are answered.' } });
}

/** Graph allows every origin; the stand-in allows pages of this machine, by their exact origin. */
function allowLocalPages(request: Request, response: Response, next: NextFunction): void {
  response.setHeader('Vary', 'Origin');
  const { origin } = request.headers;
  const local =
    origin !== undefined &&
    /^https?:\/\//.test(origin) &&
    loopbackHost.test(origin.replace(/^https?:\/\//, ''));
  if (local) {
    response.setHeader('Access-Control-Allow-Origin', origin);
    response.setHeader(
      'Access-Control-Expose-Headers',
      'ETag, Location, Preference-Applied, Retry-After, client-request-id, request-id',
    );
  }
  if (request.method !== 'OPTIONS') {
    next();
    return;
  }
  if (local) {
    response.setHeader('Access-Control-Allow-Methods', 'GET, POST, PUT, PATCH, DELETE');
    response.setHeader(
      'Access-Control-Allow-Headers',
      request.headers['access-control-request-headers'] ?? '',
    );
    response.setHeader('Access-Control-Max-Age', '600');
  }
  response.status(204).end();
}

/** No page, local or not, may steer the mailbox. */
function refusePages(request: Request, response: Response, next: NextFunction): void {
  if (request.headers.origin === undefined) {
    next();
    return;
  }
  response.status(403).json({ error: { code: 'Forbidden', message: 'Pages cannot use the admin route.' } });
}

function httpStatus(error: unknown): number {
  const status: unknown =
    typeof error === 'object' && error !== null && 'status' in error ? error.status : undefined;
  return typeof status === 'number' && status >= 400 && status < 600 ? status : 500;
}
