/** Who is asking: a program of this user, or a page that was paired. Keys come in the Authorization header only. */
import type { RequestHandler, Response } from 'express';
import { sendError } from './errors.ts';
import type { FailureMeter } from './failure-meter.ts';
import type { PageKeys } from './page-keys.ts';
import { hashSecret, sameHash } from './secrets.ts';

/** `program` proved that it can read this user's files, and may do everything. */
export type Role = 'program' | 'page';

/** Tells whose key this is. Takes the same time whatever the key. */
export type FindRole = (key: string) => Role | undefined;

/** The longest key that is looked at. */
const MAX_KEY_LENGTH = 200;
const BEARER = /^Bearer ([\w.~+/-]+=*)$/i;

export function roleFinder(token: string, pageKeys: PageKeys): FindRole {
  const tokenHash = hashSecret(token);
  return (key) => {
    const isProgram = sameHash(tokenHash, hashSecret(key));
    const page = pageKeys.find(key);
    return isProgram ? 'program' : page === undefined ? undefined : 'page';
  };
}

/** A valid key always passes, however many wrong ones were tried. */
export function requireSession(findRole: FindRole, failures: FailureMeter): RequestHandler {
  return (request, response, next) => {
    const header = request.headers.authorization;
    if (header === undefined) {
      sendError(response, 'api.unauthorized');
      return;
    }
    const key = BEARER.exec(header)?.[1];
    const role = key === undefined || key.length > MAX_KEY_LENGTH ? undefined : findRole(key);
    if (role === undefined) {
      if (failures.locked) {
        sendError(response, 'api.locked');
        return;
      }
      failures.note();
      sendError(response, 'api.unauthorized');
      return;
    }
    setRole(response, role);
    next();
  };
}

/** For what only the person at this PC may do, such as confirming a pairing. */
export const requireProgram: RequestHandler = (_request, response, next) => {
  if (roleOf(response) === 'program') {
    next();
    return;
  }
  sendError(response, 'api.forbidden', 'only this user’s own programs may do this');
};

const roles = new WeakMap<Response, Role>();

function setRole(response: Response, role: Role): void {
  roles.set(response, role);
}

function roleOf(response: Response): Role | undefined {
  return roles.get(response);
}
