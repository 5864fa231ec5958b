import {
  AuthenticationHandler,
  Client,
  GraphError,
  HTTPMessageHandler,
  PageIterator,
  type AuthenticationProvider,
  type Context,
  type Middleware,
  type PageCollection,
} from '@microsoft/microsoft-graph-client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { localToken, startMailbox, type Mailbox } from '../mailbox.ts';

/** Microsoft's own client works with the mailbox: only the last link of its chain knows the real address. */

/** Sends what is meant for graph.microsoft.com to the local mailbox. */
class LocalOrigin implements Middleware {
  readonly #origin: string;
  readonly #next = new HTTPMessageHandler();

  constructor(origin: string) {
    this.#origin = origin;
  }

  execute(context: Context): Promise<void> {
    if (typeof context.request !== 'string') throw new TypeError('a request by its URL is expected');
    context.request = context.request.replace('https://graph.microsoft.com', this.#origin);
    return this.#next.execute(context);
  }
}

let mailbox: Mailbox;
let client: Client;

beforeAll(async () => {
  mailbox = await startMailbox();
  const provider: AuthenticationProvider = { getAccessToken: () => Promise.resolve(localToken('anna')) };
  const head = new AuthenticationHandler(provider);
  head.setNext(new LocalOrigin(mailbox.url));
  client = Client.initWithMiddleware({ middleware: head });
});
afterAll(() => mailbox.close());

it('creates, reads, changes and removes a contact', async () => {
  const created = (await client.api('/me/contacts').post({
    givenName: 'Ilse',
    singleValueExtendedProperties: [{ id: 'String 0x3A24', value: '+49 491' }],
  })) as { id: string };
  const path = `/me/contacts/${created.id}`;
  const read: unknown = await client
    .api(path)
    .select('givenName')
    .expand("singleValueExtendedProperties($filter=id eq 'String 0x3A24')")
    .get();
  expect(read).toMatchObject({
    givenName: 'Ilse',
    singleValueExtendedProperties: [{ id: 'String 0x3a24', value: '+49 491' }],
  });
  expect(await client.api(path).patch({ surname: 'Aurich' })).toMatchObject({ displayName: 'Ilse Aurich' });
  expect(await client.api(path).delete()).toBeUndefined();
  const failure: unknown = await client
    .api(path)
    .get()
    .catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(GraphError);
  expect(failure).toMatchObject({ statusCode: 404, code: 'ErrorItemNotFound' });
});

it('pages through a delta round and goes on from its link', async () => {
  mailbox.admin.seed(
    'anna',
    Array.from({ length: 25 }, (_, n) => ({ contact: { givenName: `P${n}` } })),
  );
  const headers = { Prefer: 'odata.maxpagesize=7' };
  const first = (await client.api('/me/contacts/delta').headers(headers).get()) as PageCollection;
  const seen: string[] = [];
  const take = (row: { id: string }): boolean => seen.push(row.id) > 0;
  const iterator = new PageIterator(client, first, take, { headers });
  await iterator.iterate();
  expect(new Set(seen).size).toBe(25);
  const [one] = seen;
  await client.api(`/me/contacts/${one ?? ''}`).patch({ jobTitle: 'Baker' });
  const next = (await client.api(iterator.getDeltaLink() ?? '').get()) as PageCollection;
  expect(next.value.map((row: { id: string }) => row.id)).toEqual([one]);
});

it('sends a batch', async () => {
  const requests = ['a', 'b'].map((id) => ({
    id,
    method: 'POST',
    url: '/me/contacts',
    headers: { 'Content-Type': 'application/json' },
    body: { givenName: id },
  }));
  const { responses } = (await client.api('/$batch').post({ requests })) as {
    responses: { status: number }[];
  };
  expect(responses.map((response) => response.status)).toEqual([201, 201]);
});
