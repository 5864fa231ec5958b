import type { Backend } from '../backend.ts';
import { GraphFault, notFound, notOffered } from '../protocol/fault.ts';
import { folderOf } from '../folders/lookup.ts';
import type { Call, Route } from '../router.ts';
import { contactDelta } from './delta.ts';
import { changeContact, createContact, getContact, permanentlyDelete, removeContact } from './items.ts';
import { countContacts, listContacts } from './list.ts';
import { photoBytes, photoMetadata, putPhoto } from './photo.ts';

const reads = ['Contacts.Read', 'Contacts.ReadWrite'];
const writes = ['Contacts.ReadWrite'];

/** Contacts, in the default folder's short form and in any folder (spec: graph 2.2). */
export function contactRoutes(backend: Backend): Route[] {
  return [
    '/contacts',
    '/contactFolders/:folder/contacts',
    '/contactFolders/:parent/childFolders/:folder/contacts',
  ].flatMap((base) => collectionRoutes(backend, base));
}

function collectionRoutes(backend: Backend, base: string): Route[] {
  const item = `${base}/:id`;
  const folder = (call: Call): number => folderNumber(backend, call);
  return [
    { method: 'GET', path: base, scopes: reads, handle: (call) => listContacts(backend, call, folder(call)) },
    {
      method: 'POST',
      path: base,
      scopes: writes,
      handle: (call) => createContact(backend, call, folder(call)),
    },
    {
      method: 'GET',
      path: `${base}/delta`,
      scopes: reads,
      handle: (call) => delta(backend, call, folder(call)),
    },
    {
      method: 'GET',
      path: `${base}/$count`,
      scopes: reads,
      handle: (call) => countContacts(backend, call, folder(call)),
    },
    { method: 'GET', path: item, scopes: reads, handle: (call) => getContact(backend, call) },
    { method: 'PATCH', path: item, scopes: writes, handle: (call) => changeContact(backend, call) },
    { method: 'DELETE', path: item, scopes: writes, handle: (call) => removeContact(backend, call) },
    {
      method: 'POST',
      path: `${item}/permanentDelete`,
      scopes: writes,
      handle: (call) => permanentlyDelete(backend, call),
    },
    { method: 'GET', path: `${item}/photo`, scopes: reads, handle: (call) => photoMetadata(backend, call) },
    {
      method: 'GET',
      path: `${item}/photo/$value`,
      scopes: reads,
      handle: (call) => photoBytes(backend, call),
    },
    {
      method: 'PUT',
      path: `${item}/photo/$value`,
      scopes: writes,
      handle: (call) => putPhoto(backend, call),
    },
    {
      method: 'PATCH',
      path: `${item}/photo/$value`,
      scopes: writes,
      handle: (call) => putPhoto(backend, call),
    },
    {
      method: 'GET',
      path: `${item}/extensions`,
      scopes: reads,
      handle: () => {
        throw notOffered('open extensions');
      },
    },
  ];
}

function delta(backend: Backend, call: Call, folder: number): ReturnType<Route['handle']> {
  const promised = call.variables.folder !== undefined;
  if (!promised && backend.switches.contactsDelta === 'refused') {
    throw new GraphFault(400, 'ErrorInvalidRequest', 'The OData request is not supported.');
  }
  return contactDelta(backend, call, folder);
}

/** The folder that a path names; without one the default folder (spec: graph 2.2). */
function folderNumber(backend: Backend, { mailbox, variables }: Call): number {
  const text = variables.folder;
  if (text === undefined) return mailbox.defaultFolder;
  const folder = folderOf(backend, mailbox, text);
  const parent = variables.parent;
  if (parent !== undefined && folderOf(backend, mailbox, parent).id !== folder.parent) throw notFound();
  return folder.id;
}
