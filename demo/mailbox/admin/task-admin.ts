import { randomUUID } from 'node:crypto';
import type { Backend } from '../backend.ts';
import { folderOfKind } from '../folders/lookup.ts';
import type { ItemRow } from '../store/items.ts';
import type { MailboxInfo } from '../store/mailboxes.ts';
import { readTaskBody, type TaskChange } from '../tasks/body.ts';
import { findTask } from '../tasks/lookup.ts';
import { changeTask, createTask, taskContent } from '../tasks/write.ts';
import { bothIds, seedEach, type ItemIds } from './seeding.ts';

type Body = Readonly<Record<string, unknown>>;

/** A task to put into a list: the body of a POST, and its steps. */
export interface SeedTask {
  readonly task: Body;
  readonly steps?: readonly { readonly displayName: string; readonly isChecked?: boolean | undefined }[];
}

/** Task lists as a person in To Do changes them: due dates keep the instant that they are written with. */
export class TaskAdmin {
  readonly #backend: Backend;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  /** Puts many tasks into the default list (or another) in one transaction. Throws a GraphFault. */
  seed(user: string, seeds: readonly SeedTask[], listId?: string): ItemIds[] {
    const mailbox = this.#backend.mailboxes.of(user);
    const list = this.#list(mailbox, listId);
    return this.#backend.db.transaction(() =>
      seedEach('tasks', seeds, (seed) => bothIds(mailbox, this.#seedOne(mailbox, list, seed))),
    );
  }

  /** Changes a task: the body of a PATCH. */
  edit(user: string, id: string, change: Body): ItemIds {
    const { mailbox, row } = this.#find(user, id);
    const read = this.#read(change, 'PATCH');
    return bothIds(mailbox, changeTask(this.#backend, mailbox, row, read, 'person'));
  }

  remove(user: string, id: string): void {
    this.#backend.tasks.remove(this.#find(user, id).row, 'person');
  }

  /** Moves a task to another list, where it has another id. */
  move(user: string, id: string, listId: string): ItemIds {
    const { mailbox, row } = this.#find(user, id);
    const list = this.#list(mailbox, listId);
    return bothIds(mailbox, this.#backend.tasks.move(row, list, 'person'));
  }

  addList(user: string, name: string): { readonly id: string } {
    const mailbox = this.#backend.mailboxes.of(user);
    const folder = this.#backend.mailboxes.addFolder(mailbox, mailbox.root, name, 'tasks');
    return { id: mailbox.ids.folder(folder.id) };
  }

  #seedOne(mailbox: MailboxInfo, list: number, { task, steps = [] }: SeedTask): ItemRow {
    const row = createTask(this.#backend, mailbox, list, this.#read(task, 'POST'), 'person');
    if (steps.length === 0) return row;
    const now = this.#backend.clock.now();
    const checklist = steps.map(({ displayName, isChecked = false }) => ({
      id: randomUUID(),
      displayName,
      isChecked,
      created: now,
      checked: isChecked ? now : null,
    }));
    return this.#backend.tasks.setParts(row, { ...taskContent(row).parts, checklist });
  }

  #read(body: Body, method: 'POST' | 'PATCH'): TaskChange {
    return readTaskBody(body, { switches: this.#backend.switches, writer: 'person', method });
  }

  #find(user: string, id: string): { readonly mailbox: MailboxInfo; readonly row: ItemRow } {
    const mailbox = this.#backend.mailboxes.of(user);
    return { mailbox, row: findTask(this.#backend, mailbox, id) };
  }

  #list(mailbox: MailboxInfo, listId: string | undefined): number {
    if (listId !== undefined) return folderOfKind(this.#backend, mailbox, 'tasks', listId).id;
    const list = this.#backend.mailboxes.ofKind(mailbox, 'tasks').find((folder) => folder.role === 'default');
    if (list === undefined) throw new Error(`the mailbox of ${mailbox.user} has lost its default list`);
    return list.id;
  }
}
