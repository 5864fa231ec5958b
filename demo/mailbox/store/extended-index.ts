import { isIndexed } from '../items/extended.ts';
import type { Command, MailboxDatabase } from './database.ts';

/** Exchange compares no more than this of a value in an index. */
const indexedLength = 255;

type Values = Readonly<Record<string, string>>;

/** The form in which a value stands in the index: it compares without case. */
export function indexedValue(value: string): string {
  return value.slice(0, indexedLength).toLowerCase();
}

/** From a named property's value to the items that have it. */
export class ExtendedIndex {
  readonly #insert: Command<[string, string, number]>;
  readonly #delete: Command<[string, string, number]>;

  constructor(db: MailboxDatabase) {
    this.#insert = db.command('INSERT INTO extended_value (key, value, item) VALUES (?, ?, ?)');
    this.#delete = db.command('DELETE FROM extended_value WHERE key = ? AND value = ? AND item = ?');
  }

  /** Brings the index from an item's old values to its new ones. */
  replace(item: number, before: Values, after: Values): void {
    for (const [key, value] of indexedEntries(before)) {
      if (after[key] !== value) this.#delete.run(key, indexedValue(value), item);
    }
    for (const [key, value] of indexedEntries(after)) {
      if (before[key] !== value) this.#insert.run(key, indexedValue(value), item);
    }
  }
}

function indexedEntries(values: Values): [string, string][] {
  return Object.entries(values).filter(([key]) => isIndexed(key));
}
