import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { localToken, startMailbox, type Mailbox } from '../mailbox.ts';
import { Caller, errorCode, errorMessage, type Entity } from './caller.ts';

/** Spec: graph 3.1, 3.6, 3.9, 8, 12.16: calendars, lists of events, calendarView, and the mailbox’s settings. */

let mailbox: Mailbox;
let caller: Caller;
let user = 0;

beforeAll(async () => (mailbox = await startMailbox()));
afterAll(() => mailbox.close());
beforeEach(() => {
  mailbox.admin.reset();
  caller = new Caller(mailbox, `calendars-${user++}`);
});

const name = (): string => `calendars-${user - 1}`;
const utc = (dateTime: string) => ({ dateTime, timeZone: 'UTC' });

/** An hour from a full hour on. */
const at = (subject: string, day: string, hour = '10') => ({
  subject,
  start: utc(`${day}T${hour}:00:00`),
  end: utc(`${day}T${hour}:59:59`),
});
const daily = (subject: string, startDate: string) => ({
  ...at(subject, startDate),
  recurrence: { pattern: { type: 'daily', interval: 1 }, range: { type: 'noEnd', startDate } },
});
const view = (from: string, to: string): string => `/me/calendarView?startDateTime=${from}&endDateTime=${to}`;
const subjects = (events: readonly Entity[]): unknown[] => events.map(({ subject }) => subject);

describe('calendars', () => {
  it('begin with the default one, which stays', async () => {
    const [own] = await caller.list('/me/calendars');
    expect(own).toMatchObject({
      name: 'Calendar',
      isDefaultCalendar: true,
      canEdit: true,
      isRemovable: false,
      owner: { address: `${name()}@mailbox.example` },
    });
    const alone = (await caller.call('/me/calendar')).body;
    expect(alone).toMatchObject({ id: own!.id, name: 'Calendar' });
    expect((await caller.call('/me/calendar', { method: 'DELETE' })).status).toBe(400);
  });

  it('are added, changed, and removed with their events', async () => {
    const { id } = await caller.post('/me/calendars', { name: 'Club', color: 'lightTeal' });
    const path = `/me/calendars/${encodeURIComponent(id)}`;
    const event = await caller.post(`${path}/events`, at('Regatta', '2026-12-07'));
    expect(subjects(await caller.list(`${path}/events`))).toEqual(['Regatta']);
    expect(await caller.list('/me/events')).toEqual([]);
    expect((await caller.call(`/me/events/${event.id}`)).status).toBe(200);
    expect((await caller.call(`${path}/events/${event.id}`)).status).toBe(200);
    const renamed = await caller.call(path, { method: 'PATCH', json: { name: 'Yacht club' } });
    expect(renamed.body).toMatchObject({ name: 'Yacht club', color: 'lightTeal' });
    const again = await caller.call('/me/calendars', { method: 'POST', json: { name: 'Yacht club' } });
    expect([again.status, errorCode(again)]).toEqual([409, 'ErrorFolderExists']);
    expect((await caller.call(path, { method: 'DELETE' })).status).toBe(204);
    expect((await caller.call(`/me/events/${event.id}`)).status).toBe(404);
  });

  it('that can only be read are not written to', async () => {
    const { id } = mailbox.admin.calendar.addCalendar(name(), 'Birthdays', { canEdit: false });
    const path = `/me/calendars/${encodeURIComponent(id)}`;
    expect((await caller.call(path)).body.canEdit).toBe(false);
    const json = at('x', '2026-12-07');
    expect((await caller.call(`${path}/events`, { method: 'POST', json })).status).toBe(403);
    const [event] = mailbox.admin.calendar.seed(name(), [{ event: json }], id);
    expect((await caller.call(`/me/events/${event!.id}`, { method: 'DELETE' })).status).toBe(403);
  });

  it('refuse the spelling /me/calendar/events/{id}, as switched', async () => {
    const { id } = await caller.post('/me/calendar/events', at('x', '2026-12-07'));
    const reply = await caller.call(`/me/calendar/events/${id}`);
    expect([reply.status, errorMessage(reply)]).toEqual([
      400,
      "Recursive navigation is not allowed after property 'events'",
    ]);
    mailbox.admin.set({ calendarEventById: 'accepted' });
    expect((await caller.call(`/me/calendar/events/${id}`)).status).toBe(200);
  });

  it('need their own permissions', async () => {
    const reader = new Caller(mailbox, name(), '', localToken(name(), ['Calendars.Read']));
    expect((await reader.call('/me/events')).status).toBe(200);
    const json = at('x', '2026-12-07');
    expect((await reader.call('/me/events', { method: 'POST', json })).status).toBe(403);
    expect((await reader.call('/me/todo/lists')).status).toBe(403);
  });
});

