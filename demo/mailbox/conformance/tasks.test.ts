import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startMailbox, type Mailbox } from '../mailbox.ts';
import { Caller, errorCode, errorMessage, type Entity, type Reply } from './caller.ts';

/** Spec: graph 4 and 13 line 13: lists of tasks, tasks and what hangs below them. */

let mailbox: Mailbox;
let caller: Caller;
let list: string;
let user = 0;

beforeAll(async () => (mailbox = await startMailbox()));
afterAll(() => mailbox.close());
beforeEach(async () => {
  mailbox.admin.reset();
  caller = new Caller(mailbox, `tasks-${user++}`);
  list = await wellknown('defaultList');
});

async function wellknown(name: string): Promise<string> {
  const lists = await caller.list('/me/todo/lists');
  return lists.find(({ wellknownListName }) => wellknownListName === name)!.id;
}

const tasks = (id = list): string => `/me/todo/lists/${encodeURIComponent(id)}/tasks`;
const taskPath = (id: string): string => `${tasks()}/${encodeURIComponent(id)}`;
const get = async (id: string, query = ''): Promise<Reply['body']> =>
  (await caller.call(taskPath(id) + query)).body;
const patch = (id: string, json: Readonly<Record<string, unknown>>) =>
  caller.call(taskPath(id), { method: 'PATCH', json });
const utc = (dateTime: string) => ({ dateTime, timeZone: 'UTC' });
const shownUtc = (dateTime: string) => utc(`${dateTime}.0000000`);

const weekly = {
  pattern: { type: 'weekly', interval: 1, daysOfWeek: ['tuesday'] },
  range: { type: 'noEnd', startDate: '2026-12-01' },
};
const recurring = {
  title: 'Put the bins out',
  dueDateTime: utc('2026-12-01T00:00:00'),
  isReminderOn: true,
  reminderDateTime: utc('2026-11-30T18:00:00'),
  recurrence: weekly,
};

describe('lists', () => {
  it('begin with the default one and the one of flagged mail', async () => {
    const lists = await caller.list('/me/todo/lists');
    expect(
      lists.map(({ wellknownListName, isOwner, isShared }) => [wellknownListName, isOwner, isShared]),
    ).toEqual([
      ['defaultList', true, false],
      ['flaggedEmails', true, false],
    ]);
  });

  it('are created, renamed and removed with their tasks; the well-known ones stay', async () => {
    const { id } = await caller.post('/me/todo/lists', { displayName: 'Garden' });
    const path = `/me/todo/lists/${encodeURIComponent(id)}`;
    const task = await caller.post(tasks(id), { title: 'Rake' });
    const renamed = await caller.call(path, { method: 'PATCH', json: { displayName: 'Yard' } });
    expect(renamed.body).toMatchObject({ displayName: 'Yard', wellknownListName: 'none' });
    expect((await caller.call(path, { method: 'DELETE' })).status).toBe(204);
    expect((await caller.call(`${tasks(id)}/${task.id}`)).status).toBe(404);
    const standing = await caller.call(`/me/todo/lists/${encodeURIComponent(list)}`, { method: 'DELETE' });
    expect(standing.status).toBe(400);
  });

  it('are told apart by their real ids only', async () => {
    const reply = await caller.call('/me/todo/lists/Tasks/tasks');
    expect([reply.status, errorCode(reply), errorMessage(reply)]).toEqual([
      ...[400, 'invalidRequest', 'Id is malformed.'],
    ]);
    const calendar = (await caller.call('/me/calendar')).body.id;
    expect((await caller.call(tasks(String(calendar)))).status).toBe(404);
  });

  it('have a delta of their own', async () => {
    const first = await caller.round('/me/todo/lists/delta');
    expect(first.rows).toHaveLength(2);
    const { id } = await caller.post('/me/todo/lists', { displayName: 'Garden' });
    const second = await caller.round(first.deltaLink);
    expect(second.rows).toMatchObject([{ id, displayName: 'Garden' }]);
    await caller.call(`/me/todo/lists/${encodeURIComponent(id)}`, { method: 'DELETE' });
    const third = await caller.round(second.deltaLink);
    expect(third.rows).toMatchObject([{ id, '@removed': { reason: 'deleted' } }]);
  });
});

