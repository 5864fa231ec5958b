/** What persons and other programs have in their calendars, and what is and is not written into it. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { calendar } from '../../../datasets/index.ts';
import { NOTHING, startCalendarBench, type CalendarBench } from '../../../test/support/calendar-bench.ts';
import { itemOf, removeOf, startOutlookBench, updateOf, USER } from '../../../test/support/outlook-bench.ts';

let bench: CalendarBench;
beforeEach(async () => {
  bench = await startCalendarBench();
});
afterEach(async () => {
  expect(bench.mailbox.admin.calendar.outgoingMail(USER)).toEqual([]);
  await bench.close();
});

const utc = (dateTime: string) => ({ dateTime, timeZone: 'UTC' });
const berlin = (dateTime: string) => ({ dateTime, timeZone: 'W. Europe Standard Time' });
const meeting = { start: berlin('2026-03-03T19:00:00'), end: berlin('2026-03-03T20:00:00') };
const attendees = [{ emailAddress: { address: 'bo@example.org', name: 'Bo' }, type: 'required' }];

/** Bodies of the writes that reached the service. */
const writes = () =>
  bench.mailbox.admin.log().filter(({ method, via }) => via === 'batch' && method !== 'GET');

describe('times', () => {
  it('are those of the wall clock where the event was made', async () => {
    const { fields } = await bench.item(bench.seed({ subject: 'Choir', ...meeting, isReminderOn: false }));
    expect(fields).toEqual({
      Description: 'Choir',
      TimeZone: 'Europe/Berlin',
      When: { End: '2026-03-03T20:00:00', Start: '2026-03-03T19:00:00' },
    });
  });

  it('keep the exact name of a zone, and follow Outlook when somebody chooses another', async () => {
    const item = await bench.create({
      Description: 'Choir',
      TimeZone: 'Europe/Oslo',
      When: { End: '2026-07-03T20:00:00', Start: '2026-07-03T19:00:00' },
    });
    expect(item.fields.TimeZone).toBe('Europe/Oslo');
    expect(bench.dump(item.id).event).toMatchObject({ originalStartTimeZone: 'W. Europe Standard Time' });
    bench.mailbox.admin.calendar.edit(USER, item.id, {
      start: { dateTime: '2026-07-03T19:00:00', timeZone: 'Tokyo Standard Time' },
      end: { dateTime: '2026-07-03T20:00:00', timeZone: 'Tokyo Standard Time' },
    });
    expect((await bench.item(item.id)).fields).toMatchObject({
      TimeZone: 'Asia/Tokyo',
      When: { Start: '2026-07-03T19:00:00' },
    });
  });

  it('name a zone that Windows has no name for, and keep the hour', async () => {
    const When = { End: '2026-07-03T20:00:00', Start: '2026-07-03T19:00:00' };
    const results = await bench.apply({
      kind: 'create',
      key: crypto.randomUUID(),
      fields: { Description: 'Far away', TimeZone: 'Antarctica/Troll', When },
    });
    expect(results[0]).toMatchObject({
      item: { fields: { TimeZone: 'Antarctica/Troll', When } },
      problems: [{ code: 'loss.L-R6' }],
    });
  });

  it('without a zone stay without, in the mailbox’s own zone for Outlook', async () => {
    const item = await bench.create({ When: { End: '2026-07-03T20:00:00', Start: '2026-07-03T19:00:00' } });
    expect(item.fields).toEqual({ When: { End: '2026-07-03T20:00:00', Start: '2026-07-03T19:00:00' } });
    expect(bench.dump(item.id).event.start).toEqual({
      dateTime: '2026-07-03T17:00:00.0000000',
      timeZone: 'UTC',
    });
  });

  it('of whole days are dates, whatever the zone', async () => {
    const zone = (dateTime: string) => ({ dateTime, timeZone: 'Tonga Standard Time' });
    const start = zone('2026-12-24T00:00:00');
    const id = bench.seed({ subject: 'Feast', isAllDay: true, start, end: zone('2026-12-27T00:00:00') });
    expect((await bench.item(id)).fields.When).toEqual({ EndDate: '2026-12-26', StartDate: '2026-12-24' });
    const own = await bench.create({ When: { EndDate: '2026-12-31', StartDate: '2026-12-31' } });
    expect(bench.dump(own.id).event).toMatchObject({
      isAllDay: true,
      showAs: 'free',
      start: { dateTime: '2026-12-31T00:00:00.0000000' },
      end: { dateTime: '2027-01-01T00:00:00.0000000' },
    });
  });

  it('of no length are Outlook’s own, and five minutes for the device', async () => {
    const id = bench.seed({
      subject: 'Call',
      start: utc('2026-03-03T19:00:00'),
      end: utc('2026-03-03T19:00:00'),
    });
    const item = await bench.item(id);
    expect(calendar.rendition('device', item.fields).When).toEqual({
      End: '2026-03-03T19:05:00',
      Start: '2026-03-03T19:00:00',
    });
    bench.mailbox.admin.clearLog();
    await bench.update(item, { Description: 'Call Bo' });
    expect(bench.dump(id).event.end).toEqual({ dateTime: '2026-03-03T19:00:00.0000000', timeZone: 'UTC' });
  });
});

