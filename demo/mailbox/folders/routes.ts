import type { Backend } from '../backend.ts';
import { erase } from '../contacts/items.ts';
import { graphBase, json, noContent, type Answer } from '../protocol/answer.ts';
import { badBody, GraphFault, notFound, notOffered } from '../protocol/fault.ts';
import { checkOptions, readCount } from '../protocol/options.ts';
import { readJsonObject } from '../protocol/request.ts';
import type { Call, Route } from '../router.ts';
import type { FolderRow, MailboxInfo } from '../store/mailboxes.ts';
import { folderOf } from './lookup.ts';

const reads = ['Contacts.Read', 'Contacts.ReadWrite'];
const writes = ['Contacts.ReadWrite'];

/** Contact folders: id, displayName, parentFolderId, and folders in folders (spec: graph 2.2). */
export function folderRoutes(backend: Backend): Route[] {
  const child = '/contactFolders/:parent/childFolders/:folder';
  const single = ['/contactFolders/:folder', child];
  return [
    {
      method: 'GET',
      path: '/contactFolders/delta',
      scopes: reads,
      handle: () => {
        throw notOffered('the delta of folders');
      },
    },
    { method: 'GET', path: '/contactFolders', scopes: reads, handle: (call) => listTop(backend, call) },
    {
      method: 'POST',
      path: '/contactFolders',
      scopes: writes,
      handle: (call) => create(backend, call, 'top'),
    },
    ...['/contactFolders/:parent/childFolders'].flatMap((path): Route[] => [
      { method: 'GET', path, scopes: reads, handle: (call) => listChildren(backend, call) },
      { method: 'POST', path, scopes: writes, handle: (call) => create(backend, call, 'child') },
    ]),
    ...single.flatMap((path): Route[] => [
      {
        method: 'GET',
        path,
        scopes: reads,
        handle: (call) => answer(200, call.mailbox, target(backend, call)),
      },
      { method: 'PATCH', path, scopes: writes, handle: (call) => rename(backend, call) },
      { method: 'DELETE', path, scopes: writes, handle: (call) => remove(backend, call) },
    ]),
  ];
}

function target(backend: Backend, { mailbox, variables }: Call): FolderRow {
  const folder = folderOf(backend, mailbox, variables.folder ?? '');
  const parent = variables.parent;
  if (parent !== undefined && folderOf(backend, mailbox, parent).id !== folder.parent) throw notFound();
  return folder;
}

/** Custom folders hang below the default one; v1.0 leaves the default folder itself out of its list. */
function listTop(backend: Backend, call: Call): Answer {
  const { mailbox } = call;
  const folders = backend.mailboxes.children(mailbox, mailbox.defaultFolder);
  const own = backend.mailboxes.folder(mailbox, mailbox.defaultFolder);
  const listed = backend.switches.defaultFolder === 'listed' && own !== undefined;
  return list(backend, call, listed ? [own, ...folders] : folders);
}

function listChildren(backend: Backend, call: Call): Answer {
  const parent = folderOf(backend, call.mailbox, call.variables.parent ?? '');
  return list(backend, call, backend.mailboxes.children(call.mailbox, parent.id));
}

function list(backend: Backend, { request, mailbox }: Call, folders: readonly FolderRow[]): Answer {
  checkOptions(request, ['$top', '$skip', '$select']);
  const size = readCount(request, '$top', { min: 1, max: 1000 }) ?? backend.switches.defaultPageSize;
  const skip = readCount(request, '$skip', { min: 0, max: 999_999_999 }) ?? 0;
  const link = `${graphBase}/${request.path.map(encodeURIComponent).join('/')}?$top=${size}&$skip=${skip + size}`;
  return json(200, {
    '@odata.context': context(mailbox),
    ...(folders.length > skip + size ? { '@odata.nextLink': link } : {}),
    value: folders.slice(skip, skip + size).map((folder) => render(mailbox, folder)),
  });
}

function create(backend: Backend, call: Call, where: 'top' | 'child'): Answer {
  const { mailbox } = call;
  const name = readName(call);
  const parent =
    where === 'top' ? mailbox.defaultFolder : folderOf(backend, mailbox, call.variables.parent ?? '').id;
  checkFree(backend, mailbox, parent, name);
  return answer(201, mailbox, backend.mailboxes.addFolder(mailbox, parent, name));
}

function rename(backend: Backend, call: Call): Answer {
  const folder = target(backend, call);
  const name = readName(call);
  if (name !== folder.name) checkFree(backend, call.mailbox, folder.parent ?? 0, name);
  return answer(200, call.mailbox, backend.mailboxes.changeFolder(folder, { name }));
}

function remove(backend: Backend, call: Call): Answer {
  const folder = target(backend, call);
  if (folder.id === call.mailbox.defaultFolder) {
    throw new GraphFault(400, 'ErrorDeleteDistinguishedFolder', 'Distinguished folders cannot be deleted.');
  }
  backend.db.transaction(() => removeTree(backend, call.mailbox, folder));
  return noContent();
}

function removeTree(backend: Backend, mailbox: MailboxInfo, folder: FolderRow): void {
  for (const child of backend.mailboxes.children(mailbox, folder.id)) removeTree(backend, mailbox, child);
  for (const row of backend.contacts.page(folder.id, -1, 0)) erase(backend, row, 'api');
  backend.mailboxes.removeFolder(folder);
}

function readName(call: Call): string {
  const { displayName, ...others } = readJsonObject(call.request);
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) {
    throw badBody(`The property '${unknown}' cannot be set on type 'microsoft.graph.contactFolder'.`);
  }
  if (typeof displayName !== 'string' || displayName === '')
    throw badBody("The property 'displayName' is missing.");
  return displayName;
}

function checkFree(backend: Backend, mailbox: MailboxInfo, parent: number, name: string): void {
  if (!backend.mailboxes.children(mailbox, parent).some((folder) => folder.name === name)) return;
  throw new GraphFault(409, 'ErrorFolderExists', 'A folder with the specified name already exists.');
}

function context(mailbox: MailboxInfo): string {
  return `${graphBase}/$metadata#users('${mailbox.objectId}')/contactFolders`;
}

function answer(status: number, mailbox: MailboxInfo, folder: FolderRow): Answer {
  return json(status, { '@odata.context': `${context(mailbox)}/$entity`, ...render(mailbox, folder) });
}

function render(mailbox: MailboxInfo, { id, parent, name }: FolderRow): Record<string, unknown> {
  return {
    id: mailbox.ids.folder(id),
    parentFolderId: parent === null ? null : mailbox.ids.folder(parent),
    displayName: name,
  };
}
