/** Stands in for Microsoft's sign-in service under MSAL for Node: real HTTPS, authorisation code with PKCE, refresh. */
import { createHash, randomUUID } from 'node:crypto';
import { createServer } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { localToken } from '../../demo/mailbox/tokens.ts';

export interface StandInAuthority {
  /** `https://localhost:PORT/contoso` */
  readonly authority: string;
  /** What each request for a token was: `authorization_code`, `refresh_token`, or why it was refused. */
  readonly tokens: string[];
  /** Scopes of every window. */
  readonly windows: string[];
  /** The person declines. */
  declines: boolean;
  /** The refresh tokens are worth nothing any more. */
  revoked: boolean;
  close(): void;
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const CLIENT_INFO = encode({ uid: 'anna', utid: 'contoso' });

/** Access tokens are the local mailbox's, for `user`, each a fresh one. The certificate is for localhost. */
export async function startAuthority(
  certificate: { readonly cert: string; readonly key: string },
  user: string,
): Promise<StandInAuthority> {
  const asked = new Map<string, URLSearchParams>();
  const server = createServer(certificate, (request, response) => void answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const authority = `https://localhost:${(server.address() as AddressInfo).port}/contoso`;
  const standIn: StandInAuthority = {
    authority,
    tokens: [],
    windows: [],
    declines: false,
    revoked: false,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
  const json = (response: ServerResponse, status: number, body: object): void =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', authority);
    if (url.pathname.endsWith('/.well-known/openid-configuration')) {
      json(response, 200, {
        issuer: `${authority}/v2.0`,
        authorization_endpoint: `${authority}/oauth2/v2.0/authorize`,
        token_endpoint: `${authority}/oauth2/v2.0/token`,
        end_session_endpoint: `${authority}/oauth2/v2.0/logout`,
        jwks_uri: `${authority}/keys`,
      });
    } else if (url.pathname.endsWith('/authorize')) {
      window(url.searchParams, response);
    } else if (url.pathname.endsWith('/token')) {
      const pieces: Buffer[] = [];
      for await (const piece of request) pieces.push(piece as Buffer);
      token(new URLSearchParams(Buffer.concat(pieces).toString()), response);
    } else {
      json(response, 404, { error: 'invalid_request' });
    }
  }

  /** The person agrees at once: the browser is to post the answer back. */
  function window(query: URLSearchParams, response: ServerResponse): void {
    const code = randomUUID();
    asked.set(code, query);
    standIn.windows.push(query.get('scope') ?? '');
    const said = standIn.declines
      ? { error: 'access_denied', error_description: 'AADSTS65004: declined' }
      : { code, client_info: CLIENT_INFO };
    const fields = Object.entries({ ...said, state: query.get('state') ?? '' }).map(
      ([name, value]) => `<input type="hidden" name="${name}" value="${value}">`,
    );
    response
      .writeHead(200, { 'content-type': 'text/html' })
      .end(`<form method="post" action="${query.get('redirect_uri') ?? ''}">${fields.join('')}</form>`);
  }

  function token(form: URLSearchParams, response: ServerResponse): void {
    const grant = form.get('grant_type') ?? '';
    const code = form.get('code') ?? '';
    const before = asked.get(code);
    const refused =
      grant === 'authorization_code'
        ? before === undefined || !isProven(before, form)
        : standIn.revoked || form.get('refresh_token') !== 'refresh-of-anna';
    // A code counts once.
    asked.delete(code);
    standIn.tokens.push(refused ? 'invalid_grant' : grant);
    if (refused) {
      json(response, 400, { error: 'invalid_grant', error_description: 'AADSTS70000' });
      return;
    }
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      ...{ aud: form.get('client_id'), iss: `${authority}/v2.0`, iat: now, exp: now + 3600 },
      ...{
        tid: 'contoso',
        oid: user,
        sub: user,
        preferred_username: `${user}@mailbox.example`,
        name: 'Anna',
      },
      nonce: before?.get('nonce') ?? undefined,
    };
    json(response, 200, {
      token_type: 'Bearer',
      scope: form.get('scope'),
      expires_in: 3600,
      access_token: localToken(user, [], String(standIn.tokens.length)),
      refresh_token: 'refresh-of-anna',
      id_token: [encode({ alg: 'none', typ: 'JWT' }), encode(claims), 'x'].join('.'),
      client_info: CLIENT_INFO,
    });
  }
  return standIn;
}

/** Whoever trades the code for tokens is who asked for it (PKCE, S256), at the same address. */
function isProven(asked: URLSearchParams, form: URLSearchParams): boolean {
  const challenge = createHash('sha256')
    .update(form.get('code_verifier') ?? '')
    .digest('base64url');
  return (
    asked.get('code_challenge_method') === 'S256' &&
    asked.get('code_challenge') === challenge &&
    asked.get('redirect_uri') === form.get('redirect_uri')
  );
}
