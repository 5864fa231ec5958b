import { readExtensionFilter } from '../events/query.ts';
import { badUrl, GraphFault } from '../protocol/fault.ts';
import { readFilterExpression, type Predicate } from '../protocol/filter.ts';
import { readExpand, readSelect } from '../protocol/options.ts';
import type { Switches } from '../switches.ts';
import { isAnyTaskProperty, timeProperties } from './properties.ts';

/** Which properties an answer shows. */
export interface TaskShape {
  /** Undefined = all. */
  readonly select: ReadonlySet<string> | undefined;
  readonly checklist: 'shown' | 'hidden';
  readonly linked: 'shown' | 'hidden';
  /** Open extensions by name; undefined = none asked. */
  readonly extensions: readonly string[] | 'all' | undefined;
}

export const wholeTask: TaskShape = {
  select: undefined,
  checklist: 'hidden',
  linked: 'hidden',
  extensions: undefined,
};

const typeName = 'microsoft.graph.todoTask';

/** Reads `$select`, which has no effect as a rule, and `$expand`. Throws a GraphFault 400 for what tasks do not have. */
export function readTaskShape(query: ReadonlyMap<string, string>, switches: Switches): TaskShape {
  const select = readSelect(query.get('$select'), isAnyTaskProperty, typeName);
  if (select?.has('title') === true && switches.taskSelect === 'titleFails') {
    throw new GraphFault(400, 'invalidRequest', "The property 'title' cannot be selected.");
  }
  let shape: TaskShape = { ...wholeTask, select: switches.taskSelect === 'works' ? select : undefined };
  for (const { navigation, options } of readExpand(query.get('$expand'))) {
    switch (navigation) {
      case 'checklistItems':
        shape = { ...shape, checklist: 'shown' };
        break;
      case 'linkedResources':
        shape = { ...shape, linked: 'shown' };
        break;
      case 'extensions':
        shape = { ...shape, extensions: readExtensionFilter(options) };
        break;
      default:
        throw badUrl(`The property '${navigation}' cannot be used in the $expand query option here.`);
    }
  }
  return shape;
}

const filterPaths = new Set([
  ...['title', 'status', 'importance', 'isReminderOn', 'hasAttachments', 'categories', 'body/content'],
  ...['createdDateTime', 'lastModifiedDateTime', 'bodyLastModifiedDateTime'],
  ...timeProperties.map((name) => `${name}/dateTime`),
]);

/** Reads `$filter`; undefined when there is none. Throws a GraphFault 400 for a form that is not supported. */
export function readTaskFilter(text: string | undefined): Predicate | undefined {
  return text === undefined ? undefined : readFilterExpression(text, (path) => filterPaths.has(path));
}

/** Whether a filter is the one with which lists show recurrences (spec: graph 4.4 line 5). */
export function asksForOpenTasks(filter: string | undefined): boolean {
  return /\bstatus\s+ne\s+'completed'/i.test(filter ?? '');
}

/** How `$orderby` sorts: by one text or time. */
export interface TaskOrder {
  readonly path: string;
  readonly direction: 'asc' | 'desc';
}

/** Reads `$orderby`. Throws a GraphFault 400 for anything but one property that can be sorted by. */
export function readTaskOrder(text: string | undefined): TaskOrder | undefined {
  if (text === undefined) return undefined;
  const [, path, direction] = /^\s*([\w/]+)(?:\s+(asc|desc))?\s*$/i.exec(text) ?? [];
  const sortable = path !== undefined && filterPaths.has(path) && path !== 'categories';
  if (!sortable) throw badUrl(`The $orderby '${text}' is not supported.`);
  return { path, direction: direction?.toLowerCase() === 'desc' ? 'desc' : 'asc' };
}