describe('a task', () => {
  it('is created as it is sent, and what is not set is left out', async () => {
    const created = await caller.post(tasks(), {
      title: 'Buy rubber boots',
      body: { content: 'Size 43', contentType: 'text' },
      importance: 'High',
      categories: ['Pocket'],
      dueDateTime: utc('2026-12-01T00:00:00'),
      isReminderOn: true,
      reminderDateTime: utc('2026-12-01T07:00:00'),
      linkedResources: [{ applicationName: 'PocketSync', externalId: 't-0042' }],
    });
    expect(created).toMatchObject({
      title: 'Buy rubber boots',
      body: { content: 'Size 43', contentType: 'text' },
      importance: 'high',
      status: 'notStarted',
      categories: ['Pocket'],
      dueDateTime: shownUtc('2026-12-01T00:00:00'),
      reminderDateTime: shownUtc('2026-12-01T07:00:00'),
      linkedResources: [{ applicationName: 'PocketSync', externalId: 't-0042' }],
    });
    for (const name of ['startDateTime', 'completedDateTime', 'recurrence', 'checklistItems', 'changeKey']) {
      expect(created).not.toHaveProperty(name);
    }
    expect(created['@odata.etag']).toMatch(/^W\/".+"$/);
  });

  it('keeps what a PATCH does not name, and loses what is null', async () => {
    const { id } = await caller.post(tasks(), {
      title: 'Boots',
      categories: ['a'],
      dueDateTime: utc('2026-12-01T00:00:00'),
    });
    const { status, body } = await patch(id, { dueDateTime: null, importance: 'low' });
    expect([status, body]).toMatchObject([200, { title: 'Boots', categories: ['a'], importance: 'low' }]);
    expect(body).not.toHaveProperty('dueDateTime');
  });

  it('is removed, and is gone', async () => {
    const { id } = await caller.post(tasks(), { title: 'Boots' });
    expect((await caller.call(taskPath(id), { method: 'DELETE' })).status).toBe(204);
    expect((await caller.call(taskPath(id))).status).toBe(404);
  });

  it('is changed only in the version that If-Match names', async () => {
    const created = await caller.post(tasks(), { title: 'Boots' });
    await patch(created.id, { title: 'Rubber boots' });
    const headers = { 'If-Match': String(created['@odata.etag']) };
    const late = await caller.call(taskPath(created.id), { method: 'PATCH', json: { title: 'x' }, headers });
    expect([late.status, errorCode(late)]).toEqual([412, 'ErrorIrresolvableConflict']);
  });

  it('is refused with a wrong value, and with properties that tasks do not have', async () => {
    for (const wrong of [
      { status: 'done' },
      { percentComplete: 40 },
      { singleValueExtendedProperties: [] },
      { dueDateTime: '2026-12-01' },
      { reminderDateTime: utc('2026-02-30T00:00:00') },
      { reminderDateTime: { dateTime: '2026-12-01T00:00:00', timeZone: 'Nowhere' } },
      { isReminderOn: 'yes' },
    ]) {
      const reply = await caller.call(tasks(), { method: 'POST', json: { title: 'x', ...wrong } });
      expect([wrong, reply.status]).toEqual([wrong, 400]);
    }
    expect(await caller.list(tasks())).toEqual([]);
  });
});

describe('dates', () => {
  it('that are due lose their time of day', async () => {
    const dueDateTime = { dateTime: '2026-12-01T23:30:00', timeZone: 'Eastern Standard Time' };
    const { id } = await caller.post(tasks(), { title: 'x', dueDateTime });
    expect(await get(id)).toMatchObject({ dueDateTime: shownUtc('2026-12-01T00:00:00') });
    mailbox.admin.set({ dueDateCut: 'utcDate' });
    const other = await caller.post(tasks(), { title: 'x', dueDateTime });
    expect(other.dueDateTime).toEqual(shownUtc('2026-12-02T00:00:00'));
  });

  it('slip a day when they are read in a zone behind UTC, under the zone’s Windows name', async () => {
    const { id } = await caller.post(tasks(), { title: 'x', dueDateTime: utc('2026-12-01T00:00:00') });
    const headers = { Prefer: 'outlook.timezone="America/New_York"' };
    const { body } = await caller.call(taskPath(id), { headers });
    expect(body.dueDateTime).toEqual({
      dateTime: '2026-11-30T19:00:00.0000000',
      timeZone: 'Eastern Standard Time',
    });
  });

  it('of reminders keep their time', async () => {
    const reminderDateTime = { dateTime: '2026-12-01T07:00:00', timeZone: 'Europe/Berlin' };
    const { id } = await caller.post(tasks(), { title: 'x', isReminderOn: true, reminderDateTime });
    expect(await get(id)).toMatchObject({ reminderDateTime: shownUtc('2026-12-01T06:00:00') });
  });
});

