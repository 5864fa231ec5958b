import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startMailbox, type Mailbox } from '../mailbox.ts';
import { Caller, errorCode, errorMessage, expandExtended, type Reply } from './caller.ts';

/** Spec: graph 3.1 to 3.3, 3.5, 3.9, 3.10 and 13 lines 9, 14, 15: single events. */

let mailbox: Mailbox;
let caller: Caller;
let user = 0;

beforeAll(async () => (mailbox = await startMailbox()));
afterAll(() => mailbox.close());
beforeEach(() => {
  mailbox.admin.reset();
  caller = new Caller(mailbox, `events-${user++}`);
});

const berlin = (dateTime: string) => ({ dateTime, timeZone: 'W. Europe Standard Time' });
const utc = (dateTime: string) => ({ dateTime: `${dateTime}.0000000`, timeZone: 'UTC' });
const tide = {
  subject: 'Low tide',
  start: berlin('2026-12-07T07:30:00'),
  end: berlin('2026-12-07T07:45:00'),
};
const holiday = {
  subject: 'Holiday',
  isAllDay: true,
  start: berlin('2026-12-24T00:00:00'),
  end: berlin('2026-12-27T00:00:00'),
};

type Json = Readonly<Record<string, unknown>>;

const eventPath = (id: string): string => `/me/events/${encodeURIComponent(id)}`;
const get = (id: string, query = '', prefer = '') =>
  caller.call(eventPath(id) + query, prefer === '' ? {} : { headers: { Prefer: prefer } });
const patch = (id: string, json: Json, headers: Record<string, string> = {}) =>
  caller.call(eventPath(id), { method: 'PATCH', json, headers });
const post = (json: Json) => caller.call('/me/events', { method: 'POST', json });
const refusal = (reply: Reply): unknown[] => [reply.status, errorCode(reply)];

