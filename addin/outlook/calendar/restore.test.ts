/** Events put back from their snapshots (spec: sync engine, G1; reliability R9), against the local mailbox. */
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MailboxItem } from '../../../contract/server-plugin.ts';
import { calendar } from '../../../datasets/index.ts';
import type { SeedEvent } from '../../../demo/mailbox/admin/calendar-admin.ts';
import { arbitraryAppointment } from '../../../test/arbitraries/appointments.ts';
import { arbitraryLine } from '../../../test/arbitraries/contacts.ts';
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
beforeEach(async () => {
  bench = await startOutlookBench({}, { dataset: 'calendar', settings: { meetings: 'writable' } });
});
afterEach(() => bench.close());

const { signal } = new AbortController();

/** All that the mailbox holds of an event, but for what names this very item; texts as the service shows them. */
async function contentOf(id: string) {
  const found = bench.mailbox.admin.dump(USER).events.find(({ immutableId }) => immutableId === id);
  if (found === undefined) throw new Error(`no event ${id}`);
  const [kept] = await bench.plugin().snapshot([id], signal);
  const { event, occurrences } = JSON.parse(kept?.item ?? '') as {
    event: { body: object };
    occurrences: Record<string, { originalStart: string; body: object }>;
  };
  const bodies = Object.values(occurrences).map(({ originalStart, body }) => [originalStart, body]);
  const names = ['transactionId', 'iCalUId', 'bodyPreview', 'body', 'seriesMasterId', 'id'];
  const pure = (entity: object) =>
    Object.fromEntries(Object.entries(entity).filter(([name]) => !names.includes(name)));
  // The exact zone is in the record, which is compared by itself.
  const isOwn = (key: string) => /Name (QDSync (Key|Unfinished|Zone|Apart)|Qtopia Timezone)$/.test(key);
  return {
    event: pure(found.event),
    extended: Object.fromEntries(Object.entries(found.extended).filter(([key]) => !isOwn(key))),
    cancelled: found.cancelled,
    exceptions: Object.fromEntries(
      Object.entries(found.exceptions).map(([date, exception]) => [date, pure(exception)]),
    ),
    body: event.body,
    bodies: new Map(bodies.sort().map(([date, body]) => [date, body])),
  };
}
const snapshotOf = async (id: string): Promise<string> =>
  (await bench.plugin().snapshot([id], signal))[0]?.item ?? '';
const readItem = async (id: string): Promise<MailboxItem> => {
  const item = (await bench.read()).items.get(id);
  if (item === undefined) throw new Error(`no item ${id}`);
  return item;
};
const seed = (one: SeedEvent): string => bench.mailbox.admin.calendar.seed(USER, [one])[0]!.immutableId;

/** Removes the event and puts it back; what was told of it. */
async function removeAndRestore(id: string) {
  const [item, snapshot] = [await readItem(id), await snapshotOf(id)];
  await bench.apply(removeOf(item));
  const [result] = await bench.apply({ ...createOf(item.fields), restore: snapshot });
  return { before: item, after: itemOf(result), result, snapshot };
}

const html = (text: string) => ({ contentType: 'html', content: `<p>Bring <b>${text}</b></p>` });
const place = {
  displayName: 'Room 4',
  locationUri: 'https://maps.example/4',
  address: { street: 'Am Siel 3', city: 'Leer' },
};
const series = (more: object): Record<string, unknown> => ({
  subject: 'Choir',
  start: { dateTime: '2026-03-03T19:00:00', timeZone: 'W. Europe Standard Time' },
  end: { dateTime: '2026-03-03T21:00:00', timeZone: 'W. Europe Standard Time' },
  recurrence: {
    pattern: { type: 'weekly', interval: 1, daysOfWeek: ['tuesday'], firstDayOfWeek: 'monday' },
    range: { type: 'numbered', startDate: '2026-03-03', numberOfOccurrences: 8 },
  },
  ...more,
});

/** What Outlook holds of an event that no record has a field for. */
const arbitraryUnmapped = fc.record(
  {
    body: arbitraryLine.map((text) => html(text.replace(/[<&>]/g, '*'))),
    importance: fc.constantFrom('low', 'high'),
    sensitivity: fc.constantFrom('private', 'confidential'),
    showAs: fc.constantFrom('tentative', 'oof', 'workingElsewhere'),
    location: fc.constant(place),
    categories: fc.constant(['Zeta', 'Alpha']),
    allowNewTimeProposals: fc.constant(false),
  },
  { requiredKeys: [] },
);

