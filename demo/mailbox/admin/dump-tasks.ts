import type { Backend } from '../backend.ts';
import type { OpenExtensions } from '../items/open-extensions.ts';
import type { MailboxInfo } from '../store/mailboxes.ts';
import { wholeTask } from '../tasks/query.ts';
import {
  etagOf,
  renderChecklistItem,
  renderLinkedResource,
  renderTask,
  type TaskContext,
} from '../tasks/render.ts';
import { taskContent } from '../tasks/write.ts';

type Entity = Readonly<Record<string, unknown>>;

export interface DumpedTask {
  /** The plain id; the immutable one beside it. */
  readonly id: string;
  readonly immutableId: string;
  readonly listId: string;
  readonly etag: string;
  /** What a GET without options shows in UTC, but for ids, versions and times of writing. */
  readonly task: Entity;
  readonly checklistItems: readonly Entity[];
  readonly linkedResources: readonly Entity[];
  readonly extensions: OpenExtensions;
}

const hidden = ['@odata.etag', 'id', 'createdDateTime', 'lastModifiedDateTime', 'bodyLastModifiedDateTime'];

/** Every task of a mailbox. */
export function dumpTasks(backend: Backend, mailbox: MailboxInfo): DumpedTask[] {
  const { switches } = backend;
  const preferences = { ids: 'plain', timeZone: undefined } as const;
  return backend.mailboxes.ofKind(mailbox, 'tasks').flatMap((list) => {
    const context: TaskContext = { mailbox, switches, preferences, list, recurrence: 'shown' };
    return backend.tasks.page(list.id, -1, 0).map((row) => {
      const content = taskContent(row);
      const shown = Object.entries(renderTask(row, wholeTask, context, content));
      return {
        id: mailbox.ids.plain(row.id, row.place),
        immutableId: mailbox.ids.immutable(row.id),
        listId: mailbox.ids.folder(list.id),
        etag: etagOf(row.touched),
        task: Object.fromEntries(shown.filter(([name]) => !hidden.includes(name))),
        checklistItems: content.parts.checklist.map(renderChecklistItem),
        linkedResources: content.parts.linked.map(renderLinkedResource),
        extensions: content.parts.extensions,
      };
    });
  });
}
