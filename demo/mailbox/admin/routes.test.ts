import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { Caller } from '../conformance/caller.ts';
import { startMailbox, type Mailbox } from '../mailbox.ts';
import { defaultSwitches } from '../switches.ts';

/** The admin route over HTTP, as programs of other processes use it. */

let mailbox: Mailbox;
let caller: Caller;
let user = 0;

beforeAll(async () => (mailbox = await startMailbox()));
afterAll(() => mailbox.close());
beforeEach(() => {
  mailbox.admin.reset();
  caller = new Caller(mailbox, `admin-${user++}`);
});

async function admin(method: string, path: string, json?: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`${mailbox.url}/admin${path}`, {
    method,
    headers: { 'Content-Type': 'application/json', ...headers },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    body: text === '' ? undefined : (JSON.parse(text) as Record<string, unknown>),
  };
}

const own = (path: string): string => `/mailboxes/admin-${user - 1}${path}`;

it('sets some switches and leaves the others', async () => {
  await admin('PATCH', '/switches', { duplicateRows: 2 });
  const { body } = await admin('PATCH', '/switches', { meter: 'on' });
  expect(body).toEqual({ ...defaultSwitches, duplicateRows: 2, meter: 'on' });
  expect((await admin('GET', '/switches')).body).toEqual(body);
  await admin('POST', '/reset');
  expect((await admin('GET', '/switches')).body).toEqual(defaultSwitches);
});

it('says what is wrong with a request', async () => {
  const unknown = await admin('PATCH', '/switches', { metre: 'on' });
  expect([unknown.status, JSON.stringify(unknown.body)]).toEqual([400, expect.stringContaining('metre')]);
  const pattern = await admin('POST', '/failures', [{ path: '(', action: { kind: 'hang' } }]);
  expect([pattern.status, JSON.stringify(pattern.body)]).toEqual([
    400,
    expect.stringContaining('regular expression'),
  ]);
  const contact = await admin('POST', own('/seed'), {
    contacts: [{ contact: {} }, { contact: { nonsense: 1 } }],
  });
  expect([contact.status, JSON.stringify(contact.body)]).toEqual([
    400,
    expect.stringContaining('contacts[1]'),
  ]);
  expect((await caller.call('/me/contacts')).body.value).toEqual([]);
});

it('schedules and clears failures, kills and expires tokens, moves the clock', async () => {
  const { deltaLink } = await caller.round();
  await admin('POST', '/failures', [{ times: 5, action: { kind: 'unavailable' } }]);
  expect((await caller.call('/me/contacts')).status).toBe(503);
  await admin('DELETE', '/failures');
  expect((await caller.call('/me/contacts')).status).toBe(200);
  expect((await admin('POST', '/delta-tokens/kill')).body).toEqual({ streams: expect.any(Number) });
  expect((await caller.call(deltaLink)).status).toBe(410);
  const { body } = await admin('POST', '/clock', { advance: 60_000 });
  expect(Number(body!.now)).toBeGreaterThan(Date.now() + 59_000);
  await admin('POST', '/tokens/expire');
  expect((await caller.call('/me/contacts')).status).toBe(401);
});

it('seeds, edits, moves and removes as a person in Outlook, and dumps everything', async () => {
  const jpeg = Buffer.from('ffd8ffc0000b080001000101011100ffd9', 'hex').toString('base64');
  const contact = {
    givenName: 'Ilse',
    singleValueExtendedProperties: [{ id: 'String 0x3A24', value: '49' }],
  };
  const seeded = await admin('POST', own('/seed'), { contacts: [{ contact, photo: jpeg }, { contact: {} }] });
  const [first, second] = seeded.body!.created as { id: string }[];
  await admin('PATCH', own(`/contacts/${first!.id}`), { surname: 'Aurich' });
  const folder = await admin('POST', own('/folders'), { displayName: 'Other' });
  await admin('POST', own(`/contacts/${first!.id}/move`), { folderId: folder.body!.id });
  expect((await admin('DELETE', own(`/contacts/${second!.id}`))).status).toBe(204);
  expect((await admin('POST', own('/touch'))).body).toEqual({ touched: 1 });
  const { body: dump } = await admin('GET', own('/dump'));
  expect(dump!.contacts).toMatchObject([
    {
      folderId: folder.body!.id,
      contact: { givenName: 'Ilse', surname: 'Aurich', displayName: 'Ilse Aurich' },
      extended: { 'String 0x3a24': '49', 'Boolean {00062004-0000-0000-c000-000000000046} Id 0x8015': 'true' },
      photo: { contentType: 'image/jpeg', base64: jpeg },
    },
  ]);
});

