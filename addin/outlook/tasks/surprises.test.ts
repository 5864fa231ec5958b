/** Surprises of To Do that a sync must survive (spec: graph 4, 11), against the local mailbox. */
import { afterEach, describe, expect, it } from 'vitest';
import type { OutlookSettings } from '../../../contract/api.ts';
import type { MailboxItem } from '../../../contract/server-plugin.ts';
import { tasks, type Fields } from '../../../datasets/index.ts';
import type { SwitchSettings } from '../../../demo/mailbox/switches.ts';
import {
  createOf,
  itemOf,
  removeOf,
  startOutlookBench,
  updateOf,
  USER,
  type OutlookBench,
} from '../../../test/support/outlook-bench.ts';

let bench: OutlookBench;
afterEach(() => bench.close());

async function start(switches: SwitchSettings = {}, settings: Partial<OutlookSettings> = {}): Promise<void> {
  bench = await startOutlookBench(switches, { dataset: 'tasks', settings });
}

const { signal } = new AbortController();
const seed = (...seeds: readonly Record<string, unknown>[]): string[] =>
  bench.mailbox.admin.tasks
    .seed(
      USER,
      seeds.map((task) => ({ task })),
    )
    .map(({ id }) => id);
const serviceId = ({ id }: MailboxItem): string => decodeURIComponent(id.split('/').at(-1) ?? '');
const titles = (read: Awaited<ReturnType<OutlookBench['read']>>): unknown[] =>
  [...read.items.values()].map(({ fields }) => fields.Description).sort();
const named = (read: Awaited<ReturnType<OutlookBench['read']>>, title: string): MailboxItem => {
  const item = [...read.items.values()].find(({ fields }) => fields.Description === title);
  if (item === undefined) throw new Error(`no task ${title}`);
  return item;
};
const update = (item: MailboxItem, fields: Fields) => updateOf(item, fields, tasks);
const utc = (date: string) => ({ dateTime: `${date}T00:00:00`, timeZone: 'UTC' });
const dumped = (title: string) => {
  const found = bench.mailbox.admin.dump(USER).tasks.find(({ task }) => task.title === title);
  if (found === undefined) throw new Error(`no task ${title}`);
  return found;
};

describe('reading', () => {
  it('survives duplicates, replays, empty pages and removals of unknown ids (2, 3)', async () => {
    await start({
      duplicateRows: 3,
      replay: 'lastRound',
      emptyPageEvery: 2,
      unknownRemovals: 4,
      defaultPageSize: 3,
    });
    const ids = seed(...Array.from({ length: 20 }, (_, n) => ({ title: `Task ${n}` })));
    const first = await bench.read();
    expect(first.items.size).toBe(20);
    bench.mailbox.admin.tasks.edit(USER, ids[3]!, { title: 'Edited' });
    bench.mailbox.admin.tasks.remove(USER, ids[4]!);
    const changes = await bench.read(first.anchor);
    expect(changes.items.get(named(first, 'Task 3').id)?.fields.Description).toBe('Edited');
    expect(changes.removed.has(named(first, 'Task 4').id)).toBe(true);
  });

  it('survives the death of its token at every request of a read (4)', async () => {
    await start();
    seed({ title: 'A' }, { title: 'B' });
    bench.mailbox.admin.clearLog();
    await bench.read();
    const requests = bench.mailbox.admin.log().length;
    for (let skip = 0; skip < requests; skip += 1) {
      bench.mailbox.admin.fail({ action: { kind: 'gone' }, path: 'delta', skip });
      expect(titles(await bench.read())).toEqual(['A', 'B']);
      bench.mailbox.admin.clearFailures();
    }
  });

  it('asks one request for a list in which nothing has changed', async () => {
    await start();
    seed({ title: 'A' });
    const { anchor } = await bench.read();
    bench.mailbox.admin.clearLog();
    expect((await bench.read(anchor)).items.size).toBe(0);
    expect(bench.mailbox.admin.log()).toHaveLength(1);
  });

  it('compares lists where the service offers no delta, and reads only what differs', async () => {
    await start();
    bench.mailbox.admin.fail({
      action: { kind: 'error', status: 400, code: 'invalidRequest' },
      path: 'delta',
      times: 1000,
    });
    const ids = seed({ title: 'Kept' }, { title: 'Edited' }, { title: 'Gone' });
    const first = await bench.read();
    expect(titles(first)).toEqual(['Edited', 'Gone', 'Kept']);
    bench.mailbox.admin.tasks.edit(USER, ids[1]!, { title: 'Edited now' });
    bench.mailbox.admin.tasks.remove(USER, ids[2]!);
    const changes = await bench.read(first.anchor);
    expect(changes.reading).toBe('delta');
    expect([...changes.items]).toMatchObject([
      [named(first, 'Edited').id, { fields: { Description: 'Edited now' } }],
    ]);
    expect([...changes.removed]).toEqual([named(first, 'Gone').id]);
  });

  it('takes removals that give no reason for removals', async () => {
    await start({ taskRemovals: 'withoutReason' });
    const [id] = seed({ title: 'Gone' });
    const first = await bench.read();
    bench.mailbox.admin.tasks.remove(USER, id!);
    expect([...(await bench.read(first.anchor)).removed]).toEqual([named(first, 'Gone').id]);
  });

  it('learns of removals that the service does not tell within a day, by reading everything', async () => {
    await start({ taskRemovals: 'missing' });
    const [id] = seed({ title: 'Gone' }, { title: 'Kept' });
    const first = await bench.read();
    bench.mailbox.admin.tasks.remove(USER, id!);
    expect((await bench.read(first.anchor)).reading).toBe('delta');
    bench.clock.advance(24 * 3_600_000);
    const next = await bench.read(first.anchor);
    expect([next.reading, titles(next)]).toEqual(['full', ['Kept']]);
  });

  it('shows the text of a body that is HTML', async () => {
    await start();
    const content = '<html><body><p>Gr. 43 &amp; 44</p><div>two <b>pairs</b><br>today</div></body></html>';
    seed({ title: 'Boots', body: { contentType: 'html', content } });
    expect(named(await bench.read(), 'Boots').fields.Notes).toBe('Gr. 43 & 44\ntwo pairs\ntoday');
  });
});

