import type { Clock } from '../clock.ts';
import type { ContactContent } from '../contacts/change.ts';
import type { Command, MailboxDatabase, Query } from './database.ts';
import { ExtendedIndex, indexedValue } from './extended-index.ts';
import type { MailboxInfo } from './mailboxes.ts';

/** Who wrote: a program through the API, or a person in Outlook. Delta may leave out the former. */
export type Writer = 'api' | 'person';

export interface ContactRow {
  readonly id: number;
  readonly mailbox: number;
  readonly folder: number;
  /** Position of the item's arrival in its folder, part of its plain id. */
  readonly place: number;
  /** Position at which it came into being or arrived by a move. */
  readonly born: number;
  /** Position of its last write: its version. */
  readonly touched: number;
  readonly touched_by_person: number;
  readonly created: number;
  readonly modified: number;
  readonly picture: number;
  /** JSON: changed names (contacts/change.ts) to the position of their last change. */
  readonly marks: string;
  /** JSON of a ContactView. */
  readonly view: string;
  /** JSON of extended values by key. */
  readonly extended: string;
}

export interface Tombstone {
  readonly position: number;
  readonly folder: number;
  readonly contact: number;
  readonly place: number;
  readonly born: number;
  readonly by_person: number;
}

const columns =
  'id, mailbox, folder, place, born, touched, touched_by_person, created, modified, picture, marks, view, extended';

/** Contacts, their change log and the index of their extended properties. Each method is one transaction. */
export class ContactStore {
  readonly #db: MailboxDatabase;
  readonly #clock: Clock;
  readonly #next: Query<{ last: number }>;
  readonly #head: Query<{ last: number }>;
  readonly #byId: Query<ContactRow, [number, number]>;
  readonly #previous: Query<{ previous: string | null }, [number]>;
  readonly #page: Query<ContactRow, [number, number, number]>;
  readonly #count: Query<{ n: number }, [number]>;
  readonly #countAll: Query<{ n: number }, [number]>;
  readonly #ofMailbox: Query<ContactRow, [number]>;
  readonly #byExtended: Query<ContactRow, [string, string, number]>;
  readonly #touchedSince: Query<ContactRow, [number, number, number]>;
  readonly #touchedBefore: Query<ContactRow, [number, number, number, number]>;
  readonly #tombstonesSince: Query<Tombstone, [number, number, number]>;
  readonly #insert: Command<[number, number, number, number, number, number, number, number, string, string]>;
  readonly #update: Command<[number, number, number, string, string, string, string, number]>;
  readonly #move: Command<[number, number, number, number, number, number, number]>;
  readonly #picture: Command<[number, number]>;
  readonly #delete: Command<[number]>;
  readonly #bury: Command<[number, number, number, number, number, number]>;
  readonly #index: ExtendedIndex;

