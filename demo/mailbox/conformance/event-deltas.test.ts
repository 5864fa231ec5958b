import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SeedEvent } from '../admin/calendar-admin.ts';
import { startMailbox, type Mailbox } from '../mailbox.ts';
import { Caller, errorCode, type DeltaRow } from './caller.ts';

/** Spec: graph 3.6, 3.7 and 13 lines 7, 8: calendarView/delta and events/delta. */

let mailbox: Mailbox;
let caller: Caller;
let user = 0;

beforeAll(async () => (mailbox = await startMailbox()));
afterAll(() => mailbox.close());
beforeEach(() => {
  mailbox.admin.reset();
  caller = new Caller(mailbox, `deltas-${user++}`);
});

const name = (): string => `deltas-${user - 1}`;
const utc = (dateTime: string) => ({ dateTime, timeZone: 'UTC' });
const at = (subject: string, day: string) => ({
  subject,
  body: { contentType: 'text', content: subject },
  start: utc(`${day}T10:00:00`),
  end: utc(`${day}T11:00:00`),
});
const daily = (subject: string, startDate: string, numberOfOccurrences = 5) => ({
  ...at(subject, startDate),
  recurrence: {
    pattern: { type: 'daily', interval: 1 },
    range: { type: 'numbered', startDate, numberOfOccurrences },
  },
});

const december = 'startDateTime=2026-12-01T00:00:00Z&endDateTime=2027-01-01T00:00:00Z';
const viewDelta = `/me/calendarView/delta?${december}`;
const eventsDelta = '/me/events/delta?$select=id';

const ids = (rows: readonly DeltaRow[]): string[] => rows.map(({ id }) => id);
const kinds = (rows: readonly DeltaRow[]): unknown[] =>
  rows.map((row) => (row['@removed'] === undefined ? row.type : 'removed'));

const seed = (...events: SeedEvent[]): string[] =>
  mailbox.admin.calendar.seed(name(), events).map(({ id }) => id);

