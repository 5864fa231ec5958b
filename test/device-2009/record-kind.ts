/**
 * What the device knows of one kind of record: contacts (contact/), appointments (appointment/), tasks (task/).
 */
import type { CategoryBook } from './categories.ts';
import type { PortraitFiles } from './portrait.ts';
import type { ElementWalk } from './xml-tree.ts';

/** What reading and writing a record touches besides the record. */
export interface RecordEnvironment {
  readonly categories: CategoryBook;
  readonly portraits: PortraitFiles;
  /** Called with what the device ignored or changed without a word. */
  readonly notice: (what: string) => void;
  /** What the device's own clock and calendar show now, `YYYY-MM-DDThh:mm:ss`. */
  readonly localTime: () => string;
}

export interface RecordKind<T> {
  /** Name on the wire. */
  readonly dataset: string;
  /** Name of the root element. */
  readonly root: string;
  /** Scope of the categories that the kind makes. */
  readonly scope: string;

  /**
   * Reads what follows `Identifier`, strictly by position, into a new record or over the one held.
   * Throws RecordParseError where the original gives the record up.
   */
  read(walk: ElementWalk, held: T | undefined, environment: RecordEnvironment): T;

  /** The document that the device sends: leading LF, every element, four blanks of indentation. */
  write(id: string, record: T, environment: RecordEnvironment): string;

  /** Why the store's insert fails, if it does (spec: datasets 2.7). */
  clash(record: T): string | undefined;

  /** What a replace leaves behind when its insert fails half-way. */
  halfReplaced(held: T, wanted: T): T;

  /** The record with each category text changed; undefined drops one. */
  mapCategories(record: T, change: (category: string) => string | undefined): T;

  /** The record when it is next loaded: the store's tables do not hold everything that a record in memory does. */
  reloaded(record: T): T;

  /** Records inside the record that are rows of their own, with ids that no mapping ever tells (spec: datasets 2.5). */
  readonly inner?: {
    /** The record with an id for each of them that has none. */
    withIds(record: T, newId: () => string): T;
    ids(record: T): readonly string[];
  };
}
