import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startMailbox, type Mailbox } from '../mailbox.ts';
import { Caller, errorCode, type Entity } from './caller.ts';

/** Spec: graph 3.4, 3.8 and 13 line 10: series, their occurrences, exceptions and cancelled days. */

let mailbox: Mailbox;
let caller: Caller;
let user = 0;

beforeAll(async () => (mailbox = await startMailbox()));
afterAll(() => mailbox.close());
beforeEach(() => {
  mailbox.admin.reset();
  caller = new Caller(mailbox, `series-${user++}`);
});

const berlin = (dateTime: string) => ({ dateTime, timeZone: 'W. Europe Standard Time' });
const utc = (dateTime: string) => ({ dateTime: `${dateTime}.0000000`, timeZone: 'UTC' });

/** Mondays and Thursdays at 7:30 in Berlin, six times from 7 December 2026. */
const gauge = {
  subject: 'Read the gauge',
  start: berlin('2026-12-07T07:30:00'),
  end: berlin('2026-12-07T07:45:00'),
  recurrence: {
    pattern: { type: 'weekly', interval: 1, daysOfWeek: ['Monday', 'Thursday'], firstDayOfWeek: 'monday' },
    range: { type: 'numbered', startDate: '2026-12-07', numberOfOccurrences: 6 },
  },
};

const eventPath = (id: string): string => `/me/events/${encodeURIComponent(id)}`;

/** The instances from one day to another, both inclusive. */
function instances(id: string, first: string, last: string, query = ''): Promise<readonly Entity[]> {
  const window = `startDateTime=${first}T00:00:00Z&endDateTime=${last}T23:59:59Z`;
  return caller.list(`${eventPath(id)}/instances?${window}${query}`);
}

async function instanceOn(id: string, day: string): Promise<Entity> {
  const [instance] = await instances(id, day, day, '&$select=start,end,type,originalStart,subject');
  return instance!;
}

const patch = (id: string, json: Readonly<Record<string, unknown>>) =>
  caller.call(eventPath(id), { method: 'PATCH', json });

const startDays = (events: readonly Entity[]): string[] =>
  events.map((event) => (event.start as { dateTime: string }).dateTime.slice(0, 10));

async function details(id: string): Promise<{ cancelled: string[]; exceptions: readonly Entity[] }> {
  const { body } = await caller.call(
    `${eventPath(id)}?$select=id,cancelledOccurrences,exceptionOccurrences&$expand=exceptionOccurrences`,
  );
  const cancelled = (body.cancelledOccurrences as string[]).map((entry) => entry.slice(-10));
  return { cancelled, exceptions: body.exceptionOccurrences as Entity[] };
}

describe('a series', () => {
  it('shows every field of its recurrence, with filler values in those that its type does not use', async () => {
    const created = await caller.post('/me/events', gauge);
    expect(created).toMatchObject({ type: 'seriesMaster', start: utc('2026-12-07T06:30:00') });
    expect(created.recurrence).toEqual({
      pattern: {
        type: 'weekly',
        interval: 1,
        month: 0,
        dayOfMonth: 0,
        daysOfWeek: ['monday', 'thursday'],
        firstDayOfWeek: 'monday',
        index: 'first',
      },
      range: {
        type: 'numbered',
        startDate: '2026-12-07',
        endDate: '0001-01-01',
        recurrenceTimeZone: 'W. Europe Standard Time',
        numberOfOccurrences: 6,
      },
    });
  });

  it('keeps its wall clock time when the clocks change', async () => {
    const { id } = await caller.post('/me/events', {
      ...gauge,
      start: berlin('2026-10-24T07:30:00'),
      end: berlin('2026-10-24T07:45:00'),
      recurrence: {
        pattern: { type: 'daily', interval: 1 },
        range: { type: 'noEnd', startDate: '2026-10-24' },
      },
    });
    const days = await instances(id, '2026-10-24', '2026-10-26');
    expect(days.map((day) => day.start)).toEqual([
      utc('2026-10-24T05:30:00'),
      utc('2026-10-25T06:30:00'),
      utc('2026-10-26T06:30:00'),
    ]);
  });

  it.each([
    ['an interval of 0', { pattern: { type: 'daily', interval: 0 } }],
    ['a weekly pattern without days', { pattern: { type: 'weekly', interval: 1 } }],
    ['a monthly pattern without a day', { pattern: { type: 'absoluteMonthly', interval: 1 } }],
    ['a yearly pattern without a month', { pattern: { type: 'absoluteYearly', interval: 1, dayOfMonth: 3 } }],
    ['a wrong field that its type does not use', { pattern: { type: 'daily', interval: 1, month: 13 } }],
    ['a start date that is not the start’s', { range: { type: 'noEnd', startDate: '2026-12-08' } }],
    [
      'an end before its start',
      { range: { type: 'endDate', startDate: '2026-12-07', endDate: '2026-12-01' } },
    ],
    ['a number of 0', { range: { type: 'numbered', startDate: '2026-12-07', numberOfOccurrences: 0 } }],
  ])('is refused with %s', async (_, wrong) => {
    const json = { ...gauge, recurrence: { ...gauge.recurrence, ...wrong } };
    const reply = await caller.call('/me/events', { method: 'POST', json });
    expect([reply.status, errorCode(reply)]).toEqual([400, 'ErrorPropertyValidationFailure']);
  });

  it('lists its instances, the series as such not among them', async () => {
    const { id } = await caller.post('/me/events', gauge);
    const all = await instances(id, '2026-12-01', '2026-12-31');
    expect(startDays(all)).toEqual([
      ...['2026-12-07', '2026-12-10', '2026-12-14', '2026-12-17', '2026-12-21', '2026-12-24'],
    ]);
    expect(new Set(all.map(({ type, seriesMasterId }) => [type, seriesMasterId].join()))).toEqual(
      new Set([`occurrence,${id}`]),
    );
    expect(all[0]).not.toHaveProperty('originalStart');
  });
});