describe('what is not written', () => {
  const html = { contentType: 'html', content: '<p>Bring <b>scores</b></p>' };

  it('#106 a body with formatting, when something else changes', async () => {
    const id = bench.seed({ subject: 'Choir', ...meeting, body: html });
    const item = await bench.item(id);
    expect(item.fields.Notes).toBe('Bring scores');
    await bench.update(item, { Description: 'Choir practice' });
    expect(bench.dump(id).event).toMatchObject({
      subject: 'Choir practice',
      body: { content: html.content },
    });
  });

  it('the body of an online meeting, with the link to join in it', async () => {
    const item = await bench.item(
      bench.seed({ subject: 'Call', ...meeting, body: html, isOnlineMeeting: true }),
    );
    const wanted = { ...item.fields, Notes: 'Other', Location: 'Desk' };
    const [result] = await bench.apply(updateOf(item, wanted, calendar));
    expect(result).toMatchObject({
      status: 'done',
      item: { fields: { Notes: 'Bring scores', Location: 'Desk' } },
      problems: [{ code: 'mailbox.notes-kept' }],
    });
  });

  it('a place whose text has not changed, with its coordinates; they go with it, and that is told (E1)', async () => {
    const coordinates = { latitude: 59.9, longitude: 10.7 };
    const id = bench.seed({ subject: 'Choir', ...meeting, location: { displayName: 'Hall', coordinates } });
    const item = await bench.update(await bench.item(id), { Description: 'Practice' });
    expect(bench.dump(id).event).toMatchObject({ location: { displayName: 'Hall', coordinates } });
    const elsewhere = { ...item.fields, Location: 'Church' };
    const [result] = await bench.apply(updateOf(item, elsewhere, calendar));
    expect(result).toMatchObject({ item: { fields: elsewhere }, problems: [{ code: 'loss.E1' }] });
    const [again] = await bench.apply(updateOf(itemOf(result), { ...elsewhere, Location: 'Hall' }, calendar));
    expect(again).not.toHaveProperty('problems');
  });

  it('formatting over a text that a device has changed, which is told (E5)', async () => {
    const formatted = await bench.item(bench.seed({ subject: 'Choir', ...meeting, body: html }));
    const [result] = await bench.apply(
      updateOf(formatted, { ...formatted.fields, Notes: 'Bring pens' }, calendar),
    );
    expect(result).toMatchObject({
      item: { fields: { Notes: 'Bring pens' } },
      problems: [{ code: 'loss.E5' }],
    });
    const plain = itemOf(result);
    const [again] = await bench.apply(updateOf(plain, { ...plain.fields, Notes: 'Bring ink' }, calendar));
    expect(again).not.toHaveProperty('problems');
  });

  it('anything at all, when the service holds it already', async () => {
    const id = bench.seed({ subject: 'Choir', ...meeting, body: html });
    const item = await bench.item(id);
    bench.mailbox.admin.clearLog();
    await bench.apply({ ...updateOf(item, item.fields, calendar), changed: ['Notes', 'Location'] });
    expect(writes()).toEqual([]);
  });
});

describe('reminders', () => {
  it('#107 keep a time after the start, of whole days', async () => {
    const item = await bench.create({
      Alarm: { Delay: '-540', Type: 'Audible' },
      When: { EndDate: '2026-12-24', StartDate: '2026-12-24' },
    });
    expect(item.fields.Alarm).toEqual({ Delay: '-540', Type: 'Audible' });
    expect(bench.dump(item.id).event).toMatchObject({ isReminderOn: true, reminderMinutesBeforeStart: 0 });
    bench.mailbox.admin.calendar.edit(USER, item.id, { reminderMinutesBeforeStart: 1080 });
    expect((await bench.item(item.id)).fields.Alarm).toEqual({ Delay: '1080', Type: 'Audible' });
  });

  it('are none where Outlook would add one by itself', async () => {
    const item = await bench.create({ When: { EndDate: '2026-12-24', StartDate: '2026-12-24' } });
    expect(bench.dump(item.id).event).toMatchObject({ isReminderOn: false });
  });
});

