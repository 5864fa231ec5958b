/**
 * Stops other sites' pages: what a browser sends for them carries their Origin, or a Sec-Fetch-Site that is not
 * `same-origin`. Programs that are no browsers send neither.
 */
import type { RequestHandler } from 'express';
import { sendError } from './errors.ts';

export const requireSameOrigin: RequestHandler = (request, response, next) => {
  const origin = request.headers.origin;
  const site = request.headers['sec-fetch-site'];
  // The Host has been checked before: https and our own host is our own origin.
  const ownOrigin = origin === undefined || origin === `https://${request.headers.host ?? ''}`;
  const ownSite = site === undefined || site === 'same-origin';
  if (ownOrigin && ownSite) {
    next();
    return;
  }
  sendError(response, 'api.forbidden');
};
