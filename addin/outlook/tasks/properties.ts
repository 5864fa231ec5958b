/** Where tasks are kept in Microsoft To Do, and what of a task we read (spec: graph 4, datasets 9.3). */

/** The one open extension that holds what a task of To Do has no place for. */
export const EXTENSION = 'com.qdsync.task';
/** How answers may name it. */
const EXTENSION_ID = `microsoft.graph.openTypeExtension.${EXTENSION}`;

const EXPAND = `$expand=${encodeURIComponent(`extensions($filter=id eq '${EXTENSION_ID}')`)}`;

export const LISTS = '/me/todo/lists';

/** The id of a task with that of its list, for the service finds no task by its own id alone. */
export const itemId = (list: string, task: string): string =>
  `${encodeURIComponent(list)}/${encodeURIComponent(task)}`;

export const tasksPath = (list: string): string => `${LISTS}/${encodeURIComponent(list)}/tasks`;

/** Path of a task by its item id; undefined for what is no such id. */
export function taskPath(id: string): string | undefined {
  const [list, task, ...more] = id.split('/');
  const isId = list !== undefined && list !== '' && task !== undefined && task !== '' && more.length === 0;
  return isId ? `${LISTS}/${list}/tasks/${task}` : undefined;
}

/** Query for what the mapping reads. The service ignores a selection (4.3), so that none is made. */
export const MAPPED_QUERY = EXPAND;

export const isOurExtension = (name: string): boolean => name === EXTENSION || name === EXTENSION_ID;
