/**
 * The records of one dataset: in memory, with one transaction at a time, time stamps in whole seconds and a
 * list of what was removed (spec: qdsync protocol 4.1, 7; datasets 2.5, 2.7).
 */
import { IdBlocks, type Maker } from './id-blocks.ts';
import type { RecordEnvironment, RecordKind } from './record-kind.ts';
import { ElementWalk, parseXml, RecordParseError, textOf } from './xml-tree.ts';

const NULL_ID = '{00000000-0000-0000-0000-000000000000}:0';

/** What became of a create that the desktop sent. `serverId` null: the desktop did not mark it as its own. */
export type CreateOutcome =
  | { readonly kind: 'created'; readonly serverId: string | null; readonly clientId: string }
  | {
      readonly kind: 'insert-failed';
      readonly serverId: string | null;
      readonly clientId: string;
      readonly reason: string;
    }
  | { readonly kind: 'dropped'; readonly reason: string };

export type ReplaceOutcome =
  | { readonly kind: 'replaced' | 'unknown' }
  | { readonly kind: 'half-replaced' | 'dropped'; readonly reason: string };

/** Changes of a fetch, in the order in which the device sends them. */
export interface Changes {
  readonly creates: readonly string[];
  readonly removes: readonly string[];
  readonly replaces: readonly string[];
}

/** What the store keeps of one dataset, whatever the kind of its records. */
export interface Dataset {
  readonly name: string;
  create(document: Buffer, stamp: number): CreateOutcome;
  replace(document: Buffer, stamp: number): ReplaceOutcome;
  remove(id: string, stamp: number): boolean;
  /** Documents of all records. */
  all(): readonly string[];
  /** Changes stamped at or after the second `since`. */
  changesSince(since: number): Changes;
  begin(): void;
  commit(): void;
  rollback(): void;
  readonly inTransaction: boolean;
}

interface Stored<T> {
  readonly record: T;
  /** Whole seconds since 1970 by the device's clock. */
  readonly created: number;
  readonly modified: number;
}

/** What to put back at a rollback: for each id that the transaction touched, what was there. */
interface Undo<T> {
  readonly records: Map<string, Stored<T> | undefined>;
  readonly removed: Map<string, number | undefined>;
}

/** One record as a test looks at it. */
export interface HeldRecord<T> {
  readonly id: string;
  readonly record: T;
  /** The document that the device would send for it now. */
  readonly xml: string;
}

export class DatasetStore<T> implements Dataset {
  readonly #kind: RecordKind<T>;
  readonly #context: string;
  readonly #environment: RecordEnvironment;
  readonly #records = new Map<string, Stored<T>>();
  readonly #removed = new Map<string, number>();
  readonly #orphans: T[] = [];
  readonly #numbers = new IdBlocks();
  #undo: Undo<T> | undefined;

  /** `context`: the braced UUID before the colon of each id. */
  constructor(kind: RecordKind<T>, context: string, environment: RecordEnvironment) {
    this.#kind = kind;
    this.#context = context;
    this.#environment = environment;
  }

  get name(): string {
    return this.#kind.dataset;
  }

  get inTransaction(): boolean {
    return this.#undo !== undefined;
  }