describe('an event', () => {
  it('is shown with all its properties, those that are not set with their defaults', async () => {
    const created = await caller.post('/me/events', { ...tide, transactionId: 'pocket-1' });
    expect(created).toMatchObject({
      transactionId: 'pocket-1',
      originalStartTimeZone: 'W. Europe Standard Time',
      reminderMinutesBeforeStart: 15,
      isReminderOn: true,
      subject: 'Low tide',
      importance: 'normal',
      sensitivity: 'normal',
      isAllDay: false,
      isOrganizer: true,
      showAs: 'busy',
      type: 'singleInstance',
      seriesMasterId: null,
      responseStatus: { response: 'organizer', time: '0001-01-01T00:00:00Z' },
      recurrence: null,
      attendees: [],
      categories: [],
      location: {},
      body: { contentType: 'html', content: '' },
      organizer: { emailAddress: { name: `events-${user - 1}` } },
      createdDateTime: expect.stringMatching(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{7}Z$/),
    });
    expect(created['@odata.etag']).toBe(`W/"${String(created.changeKey)}"`);
    const plain = await caller.post('/me/events', tide);
    expect(plain).not.toHaveProperty('transactionId');
    for (const name of ['originalStart', 'cancelledOccurrences', 'singleValueExtendedProperties']) {
      expect(plain).not.toHaveProperty(name);
    }
  });

  it('keeps every property that is sent', async () => {
    const others = {
      categories: ['Pocket'],
      reminderMinutesBeforeStart: 30,
      isReminderOn: false,
      importance: 'high',
      sensitivity: 'private',
      showAs: 'oof',
      responseRequested: false,
      allowNewTimeProposals: false,
      hideAttendees: true,
    };
    const { id } = await caller.post('/me/events', { ...tide, ...others });
    expect((await get(id)).body).toMatchObject(others);
    const changed = await patch(id, { showAs: 'free', categories: [], subject: null });
    expect(changed.body).toMatchObject({ ...others, showAs: 'free', categories: [], subject: null });
  });

  it('wipes its locations when its location is set', async () => {
    const { id, location, locations } = await caller.post('/me/events', {
      ...tide,
      locations: [{ displayName: 'Pier 4' }, { displayName: 'Pier 5' }],
    });
    expect([location, locations]).toMatchObject([
      { displayName: 'Pier 4', uniqueId: 'Pier 4' },
      [{ displayName: 'Pier 4' }, { displayName: 'Pier 5' }],
    ]);
    const { body } = await patch(id, { location: { displayName: 'Leerort' } });
    expect(body.locations).toMatchObject([{ displayName: 'Leerort' }]);
    expect((await patch(id, { location: {} })).body).toMatchObject({ location: {}, locations: [] });
  });

  it('stays an online meeting once it is one', async () => {
    const { id, onlineMeeting } = await caller.post('/me/events', { ...tide, isOnlineMeeting: true });
    expect(onlineMeeting).toMatchObject({ joinUrl: expect.stringContaining('https://') });
    const { body } = await patch(id, { isOnlineMeeting: false, onlineMeetingProvider: 'skypeForConsumer' });
    expect(body).toMatchObject({
      isOnlineMeeting: true,
      onlineMeetingProvider: 'teamsForBusiness',
      onlineMeeting,
    });
  });

  it.each([
    ['without an end', { start: tide.start }, 'ErrorPropertyValidationFailure'],
    [
      'that ends before it starts',
      { ...tide, end: berlin('2026-12-07T07:00:00') },
      'ErrorPropertyValidationFailure',
    ],
    [
      'on a day that is none',
      { ...tide, start: berlin('2026-02-30T07:00:00') },
      'UnableToDeserializePostBody',
    ],
    [
      'in a zone that is none',
      { ...tide, start: { dateTime: '2026-12-07T07:00:00', timeZone: 'Mars' } },
      'TimeZoneNotSupportedException',
    ],
    ['with a property that events lack', { ...tide, colour: 'red' }, 'UnableToDeserializePostBody'],
    ['with a property that the service sets', { ...tide, changeKey: 'x' }, 'ErrorInvalidPropertySet'],
    ['with a value that is none', { ...tide, showAs: 'away' }, 'UnableToDeserializePostBody'],
    [
      'with a number that is none',
      { ...tide, reminderMinutesBeforeStart: '5' },
      'UnableToDeserializePostBody',
    ],
  ])('is refused %s', async (_, json, code) => {
    expect(refusal(await post(json))).toEqual([400, code]);
    expect(await caller.list('/me/events')).toEqual([]);
  });

  it('is removed, and is gone; a foreign id is no event', async () => {
    const { id } = await caller.post('/me/events', tide);
    expect((await caller.call(eventPath(id), { method: 'DELETE' })).status).toBe(204);
    expect(refusal(await get(id))).toEqual([404, 'ErrorItemNotFound']);
    expect(refusal(await get('nonsense'))).toEqual([400, 'ErrorInvalidIdMalformed']);
    expect((await get(await caller.create({ givenName: 'Ilse' }))).status).toBe(404);
  });

  it('is changed and removed only in the version that If-Match names', async () => {
    const created = await caller.post('/me/events', tide);
    const old = { 'If-Match': String(created['@odata.etag']) };
    expect((await patch(created.id, { subject: 'High tide' }, old)).status).toBe(200);
    expect(refusal(await patch(created.id, { subject: 'x' }, old))).toEqual([
      412,
      'ErrorIrresolvableConflict',
    ]);
    expect((await caller.call(eventPath(created.id), { method: 'DELETE', headers: old })).status).toBe(412);
    mailbox.admin.set({ ifMatch: 'ignored' });
    expect((await patch(created.id, { subject: 'x' }, old)).status).toBe(200);
  });

  it('is read as it was before its last change, on demand', async () => {
    const { id } = await caller.post('/me/events', tide);
    await patch(id, { subject: 'High tide' });
    mailbox.admin.fail({ method: 'GET', action: { kind: 'stale' } });
    expect((await get(id)).body.subject).toBe('Low tide');
    expect((await get(id)).body.subject).toBe('High tide');
  });

  it('has an immutable id that survives a move to another calendar', async () => {
    const { id } = await caller.post('/me/events', tide);
    const immutable = String((await get(id, '?$select=id', 'IdType="ImmutableId"')).body.id);
    const other = mailbox.admin.calendar.addCalendar(`events-${user - 1}`, 'Other');
    const moved = mailbox.admin.calendar.move(`events-${user - 1}`, id, other.id);
    expect([moved.id === id, moved.immutableId === immutable]).toEqual([false, true]);
    expect((await get(id)).status).toBe(404);
    expect((await get(immutable)).status).toBe(200);
    const translated = await caller.call('/me/translateExchangeIds', {
      method: 'POST',
      json: { inputIds: [immutable], sourceIdType: 'restImmutableEntryId', targetIdType: 'restId' },
    });
    expect(translated.body.value).toEqual([{ sourceId: immutable, targetId: moved.id }]);
  });
});

