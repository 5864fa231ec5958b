/** The command's lists and edits of appointments and tasks, in this process. */
import { Readable } from 'node:stream';
import { beforeEach, describe, expect, it } from 'vitest';
import { datasetDefinitions } from '../../datasets/index.ts';
import { temporaryFolder } from '../../test/desktop-2009/temporary-folder.ts';
import { EXIT, runCli } from './program.ts';

let state: string;

beforeEach(() => {
  state = temporaryFolder();
});

interface Answer {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function run(...args: readonly string[]): Promise<Answer> {
  let [out, err] = ['', ''];
  const code = await runCli(
    [...args, '--state', state],
    {
      out: (text) => (out += text),
      err: (text) => (err += text),
      stdin: Readable.from([]),
      interactive: false,
      stopSignal: () => new AbortController().signal,
    },
    [...datasetDefinitions.values()],
  );
  return { code, out, err };
}

async function json<T>(...args: readonly string[]): Promise<T> {
  const { code, out, err } = await run(...args, '--json');
  expect(`${code} ${err}`).toBe('0 ');
  return JSON.parse(out) as T;
}

async function add(dataset: string, ...fields: readonly string[]): Promise<string> {
  return (await json<{ added: string[] }>('add', dataset, ...fields)).added[0]!;
}

const CHOIR = [
  'Description=Choir',
  'Location=School',
  'TimeZone=Europe/Oslo',
  'When/Start=2026-03-03T19:00',
  'When/End=2026-03-03T21:00',
  'Repeat/Type=Weekly',
];

describe('list calendar', () => {
  const list = async (...args: readonly string[]): Promise<string[]> => {
    const { code, out, err } = await run('list', 'calendar', ...args);
    expect(`${code} ${err}`).toBe('0 ');
    // Ids are random.
    return out
      .replace(/ {2}\{[^}]*\}:(\d+)$/gm, '  #$1')
      .split('\n')
      .slice(0, -1);
  };

  it('shows the occurrences of some days, by the owner’s clock', async () => {
    const choir = await add('calendar', ...CHOIR);
    await add('calendar', 'Description=Dentist', 'When/Start=2026-03-18T08:00', 'When/End=2026-03-18T08:30');
    await add('calendar', 'Description=Trip', 'When/StartDate=2026-03-30', 'When/EndDate=2026-04-02');
    await run('remove', 'calendar', choir, '--occurrence', '2026-03-24');
    const moved = ['When/Start=2026-03-18T18:00', 'When/End=2026-03-19T00:30', 'Location=Church'];
    await run('edit', 'calendar', choir, '--occurrence', '2026-03-17', ...moved);
    expect(await list('--from', '2026-03-16', '--to', '2026-03-31', '--zone', 'Europe/Oslo')).toEqual([
      'Wed 2026-03-18  08:00–08:30  Dentist  #2',
      'Wed 2026-03-18  18:00–2026-03-19 00:30 [Europe/Oslo]  Choir, Church  (instead of 2026-03-17)  #1',
      'Mon 2026-03-30  all day until 2026-04-02  Trip  #3',
      'Tue 2026-03-31  19:00–21:00 [Europe/Oslo]  Choir, School  #1',
    ]);
    expect(await list('--from', '2026-03-10', '--to', '2026-03-10', '--zone', 'Asia/Tokyo')).toEqual([]);
    expect(await list('--from', '2026-03-11', '--zone', 'Asia/Tokyo')).toEqual([
      'Wed 2026-03-11  03:00–05:00 [Europe/Oslo 19:00]  Choir, School  #1',
    ]);
  });

  it('tells programs both times', async () => {
    const id = await add('calendar', ...CHOIR);
    const shown = await json(
      'list',
      'calendar',
      '--from',
      '2026-03-11',
      '--to',
      '2026-03-11',
      '--zone',
      'Asia/Tokyo',
    );
    expect(shown).toMatchObject({
      from: '2026-03-11',
      to: '2026-03-11',
      zone: 'Asia/Tokyo',
      occurrences: [
        {
          id,
          label: 'Choir',
          occurrence: '2026-03-10',
          replacement: false,
          allDay: false,
          start: '2026-03-11T03:00:00',
          end: '2026-03-11T05:00:00',
          zone: 'Europe/Oslo',
          fields: { When: { Start: '2026-03-10T19:00:00', End: '2026-03-10T21:00:00' } },
        },
      ],
    });
  });

  it('without dates lists the records, with when they are', async () => {
    await add('calendar', ...CHOIR);
    await add('calendar', 'Description=Trip', 'When/StartDate=2026-03-30', 'When/EndDate=2026-04-02');
    const { out } = await run('list', 'calendar');
    expect(out).toMatch(/^\S+:1 {2}Choir {2}\(2026-03-03 19:00 Europe\/Oslo, Weekly\)\n/);
    expect(out).toMatch(/\n\S+:2 {2}Trip {2}\(2026-03-30\)\n$/);
  });

  it.each([
    ['list', 'calendar', '--from', '2026-02-30'],
    ['list', 'calendar', '--from', '2026-03-02', '--to', '2026-03-01'],
    ['list', 'calendar', '--from', '2026-03-02', '--to', '2126-03-01'],
    ['list', 'calendar', '--from', '2026-03-02', '--zone', 'Europe/Atlantis'],
    ['list', 'calendar', '--status', 'open'],
    ['list', 'tasks', '--from', '2026-03-02'],
    ['list', 'tasks', '--status', 'done'],
    ['edit', 'tasks', '{x}:1', 'Notes=N', '--occurrence', '2026-03-02'],
    ['remove', 'calendar', '--occurrence', '2026-03-02'],
  ])('%s %s %s %s is refused as wrong usage', async (...args) => {
    const { code, err } = await run(...args);
    expect(code).toBe(EXIT.usage);
    expect(err).toMatch(/^error: /);
  });
});

