import type { Backend } from '../backend.ts';
import type { Scopes } from '../items/extension-routes.ts';
import { json, noContent, type Answer } from '../protocol/answer.ts';
import { notFound } from '../protocol/fault.ts';
import { readJsonObject } from '../protocol/request.ts';
import type { Call, Route } from '../router.ts';
import { contextOf, taskOf } from './lookup.ts';
import type { TaskParts } from './properties.ts';
import { taskId, tasksContext } from './render.ts';
import { taskContent, writeParts } from './write.ts';

/** A collection of entities that hangs below a task and is kept with it. */
export interface PartKind<Part extends { readonly id: string }> {
  /** The collection's name in paths. */
  readonly name: string;
  readonly read: (parts: TaskParts) => readonly Part[];
  readonly write: (parts: TaskParts, own: readonly Part[]) => TaskParts;
  /** Throws a GraphFault 400 for a body that does not fit. */
  readonly create: (body: Readonly<Record<string, unknown>>) => Part;
  readonly change: (before: Part, body: Readonly<Record<string, unknown>>) => Part;
  readonly render: (part: Part) => Record<string, unknown>;
}

export function partRoutes<Part extends { readonly id: string }>(
  backend: Backend,
  task: string,
  { reads, writes }: Scopes,
  kind: PartKind<Part>,
): Route[] {
  const path = `${task}/${kind.name}`;
  const one = `${path}/:part`;
  const all = (call: Call): readonly Part[] => kind.read(taskContent(taskOf(backend, call).row).parts);
  const save = (call: Call, own: readonly Part[]): void => {
    const { row } = taskOf(backend, call);
    const moves = backend.switches.checklistWrite === 'touchesTask' ? 'touches' : 'leaves';
    writeParts(backend, row, kind.write(taskContent(row).parts, own), moves);
  };
  const find = (call: Call): Part => {
    const part = all(call).find(({ id }) => id === call.variables.part);
    if (part === undefined) throw notFound();
    return part;
  };
  const context = (call: Call): string => {
    const { list, row } = taskOf(backend, call);
    const shown = contextOf(backend, call, list, 'single');
    return `${tasksContext(shown)}('${encodeURIComponent(taskId(row, shown))}')/${kind.name}`;
  };
  const answer = (status: number, call: Call, part: Part): Answer =>
    json(status, { '@odata.context': `${context(call)}/$entity`, ...kind.render(part) });
  return [
    {
      method: 'GET',
      path,
      scopes: reads,
      handle: (call) => json(200, { '@odata.context': context(call), value: all(call).map(kind.render) }),
    },
    {
      method: 'POST',
      path,
      scopes: writes,
      handle: (call) => {
        const part = kind.create(readJsonObject(call.request));
        save(call, [...all(call), part]);
        return answer(201, call, part);
      },
    },
    { method: 'GET', path: one, scopes: reads, handle: (call) => answer(200, call, find(call)) },
    {
      method: 'PATCH',
      path: one,
      scopes: writes,
      handle: (call) => {
        const part = kind.change(find(call), readJsonObject(call.request));
        save(
          call,
          all(call).map((other) => (other.id === part.id ? part : other)),
        );
        return answer(200, call, part);
      },
    },
    {
      method: 'DELETE',
      path: one,
      scopes: writes,
      handle: (call) => {
        const { id } = find(call);
        save(
          call,
          all(call).filter((other) => other.id !== id),
        );
        return noContent();
      },
    },
  ];
}
