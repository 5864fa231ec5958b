import type { Backend } from '../backend.ts';
import { deltaPage, removalRow, type Feed } from '../delta/engine.ts';
import { asString } from '../items/edm.ts';
import { checkMatch } from '../items/match.ts';
import { nextLink, readPage } from '../items/pages.ts';
import { json, noContent, type Answer } from '../protocol/answer.ts';
import { badBody, GraphFault } from '../protocol/fault.ts';
import { checkOptions } from '../protocol/options.ts';
import { readJsonObject } from '../protocol/request.ts';
import type { Call } from '../router.ts';
import type { FolderRow, MailboxInfo } from '../store/mailboxes.ts';
import { listOf } from './lookup.ts';
import { etagOf, listsContext } from './render.ts';
import { removeList } from './write.ts';

/** The lists of tasks themselves (spec: graph 4.1, 12.12). */

const entityName = 'todoTaskList';

export function getLists(backend: Backend, call: Call): Answer {
  checkOptions(call.request, ['$top', '$skip', '$select', '$filter']);
  const wish = readPage(backend, call);
  const all = backend.mailboxes.ofKind(call.mailbox, 'tasks').filter(filterOf(call));
  const rows = all.slice(wish.skip, wish.skip + wish.size + 1);
  return json(200, {
    '@odata.context': listsContext(call.mailbox),
    ...nextLink(call, wish, rows.length),
    value: rows.slice(0, wish.size).map((list) => render(call.mailbox, list)),
  });
}

/** Lists are filtered by their name or their role, and by nothing else here. */
function filterOf({ request }: Call): (list: FolderRow) => boolean {
  const filter = request.query.get('$filter');
  if (filter === undefined) return () => true;
  const [, name, value = ''] =
    /^\s*(displayName|wellknownListName)\s+eq\s+'((?:[^']|'')*)'\s*$/.exec(filter) ?? [];
  if (name === undefined) {
    const message = `The query filter '${filter}' is not supported.`;
    throw new GraphFault(400, 'ErrorInvalidUrlQueryFilter', message);
  }
  const wanted = value.replaceAll("''", "'").toLowerCase();
  return (list) => (name === 'displayName' ? list.name : wellknown(list)).toLowerCase() === wanted;
}

export function getList(backend: Backend, call: Call): Answer {
  return entity(200, call, listOf(backend, call));
}

export function postList(backend: Backend, call: Call): Answer {
  const { mailbox } = call;
  const list = backend.mailboxes.addFolder(mailbox, mailbox.root, readName(call), 'tasks');
  return entity(201, call, list);
}

export function patchList(backend: Backend, call: Call): Answer {
  const list = changeable(backend, call);
  return entity(200, call, backend.mailboxes.changeFolder(list, { name: readName(call) }));
}

export function deleteList(backend: Backend, call: Call): Answer {
  removeList(backend, changeable(backend, call), 'api');
  return noContent();
}

function changeable(backend: Backend, call: Call): FolderRow {
  const list = listOf(backend, call);
  checkMatch(backend, call, etagOf(list.touched));
  if (list.role === 'other') return list;
  throw new GraphFault(400, 'invalidRequest', 'A well-known list can be neither renamed nor deleted.');
}

function readName(call: Call): string {
  const { displayName, ...others } = readJsonObject(call.request);
  const [unknown] = Object.keys(others).filter((key) => !key.includes('@'));
  if (unknown !== undefined) {
    throw badBody(`The property '${unknown}' cannot be set on type 'microsoft.graph.todoTaskList'.`);
  }
  return asString('displayName', displayName);
}

/** `…/todo/lists/delta`. */
export function listsDelta(backend: Backend, call: Call): Answer {
  const { mailbox } = call;
  const { mailboxes, tasks, switches } = backend;
  const type = { '@odata.type': `#microsoft.graph.${entityName}` };
  const row = (list: FolderRow): Record<string, unknown> => ({ ...type, ...render(mailbox, list) });
  const feed: Feed = {
    changesSince: (position, limit) => {
      const lists = mailboxes.ofKind(mailbox, 'tasks').filter(({ touched }) => touched > position);
      const removed = position === 0 ? [] : tasks.tombstonesSince(mailbox.root, position, limit);
      return [
        ...lists.map((list) => ({ position: list.touched, rows: () => [row(list)] })),
        ...removed.map((tombstone) => ({
          position: tombstone.position,
          rows: () => [removalRow(entityName, mailbox.ids.folder(tombstone.item), switches)],
        })),
      ]
        .sort((a, b) => a.position - b.position)
        .slice(0, limit);
    },
    repeat: (after, upTo, limit) =>
      mailboxes
        .ofKind(mailbox, 'tasks')
        .filter(({ touched }) => touched > after && touched <= upTo)
        .slice(-limit)
        .map(row),
    unknownId: (index) => mailbox.ids.folder(tasks.head() + 1_000_000_000 + index),
  };
  return deltaPage(backend, call, {
    entity: entityName,
    folder: mailbox.root,
    options: ['$select'],
    check: () => undefined,
    feed: () => feed,
  });
}

function wellknown({ role }: FolderRow): string {
  return { default: 'defaultList', flaggedEmails: 'flaggedEmails', other: 'none' }[role];
}

function render(mailbox: MailboxInfo, list: FolderRow): Record<string, unknown> {
  return {
    '@odata.etag': etagOf(list.touched),
    displayName: list.name,
    isOwner: true,
    isShared: false,
    wellknownListName: wellknown(list),
    id: mailbox.ids.folder(list.id),
  };
}

function entity(status: number, call: Call, list: FolderRow): Answer {
  return json(status, {
    '@odata.context': `${listsContext(call.mailbox)}/$entity`,
    ...render(call.mailbox, list),
  });
}
