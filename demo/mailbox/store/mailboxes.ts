import { randomBytes, randomUUID } from 'node:crypto';
import type { Command, MailboxDatabase, Query } from './database.ts';
import { IdCodec, mailboxKeyBytes } from './ids.ts';

/** One user's mailbox. */
export interface MailboxInfo {
  readonly id: number;
  readonly user: string;
  /** The user's id in the directory, as it stands in `@odata.context`. */
  readonly objectId: string;
  /** The folder below which all others hang. */
  readonly root: number;
  /** The default folder of contacts. */
  readonly defaultFolder: number;
  readonly defaultCalendar: number;
  readonly ids: IdCodec;
}

export type FolderKind = 'contacts' | 'calendar' | 'tasks';

/** `default` for the one of its kind that a mailbox begins with. */
export type FolderRole = 'default' | 'flaggedEmails' | 'other';

/** A folder of contacts, a calendar or a list of tasks. */
export interface FolderRow {
  readonly id: number;
  readonly mailbox: number;
  /** Null for the root, which holds no items itself. */
  readonly parent: number | null;
  readonly name: string;
  readonly kind: FolderKind;
  readonly role: FolderRole;
  /** JSON of what only its kind has. */
  readonly details: string;
  /** Position of its last change; 0 where nobody asks. */
  readonly touched: number;
}

interface MailboxRow {
  readonly id: number;
  readonly user: string;
  readonly object_id: string;
  readonly default_folder: number;
  readonly key: Buffer;
}

const folderColumns = 'id, mailbox, parent, name, kind, role, details, touched';

/** Mailboxes and their folders; a user's mailbox comes into being when it is first asked for. */
export class MailboxStore {
  readonly #db: MailboxDatabase;
  readonly #open = new Map<string, MailboxInfo>();
  readonly #byUser: Query<MailboxRow, [string]>;
  readonly #users: Query<{ user: string }>;
  readonly #insert: Command<[string, string, Buffer]>;
  readonly #setDefault: Command<[number, number]>;
  readonly #insertFolder: Command<[number, number | null, string, FolderKind, FolderRole, string, number]>;
  readonly #folder: Query<FolderRow, [number, number]>;
  readonly #ofKind: Query<FolderRow, [number, FolderKind]>;
  readonly #children: Query<FolderRow, [number, number]>;
  readonly #changeFolder: Command<[string, string, number, number]>;
  readonly #deleteFolder: Command<[number]>;
  readonly #zone: Query<{ zone: string }, [number]>;
  readonly #setZone: Command<[string, number]>;
  readonly #next: Query<{ last: number }>;
  readonly #bury: Command<[number, number, number]>;

