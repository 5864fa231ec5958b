/** One dataset's store without a link: what a sync does to it, and what a person does, for tests. */
import { CategoryBook, type CategoryLanguage } from './categories.ts';
import { DatasetStore, type CreateOutcome, type ReplaceOutcome } from './dataset-store.ts';
import { OwnerHands } from './hands.ts';
import { PortraitFiles } from './portrait.ts';
import type { RecordEnvironment, RecordKind } from './record-kind.ts';

export const CONTEXT = '{a7a2832c-cdb3-40b6-9d95-6cd31e05647d}';
/** The device's wall clock. */
export const NOW = '2026-02-20T14:33:21';

export class StoreBench<T, Input extends object> {
  readonly store: DatasetStore<T>;
  readonly hands: OwnerHands<T, Input>;
  readonly categories: CategoryBook;
  readonly notices: string[] = [];
  readonly #root: string;
  #second = 0;

  constructor(
    kind: RecordKind<T>,
    enter: (held: T | undefined, input: Input, environment: RecordEnvironment) => T,
    language?: CategoryLanguage,
  ) {
    this.categories = new CategoryBook(language);
    const environment: RecordEnvironment = {
      categories: this.categories,
      portraits: new PortraitFiles(),
      notice: (what) => this.notices.push(what),
      localTime: () => NOW,
    };
    this.#root = kind.root;
    this.store = new DatasetStore(kind, CONTEXT, environment);
    this.hands = new OwnerHands(
      this.store,
      (held, input) => enter(held, input, environment),
      () => this.#second,
    );
  }

  /** A desktop's create, committed; the elements after `Identifier` are given. */
  create(inner: string): CreateOutcome {
    const identifier = '<Identifier localIdentifier="false">srv1</Identifier>';
    return this.#synced(() => this.store.create(this.#document(identifier, inner), this.#second));
  }

  /** The record that a create makes. */
  created(inner: string): T {
    const outcome = this.create(inner);
    if (outcome.kind !== 'created') throw new Error(`not created: ${outcome.kind}`);
    return this.store.get(outcome.clientId);
  }

  /** A desktop's replace, committed. */
  replace(id: string, inner: string): ReplaceOutcome {
    const identifier = `<Identifier>${id}</Identifier>`;
    return this.#synced(() => this.store.replace(this.#document(identifier, inner), this.#second));
  }

  /** What a replace makes of a record that a person has made. */
  replaced(before: Input, inner: string): T {
    const id = this.hands.add(before);
    const outcome = this.replace(id, inner);
    if (outcome.kind !== 'replaced') throw new Error(`not replaced: ${outcome.kind}`);
    return this.store.get(id);
  }

  /** Each step happens in a second of its own. */
  tick(): number {
    this.#second += 1;
    return this.#second;
  }

  #synced<R>(work: () => R): R {
    this.tick();
    this.store.begin();
    const result = work();
    this.store.commit();
    this.tick();
    return result;
  }

  #document(identifier: string, inner: string): Buffer {
    return Buffer.from(`<${this.#root}>${identifier}${inner}</${this.#root}>`);
  }
}
