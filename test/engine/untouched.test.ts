/** What only Outlook knows of appointments and tasks stays byte for byte as it is, however often they are synced. */
import { afterEach, describe, expect, it } from 'vitest';
import { startRig, USER, type RigOptions, type SyncRig } from '../support/sync-rig.ts';

const TRIPS = 3;

let rig: SyncRig | undefined;
const start = async (dataset: NonNullable<RigOptions['dataset']>): Promise<SyncRig> =>
  (rig = await startRig({ dataset }));
afterEach(async () => {
  expect(rig?.device.offences).toEqual([]);
  await rig?.close();
  rig = undefined;
});

const at = (dateTime: string) => ({ dateTime, timeZone: 'W. Europe Standard Time' });
const utc = (dateTime: string) => ({ dateTime, timeZone: 'UTC' });

/** What devices have nothing for. */
const alone = {
  body: {
    contentType: 'html',
    content:
      '<html><body><p>Agenda: <b>price</b></p><div><a href="https://teams.example/l/meetup-join/19%3ameeting">Join</a></div></body></html>',
  },
  sensitivity: 'private',
  showAs: 'oof',
  importance: 'high',
  responseRequested: false,
  allowNewTimeProposals: false,
  hideAttendees: true,
  isOnlineMeeting: true,
  onlineMeetingProvider: 'teamsForBusiness',
  location: {
    displayName: 'Harbour',
    locationType: 'conferenceRoom',
    address: { street: 'Kai 3', city: 'Oslo', countryOrRegion: 'Norway' },
    coordinates: { latitude: 59.9, longitude: 10.7 },
  },
};
const event = {
  ...alone,
  singleValueExtendedProperties: [
    { id: 'String {00020329-0000-0000-C000-000000000046} Name Another program', value: 'its own' },
  ],
  subject: 'Handover',
  start: at('2026-03-03T19:00:00'),
  end: at('2026-03-03T21:00:00'),
  isReminderOn: false,
};
const weekly = {
  pattern: { type: 'weekly', interval: 1, daysOfWeek: ['tuesday'], firstDayOfWeek: 'tuesday' },
  range: { type: 'noEnd', startDate: '2026-03-03' },
};

describe('R16 round trips of the calendar', () => {
  const trips = async (bench: SyncRig, seed: Parameters<typeof bench.mailbox.admin.calendar.seed>[1]) => {
    const [ids] = bench.mailbox.admin.calendar.seed(USER, seed);
    await bench.synced();
    const [held, ...others] = bench.device.calendar.records();
    expect(others).toEqual([]);
    const events = () => bench.mailbox.admin.dump(USER).events;
    const before = events()[0];
    for (let trip = 1; trip <= TRIPS; trip += 1) {
      bench.device.calendar.edit(held?.id ?? '', { Description: `Handover ${trip}` });
      await bench.synced();
      bench.mailbox.admin.calendar.edit(USER, ids?.immutableId ?? '', { categories: [`Trip ${trip}`] });
      await bench.synced();
    }
    await bench.idle();
    const edits = { subject: `Handover ${TRIPS}`, categories: [`Trip ${TRIPS}`] };
    return { before, after: events()[0], edits };
  };

  it('leave an appointment’s Teams link, formatting, sensitivity, free time and all the rest', async () => {
    const { before, after, edits } = await trips(await start('calendar'), [{ event }]);
    expect(after).toEqual({ ...before, etag: after?.etag, event: { ...before?.event, ...edits } });
    expect(after?.event).toMatchObject({
      ...alone,
      onlineMeeting: { joinUrl: expect.stringContaining('https://') as string },
    });
    expect(Object.values(after?.extended ?? {})).toContain('its own');
  });

  it('leave those of a series, and of its single occurrences', async () => {
    const exception = { showAs: 'tentative', sensitivity: 'confidential', importance: 'low' };
    const seed = [
      {
        event: { ...event, recurrence: weekly },
        exceptions: { '2026-03-17': { ...exception, subject: 'Elsewhere' }, '2026-03-24': exception },
        cancelled: ['2026-03-31'],
      },
    ];
    const { before, after, edits } = await trips(await start('calendar'), seed);
    const { '2026-03-17': elsewhere, '2026-03-24': other, ...more } = after?.exceptions ?? {};
    expect(more).toEqual({});
    expect(after).toEqual({
      ...before,
      etag: after?.etag,
      event: { ...before?.event, ...edits },
      exceptions: after?.exceptions,
    });
    const { categories } = edits;
    expect(elsewhere).toEqual({ ...before?.exceptions['2026-03-17'], categories });
    expect(other).toEqual({ ...before?.exceptions['2026-03-24'], ...edits });
  });

  it('leave a meeting’s people, of whom nobody gets mail', async () => {
    const attendees = [
      { emailAddress: { address: 'ada@example.org', name: 'Ada' }, type: 'required' },
      { emailAddress: { address: 'room@example.org', name: 'Room' }, type: 'resource' },
    ];
    const { before, after, edits } = await trips(await start('calendar'), [
      { event: { ...event, attendees } },
    ]);
    const { categories } = edits;
    expect(after).toEqual({ ...before, etag: after?.etag, event: { ...before?.event, categories } });
    expect(after?.event.attendees).toMatchObject(attendees);
  });
});

