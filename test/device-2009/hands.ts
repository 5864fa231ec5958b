/** The owner's hands on the records of one dataset. */
import type { DatasetStore, HeldRecord } from './dataset-store.ts';

export class OwnerHands<T, Input extends object> {
  readonly #store: DatasetStore<T>;
  readonly #enter: (held: T | undefined, input: Input) => T;
  readonly #second: () => number;

  /** `enter`: the record after a person has edited it, or made it. `second`: the device's clock, in whole seconds. */
  constructor(store: DatasetStore<T>, enter: (held: T | undefined, input: Input) => T, second: () => number) {
    this.#store = store;
    this.#enter = enter;
    this.#second = second;
  }

  /** Adds a record, from fields or from a document (read as the device reads one), and tells its id. */
  add(record: Input | string): string {
    const entered = typeof record === 'string' ? this.#store.import(record) : this.#enter(undefined, record);
    return this.#store.addByHand(entered, this.#second());
  }

  /** Edits a record: the fields named, each as a whole. */
  edit(id: string, input: Input): void {
    this.#store.editByHand(id, this.#enter(this.#store.get(id), input), this.#second());
  }

  remove(id: string): void {
    this.#store.removeByHand(id, this.#second());
  }

  /** The record of an id. Throws a RangeError when there is none: a mistake of the test. */
  get(id: string): T {
    return this.#store.get(id);
  }

  records(): readonly HeldRecord<T>[] {
    return this.#store.records();
  }

  /** Rows left behind by inserts that failed. */
  orphans(): readonly T[] {
    return this.#store.orphans();
  }

  /** Documents by id. */
  documents(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.records().map(({ id, xml }) => [id, xml]));
  }
}
