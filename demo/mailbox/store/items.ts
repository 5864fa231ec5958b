import type { Clock } from '../clock.ts';
import type { Command, MailboxDatabase, Query } from './database.ts';
import { ExtendedIndex, indexedValue } from './extended-index.ts';
import type { MailboxInfo } from './mailboxes.ts';

/** Who wrote: a program through the API, or a person in Outlook. Delta may leave out the former. */
export type Writer = 'api' | 'person';

export type ItemKind = 'contact' | 'event' | 'task';

/** What an item holds, in the form in which its resource's module keeps it. */
export interface ItemContent {
  /** The properties that Graph shows. */
  readonly view: object;
  /** Extended properties by key. */
  readonly extended: Readonly<Record<string, string>>;
  /** What hangs below the item: open extensions, exceptions of a series, steps of a task. */
  readonly parts?: object;
  /** The first and the last instant at which an event can show in a calendar, in milliseconds since 1970. */
  readonly span?: Span | undefined;
}

export interface Span {
  readonly starts: number;
  readonly ends: number;
}

/** What is known of an item without its content. */
export interface ItemHead {
  readonly id: number;
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
  /** JSON: changed names (`*extended` and `*parts` for all that is no property) to the position of their last change. */
  readonly marks: string;
}

export interface ItemRow extends ItemHead {
  readonly mailbox: number;
  /** JSON of ItemContent's members. */
  readonly view: string;
  readonly extended: string;
  readonly parts: string;
  readonly starts: number | null;
  readonly ends: number | null;
}

/** As much of an item as a list of contacts shows: a row costs by its columns. */
export type ListedRow = Omit<ItemHead, 'born' | 'touched_by_person' | 'marks'> &
  Pick<ItemRow, 'view' | 'extended'>;

/** Items of a folder by the position of their last write. */
export interface TouchedItems<Item extends ItemHead> {
  since(folder: number, position: number, limit: number): Item[];
  /** The last `limit` of them in (after, upTo], oldest first. */
  between(folder: number, after: number, upTo: number, limit: number): Item[];
}

export interface Tombstone {
  readonly position: number;
  readonly folder: number;
  readonly item: number;
  readonly place: number;
  readonly born: number;
  readonly by_person: number;
}

const headColumns = 'id, folder, place, born, touched, touched_by_person, created, modified, picture, marks';
const columns = `${headColumns}, mailbox, view, extended, parts, starts, ends`;
const listedColumns = 'id, folder, place, touched, created, modified, picture, view, extended';

/** Items of one kind, their change log and the index of their extended properties. Each method is one transaction. */
export class ItemStore {
  /** Changed items of a folder, whole and without their contents. */
  readonly touched: TouchedItems<ItemRow>;
  readonly touchedHeads: TouchedItems<ItemHead>;
  readonly #db: MailboxDatabase;
  readonly #clock: Clock;
  readonly #next: Query<{ last: number }>;
  readonly #head: Query<{ last: number }>;
  readonly #byId: Query<ItemRow, [number, number]>;
  readonly #previous: Query<{ previous: string | null }, [number]>;
  readonly #page: Query<ItemRow, [number, number, number]>;
  readonly #listed: Query<ListedRow, [number, number, number]>;
  readonly #inWindow: Query<ItemRow, [number, number, number]>;
  readonly #count: Query<{ n: number }, [number]>;
  readonly #countAll: Query<{ n: number }, [number]>;
  readonly #ofMailbox: Query<ItemRow, [number]>;
  readonly #byExtended: Query<ItemRow, [string, string, number]>;
  readonly #tombstonesSince: Query<Tombstone, [number, number, number]>;
  readonly #insert: Command<
    [number, number, number, number, number, number, number, number, string, string, string, Time, Time]
  >;
  readonly #update: Command<
    [number, number, number, string, string, string, string, Time, Time, string, number]
  >;
  readonly #move: Command<[number, number, number, number, number, number, number]>;
  readonly #picture: Command<[number, number]>;
  readonly #parts: Command<[string, number]>;
  readonly #delete: Command<[number]>;
  readonly #bury: Command<[number, number, number, number, number, number]>;
  readonly #index: ExtendedIndex;

