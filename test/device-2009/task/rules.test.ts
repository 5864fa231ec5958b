/** What the catalogue's rows leave out of the rules for tasks (spec: datasets 2.11, 5). */
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { example } from '../../support/records.ts';
import { StoreBench } from '../store-bench.ts';
import { enterTask, type TaskInput } from './input.ts';
import { taskKind } from './kind.ts';
import { PRIORITIES, STATUSES, type Task } from './model.ts';

const TODAY = '2026-02-20';

let device: StoreBench<Task, TaskInput>;

beforeEach(() => {
  device = new StoreBench(taskKind, enterTask);
});

describe('reading a task', () => {
  it('leaves what is absent in a replace', () => {
    const before: TaskInput = {
      Description: 'Boiler',
      Priority: 'High',
      DueDate: '2026-03-01',
      Status: 'Waiting',
      StartedDate: '2026-02-01',
      PercentCompleted: 40,
      Notes: 'N',
    };
    expect(device.replaced(before, '<Notes>M</Notes>')).toMatchObject({
      description: 'Boiler',
      priority: 'High',
      due: '2026-03-01',
      progress: { status: 'Waiting', started: '2026-02-01', completed: '', percent: 40 },
      notes: 'M',
    });
    expect(device.notices).toEqual([]);
  });

  it('clears a due date that is empty or no date, and says which', () => {
    expect(device.replaced({ DueDate: '2026-03-01' }, '<DueDate></DueDate>').due).toBe('');
    expect(device.replaced({ DueDate: '2026-03-01' }, '<DueDate>1.3.2026</DueDate>').due).toBe('');
    expect(device.notices).toEqual(['not a date: DueDate 1.3.2026']);
  });

  it.each([
    ['<Status>Completed</Status>', { status: 'Completed', started: TODAY, completed: TODAY, percent: 100 }],
    ['<Status>Deferred</Status>', { status: 'InProgress', started: TODAY, completed: '', percent: 0 }],
    [
      '<CompletedDate>2026-02-03</CompletedDate>',
      { status: 'Completed', started: '2026-02-03', completed: '2026-02-03', percent: 100 },
    ],
    ['<PercentCompleted>7</PercentCompleted>', { status: 'InProgress', started: TODAY, percent: 7 }],
    ['<PercentCompleted>x</PercentCompleted>', { status: 'NotStarted', percent: 0 }],
    ['<Status>Gone</Status>', { status: 'NotStarted', percent: 0 }],
  ])('a new task with nothing but %s', (inner, progress) => {
    expect(device.created(inner).progress).toMatchObject(progress);
  });

  it.each([
    ['<Status>NotStarted</Status>', { status: 'NotStarted', started: '', completed: '', percent: 0 }],
    [
      '<Status>InProgress</Status>',
      { status: 'InProgress', started: '2026-01-20', completed: '', percent: 99 },
    ],
    ['<StartedDate></StartedDate>', { status: 'NotStarted', started: '', completed: '', percent: 0 }],
    [
      '<CompletedDate></CompletedDate>',
      { status: 'InProgress', started: '2026-01-20', completed: '', percent: 99 },
    ],
  ])('a completed task after %s', (inner, progress) => {
    const before: TaskInput = { StartedDate: '2026-01-20', CompletedDate: '2026-01-28' };
    expect(device.replaced(before, inner).progress).toEqual(progress);
  });

  it('tells what its side effects have changed', () => {
    device.created('<Status>Waiting</Status><StartedDate></StartedDate>');
    expect(device.notices).toEqual(['status Waiting has become NotStarted']);
  });

  it('goes by position, and ends at an element that it does not know', () => {
    const task = device.created(
      '<Description>D</Description><Status>Waiting</Status><Priority>Low</Priority>',
    );
    expect(task).toMatchObject({ description: 'D', priority: 'Normal' });
    expect(device.notices).toEqual(['not read in Task: Priority']);
  });

  it('leaves a replace half done when the insert fails', () => {
    const id = device.hands.add({ Description: 'A', categories: ['Choir'] });
    const twins = '<Categories><Category>Work</Category><Category>work</Category></Categories>';
    expect(device.replace(id, `<Description>B</Description>${twins}`).kind).toBe('half-replaced');
    expect(device.store.get(id)).toMatchObject({ description: 'B', categories: ['user.Choir'] });
  });
});

describe('writing', () => {
  it.each(['task-01-device-notstarted', 'task-02-device-waiting', 'task-03-device-completed'])(
    '%s comes out as it went in',
    (name) => {
      const sample = example(name);
      const id = device.hands.add(sample);
      expect(device.store.all()[0]).toBe(sample.replace(/\{c1b7.*\}:\d+/, id).trimEnd());
      expect(device.notices).toEqual([]);
    },
  );

  it('takes a desktop’s complete create whole', () => {
    device.store.begin();
    expect(device.store.create(Buffer.from(example('task-04-desktop-create-no-due')), 1)).toMatchObject({
      serverId: 'AAMkAHRhc2s-5',
    });
    expect(device.hands.records()[0]?.record.due).toBe('');
    expect(device.notices).toEqual([]);
  });

  it('any task comes back the same when its own document is imported', () => {
    const date = fc.constantFrom('', '2026-01-01', '2026-02-28', '2026-12-31');
    const task: fc.Arbitrary<TaskInput> = fc.record(
      {
        Description: fc.string(),
        Priority: fc.constantFrom(...PRIORITIES),
        Status: fc.constantFrom(...STATUSES),
        DueDate: date,
        StartedDate: date,
        CompletedDate: date,
        PercentCompleted: fc.integer({ min: 0, max: 100 }),
        categories: fc.subarray(['Business', 'Choir']),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(task, (input) => {
        const made = new StoreBench(taskKind, enterTask);
        const id = made.hands.add(input);
        const [document] = made.store.all();
        made.store.editByHand(id, made.store.import(document!), 0);
        expect(made.store.all()[0]).toBe(document);
      }),
      { numRuns: 200 },
    );
  });
});
