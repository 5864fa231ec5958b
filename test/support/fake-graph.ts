/** Microsoft's address of Graph, answered by the local mailbox, for pages that have a real account. */
import type { BrowserContext } from 'playwright-core';

export interface FakeGraph {
  /** JSON text of claims that the next request is refused with; null: it is not. */
  challenge: string | null;
  /** What every request showed. */
  readonly tokens: string[];
}

export async function fakeGraph(context: BrowserContext, mailbox: string, token: string): Promise<FakeGraph> {
  const fake: FakeGraph = { challenge: null, tokens: [] };
  const cors = {
    'access-control-allow-origin': '*',
    'access-control-allow-headers': '*',
    'access-control-allow-methods': '*',
    'access-control-expose-headers': 'WWW-Authenticate, Retry-After, Preference-Applied',
  };
  await context.route('https://graph.microsoft.com/**', async (route) => {
    const request = route.request();
    if (request.method() === 'OPTIONS') return route.fulfill({ status: 204, headers: cors });
    const headers = await request.allHeaders();
    fake.tokens.push(headers.authorization ?? '');
    if (fake.challenge !== null) {
      const claims = Buffer.from(fake.challenge).toString('base64');
      fake.challenge = null;
      return route.fulfill({
        status: 401,
        headers: {
          ...cors,
          'www-authenticate': `Bearer realm="", error="insufficient_claims", claims="${claims}"`,
        },
        json: { error: { code: 'InvalidAuthenticationToken', message: 'Continuous access evaluation' } },
      });
    }
    const { pathname, search } = new URL(request.url());
    const answer = await fetch(`${mailbox}${pathname}${search}`, {
      method: request.method(),
      headers: {
        authorization: `Bearer ${token}`,
        ...(headers.prefer !== undefined && { prefer: headers.prefer }),
        ...(headers['content-type'] !== undefined && { 'content-type': headers['content-type'] }),
      },
      body: request.postData(),
    });
    return route.fulfill({
      status: answer.status,
      headers: { ...Object.fromEntries(answer.headers), ...cors },
      body: Buffer.from(await answer.arrayBuffer()),
    });
  });
  return fake;
}