  constructor(db: MailboxDatabase, clock: Clock, kind: ItemKind) {
    this.#db = db;
    this.#clock = clock;
    const select = `SELECT ${columns} FROM item WHERE kind = '${kind}' AND`;
    this.#next = db.query('UPDATE position SET last = last + 1 RETURNING last');
    this.#head = db.query('SELECT last FROM position');
    this.#byId = db.query(`${select} mailbox = ? AND id = ?`);
    this.#previous = db.query('SELECT previous FROM item WHERE id = ?');
    // A folder holds items of one kind only: not to look at it lets a page skip those before it by the index alone.
    const inFolder = 'FROM item WHERE folder = ?';
    this.#page = db.query(`SELECT ${columns} ${inFolder} ORDER BY id LIMIT ? OFFSET ?`);
    this.#listed = db.query(`SELECT ${listedColumns} ${inFolder} ORDER BY id LIMIT ? OFFSET ?`);
    this.#inWindow = db.query(
      `SELECT ${columns} ${inFolder} AND ends >= ? AND starts < ? ORDER BY starts, id`,
    );
    this.#count = db.query('SELECT count(*) AS n FROM item WHERE folder = ?');
    this.#countAll = db.query(`SELECT count(*) AS n FROM item WHERE kind = '${kind}' AND mailbox = ?`);
    this.#ofMailbox = db.query(`${select} mailbox = ? ORDER BY id`);
    this.#byExtended = db.query(
      `${select} id IN (SELECT item FROM extended_value WHERE key = ? AND value = ?) AND mailbox = ? ORDER BY id`,
    );
    this.touched = touchedItems(db, `SELECT ${columns} ${inFolder}`);
    this.touchedHeads = touchedItems(db, `SELECT ${headColumns} ${inFolder}`);
    this.#tombstonesSince = db.query(
      'SELECT * FROM tombstone WHERE folder = ? AND position > ? ORDER BY position LIMIT ?',
    );
    this.#insert = db.command(
      `INSERT INTO item (kind, mailbox, folder, place, born, touched, touched_by_person, created, modified, picture,
         marks, view, extended, parts, starts, ends)
         VALUES ('${kind}', ?, ?, ?, ?, ?, ?, ?, ?, 0, '{}', ?, ?, ?, ?, ?)`,
    );
    this.#update = db.command(
      `UPDATE item SET touched = ?, touched_by_person = ?, modified = ?, marks = ?, view = ?, extended = ?,
         parts = ?, starts = ?, ends = ?, previous = ? WHERE id = ?`,
    );
    this.#move = db.command(
      `UPDATE item SET folder = ?, place = ?, born = ?, touched = ?, touched_by_person = ?, modified = ?
         WHERE id = ?`,
    );
    this.#picture = db.command('UPDATE item SET picture = ? WHERE id = ?');
    this.#parts = db.command('UPDATE item SET parts = ? WHERE id = ?');
    this.#delete = db.command('DELETE FROM item WHERE id = ?');
    this.#bury = db.command(
      'INSERT INTO tombstone (position, folder, item, place, born, by_person) VALUES (?, ?, ?, ?, ?, ?)',
    );
    this.#index = new ExtendedIndex(db);
  }

  /** The position of the last write to any mailbox of this store. */
  head(): number {
    return this.#head.get()?.last ?? 0;
  }

  get(mailbox: MailboxInfo, id: number): ItemRow | undefined {
    return this.#byId.get(mailbox.id, id);
  }

  /** The item as it was before its last change, for stale reads. */
  previous(row: ItemRow): ItemRow {
    const text = this.#previous.get(row.id)?.previous;
    return text === null || text === undefined ? row : { ...row, ...(JSON.parse(text) as Partial<ItemRow>) };
  }

  page(folder: number, limit: number, offset: number): ItemRow[] {
    return this.#page.all(folder, limit, offset);
  }

  /** As `page`, with what a list of contacts shows. */
  listed(folder: number, limit: number, offset: number): ListedRow[] {
    return this.#listed.all(folder, limit, offset);
  }

  /** Events of a folder whose span touches [from, to), by their start. */
  inWindow(folder: number, from: number, to: number): ItemRow[] {
    return this.#inWindow.all(folder, from, to);
  }

  count(folder: number): number {
    return this.#count.get(folder)?.n ?? 0;
  }

  countAll(mailbox: MailboxInfo): number {
    return this.#countAll.get(mailbox.id)?.n ?? 0;
  }

  all(mailbox: MailboxInfo): ItemRow[] {
    return this.#ofMailbox.all(mailbox.id);
  }

  /** Candidates for "this extended property equals this text, without case". */
  withExtended(mailbox: MailboxInfo, key: string, value: string): ItemRow[] {
    return this.#byExtended.all(key, indexedValue(value), mailbox.id);
  }

  tombstonesSince(folder: number, position: number, limit: number): Tombstone[] {
    return this.#tombstonesSince.all(folder, position, limit);
  }

  create(mailbox: MailboxInfo, folder: number, content: ItemContent, writer: Writer): ItemRow {
    return this.#db.transaction(() => {
      const position = this.#advance();
      const now = this.#clock.now();
      const texts = toTexts(content);
      const byPerson = writer === 'person' ? position : 0;
      const { id } = this.#insert.run(
        ...[mailbox.id, folder, position, position, position, byPerson, now, now],
        ...[texts.view, texts.extended, texts.parts],
        texts.starts,
        texts.ends,
      );
      this.#index.replace(id, {}, content.extended);
      return {
        ...{ id, mailbox: mailbox.id, folder, place: position, born: position, touched: position },
        ...{ touched_by_person: byPerson, created: now, modified: now, picture: 0, marks: '{}' },
        ...texts,
      };
    });
  }

  /** Writes new content; `changed` are the names that differ (none when only the version moves). */
  update(row: ItemRow, content: ItemContent, changed: readonly string[], writer: Writer): ItemRow {
    return this.#db.transaction(() => {
      const touched = this.#advance();
      const marks = JSON.parse(row.marks) as Record<string, number>;
      for (const name of changed) marks[name] = touched;
      const next: ItemRow = {
        ...row,
        ...toTexts(content),
        touched,
        touched_by_person: writer === 'person' ? touched : row.touched_by_person,
        modified: this.#clock.now(),
        marks: JSON.stringify(marks),
      };
      const { view, extended, parts, starts, ends, modified } = row;
      const previous = { view, extended, parts, starts, ends, modified, touched: row.touched };
      this.#update.run(
        ...[touched, next.touched_by_person, next.modified],
        ...[next.marks, next.view, next.extended, next.parts],
        next.starts,
        next.ends,
        JSON.stringify(previous),
        row.id,
      );
      if (changed.includes('*extended')) this.#index.replace(row.id, readExtended(row), content.extended);
      return next;
    });
  }

  /** Moves an item's version and nothing else. */
  touch(row: ItemRow, writer: Writer): ItemRow {
    const { starts, ends } = row;
    const content: ItemContent = {
      view: JSON.parse(row.view) as object,
      extended: readExtended(row),
      parts: JSON.parse(row.parts) as object,
      span: starts === null || ends === null ? undefined : { starts, ends },
    };
    return this.update(row, content, [], writer);
  }

  /** Moves an item to another folder: a removal there, an arrival here, and a new plain id. */
  move(row: ItemRow, folder: number, writer: Writer): ItemRow {
    return this.#db.transaction(() => {
      this.#buryAt(row, writer);
      const position = this.#advance();
      const byPerson = writer === 'person' ? position : row.touched_by_person;
      const modified = this.#clock.now();
      this.#move.run(folder, position, position, position, byPerson, modified, row.id);
      return {
        ...row,
        ...{ folder, place: position, born: position, touched: position },
        touched_by_person: byPerson,
        modified,
      };
    });
  }

  remove(row: ItemRow, writer: Writer): void {
    this.#db.transaction(() => {
      this.#buryAt(row, writer);
      this.#delete.run(row.id);
      this.#index.replace(row.id, readExtended(row), {});
    });
  }

  setPicture(row: ItemRow, picture: boolean): void {
    this.#picture.run(picture ? 1 : 0, row.id);
  }

  /** Writes what hangs below an item without moving the item's version. */
  setParts(row: ItemRow, parts: object): ItemRow {
    const text = JSON.stringify(parts);
    this.#parts.run(text, row.id);
    return { ...row, parts: text };
  }

  #advance(): number {
    const row = this.#next.get();
    if (row === undefined) throw new Error('the mailbox file has lost its position counter');
    return row.last;
  }

  #buryAt(row: ItemRow, writer: Writer): void {
    const byPerson = writer === 'person' ? 1 : 0;
    this.#bury.run(this.#advance(), row.folder, row.id, row.place, row.born, byPerson);
  }
}

function touchedItems<Item extends ItemHead>(db: MailboxDatabase, select: string): TouchedItems<Item> {
  const since = db.query<Item, [number, number, number]>(
    `${select} AND touched > ? ORDER BY touched LIMIT ?`,
  );
  const before = db.query<Item, [number, number, number, number]>(
    `${select} AND touched > ? AND touched <= ? ORDER BY touched DESC LIMIT ?`,
  );
  return {
    since: (folder, position, limit) => since.all(folder, position, limit),
    between: (folder, after, upTo, limit) => before.all(folder, after, upTo, limit).reverse(),
  };
}

type Time = number | null;

type Texts = Pick<ItemRow, 'view' | 'extended' | 'parts' | 'starts' | 'ends'>;

function toTexts({ view, extended, parts, span }: ItemContent): Texts {
  return {
    view: JSON.stringify(view),
    extended: JSON.stringify(extended),
    parts: parts === undefined ? '{}' : JSON.stringify(parts),
    starts: span?.starts ?? null,
    ends: span?.ends ?? null,
  };
}

function readExtended(row: ItemRow): Readonly<Record<string, string>> {
  return JSON.parse(row.extended) as Record<string, string>;
}
