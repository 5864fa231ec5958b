/** Stands in for Microsoft's sign-in service under the real MSAL, by answering in the browser's place of it. */
import type { BrowserContext } from 'playwright-core';

export interface FakeMicrosoft {
  /** Scopes of every window that asked a person, and the claims. */
  readonly windows: { scope: string; claims: string; hint: string | null }[];
  /** Kinds of every request for a token: `authorization_code`, `refresh_token`. */
  readonly tokens: string[];
  /** Life of a token, in seconds. */
  lifeSeconds: number;
}

const CLIENT_INFO = encode({ uid: 'anna', utid: 'contoso' });

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** A window of it shows a link `#go` that goes on, and a link `#refuse`. */
export async function fakeMicrosoft(context: BrowserContext): Promise<FakeMicrosoft> {
  const fake: FakeMicrosoft = { windows: [], tokens: [], lifeSeconds: 3600 };
  const nonces = new Map<string, string>();
  const cors = { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*' };

  await context.route('https://login.microsoftonline.com/**', async (route) => {
    const request = route.request();
    const url = new URL(request.url());
    if (url.pathname.endsWith('/authorize')) {
      const asked = url.searchParams;
      const code = `code-${nonces.size + 1}`;
      nonces.set(code, asked.get('nonce') ?? '');
      fake.windows.push({
        scope: asked.get('scope') ?? '',
        claims: asked.get('claims') ?? '',
        hint: asked.get('login_hint'),
      });
      const back = (answer: Record<string, string>): string =>
        `${asked.get('redirect_uri') ?? ''}#${new URLSearchParams({ ...answer, state: asked.get('state') ?? '' }).toString()}`;
      const link = (id: string, address: string): string =>
        `<a id="${id}" href="${address.replaceAll('&', '&amp;')}">${id}</a>`;
      return route.fulfill({
        contentType: 'text/html',
        body: `<!doctype html><title>Microsoft</title>${link('go', back({ code, client_info: CLIENT_INFO }))} ${link(
          'refuse',
          back({ error: 'access_denied', error_description: 'AADSTS65004: declined' }),
        )}`,
      });
    }
    if (url.pathname.endsWith('/token') && request.method() === 'POST') {
      const form = new URLSearchParams(request.postData() ?? '');
      fake.tokens.push(form.get('grant_type') ?? '');
      const now = Math.floor(Date.now() / 1000);
      const idToken = [
        encode({ alg: 'none', typ: 'JWT' }),
        encode({
          aud: form.get('client_id'),
          iss: 'https://login.microsoftonline.com/contoso/v2.0',
          iat: now,
          exp: now + 3600,
          tid: 'contoso',
          oid: 'anna',
          sub: 'anna',
          preferred_username: 'anna@mailbox.example',
          name: 'Anna',
          nonce: nonces.get(form.get('code') ?? ''),
        }),
        'x',
      ].join('.');
      return route.fulfill({
        headers: cors,
        json: {
          token_type: 'Bearer',
          scope: form.get('scope'),
          expires_in: fake.lifeSeconds,
          access_token: `microsoft-${fake.tokens.length}`,
          refresh_token: 'refresh',
          id_token: idToken,
          client_info: CLIENT_INFO,
        },
      });
    }
    if (request.method() === 'OPTIONS') return route.fulfill({ status: 204, headers: cors });
    return route.fulfill({ status: 404, headers: cors, json: { error: 'invalid_request' } });
  });
  return fake;
}