describe('series', () => {
  const weekly = (daysOfWeek: string[], firstDayOfWeek: string, interval = 1) => ({
    pattern: { type: 'weekly', interval, daysOfWeek, firstDayOfWeek },
    range: { type: 'noEnd', startDate: '2026-01-07' },
  });
  const wednesday = { start: berlin('2026-01-07T10:00:00'), end: berlin('2026-01-07T11:00:00') };

  it('#98 come back as they were from a device that counts weeks from the start', async () => {
    const recurrence = weekly(['monday', 'wednesday'], 'sunday', 2);
    const id = bench.seed({ subject: 'Course', ...wednesday, recurrence });
    const before = bench.dump(id).event.recurrence;
    const item = await bench.item(id);
    expect(item.fields).toMatchObject({
      Repeat: { Frequency: '2', Type: 'Weekly', WeekMask: 'Monday Wednesday' },
      'Repeat/2026-01-05': 'deleted',
      When: { Start: '2026-01-05T10:00:00' },
    });
    const later = { End: '2026-01-05T12:00:00', Start: '2026-01-05T11:00:00' };
    const moved = await bench.update(item, { When: later });
    expect(moved.fields).toEqual({ ...item.fields, When: later });
    expect(bench.dump(id).event.recurrence).toEqual(before);
  });

  it('keep the hour of their own zone across summer time', async () => {
    const { fields } = await bench.item(
      bench.seed({ ...wednesday, recurrence: weekly(['wednesday'], 'monday') }),
    );
    expect(fields).toMatchObject({ TimeZone: 'Europe/Berlin', When: { Start: '2026-01-07T10:00:00' } });
  });

  it('bring what was done to single occurrences, and hide what is no change for a device', async () => {
    const id = bench.seed(
      { subject: 'Course', ...wednesday, recurrence: weekly(['wednesday'], 'monday'), isReminderOn: false },
      {
        cancelled: ['2026-01-21'],
        exceptions: {
          '2026-01-14': { start: berlin('2026-01-15T18:00:00'), end: berlin('2026-01-15T19:00:00') },
          '2026-01-28': { showAs: 'free' },
        },
      },
    );
    const { fields } = await bench.item(id);
    expect(Object.keys(fields).filter((key) => key.startsWith('Repeat/'))).toEqual([
      'Repeat/2026-01-14',
      'Repeat/2026-01-21',
    ]);
    expect(fields).toMatchObject({
      'Repeat/2026-01-14': {
        Description: 'Course',
        TimeZone: 'Europe/Berlin',
        When: { End: '2026-01-15T19:00:00', Start: '2026-01-15T18:00:00' },
      },
      'Repeat/2026-01-21': 'deleted',
    });
  });

  it('get single occurrences changed, taken out and given back', async () => {
    const id = bench.seed({ subject: 'Course', ...wednesday, recurrence: weekly(['wednesday'], 'monday') });
    const item = await bench.item(id);
    const changed = await bench.update(item, {
      'Repeat/2026-01-14': 'deleted',
      'Repeat/2026-01-21': {
        Description: 'Exam',
        TimeZone: 'Europe/Berlin',
        When: { End: '2026-01-22T11:00:00', Start: '2026-01-22T09:00:00' },
      },
    });
    expect(bench.dump(id)).toMatchObject({
      cancelled: ['2026-01-14'],
      exceptions: { '2026-01-21': { subject: 'Exam' } },
    });
    const back = await bench.update(changed, { 'Repeat/2026-01-14': NOTHING });
    expect(back.fields).not.toHaveProperty('Repeat/2026-01-14');
    expect(back.fields['Repeat/2026-01-21']).toEqual(changed.fields['Repeat/2026-01-21']);
    expect(bench.dump(id).cancelled).toEqual([]);
    const plain = await bench.update(back, { 'Repeat/2026-01-21': NOTHING });
    expect(plain.fields).toEqual(item.fields);
  });

  it('keep single occurrences as they are when the series’ own text changes', async () => {
    const id = bench.seed(
      { subject: 'Course', ...wednesday, recurrence: weekly(['wednesday'], 'monday') },
      { exceptions: { '2026-01-14': { subject: 'Exam' } } },
    );
    const item = await bench.item(id);
    const [result] = await bench.apply(
      updateOf(item, { ...item.fields, Notes: 'Bring paper', Location: 'Hall' }, calendar),
    );
    const wanted = { ...item.fields, Notes: 'Bring paper', Location: 'Hall' };
    expect(itemOf(result).fields).toEqual(wanted);
    expect((await bench.item(id)).fields).toEqual(wanted);
  });

  it('become single, and single ones series', async () => {
    const When = { End: '2026-01-07T11:00:00', Start: '2026-01-07T10:00:00' };
    const single = await bench.create({ Description: 'Course', TimeZone: 'Europe/Berlin', When });
    const Repeat = { Frequency: '1', Type: 'Daily' };
    const series = await bench.update(single, { Repeat, 'Repeat/2026-01-09': 'deleted' });
    expect(series.fields).toMatchObject({ Repeat, 'Repeat/2026-01-09': 'deleted' });
    const again = await bench.update(series, { Repeat: NOTHING, 'Repeat/2026-01-09': NOTHING });
    expect(again.fields).toEqual(single.fields);
    expect(bench.dump(again.id).event.recurrence).toBeNull();
  });
});

