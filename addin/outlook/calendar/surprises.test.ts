/** Surprises of the service that a sync of calendars must survive (spec: graph 3, 11), against the local mailbox. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MailboxItem } from '../../../contract/server-plugin.ts';
import { calendar, type Fields } from '../../../datasets/index.ts';
import type { SwitchSettings } from '../../../demo/mailbox/switches.ts';
import {
  createOf,
  itemOf,
  removeOf,
  startOutlookBench,
  updateOf,
  USER,
  type OutlookBench,
} from '../../../test/support/outlook-bench.ts';

let bench: OutlookBench;
const start = async (switches: SwitchSettings = {}): Promise<void> => {
  bench = await startOutlookBench(switches, { dataset: calendar.name });
};
beforeEach(() => start());
afterEach(async () => {
  expect(bench.mailbox.admin.calendar.outgoingMail(USER)).toEqual([]);
  await bench.close();
});
const restart = async (switches: SwitchSettings): Promise<void> => {
  await bench.close();
  await start(switches);
};

const { signal } = new AbortController();
const berlin = (dateTime: string) => ({ dateTime, timeZone: 'W. Europe Standard Time' });
const single = (n: number) => ({
  event: { subject: `Event ${n}`, start: berlin('2026-03-03T19:00:00'), end: berlin('2026-03-03T20:00:00') },
});
const weekly = {
  pattern: { type: 'weekly', interval: 1, daysOfWeek: ['tuesday'] },
  range: { type: 'noEnd', startDate: '2026-03-03' },
};
const seriesOf = (n: number) => ({
  event: { ...single(n).event, recurrence: weekly },
  cancelled: ['2026-03-17'],
  exceptions: { '2026-03-24': { subject: 'Elsewhere' } },
});
const seedMany = (count: number): string[] =>
  bench.mailbox.admin.calendar
    .seed(
      USER,
      [...Array(count).keys()].map((n) => (n % 5 === 0 ? seriesOf(n) : single(n))),
    )
    .map(({ immutableId }) => immutableId);
const titles = (read: Awaited<ReturnType<OutlookBench['read']>>): unknown[] =>
  [...read.items.values()].map(({ fields }) => fields.Description);

const series: Fields = {
  Description: 'Choir',
  TimeZone: 'Europe/Oslo',
  When: { End: '2026-03-03T20:00:00', Start: '2026-03-03T19:00:00' },
  Repeat: { Frequency: '1', Type: 'Weekly', WeekMask: 'Tuesday' },
  'Repeat/2026-03-17': 'deleted',
  'Repeat/2026-03-24': {
    Description: 'Choir, elsewhere',
    TimeZone: 'Europe/Oslo',
    When: { End: '2026-03-24T20:00:00', Start: '2026-03-24T18:00:00' },
  },
};
const isSeries = ({ fields }: MailboxItem): boolean => fields.Repeat !== undefined;

describe('reading', () => {
  it('asks for pages of events, and for series alone one by one, in batches', async () => {
    seedMany(210);
    bench.mailbox.admin.clearLog();
    const read = await bench.read();
    expect(read.items.size).toBe(210);
    expect([...read.items.values()].filter(isSeries)).toHaveLength(42);
    const asked = bench.mailbox.admin.log();
    expect(asked.filter(({ via }) => via === 'batch')).toHaveLength(42);
    // Two to begin to listen for changes, the list, and three batches.
    expect(asked.filter(({ via }) => via !== 'batch').length).toBeLessThanOrEqual(6);
  });

  it('leads changes of single occurrences to their series, which is read whole', async () => {
    const [id] = seedMany(1);
    const { anchor } = await bench.read();
    bench.mailbox.admin.calendar.editDay(USER, id!, '2026-03-31', { subject: 'Concert' });
    bench.mailbox.admin.calendar.removeDay(USER, id!, '2026-04-07');
    const changes = await bench.read(anchor);
    expect(changes.reading).toBe('delta');
    expect(changes.items.get(id!)?.fields).toMatchObject({
      'Repeat/2026-03-17': 'deleted',
      'Repeat/2026-03-24': { Description: 'Elsewhere' },
      'Repeat/2026-03-31': { Description: 'Concert' },
      'Repeat/2026-04-07': 'deleted',
    });
  });

  it('does not read what the asker holds already in this version', async () => {
    const { anchor } = await bench.read();
    const item = await bench.create({
      Description: 'Own',
      When: { EndDate: '2026-03-03', StartDate: '2026-03-03' },
    });
    const page = await bench.plugin().read({ anchor, page: null }, signal);
    if (page.kind !== 'page' || page.next === null) throw new Error('no candidates');
    expect(page.candidates).toEqual([{ id: item.id, version: item.version }]);
    bench.mailbox.admin.clearLog();
    const last = await bench.plugin().read({ anchor, page: page.next, known: [item.id] }, signal);
    expect(last).toMatchObject({ items: [], next: null });
    expect(bench.mailbox.admin.log()).toEqual([]);
  });

  it.each(['badRequest', 'notFound'] as const)(
    'watches a window without events/delta: %s',
    async (eventsDelta) => {
      await restart({ eventsDelta });
      const [id, gone, far] = seedMany(3);
      bench.mailbox.admin.calendar.edit(USER, far!, {
        start: berlin('2040-03-03T19:00:00'),
        end: berlin('2040-03-03T20:00:00'),
      });
      const { anchor, items } = await bench.read();
      expect(items.size).toBe(3);
      bench.mailbox.admin.calendar.editDay(USER, id!, '2026-03-31', { subject: 'Concert' });
      bench.mailbox.admin.calendar.remove(USER, gone!);
      // Outside of the window, where a change is told as if it were a removal.
      bench.mailbox.admin.calendar.edit(USER, far!, { subject: 'Far' });
      const changes = await bench.read(anchor);
      expect(changes.reading).toBe('delta');
      expect(changes.items.get(id!)?.fields).toHaveProperty(['Repeat/2026-03-31']);
      expect(changes.removed).toEqual(new Set([gone]));
      expect(changes.items.get(far!)?.fields.Description).toBe('Far');
      // The window is moved on from time to time, and everything read anew.
      bench.clock.advance(8 * 86_400_000);
      expect((await bench.read(changes.anchor)).reading).toBe('full');
    },
  );

  it('compares versions where there is no delta at all', async () => {
    bench.mailbox.admin.fail({ action: { kind: 'error', status: 400 }, path: 'delta', times: 1000 });
    const [id, gone] = seedMany(3);
    const { anchor } = await bench.read();
    bench.mailbox.admin.calendar.edit(USER, id!, { subject: 'New' });
    bench.mailbox.admin.calendar.remove(USER, gone!);
    const changes = await bench.read(anchor);
    expect([changes.reading, titles(changes), [...changes.removed]]).toEqual(['delta', ['New'], [gone]]);
  });

  it('finds out what was done to a series that does not tell it', async () => {
    const ids = seedMany(6);
    const told = (await bench.read()).items;
    bench.mailbox.admin.set({ seriesDetails: 'refused' });
    const found = (await bench.read()).items;
    expect([...found.keys()].sort()).toEqual(ids.toSorted());
    for (const [id, item] of found) expect(item.fields).toEqual(told.get(id)?.fields);
    const item = await bench.create(series);
    expect(item.fields).toEqual(series);
  });

  it.each(['gone', 'goneWithLocation', 'badRequest'] as const)(
    'starts anew when its token is dead: %s',
    async (deadToken) => {
      await restart({ deadToken });
      seedMany(2);
      const { anchor } = await bench.read();
      bench.mailbox.admin.killDeltaTokens();
      expect((await bench.plugin().read({ anchor, page: null }, signal)).kind).toBe('reset');
      expect((await bench.read(anchor)).items.size).toBe(2);
    },
  );

  it('leaves a series alone of which devices could show nothing, and tells so', async () => {
    const range = { type: 'endDate', startDate: '2026-03-03', endDate: '2026-03-04' };
    const pattern = { type: 'weekly', interval: 1, daysOfWeek: ['monday'] };
    bench.mailbox.admin.calendar.seed(USER, [
      { event: { ...single(1).event, recurrence: { pattern, range } } },
    ]);
    const page = await bench.plugin().read({ anchor: null, page: null }, signal);
    expect(page).toMatchObject({ items: [], problems: [{ problem: { code: 'mailbox.unreadable' } }] });
  });

  it('reads a series once more when the answer is older than the list of changes', async () => {
    const [id] = seedMany(1);
    const { anchor } = await bench.read();
    bench.mailbox.admin.calendar.edit(USER, id!, { subject: 'New' });
    bench.mailbox.admin.fail({ action: { kind: 'stale' }, via: 'batch', path: '^/me/events/' });
    expect(titles(await bench.read(anchor))).toEqual(['New']);
  });
});

describe.each([
  {},
  { seriesChange: 'keepsExceptions' },
  { ianaZones: 'refused', textBodies: 'asSent', extendedIds: 'asAsked' },
  { extendedClearing: 'emptyString', masterRows: 'missing', eventsDeltaProperties: 'full' },
  { transactionRepeat: 'refused', iCalUIds: 'perSeries', ifMatch: 'ignored' },
] as const satisfies readonly SwitchSettings[])('a series, written with %o', (switches) => {
  beforeEach(() => restart(switches));

  it('takes the time of a device with all that was done to its occurrences', async () => {
    const item = await bench.create(series);
    expect(item.fields).toEqual(series);
    const later = {
      ...series,
      When: { End: '2026-03-03T21:30:00', Start: '2026-03-03T20:30:00' },
      'Repeat/2026-03-24': 'deleted',
      'Repeat/2026-03-31': {
        Description: 'Concert',
        TimeZone: 'Europe/Oslo',
        When: { End: '2026-03-31T23:00:00', Start: '2026-03-31T18:00:00' },
      },
    };
    const [result] = await bench.apply(updateOf(item, later, calendar));
    expect(result).not.toHaveProperty('problems');
    expect(itemOf(result).fields).toEqual(later);
    expect((await bench.read()).items.get(item.id)?.fields).toEqual(later);
  });

  it('goes to another weekday, and its exceptions with it', async () => {
    const item = await bench.create(series);
    const moved = {
      Description: 'Choir',
      TimeZone: 'Europe/Oslo',
      When: { End: '2026-03-04T20:00:00', Start: '2026-03-04T19:00:00' },
      Repeat: { Frequency: '1', Type: 'Weekly', WeekMask: 'Wednesday' },
      'Repeat/2026-03-18': 'deleted',
    };
    const [result] = await bench.apply(updateOf(item, moved, calendar));
    expect(itemOf(result).fields).toEqual(moved);
  });
});

describe('writing', () => {
  it('takes the steps of all series together', async () => {
    const requests = async (count: number): Promise<number> => {
      bench.mailbox.admin.clearLog();
      const results = await bench.apply(...Array.from({ length: count }, () => createOf(series)));
      for (const result of results) expect(itemOf(result).fields).toEqual(series);
      return bench.mailbox.admin.log().filter(({ via }) => via !== 'batch').length;
    };
    const one = await requests(1);
    // Each of the five steps of all ten fits into one batch: 20 parts at most.
    expect([one, await requests(10)]).toEqual([5, 5]);
  });

  it.each(['504', 'reset'] as const)('completes a series whose create was not answered: %s', async (ends) => {
    bench.mailbox.admin.fail({ action: { kind: 'lostAnswer', ends }, method: 'POST', path: '^/me/events$' });
    const operation = createOf(series);
    const [result] = await bench.apply(operation);
    expect(itemOf(result)).toMatchObject({ createKey: operation.key, fields: series });
    expect((await bench.read()).items.size).toBe(1);
  });

  it('finds creates by their keys, series with their exceptions', async () => {
    const operation = createOf(series);
    await bench.apply(operation);
    const found = await bench.plugin().find([operation.key, crypto.randomUUID()], signal);
    expect(found).toMatchObject([{ createKey: operation.key, fields: series }]);
  });

  it('creates once what it is told twice', async () => {
    const operation = createOf(series);
    await bench.apply(operation);
    const [again] = await bench.apply(operation);
    expect(itemOf(again).fields).toEqual(series);
    expect((await bench.read()).items.size).toBe(1);
  });

  it('does not touch a series of which somebody has changed an occurrence meanwhile', async () => {
    const item = await bench.create(series);
    bench.mailbox.admin.calendar.editDay(USER, item.id, '2026-03-10', { subject: 'By a person' });
    const [result] = await bench.apply(updateOf(item, { ...series, Description: 'Late' }, calendar));
    expect(result).toMatchObject({
      status: 'changed',
      item: { fields: { 'Repeat/2026-03-10': { Description: 'By a person' } } },
    });
    const [removal] = await bench.apply(removeOf(item));
    expect(removal?.status).toBe('changed');
  });

  it('goes on after races with itself, and tells what it could not write of a series', async () => {
    bench.mailbox.admin.fail({
      action: { kind: 'conflict' },
      method: 'PATCH',
      path: '^/me/events/',
      times: 2,
    });
    expect((await bench.create(series)).fields).toEqual(series);
    bench.mailbox.admin.fail({
      action: { kind: 'error', status: 400, code: 'ErrorInvalidProperty' },
      method: 'DELETE',
    });
    const [result] = await bench.apply(createOf({ ...series, Description: 'Other' }));
    expect(result).toMatchObject({
      status: 'done',
      problems: [{ code: 'mailbox.refused', detail: expect.stringContaining('2026-03-17') as string }],
    });
    expect(itemOf(result).fields).not.toHaveProperty(['Repeat/2026-03-17']);
  });

  const silence = (times: number) =>
    bench.mailbox.admin.fail({ action: { kind: 'unavailable', retryAfter: '1' }, path: '/instances', times });

  it('goes on with a series that was cut off in its creation, and shows it to nobody till then', async () => {
    const operation = createOf(series);
    silence(1000);
    expect(await bench.apply(operation)).toMatchObject([
      { status: 'unknown', problem: { code: 'mailbox.unknown-fate' } },
    ]);
    bench.mailbox.admin.clearFailures();
    const page = await bench.plugin().read({ anchor: null, page: null }, signal);
    expect(page).toMatchObject({ items: [], problems: [{ problem: { code: 'mailbox.unreadable' } }] });
    const [again] = await bench.apply(operation);
    expect(itemOf(again)).toMatchObject({ createKey: operation.key, fields: series });
    expect([...(await bench.read()).items.values()]).toEqual([itemOf(again)]);
  });

  it.each([
    ['another time', { When: { End: '2026-03-03T21:00:00', Start: '2026-03-03T20:00:00' } }],
    ['an occurrence given back', { 'Repeat/2026-03-17': undefined }],
  ])('goes on with a series that was cut off in a change: %s', async (_, changes) => {
    const item = await bench.create(series);
    const wanted = Object.fromEntries(
      Object.entries({ ...series, ...changes }).filter((entry) => entry[1] !== undefined),
    ) as Fields;
    const operation = updateOf(item, wanted, calendar);
    // The occurrences are looked for when Outlook has forgotten the exceptions.
    silence(1000);
    expect(await bench.apply(operation)).toMatchObject([{ status: 'unknown' }]);
    bench.mailbox.admin.clearFailures();
    expect(await bench.apply(removeOf(item))).toMatchObject([{ status: 'failed' }]);
    // The session that began it may be gone: a later one has another key for it.
    const [again] = await bench.apply({ ...operation, key: crypto.randomUUID() });
    expect(itemOf(again).fields).toEqual(wanted);
    expect((await bench.read()).items.get(item.id)).toEqual(itemOf(again));
  });

  it.each([
    ['another time', { When: { End: '2026-03-03T21:00:00', Start: '2026-03-03T20:00:00' } }],
    ['an occurrence given back', { 'Repeat/2026-03-17': undefined }],
  ])('ends a change that was cut off at any of its requests: %s', async (_, changes) => {
    const wanted = Object.fromEntries(
      Object.entries({ ...series, ...changes }).filter((entry) => entry[1] !== undefined),
    ) as Fields;
    const first = await bench.create(series);
    bench.mailbox.admin.clearLog();
    await bench.apply(updateOf(first, wanted, calendar));
    const requests = bench.mailbox.admin.log().filter(({ via }) => via === 'batch').length;
    for (let skip = 1; skip < requests; skip += 1) {
      const item = await bench.create(series);
      const operation = updateOf(item, wanted, calendar);
      const action = { kind: 'unavailable', retryAfter: '1' } as const;
      bench.mailbox.admin.fail({ action, via: 'batch', skip, times: 1000 });
      await bench.apply(operation);
      bench.mailbox.admin.clearFailures();
      await bench.apply({ ...operation, key: crypto.randomUUID() });
      const { items } = await bench.read();
      expect([skip, items.get(item.id)?.fields]).toEqual([skip, wanted]);
    }
  });

  it('finishes a create that was cut off at any of its requests, for whoever looks for it by its key', async () => {
    bench.mailbox.admin.clearLog();
    await bench.create(series);
    const requests = bench.mailbox.admin.log().filter(({ via }) => via === 'batch').length;
    for (let skip = 1; skip < requests; skip += 1) {
      const operation = createOf({ ...series, Description: `Cut ${skip}` });
      const action = { kind: 'unavailable', retryAfter: '1' } as const;
      bench.mailbox.admin.fail({ action, via: 'batch', skip, times: 1000 });
      await bench.apply(operation);
      bench.mailbox.admin.clearFailures();
      const found = await bench.plugin().find([operation.key], signal);
      expect(found).toMatchObject([{ createKey: operation.key, fields: operation.fields }]);
    }
    expect((await bench.read()).items.size).toBe(requests);
  });

  it('takes a change that nobody came back to for given up after a day', async () => {
    silence(1000);
    await bench.apply(createOf(series));
    bench.mailbox.admin.clearFailures();
    bench.clock.advance(7 * 86_400_000);
    expect((await bench.read()).items.size).toBe(1);
  });

  it('starts no write once its gate is closed', async () => {
    const item = await bench.create(series);
    bench.mailbox.admin.clearLog();
    const closed = () => Promise.reject(new Error('no lease'));
    const operations = [
      createOf(series),
      updateOf(item, { ...series, Location: 'Hall' }, calendar),
      removeOf(item),
    ];
    const results = await bench.plugin(closed).apply(operations, signal);
    expect(results.map(({ status }) => status)).toEqual(['failed', 'failed', 'failed']);
    const written = bench.mailbox.admin
      .log()
      .filter(({ method, via }) => via === 'batch' && method !== 'GET');
    expect(written).toEqual([]);
  });

  it('keeps a removed series whole: formatting, exceptions and what a device never sees', async () => {
    const body = { contentType: 'html', content: '<p>Bring <b>scores</b></p>' };
    const seed = { ...seriesOf(1), event: { ...seriesOf(1).event, body, showAs: 'oof' } };
    const [ids] = bench.mailbox.admin.calendar.seed(USER, [seed]);
    const [snapshot] = await bench.plugin().snapshot([ids!.immutableId], signal);
    const kept: unknown = JSON.parse(snapshot?.item ?? 'null');
    expect(kept).toMatchObject({
      event: { showAs: 'oof', body: { content: expect.stringContaining('<b>scores</b>') as string } },
      mapped: {
        cancelledOccurrences: [expect.stringContaining('2026-03-17')],
        exceptionOccurrences: [{ subject: 'Elsewhere' }],
      },
    });
  });
});
