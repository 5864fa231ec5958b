// Tasks: status, dates and percentage, which depend on one another, and the rest (spec: datasets 5).
import { describe, expect, test } from 'vitest';
import { readTask, writeTask } from '../../test/support/calendar-records.ts';
import { elementIn } from '../../test/support/contact-records.ts';
import { diffFields, normaliseTask, stableJson, tasks, type Fields } from '../index.ts';

const TODAY = '2026-11-24';
const canonicalText = (fields: Fields) => stableJson(tasks.canonical(fields));
const held = (fields: Fields) => tasks.rendition('device', fields, TODAY);
const written = (fields: Fields, name: string) => elementIn(writeTask(fields, { today: TODAY }), name);

describe('a task that is written', () => {
  test('#53 is complete, in document order, with no element empty that would change the device’s', () => {
    expect(writeTask({ '~residue': ['<Pet/>'] })).toBe(
      '<Task><Identifier>{8b6d2f10-2a43-4f0c-8a3e-0d9f6f4c1b22}:1</Identifier><Description></Description>' +
        '<Priority>Normal</Priority><Status>NotStarted</Status><DueDate></DueDate><StartedDate></StartedDate>' +
        '<CompletedDate></CompletedDate><PercentCompleted>0</PercentCompleted><Notes></Notes>' +
        '<Categories maxItems="99"></Categories><CustomFields maxItems="99"></CustomFields></Task>',
    );
  });

  test('#59 and is not started has no start: a planned one is not sent', () => {
    const planned = { Description: 'x', StartedDate: '2026-05-01', PercentCompleted: '10' };
    expect(written(planned, 'Status')).toBe('<Status>NotStarted</Status>');
    expect(written(planned, 'StartedDate')).toBe('<StartedDate></StartedDate>');
    expect(written(planned, 'PercentCompleted')).toBe('<PercentCompleted>0</PercentCompleted>');
    expect(held(planned)).toEqual({ Description: 'x' });
  });

  test.each(['Waiting', 'Deferred'])('#60 and is %s at 0 %% is sent as 1 %%, begun today', (status) => {
    const fields = { Status: status };
    expect(written(fields, 'StartedDate')).toBe(`<StartedDate>${TODAY}</StartedDate>`);
    expect(written(fields, 'PercentCompleted')).toBe('<PercentCompleted>1</PercentCompleted>');
    expect(held(fields)).toEqual({ Status: status, StartedDate: TODAY, PercentCompleted: '1' });
    // The mailbox's record keeps its 0 %: that the device has 1 % is no change.
    expect(diffFields(tasks, held(fields), { Status: status, StartedDate: TODAY })).toEqual([]);
  });

  test('#61 and is completed has all three: dates and 100 %', () => {
    const fields = { Status: 'Completed' };
    expect(held(fields)).toEqual({
      Status: 'Completed',
      CompletedDate: TODAY,
      StartedDate: TODAY,
      PercentCompleted: '100',
    });
    expect(written({ ...fields, CompletedDate: '2026-02-02' }, 'StartedDate')).toBe(
      '<StartedDate>2026-02-02</StartedDate>',
    );
    expect(normaliseTask(fields, { today: TODAY, modified: '2026-02-03' })).toMatchObject({
      CompletedDate: '2026-02-03',
    });
  });

  test('and is under way has no completion and less than 100 %', () => {
    const fields = { Status: 'InProgress', CompletedDate: '2026-01-05', PercentCompleted: '100' };
    expect(held(fields)).toEqual({ Status: 'InProgress', StartedDate: TODAY, PercentCompleted: '99' });
  });

  test('without today leaves the dates out that it lacks, so that the device takes its own', () => {
    const xml = writeTask({ Status: 'InProgress', PercentCompleted: '10' });
    expect(xml).not.toContain('StartedDate');
    expect(xml).toContain('<CompletedDate></CompletedDate>');
    const completed = writeTask({ Status: 'Completed' });
    expect(completed).not.toMatch(/StartedDate|CompletedDate/);
    expect(completed).toContain('<PercentCompleted>100</PercentCompleted>');
  });
});

