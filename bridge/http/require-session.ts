/** Who is asking: a program of this user, or a page that was paired. Keys come in the Authorization header only. */
import type { RequestHandler, Response } from 'express';
import { sendError } from './errors.ts';
import type { FailureMeter } from './failure-meter.ts';
import type { OpenAnswers } from './open-answers.ts';
import type { PageKeys } from './page-keys.ts';
import { hashSecret, sameHash } from './secrets.ts';

/** A program proved that it can read this user's files, and may do everything. */
export type Session = { readonly role: 'program' } | { readonly role: 'page'; readonly page: string };

/** Tells whose key this is. Takes the same time whatever the key. */
export type FindSession = (key: string) => Session | undefined;

/** The longest key that is looked at. */
const MAX_KEY_LENGTH = 200;
const BEARER = /^Bearer ([\w.~+/-]+=*)$/i;

export function sessionFinder(token: string, pageKeys: PageKeys): FindSession {
  const tokenHash = hashSecret(token);
  return (key) => {
    const isProgram = sameHash(tokenHash, hashSecret(key));
    const page = pageKeys.find(key);
    if (isProgram) return { role: 'program' };
    return page === undefined ? undefined : { role: 'page', page: page.id };
  };
}

const sessions = new WeakMap<Response, Session>();

/**
 * A valid key always passes, however many wrong ones were tried. What a page gets is noted in `answers` as long as it lasts.
 */
export function requireSession(
  findSession: FindSession,
  failures: FailureMeter,
  answers: OpenAnswers,
): RequestHandler {
  return (request, response, next) => {
    const header = request.headers.authorization;
    if (header === undefined) {
      sendError(response, 'api.unauthorized');
      return;
    }
    const key = BEARER.exec(header)?.[1];
    const session = key === undefined || key.length > MAX_KEY_LENGTH ? undefined : findSession(key);
    if (session === undefined) {
      if (failures.locked) {
        sendError(response, 'api.locked');
        return;
      }
      failures.note();
      sendError(response, 'api.unauthorized');
      return;
    }
    sessions.set(response, session);
    if (session.role === 'page') answers.add(session.page, response);
    next();
  };
}

/** For what only the person at this PC may do, such as confirming a pairing. */
export const requireProgram: RequestHandler = (_request, response, next) => {
  if (sessions.get(response)?.role === 'program') {
    next();
    return;
  }
  sendError(response, 'api.forbidden', 'only this user’s own programs may do this');
};
