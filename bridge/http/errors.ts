/** Every refusal and failure leaves as the contract's error body. */
import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import type { z } from 'zod';
import type { errorBodySchema } from '../../contract/api.ts';
import { errorCatalogue, SyncError, type ErrorCode } from '../../contract/errors.ts';

/** HTTP status of the codes that are the caller's affair; all others are 500. */
const statusOf: Partial<Record<ErrorCode, number>> = {
  'api.invalid': 400,
  'api.unauthorized': 401,
  'api.forbidden': 403,
  'api.not-found': 404,
  'api.pairing': 404,
  'api.lease-lost': 409,
  'api.too-large': 413,
  'api.locked': 429,
  'api.busy': 429,
  'device.none': 404,
  'device.unknown': 404,
  'device.dataset': 400,
  'device.busy': 409,
  'conflict.unknown': 404,
  'undo.unknown': 404,
  'undo.nothing': 409,
  'undo.forgotten': 409,
  'sync.answer': 409,
  'bridge.paused': 409,
  'link.not-connected': 409,
  'bridge.not-running': 503,
};

export function sendError(response: Response, code: ErrorCode, detail = ''): void {
  const { message, remedy } = errorCatalogue[code];
  const body: z.infer<typeof errorBodySchema> = { error: { code, message, remedy, detail } };
  response.status(statusOf[code] ?? 500).json(body);
}

/** For paths that nobody handles. */
export const notFound: RequestHandler = (request, response) => {
  sendError(response, 'api.not-found', `${request.method} ${request.path.slice(0, 200)}`);
};

/** What an unexpected error says stays in the log: it may hold texts that are not the caller's business. */
export function errorHandler(log: Logger): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    if (error instanceof SyncError) {
      sendError(response, error.code, error.detail);
      return;
    }
    log.error({ err: error, method: request.method, path: request.path }, 'request failed');
    sendError(response, 'sync.internal');
  };
}