describe('a list of events', () => {
  it('holds single events and series as such, in pages of ten', async () => {
    mailbox.admin.calendar.seed(name(), [
      { event: daily('Series', '2026-12-01') },
      ...Array.from({ length: 11 }, (_, n) => ({ event: at(`E${n}`, '2026-12-02') })),
    ]);
    const first = await caller.call('/me/events?$count=true');
    expect([(first.body.value as unknown[]).length, first.body['@odata.count']]).toEqual([10, 12]);
    expect(new Set(subjects(await caller.list('/me/events'))).size).toBe(12);
    expect((await caller.call('/me/events/$count')).text).toBe('12');
  });

  it('is filtered, sorted and selected', async () => {
    mailbox.admin.calendar.seed(name(), [
      { event: { ...at('B', '2026-12-03'), categories: ['x'] } },
      { event: { ...at('A', '2026-12-01'), showAs: 'free' } },
      { event: daily('C', '2026-12-02') },
    ]);
    const found = async (options: string): Promise<unknown[]> =>
      subjects(await caller.list(`/me/events?$select=subject&${options}`));
    expect(await found('$orderby=subject desc')).toEqual(['C', 'B', 'A']);
    expect(await found('$orderby=start/dateTime')).toEqual(['A', 'C', 'B']);
    expect(await found("$filter=start/dateTime ge '2026-12-02'&$orderby=subject")).toEqual(['B', 'C']);
    expect(await found("$filter=type eq 'seriesMaster'")).toEqual(['C']);
    expect(await found("$filter=showAs eq 'free' or categories/any(c:c eq 'X')&$orderby=subject")).toEqual([
      'A',
      'B',
    ]);
    expect(await found('$filter=lastModifiedDateTime ge 2100-01-01T00:00:00Z')).toEqual([]);
    expect(
      await found("$filter=not startswith(subject,'a') and isAllDay eq false&$top=1&$orderby=subject"),
    ).toEqual(['B', 'C']);
    for (const wrong of [
      '$filter=body eq 1',
      '$filter=subject eq',
      '$orderby=body',
      '$select=colour',
      '$search=x',
    ]) {
      expect([wrong, (await caller.call(`/me/events?${wrong}`)).status]).toEqual([wrong, 400]);
    }
  });
});

describe('calendarView', () => {
  it('shows single events, occurrences and exceptions that overlap the window, by their start', async () => {
    mailbox.admin.calendar.seed(name(), [
      { event: at('before', '2026-12-01') },
      {
        event: {
          ...at('over', '2026-12-02'),
          start: utc('2026-12-01T20:00:00'),
          end: utc('2026-12-02T01:00:00'),
        },
      },
      { event: at('after', '2026-12-04', '00') },
      {
        event: daily('Series', '2026-11-01'),
        exceptions: {
          '2026-12-02': {
            subject: 'Moved',
            start: utc('2026-12-02T08:00:00'),
            end: utc('2026-12-02T09:00:00'),
          },
        },
        cancelled: ['2026-12-03'],
      },
    ]);
    const all = await caller.list(view('2026-12-02', '2026-12-04'));
    expect(all.map(({ subject, type }) => [subject, type])).toEqual([
      ['over', 'singleInstance'],
      ['Moved', 'exception'],
    ]);
    const wide = await caller.list(
      `${view('2026-12-01', '2026-12-05')}&$select=subject&$filter=type eq 'occurrence'`,
    );
    expect(subjects(wide)).toEqual(['Series', 'Series']);
  });

  it('finds an exception that was moved into the window from far away', async () => {
    const far = { start: utc('2026-12-02T08:00:00'), end: utc('2026-12-02T09:00:00') };
    const recurrence = {
      pattern: { type: 'absoluteYearly', interval: 1, dayOfMonth: 1, month: 6 },
      range: { type: 'numbered', startDate: '2026-06-01', numberOfOccurrences: 1 },
    };
    mailbox.admin.calendar.seed(name(), [
      { event: { ...at('Yearly', '2026-06-01'), recurrence }, exceptions: { '2026-06-01': far } },
    ]);
    expect(subjects(await caller.list(view('2026-12-02', '2026-12-03')))).toEqual(['Yearly']);
    expect(await caller.list(view('2026-06-01', '2026-06-02'))).toEqual([]);
  });

  it('takes bounds with an offset by their offset, without one in UTC, whatever zone is preferred', async () => {
    await caller.post('/me/events', at('x', '2026-12-02', '10'));
    const inTokyo = { headers: { Prefer: 'outlook.timezone="Tokyo Standard Time"' } };
    const count = async (from: string, to: string): Promise<number> =>
      ((await caller.call(view(from, to), inTokyo)).body.value as unknown[]).length;
    expect(await count('2026-12-02T10:00:00', '2026-12-02T11:00:00')).toBe(1);
    expect(await count('2026-12-02T10:00:00%2B09:00', '2026-12-02T11:00:00%2B09:00')).toBe(0);
    expect(await count('2026-12-02T19:00:00%2B09:00', '2026-12-02T20:00:00%2B09:00')).toBe(1);
  });

  it('needs both bounds, of whatever case, and at most 1825 days', async () => {
    const without = await caller.call('/me/calendarView?startDateTime=2026-01-01');
    expect([without.status, errorMessage(without)]).toEqual([
      400,
      'This request requires a time window specified by the query string parameters StartDateTime and EndDateTime.',
    ]);
    const long = await caller.call(view('2020-01-01', '2025-01-01'));
    expect([long.status, errorCode(long), errorMessage(long)]).toEqual([
      ...[400, 'ErrorInvalidRequest', expect.stringContaining('Maximum number of days: 1825')],
    ]);
    expect(
      (await caller.call('/me/calendarView?startdatetime=2020-01-01&enddatetime=2024-12-30')).status,
    ).toBe(200);
    expect((await caller.call(view('2026-02-30', '2026-03-01'))).status).toBe(400);
    expect((await caller.call(`${view('2026-01-01', '2026-02-01')}&$select=createdDateTime`)).status).toBe(
      400,
    );
  });

  it('is paged, and sees what is written in between', async () => {
    await caller.post('/me/events', daily('Series', '2026-12-01'));
    const first = await caller.call(`${view('2026-12-01', '2026-12-16')}&$select=subject`);
    expect(first.body.value).toHaveLength(10);
    await caller.post('/me/events', at('new', '2026-12-15', '23'));
    const rest = await caller.list(String(first.body['@odata.nextLink']));
    expect(subjects(rest)).toEqual([...Array.from({ length: 5 }, () => 'Series'), 'new']);
  });
});