describe('calendarView/delta', () => {
  it('lists single events and exceptions whole, series as such, and occurrences as stubs', async () => {
    const [single, series] = seed(
      { event: at('Single', '2026-12-10') },
      {
        event: daily('Series', '2026-11-29'),
        exceptions: { '2026-12-02': { subject: 'Late' } },
        cancelled: ['2026-12-03'],
      },
      { event: at('Elsewhere', '2027-03-01') },
    );
    const { rows } = await caller.round(viewDelta);
    expect(kinds(rows)).toEqual(['singleInstance', 'seriesMaster', 'occurrence', 'exception']);
    const [first, master, stub, exception] = rows;
    expect(first).toMatchObject({ id: single, subject: 'Single', '@odata.type': '#microsoft.graph.event' });
    // The start of the series lies before the window.
    expect(master).toMatchObject({
      id: series,
      subject: 'Series',
      start: { dateTime: '2026-11-29T10:00:00.0000000' },
    });
    expect(Object.keys(stub!).sort()).toEqual([
      ...['@odata.etag', '@odata.type', 'end', 'id', 'seriesMasterId', 'start', 'type'],
    ]);
    expect(exception).toMatchObject({
      subject: 'Late',
      seriesMasterId: series,
      body: { contentType: 'html' },
    });
  });

  it('sends a series again, as such and with its days, after any change of it', async () => {
    const [series] = seed({ event: daily('Series', '2026-12-07', 3) });
    const { deltaLink } = await caller.round(viewDelta);
    mailbox.admin.calendar.editDay(name(), series!, '2026-12-08', { subject: 'Late' });
    const second = await caller.round(deltaLink);
    expect(kinds(second.rows)).toEqual(['seriesMaster', 'occurrence', 'occurrence', 'exception']);
    mailbox.admin.calendar.removeDay(name(), series!, '2026-12-09');
    const third = await caller.round(second.deltaLink);
    // The deleted day itself has no row.
    expect(kinds(third.rows)).toEqual(['seriesMaster', 'occurrence', 'exception']);
  });

  it('may leave out the row of the series, as switched', async () => {
    mailbox.admin.set({ masterRows: 'missing' });
    seed({ event: daily('Series', '2026-12-07', 2) });
    expect(kinds((await caller.round(viewDelta)).rows)).toEqual(['occurrence', 'occurrence']);
  });

  it('keeps the rows of a series on one page', async () => {
    seed(
      { event: at('A', '2026-12-01') },
      { event: daily('Series', '2026-12-07') },
      { event: at('B', '2026-12-02') },
    );
    const pages = new Caller(mailbox, name(), 'odata.maxpagesize=2');
    const { pages: served } = await pages.round(viewDelta);
    expect(served.map((rows) => rows.length)).toEqual([7, 1]);
  });

  it('tells of an event that leaves the window, that is created outside of it, and that is deleted, alike', async () => {
    const [leaving, gone] = seed({ event: at('A', '2026-12-01') }, { event: at('B', '2026-12-02') });
    const { deltaLink } = await caller.round(viewDelta);
    mailbox.admin.calendar.edit(name(), leaving!, {
      start: utc('2027-02-01T10:00:00'),
      end: utc('2027-02-01T11:00:00'),
    });
    const [outside] = seed({ event: at('C', '2027-03-01') });
    mailbox.admin.calendar.remove(name(), gone!);
    const { rows } = await caller.round(deltaLink);
    expect(kinds(rows)).toEqual(['removed', 'removed', 'removed']);
    expect(ids(rows)).toEqual([leaving, outside, gone]);
    expect((await caller.call(`/me/events/${leaving!}`)).status).toBe(200);
  });

  it('tells of a deleted series by one removal', async () => {
    const [series] = seed({ event: daily('Series', '2026-12-07') });
    const { deltaLink } = await caller.round(viewDelta);
    mailbox.admin.calendar.remove(name(), series!);
    const { rows } = await caller.round(deltaLink);
    expect(rows).toEqual([
      { '@odata.type': '#microsoft.graph.event', id: series, '@removed': { reason: 'deleted' } },
    ]);
  });

  it('shows a meeting that its organizer called off as cancelled', async () => {
    const [meeting] = seed({ event: { ...at('Meeting', '2026-12-01'), isOrganizer: false } });
    const { deltaLink } = await caller.round(viewDelta);
    mailbox.admin.calendar.edit(name(), meeting!, { isCancelled: true });
    expect((await caller.round(deltaLink)).rows).toMatchObject([{ id: meeting, isCancelled: true }]);
  });

  it('keeps the window in its token, whatever else is asked', async () => {
    seed({ event: at('A', '2026-12-01') });
    const { deltaLink } = await caller.round(viewDelta);
    expect(deltaLink).toMatch(/\/me\/calendarView\/delta\?\$deltatoken=[\w-]+$/);
    const other = await caller.call(`${deltaLink}&startDateTime=2027-01-01`);
    expect(other.status).toBe(200);
  });

  it('takes no options, and a window of 1825 days at most, as switched', async () => {
    for (const option of ['$select=id', '$filter=isAllDay eq true', '$orderby=subject']) {
      expect([option, (await caller.call(`${viewDelta}&${option}`)).status]).toEqual([option, 400]);
    }
    expect((await caller.call(`${viewDelta}&$expand=extensions`)).status).toBe(500);
    expect((await caller.call('/me/calendarView/delta')).status).toBe(400);
    const long = '/me/calendarView/delta?startDateTime=2020-01-01&endDateTime=2030-01-01';
    expect((await caller.call(long)).status).toBe(400);
    mailbox.admin.set({ deltaWindowLimit: 'unchecked' });
    expect((await caller.call(long)).status).toBe(200);
  });

  it('shows times in the zone and bodies in the form that the page’s request prefers', async () => {
    seed({ event: at('A', '2026-12-01') });
    const prefer = 'outlook.timezone="Tokyo Standard Time", outlook.body-content-type="text"';
    const { rows } = await new Caller(mailbox, name(), prefer).round(viewDelta);
    expect(rows).toMatchObject([
      { start: { dateTime: '2026-12-01T19:00:00.0000000' }, body: { contentType: 'text' } },
    ]);
  });
});

