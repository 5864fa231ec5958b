/**
 * Stops other sites' pages: what a browser sends for them carries their Origin, or a Sec-Fetch-Site that is not
 * `same-origin`. Programs that are no browsers send neither. The one exception is the server of the organisation that is
 * configured to have the pages: exactly its origin may ask, and is told so (CORS), without cookies.
 */
import type { RequestHandler, Response } from 'express';
import { sendError } from './errors.ts';

/** How long a browser may remember that it may ask, in seconds. */
const PREFLIGHT_S = 600;

export function requireSameOrigin(pagesOrigin: string | undefined): RequestHandler {
  return (request, response, next) => {
    const origin = request.headers.origin;
    const site = request.headers['sec-fetch-site'];
    if (pagesOrigin !== undefined) response.vary('Origin');
    if (pagesOrigin !== undefined && origin === pagesOrigin) {
      response.set('Access-Control-Allow-Origin', pagesOrigin);
      if (request.method === 'OPTIONS') answerPreflight(response);
      else next();
      return;
    }
    // The Host has been checked before: https and our own host is our own origin.
    const ownOrigin = origin === undefined || origin === `https://${request.headers.host ?? ''}`;
    const ownSite = site === undefined || site === 'same-origin';
    if (ownOrigin && ownSite) next();
    else sendError(response, 'api.forbidden');
  };
}

function answerPreflight(response: Response): void {
  response
    .set({
      'Access-Control-Allow-Methods': 'GET, POST, DELETE',
      'Access-Control-Allow-Headers': 'authorization, content-type',
      'Access-Control-Max-Age': String(PREFLIGHT_S),
    })
    .status(204)
    .end();
}
