import type { Backend } from '../backend.ts';
import { deltaPage, removalRow, type Row } from '../delta/engine.ts';
import { itemFeed } from '../delta/item-feed.ts';
import type { Answer } from '../protocol/answer.ts';
import { GraphFault } from '../protocol/fault.ts';
import type { Call } from '../router.ts';
import type { ItemHead } from '../store/items.ts';
import { emptyContent, type ContactContent } from './change.ts';
import { readShape } from './query.ts';
import { contactRenderer, contentOf, idOf, showsContent, type RenderContext } from './render.ts';

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
      const render = contactRenderer(shape, context);
      const rowOf = (row: ItemHead, content: ContactContent): Row => ({
        '@odata.type': '#microsoft.graph.contact',
        ...render(row, content),
      });
      const rows = {
        store,
        select: shape.select,
        idOf: (item: Pick<ItemHead, 'id' | 'place'>) => idOf(item, context),
        removed: (id: string) => [removalRow('contact', id, switches)],
      };
      // Rounds that ask for ids only, the usual ones, need not read the content.
      return showsContent(shape)
        ? itemFeed(backend, stream, {
            ...rows,
            touched: store.touched,
            changed: (row) => [rowOf(row, contentOf(row))],
          })
        : itemFeed(backend, stream, {
            ...rows,
            touched: store.touchedHeads,
            changed: (row) => [rowOf(row, emptyContent)],
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