describe('meetings', () => {
  const event = { subject: 'Board', ...meeting, attendees };

  it('let a device change reminder and categories, and tell nobody', async () => {
    const item = await bench.item(bench.seed(event));
    expect(item.writable).toEqual(['Alarm', 'Categories']);
    const changed = await bench.update(item, {
      Alarm: { Delay: '30', Type: 'Visible' },
      'Categories/choir': 'Choir',
    });
    expect(changed.fields).toMatchObject({ Alarm: { Delay: '30' }, 'Categories/choir': 'Choir' });
  });

  it('tell that Outlook has a device’s reminder without its sound, or not after the start', async () => {
    const item = await bench.item(bench.seed(event));
    const Alarm = { Delay: '20', Type: 'Audible' };
    const [result] = await bench.apply(updateOf(item, { ...item.fields, Alarm }, calendar));
    expect(result).toMatchObject({
      item: { fields: { Alarm: { Delay: '20', Type: 'Visible' } } },
      problems: [{ code: 'loss.E4' }],
    });
  });

  it('#112 are neither removed nor changed from a device, whatever is asked', async () => {
    const id = bench.seed(event);
    const item = await bench.item(id);
    bench.mailbox.admin.clearLog();
    const results = await bench.apply(
      removeOf(item),
      updateOf(item, { ...item.fields, Description: 'Other' }, calendar),
    );
    expect(results).toMatchObject([
      { status: 'failed', problem: { code: 'mailbox.meeting' } },
      { status: 'failed', problem: { code: 'mailbox.meeting' } },
    ]);
    expect(writes()).toEqual([]);
    expect((await bench.item(id)).fields).toEqual(item.fields);
  });

  it('are what an event became between reading and writing', async () => {
    const id = bench.seed({ subject: 'Board', ...meeting });
    const item = await bench.item(id);
    bench.mailbox.admin.calendar.edit(USER, id, { attendees });
    const [result] = await bench.apply(removeOf(item));
    expect(result).toMatchObject({ status: 'failed', problem: { code: 'mailbox.meeting' } });
  });

  it('are those of which single occurrences have attendees, and those of others', async () => {
    const recurrence = {
      pattern: { type: 'daily', interval: 1 },
      range: { type: 'noEnd', startDate: '2026-03-03' },
    };
    const series = bench.seed(
      { ...event, attendees: [], recurrence },
      { exceptions: { '2026-03-05': { attendees } } },
    );
    const invited = bench.seed({ ...event, attendees: [], isOrganizer: false });
    expect((await bench.item(series)).writable).toEqual(['Alarm', 'Categories']);
    expect((await bench.item(invited)).writable).toEqual(['Alarm', 'Categories']);
  });

  it('can be opened to the device by a setting, and attendees are never sent', async () => {
    const open = await startOutlookBench({}, { dataset: calendar.name, settings: { meetings: 'writable' } });
    const [ids] = open.mailbox.admin.calendar.seed(USER, [{ event }]);
    const item = (await open.read()).items.get(ids!.immutableId)!;
    expect(item).not.toHaveProperty('writable');
    const [result] = await open.apply(updateOf(item, { ...item.fields, Location: 'Hall' }, calendar));
    expect(itemOf(result).fields.Location).toBe('Hall');
    expect(open.mailbox.admin.dump(USER).events[0]?.event.attendees).toHaveLength(1);
    expect(open.mailbox.admin.calendar.outgoingMail(USER)).toHaveLength(1);
    await open.close();
  });
});