describe('several lists', () => {
  it('are read as one, by name or id, and what is in them can be changed and removed', async () => {
    await start({}, { taskLists: ['Shopping'] });
    const { id: list } = bench.mailbox.admin.tasks.addList(USER, 'Shopping');
    bench.mailbox.admin.tasks.addList(USER, 'Not synced');
    seed({ title: 'At home' });
    bench.mailbox.admin.tasks.seed(USER, [{ task: { title: 'Milk' } }, { task: { title: 'Eggs' } }], list);
    const first = await bench.read();
    expect(titles(first)).toEqual(['At home', 'Eggs', 'Milk']);
    const results = await bench.apply(
      update(named(first, 'Milk'), { Description: 'Oat milk', Priority: 'VeryHigh' }),
      removeOf(named(first, 'Eggs')),
      createOf({ Description: 'New' }),
    );
    expect(results.map(({ status }) => status)).toEqual(['done', 'done', 'done']);
    expect(dumped('Oat milk').listId).toBe(list);
    expect(dumped('New').listId).not.toBe(list);
    const changes = await bench.read(first.anchor);
    expect([changes.reading, titles(changes)]).toEqual(['delta', ['New', 'Oat milk']]);
    expect([...changes.removed]).toEqual([named(first, 'Eggs').id]);
    expect((await bench.read(changes.anchor)).items.size).toBe(0);
  });

  it('starts anew when other lists are to be read', async () => {
    await start();
    const { id: list } = bench.mailbox.admin.tasks.addList(USER, 'Shopping');
    bench.mailbox.admin.tasks.seed(USER, [{ task: { title: 'Milk' } }], list);
    seed({ title: 'At home' });
    const { anchor } = await bench.read();
    const wider = bench.opened
      .plugins(async () => undefined, { meetings: 'read-only', taskLists: [list] })
      .create('tasks');
    expect(await wider.read({ anchor, page: null }, signal)).toMatchObject({ kind: 'reset' });
  });

  it.each(['Nowhere', 'Flagged Emails', 'Flagged emails'])('names a list that is none: %s', async (name) => {
    await start({}, { taskLists: [name] });
    await expect(bench.plugin().read({ anchor: null, page: null }, signal)).rejects.toMatchObject({
      code: 'config.invalid',
      detail: expect.stringContaining(name) as string,
    });
  });

  it('tells that a list was deleted, rather than that its tasks are gone, and finds a new one of its name', async () => {
    await start({}, { taskLists: ['Shopping'] });
    const { id: list } = bench.mailbox.admin.tasks.addList(USER, 'Shopping');
    bench.mailbox.admin.tasks.seed(USER, [{ task: { title: 'Milk' } }], list);
    const { anchor } = await bench.read();
    await remove(list);
    await expect(bench.read(anchor)).rejects.toMatchObject({ code: 'config.invalid' });
    const again = bench.mailbox.admin.tasks.addList(USER, 'Shopping');
    bench.mailbox.admin.tasks.seed(USER, [{ task: { title: 'Bread' } }], again.id);
    expect(titles(await bench.read(anchor))).toEqual(['Bread']);
  });
});

