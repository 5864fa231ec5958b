/**
 * Headers of every answer: no inline script, no foreign script but Office's own, framed by Outlook only. There is
 * no X-Frame-Options: it could not name Outlook (spec: Office add-in 4.4).
 */
import type { RequestHandler } from 'express';
import type { Hello } from '../../contract/api.ts';

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

export type PolicyOptions = Pick<Hello['outlook'], 'localMailbox' | 'authority'>;

/** Office.js, and in Outlook on the web a library that it loads from another of Microsoft's addresses. */
const OFFICE_SCRIPTS = ['https://appsforoffice.microsoft.com', 'https://ajax.aspnetcdn.com'];
const SIGN_IN = 'https://login.microsoftonline.com';

/** Microsoft's services cannot be reached by a page that has a local mailbox. */
export function contentSecurityPolicy({ localMailbox, authority }: PolicyOptions): string {
  const signIn = authority === null ? SIGN_IN : new URL(authority).origin;
  const services =
    localMailbox === null ? ['https://graph.microsoft.com', signIn] : [new URL(localMailbox).origin];
  const directives = {
    'default-src': ["'self'"],
    'script-src': ["'self'", ...OFFICE_SCRIPTS],
    'style-src': ["'self'", EMPTY],
    'connect-src': ["'self'", ...services],
    'img-src': ["'self'", 'data:', 'blob:'],
    // The sign-in is renewed in a hidden frame.
    'frame-src': localMailbox === null ? ["'self'", signIn] : ["'none'"],
    'object-src': ["'none'"],
    'base-uri': ["'none'"],
    'form-action': ["'none'"],
    'frame-ancestors': ["'self'", ...OUTLOOK],
  };
  return Object.entries(directives)
    .map(([name, sources]) => `${name} ${sources.join(' ')}`)
    .join('; ');
}

export function securityHeaders(outlook: PolicyOptions): RequestHandler {
  const policy = contentSecurityPolicy(outlook);
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
