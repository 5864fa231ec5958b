import type { Backend } from '../backend.ts';
import { deltaPage, removalRow, type Row } from '../delta/engine.ts';
import { itemFeed } from '../delta/item-feed.ts';
import type { Answer } from '../protocol/answer.ts';
import type { Call } from '../router.ts';
import type { Switches } from '../switches.ts';
import { contextOf, listOf } from './lookup.ts';
import { readTaskShape } from './query.ts';
import { renderTask, taskId } from './render.ts';

const entity = 'todoTask';

/** `…/tasks/delta`: whole tasks, whatever was selected (spec: graph 4.3). */
export function tasksDelta(backend: Backend, call: Call): Answer {
  const { switches, tasks: store } = backend;
  const list = listOf(backend, call);
  const context = contextOf(backend, call, list, 'collection');
  return deltaPage(backend, call, {
    entity,
    folder: list.id,
    options: ['$select', '$expand'],
    check: (query) => {
      readTaskShape(query, switches);
    },
    feed: (stream, query) => {
      const shape = readTaskShape(query, switches);
      return itemFeed(backend, stream, {
        store,
        touched: store.touched,
        select: shape.select,
        idOf: (item) => taskId(item, context),
        changed: (row) => [
          { '@odata.type': `#microsoft.graph.${entity}`, ...renderTask(row, shape, context) },
        ],
        removed: (id) => removals(id, switches),
      });
    },
  });
}

function removals(id: string, switches: Switches): Row[] {
  switch (switches.taskRemovals) {
    case 'withReason':
      return [removalRow(entity, id, switches)];
    case 'withoutReason':
      return [{ ...removalRow(entity, id, switches), '@removed': {} }];
    case 'missing':
      return [];
  }
}
