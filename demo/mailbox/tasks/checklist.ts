import { randomUUID } from 'node:crypto';
import type { Backend } from '../backend.ts';
import { asBoolean, asString } from '../items/edm.ts';
import { badBody } from '../protocol/fault.ts';
import type { Route } from '../router.ts';
import type { Scopes } from '../items/extension-routes.ts';
import { readLinkedResource } from './body.ts';
import { partRoutes } from './parts.ts';
import type { ChecklistItem } from './properties.ts';
import { renderChecklistItem, renderLinkedResource } from './render.ts';

/** The steps of a task. */
export function checklistRoutes(backend: Backend, task: string, scopes: Scopes): Route[] {
  return partRoutes<ChecklistItem>(backend, task, scopes, {
    name: 'checklistItems',
    read: ({ checklist }) => checklist,
    write: (parts, checklist) => ({ ...parts, checklist }),
    create: (body) => changeItem(newItem(backend.clock.now()), body, backend.clock.now()),
    change: (before, body) => changeItem(before, body, backend.clock.now()),
    render: renderChecklistItem,
  });
}

/** The links of a task to what it comes from. */
export function linkedResourceRoutes(backend: Backend, task: string, scopes: Scopes): Route[] {
  return partRoutes(backend, task, scopes, {
    name: 'linkedResources',
    read: ({ linked }) => linked,
    write: (parts, linked) => ({ ...parts, linked }),
    create: (body) => readLinkedResource(body),
    change: (before, body) => {
      const sent = Object.entries(readLinkedResource(body)).filter(([name]) => Object.hasOwn(body, name));
      return { ...before, ...Object.fromEntries(sent), id: before.id };
    },
    render: renderLinkedResource,
  });
}

function newItem(now: number): ChecklistItem {
  return { id: randomUUID(), displayName: '', isChecked: false, created: now, checked: null };
}

function changeItem(
  before: ChecklistItem,
  body: Readonly<Record<string, unknown>>,
  now: number,
): ChecklistItem {
  let after = before;
  for (const [name, value] of Object.entries(body)) {
    if (name === 'displayName')
      after = { ...after, displayName: value === null ? null : asString(name, value) };
    else if (name === 'isChecked') {
      const isChecked = asBoolean(name, value);
      after = { ...after, isChecked, checked: isChecked ? (before.checked ?? now) : null };
    } else if (!isServiceName(name)) {
      throw badBody(`The property '${name}' does not exist on type 'microsoft.graph.checklistItem'.`);
    }
  }
  return after;
}

/** What the service sets; sent along with what was read, it has no effect. */
function isServiceName(name: string): boolean {
  return name.includes('@') || ['id', 'createdDateTime', 'checkedDateTime'].includes(name);
}
