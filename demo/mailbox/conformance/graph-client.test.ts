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

it('creates a series, changes a day of it, and reads it all back', async () => {
  const zone = 'W. Europe Standard Time';
  const created = (await client
    .api('/me/events')
    .header('Prefer', `outlook.timezone="${zone}"`)
    .post({
      subject: 'Read the gauge',
      start: { dateTime: '2026-12-07T07:30:00', timeZone: zone },
      end: { dateTime: '2026-12-07T07:45:00', timeZone: zone },
      recurrence: {
        pattern: { type: 'weekly', interval: 1, daysOfWeek: ['monday', 'thursday'] },
        range: { type: 'numbered', startDate: '2026-12-07', numberOfOccurrences: 6 },
      },
    })) as { id: string };
  const path = `/me/events/${encodeURIComponent(created.id)}`;
  const days = (await client
    .api(`${path}/instances`)
    .query({ startDateTime: '2026-12-10T00:00:00Z', endDateTime: '2026-12-14T23:59:59Z' })
    .get()) as { value: { id: string }[] };
  const [thursday, monday] = days.value;
  await client.api(`/me/events/${encodeURIComponent(thursday!.id)}`).patch({ subject: 'Late' });
  expect(await client.api(`/me/events/${encodeURIComponent(monday!.id)}`).delete()).toBeUndefined();
  const read: unknown = await client
    .api(path)
    .select(['id', 'cancelledOccurrences', 'exceptionOccurrences'])
    .expand('exceptionOccurrences')
    .get();
  expect(read).toMatchObject({
    cancelledOccurrences: [`OID.${created.id}.2026-12-14`],
    exceptionOccurrences: [{ id: thursday!.id, subject: 'Late' }],
  });
  const round = (await client.api('/me/calendar/events/delta').select('id').get()) as PageCollection;
  expect(round.value).toMatchObject([{ id: created.id }]);
});

it('creates, completes and removes a task', async () => {
  const lists = (await client.api('/me/todo/lists').get()) as { value: { id: string }[] };
  const tasks = `/me/todo/lists/${encodeURIComponent(lists.value[0]!.id)}/tasks`;
  const created = (await client.api(tasks).post({
    title: 'Buy boots',
    linkedResources: [{ applicationName: 'Pocket', externalId: 't-1' }],
  })) as { id: string };
  const path = `${tasks}/${encodeURIComponent(created.id)}`;
  expect(await client.api(path).patch({ status: 'completed' })).toMatchObject({ status: 'completed' });
  const open: unknown = await client.api(tasks).filter("status ne 'completed'").get();
  expect(open).toMatchObject({ value: [] });
  const round = (await client.api(`${tasks}/delta`).get()) as PageCollection;
  expect(round.value).toMatchObject([{ id: created.id, title: 'Buy boots' }]);
  await client.api(path).delete();
  const next = (await client.api(round['@odata.deltaLink'] ?? '').get()) as PageCollection;
  expect(next.value).toMatchObject([{ id: created.id, '@removed': { reason: 'deleted' } }]);
});