/** Deletes a list as another app would. */
async function remove(list: string): Promise<void> {
  const headers = { authorization: `Bearer local-${USER}` };
  const url = `${bench.mailbox.url}/v1.0/me/todo/lists/${encodeURIComponent(list)}`;
  expect((await fetch(url, { method: 'DELETE', headers })).status).toBe(204);
}

describe('writing', () => {
  it.each(['replaces', 'merges'] as const)(
    'clears and keeps what our extension holds, where a write of it %s',
    async (extensionPatch) => {
      await start({ extensionPatch });
      const fields = { Description: 'Paint', Status: 'InProgress', StartedDate: '2026-01-01' };
      const item = await bench.create({
        ...fields,
        PercentCompleted: '40',
        Priority: 'VeryHigh',
        'CustomFields/a': { Key: 'a', Value: '1' },
      });
      const less = itemOf((await bench.apply(update(item, { ...fields, Priority: 'VeryHigh' })))[0]);
      expect(less.fields).toEqual({ ...fields, Priority: 'VeryHigh' });
      const read = await bench.read();
      expect(read.items.get(item.id)).toMatchObject({ fields: less.fields, createKey: item.createKey });
    },
  );

  it('gives an extension to a task that another app has made', async () => {
    await start();
    seed({ title: 'Walk', status: 'inProgress', startDateTime: utc('2026-01-01') });
    const item = named(await bench.read(), 'Walk');
    const [result] = await bench.apply(update(item, { ...item.fields, PercentCompleted: '30' }));
    expect(itemOf(result).fields.PercentCompleted).toBe('30');
    expect(named(await bench.read(), 'Walk').fields).toEqual(itemOf(result).fields);
  });

  it('owes what our extension could not be told, rather than to call it done', async () => {
    await start();
    const item = await bench.create({ Description: 'Walk', Status: 'InProgress', StartedDate: '2026-01-01' });
    bench.mailbox.admin.fail({ action: { kind: 'error', status: 500 }, path: '/extensions/', times: 20 });
    const [result] = await bench.apply(update(item, { ...item.fields, PercentCompleted: '30' }));
    expect(result).toMatchObject({ status: 'failed', problem: { code: 'mailbox.unavailable' } });
    bench.mailbox.admin.clearFailures();
    const [again] = await bench.apply(update(item, { ...item.fields, PercentCompleted: '30' }));
    expect(itemOf(again).fields.PercentCompleted).toBe('30');
  });

  it('leaves a body of HTML as it is while its text stays, and tells when it loses its formatting', async () => {
    await start();
    const body = { contentType: 'html', content: '<html><body><p>two <b>pairs</b></p></body></html>' };
    seed({ title: 'Boots', body });
    const item = named(await bench.read(), 'Boots');
    const [titled] = await bench.apply(update(item, { ...item.fields, Description: 'Gumboots' }));
    expect(titled).toMatchObject({ status: 'done' });
    expect(titled).not.toHaveProperty('problems');
    expect(dumped('Gumboots').task.body).toEqual(body);
    const [noted] = await bench.apply(
      update(itemOf(titled), { ...itemOf(titled).fields, Notes: 'three pairs' }),
    );
    expect(noted).toMatchObject({ status: 'done', problems: [{ code: 'loss.E5' }] });
    expect(dumped('Gumboots').task.body).toEqual({ contentType: 'text', content: 'three pairs' });
  });

  it.each([
    ['idLivesOn', 'originalFirst'],
    ['idLivesOn', 'copyFirst'],
    ['idCompletes', 'originalFirst'],
  ] as const)(
    'a recurring task that a device completes: %s, %s; the next one and the completed one reach it as changes',
    async (recurringCompletion, recurringCompletionOrder) => {
      await start({ recurringCompletion, recurringCompletionOrder });
      seed({
        title: 'Water',
        dueDateTime: utc('2026-12-01'),
        recurrence: {
          pattern: { type: 'daily', interval: 2 },
          range: { type: 'noEnd', startDate: '2026-12-01' },
        },
      });
      const first = await bench.read();
      const item = named(first, 'Water');
      const completed = {
        ...item.fields,
        Status: 'Completed',
        PercentCompleted: '100',
        StartedDate: '2026-11-30',
        CompletedDate: '2026-12-01',
      };
      const [result] = await bench.apply(update(item, completed));
      // What the service makes of it afterwards is a change of its own.
      expect(itemOf(result).fields).toEqual(completed);
      const changes = await bench.read(first.anchor);
      const held = [...changes.items.values()].map(({ fields }) => [fields.Status, fields.DueDate]);
      expect(held).toHaveLength(2);
      expect(held).toEqual(
        expect.arrayContaining([
          ['Completed', '2026-12-01'],
          [undefined, '2026-12-03'],
        ]),
      );
      const lives = changes.items.get(item.id)?.fields.Status;
      expect(lives).toBe(recurringCompletion === 'idLivesOn' ? undefined : 'Completed');
      // The version that a write has left must not hide it.
      if (recurringCompletion === 'idLivesOn') expect(itemOf(result).version).toBe('');
    },
  );

  it('keeps the date of a completion that the service puts another one in the place of', async () => {
    await start();
    const fields = {
      Description: 'Paint',
      Status: 'Completed',
      PercentCompleted: '100',
      StartedDate: '2026-01-01',
      CompletedDate: '2026-01-05',
    };
    const item = await bench.create(fields);
    expect(item.fields).toEqual(fields);
    // Completed anew by a person, on another day.
    bench.mailbox.admin.tasks.edit(USER, serviceId(item), { status: 'notStarted' });
    bench.mailbox.admin.tasks.edit(USER, serviceId(item), { status: 'completed' });
    const today = new Date().toISOString().slice(0, 10);
    expect(named(await bench.read(), 'Paint').fields.CompletedDate).toBe(today);
  });

  it.each(['readable', 'unreadable'] as const)(
    'makes no task twice when answers to creates are lost, extensions %s',
    async (taskExtensions) => {
      await start({ taskExtensions });
      bench.mailbox.admin.fail({
        action: { kind: 'lostAnswer', ends: '504' },
        method: 'POST',
        path: 'tasks$',
      });
      const results = await bench.apply(
        createOf({ Description: 'Twin' }),
        createOf({ Description: 'Twin' }),
        createOf({ Description: 'Other' }),
      );
      expect(results.map(({ status }) => status)).toEqual(['done', 'done', 'done']);
      expect(new Set(results.map((result) => itemOf(result).id)).size).toBe(3);
      expect(titles(await bench.read())).toEqual(['Other', 'Twin', 'Twin']);
    },
  );

  it('tries once more after a 412 that nobody’s change explains (14)', async () => {
    await start();
    const item = await bench.create({ Description: 'A' });
    bench.mailbox.admin.fail({ action: { kind: 'conflict' }, method: 'PATCH' });
    const [result] = await bench.apply(update(item, { Description: 'B' }));
    expect(itemOf(result).fields.Description).toBe('B');
  });

  it('starts no write once its gate is closed', async () => {
    await start();
    const item = await bench.create({ Description: 'A' });
    bench.mailbox.admin.clearLog();
    const closed = () => Promise.reject(new Error('no lease'));
    const operations = [createOf({ Description: 'B' }), update(item, { Description: 'C' }), removeOf(item)];
    const results = await bench.plugin(closed).apply(operations, signal);
    expect(results.map(({ status }) => status)).toEqual(['failed', 'failed', 'failed']);
    const writes = bench.mailbox.admin.log().filter(({ method, via }) => via === 'batch' && method !== 'GET');
    expect(writes).toEqual([]);
  });
});
