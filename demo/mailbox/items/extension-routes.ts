import type { Backend } from '../backend.ts';
import { graphBase, json, noContent, type Answer } from '../protocol/answer.ts';
import { GraphFault, notFound } from '../protocol/fault.ts';
import { readJsonObject } from '../protocol/request.ts';
import type { Call, Route } from '../router.ts';
import {
  addOpenExtensions,
  extensionName,
  readOpenExtension,
  renderOpenExtension,
  type OpenExtension,
  type OpenExtensions,
} from './open-extensions.ts';

/** The extensions of the item that a call's path names. */
export interface ExtensionHolder {
  readonly read: (call: Call) => OpenExtensions;
  readonly write: (call: Call, extensions: OpenExtensions) => void;
  /** Whether `GET …/extensions` lists them, which the service refuses for Outlook's items (spec: graph 2.6). */
  readonly lists: boolean;
  /** False when what was created is not found again (spec: graph 4.4 line 10). */
  readonly isReadable: () => boolean;
}

export interface Scopes {
  readonly reads: readonly string[];
  readonly writes: readonly string[];
}

/** `…/extensions` of an item at `item`. */
export function extensionRoutes(
  backend: Backend,
  item: string,
  { reads, writes }: Scopes,
  holder: ExtensionHolder,
): Route[] {
  const one = `${item}/extensions/:extension`;
  return [
    { method: 'GET', path: `${item}/extensions`, scopes: reads, handle: (call) => list(call, holder) },
    { method: 'POST', path: `${item}/extensions`, scopes: writes, handle: (call) => create(call, holder) },
    {
      method: 'GET',
      path: one,
      scopes: reads,
      handle: (call) => answer(200, call, find(call, holder.read(call), holder)),
    },
    { method: 'PATCH', path: one, scopes: writes, handle: (call) => change(backend, call, holder) },
    { method: 'DELETE', path: one, scopes: writes, handle: (call) => remove(call, holder) },
  ];
}

function list(call: Call, holder: ExtensionHolder): Answer {
  const extensions = holder.read(call);
  if (!holder.lists) {
    throw new GraphFault(400, 'ErrorInvalidRequest', 'The OData request is not supported.');
  }
  const value = Object.entries(holder.isReadable() ? extensions : {}).map(([name, properties]) =>
    renderOpenExtension({ name, properties }),
  );
  return json(200, { '@odata.context': context(call), value });
}

function create(call: Call, holder: ExtensionHolder): Answer {
  const extension = readOpenExtension(readJsonObject(call.request));
  holder.write(call, addOpenExtensions(holder.read(call), [extension]));
  return answer(201, call, extension);
}

function change(backend: Backend, call: Call, holder: ExtensionHolder): Answer {
  const before = holder.read(call);
  const known = find(call, before, holder);
  const sent = readOpenExtension(readJsonObject(call.request), known.name);
  const kept = backend.switches.extensionPatch === 'merges' ? known.properties : {};
  const properties = { ...kept, ...sent.properties };
  holder.write(call, { ...before, [known.name]: properties });
  return answer(200, call, { name: known.name, properties });
}

function remove(call: Call, holder: ExtensionHolder): Answer {
  const before = holder.read(call);
  const { name } = find(call, before, holder);
  holder.write(call, Object.fromEntries(Object.entries(before).filter(([other]) => other !== name)));
  return noContent();
}

function find(call: Call, extensions: OpenExtensions, holder: ExtensionHolder): OpenExtension {
  const name = extensionName(call.variables.extension ?? '');
  const properties = Object.hasOwn(extensions, name) ? extensions[name] : undefined;
  if (properties === undefined || !holder.isReadable()) throw notFound();
  return { name, properties };
}

/** The path in the way of `@odata.context`: keys in brackets. */
function context({ request }: Call): string {
  return `${graphBase}/$metadata#${request.path.slice(0, -1).map(encodeURIComponent).join('/')}/extensions`;
}

function answer(status: number, call: Call, extension: OpenExtension): Answer {
  return json(status, {
    '@odata.context': `${context(call)}/$entity`,
    ...renderOpenExtension(extension),
  });
}
