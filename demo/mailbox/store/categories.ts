import type { Command, MailboxDatabase, Query } from './database.ts';
import type { MailboxInfo } from './mailboxes.ts';

/** A category of the mailbox's master list; items name it by its displayName (spec: graph 8). */
export interface Category {
  readonly id: string;
  readonly name: string;
  readonly color: string;
}

/** The master lists of categories. */
export class CategoryStore {
  readonly #all: Query<Category, [number]>;
  readonly #put: Command<[string, number, string, string]>;
  readonly #delete: Command<[number, string]>;

  constructor(db: MailboxDatabase) {
    this.#all = db.query('SELECT id, name, color FROM category WHERE mailbox = ? ORDER BY name');
    this.#put = db.command(
      `INSERT INTO category (id, mailbox, name, color) VALUES (?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET color = excluded.color`,
    );
    this.#delete = db.command('DELETE FROM category WHERE mailbox = ? AND id = ?');
  }

  all(mailbox: MailboxInfo): Category[] {
    return this.#all.all(mailbox.id);
  }

  /** Adds a category, or gives a known one another colour. */
  put(mailbox: MailboxInfo, { id, name, color }: Category): void {
    this.#put.run(id, mailbox.id, name, color);
  }

  remove(mailbox: MailboxInfo, { id }: Category): void {
    this.#delete.run(mailbox.id, id);
  }
}
