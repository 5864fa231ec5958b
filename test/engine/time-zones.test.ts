/** R14: appointments keep their instants and their dates, whatever zones and clocks do. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { localAccount } from '../../addin/auth/local-account.ts';
import { createGraphClient } from '../../addin/outlook/graph/client.ts';
import { openMailbox } from '../../addin/outlook/mailbox.ts';
import {
  DELETED,
  exceptionKey,
  exceptionsOf,
  occurrenceOn,
  occurrencesOf,
  ruleOf,
  utcOfWallClock,
} from '../../datasets/calendar/index.ts';
import { addDays } from '../../datasets/calendar/days.ts';
import { calendar, type Fields, type FieldValue } from '../../datasets/index.ts';
import { seedOf } from '../../demo/seeds.ts';
import { readFields, startRig, USER, type SyncRig } from '../support/sync-rig.ts';

const zones = [
  'Europe/Oslo',
  'America/New_York',
  'Australia/Melbourne',
  'Asia/Kolkata',
  // Its rule changed for good in 2014.
  'Europe/Moscow',
  // It came back to summer time in 2023.
  'Africa/Cairo',
];
const range = { from: '2025-11-01', to: '2028-11-01' };
const timed = (date: string, from: string, to: string) => ({
  End: `${date}T${to}:00`,
  Start: `${date}T${from}:00`,
});

/** A series over all changes of three years with a moved and a deleted occurrence, and single ones around the changes. */
function appointmentsIn(zone: string): Fields[] {
  const series: Fields = {
    Description: `Series in ${zone}`,
    TimeZone: zone,
    When: timed('2025-11-02', '09:30', '10:15'),
    Repeat: { Frequency: '1', Type: 'Weekly', WeekMask: 'Sunday' },
    'Repeat@Until': '2028-10-29',
  };
  const moved = '2026-03-29';
  const singles = [
    '2026-03-08',
    '2026-03-29',
    '2026-04-05',
    '2026-04-24',
    '2026-10-04',
    '2026-10-25',
    '2026-10-30',
    '2026-11-01',
  ].flatMap((date) =>
    [addDays(date, -1), date].flatMap((day) => [
      // Before, across and after the hour at which clocks change.
      ...(['00:15', '01:45', '03:15', '22:00'] as const).map((from) => ({
        Description: `On ${day} at ${from} in ${zone}`,
        TimeZone: zone,
        When: timed(day, from, `${from < '03' ? '04' : '23'}:30`),
      })),
    ]),
  );
  return [
    {
      ...series,
      [exceptionKey(moved)]: {
        ...occurrenceOn(series, moved),
        When: timed(addDays(moved, 1), '08:00', '08:45'),
      },
      [exceptionKey('2026-10-25')]: DELETED,
    },
    ...singles,
  ];
}

const textOf = (value: FieldValue | undefined) => (typeof value === 'string' ? value : '');

/** `2026-03-29T07:30:00Z Series in Europe/Oslo` for every occurrence of a record that begins in the range. */
function instantsOf(fields: Fields): string[] {
  const rule = ruleOf(fields);
  const exceptions = new Map(exceptionsOf(fields));
  const dates = rule === undefined ? [] : occurrencesOf(rule, range).filter((date) => !exceptions.has(date));
  const changed = [...exceptions.values()].filter((value) => value !== DELETED) as Fields[];
  const all =
    rule === undefined ? [fields] : [...dates.map((date) => occurrenceOn(fields, date)), ...changed];
  return all.map((each) => {
    const start = (each.When as { readonly Start: string }).Start;
    const zone = textOf(each.TimeZone ?? fields.TimeZone);
    return `${utcOfWallClock(start, zone) ?? ''}Z ${textOf(each.Description)}`;
  });
}