describe('events/delta', () => {
  it('lists single events and series as such, whenever they are', async () => {
    const all = seed({ event: at('A', '2001-12-01') }, { event: daily('Series', '2026-12-07') });
    const { rows } = await caller.round(eventsDelta);
    expect(ids(rows)).toEqual(all);
    expect(Object.keys(rows[0]!).sort()).toEqual(['@odata.etag', '@odata.type', 'id']);
  });

  it('shows few properties unless some are selected, as switched', async () => {
    seed({ event: at('A', '2026-12-01') });
    const keys = async (): Promise<string[]> =>
      Object.keys((await caller.round('/me/events/delta')).rows[0]!).filter((key) => !key.startsWith('@'));
    expect((await keys()).sort()).toEqual(['end', 'id', 'start', 'type']);
    mailbox.admin.set({ eventsDeltaProperties: 'full' });
    expect(await keys()).toContain('subject');
  });

  it('tells of a change of any day by the series’ row, and of removals', async () => {
    const [series, single] = seed({ event: daily('Series', '2026-12-07') }, { event: at('A', '2026-12-01') });
    const { deltaLink } = await caller.round(eventsDelta);
    mailbox.admin.calendar.removeDay(name(), series!, '2026-12-08');
    mailbox.admin.calendar.remove(name(), single!);
    const { rows } = await caller.round(deltaLink);
    expect(rows).toMatchObject([{ id: series }, { id: single, '@removed': { reason: 'deleted' } }]);
  });

  it('of one calendar does not hear of another, but for what moves away', async () => {
    const other = mailbox.admin.calendar.addCalendar(name(), 'Other').id;
    const [single] = seed({ event: at('A', '2026-12-01') });
    const here = await caller.round(eventsDelta);
    const there = await caller.round(`/me/calendars/${encodeURIComponent(other)}/events/delta?$select=id`);
    const moved = mailbox.admin.calendar.move(name(), single!, other);
    expect((await caller.round(here.deltaLink)).rows).toMatchObject([{ id: single, '@removed': {} }]);
    expect(ids((await caller.round(there.deltaLink)).rows)).toEqual([moved.id]);
  });

  it('may not be supported, as switched', async () => {
    mailbox.admin.set({ eventsDelta: 'badRequest' });
    const refused = await caller.call(eventsDelta);
    expect([refused.status, errorCode(refused)]).toEqual([400, 'ErrorInvalidRequest']);
    mailbox.admin.set({ eventsDelta: 'notFound' });
    expect((await caller.call(eventsDelta)).status).toBe(404);
  });

  it('does not take the tokens of calendarView/delta, nor a window', async () => {
    const { deltaLink } = await caller.round(viewDelta);
    const foreign = deltaLink.replace('/calendarView/', '/events/');
    expect(errorCode(await caller.call(foreign))).toBe('ErrorInvalidIdMalformed');
    expect((await caller.call(`/me/events/delta?${december}`)).status).toBe(501);
  });

  it('dies, is cut off and repeats itself as every delta does', async () => {
    seed(...Array.from({ length: 5 }, (_, n) => ({ event: at(`E${n}`, '2026-12-01') })));
    const { deltaLink } = await caller.round(eventsDelta);
    mailbox.admin.killDeltaTokens();
    expect(errorCode(await caller.call(deltaLink))).toBe('SyncStateNotFound');
    expect((await caller.round(`${eventsDelta}&$top=2`)).rows).toHaveLength(2);
    mailbox.admin.set({ defaultPageSize: 2, duplicateRows: 1, unknownRemovals: 1, emptyPageEvery: 3 });
    const { rows, pages } = await caller.round(eventsDelta);
    expect(new Set(ids(rows.filter((row) => row['@removed'] === undefined))).size).toBe(5);
    expect(pages.some((page) => page.length === 0)).toBe(true);
    expect(rows.length).toBeGreaterThan(5);
  });

  it('keeps silent about what programs wrote, and moves with versions that nobody changed, as switched', async () => {
    const { id } = await caller.post('/me/events', at('A', '2026-12-01'));
    const { deltaLink } = await caller.round(eventsDelta);
    mailbox.admin.set({ ownWrites: 'silent' });
    await caller.call(`/me/events/${id}`, { method: 'PATCH', json: { subject: 'B' } });
    const silent = await caller.round(deltaLink);
    expect(silent.rows).toEqual([]);
    mailbox.admin.touch(name(), [id]);
    expect(ids((await caller.round(silent.deltaLink)).rows)).toEqual([id]);
  });
});