  create(document: Buffer, stamp: number): CreateOutcome {
    const parsed = this.#read(document, () => undefined);
    if (parsed.kind === 'dropped') return parsed;
    const { record, id, local } = parsed;
    const serverId = local ? null : id;
    const reason = this.#kind.clash(record);
    if (reason !== undefined) {
      this.#orphans.push(record);
      return { kind: 'insert-failed', serverId, clientId: NULL_ID, reason };
    }
    return { kind: 'created', serverId, clientId: this.#insert(record, stamp, 'sync') };
  }

  replace(document: Buffer, stamp: number): ReplaceOutcome {
    const parsed = this.#read(document, (id) => this.#records.get(this.#normalId(id)));
    if (parsed.kind === 'dropped') return parsed;
    const id = this.#normalId(parsed.id);
    const held = this.#records.get(id);
    if (!held) return { kind: 'unknown' };
    const reason = this.#kind.clash(parsed.record);
    const record = reason === undefined ? parsed.record : this.#kind.halfReplaced(held.record, parsed.record);
    this.#put(id, { ...held, record: this.#withInnerIds(record, 'sync'), modified: stamp }, stamp);
    return reason === undefined ? { kind: 'replaced' } : { kind: 'half-replaced', reason };
  }

  remove(wireId: string, stamp: number): boolean {
    const id = this.#normalId(wireId);
    if (!this.#records.has(id)) return false;
    this.#put(id, undefined, stamp);
    this.#markRemoved(id, stamp);
    return true;
  }

  all(): readonly string[] {
    return [...this.#records].map(([id, { record }]) => this.#write(id, record));
  }

  changesSince(since: number): Changes {
    const changed = [...this.#records].filter(([, { modified }]) => modified >= since);
    const isNew = ([, { created }]: [string, Stored<T>]): boolean => created >= since;
    const write = ([id, { record }]: [string, Stored<T>]): string => this.#write(id, record);
    return {
      creates: changed.filter(isNew).map(write),
      removes: [...this.#removed].filter(([, stamp]) => stamp >= since).map(([id]) => id),
      replaces: changed.filter((entry) => !isNew(entry)).map(write),
    };
  }

  begin(): void {
    this.#undo ??= { records: new Map(), removed: new Map() };
  }

  /**
   * Ends the transaction; category texts that answer to no category become new ones now, and what the tables do not hold
   * is gone.
   */
  commit(): void {
    const touched = this.#undo?.records.keys() ?? [];
    this.#undo = undefined;
    const { categories, notice } = this.#environment;
    for (const id of [...touched]) {
      const held = this.#records.get(id);
      if (!held) continue;
      const record = this.#kind.mapCategories(held.record, (text) => {
        const settled = categories.settle(text, this.#kind.scope);
        if (settled === undefined) notice(`category ${text} cannot be made`);
        return settled;
      });
      this.#records.set(id, { ...held, record: this.#kind.reloaded(record) });
    }
  }

  rollback(): void {
    restore(this.#records, this.#undo?.records);
    restore(this.#removed, this.#undo?.removed);
    this.#undo = undefined;
  }

  /** A person makes a record. */
  addByHand(record: T, stamp: number): string {
    return this.#byHand(() => this.#insert(this.#kind.reloaded(record), stamp, 'person'));
  }

  /** A person changes a record. */
  editByHand(id: string, record: T, stamp: number): void {
    this.#byHand(() => {
      const { created } = this.#held(id);
      const whole = this.#kind.reloaded(this.#withInnerIds(record, 'person'));
      this.#put(id, { record: whole, created, modified: stamp }, stamp);
      return id;
    });
  }

  /** A person removes a record. */
  removeByHand(id: string, stamp: number): void {
    this.#byHand(() => {
      this.#held(id);
      this.remove(id, stamp);
      return id;
    });
  }

  /** The record of an id. Throws a RangeError when there is none: a mistake of the test. */
  get(id: string): T {
    return this.#held(id).record;
  }

  records(): readonly HeldRecord<T>[] {
    return [...this.#records].map(([id, { record }]) => ({ id, record, xml: this.#write(id, record) }));
  }

  /** Rows that a failed insert left behind: visible to the owner, never reported by a sync. */
  orphans(): readonly T[] {
    return this.#orphans;
  }

  /** Reads a document that a person imports, as a record without an id. Throws RecordParseError. */
  import(document: string): T {
    const parsed = this.#read(Buffer.from(document), () => undefined);
    if (parsed.kind === 'dropped') throw new RecordParseError(parsed.reason);
    return this.#kind.mapCategories(parsed.record, (text) =>
      this.#environment.categories.settle(text, this.#kind.scope),
    );
  }

  /** What a person does stands outside a sync's transaction, and is not rolled back with it. */
  #byHand(change: () => string): string {
    const undo = this.#undo;
    this.#undo = undefined;
    try {
      const id = change();
      undo?.records.delete(id);
      undo?.removed.delete(id);
      return id;
    } finally {
      this.#undo = undo;
    }
  }

  #held(id: string): Stored<T> {
    const held = this.#records.get(id);
    if (!held) throw new RangeError(`the device has no ${this.#kind.dataset} record ${id}`);
    return held;
  }

  #insert(record: T, stamp: number, maker: Maker): string {
    const id = this.#newId(maker);
    this.#put(id, { record: this.#withInnerIds(record, maker), created: stamp, modified: stamp }, stamp);
    return id;
  }

  #newId(maker: Maker): string {
    return `${this.#context}:${this.#numbers.next(maker)}`;
  }

  #withInnerIds(record: T, maker: Maker): T {
    return this.#kind.inner?.withIds(record, () => this.#newId(maker)) ?? record;
  }

  /** Stores a record, or takes it away; the rows inside it that go with that are removed ids of their own. */
  #put(id: string, next: Stored<T> | undefined, stamp: number): void {
    const before = this.#records.get(id);
    if (this.#undo && !this.#undo.records.has(id)) this.#undo.records.set(id, before);
    if (next) this.#records.set(id, next);
    else this.#records.delete(id);
    const kept = this.#innerIds(next);
    for (const inner of this.#innerIds(before)) if (!kept.includes(inner)) this.#markRemoved(inner, stamp);
  }

  #innerIds(stored: Stored<T> | undefined): readonly string[] {
    return (stored && this.#kind.inner?.ids(stored.record)) ?? [];
  }

  #markRemoved(id: string, stamp: number): void {
    if (this.#undo && !this.#undo.removed.has(id)) this.#undo.removed.set(id, this.#removed.get(id));
    this.#removed.set(id, stamp);
  }

  #write(id: string, record: T): string {
    return this.#kind.write(id, record, this.#environment);
  }

  /** Ids of older firmware have the device's own UUID in front, which is dropped. */
  #normalId(id: string): string {
    return /^\{[^}]*\}:(\{[^}]*\}:\d+)$/.exec(id)?.[1] ?? id;
  }

  #read(
    document: Buffer,
    held: (id: string) => Stored<T> | undefined,
  ):
    | { readonly kind: 'read'; readonly id: string; readonly local: boolean; readonly record: T }
    | { readonly kind: 'dropped'; readonly reason: string } {
    try {
      const root = parseXml(document);
      if (root.name !== this.#kind.root) throw new RecordParseError(`root is ${root.name}`);
      const walk = new ElementWalk(root, this.#environment.notice);
      const identifier = walk.open('Identifier');
      const id = identifier ? textOf(identifier) : '';
      const flag = identifier?.attributes.get('localIdentifier');
      const record = this.#kind.read(walk, held(id)?.record, this.#environment);
      walk.close();
      return { kind: 'read', id, local: flag !== 'false' && flag !== '0', record };
    } catch (error) {
      if (error instanceof RecordParseError) return { kind: 'dropped', reason: error.message };
      throw error;
    }
  }
}

function restore<V>(map: Map<string, V>, before: ReadonlyMap<string, V | undefined> | undefined): void {
  for (const [id, value] of before ?? []) {
    if (value === undefined) map.delete(id);
    else map.set(id, value);
  }
}
