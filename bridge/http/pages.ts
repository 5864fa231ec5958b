/** The add-in's pages, as they were built. They hold no secret: every user of this PC can fetch them. */
import { fileURLToPath } from 'node:url';
import express, { type RequestHandler } from 'express';

/** Where the build puts the pages, seen from the built module (dist/bridge/http). */
export const builtPages = fileURLToPath(new URL('../../pages', import.meta.url));

/**
 * Pages are asked for again each time, so that they fit the bridge. Icons must not carry any cache directive, or
 * Outlook for Windows shows a default icon (spec: Office add-in 1.1).
 */
export function servePages(folder: string): RequestHandler {
  return express.static(folder, {
    index: 'taskpane.html',
    cacheControl: false,
    redirect: false,
    dotfiles: 'ignore',
    setHeaders: (response, path) => {
      if (path.endsWith('.html')) response.setHeader('Cache-Control', 'no-cache');
    },
  });
}
