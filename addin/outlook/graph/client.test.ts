import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startMailbox, type Mailbox } from '../../../demo/mailbox/mailbox.ts';
import { permissionsOf } from '../../auth/permissions.ts';
import type { TokenRequest, TokenSource } from '../../auth/account.ts';
import { localAccount } from '../../auth/local-account.ts';
import { createGraphClient } from './client.ts';
import { waitlessClock } from '../../../test/support/waitless-clock.ts';

const signal = new AbortController().signal;

/** Remembers every request that leaves, and answers 200. */
function recorder(status = 200, challenge?: string) {
  const sent: { url: string; authorization: string | null; prefer: string | null }[] = [];
  const fetcher: typeof fetch = async (input, init) => {
    const headers = new Headers(init?.headers);
    sent.push({
      url: input instanceof Request ? input.url : String(input),
      authorization: headers.get('authorization'),
      prefer: headers.get('prefer'),
    });
    return new Response('{}', {
      status,
      headers: {
        'content-type': 'application/json',
        ...(challenge !== undefined && { 'www-authenticate': challenge }),
      },
    });
  };
  return { sent, fetcher };
}

function realAccount() {
  const asked: TokenRequest[] = [];
  const tokens: TokenSource = {
    getToken: async (request) => {
      asked.push(request);
      return `secret-${asked.length}`;
    },
  };
  return { account: { kind: 'microsoft', tokens } as const, asked };
}

describe("a real account's token", () => {
  it.each([
    'https://graph.microsoft.com.evil.example/v1.0/me',
    'https://evil.example/v1.0/me/contacts?x=https://graph.microsoft.com/',
    'https://graph.microsoft.com:443@evil.example/v1.0/me',
    'https://graph.microsoft.com:8443/v1.0/me',
    'https://user:pass@graph.microsoft.com/v1.0/me',
    'https://127.0.0.1:4545/v1.0/me',
    'https://localhost/v1.0/me',
    'https://graph.microsoft.com\\@evil.example/v1.0/me',
  ])('never leaves for %s', async (url) => {
    const { account } = realAccount();
    const { sent, fetcher } = recorder();
    const client = createGraphClient(account, { fetcher });
    await client.get(url, { signal }).catch((error: unknown) => {
      expect(error).toMatchObject({ code: 'mailbox.host-not-allowed' });
    });
    for (const { url: target } of sent) expect(new URL(target).origin).toBe('https://graph.microsoft.com');
    expect(sent.every(({ url: target }) => !target.includes('evil.example/v1.0/me/'))).toBe(true);
  });

  it('goes to Microsoft’s own hosts', async () => {
    const { account } = realAccount();
    const { sent, fetcher } = recorder();
    const client = createGraphClient(account, { fetcher });
    await client.get('/me', { signal });
    await client.get('https://graph.microsoft.com/v1.0/me/contacts?$skip=2', { signal });
    expect(sent.map(({ url }) => url)).toEqual([
      'https://graph.microsoft.com/v1.0/me',
      'https://graph.microsoft.com/v1.0/me/contacts?$skip=2',
    ]);
    expect(sent.every(({ authorization }) => authorization?.startsWith('Bearer secret-'))).toBe(true);
  });

  it('is renewed once when it is refused, not more often', async () => {
    const { account, asked } = realAccount();
    const { sent, fetcher } = recorder(401);
    const reply = await createGraphClient(account, { fetcher }).get('/me', { signal });
    expect(reply.status).toBe(401);
    const permissions = ['User.Read', 'MailboxSettings.Read'];
    expect(asked).toEqual([{ permissions }, { permissions, refused: { claims: null } }]);
    expect(sent).toHaveLength(2);
  });

  it('is renewed with the claims that the service asks for', async () => {
    const { account, asked } = realAccount();
    const claims = '{"access_token":{"nbf":{"essential":true,"value":"1"}}}';
    const header = `Bearer error="insufficient_claims", claims="${Buffer.from(claims).toString('base64')}"`;
    await createGraphClient(account, { fetcher: recorder(401, header).fetcher }).get('/me', { signal });
    expect(asked.at(1)?.refused).toEqual({ claims });
  });

  it('is another one after it was refused within a batch, for one request', async () => {
    const { account, asked } = realAccount();
    const client = createGraphClient(account, { fetcher: recorder().fetcher });
    client.renewToken(undefined);
    await client.get('/me', { signal });
    await client.get('/me', { signal });
    expect(asked.map(({ refused }) => refused)).toEqual([{ claims: null }, undefined]);
  });

  it('is asked for with the permissions that the request needs', async () => {
    const { account, asked } = realAccount();
    const client = createGraphClient(account, { fetcher: recorder().fetcher });
    await client.needing(permissionsOf('tasks')).get('/me/todo/lists', { signal });
    expect(asked).toEqual([{ permissions: ['Tasks.ReadWrite'] }]);
  });

  it('cannot be given to the local mailbox', () => {
    // The types have no place for one: a local account brings its own made-up token.
    const account = localAccount('http://127.0.0.1:1', 'anna');
    // @ts-expect-error a token that does not say "local-" is none of a local account's
    const stolen: typeof account.getToken = () => 'secret';
    const { sent, fetcher } = recorder();
    const client = createGraphClient({ ...account, getToken: stolen }, { fetcher });
    return expect(client.get('/me', { signal }))
      .rejects.toMatchObject({ code: 'mailbox.host-not-allowed' })
      .then(() => expect(sent).toEqual([]));
  });
});