/** The same of Outlook's calendar, as the service itself expands it. */
async function instantsInOutlook(rig: SyncRig): Promise<string[]> {
  const client = createGraphClient(localAccount(rig.mailbox.url, USER));
  const { signal } = new AbortController();
  const found: string[] = [];
  let url: string | undefined =
    `/me/calendarView?startDateTime=${range.from}T00:00:00Z&endDateTime=${range.to}T23:59:59Z&$top=500`;
  while (url !== undefined) {
    const { status, body } = await client.get(url, { signal });
    expect(status).toBe(200);
    const page = body as {
      value: { subject: string; start: { dateTime: string } }[];
      '@odata.nextLink'?: string;
    };
    found.push(...page.value.map(({ subject, start }) => `${start.dateTime.slice(0, 19)}Z ${subject}`));
    url = page['@odata.nextLink'];
  }
  return found.sort();
}

describe('R14', () => {
  let rig: SyncRig;
  const zoneOfThisProcess = process.env.TZ;
  beforeEach(async () => {
    rig = await startRig({ dataset: 'calendar' });
  });
  afterEach(async () => {
    if (zoneOfThisProcess === undefined) delete process.env.TZ;
    else process.env.TZ = zoneOfThisProcess;
    expect(rig.mailbox.admin.calendar.outgoingMail(USER)).toEqual([]);
    await rig.close();
  });
  const onDevice = (): Fields[] => rig.device.calendar.records().map(({ xml }) => readFields(xml, calendar));
  const seed = (records: readonly Fields[]): void => {
    const { events } = seedOf({ calendar: records });
    rig.mailbox.admin.calendar.seed(
      USER,
      events as unknown as Parameters<typeof rig.mailbox.admin.calendar.seed>[1],
    );
  };

  it(
    '#99 every occurrence has the same instant on both sides for three years, in all zones',
    { timeout: 60_000 },
    async () => {
      const records = zones.flatMap(appointmentsIn);
      seed(records);
      await rig.synced();
      const wanted = records.flatMap(instantsOf).sort();
      expect(wanted.length).toBeGreaterThan(900);
      expect(onDevice().flatMap(instantsOf).sort()).toEqual(wanted);
      expect(await instantsInOutlook(rig)).toEqual(wanted);
      rig.device.calendar.add({ Description: 'Floating', from: '2026-03-29T01:30', to: '2026-03-29T04:00' });
      rig.device.calendar.add({ Description: 'Whole day', days: ['2026-03-29', '2026-03-29'] });
      await rig.synced();
      // A change of the zone of this computer, or of the person in Outlook, is no change of an appointment.
      process.env.TZ = 'Pacific/Auckland';
      expect(new Date('2026-01-01T00:00:00Z').getHours()).toBe(13);
      rig.mailbox.admin.setTimeZone(USER, 'Tokyo Standard Time');
      const client = createGraphClient(localAccount(rig.mailbox.url, USER));
      const anew = await openMailbox(client, 'local', AbortSignal.timeout(20_000));
      rig.wrapPlugin(() => anew.plugins(async () => undefined).create(calendar.name));
      await rig.restart();
      await rig.idle();
      expect(await rig.synced({ slow: true })).toMatchObject({
        device: { created: 0, updated: 0, removed: 0 },
        mailbox: { created: 0, updated: 0, removed: 0 },
      });
    },
  );

  it('whole days keep their dates, from −12 to +14', { timeout: 60_000 }, async () => {
    for (let east = -12; east <= 14; east += 1) {
      // The signs of these names are the other way round.
      process.env.TZ = east === 0 ? 'Etc/UTC' : `Etc/GMT${east > 0 ? '-' : '+'}${Math.abs(east)}`;
      const date = addDays('2026-03-20', east);
      seed([{ Description: `Outlook ${east}`, When: { EndDate: addDays(date, 1), StartDate: date } }]);
      rig.device.calendar.add({ Description: `Device ${east}`, days: [date, addDays(date, 1)] });
      await rig.synced();
      const named = (records: readonly Fields[], name: string) =>
        records.find(({ Description }) => Description === name)?.When;
      expect(named(onDevice(), `Outlook ${east}`)).toEqual({ StartDate: date, EndDate: addDays(date, 1) });
      expect(named(await rig.outlookFields(), `Device ${east}`)).toEqual({
        StartDate: date,
        EndDate: addDays(date, 1),
      });
    }
    await rig.idle();
  });
});