describe('the mailbox', () => {
  it('has a time zone that can be changed', async () => {
    const zone = async (): Promise<unknown> => (await caller.call('/me/mailboxSettings/timeZone')).body.value;
    expect(await zone()).toBe('W. Europe Standard Time');
    const json = { timeZone: 'Tokyo Standard Time' };
    const changed = await caller.call('/me/mailboxSettings', { method: 'PATCH', json });
    expect(changed.body).toMatchObject({ timeZone: 'Tokyo Standard Time' });
    mailbox.admin.setTimeZone(name(), 'UTC');
    expect(await zone()).toBe('UTC');
    const wrong = { timeZone: 'Nowhere' };
    expect((await caller.call('/me/mailboxSettings', { method: 'PATCH', json: wrong })).status).toBe(400);
  });

  it('lists the zones that it knows, by their Windows and IANA names', async () => {
    const windows = (await caller.call('/me/outlook/supportedTimeZones')).body.value;
    expect(windows).toContainEqual({
      alias: 'W. Europe Standard Time',
      displayName: '(UTC+01:00) Europe/Berlin',
    });
    const call = "/me/outlook/supportedTimeZones(TimeZoneStandard=microsoft.graph.timeZoneStandard'Iana')";
    expect((await caller.call(call)).body.value).toContainEqual({
      alias: 'Europe/Berlin',
      displayName: 'Europe/Berlin',
    });
    expect((await caller.call('/me/outlook/nonsense')).status).toBe(400);
  });

  it('has a master list of categories with names that stay', async () => {
    const path = '/me/outlook/masterCategories';
    const { id } = await caller.post(path, { displayName: 'Pocket', color: 'preset7' });
    expect(await caller.list(path)).toEqual([{ id, displayName: 'Pocket', color: 'preset7' }]);
    expect((await caller.call(path, { method: 'POST', json: { displayName: 'pocket' } })).status).toBe(409);
    const one = `${path}/${id}`;
    expect((await caller.call(one, { method: 'PATCH', json: { color: 'preset9' } })).body.color).toBe(
      'preset9',
    );
    expect((await caller.call(one, { method: 'PATCH', json: { displayName: 'x' } })).status).toBe(400);
    expect(
      (await caller.call(path, { method: 'POST', json: { displayName: 'y', color: 'pink' } })).status,
    ).toBe(400);
    expect((await caller.call(one, { method: 'DELETE' })).status).toBe(204);
    expect(await caller.list(path)).toEqual([]);
  });
});
