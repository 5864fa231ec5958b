import { randomBytes, randomUUID } from 'node:crypto';
import type { Command, MailboxDatabase, Query } from './database.ts';
import { IdCodec, mailboxKeyBytes } from './ids.ts';

/** One user's mailbox. */
export interface MailboxInfo {
  readonly id: number;
  readonly user: string;
  /** The user's id in the directory, as it stands in `@odata.context`. */
  readonly objectId: string;
  readonly defaultFolder: number;
  readonly ids: IdCodec;
}

export interface FolderRow {
  readonly id: number;
  readonly mailbox: number;
  readonly parent: number | null;
  readonly name: string;
}

interface MailboxRow {
  readonly id: number;
  readonly user: string;
  readonly object_id: string;
  readonly default_folder: number;
  readonly key: Buffer;
}

/** Mailboxes and their contact folders; a user's mailbox comes into being when it is first asked for. */
export class MailboxStore {
  readonly #db: MailboxDatabase;
  readonly #open = new Map<string, MailboxInfo>();
  readonly #byUser: Query<MailboxRow, [string]>;
  readonly #users: Query<{ user: string }>;
  readonly #insert: Command<[string, string, Buffer]>;
  readonly #setDefault: Command<[number, number]>;
  readonly #insertFolder: Command<[number, number | null, string]>;
  readonly #folder: Query<FolderRow, [number, number]>;
  readonly #children: Query<FolderRow, [number, number]>;
  readonly #rename: Command<[string, number]>;
  readonly #reparent: Command<[number, number]>;
  readonly #deleteFolder: Command<[number]>;

  constructor(db: MailboxDatabase) {
    this.#db = db;
    this.#byUser = db.query('SELECT * FROM mailbox WHERE user = ?');
    this.#users = db.query('SELECT user FROM mailbox ORDER BY id');
    this.#insert = db.command(
      'INSERT INTO mailbox (user, object_id, key, default_folder) VALUES (?, ?, ?, 0)',
    );
    this.#setDefault = db.command('UPDATE mailbox SET default_folder = ? WHERE id = ?');
    this.#insertFolder = db.command('INSERT INTO folder (mailbox, parent, name) VALUES (?, ?, ?)');
    this.#folder = db.query('SELECT id, mailbox, parent, name FROM folder WHERE mailbox = ? AND id = ?');
    this.#children = db.query(
      'SELECT id, mailbox, parent, name FROM folder WHERE mailbox = ? AND parent = ? ORDER BY id',
    );
    this.#rename = db.command('UPDATE folder SET name = ? WHERE id = ?');
    this.#reparent = db.command('UPDATE folder SET parent = ? WHERE id = ?');
    this.#deleteFolder = db.command('DELETE FROM folder WHERE id = ?');
  }

  users(): string[] {
    return this.#users.all().map((row) => row.user);
  }

  of(user: string): MailboxInfo {
    const open = this.#open.get(user);
    if (open !== undefined) return open;
    const row = this.#byUser.get(user) ?? this.#create(user);
    const info: MailboxInfo = {
      id: row.id,
      user,
      objectId: row.object_id,
      defaultFolder: row.default_folder,
      ids: new IdCodec(row.key),
    };
    this.#open.set(user, info);
    return info;
  }

  folder(mailbox: MailboxInfo, id: number): FolderRow | undefined {
    return this.#folder.get(mailbox.id, id);
  }

  children(mailbox: MailboxInfo, parent: number): FolderRow[] {
    return this.#children.all(mailbox.id, parent);
  }

  addFolder(mailbox: MailboxInfo, parent: number, name: string): FolderRow {
    const { id } = this.#insertFolder.run(mailbox.id, parent, name);
    return { id, mailbox: mailbox.id, parent, name };
  }

  renameFolder(folder: FolderRow, name: string): void {
    this.#rename.run(name, folder.id);
  }

  moveFolder(folder: FolderRow, parent: number): void {
    this.#reparent.run(parent, folder.id);
  }

  /** Removes an empty folder's row; what was in it is the caller's concern. */
  removeFolder(folder: FolderRow): void {
    this.#deleteFolder.run(folder.id);
  }

  #create(user: string): MailboxRow {
    return this.#db.transaction(() => {
      const key = randomBytes(mailboxKeyBytes);
      const objectId = randomUUID();
      const { id } = this.#insert.run(user, objectId, key);
      // The default folder hangs below the mailbox's root, which is no contact folder itself.
      const root = this.#insertFolder.run(id, null, '').id;
      const defaultFolder = this.#insertFolder.run(id, root, 'Contacts').id;
      this.#setDefault.run(defaultFolder, id);
      return { id, user, object_id: objectId, default_folder: defaultFolder, key };
    });
  }
}
