import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { localToken, startMailbox, type Mailbox } from '../mailbox.ts';
import { Caller, contactPath, errorCode } from './caller.ts';

/** Spec: graph 13, lines 16, 17 and 19: throttling, failures, $batch, permissions, tokens, headers. */

let mailbox: Mailbox;
let caller: Caller;
let user = 0;

beforeAll(async () => (mailbox = await startMailbox()));
afterAll(() => mailbox.close());
beforeEach(() => {
  mailbox.admin.reset();
  caller = new Caller(mailbox, `service-${user++}`);
});
const name = (): string => `service-${user - 1}`;
const contacts = (): number => mailbox.admin.dump(name()).contacts.length;

const create = (id: string, extra: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  id,
  method: 'POST',
  url: '/me/contacts',
  headers: { 'Content-Type': 'application/json' },
  body: { givenName: id },
  ...extra,
});

const statuses = (
  answers: readonly { readonly id: string; readonly status: number }[],
): Record<string, number> => Object.fromEntries(answers.map(({ id, status }) => [id, status]));

describe('13.16 throttling', () => {
  it('answers 429 with Retry-After to the fifth request that is open at a time', async () => {
    mailbox.admin.set({ meter: 'on', serviceTime: 200 });
    const replies = await Promise.all(Array.from({ length: 6 }, () => caller.call('/me/contacts')));
    const throttled = replies.filter((reply) => reply.status === 429);
    expect(throttled).toHaveLength(2);
    expect(errorCode(throttled[0]!)).toBe('ApplicationThrottled');
    expect(throttled[0]!.headers.get('retry-after')).toBe('2.128');
    expect(mailbox.admin.stats().highestConcurrency).toBe(4);
  });

  it('does not, with the meter off', async () => {
    mailbox.admin.set({ serviceTime: 50 });
    const replies = await Promise.all(Array.from({ length: 6 }, () => caller.call('/me/contacts')));
    expect(replies.map((reply) => reply.status)).toEqual([200, 200, 200, 200, 200, 200]);
  });

  it('counts the requests of ten minutes', async () => {
    mailbox.admin.set({ meter: 'on', requestsPerTenMinutes: 3, retryAfter: '7' });
    for (let n = 0; n < 3; n++) expect((await caller.call('/me/contacts')).status).toBe(200);
    const over = await caller.call('/me/contacts');
    expect([over.status, errorCode(over), over.headers.get('retry-after')]).toEqual([
      429,
      'TooManyRequests',
      '7',
    ]);
    mailbox.admin.advanceClock(10 * 60 * 1000 + 1);
    expect((await caller.call('/me/contacts')).status).toBe(200);
  });

  it('hands four parts of a batch to the mailbox at a time, so that one batch alone passes', async () => {
    mailbox.admin.set({ meter: 'on' });
    const answers = await caller.batch(Array.from({ length: 20 }, (_, n) => create(`p${n}`)));
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([201]));
    expect(mailbox.admin.stats().highestConcurrency).toBe(4);
  });

  it('refuses parts of a batch that are too many at a time, and the others are done', async () => {
    mailbox.admin.set({ meter: 'on', batchConcurrency: 6 });
    const answers = await caller.batch(Array.from({ length: 6 }, (_, n) => create(`p${n}`)));
    const refused = answers.filter((answer) => answer.status === 429);
    expect(refused).toHaveLength(2);
    expect(refused[0]).toMatchObject({
      headers: { 'Retry-After': '2.128' },
      body: {
        error: { code: 'ApplicationThrottled', message: 'Application is over its MailboxConcurrency limit.' },
      },
    });
    expect(contacts()).toBe(4);
  });
});

