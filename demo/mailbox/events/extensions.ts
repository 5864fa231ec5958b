import type { Backend } from '../backend.ts';
import { extensionRoutes, type Scopes } from '../items/extension-routes.ts';
import type { OpenExtensions } from '../items/open-extensions.ts';
import type { Call, Route } from '../router.ts';
import { eventOf, readInstance } from './lookup.ts';
import { contentOf } from './render.ts';
import { spanOf, type EventParts } from './series.ts';

/** Open extensions of events and of single days of a series. */
export function eventExtensionRoutes(backend: Backend, item: string, scopes: Scopes): Route[] {
  return extensionRoutes(backend, item, scopes, {
    read: (call) => readInstance(backend, eventOf(backend, call), 'current').content.parts.extensions,
    write: (call, extensions) => {
      writeExtensions(backend, call, extensions);
    },
    lists: false,
    isReadable: () => true,
  });
}

function writeExtensions(backend: Backend, call: Call, extensions: OpenExtensions): void {
  const { row, date } = eventOf(backend, call);
  const content = contentOf(row);
  const parts =
    date === undefined ? { ...content.parts, extensions } : withDay(content.parts, date, extensions);
  if (backend.switches.extensionWrite === 'leavesItem') backend.events.setParts(row, parts);
  else backend.events.update(row, { ...content, parts, span: spanOf(content) }, ['*parts'], 'api');
}

/** An occurrence that gets an extension is an exception from then on. */
function withDay(parts: EventParts, date: string, extensions: OpenExtensions): EventParts {
  const known = parts.exceptions[date] ?? { changed: {}, extended: {} };
  return { ...parts, exceptions: { ...parts.exceptions, [date]: { ...known, extensions } } };
}