it('seeds, edits, moves and removes events and single days of them, and dumps them', async () => {
  const at = (day: string) => ({
    start: { dateTime: `${day}T10:00:00`, timeZone: 'UTC' },
    end: { dateTime: `${day}T11:00:00`, timeZone: 'UTC' },
  });
  const recurrence = {
    pattern: { type: 'daily', interval: 1 },
    range: { type: 'noEnd', startDate: '2026-12-01' },
  };
  const seeded = await admin('POST', own('/seed'), {
    events: [
      {
        event: { subject: 'Series', ...at('2026-12-01'), recurrence },
        exceptions: { '2026-12-03': { subject: 'Late' } },
        cancelled: ['2026-12-05'],
      },
      { event: { subject: 'Single', ...at('2026-12-02'), organizer: { emailAddress: { name: 'Bo' } } } },
    ],
  });
  const [series, single] = seeded.body!.events as { id: string }[];
  const day = (date: string): string => own(`/events/${series!.id}/days/${date}`);
  expect((await admin('PATCH', day('2026-12-06'), { showAs: 'oof' })).status).toBe(200);
  expect((await admin('DELETE', day('2026-12-07'))).status).toBe(204);
  expect((await admin('DELETE', day('2026-12-07'))).status).toBe(404);
  expect((await admin('DELETE', day('tomorrow'))).status).toBe(400);
  const other = await admin('POST', own('/calendars'), { name: 'Other', canEdit: false });
  const moved = await admin('POST', own(`/events/${single!.id}/move`), { calendarId: other.body!.id });
  await admin('PATCH', own(`/events/${String(moved.body!.id)}`), { isCancelled: true });
  const { body: dump } = await admin('GET', own('/dump'));
  expect(dump!.events).toMatchObject([
    {
      id: series!.id,
      event: { subject: 'Series', type: 'seriesMaster' },
      cancelled: ['2026-12-05', '2026-12-07'],
      exceptions: { '2026-12-03': { subject: 'Late' }, '2026-12-06': { showAs: 'oof' } },
    },
    {
      calendarId: other.body!.id,
      event: { subject: 'Single', isCancelled: true, organizer: { emailAddress: { name: 'Bo' } } },
    },
  ]);
  expect((await admin('DELETE', own(`/events/${series!.id}`))).status).toBe(204);
  expect((await admin('GET', own('/outgoing-mail'))).body).toEqual([]);
  expect((await admin('DELETE', own('/outgoing-mail'))).status).toBe(204);
  const wrong = await admin('POST', own('/seed'), { events: [{ event: { subject: 'x' } }] });
  expect([wrong.status, JSON.stringify(wrong.body)]).toEqual([400, expect.stringContaining('events[0]')]);
});

it('seeds, edits, moves and removes tasks, and dumps them; the mailbox has a zone', async () => {
  const kiritimati = { dateTime: '2026-12-24T00:00:00', timeZone: 'Pacific/Kiritimati' };
  const seeded = await admin('POST', own('/seed'), {
    tasks: [
      {
        task: { title: 'A', dueDateTime: kiritimati },
        steps: [{ displayName: 'Call' }, { displayName: 'Pay', isChecked: true }],
      },
      { task: { title: 'B', linkedResources: [{ externalId: 't-1' }] } },
    ],
  });
  const [first, second] = seeded.body!.tasks as { id: string }[];
  const list = await admin('POST', own('/lists'), { displayName: 'Garden' });
  const moved = await admin('POST', own(`/tasks/${second!.id}/move`), { listId: list.body!.id });
  expect(moved.body!.id).not.toBe(second!.id);
  await admin('PATCH', own(`/tasks/${first!.id}`), { importance: 'high' });
  const { body: dump } = await admin('GET', own('/dump'));
  expect(dump!.tasks).toMatchObject([
    {
      // A person's app writes its own midnight, here one far in the east.
      task: { title: 'A', importance: 'high', dueDateTime: { dateTime: '2026-12-23T10:00:00.0000000' } },
      checklistItems: [{ displayName: 'Call' }, { displayName: 'Pay', isChecked: true }],
    },
    { listId: list.body!.id, task: { title: 'B' }, linkedResources: [{ externalId: 't-1' }] },
  ]);
  expect((await admin('DELETE', own(`/tasks/${first!.id}`))).status).toBe(204);
  expect((await admin('GET', '/stats')).body!.mailboxes).toContainEqual(
    expect.objectContaining({ user: `admin-${user - 1}`, tasks: 1, events: 0 }),
  );
  expect((await admin('PATCH', own(''), { timeZone: 'Tokyo Standard Time' })).status).toBe(204);
  expect((await caller.call('/me/mailboxSettings/timeZone')).body.value).toBe('Tokyo Standard Time');
  expect((await admin('PATCH', own(''), { timeZone: 'Nowhere' })).status).toBe(400);
});

it('keeps a log and counts', async () => {
  await caller.call('/me/contacts?$top=1');
  await caller.batch([{ id: 'a', method: 'GET', url: '/me/contacts/x' }]);
  const { body: stats } = await admin('GET', '/stats');
  expect(stats!.requests).toEqual({
    'http GET /contacts 200': 1,
    'batch GET /contacts/:id 400': 1,
    'http POST /$batch 200': 1,
  });
  const { body: log } = await admin('GET', '/log');
  expect(log).toMatchObject([
    { via: 'http', method: 'GET', url: '/me/contacts?$top=1', status: 200 },
    { via: 'batch', status: 400 },
    { via: 'http', url: '/$batch' },
  ]);
  const [{ number }] = log as unknown as [{ number: number }];
  expect((await admin('GET', `/log?after=${number}`)).body).toHaveLength(2);
  await admin('DELETE', '/log');
  expect((await admin('GET', '/stats')).body!.requests).toEqual({});
});

it('is closed to pages', async () => {
  expect((await admin('GET', '/switches', undefined, { Origin: 'https://localhost:24245' })).status).toBe(
    403,
  );
});