describe('times', () => {
  it('are shown in UTC, or in the zone that is preferred, which is echoed', async () => {
    const { id, start } = await caller.post('/me/events', tide);
    expect(start).toEqual(utc('2026-12-07T06:30:00'));
    const inTokyo = await get(id, '?$select=start,end', 'outlook.timezone="Tokyo Standard Time"');
    expect(inTokyo.body.start).toEqual({
      dateTime: '2026-12-07T15:30:00.0000000',
      timeZone: 'Tokyo Standard Time',
    });
    expect(inTokyo.headers.get('preference-applied')).toBe('outlook.timezone="Tokyo Standard Time"');
    const nowhere = await get(id, '', 'outlook.timezone="Nowhere"');
    expect(refusal(nowhere)).toEqual([400, 'TimeZoneNotSupportedException']);
  });

  it('may have an offset, and zones of their own', async () => {
    const { start, end, originalEndTimeZone } = await caller.post('/me/events', {
      start: { dateTime: '2026-12-07T06:30:00Z', timeZone: 'Europe/Berlin' },
      end: { dateTime: '2026-12-07T16:00:00.5', timeZone: 'Tokyo Standard Time' },
    });
    expect([start, end, originalEndTimeZone]).toEqual([
      utc('2026-12-07T06:30:00'),
      utc('2026-12-07T07:00:00'),
      'Tokyo Standard Time',
    ]);
  });

  it('by IANA names are refused, as switched', async () => {
    mailbox.admin.set({ ianaZones: 'refused' });
    const start = { dateTime: '2026-12-07T07:30:00', timeZone: 'Europe/Berlin' };
    expect(refusal(await post({ ...tide, start }))).toEqual([400, 'TimeZoneNotSupportedException']);
    expect((await post(tide)).status).toBe(201);
  });

  it('leave the zones of their last write behind, or of the first, as switched', async () => {
    const { id } = await caller.post('/me/events', tide);
    const start = { dateTime: '2026-12-07T06:30:00', timeZone: 'UTC' };
    expect((await patch(id, { start })).body.originalStartTimeZone).toBe('UTC');
    mailbox.admin.set({ originalZones: 'fixed' });
    expect((await patch(id, { start: tide.start })).body.originalStartTimeZone).toBe('UTC');
  });
});

describe('an all-day event', () => {
  it('is from midnight to midnight in every zone, the last day not included', async () => {
    const { id, start, end } = await caller.post('/me/events', holiday);
    expect([start, end]).toEqual([utc('2026-12-24T00:00:00'), utc('2026-12-27T00:00:00')]);
    const { body } = await get(id, '', 'outlook.timezone="Tokyo Standard Time"');
    expect(body.start).toEqual({ dateTime: '2026-12-24T00:00:00.0000000', timeZone: 'Tokyo Standard Time' });
  });

  it.each([
    ['that does not start at midnight', { start: berlin('2026-12-24T08:00:00') }],
    ['of no day', { end: holiday.start }],
    ['in two zones', { end: { dateTime: '2026-12-27T00:00:00', timeZone: 'UTC' } }],
  ])('is refused %s', async (_, wrong) => {
    expect((await post({ ...holiday, ...wrong })).status).toBe(400);
  });

  it('comes of a timed one only with its start and end', async () => {
    const { id } = await caller.post('/me/events', tide);
    expect((await patch(id, { isAllDay: true })).status).toBe(400);
    const { isAllDay, start, end } = holiday;
    expect((await patch(id, { isAllDay, start, end })).status).toBe(200);
  });
});