describe('completing', () => {
  it('sets the day in UTC, and opening again takes it away', async () => {
    const { id } = await caller.post(tasks(), { title: 'x' });
    const { body } = await patch(id, { status: 'completed' });
    const today = new Date().toISOString().slice(0, 10);
    expect(body.completedDateTime).toEqual(shownUtc(`${today}T00:00:00`));
    expect((await patch(id, { status: 'notStarted' })).body).not.toHaveProperty('completedDateTime');
  });

  it('a recurring task leaves a completed copy under a new id, and goes on to the next date', async () => {
    const { id } = await caller.post(tasks(), recurring);
    const { body } = await patch(id, { status: 'completed' });
    expect(body).toMatchObject({
      id,
      status: 'notStarted',
      dueDateTime: shownUtc('2026-12-08T00:00:00'),
      reminderDateTime: shownUtc('2026-12-07T18:00:00'),
      recurrence: { pattern: { type: 'weekly' } },
    });
    const rows = await caller.list(tasks());
    expect(rows).toHaveLength(2);
    expect(rows.find((row) => row.id !== id)).toMatchObject({
      title: recurring.title,
      status: 'completed',
      dueDateTime: shownUtc('2026-12-01T00:00:00'),
    });
  });

  it('may keep the id with the completed one instead, as switched', async () => {
    mailbox.admin.set({ recurringCompletion: 'idCompletes', recurringCopyLinks: 'copied' });
    const linkedResources = [{ externalId: 't-1' }];
    const { id } = await caller.post(tasks(), { ...recurring, linkedResources });
    await patch(id, { status: 'completed' });
    const rows = await caller.list(`${tasks()}?$expand=linkedResources`);
    expect(rows.map(({ status }) => status)).toEqual(['completed', 'notStarted']);
    expect(rows.map((row) => (row.linkedResources as Entity[])[0]!.externalId)).toEqual(['t-1', 't-1']);
  });

  it('comes in the order that is switched', async () => {
    for (const [order, statuses] of [
      ['originalFirst', ['notStarted', 'completed']],
      ['copyFirst', ['completed', 'notStarted']],
    ] as const) {
      mailbox.admin.set({ recurringCompletionOrder: order });
      const { id } = await caller.post('/me/todo/lists', { displayName: order });
      const task = await caller.post(tasks(id), recurring);
      const { deltaLink } = await caller.round(`${tasks(id)}/delta`);
      await caller.call(`${tasks(id)}/${task.id}`, { method: 'PATCH', json: { status: 'completed' } });
      const { rows } = await caller.round(deltaLink);
      expect(rows.map(({ status }) => status)).toEqual(statuses);
    }
  });

  it('the last one of a recurring task just completes it', async () => {
    const range = { type: 'endDate', startDate: '2026-12-01', endDate: '2026-12-07' };
    const { id } = await caller.post(tasks(), { ...recurring, recurrence: { ...weekly, range } });
    expect((await patch(id, { status: 'completed' })).body).toMatchObject({ id, status: 'completed' });
    expect(await caller.list(tasks())).toHaveLength(1);
  });
});

describe('recurrence', () => {
  it('is taken by POST and refused by PATCH, as switched', async () => {
    const { id, recurrence } = await caller.post(tasks(), recurring);
    expect(recurrence).toMatchObject({ pattern: { daysOfWeek: ['tuesday'], month: 0 } });
    const reply = await patch(id, { recurrence: weekly });
    expect([reply.status, errorCode(reply)]).toEqual([400, 'invalidRequest']);
    expect(errorMessage(reply)).toContain("Path 'recurrence.range.startDate'");
    expect(reply.body).toMatchObject({ error: { innerError: { code: 'InvalidModel' } } });
    mailbox.admin.set({ taskRecurrencePost: 'refused', taskRecurrencePatch: 'accepted' });
    expect((await patch(id, { recurrence: weekly })).status).toBe(200);
    expect((await caller.call(tasks(), { method: 'POST', json: recurring })).status).toBe(400);
  });

  it('brings a due date', async () => {
    const { dueDateTime } = await caller.post(tasks(), { title: 'x', recurrence: weekly });
    expect(dueDateTime).toEqual(shownUtc('2026-12-01T00:00:00'));
  });

  it('is missing in lists and delta, but for lists of what is open', async () => {
    const { id } = await caller.post(tasks(), recurring);
    const shown = async (path: string): Promise<boolean> => 'recurrence' in (await caller.list(path))[0]!;
    expect(await get(id)).toHaveProperty('recurrence');
    expect(await shown(tasks())).toBe(false);
    expect(await shown(`${tasks()}?$filter=status ne 'completed'`)).toBe(true);
    expect((await caller.round(`${tasks()}/delta`)).rows[0]).not.toHaveProperty('recurrence');
    mailbox.admin.set({ taskRecurrenceInLists: 'always' });
    expect(await shown(tasks())).toBe(true);
  });

  it('and a moved due date may leave an open double, as switched', async () => {
    mailbox.admin.set({ recurringDueChange: 'duplicates' });
    const { id } = await caller.post(tasks(), recurring);
    await patch(id, { dueDateTime: utc('2026-12-03T00:00:00') });
    const rows = await caller.list(tasks());
    expect(rows.map(({ status }) => status)).toEqual(['notStarted', 'notStarted']);
  });
});