describe('one occurrence', () => {
  it('is changed, changed again, and taken away', async () => {
    const id = await add('calendar', ...CHOIR);
    await run('edit', 'calendar', id, '--occurrence', '2026-03-17', 'Location=Church');
    const { fields } = await json<{ fields: Record<string, unknown> }>(
      'edit',
      'calendar',
      id,
      '--occurrence',
      '2026-03-17',
      'Notes=Bring the score',
    );
    expect(fields['Repeat/2026-03-17']).toEqual({
      Description: 'Choir',
      Location: 'Church',
      TimeZone: 'Europe/Oslo',
      When: { End: '2026-03-17T21:00:00', Start: '2026-03-17T19:00:00' },
      Notes: 'Bring the score',
    });
    expect(await json('remove', 'calendar', id, '--occurrence', '2026-03-17')).toMatchObject({
      fields: { 'Repeat/2026-03-17': 'deleted' },
    });
    for (const command of [['remove'], ['edit', 'Notes=N']]) {
      const [name = '', ...rest] = command;
      const { code, err } = await run(name, 'calendar', id, ...rest, '--occurrence', '2026-03-17');
      expect(code).toBe(EXIT.failed);
      expect(err).toContain('has no occurrence on 2026-03-17');
    }
  });

  it('does not repeat, and has to be some time', async () => {
    const id = await add('calendar', ...CHOIR);
    for (const field of ['Repeat/Type=Daily', 'Repeat@Until=2026-04-01', 'When=']) {
      const { code, err } = await run('edit', 'calendar', id, '--occurrence', '2026-03-17', field);
      expect(code, field).toBe(EXIT.failed);
      expect(err).toContain('Repeat/2026-03-17');
    }
  });
});

describe('list tasks', () => {
  beforeEach(async () => {
    await add('tasks', 'Description=Someday');
    await add('tasks', 'Description=Late', 'DueDate=2026-04-01', 'Status=Waiting', 'PercentCompleted=40');
    await add('tasks', 'Description=Early', 'DueDate=2026-03-01', 'Priority=Low');
    await add('tasks', 'Description=Urgent', 'DueDate=2026-03-01', 'Priority=VeryHigh', 'Status=InProgress');
    await add('tasks', 'Description=Done', 'DueDate=2026-02-01', 'Status=Completed');
  });
  const labels = async (...args: readonly string[]): Promise<string[]> =>
    (await json<{ label: string }[]>('list', 'tasks', ...args)).map(({ label }) => label);

  it('is in order of due date and priority', async () => {
    expect(await labels()).toEqual(['Done', 'Urgent', 'Early', 'Late', 'Someday']);
    const { out } = await run('list', 'tasks');
    expect(out.replace(/^\S+/gm, '#').split('\n').slice(0, -1)).toEqual([
      '#  Done  (Completed, due 2026-02-01)',
      '#  Urgent  (InProgress, due 2026-03-01, VeryHigh)',
      '#  Early  (NotStarted, due 2026-03-01, Low)',
      '#  Late  (Waiting 40 %, due 2026-04-01)',
      '#  Someday  (NotStarted)',
    ]);
  });

  it('has those of some statuses, or due some time', async () => {
    expect(await labels('--status', 'open')).toEqual(['Urgent', 'Early', 'Late', 'Someday']);
    expect(await labels('--status', 'waiting,Completed')).toEqual(['Done', 'Late']);
    expect(await labels('--due-before', '2026-04-01')).toEqual(['Done', 'Urgent', 'Early']);
    expect(await labels('--due-from', '2026-03-01')).toEqual(['Urgent', 'Early', 'Late']);
    expect(
      await labels('--due-from', '2026-03-01', '--due-before', '2026-03-02', '--status', 'open'),
    ).toEqual(['Urgent', 'Early']);
  });
});

describe('a task', () => {
  it('that is completed was completed today, where its owner is', async () => {
    const id = await add('tasks', 'Description=Boiler');
    const edit = ['edit', 'tasks', id, 'Status=Completed', '--zone', 'Pacific/Kiritimati'];
    const { fields } = await json<{ fields: Record<string, string> }>(...edit);
    const there = new Date(Date.now() + 14 * 3_600_000).toISOString().slice(0, 10);
    expect(fields).toEqual({
      Description: 'Boiler',
      Status: 'Completed',
      StartedDate: there,
      CompletedDate: there,
      PercentCompleted: '100',
    });
    expect(await json('edit', 'tasks', id, 'Status=NotStarted')).toMatchObject({
      fields: { Description: 'Boiler' },
    });
  });
});