describe('a body', () => {
  const body = { contentType: 'text', content: 'Pier 4\n<west> & east' };

  it('is a whole HTML document, whatever was sent', async () => {
    const { id, bodyPreview } = await caller.post('/me/events', { ...tide, body });
    expect((await get(id)).body.body).toEqual({
      contentType: 'html',
      content: '<html><head></head><body>Pier 4<br>\r\n&lt;west&gt; &amp; east</body></html>',
    });
    expect(bodyPreview).toBe(body.content);
  });

  it('is text when that is preferred, with line ends as switched', async () => {
    const { id } = await caller.post('/me/events', { ...tide, body });
    const prefer = 'outlook.body-content-type="text"';
    const reply = await get(id, '?$select=body', prefer);
    expect(reply.body.body).toEqual({ contentType: 'text', content: 'Pier 4\r\n<west> & east\r\n' });
    expect(reply.headers.get('preference-applied')).toBe(prefer);
    mailbox.admin.set({ textBodies: 'asSent' });
    expect((await get(id, '?$select=body', prefer)).body.body).toEqual(body);
  });

  it('of HTML is read as text too', async () => {
    const html =
      '<html><head><style>p{}</style></head><body><p>Pier&nbsp;4</p><div>a &lt; b&#33;</div></body></html>';
    const { id } = await caller.post('/me/events', { ...tide, body: { contentType: 'HTML', content: html } });
    expect((await get(id)).body.body).toEqual({ contentType: 'html', content: html });
    const text = await get(id, '?$select=body', 'outlook.body-content-type="text"');
    expect(text.body.body).toMatchObject({ content: 'Pier\u00a04\r\na < b!\r\n' });
  });
});

describe('a transactionId', () => {
  it('lets the same POST create one event only', async () => {
    const json = { ...tide, transactionId: 'pocket-7' };
    const first = await post(json);
    const second = await post(json);
    expect([second.status, second.body.id]).toEqual([201, first.body.id]);
    expect(await caller.list('/me/events')).toHaveLength(1);
    mailbox.admin.set({ transactionRepeat: 'refused' });
    expect(refusal(await post(json))).toEqual([409, 'ErrorDuplicateTransactionId']);
  });

  it('is not for another event', async () => {
    await post({ ...tide, transactionId: 'pocket-7' });
    const other = { ...tide, subject: 'High tide', transactionId: 'pocket-7' };
    expect(refusal(await post(other))).toEqual([409, 'ErrorDuplicateTransactionId']);
    mailbox.admin.set({ duplicateTransactionStatus: 400 });
    expect((await post(other)).status).toBe(400);
    expect(
      (await new Caller(mailbox, `${user}-b`).call('/me/events', { method: 'POST', json: other })).status,
    ).toBe(201);
  });
});

