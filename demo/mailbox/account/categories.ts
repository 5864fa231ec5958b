import { randomUUID } from 'node:crypto';
import type { Backend } from '../backend.ts';
import { asMember, asString } from '../items/edm.ts';
import { nextLink, readPage } from '../items/pages.ts';
import { graphBase, json, noContent, type Answer } from '../protocol/answer.ts';
import { badBody, GraphFault, notFound } from '../protocol/fault.ts';
import { checkOptions } from '../protocol/options.ts';
import { readJsonObject } from '../protocol/request.ts';
import type { Call, Route } from '../router.ts';
import type { Category } from '../store/categories.ts';

const reads = ['MailboxSettings.Read', 'MailboxSettings.ReadWrite'];
const writes = ['MailboxSettings.ReadWrite'];

const colors = ['none', ...Array.from({ length: 25 }, (_, index) => `preset${index}`)];

/** The master list of categories (spec: graph 8, 12.16). */
export function categoryRoutes(backend: Backend): Route[] {
  const path = '/outlook/masterCategories';
  const one = `${path}/:category`;
  return [
    { method: 'GET', path, scopes: reads, handle: (call) => list(backend, call) },
    { method: 'POST', path, scopes: writes, handle: (call) => create(backend, call) },
    { method: 'GET', path: one, scopes: reads, handle: (call) => entity(200, call, find(backend, call)) },
    { method: 'PATCH', path: one, scopes: writes, handle: (call) => recolor(backend, call) },
    { method: 'DELETE', path: one, scopes: writes, handle: (call) => remove(backend, call) },
  ];
}

function list(backend: Backend, call: Call): Answer {
  checkOptions(call.request, ['$top', '$skip', '$select']);
  const wish = readPage(backend, call);
  const rows = backend.categories.all(call.mailbox).slice(wish.skip, wish.skip + wish.size + 1);
  return json(200, {
    '@odata.context': context(call),
    ...nextLink(call, wish, rows.length),
    value: rows.slice(0, wish.size).map(render),
  });
}

function create(backend: Backend, call: Call): Answer {
  const { displayName, color } = readBody(call);
  if (displayName === undefined || displayName === '') {
    throw badBody("The property 'displayName' is missing.");
  }
  const known = backend.categories.all(call.mailbox);
  if (known.some(({ name }) => name.toLowerCase() === displayName.toLowerCase())) {
    throw new GraphFault(409, 'CategoryNameInUse', `A category '${displayName}' exists already.`);
  }
  const category: Category = { id: randomUUID(), name: displayName, color: color ?? 'none' };
  backend.categories.put(call.mailbox, category);
  return entity(201, call, category);
}

/** The name is fixed after creation. */
function recolor(backend: Backend, call: Call): Answer {
  const category = find(backend, call);
  const { displayName, color } = readBody(call);
  if (displayName !== undefined && displayName !== category.name) {
    throw new GraphFault(400, 'ErrorInvalidPropertySet', "The property 'displayName' cannot be changed.");
  }
  const changed = { ...category, color: color ?? category.color };
  backend.categories.put(call.mailbox, changed);
  return entity(200, call, changed);
}

function remove(backend: Backend, call: Call): Answer {
  backend.categories.remove(call.mailbox, find(backend, call));
  return noContent();
}

function find(backend: Backend, { mailbox, variables }: Call): Category {
  const category = backend.categories.all(mailbox).find(({ id }) => id === variables.category);
  if (category === undefined) throw notFound();
  return category;
}

interface CategoryBody {
  readonly displayName: string | undefined;
  readonly color: string | undefined;
}

function readBody(call: Call): CategoryBody {
  const { displayName, color, ...others } = readJsonObject(call.request);
  const [unknown] = Object.keys(others).filter((name) => !name.includes('@') && name !== 'id');
  if (unknown !== undefined) {
    throw badBody(`The property '${unknown}' does not exist on type 'microsoft.graph.outlookCategory'.`);
  }
  return {
    displayName: displayName === undefined ? undefined : asString('displayName', displayName),
    color: color === undefined ? undefined : asMember('color', color, colors, 'categoryColor'),
  };
}

function context({ mailbox }: Call): string {
  return `${graphBase}/$metadata#users('${mailbox.objectId}')/outlook/masterCategories`;
}

function entity(status: number, call: Call, category: Category): Answer {
  return json(status, { '@odata.context': `${context(call)}/$entity`, ...render(category) });
}

function render({ id, name, color }: Category): Record<string, unknown> {
  return { id, displayName: name, color };
}
