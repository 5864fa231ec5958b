import type { Backend } from '../backend.ts';
import { nextLink, readPage } from '../items/pages.ts';
import { bytes, json, type Answer } from '../protocol/answer.ts';
import { checkOptions } from '../protocol/options.ts';
import type { Call } from '../router.ts';
import type { ItemRow } from '../store/items.ts';
import { isIndexed } from '../items/extended.ts';
import { passes, readFilter, readOrder, readShape, type ContactFilter, type Order } from './query.ts';
import { contactRenderer, contentOf, extendedValue, shapedContext } from './render.ts';

/** A page of a folder's contacts (spec: graph 2.2). */
export function listContacts(backend: Backend, call: Call, folder: number): Answer {
  const { request, mailbox } = call;
  checkOptions(request, ['$select', '$top', '$skip', '$orderby', '$filter', '$expand', '$count']);
  const shape = readShape(request.query);
  const filter = readFilter(request.query.get('$filter'));
  const order = readOrder(request.query.get('$orderby'));
  const wish = readPage(backend, call);
  const { size, skip } = wish;
  const rows =
    filter === undefined && order === undefined
      ? backend.contacts.listed(folder, size + 1, skip)
      : sorted(matching(backend, call, folder, filter), order).slice(skip, skip + size + 1);
  const context = { mailbox, ids: request.preferences.ids, switches: backend.switches };
  const render = contactRenderer(shape, context);
  const count =
    request.query.get('$count') === 'true' ? { '@odata.count': countOf(backend, call, folder) } : {};
  return json(200, {
    '@odata.context': shapedContext(mailbox, shape),
    ...count,
    ...nextLink(call, wish, rows.length),
    value: rows.slice(0, size).map((row) => render(row, contentOf(row))),
  });
}

/** `…/contacts/$count`, as plain text. */
export function countContacts(backend: Backend, call: Call, folder: number): Answer {
  return bytes('text/plain', Buffer.from(String(countOf(backend, call, folder))));
}

/** Distribution lists are counted but never returned (spec: graph 2.1). */
function countOf(backend: Backend, call: Call, folder: number): number {
  const lists = folder === call.mailbox.defaultFolder ? backend.switches.distributionLists : 0;
  return backend.contacts.count(folder) + lists;
}

function matching(
  backend: Backend,
  call: Call,
  folder: number,
  filter: ContactFilter | undefined,
): ItemRow[] {
  const everywhere = filter?.kind === 'extended' && backend.switches.extendedFilterScope === 'mailbox';
  const candidates =
    filter?.kind === 'extended' && filter.test.operator === 'eq' && isIndexed(filter.key)
      ? backend.contacts.withExtended(call.mailbox, filter.key, filter.test.text)
      : backend.contacts.all(call.mailbox);
  return candidates.filter((row) => {
    if (!everywhere && row.folder !== folder) return false;
    if (filter === undefined) return true;
    const content = contentOf(row);
    return passes(filter, content, (key) => extendedValue(row, content, key));
  });
}

function sorted(rows: ItemRow[], order: Order | undefined): ItemRow[] {
  if (order === undefined) return rows;
  const sign = order.direction === 'asc' ? 1 : -1;
  const keyed = rows.map((row) => ({ row, key: sortKey(row, order.property) }));
  keyed.sort((a, b) => sign * (a.key < b.key ? -1 : a.key > b.key ? 1 : a.row.id - b.row.id));
  return keyed.map(({ row }) => row);
}

function sortKey(row: ItemRow, property: string): string | number {
  if (property === 'createdDateTime') return row.created;
  if (property === 'lastModifiedDateTime') return row.modified;
  const view = JSON.parse(row.view) as Readonly<Record<string, unknown>>;
  const value = view[property];
  return typeof value === 'string' ? value.toLowerCase() : '';
}