describe('the local account', () => {
  it.each([
    'https://graph.microsoft.com',
    'http://192.168.1.2:80',
    'http://evil.example',
    'file:///etc',
    'x',
  ])('is refused for %s', (address) => {
    expect(() => localAccount(address, 'anna')).toThrow(/Microsoft’s Graph hosts/);
  });
});

describe('requests', () => {
  let mailbox: Mailbox;
  const clock = waitlessClock();
  const connect = () => createGraphClient(localAccount(mailbox.url, 'anna'), { clock });

  beforeEach(async () => {
    clock.reset();
    mailbox = await startMailbox();
  });
  afterEach(() => mailbox.close());

  it('always ask for immutable ids, whatever else they prefer', async () => {
    const { sent, fetcher } = recorder();
    const client = createGraphClient(realAccount().account, { fetcher });
    await client.get('/me', { signal });
    await client.get('/me', { signal, prefer: 'odata.maxpagesize=7' });
    expect(sent.map(({ prefer }) => prefer)).toEqual([
      'IdType="ImmutableId"',
      'IdType="ImmutableId", odata.maxpagesize=7',
    ]);
  });

  it('follow links to graph.microsoft.com within the local mailbox', async () => {
    mailbox.admin.seed('anna', [{ contact: { givenName: 'Ada' } }, { contact: { givenName: 'Bo' } }]);
    const client = connect();
    const first = await client.get('/me/contacts?$top=1&$select=givenName', { signal });
    const { '@odata.nextLink': next } = first.body as { '@odata.nextLink': string };
    expect(next).toMatch(/^https:\/\/graph\.microsoft\.com\//);
    expect((await client.get(next, { signal })).status).toBe(200);
  });

  it.each([
    ['whole seconds', '3', 3000],
    ['fractions of a second', '2.128', 2128],
    ['no word on how long', null, 1000],
  ])('wait as 429 asks: %s', async (_name, retryAfter, wait) => {
    mailbox.admin.fail({ action: { kind: 'throttle', retryAfter } });
    expect((await connect().get('/me', { signal })).status).toBe(200);
    expect(clock.slept).toEqual([wait]);
  });

  it('say that they wait, and when it is over', async () => {
    const told: (number | null)[] = [];
    mailbox.admin.fail({ action: { kind: 'throttle', retryAfter: '3' } });
    const client = createGraphClient(localAccount(mailbox.url, 'anna'), {
      clock,
      onThrottled: (waitMs) => told.push(waitMs),
    });
    await client.get('/me', { signal });
    expect(told).toEqual([3000, null]);
  });
});
