/** Calendar and tasks over the wire, beside contacts: one session after another, each with ids and anchors of its own. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Device2009 } from './device.ts';
import { changedRecord, newRecord, sync } from './session-script.ts';

let device: Device2009;

beforeEach(async () => {
  device = await Device2009.listen();
  device.clock.freeze(new Date('2026-02-20T23:30:00Z'));
});

afterEach(async () => {
  expect(device.crashed).toBeUndefined();
  await device.close();
});

const WHEN = '<When><Start>2026-03-02T09:00:00</Start><End>2026-03-02T10:00:00</End></When>';

it('serves each dataset with its own records and anchors', async () => {
  device.add({ FirstName: 'Ada' });
  device.tasks.add({ Description: 'Boiler' });
  const calendar = await sync(device, [newRecord('Appointment', 'srv1', WHEN)], 'slow', 'calendar');
  expect(calendar).toMatchObject({ last: null, changes: [] });
  expect(calendar.mapped).toEqual([['srv1', device.calendar.records()[0]?.id]]);
  device.clock.advance(5_000);
  const tasks = await sync(device, [newRecord('Task', 'srv1', '')], 'slow', 'tasks');
  expect(tasks.last).toBeNull();
  expect(tasks.changes).toHaveLength(1);
  expect(device.tasks.records()).toHaveLength(2);
  expect((await sync(device, [], 'slow', 'calendar')).last).toEqual(calendar.next);
  expect(device.records()).toHaveLength(1);
  expect(device.offences).toEqual([]);
});

it('takes today from its owner’s clock', async () => {
  await sync(device, [newRecord('Task', 'srv1', '')], 'slow', 'tasks');
  await device.close();
  const eastern = await Device2009.listen({ minutesEast: 60 });
  eastern.clock.freeze(new Date('2026-02-20T23:30:00Z'));
  await sync(eastern, [newRecord('Task', 'srv1', '')], 'slow', 'tasks');
  expect(device.tasks.records()[0]?.record.due).toBe('2026-02-20');
  expect(eastern.tasks.records()[0]?.record.due).toBe('2026-02-21');
  await eastern.close();
});

it('tells of an edited occurrence by a replace of its series, and of one that is gone by a strange remove', async () => {
  const id = device.calendar.add({
    Description: 'Choir',
    from: '2026-03-03T19:00',
    to: '2026-03-03T21:00',
    repeat: { type: 'Weekly', weekMask: ['Tuesday'] },
    exceptions: { '2026-03-17': { Location: 'Church hall' } },
  });
  await sync(device, [], 'slow', 'calendar');
  device.clock.advance(5_000);
  device.calendar.edit(id, { exceptions: { '2026-03-17': 'deleted', '2026-03-24': { Location: 'Hall' } } });
  device.clock.advance(5_000);
  const { changes } = await sync(device, [], 'fast', 'calendar');
  expect(changes.map(({ message }) => message)).toEqual([
    'removeClientRecord(QString)',
    'replaceClientRecord(QByteArray)',
  ]);
  expect(changes[0]?.args[0]).not.toBe(id);
  expect(String(changes[1]?.args[0])).toContain('<OriginalDate>2026-03-24</OriginalDate>');
});

it('does not echo the exceptions that a sync applies again', async () => {
  const nested = `<Appointment><Identifier>x</Identifier>${WHEN}</Appointment>`;
  const series =
    `${WHEN}<Repeat><Type>Daily</Type><Frequency>1</Frequency><Until></Until>` +
    `<Exception><OriginalDate>2026-03-05</OriginalDate>${nested}</Exception></Repeat>`;
  const { mapped } = await sync(device, [newRecord('Appointment', 'srv1', series)], 'slow', 'calendar');
  const id = String(mapped[0]?.[1]);
  device.clock.advance(5_000);
  await sync(device, [changedRecord('Appointment', id, series)], 'fast', 'calendar');
  device.clock.advance(5_000);
  expect((await sync(device, [], 'fast', 'calendar')).changes).toEqual([]);
});