describe('a task that is read', () => {
  const fieldsOf = (elements: string) => readTask(elements).fields;

  test('has no field for what is usual', () => {
    expect(
      fieldsOf(
        '<Priority>Normal</Priority><Status>NotStarted</Status><PercentCompleted>0</PercentCompleted>',
      ),
    ).toEqual({});
  });

  test.each([
    ['<Priority>Urgent</Priority>', 'Priority'],
    ['<Status>Doing</Status>', 'Status'],
    ['<PercentCompleted>half</PercentCompleted>', 'PercentCompleted'],
  ])('%s keeps the old value, with a warning', (element, name) => {
    const record = readTask(element);
    expect(record.warnings).toMatchObject([{ code: 'record.bad-value', field: name }]);
    const before: Fields = { [name]: 'old' };
    expect(tasks.applyReplace(before, record, 'replace')).toEqual(before);
  });

  test('an impossible date keeps the old one too', () => {
    const record = readTask('<DueDate>2026-02-30</DueDate>');
    expect(record.warnings).toMatchObject([{ code: 'record.bad-date', field: 'DueDate' }]);
    expect(tasks.applyReplace({ DueDate: '2026-02-28' }, record, 'replace')).toEqual({
      DueDate: '2026-02-28',
    });
  });

  test.each([
    [' +40 ', '40'],
    ['-5', undefined],
    ['400', '100'],
  ])('%j percent are %s', (text, percent) => {
    expect(fieldsOf(`<PercentCompleted>${text}</PercentCompleted>`).PercentCompleted).toBe(percent);
  });
});

describe('equal tasks', () => {
  test.each<[string, Fields, Fields]>([
    [
      '#79 what is usual, said or not',
      { Priority: 'Normal', Status: 'NotStarted', PercentCompleted: '0' },
      {},
    ],
    [
      'waiting at 0 % and at 1 %',
      { Status: 'Waiting', StartedDate: TODAY },
      { Status: 'Waiting', StartedDate: TODAY, PercentCompleted: '1' },
    ],
    [
      'completed without a start, and begun on the same day',
      { Status: 'Completed', CompletedDate: TODAY },
      { Status: 'Completed', CompletedDate: TODAY, StartedDate: TODAY, PercentCompleted: '100' },
    ],
    ['not started with a planned start and without', { StartedDate: '2026-05-01' }, {}],
  ])('%s', (_, a, b) => {
    expect(canonicalText(a)).toBe(canonicalText(b));
    expect(tasks.matchText(a)).toBe(tasks.matchText(b));
    expect(diffFields(tasks, a, b)).toEqual([]);
  });

  test('a change of status is one, and so are dates that go with it', () => {
    const before = { Status: 'InProgress', StartedDate: '2026-01-01', PercentCompleted: '40' };
    const after = {
      Status: 'Completed',
      StartedDate: '2026-01-01',
      CompletedDate: TODAY,
      PercentCompleted: '100',
    };
    expect(diffFields(tasks, before, after)).toEqual(['CompletedDate', 'PercentCompleted', 'Status']);
  });
});

describe('merged tasks', () => {
  test('follow the status', () => {
    expect(tasks.normalise({ Status: 'Completed', PercentCompleted: '40' })).toEqual({
      Status: 'Completed',
      PercentCompleted: '100',
    });
    expect(tasks.normalise({ CompletedDate: TODAY, PercentCompleted: '40' })).toEqual({});
    expect(tasks.normalise({ Status: 'Waiting' })).toEqual({ Status: 'Waiting' });
  });
});

describe('for people and for pairing', () => {
  test('a name is never empty', () => {
    expect(tasks.label({ Description: ' Order firewood ' })).toBe('Order firewood');
    expect(tasks.label({ Notes: 'x' })).toBe('Task without a title');
    expect(tasks.fieldLabel('PercentCompleted')).toBe('Percent completed');
  });

  test('same description and due date make a pair', () => {
    const key = (fields: Fields) => tasks.identity(fields)?.key;
    const task = { Description: 'Order firewood', DueDate: '2026-10-01' };
    expect(key({ ...task, Description: 'ORDER  firewood', Status: 'Waiting' })).toBe(key(task));
    expect(key({ Description: 'Order firewood' })).not.toBe(key(task));
    expect(key({ DueDate: '2026-10-01' })).toBeUndefined();
  });

  test('every replace can be done', () => {
    expect(tasks.replaceable?.({ Status: 'Completed' }, {})).toBe(true);
  });
});
