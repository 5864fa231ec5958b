/** Appointments and tasks with `qdsync-device` as a user has it: the agent and the commands as processes. */
import { beforeEach, expect, it } from 'vitest';
import { calendar, type Fields } from '../../datasets/index.ts';
import { example, readRecord } from '../support/records.ts';
import { Desktop2009, type DesktopOperation } from './desktop.ts';
import { runDevice, startDevice, type DeviceProcess } from './device-process.ts';
import { temporaryFolder } from './temporary-folder.ts';

let state: string;
let device: DeviceProcess;
let desktop: Desktop2009;

beforeEach(async () => {
  state = temporaryFolder();
  device = await startDevice(state, ['--port', '0', '--accept', 'allow']);
  desktop = await Desktop2009.connect({ port: device.ready.port ?? 0 });
  expect(await desktop.login()).toBe(true);
});

async function command(...args: readonly string[]): Promise<string> {
  const { code, out, err } = await runDevice([...args, '--state', state], '', { TZ: 'Asia/Tokyo' });
  expect(`${code} ${err}`).toBe('0 ');
  return out;
}

function create(name: string, serverId: string): DesktopOperation {
  const identifier = `<Identifier localIdentifier="false">${serverId}</Identifier>`;
  return { kind: 'create', xml: example(name).replace(/<Identifier.*?<\/Identifier>/, identifier) };
}

it('shows what desktops have sent, in the zone of its owner', async () => {
  await desktop.run(['calendar', 'contacts', 'tasks'], (dataset) =>
    dataset === 'contacts'
      ? []
      : dataset === 'tasks'
        ? [create('task-02-device-waiting', 't1'), create('task-03-device-completed', 't2')]
        : [create('appointment-01-zone', 'a1'), create('recurrence-15-weekly-moved-occurrence', 'a2')],
  );
  const days = async (from: string, to: string): Promise<string> =>
    (await command('list', 'calendar', '--from', from, '--to', to)).replace(/\{.*?\}:/g, '#');
  expect(await days('2026-03-16', '2026-04-01')).toBe(
    'Wed 2026-03-18  18:00–20:00  Choir (moved), Church hall  (instead of 2026-03-17)  #2\n' +
      'Tue 2026-03-24  19:00–21:00  Choir  #2\n',
  );
  expect(await days('2026-06-10', '2026-06-10')).toBe(
    'Wed 2026-06-10  17:30–18:15 [Europe/Oslo 10:30]  Dentist, Room 4  #1\n',
  );
  expect((await command('list', 'tasks', '--status', 'open')).replace(/\{.*?\}:\d+/, '#')).toBe(
    '#  Passport renewal  (Waiting 40 %, due 2026-07-01, VeryHigh)\n',
  );
});

it('keeps an occurrence that its owner moves while a desktop changes the series', async () => {
  const { mapped } = await desktop.session('calendar', () => [
    create('recurrence-15-weekly-moved-occurrence', 'a1'),
  ]);
  const id = mapped.get('a1') ?? '';
  const before = readRecord(calendar, example('recurrence-15-weekly-moved-occurrence')).fields;
  const { next, kind } = await desktop.header('calendar');
  expect(await desktop.changes(kind)).toEqual([]);
  const time = ['When/Start=2026-03-25T18:00', 'When/End=2026-03-25T20:00'];
  await command('edit', 'calendar', id, '--occurrence', '2026-03-24', ...time);
  await command('remove', 'calendar', id, '--occurrence', '2026-04-07');
  const renamed = { ...before, Description: 'Big choir' };
  const xml = calendar.write(renamed, { id, own: true, style: 'desktop' });
  await desktop.apply([{ kind: 'replace', xml }]);
  await desktop.end('calendar', next);

  const { fields } = JSON.parse(await command('show', 'calendar', id, '--json')) as { fields: Fields };
  expect(fields).toMatchObject({
    Description: 'Big choir',
    'Repeat/2026-03-17': before['Repeat/2026-03-17'],
    'Repeat/2026-03-24': { When: { Start: '2026-03-25T18:00:00', End: '2026-03-25T20:00:00' } },
    'Repeat/2026-04-07': 'deleted',
  });
  const { changes } = await desktop.session('calendar');
  expect(changes).toMatchObject([
    { kind: 'replace', xml: expect.stringContaining('<Start>2026-03-25T18:00:00</Start>') as string },
  ]);
});