  constructor(db: MailboxDatabase) {
    this.#db = db;
    this.#byUser = db.query('SELECT * FROM mailbox WHERE user = ?');
    this.#users = db.query('SELECT user FROM mailbox ORDER BY id');
    this.#insert = db.command(
      'INSERT INTO mailbox (user, object_id, key, default_folder) VALUES (?, ?, ?, 0)',
    );
    this.#setDefault = db.command('UPDATE mailbox SET default_folder = ? WHERE id = ?');
    this.#insertFolder = db.command(
      'INSERT INTO folder (mailbox, parent, name, kind, role, details, touched) VALUES (?, ?, ?, ?, ?, ?, ?)',
    );
    this.#folder = db.query(`SELECT ${folderColumns} FROM folder WHERE mailbox = ? AND id = ?`);
    this.#ofKind = db.query(
      `SELECT ${folderColumns} FROM folder WHERE mailbox = ? AND kind = ? AND parent IS NOT NULL ORDER BY id`,
    );
    this.#children = db.query(
      `SELECT ${folderColumns} FROM folder WHERE mailbox = ? AND parent = ? ORDER BY id`,
    );
    this.#changeFolder = db.command('UPDATE folder SET name = ?, details = ?, touched = ? WHERE id = ?');
    this.#deleteFolder = db.command('DELETE FROM folder WHERE id = ?');
    this.#zone = db.query('SELECT zone FROM mailbox WHERE id = ?');
    this.#setZone = db.command('UPDATE mailbox SET zone = ? WHERE id = ?');
    this.#next = db.query('UPDATE position SET last = last + 1 RETURNING last');
    this.#bury = db.command(
      'INSERT INTO tombstone (position, folder, item, place, born, by_person) VALUES (?, ?, ?, 0, 0, 1)',
    );
  }

  users(): string[] {
    return this.#users.all().map((row) => row.user);
  }

  of(user: string): MailboxInfo {
    const open = this.#open.get(user);
    if (open !== undefined) return open;
    const row = this.#byUser.get(user) ?? this.#create(user);
    const info = this.#db.transaction(() => this.#complete(row));
    this.#open.set(user, info);
    return info;
  }

  /** The name of the mailbox's time zone. */
  zone(mailbox: MailboxInfo): string {
    return this.#zone.get(mailbox.id)?.zone ?? 'UTC';
  }

  setZone(mailbox: MailboxInfo, zone: string): void {
    this.#setZone.run(zone, mailbox.id);
  }

  folder(mailbox: MailboxInfo, id: number): FolderRow | undefined {
    return this.#folder.get(mailbox.id, id);
  }

  children(mailbox: MailboxInfo, parent: number): FolderRow[] {
    return this.#children.all(mailbox.id, parent);
  }

  /** All folders of a kind, the default one first. */
  ofKind(mailbox: MailboxInfo, kind: FolderKind): FolderRow[] {
    return this.#ofKind.all(mailbox.id, kind);
  }

  addFolder(
    mailbox: Pick<MailboxInfo, 'id'>,
    parent: number | null,
    name: string,
    kind: FolderKind = 'contacts',
    { role = 'other', details = {} }: { readonly role?: FolderRole; readonly details?: object } = {},
  ): FolderRow {
    return this.#db.transaction(() => {
      const touched = this.#advance();
      const text = JSON.stringify(details);
      const { id } = this.#insertFolder.run(mailbox.id, parent, name, kind, role, text, touched);
      return { id, mailbox: mailbox.id, parent, name, kind, role, details: text, touched };
    });
  }

  changeFolder(folder: FolderRow, change: { readonly name?: string; readonly details?: object }): FolderRow {
    return this.#db.transaction(() => {
      const touched = this.#advance();
      const name = change.name ?? folder.name;
      const details = change.details === undefined ? folder.details : JSON.stringify(change.details);
      this.#changeFolder.run(name, details, touched, folder.id);
      return { ...folder, name, details, touched };
    });
  }

  /** Removes an empty folder's row; what was in it is the caller's concern. */
  removeFolder(folder: FolderRow): void {
    this.#db.transaction(() => {
      // Only the lists of tasks have a delta of their own.
      if (folder.kind === 'tasks') this.#bury.run(this.#advance(), folder.parent ?? 0, folder.id);
      this.#deleteFolder.run(folder.id);
    });
  }

  #create(user: string): MailboxRow {
    return this.#db.transaction(() => {
      const key = randomBytes(mailboxKeyBytes);
      const objectId = randomUUID();
      const { id } = this.#insert.run(user, objectId, key);
      const root = this.addFolder({ id }, null, '').id;
      const defaultFolder = this.addFolder({ id }, root, 'Contacts', 'contacts', { role: 'default' }).id;
      this.#setDefault.run(defaultFolder, id);
      return { id, user, object_id: objectId, default_folder: defaultFolder, key };
    });
  }

  /** The mailbox with its calendar and task lists, which files of an older version lack. */
  #complete(row: MailboxRow): MailboxInfo {
    const { id, user, object_id: objectId, default_folder: defaultFolder, key } = row;
    const root = this.#folder.get(id, defaultFolder)?.parent;
    if (root === null || root === undefined) throw new Error(`the mailbox of ${user} has lost its root`);
    const calendar =
      this.#ofKind.all(id, 'calendar').find((folder) => folder.role === 'default') ??
      this.addFolder({ id }, root, 'Calendar', 'calendar', { role: 'default' });
    if (this.#ofKind.all(id, 'tasks').length === 0) {
      this.addFolder({ id }, root, 'Tasks', 'tasks', { role: 'default' });
      this.addFolder({ id }, root, 'Flagged Emails', 'tasks', { role: 'flaggedEmails' });
    }
    return {
      ...{ id, user, objectId, root, defaultFolder },
      defaultCalendar: calendar.id,
      ids: new IdCodec(key),
    };
  }

  #advance(): number {
    const row = this.#next.get();
    if (row === undefined) throw new Error('the mailbox file has lost its position counter');
    return row.last;
  }
}
