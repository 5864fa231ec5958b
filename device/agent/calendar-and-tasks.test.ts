/** Appointments and tasks between a desktop of 2009 and the agent, over a real socket. */
import { beforeEach, describe, expect, it } from 'vitest';
import { datasetDefinitions, type Fields } from '../../datasets/index.ts';
import type { Desktop2009, DesktopOperation } from '../../test/desktop-2009/desktop.ts';
import { TestAgent } from '../../test/desktop-2009/test-agent.ts';
import { enterAppointment } from '../../test/device-2009/appointment/input.ts';
import { appointmentKind } from '../../test/device-2009/appointment/kind.ts';
import { StoreBench } from '../../test/device-2009/store-bench.ts';
import { enterTask } from '../../test/device-2009/task/input.ts';
import { taskKind } from '../../test/device-2009/task/kind.ts';
import { example } from '../../test/support/records.ts';
import { localDate } from '../clock/device-zone.ts';

const APPOINTMENTS = [
  'appointment-05-desktop-create',
  'appointment-01-zone',
  'appointment-03-allday-one',
  'recurrence-05-monthly-31-nearest',
  'recurrence-14-daily-deleted-occurrence',
  'recurrence-15-weekly-moved-occurrence',
];

let device: TestAgent;
let desktop: Desktop2009;

beforeEach(async () => {
  device = await TestAgent.start([...datasetDefinitions.values()]);
  desktop = await device.loggedIn();
});

/** A create by the desktop, of a record of its own. */
function create(xml: string, serverId: string): DesktopOperation {
  const identifier = `<Identifier localIdentifier="false">${serverId}</Identifier>`;
  return { kind: 'create', xml: xml.replace(/<Identifier.*?<\/Identifier>/, identifier) };
}

async function send(dataset: string, ...operations: readonly DesktopOperation[]): Promise<readonly string[]> {
  const { mapped } = await desktop.session(dataset, () => operations);
  return [...mapped.values()];
}

const fieldsOf = (dataset: string, id: string): Fields => device.store.get(dataset, id).fields;
const task = (inner: string, serverId = 's1'): DesktopOperation =>
  create(`<Task><Identifier></Identifier>${inner}</Task>`, serverId);

it('announces all datasets, in the order of the originals', () => {
  expect(desktop.banner.get('datasets')).toBe('calendar contacts tasks');
});

it('serves one dataset after another on one connection', async () => {
  const outcomes = await desktop.run(['calendar', 'contacts', 'tasks'], (dataset) =>
    dataset === 'calendar'
      ? [create(example('appointment-05-desktop-create'), 's1')]
      : dataset === 'tasks'
        ? [create(example('task-04-desktop-create-no-due'), 's1')]
        : [],
  );
  expect([...outcomes.values()].map(({ mapped }) => mapped.size)).toEqual([1, 0, 1]);
  expect(new Set([...outcomes.values()].flatMap(({ mapped }) => [...mapped.values()])).size).toBe(2);
});

describe('what the agent answers', () => {
  it('are complete appointments as a device of 2009 reads them', async () => {
    const ids = await send(
      'calendar',
      ...APPOINTMENTS.map((name, index) => create(example(name), `s${index}`)),
    );
    const { changes } = await (await reconnected()).session('calendar');
    const original = new StoreBench(appointmentKind, enterAppointment);
    expect(changes).toHaveLength(ids.length);
    for (const change of changes) {
      const xml = change.kind === 'remove' ? '' : change.xml;
      original.hands.add(xml);
      // The device of 2009 would send it in just this form, but for what it gives ids of its own and does not keep.
      const plain = (text: string): string =>
        text.replace(/<Identifier>.*?<\/Identifier>/g, '').replace(/\s*<Nearest>true<\/Nearest>/, '');
      expect(plain(xml.trimEnd())).toBe(plain(original.store.all().at(-1)!));
    }
    expect(original.notices).toEqual([]);
  });

  it('are tasks that no side effect of a device of 2009 changes', async () => {
    const done = '<Status>Completed</Status><PercentCompleted>40</PercentCompleted>';
    await send('tasks', task('<Status>InProgress</Status>', 's1'), task(done, 's2'));
    device.add(
      { Description: 'By hand', Status: 'Waiting', StartedDate: '2026-01-01', PercentCompleted: '30' },
      'tasks',
    );
    const { changes } = await (await reconnected()).session('tasks');
    const original = new StoreBench(taskKind, enterTask);
    for (const change of changes) if (change.kind !== 'remove') original.hands.add(change.xml);
    expect(original.notices).toEqual([]);
  });

  async function reconnected(): Promise<Desktop2009> {
    await device.gone(desktop);
    return device.loggedIn(new Map());
  }
});

describe('what the agent keeps', () => {
  it('is also what a device of 2009 loses', async () => {
    const [id = ''] = await send('calendar', create(example('recurrence-05-monthly-31-nearest'), 's1'));
    expect(fieldsOf('calendar', id).Repeat).toEqual({
      Frequency: '1',
      Nearest: 'true',
      Type: 'MonthlyDate',
    });
  });

  it('can be taken back: a repeat, whole days, a zone', async () => {
    const [id = ''] = await send('calendar', create(example('recurrence-15-weekly-moved-occurrence'), 's1'));
    const replace = (inner: string): DesktopOperation => ({
      kind: 'replace',
      xml: `<Appointment><Identifier>${id}</Identifier>${inner}</Appointment>`,
    });
    const days = '<When><StartDate>2026-03-03</StartDate><EndDate>2026-03-03</EndDate></When>';
    await send('calendar', replace(`<TimeZone></TimeZone>${days}<Repeat></Repeat>`));
    expect(fieldsOf('calendar', id)).toEqual({
      Description: 'Choir',
      When: { EndDate: '2026-03-03', StartDate: '2026-03-03' },
    });
    const zoned = '<When><Start>2026-03-03T19:00:00Z</Start><End>2026-03-03T21:00:00Z</End></When>';
    await send('calendar', replace(`<TimeZone>Europe/Oslo</TimeZone>${zoned}`));
    const floating = zoned.replaceAll('Z<', '<');
    await send('calendar', replace(`<TimeZone></TimeZone>${floating}`));
    expect(fieldsOf('calendar', id)).toEqual({
      Description: 'Choir',
      When: { End: '2026-03-03T21:00:00', Start: '2026-03-03T19:00:00' },
    });
  });

  it('has the dates that a status asks for and nobody named', async () => {
    const [id = ''] = await send('tasks', task('<Status>Completed</Status>'));
    const today = localDate(Date.now());
    expect(fieldsOf('tasks', id)).toEqual({
      Status: 'Completed',
      StartedDate: today,
      CompletedDate: today,
      PercentCompleted: '100',
    });
  });

  it('stays consistent when a person edits what the desktop replaces', async () => {
    const id = device.add(
      { Description: 'Boiler', Status: 'InProgress', StartedDate: '2026-01-01' },
      'tasks',
    );
    const { next, kind } = await desktop.header('tasks');
    await desktop.changes(kind);
    device.store.edit('tasks', id, ({ StartedDate: _, Status: __, ...fields }) => ({
      ...fields,
      Notes: 'N',
    }));
    const inner = '<Status>InProgress</Status><PercentCompleted>60</PercentCompleted>';
    await desktop.apply([{ kind: 'replace', xml: `<Task><Identifier>${id}</Identifier>${inner}</Task>` }]);
    await desktop.end('tasks', next);
    expect(fieldsOf('tasks', id)).toEqual({ Description: 'Boiler', Notes: 'N' });
  });
});
