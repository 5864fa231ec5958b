import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import type { MailboxItem } from '../../../contract/server-plugin.ts';
import { tasks, type Fields } from '../../../datasets/index.ts';
import { arbitraryTask } from '../../../test/arbitraries/tasks.ts';
import {
  createOf,
  differences,
  itemOf,
  startOutlookBench,
  updateOf,
  USER,
  type OutlookBench,
} from '../../../test/support/outlook-bench.ts';
import { taskFields } from './from-graph.ts';
import type { ListedTask } from './graph-task.ts';

const listed = (task: Partial<ListedTask['task']>): ListedTask => ({ list: 'L', task: { id: 'T', ...task } });
/** The service's own id of a task. */
const taskIdOf = ({ id }: MailboxItem) => decodeURIComponent(id.split('/')[1] ?? '');
const utc = (dateTime: string) => ({ dateTime, timeZone: 'UTC' });

describe('a task of To Do, read', () => {
  test.each([
    ['a midnight is its date', '2026-05-24T00:00:00.0000000', '2026-05-24'],
    ['a midnight of the mailbox’s zone is the date there', '2026-05-23T10:00:00.0000000', '2026-05-24'],
  ])('%s', (_what, dateTime, date) => {
    const inKiritimati = (instant: number) => ({
      date: new Date(instant + 14 * 3_600_000).toISOString().slice(0, 10),
      midnight: true,
    });
    expect(taskFields(listed({ dueDateTime: utc(dateTime) }), inKiritimati)).toEqual({ DueDate: date });
  });

  test('without a known zone the nearest date counts', () => {
    expect(taskFields(listed({ dueDateTime: utc('2026-05-23T22:00:00.0000000') }), undefined).DueDate).toBe(
      '2026-05-24',
    );
  });

  test('#59 a planned start of a task that nobody has begun stays in Outlook', () => {
    const planned = listed({ status: 'notStarted', startDateTime: utc('2026-05-01T00:00:00') });
    expect(taskFields(planned, undefined)).toEqual({});
  });
});

describe('tasks written to To Do and read again', () => {
  let bench: OutlookBench;
  beforeAll(async () => {
    bench = await startOutlookBench({}, { dataset: 'tasks' });
  });
  afterAll(async () => {
    expect(bench.mailbox.admin.calendar.outgoingMail(USER)).toEqual([]);
    await bench.close();
  });

  it('are the same, whatever they say', async () => {
    const dated = arbitraryTask().map((fields): Fields => tasks.rendition('device', fields, '2026-11-24'));
    await fc.assert(
      fc.asyncProperty(fc.array(dated, { minLength: 5, maxLength: 20 }), async (records) => {
        const creates = records.map(createOf);
        const results = await bench.apply(...creates);
        const items = new Map(results.map((result) => [result.key, itemOf(result)]));
        const read = (await bench.read()).items;
        for (const { key, fields } of creates) {
          const item = items.get(key);
          expect(differences(item?.fields ?? {}, fields, tasks)).toEqual([]);
          expect(differences(read.get(item?.id ?? '')?.fields ?? {}, fields, tasks)).toEqual([]);
          expect(read.get(item?.id ?? '')?.createKey).toBe(key);
        }
      }),
      { numRuns: 8 },
    );
  });

  it('are the same after a change of anything', async () => {
    const dated = arbitraryTask().map((fields): Fields => tasks.rendition('device', fields, '2026-11-24'));
    await fc.assert(
      fc.asyncProperty(dated, dated, async (before, after) => {
        const item = await bench.create(before);
        const [result] = await bench.apply(updateOf(item, after, tasks));
        expect(differences(itemOf(result).fields, after, tasks)).toEqual([]);
        const read = (await bench.read()).items.get(item.id);
        expect(differences(read?.fields ?? {}, after, tasks)).toEqual([]);
      }),
      { numRuns: 25 },
    );
  });

  it('#108 VeryHigh is kept while the importance is untouched, and goes when somebody sets another', async () => {
    const item = await bench.create({ Description: 'Pay', Priority: 'VeryHigh' });
    bench.mailbox.admin.tasks.edit(USER, taskIdOf(item), { title: 'Pay now' });
    expect((await bench.read()).items.get(item.id)?.fields).toMatchObject({
      Description: 'Pay now',
      Priority: 'VeryHigh',
    });
    bench.mailbox.admin.tasks.edit(USER, taskIdOf(item), { importance: 'normal' });
    expect((await bench.read()).items.get(item.id)?.fields).not.toHaveProperty('Priority');
  });
});

describe('where To Do does not give extensions back', () => {
  it('says so once for each task, and neither loses the task nor makes it twice', async () => {
    const bench = await startOutlookBench({ taskExtensions: 'unreadable' }, { dataset: 'tasks' });
    try {
      const [result] = await bench.apply(createOf({ Description: 'Paint', Priority: 'VeryHigh' }));
      expect(result).toMatchObject({ status: 'done', problems: [{ code: 'loss.task-extras' }] });
      expect(itemOf(result).fields).toEqual({ Description: 'Paint', Priority: 'High' });
      expect([...(await bench.read()).items.values()].map(({ fields }) => fields)).toEqual([
        itemOf(result).fields,
      ]);
    } finally {
      await bench.close();
    }
  });
});
