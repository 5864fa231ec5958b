/** Appointments and tasks synced both ways with a 2009 device, as a person would see it. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { calendar, tasks, type Fields } from '../../datasets/index.ts';
import { readFields, startRig, USER, type SyncRig } from '../support/sync-rig.ts';

type Body = Readonly<Record<string, unknown>>;

const at = (dateTime: string) => ({ dateTime, timeZone: 'Europe/Oslo' });
const choir = {
  subject: 'Choir',
  start: at('2026-03-03T19:00:00'),
  end: at('2026-03-03T21:00:00'),
  recurrence: {
    pattern: { type: 'weekly', interval: 1, daysOfWeek: ['tuesday'], firstDayOfWeek: 'tuesday' },
    range: { type: 'endDate', startDate: '2026-03-03', endDate: '2026-04-28' },
  },
};

describe('a sync of the calendar with a 2009 device', () => {
  let rig: SyncRig;
  beforeEach(async () => {
    rig = await startRig({ dataset: 'calendar' });
  });
  afterEach(async () => {
    expect(rig.mailbox.admin.calendar.outgoingMail(USER)).toEqual([]);
    expect(rig.device.crashed).toBeUndefined();
    expect(rig.device.offences).toEqual([]);
    await rig.close();
  });
  const admin = () => rig.mailbox.admin.calendar;
  const seed = (event: Body): string => admin().seed(USER, [{ event }])[0]?.id ?? '';
  const held = (): { id: string; fields: Fields } => {
    const [record, ...others] = rig.device.calendar.records();
    expect(others).toEqual([]);
    if (record === undefined) throw new Error('the device holds nothing');
    return { id: record.id, fields: readFields(record.xml, calendar) };
  };
  const inOutlook = async (): Promise<Fields> => (await rig.outlookFields())[0] ?? {};

  it('#62 a series that becomes a single appointment is made anew on the device, and stays one', async () => {
    const id = seed(choir);
    await rig.synced();
    const before = held();
    expect(before.fields.Repeat).toBeDefined();
    admin().edit(USER, id, { recurrence: null });
    expect(await rig.synced()).toMatchObject({ device: { created: 0, updated: 1, removed: 0 } });
    const after = held();
    expect(after.fields.Repeat).toBeUndefined();
    expect(after.id).not.toBe(before.id);
    await rig.idle();
    rig.device.calendar.edit(after.id, { Description: 'Choir, once' });
    await rig.synced();
    expect(await inOutlook()).toMatchObject({ Description: 'Choir, once' });
    await rig.idle();
  });

  it('#63 a whole day that becomes a time does, too', async () => {
    const midnight = (date: string) => ({ dateTime: `${date}T00:00:00`, timeZone: 'UTC' });
    const id = seed({
      subject: 'Fair',
      isAllDay: true,
      start: midnight('2026-05-04'),
      end: midnight('2026-05-05'),
    });
    await rig.synced();
    expect(held().fields.When).toEqual({ StartDate: '2026-05-04', EndDate: '2026-05-04' });
    admin().edit(USER, id, {
      isAllDay: false,
      start: at('2026-05-04T10:00:00'),
      end: at('2026-05-04T12:00:00'),
    });
    await rig.synced();
    expect(held().fields.When).toEqual({ Start: '2026-05-04T10:00:00', End: '2026-05-04T12:00:00' });
    await rig.idle();
  });

  it('moved and deleted occurrences go both ways', async () => {
    const id = seed(choir);
    await rig.synced();
    admin().editDay(USER, id, '2026-03-17', {
      start: at('2026-03-18T18:00:00'),
      end: at('2026-03-18T20:00:00'),
    });
    admin().removeDay(USER, id, '2026-03-31');
    await rig.synced();
    const { id: onDevice, fields } = held();
    expect(fields['Repeat/2026-03-31']).toBe('deleted');
    expect(fields['Repeat/2026-03-17']).toMatchObject({
      When: { Start: '2026-03-18T18:00:00', End: '2026-03-18T20:00:00' },
    });
    await rig.idle();
    rig.device.calendar.edit(onDevice, {
      exceptions: { '2026-04-14': 'deleted', '2026-04-21': { Location: 'Church hall' } },
    });
    await rig.synced();
    const there = await inOutlook();
    expect(there['Repeat/2026-04-14']).toBe('deleted');
    expect(there['Repeat/2026-04-21']).toMatchObject({ Location: 'Church hall' });
    expect(there['Repeat/2026-03-31']).toBe('deleted');
    await rig.idle();
  });

  it('#86 the last day of short months stays Outlook’s, though the device forgets it', async () => {
    seed({
      subject: 'Close the books',
      start: at('2026-01-31T09:00:00'),
      end: at('2026-01-31T10:00:00'),
      recurrence: {
        pattern: { type: 'absoluteMonthly', interval: 1, dayOfMonth: 31 },
        range: { type: 'noEnd', startDate: '2026-01-31' },
      },
    });
    await rig.synced();
    await rig.idle();
    rig.device.calendar.edit(held().id, { Location: 'Office' });
    await rig.synced();
    expect(await inOutlook()).toMatchObject({
      Location: 'Office',
      Repeat: { Type: 'MonthlyDate', Nearest: 'true' },
    });
    await rig.idle();
  });

  it('#112 a meeting is changed and removed in Outlook alone; the device gets it back, and is told why', async () => {
    seed({
      subject: 'Review',
      start: at('2026-03-04T09:00:00'),
      end: at('2026-03-04T10:00:00'),
      attendees: [{ emailAddress: { address: 'ada@example.org', name: 'Ada' }, type: 'required' }],
    });
    await rig.synced();
    rig.device.calendar.edit(held().id, { Location: 'Elsewhere', alarm: { type: 'Visible', delay: 20 } });
    const report = await rig.synced();
    expect(report.lines).toContainEqual(
      expect.objectContaining({ label: 'Review', reason: expect.stringContaining('put back') as string }),
    );
    expect(held().fields).not.toHaveProperty('Location');
    expect(await inOutlook()).toMatchObject({ Alarm: { Delay: '20' } });
    await rig.idle();
    rig.device.calendar.remove(held().id);
    await rig.synced();
    expect(held().fields.Description).toBe('Review');
    expect(await inOutlook()).toMatchObject({ Description: 'Review' });
    await rig.idle();
  });

  it('#106 an HTML body survives a change of the title on the device', async () => {
    const content = '<html><body><p>Agenda: <b>price</b></p></body></html>';
    seed({ ...choir, recurrence: undefined, body: { contentType: 'html', content } });
    await rig.synced();
    rig.device.calendar.edit(held().id, { Description: 'Choir practice' });
    await rig.synced();
    expect(JSON.stringify(rig.mailbox.admin.dump(USER))).toContain('<b>price</b>');
    expect(await inOutlook()).toMatchObject({ Description: 'Choir practice' });
    await rig.idle();
  });
});

describe('a device for which Z means UTC', () => {
  it('#66 has its hours right on both sides, and those of a series by the clock of its zone', async () => {
    const rig = await startRig({ dataset: 'calendar', zonedTimes: 'utc' });
    try {
      rig.mailbox.admin.calendar.seed(USER, [{ event: choir }]);
      rig.device.calendar.add({
        Description: 'Dentist',
        zone: 'Europe/Oslo',
        from: '2026-06-10T08:30',
        to: '2026-06-10T09:15',
      });
      await rig.synced();
      const xml = rig.device.calendar.records().map((record) => record.xml);
      expect(xml.join()).toContain('<Start>2026-03-03T18:00:00Z</Start>');
      expect((await rig.outlookFields()).map((fields) => fields.When)).toEqual(
        expect.arrayContaining([
          { Start: '2026-03-03T19:00:00', End: '2026-03-03T21:00:00' },
          { Start: '2026-06-10T10:30:00', End: '2026-06-10T11:15:00' },
        ]),
      );
      await rig.idle();
    } finally {
      await rig.close();
    }
  });
});

describe('a sync of tasks with a 2009 device', () => {
  it('keeps every state and priority, and what only one side can say', async () => {
    const rig = await startRig({ dataset: 'tasks' });
    try {
      rig.mailbox.admin.tasks.seed(USER, [
        {
          task: { title: 'Planned', startDateTime: { dateTime: '2026-05-01T00:00:00', timeZone: 'UTC' } },
          steps: [],
        },
        {
          task: { title: 'Waiting', status: 'waitingOnOthers', importance: 'low' },
          steps: [{ displayName: 'Ask' }],
        },
      ]);
      rig.device.tasks.add({ Description: 'Urgent', Priority: 'VeryHigh', DueDate: '2026-12-01' });
      expect(await rig.synced()).toMatchObject({ device: { created: 2 }, mailbox: { created: 1 } });
      await rig.idle();
      const titled = (records: readonly Fields[], title: string) =>
        records.find(({ Description }) => Description === title);
      expect(titled(await rig.outlookFields(), 'Urgent')).toMatchObject({
        Priority: 'VeryHigh',
        DueDate: '2026-12-01',
      });
      const onDevice = rig.device.tasks.records().map(({ xml }) => readFields(xml, tasks));
      expect(titled(onDevice, 'Planned')).not.toHaveProperty('StartedDate');
      expect(titled(onDevice, 'Waiting')).toMatchObject({ Status: 'Waiting', Priority: 'Low' });
      expect(JSON.stringify(rig.mailbox.admin.dump(USER))).toContain('2026-05-01');
    } finally {
      expect(rig.device.offences).toEqual([]);
      await rig.close();
    }
  });
});