describe('R16 round trips of tasks', () => {
  it('leave steps, links, reminder, recurrence and the body of a task', async () => {
    const bench = await start('tasks');
    const [ids] = bench.mailbox.admin.tasks.seed(USER, [
      {
        task: {
          title: 'Water the plants',
          body: { contentType: 'html', content: '<html><body><p>the <i>ficus</i> first</p></body></html>' },
          dueDateTime: utc('2026-12-01T00:00:00'),
          startDateTime: utc('2026-11-20T00:00:00'),
          isReminderOn: true,
          reminderDateTime: utc('2026-12-01T07:15:00'),
          recurrence: {
            pattern: { type: 'daily', interval: 2 },
            range: { type: 'noEnd', startDate: '2026-12-01' },
          },
          linkedResources: [
            {
              applicationName: 'Greenhouse',
              displayName: 'Ficus',
              externalId: 'f-1',
              webUrl: 'https://greenhouse.example/f-1',
            },
          ],
        },
        steps: [{ displayName: 'The ficus', isChecked: true }, { displayName: 'The fern' }],
      },
    ]);
    await bench.synced();
    const [held] = bench.device.tasks.records();
    const tasks = () => bench.mailbox.admin.dump(USER).tasks;
    const [before] = tasks();
    for (let trip = 1; trip <= TRIPS; trip += 1) {
      bench.device.tasks.edit(held?.id ?? '', { Description: `Water ${trip}`, Priority: 'VeryHigh' });
      await bench.synced();
      bench.mailbox.admin.tasks.edit(USER, ids?.id ?? '', { categories: [`Trip ${trip}`] });
      await bench.synced();
    }
    await bench.idle();
    const [after, ...others] = tasks();
    expect(others).toEqual([]);
    const edits = { title: `Water ${TRIPS}`, importance: 'high', categories: [`Trip ${TRIPS}`] };
    expect(after).toEqual({
      ...before,
      etag: after?.etag,
      extensions: after?.extensions,
      task: { ...before?.task, ...edits },
    });
    expect(after?.linkedResources).toHaveLength(1);
    expect(after?.checklistItems).toMatchObject([{ isChecked: true }, { isChecked: false }]);
    expect(after?.task).toMatchObject({ isReminderOn: true, recurrence: { pattern: { interval: 2 } } });
  });

  it('leave what To Do keeps no extension of on the device, and tell of it', async () => {
    const bench = await start('tasks');
    bench.mailbox.admin.set({ taskExtensions: 'unreadable' });
    const id = bench.device.tasks.add({
      Description: 'Paint',
      Priority: 'VeryHigh',
      Status: 'InProgress',
      PercentCompleted: 40,
      customFields: { Colour: 'red' },
    });
    const { lines } = await bench.synced();
    expect(lines).toContainEqual(expect.objectContaining({ code: 'loss.task-extras', label: 'Paint' }));
    const held = () => bench.device.tasks.get(id);
    const before = held();
    const [task] = bench.mailbox.admin.dump(USER).tasks;
    bench.mailbox.admin.tasks.edit(USER, task?.id ?? '', { title: 'Paint now' });
    await bench.synced();
    expect(held()).toEqual({ ...before, description: 'Paint now' });
    bench.device.tasks.edit(id, { PercentCompleted: 60 });
    await bench.synced();
    expect(held().progress.percent).toBe(60);
    await bench.idle();
    await bench.synced({ slow: true });
    expect(held().progress.percent).toBe(60);
    expect(bench.mailbox.admin.dump(USER).tasks).toHaveLength(1);
    await bench.idle();
  });
});