describe('a list of tasks', () => {
  it('ignores $select, or fails for the title, or selects, as switched', async () => {
    await caller.post(tasks(), { title: 'Boots' });
    const selected = `${tasks()}?$select=title`;
    expect((await caller.list(selected))[0]).toHaveProperty('status');
    mailbox.admin.set({ taskSelect: 'titleFails' });
    expect((await caller.call(selected)).status).toBe(400);
    expect((await caller.call(`${tasks()}?$select=status`)).status).toBe(200);
    mailbox.admin.set({ taskSelect: 'works' });
    expect(Object.keys((await caller.list(selected))[0]!).sort()).toEqual(['@odata.etag', 'id', 'title']);
  });

  it('comes in pages of ten, and as many as asked for', async () => {
    for (let n = 0; n < 12; n++) await caller.post(tasks(), { title: `T${n}` });
    const first = await caller.call(tasks());
    expect(first.body.value).toHaveLength(10);
    expect((await caller.call(`${tasks()}?$top=12`)).body.value).toHaveLength(12);
    expect((await caller.list(tasks())).map(({ title }) => title)).toEqual(
      Array.from({ length: 12 }, (_, n) => `T${n}`),
    );
  });

  it('is filtered and sorted', async () => {
    await caller.post(tasks(), { title: 'B', importance: 'high', dueDateTime: utc('2026-12-02T00:00:00') });
    await caller.post(tasks(), { title: 'A', categories: ['x'], dueDateTime: utc('2026-12-05T00:00:00') });
    await caller.post(tasks(), { title: 'C', status: 'completed' });
    const titles = async (options: string): Promise<unknown[]> =>
      (await caller.list(`${tasks()}?${options}`)).map(({ title }) => title);
    expect(await titles("$filter=status ne 'completed'&$orderby=title")).toEqual(['A', 'B']);
    expect(await titles("$filter=importance eq 'high' or status eq 'completed'")).toEqual(['B', 'C']);
    expect(await titles("$filter=dueDateTime/dateTime gt '2026-12-03T00:00:00'")).toEqual(['A']);
    expect(await titles("$filter=categories/any(c:c eq 'x')")).toEqual(['A']);
    expect(
      await titles("$filter=not contains(title,'a') and lastModifiedDateTime ge 2020-01-01T00:00:00Z"),
    ).toEqual(['B', 'C']);
    expect((await caller.call(`${tasks()}?$filter=nonsense eq 1`)).status).toBe(400);
    expect((await caller.call(`${tasks()}?$filter=title eq`)).status).toBe(400);
  });
});

describe('the delta of a list', () => {
  it('tells of what comes, changes and goes', async () => {
    const { id } = await caller.post(tasks(), { title: 'Boots' });
    const first = await caller.round(`${tasks()}/delta`);
    expect(first.rows).toMatchObject([{ '@odata.type': '#microsoft.graph.todoTask', id, title: 'Boots' }]);
    await patch(id, { title: 'Rubber boots' });
    const second = await caller.round(first.deltaLink);
    expect(second.rows).toMatchObject([{ id, title: 'Rubber boots' }]);
    await caller.call(taskPath(id), { method: 'DELETE' });
    const third = await caller.round(second.deltaLink);
    expect(third.rows).toEqual([
      { '@odata.type': '#microsoft.graph.todoTask', id, '@removed': { reason: 'deleted' } },
    ]);
  });

  it('shows removals as switched', async () => {
    const { id } = await caller.post(tasks(), { title: 'Boots' });
    const { deltaLink } = await caller.round(`${tasks()}/delta`);
    await caller.call(taskPath(id), { method: 'DELETE' });
    mailbox.admin.set({ taskRemovals: 'withoutReason' });
    expect((await caller.round(deltaLink)).rows[0]!['@removed']).toEqual({});
    mailbox.admin.set({ taskRemovals: 'missing' });
    expect((await caller.round(deltaLink)).rows).toEqual([]);
  });

  it('shows plain ids whatever is preferred, unless switched', async () => {
    const { id } = await caller.post(tasks(), { title: 'Boots' });
    const headers = { Prefer: 'IdType="ImmutableId"' };
    const read = async (): Promise<unknown> => (await caller.call(taskPath(id), { headers })).body.id;
    expect(await read()).toBe(id);
    mailbox.admin.set({ taskImmutableIds: 'honoured' });
    const immutable = String(await read());
    expect(immutable).not.toBe(id);
    expect((await caller.call(taskPath(immutable), { headers })).body.id).toBe(immutable);
  });
});
