import type { Backend } from '../backend.ts';
import { checkMatch } from '../items/match.ts';
import { json, noContent, type Answer } from '../protocol/answer.ts';
import { malformedId, notFound, notSupported } from '../protocol/fault.ts';
import { checkOptions } from '../protocol/options.ts';
import { readJsonObject } from '../protocol/request.ts';
import type { Call } from '../router.ts';
import type { ItemRow, Writer } from '../store/items.ts';
import type { MailboxInfo } from '../store/mailboxes.ts';
import { folderOf } from '../folders/lookup.ts';
import { readContactBody, type ContactChange } from './body.ts';
import { changeContent, changedNames, emptyContent } from './change.ts';
import { readShape, wholeContact, type ContactShape } from './query.ts';
import { contactRenderer, contentOf, etagOf, shapedContext } from './render.ts';

/** One contact by its id: create, get, change, remove. */

/** The contact that an id in a URL names. Throws a GraphFault: 400 for no id, 404 for none there. */
export function findContact(backend: Backend, mailbox: MailboxInfo, text: string): ItemRow {
  const id = mailbox.ids.readItem(text);
  if (id === 'malformed') throw malformedId();
  if (id === 'unknown') throw notFound();
  const row = backend.contacts.get(mailbox, id.item);
  // A plain id names the item at its place: after a move it is another one.
  if (row === undefined || (id.kind === 'plain' && row.place !== id.place)) throw notFound();
  return row;
}

/** The contact that a call's path names; in the folder that the path names, if it names one. */
export function contactOf(backend: Backend, call: Call): ItemRow {
  const row = findContact(backend, call.mailbox, call.variables.id ?? '');
  const folder = call.variables.folder;
  if (folder !== undefined && row.folder !== folderOf(backend, call.mailbox, folder).id) throw notFound();
  return row;
}

export function getContact(backend: Backend, call: Call): Answer {
  checkOptions(call.request, ['$select', '$expand']);
  const shape = readShape(call.request.query);
  const current = contactOf(backend, call);
  const row = call.reads === 'stale' ? backend.contacts.previous(current) : current;
  return entity(backend, call, 200, row, shape);
}

export function createContact(backend: Backend, call: Call, folder: number): Answer {
  checkOptions(call.request, []);
  const change = readContactBody(readJsonObject(call.request), backend.switches);
  const row = writeNew(backend, call.mailbox, folder, change, 'api');
  return entity(backend, call, 201, row, wholeContact);
}

export function changeContact(backend: Backend, call: Call): Answer {
  checkOptions(call.request, []);
  const row = contactOf(backend, call);
  checkMatch(backend, call, etagOf(row));
  const change = readContactBody(readJsonObject(call.request), backend.switches);
  return entity(backend, call, 200, writeChange(backend, call.mailbox, row, change, 'api'), wholeContact);
}

export function removeContact(backend: Backend, call: Call): Answer {
  const row = contactOf(backend, call);
  checkMatch(backend, call, etagOf(row));
  erase(backend, row, 'api');
  return noContent();
}

export function permanentlyDelete(backend: Backend, call: Call): Answer {
  if (backend.switches.permanentDelete === 'refused') throw notSupported();
  return removeContact(backend, call);
}

export function writeNew(
  backend: Backend,
  mailbox: MailboxInfo,
  folder: number,
  change: ContactChange,
  writer: Writer,
): ItemRow {
  const content = changeContent(emptyContent, change, backend.switches);
  return backend.contacts.create(mailbox, folder, content, writer);
}

export function writeChange(
  backend: Backend,
  mailbox: MailboxInfo,
  row: ItemRow,
  change: ContactChange,
  writer: Writer,
): ItemRow {
  const before = contentOf(row);
  const after = changeContent(before, change, backend.switches);
  return backend.db.transaction(() => {
    const written = backend.contacts.update(row, after, changedNames(before, after), writer);
    if (change.parentFolderId === undefined || backend.switches.moveByPatch === 'ignored') return written;
    const target = folderOf(backend, mailbox, change.parentFolderId).id;
    return target === row.folder ? written : backend.contacts.move(written, target, writer);
  });
}

export function erase(backend: Backend, row: ItemRow, writer: Writer): void {
  backend.db.transaction(() => {
    backend.photos.remove(row.id);
    backend.contacts.remove(row, writer);
  });
}

function entity(backend: Backend, call: Call, status: number, row: ItemRow, shape: ContactShape): Answer {
  const context = { mailbox: call.mailbox, ids: call.request.preferences.ids, switches: backend.switches };
  return json(status, {
    '@odata.context': `${shapedContext(call.mailbox, shape)}/$entity`,
    ...contactRenderer(shape, context)(row, contentOf(row)),
  });
}