describe('an event that is removed and put back', () => {
  it('[SYNC-30] is in Outlook as it was, properties that no record has included', async () => {
    const cases = fc.array(fc.tuple(arbitraryAppointment(), arbitraryUnmapped), {
      minLength: 1,
      maxLength: 5,
    });
    await fc.assert(
      fc.asyncProperty(cases, async (events) => {
        for (const [fields, unmapped] of events) {
          const made = await bench.create(fields);
          bench.mailbox.admin.calendar.edit(USER, made.id, unmapped);
          const content = await contentOf(made.id);
          const { before, after } = await removeAndRestore(made.id);
          expect(calendar.canonical(after.fields)).toEqual(calendar.canonical(before.fields));
          expect(await contentOf(after.id)).toEqual(content);
        }
      }),
      { numRuns: 2, endOnFailure: true },
    );
  });

  it('[SYNC-30] gets its exceptions and cancelled occurrences back, formatted as they were', async () => {
    const id = seed({
      event: series({ body: html('scores'), location: place, sensitivity: 'private' }),
      exceptions: {
        '2026-03-10': { subject: 'Choir, early', body: html('tea'), showAs: 'oof' },
        '2026-03-17': { importance: 'high' },
        '2026-03-24': {
          start: { dateTime: '2026-03-25T19:00:00', timeZone: 'W. Europe Standard Time' },
          end: { dateTime: '2026-03-25T21:00:00', timeZone: 'W. Europe Standard Time' },
        },
        '2026-03-31': { location: { ...place, displayName: 'Hall' } },
      },
      cancelled: ['2026-04-07'],
    });
    const content = await contentOf(id);
    const { after } = await removeAndRestore(id);
    expect(await contentOf(after.id)).toEqual(content);
  });

  it('gets the zone of its end back', async () => {
    const id = seed({
      event: {
        subject: 'Flight',
        start: { dateTime: '2026-03-03T19:00:00', timeZone: 'W. Europe Standard Time' },
        end: { dateTime: '2026-03-03T21:00:00', timeZone: 'Eastern Standard Time' },
      },
    });
    const content = await contentOf(id);
    const { after } = await removeAndRestore(id);
    expect(await contentOf(after.id)).toEqual(content);
  });

  it('[SYNC-32] invites nobody: whom it was with is told, and no mail is sent', async () => {
    const attendees = [{ emailAddress: { address: 'bo@x.example', name: 'Bo' }, type: 'required' }];
    const id = seed({ event: series({ attendees }), exceptions: { '2026-03-10': { subject: 'Early' } } });
    const item = await readItem(id);
    const snapshot = await snapshotOf(id);
    bench.mailbox.admin.calendar.remove(USER, id);
    const [result] = await bench.apply({ ...createOf(item.fields), restore: snapshot });
    expect(result).toMatchObject({
      problems: [{ code: 'loss.restore', detail: expect.stringContaining('bo@x.example') as string }],
    });
    expect(itemOf(result).fields).toEqual(item.fields);
    expect(bench.mailbox.admin.calendar.outgoingMail(USER)).toEqual([]);
  });

  it('is made once, also when the answer is lost, and the same operation is asked for again', async () => {
    const id = seed({ event: series({}), exceptions: { '2026-03-10': { body: html('tea') } } });
    const content = await contentOf(id);
    const item = await readItem(id);
    const snapshot = await snapshotOf(id);
    await bench.apply(removeOf(item));
    const operation = { ...createOf(item.fields), restore: snapshot };
    bench.mailbox.admin.fail({ action: { kind: 'lostAnswer' }, path: 'me/events$' });
    await bench.apply(operation);
    const [again] = await bench.apply(operation);
    expect(bench.mailbox.admin.dump(USER).events).toHaveLength(1);
    expect(await contentOf(itemOf(again).id)).toEqual(content);
  });

  it('tells what it lacks where it was cut off between its occurrences, and somebody else ended it', async () => {
    const id = seed({ event: series({}), exceptions: { '2026-03-10': { subject: 'Early' } } });
    const item = await readItem(id);
    const snapshot = await snapshotOf(id);
    await bench.apply(removeOf(item));
    const operation = { ...createOf(item.fields), restore: snapshot };
    bench.mailbox.admin.fail({ action: { kind: 'reset' }, path: 'instances', times: 9 });
    expect((await bench.apply(operation))[0]?.status).toBe('unknown');
    bench.mailbox.admin.clearFailures();
    const [found] = await bench.plugin().find([operation.key], signal);
    expect(found?.fields).toEqual(item.fields);
    expect(found?.losses).toContainEqual(expect.objectContaining({ code: 'loss.restore' }));
  });

  it('is put back without the rest where what was kept cannot be read, and that is told', async () => {
    const made = await bench.create({
      Description: 'Choir',
      When: { StartDate: '2026-03-03', EndDate: '2026-03-03' },
    });
    const [result] = await bench.apply({ ...createOf(made.fields), restore: 'no JSON' });
    expect(itemOf(result).fields).toEqual(made.fields);
    expect(result).toMatchObject({ problems: [{ code: 'loss.restore' }] });
  });
});

it('[SYNC-31] an update that is taken back gives texts their formatting and places their details back', async () => {
  const id = seed({
    event: series({ body: html('scores'), location: place }),
    exceptions: { '2026-03-10': { body: html('tea') }, '2026-03-17': { importance: 'high' } },
  });
  const [before, content, snapshot] = [await readItem(id), await contentOf(id), await snapshotOf(id)];
  const changed = {
    ...before.fields,
    Notes: 'plain',
    Location: 'Hall',
    When: { Start: '2026-03-03T18:00:00', End: '2026-03-03T20:00:00' },
  };
  const [written] = await bench.apply(updateOf(before, changed, calendar));
  const undo = {
    ...updateOf(itemOf(written), before.fields, calendar),
    key: randomUUID(),
    restore: snapshot,
  };
  const [undone] = await bench.apply(undo);
  expect(itemOf(undone).fields).toEqual(before.fields);
  expect(undone).not.toHaveProperty('problems');
  expect(await contentOf(id)).toEqual(content);
});