describe('13.16 failures on demand', () => {
  it('hit the next matching requests and no others', async () => {
    mailbox.admin.fail({
      method: 'POST',
      path: '^/me/contacts$',
      skip: 1,
      times: 2,
      action: { kind: 'throttle' },
    });
    expect((await caller.call('/me/contacts')).status).toBe(200);
    const replies = [];
    for (let n = 0; n < 4; n++) replies.push(await caller.call('/me/contacts', { method: 'POST', json: {} }));
    expect(replies.map((reply) => reply.status)).toEqual([201, 429, 429, 201]);
    expect(replies[1]!.headers.get('retry-after')).toBe('2.128');
    expect(contacts()).toBe(2);
    expect(mailbox.admin.stats().pendingFailures).toBe(0);
  });

  it('answer 503 with nothing in it, 500 with an error, and carry nothing out', async () => {
    mailbox.admin.fail({ action: { kind: 'unavailable' } }, { action: { kind: 'error' } });
    const unavailable = await caller.call('/me/contacts', { method: 'POST', json: {} });
    expect([unavailable.status, unavailable.text]).toEqual([503, '']);
    const error = await caller.call('/me/contacts', { method: 'POST', json: {} });
    expect([error.status, errorCode(error)]).toEqual([500, 'InternalServerError']);
    expect(contacts()).toBe(0);
  });

  it('lose the answer after the work is done: 504, or a broken connection', async () => {
    mailbox.admin.fail({ action: { kind: 'lostAnswer' } }, { action: { kind: 'lostAnswer', ends: 'reset' } });
    expect((await caller.call('/me/contacts', { method: 'POST', json: {} })).status).toBe(504);
    await expect(caller.call('/me/contacts', { method: 'POST', json: {} })).rejects.toThrow();
    expect(contacts()).toBe(2);
  });

  it('break the connection, or say nothing until the caller gives up, and carry nothing out', async () => {
    mailbox.admin.fail({ action: { kind: 'reset' } }, { action: { kind: 'hang' } });
    await expect(caller.call('/me/contacts', { method: 'POST', json: {} })).rejects.toThrow();
    const hung = fetch(`${mailbox.url}/v1.0/me/contacts`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${localToken(name())}`, 'Content-Type': 'application/json' },
      body: '{}',
      signal: AbortSignal.timeout(200),
    });
    await expect(hung).rejects.toThrow('timeout');
    expect(contacts()).toBe(0);
  });

  it('reach single parts of a batch', async () => {
    mailbox.admin.fail(
      { via: 'batch', method: 'POST', skip: 1, action: { kind: 'throttle', retryAfter: '7' } },
      { via: 'batch', method: 'POST', skip: 1, action: { kind: 'lostAnswer' } },
    );
    mailbox.admin.set({ batchOrder: 'asAsked' });
    const answers = await caller.batch([create('a'), create('b'), create('c'), create('d')]);
    expect(answers.map((answer) => answer.status)).toEqual([201, 429, 504, 201]);
    expect(answers[1]!.headers['Retry-After']).toBe('7');
    expect(contacts()).toBe(3);
  });

  it('break the whole batch when a part’s connection breaks; what was done stays done', async () => {
    mailbox.admin.fail({ via: 'batch', skip: 2, action: { kind: 'reset' } });
    await expect(caller.batch([create('a'), create('b'), create('c'), create('d')])).rejects.toThrow();
    expect(contacts()).toBe(2);
  });
});

describe('13.17 $batch', () => {
  it('answers each part by its id, in any order or as asked', async () => {
    const parts = Array.from({ length: 20 }, (_, n) => ({
      id: String(n),
      method: 'GET',
      url: '/me/contacts',
    }));
    const asked = parts.map((part) => part.id);
    const orders = await Promise.all(
      Array.from({ length: 3 }, async () => (await caller.batch(parts)).map((answer) => answer.id)),
    );
    for (const order of orders) expect([...order].sort()).toEqual([...asked].sort());
    expect(orders.some((order) => order.join() !== asked.join())).toBe(true);
    mailbox.admin.set({ batchOrder: 'asAsked' });
    expect((await caller.batch(parts)).map((answer) => answer.id)).toEqual(asked);
  });

  it('judges each part alone and follows dependsOn', async () => {
    const answers = await caller.batch([
      create('a'),
      { id: 'b', method: 'GET', url: '/me/contacts/garbage', dependsOn: ['a'] },
      create('c', { dependsOn: ['b'] }),
      create('d', { dependsOn: ['c'] }),
      create('e'),
    ]);
    expect(statuses(answers)).toEqual({ a: 201, b: 400, c: 424, d: 424, e: 201 });
    expect(contacts()).toBe(2);
  });

  it('takes Prefer and If-Match per part, and binary bodies as base64', async () => {
    const id = await caller.create({});
    const jpeg = Buffer.from('ffd8ffc0000b080001000101011100ffd9', 'hex');
    const answers = await caller.batch([
      { id: 'plain', method: 'GET', url: contactPath(id) },
      { id: 'immutable', method: 'GET', url: contactPath(id), headers: { Prefer: 'IdType="ImmutableId"' } },
      {
        id: 'late',
        method: 'PATCH',
        url: contactPath(id),
        headers: { 'If-Match': 'W/"old"', 'Content-Type': 'application/json' },
        body: {},
      },
      {
        id: 'photo',
        method: 'PUT',
        url: `${contactPath(id)}/photo/$value`,
        headers: { 'Content-Type': 'image/jpeg' },
        body: jpeg.toString('base64'),
      },
    ]);
    expect(statuses(answers)).toEqual({ plain: 200, immutable: 200, late: 412, photo: 200 });
    const shown = (part: string): unknown => answers.find((answer) => answer.id === part)?.body;
    expect(shown('plain')).toMatchObject({ id });
    expect(shown('immutable')).toMatchObject({ id: mailbox.admin.dump(name()).contacts[0]!.immutableId });
    expect(mailbox.admin.dump(name()).contacts[0]!.photo!.base64).toBe(jpeg.toString('base64'));
  });

  it.each([
    ['21 parts', Array.from({ length: 21 }, (_, n) => create(String(n)))],
    ['no parts', []],
    ['an id twice', [create('a'), create('a')]],
    ['no id', [{ method: 'GET', url: '/me' }]],
    ['a dependency that is not there', [create('a', { dependsOn: ['x'] })]],
    ['a body without content type', [create('a', { headers: {} })]],
    ['a batch in a batch', [{ id: 'a', method: 'POST', url: '/$batch' }]],
  ])('refuses %s and carries nothing out', async (_what, requests) => {
    const reply = await caller.call('/$batch', { method: 'POST', json: { requests } });
    expect([reply.status, errorCode(reply)]).toEqual([400, 'BadRequest']);
    expect(contacts()).toBe(0);
  });
});

describe('13.19 tokens and permissions', () => {
  it('answers 401 without a token, with a foreign one, and when it has lived long enough', async () => {
    const without = await fetch(`${mailbox.url}/v1.0/me/contacts`);
    expect(without.status).toBe(401);
    const foreign = await new Caller(mailbox, 'x', '', 'eyJ0eXAi.real.token').call('/me/contacts');
    expect([foreign.status, errorCode(foreign)]).toEqual([401, 'InvalidAuthenticationToken']);
    mailbox.admin.set({ tokenLifetime: 3600 });
    expect((await caller.call('/me/contacts')).status).toBe(200);
    mailbox.admin.advanceClock(3600 * 1000);
    const expired = await caller.call('/me/contacts');
    expect([expired.status, errorCode(expired)]).toEqual([401, 'InvalidAuthenticationToken']);
    expect((await caller.call('/$batch', { method: 'POST', json: { requests: [create('a')] } })).status).toBe(
      401,
    );
    const renewed = new Caller(mailbox, name(), '', localToken(name(), [], '2'));
    expect((await renewed.call('/me/contacts')).status).toBe(200);
    mailbox.admin.expireTokens();
    expect((await renewed.call('/me/contacts')).status).toBe(401);
  });

  it('answers 403 to what the token’s permissions do not cover', async () => {
    const reader = new Caller(mailbox, name(), '', localToken(name(), ['Contacts.Read']));
    expect((await reader.call('/me/contacts')).status).toBe(200);
    const refused = await reader.call('/me/contacts', { method: 'POST', json: {} });
    expect([refused.status, errorCode(refused)]).toEqual([403, 'ErrorAccessDenied']);
    expect((await reader.call('/me')).status).toBe(403);
    expect((await reader.call('/me/mailboxSettings')).status).toBe(403);
    const both = new Caller(mailbox, name(), '', localToken(name(), ['User.Read', 'MailboxSettings.Read']));
    expect((await both.call('/me')).body.userPrincipalName).toBe(`${name()}@mailbox.example`);
    expect((await both.call('/me/mailboxSettings')).body.timeZone).toBe('W. Europe Standard Time');
  });

  it('gives each user a mailbox of their own', async () => {
    const id = await caller.create({});
    const other = new Caller(mailbox, 'somebody-else');
    expect((await other.get(id)).status).toBe(404);
    expect((await other.call(`/users/${name()}@mailbox.example/contacts`)).status).toBe(404);
    expect((await caller.call(`/users/${name()}@mailbox.example/contacts`)).body.value).toHaveLength(1);
  });
});

describe('headers', () => {
  it('are Graph’s: ids of the request, content type, preferences that were honoured', async () => {
    const reply = await caller.call('/me/contacts', {
      headers: {
        'client-request-id': 'abc',
        Prefer: 'IdType="ImmutableId", odata.maxpagesize=5, unheard-of',
      },
    });
    expect(reply.headers.get('client-request-id')).toBe('abc');
    expect(reply.headers.get('request-id')).toMatch(/^[\w-]{36}$/);
    expect(reply.headers.get('cache-control')).toBe('private');
    expect(reply.headers.get('content-type')).toContain('application/json;odata.metadata=minimal');
    expect(reply.headers.get('preference-applied')).toBe('IdType="ImmutableId", odata.maxpagesize=5');
  });

  it('and error bodies name the request', async () => {
    const reply = await caller.call('/me/nonsense', { headers: { 'client-request-id': 'abc' } });
    expect(reply.status).toBe(400);
    expect(reply.body.error).toMatchObject({
      code: 'BadRequest',
      innerError: { 'client-request-id': 'abc', 'request-id': reply.headers.get('request-id') },
    });
  });

  it('let a local page call, by its exact origin, and no other page', async () => {
    const ask = async (origin: string): Promise<string | null> => {
      const headers = { Origin: origin, 'Access-Control-Request-Headers': 'authorization,prefer' };
      const preflight = await fetch(`${mailbox.url}/v1.0/me/contacts`, { method: 'OPTIONS', headers });
      return preflight.headers.get('access-control-allow-origin');
    };
    expect(await ask('https://localhost:24245')).toBe('https://localhost:24245');
    expect(await ask('https://evil.example')).toBeNull();
    expect(await ask('https://localhost.evil.example')).toBeNull();
  });
});
