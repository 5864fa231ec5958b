/**
 * Headers of every answer: no inline script, no foreign script but Office's own, framed by Outlook only. There is
 * no X-Frame-Options: it could not name Outlook (spec: Office add-in 4.4).
 */
import type { RequestHandler } from 'express';

const OUTLOOK = [
  'https://outlook.office.com',
  'https://outlook.office365.com',
  'https://outlook.cloud.microsoft',
  'https://outlook.live.com',
];

/**
 * The hash of nothing: style elements may be added while they are empty. The pages' library then puts its rules into them
 * through the object model, which the policy leaves alone; a style element with a text of its own stays refused.
 */
const EMPTY = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='";

export function contentSecurityPolicy(localMailbox: string | undefined): string {
  const services = ['https://graph.microsoft.com', 'https://login.microsoftonline.com'];
  if (localMailbox !== undefined) services.push(new URL(localMailbox).origin);
  const directives = {
    'default-src': ["'self'"],
    'script-src': ["'self'", 'https://appsforoffice.microsoft.com'],
    'style-src': ["'self'", EMPTY],
    'connect-src': ["'self'", ...services],
    'img-src': ["'self'", 'data:', 'blob:'],
    'object-src': ["'none'"],
    'base-uri': ["'none'"],
    'form-action': ["'none'"],
    'frame-ancestors': ["'self'", ...OUTLOOK],
  };
  return Object.entries(directives)
    .map(([name, sources]) => `${name} ${sources.join(' ')}`)
    .join('; ');
}

export function securityHeaders(localMailbox: string | undefined): RequestHandler {
  const policy = contentSecurityPolicy(localMailbox);
  return (_request, response, next) => {
    response.set({
      'Content-Security-Policy': policy,
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
    });
    next();
  };
}

/** Answers of the API are nobody's to keep. */
export const noStore: RequestHandler = (_request, response, next) => {
  response.set({ 'Cache-Control': 'no-store', 'Cross-Origin-Resource-Policy': 'same-origin' });
  next();
};
