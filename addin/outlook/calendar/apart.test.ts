/** Occurrences that Outlook does not let pass another one (spec: datasets 8.6 L-R4). */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MailboxItem } from '../../../contract/server-plugin.ts';
import { calendar, type Fields } from '../../../datasets/index.ts';
import { NOTHING, startCalendarBench, type CalendarBench } from '../../../test/support/calendar-bench.ts';
import { extended } from './properties.ts';
import { itemOf, removeOf, updateOf, USER } from '../../../test/support/outlook-bench.ts';

let bench: CalendarBench;
beforeEach(async () => {
  bench = await startCalendarBench();
});
afterEach(async () => {
  expect(bench.mailbox.admin.calendar.outgoingMail(USER)).toEqual([]);
  await bench.close();
});

const berlin = (dateTime: string) => ({ dateTime, timeZone: 'W. Europe Standard Time' });
const attendees = [{ emailAddress: { address: 'bo@example.org', name: 'Bo' }, type: 'required' }];

describe('series with an occurrence that Outlook does not let pass another one', () => {
  const weekly = (daysOfWeek: string[], firstDayOfWeek: string, interval = 1) => ({
    pattern: { type: 'weekly', interval, daysOfWeek, firstDayOfWeek },
    range: { type: 'noEnd', startDate: '2026-01-07' },
  });
  const wednesday = { start: berlin('2026-01-07T10:00:00'), end: berlin('2026-01-07T11:00:00') };
  const later = (date: string, Description = 'Much later'): Fields => ({
    Description,
    TimeZone: 'Europe/Berlin',
    When: { End: `${date}T11:00:00`, Start: `${date}T10:00:00` },
  });
  let id: string;
  let item: MailboxItem;
  const events = () => bench.mailbox.admin.dump(USER).events;
  const apart = () => events().find(({ event }) => event.recurrence === null)!;
  const whole = async () => [...(await bench.read()).items.values()];
  beforeEach(async () => {
    id = bench.seed({ subject: 'Course', ...wednesday, recurrence: weekly(['wednesday'], 'monday') });
    const before = await bench.item(id);
    const wanted = { ...before.fields, 'Repeat/2026-01-14': later('2026-01-29') };
    const [result] = await bench.apply(updateOf(before, wanted, calendar));
    expect(result).toMatchObject({ problems: [{ code: 'loss.L-R4' }] });
    item = itemOf(result);
    expect(item.fields).toEqual(wanted);
  });

  it('keep it as an event of its own, which is no other record', async () => {
    expect(bench.dump(id).cancelled).toEqual(['2026-01-14']);
    expect(apart().event).toMatchObject({ subject: 'Much later' });
    expect(await whole()).toEqual([item]);
  });

  it('follow what a person does to that event', async () => {
    const { anchor } = await bench.read();
    bench.mailbox.admin.calendar.edit(USER, apart().immutableId, { subject: 'By a person' });
    const changes = await bench.read(anchor);
    expect([...changes.items.keys()]).toEqual([id]);
    expect(changes.items.get(id)?.fields['Repeat/2026-01-14']).toMatchObject({
      Description: 'By a person',
    });
    bench.mailbox.admin.calendar.remove(USER, apart().immutableId);
    expect(await whole()).toMatchObject([{ id, fields: { 'Repeat/2026-01-14': 'deleted' } }]);
  });

  it('change and remove that event with the occurrence', async () => {
    const moved = await bench.update(item, { 'Repeat/2026-01-14': later('2026-02-05', 'Later still') });
    expect(apart().event).toMatchObject({ subject: 'Later still' });
    expect(events()).toHaveLength(2);
    const gone = await bench.update(moved, { 'Repeat/2026-01-14': 'deleted' });
    expect(events()).toHaveLength(1);
    expect(await whole()).toEqual([gone]);
  });

  it('bring the occurrence back into the series', async () => {
    const back = await bench.update(item, { 'Repeat/2026-01-14': NOTHING });
    expect(back.fields).not.toHaveProperty('Repeat/2026-01-14');
    expect([events().length, bench.dump(id).cancelled]).toEqual([1, []]);
  });

  it('take another time, and keep the occurrence where it is', async () => {
    const When = { End: '2026-01-07T13:00:00', Start: '2026-01-07T12:00:00' };
    const shifted = await bench.update(item, { When });
    expect(shifted.fields).toEqual({ ...item.fields, When });
    expect(events()).toHaveLength(2);
    expect(await whole()).toEqual([shifted]);
  });

  it('go with it', async () => {
    const [result] = await bench.apply(removeOf(item));
    expect([result?.status, events()]).toEqual(['done', []]);
  });

  it('keep it when a copy of the series goes, which names it, too', async () => {
    const named = { id: extended.apart, value: JSON.stringify({ '2026-01-14': apart().immutableId }) };
    const recurrence = weekly(['wednesday'], 'monday');
    bench.mailbox.admin.calendar.seed(USER, [
      {
        event: { subject: 'Copy', ...wednesday, recurrence, singleValueExtendedProperties: [named] },
        cancelled: ['2026-01-14'],
      },
    ]);
    const copy = (await whole()).find(({ fields }) => fields.Description === 'Copy')!;
    expect(copy.fields['Repeat/2026-01-14']).toBe('deleted');
    expect(await bench.apply(removeOf(copy))).toMatchObject([{ status: 'done' }]);
    expect(await whole()).toEqual([item]);
  });

  it('leave it alone as a meeting, once a person has asked others to it', async () => {
    bench.mailbox.admin.calendar.edit(USER, apart().immutableId, { attendees });
    const [meetingNow] = await whole();
    expect(meetingNow).toMatchObject({ id, writable: ['Alarm', 'Categories'] });
    expect(await bench.apply(removeOf(meetingNow!))).toMatchObject([
      { status: 'failed', problem: { code: 'mailbox.meeting' } },
    ]);
  });

  it('make it an event like others when the series is removed in Outlook', async () => {
    bench.mailbox.admin.calendar.remove(USER, id);
    expect(await whole()).toMatchObject([{ fields: later('2026-01-29') }]);
  });
});
