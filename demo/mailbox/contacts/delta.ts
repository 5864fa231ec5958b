import type { Backend } from '../backend.ts';
import { deltaPage, removalRow } from '../delta/engine.ts';
import { itemFeed } from '../delta/item-feed.ts';
import type { Answer } from '../protocol/answer.ts';
import { GraphFault } from '../protocol/fault.ts';
import type { Call } from '../router.ts';
import { readShape } from './query.ts';
import { idOf, renderContact, type RenderContext } from './render.ts';

/** One page of a folder's delta (spec: graph 2.3). */
export function contactDelta(backend: Backend, call: Call, folder: number): Answer {
  const { switches, contacts: store } = backend;
  const context: RenderContext = { mailbox: call.mailbox, ids: call.request.preferences.ids, switches };
  return deltaPage(backend, call, {
    entity: 'contact',
    folder,
    options: ['$select', '$expand'],
    check: (query) => {
      refuseExpand(query, backend);
      readShape(query);
    },
    feed: (stream, query) => {
      const shape = readShape(query);
      return itemFeed(backend, stream, {
        store,
        select: shape.select,
        idOf: (item) => idOf(item, context),
        changed: (row) => [
          { '@odata.type': '#microsoft.graph.contact', ...renderContact(row, shape, context) },
        ],
        removed: (id) => [removalRow('contact', id, switches)],
      });
    },
  });
}

/** `$expand` on a delta's first call fails in the service itself (spec: graph 2.3). */
export function refuseExpand(query: ReadonlyMap<string, string>, { switches }: Backend): void {
  if (!query.has('$expand') || switches.deltaExpand === 'works') return;
  throw new GraphFault(
    500,
    'InternalServerError',
    "Parsing OData Select and Expand failed: Value cannot be null. (Parameter 'initialState')",
  );
}
