import type { Backend } from '../backend.ts';
import { extensionRoutes } from '../items/extension-routes.ts';
import type { Answer } from '../protocol/answer.ts';
import { notOffered } from '../protocol/fault.ts';
import type { Call, Route } from '../router.ts';
import { checklistRoutes, linkedResourceRoutes } from './checklist.ts';
import { tasksDelta } from './delta.ts';
import { deleteTask, getTask, listTasks, patchTask, postTask } from './items.ts';
import { deleteList, getList, getLists, listsDelta, patchList, postList } from './lists.ts';
import { taskOf } from './lookup.ts';
import { taskContent, writeParts } from './write.ts';

const scopes = { reads: ['Tasks.Read', 'Tasks.ReadWrite'], writes: ['Tasks.ReadWrite'] };

const lists = '/todo/lists';
const list = `${lists}/:list`;
const tasks = `${list}/tasks`;
const task = `${tasks}/:id`;

/** Microsoft To Do (spec: graph 4). */
export function taskRoutes(backend: Backend): Route[] {
  const get = (path: string, handle: (backend: Backend, call: Call) => Answer): Route => ({
    method: 'GET',
    path,
    scopes: scopes.reads,
    handle: (call) => handle(backend, call),
  });
  const write = (
    method: 'POST' | 'PATCH' | 'DELETE',
    path: string,
    handle: (backend: Backend, call: Call) => Answer,
  ): Route => ({ method, path, scopes: scopes.writes, handle: (call) => handle(backend, call) });
  return [
    get(`${lists}/delta`, listsDelta),
    get(lists, getLists),
    write('POST', lists, postList),
    get(list, getList),
    write('PATCH', list, patchList),
    write('DELETE', list, deleteList),
    get(`${tasks}/delta`, tasksDelta),
    get(tasks, listTasks),
    write('POST', tasks, postTask),
    get(task, getTask),
    write('PATCH', task, patchTask),
    write('DELETE', task, deleteTask),
    get(`${task}/attachments`, () => {
      throw notOffered('attachments');
    }),
    ...checklistRoutes(backend, task, scopes),
    ...linkedResourceRoutes(backend, task, scopes),
    ...extensionRoutes(backend, task, scopes, {
      read: (call) => taskContent(taskOf(backend, call).row).parts.extensions,
      write: (call, extensions) => {
        const { row } = taskOf(backend, call);
        const moves = backend.switches.extensionWrite === 'touchesItem' ? 'touches' : 'leaves';
        writeParts(backend, row, { ...taskContent(row).parts, extensions }, moves);
      },
      lists: true,
      isReadable: () => backend.switches.taskExtensions === 'readable',
    }),
  ];
}