  constructor(db: MailboxDatabase, clock: Clock) {
    this.#db = db;
    this.#clock = clock;
    this.#next = db.query('UPDATE position SET last = last + 1 RETURNING last');
    this.#head = db.query('SELECT last FROM position');
    this.#byId = db.query(`SELECT ${columns} FROM contact WHERE mailbox = ? AND id = ?`);
    this.#previous = db.query('SELECT previous FROM contact WHERE id = ?');
    this.#page = db.query(`SELECT ${columns} FROM contact WHERE folder = ? ORDER BY id LIMIT ? OFFSET ?`);
    this.#count = db.query('SELECT count(*) AS n FROM contact WHERE folder = ?');
    this.#countAll = db.query('SELECT count(*) AS n FROM contact WHERE mailbox = ?');
    this.#ofMailbox = db.query(`SELECT ${columns} FROM contact WHERE mailbox = ? ORDER BY id`);
    this.#byExtended = db.query(
      `SELECT ${columns} FROM contact WHERE id IN
         (SELECT contact FROM extended_value WHERE key = ? AND value = ?) AND mailbox = ? ORDER BY id`,
    );
    this.#touchedSince = db.query(
      `SELECT ${columns} FROM contact WHERE folder = ? AND touched > ? ORDER BY touched LIMIT ?`,
    );
    this.#touchedBefore = db.query(
      `SELECT ${columns} FROM contact WHERE folder = ? AND touched > ? AND touched <= ? ORDER BY touched DESC LIMIT ?`,
    );
    this.#tombstonesSince = db.query(
      'SELECT * FROM tombstone WHERE folder = ? AND position > ? ORDER BY position LIMIT ?',
    );
    this.#insert = db.command(
      `INSERT INTO contact (mailbox, folder, place, born, touched, touched_by_person, created, modified, picture,
         marks, view, extended) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, '{}', ?, ?)`,
    );
    this.#update = db.command(
      `UPDATE contact SET touched = ?, touched_by_person = ?, modified = ?, marks = ?, view = ?, extended = ?,
         previous = ? WHERE id = ?`,
    );
    this.#move = db.command(
      `UPDATE contact SET folder = ?, place = ?, born = ?, touched = ?, touched_by_person = ?, modified = ?
         WHERE id = ?`,
    );
    this.#picture = db.command('UPDATE contact SET picture = ? WHERE id = ?');
    this.#delete = db.command('DELETE FROM contact WHERE id = ?');
    this.#bury = db.command(
      'INSERT INTO tombstone (position, folder, contact, place, born, by_person) VALUES (?, ?, ?, ?, ?, ?)',
    );
    this.#index = new ExtendedIndex(db);
  }

  /** The position of the last write to any mailbox of this store. */
  head(): number {
    return this.#head.get()?.last ?? 0;
  }

  get(mailbox: MailboxInfo, id: number): ContactRow | undefined {
    return this.#byId.get(mailbox.id, id);
  }

  /** The contact as it was before its last change, for stale reads. */
  previous(row: ContactRow): ContactRow {
    const text = this.#previous.get(row.id)?.previous;
    return text === null || text === undefined
      ? row
      : { ...row, ...(JSON.parse(text) as Partial<ContactRow>) };
  }

  page(folder: number, limit: number, offset: number): ContactRow[] {
    return this.#page.all(folder, limit, offset);
  }

  count(folder: number): number {
    return this.#count.get(folder)?.n ?? 0;
  }

  countAll(mailbox: MailboxInfo): number {
    return this.#countAll.get(mailbox.id)?.n ?? 0;
  }

  all(mailbox: MailboxInfo): ContactRow[] {
    return this.#ofMailbox.all(mailbox.id);
  }

  /** Candidates for "this extended property equals this text, without case". */
  withExtended(mailbox: MailboxInfo, key: string, value: string): ContactRow[] {
    return this.#byExtended.all(key, indexedValue(value), mailbox.id);
  }

  touchedSince(folder: number, position: number, limit: number): ContactRow[] {
    return this.#touchedSince.all(folder, position, limit);
  }

  /** The last `limit` rows in (after, upTo], oldest first. */
  touchedBetween(folder: number, after: number, upTo: number, limit: number): ContactRow[] {
    return this.#touchedBefore.all(folder, after, upTo, limit).reverse();
  }

  tombstonesSince(folder: number, position: number, limit: number): Tombstone[] {
    return this.#tombstonesSince.all(folder, position, limit);
  }

  create(mailbox: MailboxInfo, folder: number, content: ContactContent, writer: Writer): ContactRow {
    return this.#db.transaction(() => {
      const position = this.#advance();
      const now = this.#clock.now();
      const view = JSON.stringify(content.view);
      const extended = JSON.stringify(content.extended);
      const byPerson = writer === 'person' ? position : 0;
      const { id } = this.#insert.run(
        mailbox.id,
        folder,
        position,
        position,
        position,
        byPerson,
        now,
        now,
        view,
        extended,
      );
      this.#index.replace(id, {}, content.extended);
      return {
        id,
        mailbox: mailbox.id,
        folder,
        place: position,
        born: position,
        touched: position,
        touched_by_person: byPerson,
        created: now,
        modified: now,
        picture: 0,
        marks: '{}',
        view,
        extended,
      };
    });
  }

  /** Writes new content; `changed` are the names that differ (none when only the version moves). */
  update(row: ContactRow, content: ContactContent, changed: readonly string[], writer: Writer): ContactRow {
    return this.#db.transaction(() => {
      const touched = this.#advance();
      const marks = JSON.parse(row.marks) as Record<string, number>;
      for (const name of changed) marks[name] = touched;
      const next: ContactRow = {
        ...row,
        touched,
        touched_by_person: writer === 'person' ? touched : row.touched_by_person,
        modified: this.#clock.now(),
        marks: JSON.stringify(marks),
        view: JSON.stringify(content.view),
        extended: JSON.stringify(content.extended),
      };
      const { view, extended, modified } = row;
      const previous = JSON.stringify({ view, extended, modified, touched: row.touched });
      this.#update.run(
        touched,
        next.touched_by_person,
        next.modified,
        next.marks,
        next.view,
        next.extended,
        previous,
        row.id,
      );
      if (changed.includes('*extended')) this.#index.replace(row.id, readExtended(row), content.extended);
      return next;
    });
  }

  /** Moves an item to another folder: a removal there, an arrival here, and a new plain id. */
  move(row: ContactRow, folder: number, writer: Writer): ContactRow {
    return this.#db.transaction(() => {
      this.#buryAt(row, writer);
      const position = this.#advance();
      const byPerson = writer === 'person' ? position : row.touched_by_person;
      const modified = this.#clock.now();
      this.#move.run(folder, position, position, position, byPerson, modified, row.id);
      return {
        ...row,
        folder,
        place: position,
        born: position,
        touched: position,
        touched_by_person: byPerson,
        modified,
      };
    });
  }

  remove(row: ContactRow, writer: Writer): void {
    this.#db.transaction(() => {
      this.#buryAt(row, writer);
      this.#delete.run(row.id);
      this.#index.replace(row.id, readExtended(row), {});
    });
  }

  setPicture(row: ContactRow, picture: boolean): void {
    this.#picture.run(picture ? 1 : 0, row.id);
  }

  #advance(): number {
    const row = this.#next.get();
    if (row === undefined) throw new Error('the mailbox file has lost its position counter');
    return row.last;
  }

  #buryAt(row: ContactRow, writer: Writer): void {
    const byPerson = writer === 'person' ? 1 : 0;
    this.#bury.run(this.#advance(), row.folder, row.id, row.place, row.born, byPerson);
  }
}

function readExtended(row: ContactRow): Readonly<Record<string, string>> {
  return JSON.parse(row.extended) as Record<string, string>;
}
