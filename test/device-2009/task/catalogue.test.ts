/** The rows of the test catalogue that say what a device does with a task (spec: datasets 11, class DV). */
import { beforeEach, describe, expect, it } from 'vitest';
import { GERMAN } from '../categories.ts';
import { StoreBench } from '../store-bench.ts';
import { enterTask, type TaskInput } from './input.ts';
import { taskKind } from './kind.ts';
import type { Progress, Status, Task } from './model.ts';

const TODAY = '2026-02-20';

const bench = (language?: typeof GERMAN): StoreBench<Task, TaskInput> =>
  new StoreBench(taskKind, enterTask, language);

let device = bench();

beforeEach(() => {
  device = bench();
});

it('#47 task without DueDate, create', () => {
  expect(device.created('<Description>Read</Description>').due).toBe(TODAY);
});

type Sent = readonly [status: Status, started: string, completed: string, percent: string];

const elements = ([status, started, completed, percent]: Sent): string =>
  `<Status>${status}</Status><DueDate></DueDate><StartedDate>${started}</StartedDate>` +
  `<CompletedDate>${completed}</CompletedDate><PercentCompleted>${percent}</PercentCompleted>`;

describe('#48 twelve status rows', () => {
  it.each<[...Sent, Progress]>([
    ['NotStarted', '', '', '0', { status: 'NotStarted', started: '', completed: '', percent: 0 }],
    [
      'NotStarted',
      '2026-01-01',
      '',
      '0',
      { status: 'InProgress', started: '2026-01-01', completed: '', percent: 0 },
    ],
    ['InProgress', '', '', '0', { status: 'NotStarted', started: '', completed: '', percent: 0 }],
    [
      'InProgress',
      '2026-01-01',
      '',
      '50',
      { status: 'InProgress', started: '2026-01-01', completed: '', percent: 50 },
    ],
    [
      'InProgress',
      '2026-01-01',
      '',
      '100',
      { status: 'Completed', started: '2026-01-01', completed: TODAY, percent: 100 },
    ],
    [
      'Waiting',
      '2026-01-01',
      '',
      '0',
      { status: 'InProgress', started: '2026-01-01', completed: '', percent: 0 },
    ],
    [
      'Waiting',
      '2026-01-01',
      '',
      '1',
      { status: 'Waiting', started: '2026-01-01', completed: '', percent: 1 },
    ],
    ['Waiting', '', '', '30', { status: 'InProgress', started: TODAY, completed: '', percent: 30 }],
    [
      'Completed',
      '',
      '2026-02-02',
      '100',
      { status: 'Completed', started: '2026-02-02', completed: '2026-02-02', percent: 100 },
    ],
    [
      'Completed',
      '2026-01-01',
      '',
      '100',
      { status: 'Completed', started: '2026-01-01', completed: TODAY, percent: 100 },
    ],
    [
      'Completed',
      '2026-01-01',
      '2026-01-05',
      '40',
      { status: 'InProgress', started: '2026-01-01', completed: '', percent: 40 },
    ],
    [
      'InProgress',
      '2026-01-01',
      '',
      '-5',
      { status: 'Completed', started: '2026-01-01', completed: TODAY, percent: 100 },
    ],
  ])('%s, started %j, completed %j, %s %%', (status, started, completed, percent, expected) => {
    expect(device.created(elements([status, started, completed, percent])).progress).toEqual(expected);
  });
});

it('#48 waiting without a percentage is in progress when it is next loaded', () => {
  const { progress } = device.created('<Status>Waiting</Status><StartedDate>2026-01-01</StartedDate>');
  expect(progress).toMatchObject({ status: 'InProgress', percent: 0 });
});

describe('#49 unknown priority', () => {
  it('is Normal on create', () => {
    expect(device.created('<Priority>Urgent</Priority>').priority).toBe('Normal');
    expect(device.notices).toEqual(['unknown Priority Urgent']);
  });

  it('changes nothing on replace', () => {
    expect(device.replaced({ Priority: 'High' }, '<Priority>Urgent</Priority>').priority).toBe('High');
  });
});

describe('categories', () => {
  const list = (label: string): string => `<Categories><Category>${label}</Category></Categories>`;

  it('#50 new category label', () => {
    expect(device.created(list('Choir')).categories).toEqual(['user.Choir']);
    expect(device.categories.list().at(-1)).toEqual({ id: 'user.Choir', label: 'Choir', scope: 'Todo List' });
  });

  it('#51 system category by id', () => {
    device = bench(GERMAN);
    expect(device.created(list('Business')).categories).toEqual(['Business']);
    expect(device.store.all()[0]).toContain('<Category>Geschäftlich</Category>');
  });
});
