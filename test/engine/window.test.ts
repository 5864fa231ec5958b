/** The calendar's window through the real engine: what is sent to the device, and what leaves it (spec: sync engine, 6). */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SettingsChange } from '../../contract/settings.ts';
import { calendar } from '../../datasets/index.ts';
import { readFields, startRig, USER, type SyncRig } from '../support/sync-rig.ts';

const DAY_MS = 86_400_000;

describe('a window of 30 days back and 60 ahead', () => {
  let rig: SyncRig;
  beforeEach(async () => {
    rig = await startRig({
      dataset: 'calendar',
      settings: { calendar: { window: { daysBack: 30, daysAhead: 60 } } },
    });
  });
  afterEach(async () => {
    expect(rig.mailbox.admin.calendar.outgoingMail(USER)).toEqual([]);
    expect(rig.device.offences).toEqual([]);
    await rig.close();
  });

  const date = (days: number): string => new Date(rig.clock.now() + days * DAY_MS).toISOString().slice(0, 10);
  const on = (days: number) => ({
    start: { dateTime: `${date(days)}T10:00:00`, timeZone: 'Europe/Oslo' },
    end: { dateTime: `${date(days)}T11:00:00`, timeZone: 'Europe/Oslo' },
  });
  const seed = (subject: string, days: number, rest: object = {}): string =>
    rig.mailbox.admin.calendar.seed(USER, [{ event: { subject, ...on(days), ...rest } }])[0]?.id ?? '';
  const onDevice = (): readonly unknown[] =>
    rig.device.calendar
      .records()
      .map(({ xml }) => readFields(xml, calendar).Description)
      .sort();
  const inOutlook = (): readonly unknown[] =>
    rig.mailbox.admin
      .dump(USER)
      .events.map(({ event }) => event.subject)
      .sort();
  const choose = (change: SettingsChange): void =>
    void rig.archive.changeSettings({ device: 'device', dataset: 'calendar', change });

  it('[SYNC-16] sends what lies in it, a series when any of its occurrences does', async () => {
    seed('Long ago', -100);
    seed('Soon', 5);
    seed('Far ahead', 200);
    seed('Weekly since last year', -300, {
      recurrence: {
        pattern: { type: 'weekly', interval: 1, daysOfWeek: ['monday'], firstDayOfWeek: 'monday' },
        range: { type: 'noEnd', startDate: date(-300) },
      },
    });
    await rig.synced();
    expect(onDevice()).toEqual(['Soon', 'Weekly since last year']);
    expect(inOutlook()).toHaveLength(4);
    await rig.idle();
  });

  it('[SYNC-16] moves with the days: what comes into it is sent, what has left it leaves the device alone', async () => {
    seed('Just in', -25);
    seed('Not yet', 70);
    await rig.synced();
    expect(onDevice()).toEqual(['Just in']);
    rig.clock.pass(12 * DAY_MS);
    await rig.synced();
    expect(onDevice()).toEqual(['Not yet']);
    expect(inOutlook()).toEqual(['Just in', 'Not yet']);
    await rig.idle();
  });

  it('[SYNC-16] brings back what left it on a day that this PC’s clock had wrong', async () => {
    seed('Lately', -5);
    seed('Soon', 5);
    await rig.synced();
    rig.clock.pass(300 * DAY_MS);
    await rig.synced();
    expect(onDevice()).toEqual([]);
    seed('Back then', -310);
    rig.clock.pass(-300 * DAY_MS);
    await rig.synced();
    expect(onDevice()).toEqual(['Back then', 'Lately', 'Soon']);
    expect(await rig.synced()).toMatchObject({ device: { created: 0, updated: 0, removed: 0 } });
    expect(inOutlook()).toEqual(['Back then', 'Lately', 'Soon']);
  });

  it('lets an appointment go that is moved out of it in Outlook, and brings it when it is moved back', async () => {
    const id = seed('Moving', 5);
    await rig.synced();
    rig.mailbox.admin.calendar.edit(USER, id, on(150));
    await rig.synced();
    expect(onDevice()).toEqual([]);
    await rig.idle();
    rig.mailbox.admin.calendar.edit(USER, id, on(7));
    await rig.synced();
    expect(onDevice()).toEqual(['Moving']);
    expect(inOutlook()).toEqual(['Moving']);
    await rig.idle();
  });

  /** The device itself holds an appointment so many days from today, and has been synced. */
  const syncedFromDevice = async (days: number): Promise<void> => {
    rig.device.calendar.add({
      Description: 'Of the device',
      zone: 'Europe/Oslo',
      from: `${date(days)}T10:00`,
      to: `${date(days)}T11:00`,
    });
    await rig.synced();
  };

  it('[SYNC-17] syncs and leaves what the device itself holds outside, unless trimming is on', async () => {
    await syncedFromDevice(-200);
    expect([onDevice(), inOutlook()]).toEqual([['Of the device'], ['Of the device']]);
    await rig.idle();
    choose({ trim: true });
    await rig.synced();
    expect([onDevice(), inOutlook()]).toEqual([[], ['Of the device']]);
    await rig.idle();
  });

  it('[SYNC-17] leaves what the device itself holds outside also where only the direction is another one', async () => {
    await syncedFromDevice(-200);
    for (const mode of ['to-mailbox', 'add-only', 'two-way'] as const) {
      choose({ mode });
      await rig.synced();
      expect([onDevice(), inOutlook()]).toEqual([['Of the device'], ['Of the device']]);
    }
    await rig.idle();
  });

  it.each(['to-mailbox', 'add-only'] as const)(
    '[SYNC-14] takes nothing off the device where the sync only goes the other way or only adds: %s',
    async (mode) => {
      rig.device.calendar.add({
        Description: 'Of the device',
        zone: 'Europe/Oslo',
        from: `${date(-25)}T10:00`,
        to: `${date(-25)}T11:00`,
      });
      choose({ mode });
      await rig.synced();
      rig.clock.pass(12 * DAY_MS);
      expect(await rig.synced()).toMatchObject({ device: { removed: 0 } });
      expect([onDevice(), inOutlook()]).toEqual([['Of the device'], ['Of the device']]);
      await rig.idle();
    },
  );

  it('[SYNC-18] takes what leaves it for no removal that the guard would have to ask about', async () => {
    for (let n = 0; n < 20; n += 1) seed(`Appointment ${n}`, 5);
    await rig.synced();
    choose({ window: { daysBack: 30, daysAhead: 2 } });
    expect(await rig.synced()).toMatchObject({ device: { removed: 20 } });
    expect([onDevice().length, inOutlook().length]).toEqual([0, 20]);
    choose({ window: null });
    await rig.synced();
    expect(onDevice()).toHaveLength(20);
    await rig.idle();
  });
});