describe('an occurrence', () => {
  it('becomes an exception when it is changed, under the same id', async () => {
    const { id } = await caller.post('/me/events', gauge);
    const before = await instanceOn(id, '2026-12-10');
    const changed = await patch(before.id, {
      subject: 'Read the gauge late',
      start: berlin('2026-12-10T15:00:00'),
      end: berlin('2026-12-10T15:15:00'),
    });
    expect(changed.body).toMatchObject({ id: before.id, type: 'exception', seriesMasterId: id });
    expect(await instanceOn(id, '2026-12-10')).toMatchObject({
      id: before.id,
      subject: 'Read the gauge late',
      start: utc('2026-12-10T14:00:00'),
      originalStart: '2026-12-10T06:30:00Z',
    });
    const { exceptions } = await details(id);
    expect(exceptions.map((exception) => exception.id)).toEqual([before.id]);
  });

  it('takes from the series what it has not changed itself', async () => {
    const { id } = await caller.post('/me/events', gauge);
    const day = await instanceOn(id, '2026-12-10');
    await patch(day.id, { showAs: 'oof' });
    await patch(id, { subject: 'Read both gauges' });
    const { body } = await caller.call(eventPath(day.id));
    expect(body).toMatchObject({ subject: 'Read both gauges', showAs: 'oof' });
  });

  it('goes when it is deleted, and the series remembers the day', async () => {
    const { id } = await caller.post('/me/events', gauge);
    const day = await instanceOn(id, '2026-12-14');
    expect((await caller.call(eventPath(day.id), { method: 'DELETE' })).status).toBe(204);
    expect((await caller.call(eventPath(day.id))).status).toBe(404);
    expect((await details(id)).cancelled).toEqual(['2026-12-14']);
    expect(startDays(await instances(id, '2026-12-10', '2026-12-17'))).toEqual(['2026-12-10', '2026-12-17']);
  });

  it('does not move onto or past its neighbour’s day, but past one that is cancelled', async () => {
    const { id } = await caller.post('/me/events', gauge);
    const day = await instanceOn(id, '2026-12-10');
    const moveTo = (date: string) =>
      patch(day.id, { start: berlin(`${date}T15:00:00`), end: berlin(`${date}T15:15:00`) });
    for (const date of ['2026-12-07', '2026-12-06', '2026-12-14', '2026-12-15']) {
      const reply = await moveTo(date);
      expect([reply.status, errorCode(reply)]).toEqual([400, 'ErrorOccurrenceCrossingBoundary']);
    }
    expect((await moveTo('2026-12-13')).status).toBe(200);
    const next = await instanceOn(id, '2026-12-14');
    await caller.call(eventPath(next.id), { method: 'DELETE' });
    expect((await moveTo('2026-12-16')).status).toBe(200);
  });

  it('has an immutable id too, and both forms lead to it', async () => {
    const { id } = await caller.post('/me/events', gauge);
    const plain = (await instanceOn(id, '2026-12-10')).id;
    const headers = { Prefer: 'IdType="ImmutableId"' };
    const { body } = await caller.call(eventPath(plain), { headers });
    expect(body.id).not.toBe(plain);
    const again = await caller.call(eventPath(String(body.id)));
    expect(again.body).toMatchObject({ id: plain, type: 'occurrence', seriesMasterId: id });
  });

  it('becomes an exception by an extension of its own', async () => {
    const { id } = await caller.post('/me/events', gauge);
    const day = await instanceOn(id, '2026-12-10');
    const extension = { '@odata.type': 'microsoft.graph.openTypeExtension', extensionName: 'x.y', n: 1 };
    await caller.post(`${eventPath(day.id)}/extensions`, extension);
    const { body } = await caller.call(`${eventPath(day.id)}?$expand=extensions`);
    expect(body).toMatchObject({ type: 'exception', extensions: [{ n: 1 }] });
    expect((await caller.call(`${eventPath(id)}?$expand=extensions`)).body).not.toHaveProperty('extensions');
  });

  it('may be read as it was right after it was changed, on demand', async () => {
    const { id } = await caller.post('/me/events', gauge);
    const day = await instanceOn(id, '2026-12-10');
    await patch(day.id, { subject: 'Late' });
    mailbox.admin.fail({ method: 'GET', action: { kind: 'stale' } });
    const stale = await caller.call(eventPath(day.id));
    expect(stale.body).toMatchObject({ type: 'occurrence', subject: gauge.subject });
    expect((await caller.call(eventPath(day.id))).body).toMatchObject({ subject: 'Late' });
  });

  it('is changed in the version of its series that If-Match names, in a batch too', async () => {
    const created = await caller.post('/me/events', gauge);
    const day = await instanceOn(created.id, '2026-12-10');
    const part = (etag: unknown) => ({
      id: '1',
      method: 'PATCH',
      url: eventPath(day.id),
      headers: { 'Content-Type': 'application/json', 'If-Match': etag },
      body: { subject: 'Late' },
    });
    const [first] = await caller.batch([part(created['@odata.etag'])]);
    const [second] = await caller.batch([part(created['@odata.etag'])]);
    expect([first!.status, second!.status]).toEqual([200, 412]);
  });

  it('is not there on a day that the series does not have', async () => {
    const { id } = await caller.post('/me/events', gauge);
    const other = await caller.post('/me/events', {
      ...gauge,
      recurrence: { ...gauge.recurrence, pattern: { type: 'daily', interval: 1 } },
    });
    const tuesday = await instanceOn(other.id, '2026-12-08');
    const foreign = id.slice(0, 150) + tuesday.id.slice(150);
    expect((await caller.call(eventPath(foreign))).status).toBe(404);
  });
});

