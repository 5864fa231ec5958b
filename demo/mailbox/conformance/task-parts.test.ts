import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startMailbox, type Mailbox } from '../mailbox.ts';
import { Caller, type Reply } from './caller.ts';

/** Spec: graph 4.1, 4.4 line 10, 12.13, 12.15: what hangs below a task. */

let mailbox: Mailbox;
let caller: Caller;
let list: string;
let user = 0;

beforeAll(async () => (mailbox = await startMailbox()));
afterAll(() => mailbox.close());
beforeEach(async () => {
  mailbox.admin.reset();
  caller = new Caller(mailbox, `parts-${user++}`);
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

const extension = {
  '@odata.type': 'microsoft.graph.openTypeExtension',
  extensionName: 'example.pocketsync',
  percentComplete: 40,
  pocketPriority: 2,
};

describe('below a task', () => {
  it('hang its steps', async () => {
    const { id } = await caller.post(tasks(), { title: 'Boots' });
    const step = await caller.post(`${taskPath(id)}/checklistItems`, { displayName: 'Call the shop' });
    expect(step).toMatchObject({ displayName: 'Call the shop', isChecked: false });
    const path = `${taskPath(id)}/checklistItems/${step.id}`;
    const checked = await caller.call(path, { method: 'PATCH', json: { isChecked: true } });
    expect(checked.body).toMatchObject({ isChecked: true, checkedDateTime: expect.any(String) });
    expect(await get(id)).not.toHaveProperty('checklistItems');
    expect(await get(id, '?$expand=checklistItems')).toMatchObject({ checklistItems: [{ id: step.id }] });
    expect((await caller.call(path, { method: 'DELETE' })).status).toBe(204);
    expect((await caller.call(path)).status).toBe(404);
  });

  it('hang its linked resources', async () => {
    const { id } = await caller.post(tasks(), { title: 'Boots' });
    const link = await caller.post(`${taskPath(id)}/linkedResources`, { externalId: 't-1' });
    const path = `${taskPath(id)}/linkedResources/${link.id}`;
    const changed = await caller.call(path, { method: 'PATCH', json: { displayName: 'Pocket' } });
    expect(changed.body).toMatchObject({ id: link.id, externalId: 't-1', displayName: 'Pocket' });
    expect(await get(id)).not.toHaveProperty('linkedResources');
    mailbox.admin.set({ linkedResources: 'always' });
    expect(await get(id)).toMatchObject({ linkedResources: [{ externalId: 't-1' }] });
  });

  it('hang open extensions, from the beginning or later', async () => {
    const { id } = await caller.post(tasks(), { title: 'Boots', extensions: [extension] });
    const own = { extensionName: 'example.pocketsync', percentComplete: 40, pocketPriority: 2 };
    const fullId = 'microsoft.graph.openTypeExtension.example.pocketsync';
    for (const name of ['example.pocketsync', fullId]) {
      expect((await caller.call(`${taskPath(id)}/extensions/${name}`)).body).toMatchObject({
        ...own,
        id: fullId,
      });
    }
    expect(await get(id, '?$expand=extensions')).toMatchObject({ extensions: [{ ...own, id: fullId }] });
    const again = await caller.call(`${taskPath(id)}/extensions`, { method: 'POST', json: extension });
    expect(again.status).toBe(409);
  });

  it('an extension is replaced by a PATCH, or merged, as switched', async () => {
    const { id } = await caller.post(tasks(), { title: 'Boots', extensions: [extension] });
    const path = `${taskPath(id)}/extensions/example.pocketsync`;
    const { '@odata.type': type } = extension;
    mailbox.admin.set({ extensionPatch: 'merges' });
    const json = { '@odata.type': type, percentComplete: 50 };
    const merged = await caller.call(path, { method: 'PATCH', json });
    expect(merged.body).toMatchObject({ percentComplete: 50, pocketPriority: 2 });
    mailbox.admin.set({ extensionPatch: 'replaces' });
    const replaced = await caller.call(path, { method: 'PATCH', json });
    expect(replaced.body).not.toHaveProperty('pocketPriority');
    expect((await caller.call(path, { method: 'DELETE' })).status).toBe(204);
    expect((await caller.call(path)).status).toBe(404);
  });

  it('an extension may be created and not be found again, as switched', async () => {
    const { id } = await caller.post(tasks(), { title: 'Boots' });
    mailbox.admin.set({ taskExtensions: 'unreadable' });
    await caller.post(`${taskPath(id)}/extensions`, extension);
    expect((await caller.call(`${taskPath(id)}/extensions/example.pocketsync`)).status).toBe(404);
    expect(await get(id, '?$expand=extensions')).toMatchObject({ extensions: [] });
  });

  it('steps are heard of in delta, extensions are not, as switched', async () => {
    const { id } = await caller.post(tasks(), { title: 'Boots' });
    const { deltaLink } = await caller.round(`${tasks()}/delta`);
    mailbox.admin.set({ checklistWrite: 'leavesTask' });
    await caller.post(`${taskPath(id)}/checklistItems`, { displayName: 'Call' });
    await caller.post(`${taskPath(id)}/extensions`, extension);
    expect((await caller.round(deltaLink)).rows).toEqual([]);
    mailbox.admin.set({ checklistWrite: 'touchesTask' });
    await caller.post(`${taskPath(id)}/checklistItems`, { displayName: 'Call' });
    expect((await caller.round(deltaLink)).rows).toHaveLength(1);
  });
});
