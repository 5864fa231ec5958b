/**
 * Bodies: JSON of a bounded size and nothing else. A form or plain text, which a foreign page could send without
 * asking first, is refused before it is read.
 */
import express, { type Request, type RequestHandler } from 'express';
import type { z } from 'zod';
import { SyncError } from '../../contract/errors.ts';
import { sendError } from './errors.ts';

/** Reads a JSON body of at most `maxBytes` bytes into `request.body`. */
export function limitBody(maxBytes: number): RequestHandler {
  const parse: RequestHandler = express.json({
    limit: maxBytes,
    inflate: false,
    strict: true,
    type: 'application/json',
    // The parser would take nothing for an empty object.
    verify: (_request, _response, body) => {
      if (body.length === 0) throw new Error('the body is empty');
    },
  });
  return (request, response, next) => {
    if (mediaType(request) !== 'application/json') {
      sendError(response, 'api.invalid', 'the body must be application/json');
      return;
    }
    parse(request, response, (error?: unknown) => {
      if (error === undefined) {
        next();
        return;
      }
      const type = bodyErrorType(error);
      if (type === undefined) {
        next(error);
        return;
      }
      if (type === 'entity.too.large') {
        sendError(response, 'api.too-large', `more than ${maxBytes} bytes`);
        return;
      }
      // The parser's own messages quote the body, which may hold secrets.
      const what = type === 'entity.parse.failed' ? 'is not JSON' : 'cannot be read';
      sendError(response, 'api.invalid', `the body ${what}`);
    });
  };
}

/**
 * Checks a body against its schema.
 * @throws SyncError `api.invalid` naming the field; never its value, which may be a secret
 */
export function readBody<S extends z.ZodType>(schema: S, body: unknown): z.infer<S> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.slice(0, 5).map(({ path, message }) => {
    return path.length === 0 ? message : `${path.map(String).join('.')}: ${message}`;
  });
  throw new SyncError('api.invalid', issues.join('; ').slice(0, 500));
}

function mediaType(request: Request): string | undefined {
  return request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
}

/** Body parsers mark their errors with a `type`. */
function bodyErrorType(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('type' in error) || typeof error.type !== 'string') return undefined;
  return error.type;
}