describe('a change of a series', () => {
  async function withDays(): Promise<string> {
    const { id } = await caller.post('/me/events', gauge);
    await patch((await instanceOn(id, '2026-12-10')).id, { subject: 'Late' });
    await caller.call(eventPath((await instanceOn(id, '2026-12-14')).id), { method: 'DELETE' });
    return id;
  }

  it('of its time drops its exceptions and cancelled days, as switched', async () => {
    const id = await withDays();
    await patch(id, { start: berlin('2026-12-07T08:00:00'), end: berlin('2026-12-07T08:15:00') });
    expect(await details(id)).toEqual({ cancelled: [], exceptions: [] });
    mailbox.admin.set({ seriesChange: 'keepsExceptions' });
    const other = await withDays();
    await patch(other, { start: berlin('2026-12-07T08:00:00'), end: berlin('2026-12-07T08:15:00') });
    const kept = await details(other);
    expect([kept.cancelled, kept.exceptions.length]).toEqual([['2026-12-14'], 1]);
  });

  it('to the same recurrence and times drops nothing', async () => {
    const id = await withDays();
    await patch(id, { recurrence: gauge.recurrence, start: gauge.start, end: gauge.end, subject: 'New' });
    expect((await details(id)).cancelled).toEqual(['2026-12-14']);
  });

  it('to no recurrence leaves a single event', async () => {
    const id = await withDays();
    const { body } = await patch(id, { recurrence: null });
    expect(body).toMatchObject({ type: 'singleInstance', recurrence: null });
  });

  it('moves its start date with its start', async () => {
    const { id } = await caller.post('/me/events', gauge);
    const { body } = await patch(id, {
      start: berlin('2026-12-10T07:30:00'),
      end: berlin('2026-12-10T07:45:00'),
    });
    expect(body).toMatchObject({ recurrence: { range: { startDate: '2026-12-10' } } });
  });
});

describe('the days of a series', () => {
  it('each have an iCalUId of their own, or the series’ one, as switched', async () => {
    const { id, iCalUId } = await caller.post('/me/events', gauge);
    const distinct = async (): Promise<Set<unknown>> => {
      const days = await instances(id, '2026-12-07', '2026-12-31', '&$select=iCalUId');
      return new Set(days.map((day) => day.iCalUId));
    };
    expect((await distinct()).size).toBe(6);
    mailbox.admin.set({ iCalUIds: 'perSeries' });
    expect(await distinct()).toEqual(new Set([iCalUId]));
  });

  it('are shown only when they are both selected and expanded', async () => {
    const { id } = await caller.post('/me/events', gauge);
    const plain = await caller.call(eventPath(id));
    expect(plain.body).not.toHaveProperty('cancelledOccurrences');
    const expanded = await caller.call(`${eventPath(id)}?$expand=exceptionOccurrences`);
    expect([expanded.status, 'exceptionOccurrences' in expanded.body]).toEqual([200, false]);
    expect((await caller.call('/me/events?$expand=exceptionOccurrences')).status).toBe(400);
    expect((await caller.call(`${eventPath(id)}?$expand=instances`)).status).toBe(400);
  });

  it('may be out of reach, as switched', async () => {
    const { id } = await caller.post('/me/events', gauge);
    mailbox.admin.set({ seriesDetails: 'refused' });
    expect((await caller.call(`${eventPath(id)}?$select=cancelledOccurrences`)).status).toBe(400);
  });
});