describe('mail to the people of a meeting', () => {
  const attendees = [{ emailAddress: { address: 'bo@mailbox.example', name: 'Bo' }, type: 'required' }];
  const mails = () =>
    mailbox.admin.calendar
      .outgoingMail(`events-${user - 1}`)
      .map(({ reason, recipients }) => [reason, ...recipients]);

  it('is recorded for every write of a program', async () => {
    const { id } = await caller.post('/me/events', { ...tide, attendees });
    await patch(id, { subject: 'High tide' });
    await patch(id, { attendees: [] });
    await patch(id, { attendees });
    await caller.call(eventPath(id), { method: 'DELETE' });
    expect(mails()).toEqual([
      ['invitation', 'bo@mailbox.example'],
      ...Array.from({ length: 3 }, () => ['update', 'bo@mailbox.example']),
      ['cancellation', 'bo@mailbox.example'],
    ]);
  });

  it('is not sent for events without people, nor for a person’s own edits', async () => {
    const { id } = await caller.post('/me/events', tide);
    await patch(id, { subject: 'High tide' });
    const name = `events-${user - 1}`;
    const [meeting] = mailbox.admin.calendar.seed(name, [{ event: { ...tide, attendees } }]);
    mailbox.admin.calendar.edit(name, meeting!.id, { subject: 'x' });
    mailbox.admin.calendar.remove(name, meeting!.id);
    expect(mails()).toEqual([]);
  });

  it('is not sent for what concerns the owner alone, as switched', async () => {
    const name = `events-${user - 1}`;
    const [meeting] = mailbox.admin.calendar.seed(name, [{ event: { ...tide, attendees } }]);
    await patch(meeting!.id, { isReminderOn: false, categories: ['Pocket'] });
    expect(mails()).toEqual([]);
    mailbox.admin.set({ personalWrites: 'mailed' });
    await patch(meeting!.id, { isReminderOn: true });
    expect(mails()).toEqual([['update', 'bo@mailbox.example']]);
    mailbox.admin.calendar.clearOutgoingMail(name);
    expect(mails()).toEqual([]);
  });
});

describe('what hangs on an event', () => {
  const key = 'String {00020329-0000-0000-c000-000000000046} Name pocketuid';

  it('is hidden unless it is expanded', async () => {
    const { id } = await caller.post('/me/events', {
      ...tide,
      singleValueExtendedProperties: [{ id: key, value: 'e-1' }],
      extensions: [{ '@odata.type': 'microsoft.graph.openTypeExtension', extensionName: 'x.y', n: 1 }],
    });
    const query = `?$select=id&${expandExtended(key)},extensions($filter=id eq 'microsoft.graph.openTypeExtension.x.y')`;
    const { body } = await get(id, query);
    expect(body.singleValueExtendedProperties).toEqual([{ id: key, value: 'e-1' }]);
    expect(body.extensions).toMatchObject([{ extensionName: 'x.y', n: 1 }]);
    await patch(id, { singleValueExtendedProperties: [{ id: key, value: null }] });
    expect((await get(id, query)).body).not.toHaveProperty('singleValueExtendedProperties');
    const found = await caller.call(`${eventPath(id)}/extensions/x.y`);
    expect(found.body).toMatchObject({ n: 1 });
    expect(errorMessage(await caller.call(`${eventPath(id)}/extensions`))).toContain('not supported');
  });

  it('finds an event by an extended property', async () => {
    for (const value of ['e-1', 'e-2']) {
      await caller.post('/me/events', {
        ...tide,
        subject: value,
        singleValueExtendedProperties: [{ id: key, value }],
      });
    }
    const filter = `$filter=singleValueExtendedProperties/Any(ep: ep/id eq '${key}' and ep/value eq 'E-2')`;
    const found = await caller.list(`/me/events?${filter}&${expandExtended(key)}`);
    expect(found.map((event) => event.singleValueExtendedProperties)).toEqual([[{ id: key, value: 'e-2' }]]);
  });

  it('may move the event when it changes, as switched', async () => {
    const { id, changeKey } = await caller.post('/me/events', tide);
    const extension = { '@odata.type': 'microsoft.graph.openTypeExtension', extensionName: 'x.y' };
    await caller.post(`${eventPath(id)}/extensions`, extension);
    expect((await get(id)).body.changeKey).toBe(changeKey);
    mailbox.admin.set({ extensionWrite: 'touchesItem' });
    await caller.call(`${eventPath(id)}/extensions/x.y`, { method: 'DELETE' });
    expect((await get(id)).body.changeKey).not.toBe(changeKey);
  });
});
