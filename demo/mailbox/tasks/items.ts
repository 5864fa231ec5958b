import type { Backend } from '../backend.ts';
import { checkMatch } from '../items/match.ts';
import { nextLink, readPage } from '../items/pages.ts';
import { json, noContent, type Answer } from '../protocol/answer.ts';
import { GraphFault } from '../protocol/fault.ts';
import { checkOptions } from '../protocol/options.ts';
import { readJsonObject } from '../protocol/request.ts';
import type { Call } from '../router.ts';
import type { ItemRow } from '../store/items.ts';
import type { FolderRow } from '../store/mailboxes.ts';
import { readTaskBody } from './body.ts';
import { contextOf, listOf, taskOf } from './lookup.ts';
import { readTaskFilter, readTaskOrder, readTaskShape, wholeTask, type TaskShape } from './query.ts';
import { etagOf, renderTask, tasksContext } from './render.ts';
import { changeTask, createTask } from './write.ts';

/** Tasks: list, create, get, change, remove (spec: graph 4.2). */

export function listTasks(backend: Backend, call: Call): Answer {
  const { query } = call.request;
  checkOptions(call.request, ['$select', '$top', '$skip', '$orderby', '$filter', '$expand', '$count']);
  const list = listOf(backend, call);
  const shape = readTaskShape(query, backend.switches);
  const context = contextOf(backend, call, list, 'collection');
  const wish = readPage(backend, call);
  const whole = query.has('$filter') || query.has('$orderby');
  const passing = whole ? matching(backend, call, list) : undefined;
  const rows =
    passing === undefined
      ? backend.tasks.page(list.id, wish.size + 1, wish.skip)
      : passing.slice(wish.skip, wish.skip + wish.size + 1);
  const count = passing?.length ?? backend.tasks.count(list.id);
  return json(200, {
    '@odata.context': tasksContext(context),
    ...(query.get('$count') === 'true' ? { '@odata.count': count } : {}),
    ...nextLink(call, wish, rows.length),
    value: rows.slice(0, wish.size).map((row) => renderTask(row, shape, context)),
  });
}

function matching(backend: Backend, call: Call, list: FolderRow): ItemRow[] {
  const { query } = call.request;
  const filter = readTaskFilter(query.get('$filter'));
  const order = readTaskOrder(query.get('$orderby'));
  const context = contextOf(backend, call, list, 'collection');
  const plain = { ...context, preferences: { ...context.preferences, timeZone: undefined } };
  const entries = backend.tasks.page(list.id, -1, 0).map((row) => {
    const entity = renderTask(row, wholeTask, plain);
    return { row, read: (path: string) => readPath(entity, path) };
  });
  const passing = filter === undefined ? entries : entries.filter(({ read }) => filter(read));
  if (order === undefined) return passing.map(({ row }) => row);
  const sign = order.direction === 'asc' ? 1 : -1;
  const keyed = passing.map(({ row, read }) => ({ row, key: sortKey(read(order.path)) }));
  keyed.sort((a, b) => sign * (a.key < b.key ? -1 : a.key > b.key ? 1 : a.row.id - b.row.id));
  return keyed.map(({ row }) => row);
}

function sortKey(value: unknown): string {
  return typeof value === 'string' ? value.toLowerCase() : '';
}

function readPath(entity: Readonly<Record<string, unknown>>, path: string): unknown {
  let value: unknown = entity;
  for (const name of path.split('/')) {
    value =
      typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
  }
  return value;
}

export function postTask(backend: Backend, call: Call): Answer {
  checkOptions(call.request, []);
  const list = listOf(backend, call);
  if (list.role === 'flaggedEmails') {
    throw new GraphFault(
      400,
      'invalidRequest',
      'The list mirrors flagged mail; tasks cannot be created in it.',
    );
  }
  const body = readJsonObject(call.request);
  const change = readTaskBody(body, { switches: backend.switches, writer: 'api', method: 'POST' });
  const row = createTask(backend, call.mailbox, list.id, change, 'api');
  // What was sent along is shown in the answer (spec: graph 12.13).
  const shape: TaskShape = { ...wholeTask, linked: change.linked.length > 0 ? 'shown' : 'hidden' };
  return entity(backend, call, 201, { list, row }, shape);
}

export function getTask(backend: Backend, call: Call): Answer {
  checkOptions(call.request, ['$select', '$expand']);
  const shape = readTaskShape(call.request.query, backend.switches);
  const { list, row } = taskOf(backend, call);
  const shown = call.reads === 'stale' ? backend.tasks.previous(row) : row;
  return entity(backend, call, 200, { list, row: shown }, shape);
}

export function patchTask(backend: Backend, call: Call): Answer {
  checkOptions(call.request, []);
  const { list, row } = taskOf(backend, call);
  checkMatch(backend, call, etagOf(row.touched));
  const body = readJsonObject(call.request);
  const change = readTaskBody(body, { switches: backend.switches, writer: 'api', method: 'PATCH' });
  const written = changeTask(backend, call.mailbox, row, change, 'api');
  return entity(backend, call, 200, { list, row: written }, wholeTask);
}

export function deleteTask(backend: Backend, call: Call): Answer {
  const { row } = taskOf(backend, call);
  checkMatch(backend, call, etagOf(row.touched));
  backend.tasks.remove(row, 'api');
  return noContent();
}

function entity(
  backend: Backend,
  call: Call,
  status: number,
  { list, row }: { readonly list: FolderRow; readonly row: ItemRow },
  shape: TaskShape,
): Answer {
  const context = contextOf(backend, call, list, 'single');
  return json(status, {
    '@odata.context': `${tasksContext(context)}/$entity`,
    ...renderTask(row, shape, context),
  });
}
