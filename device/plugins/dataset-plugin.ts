/** The client sync plugin of one dataset: the handheld's store as a sync drives it. Knows no dataset by name. */
import { toSyncError, SyncError } from '../../contract/errors.ts';
import type {
  ClientAbilities,
  ClientChange,
  ClientHeader,
  ClientOperation,
  ClientSyncPlugin,
  DesktopHeader,
  EpochMs,
  MappedHandler,
  RefusedHandler,
  SyncKind,
} from '../../contract/client-plugin.ts';
import type { DatasetDefinition, Fields, ReadRecord } from '../../datasets/index.ts';
import type { ChangeReader, StoredChange } from '../store/change-reader.ts';
import { keptForm } from '../store/kept-form.ts';
import { parseFields, type PimStore } from '../store/pim-store.ts';
import type { Staging } from '../store/staging.ts';
import {
  commitSession,
  openFetch,
  readAnchor,
  versionAtFetch,
  wasTouchedSince,
  type Anchor,
} from '../store/sync-store.ts';

/** The version of the sync messages that devices speak. */
const VERSION = [4, 3, 0] as const;
const LONGEST_IDENTITY = 100;

/** A record that a sync could not use: a line for the log, without record contents. */
export type ProblemHandler = (code: string, detail: string) => void;

export interface PluginParts {
  readonly store: PimStore;
  /** One for all plugins of a device: it serves one dataset's session at a time. */
  readonly staging: Staging;
  /** Identity of the device. */
  readonly identity: string;
  readonly now: () => EpochMs;
  /** The date at the device, `YYYY-MM-DD`. */
  readonly today: () => string;
  readonly problem: ProblemHandler;
}

/** A plugin that also takes records as the wire brings them, with their ids inside. */
export interface DevicePlugin extends ClientSyncPlugin {
  /** Stages a create or replace. What is no record of the dataset is dropped and logged. `xml`: as in ClientOperation. */
  applyRecord(kind: 'create' | 'replace', xml: string, mapped: MappedHandler, refused?: RefusedHandler): void;
}

interface Begun {
  readonly desktop: string;
  readonly anchor: Anchor | null;
  readonly next: EpochMs;
}

type State =
  | ({ readonly phase: 'begun' } & Begun)
  | ({ readonly phase: 'reading'; readonly reader: ChangeReader } & Begun)
  | ({
      readonly phase: 'applying';
      readonly fetched: number;
      /** Whom to tell when an operation is refused after all, by the record's number. */
      readonly refusals: Map<number, RefusedHandler>;
    } & Begun)
  /** `new`: not begun yet. `over`: committed, failed or aborted. */
  | { readonly phase: 'new' | 'over' };

export class DatasetPlugin implements DevicePlugin {
  readonly dataset: string;
  readonly #definition: DatasetDefinition;
  readonly #parts: PluginParts;
  readonly #abilities: ClientAbilities;
  #state: State = { phase: 'new' };

  constructor(definition: DatasetDefinition, parts: PluginParts, abilities: ClientAbilities) {
    this.dataset = definition.name;
    this.#definition = definition;
    this.#parts = parts;
    this.#abilities = abilities;
  }

  async begin(header: DesktopHeader, signal: AbortSignal): Promise<ClientHeader> {
    return this.#guarded(() => {
      signal.throwIfAborted();
      if (this.#state.phase !== 'new') throw outOfOrder('begin', this.#state);
      const desktop = header.identity;
      if (desktop === '' || desktop.length > LONGEST_IDENTITY) {
        throw new SyncError('wire.protocol', 'the desktop names no usable identity');
      }
      const { store, identity, now } = this.#parts;
      const anchor = readAnchor(store.db, desktop, this.dataset);
      // Two sessions never have the same anchor, also where the clock was set back.
      const unit = this.#abilities.preciseAnchors ? 1 : 1000;
      const last = anchor === null ? null : Math.floor(anchor.last / unit) * unit;
      const next = last === null ? now() : Math.max(now(), last + unit);
      this.#state = { phase: 'begun', desktop, anchor, next };
      return { identity, version: VERSION, last, next };
    });
  }

  async *changes(kind: SyncKind, signal: AbortSignal): AsyncIterable<readonly ClientChange[]> {
    const reader = this.#guarded(() => {
      signal.throwIfAborted();
      return this.#openReader(kind);
    });
    try {
      for (const page of reader.pages()) {
        signal.throwIfAborted();
        yield page.map((change) => this.#toClientChange(change));
        if (this.#state.phase !== 'reading') throw outOfOrder('changes', this.#state);
      }
      this.#state = {
        ...this.#inPhase('reading'),
        phase: 'applying',
        fetched: reader.fetched,
        refusals: new Map(),
      };
    } catch (error) {
      this.#end();
      throw toSyncError(error);
    } finally {
      reader.close();
    }
  }

  async apply(
    operation: ClientOperation,
    mapped: MappedHandler,
    refused: RefusedHandler = () => undefined,
  ): Promise<void> {
    if (operation.kind === 'remove') this.#remove(operation.clientId, refused);
    else this.applyRecord(operation.kind, operation.xml, mapped, refused);
  }

  applyRecord(
    kind: 'create' | 'replace',
    xml: string,
    mapped: MappedHandler,
    refused: RefusedHandler = () => undefined,
  ): void {
    this.#guarded(() => {
      this.#inPhase('applying');
      const isCreate = kind === 'create';
      const { briefCreates, fieldsCreates } = this.#abilities;
      const outcome = this.#definition.read(xml, {
        brief: isCreate && briefCreates,
        fields: isCreate && fieldsCreates,
      });
      if (!outcome.ok) {
        this.#parts.problem(outcome.error.code, outcome.error.detail);
        return;
      }
      const { record } = outcome;
      for (const warning of record.warnings) this.#parts.problem(warning.code, warning.field);
      if (isCreate) {
        const number = this.#parts.staging.create(this.#received({}, record));
        // A create that does not say that its id is the desktop's is reported with an empty one.
        mapped(record.localIdentifier ? '' : record.id, this.#parts.store.id(number));
        return;
      }
      const number = record.localIdentifier ? this.#parts.store.number(record.id) : 0;
      if (this.#refuses(number, 'replace', refused)) return;
      const previous = this.#stagedOrStored(number);
      // A replace of an unknown record is ignored (spec: qdsync protocol 7).
      if (previous === undefined) return;
      this.#parts.staging.replace(number, this.#received(previous, record));
    });
  }

  async settle(): Promise<void> {
    // Every operation is staged, and its mapping told, before apply() returns.
    this.#guarded(() => this.#inPhase('applying'));
  }

  async commit(): Promise<void> {
    this.#guarded(() => {
      const { store, staging, now } = this.#parts;
      const { desktop, next, fetched, refusals } = this.#inPhase('applying');
      const settle = (fields: Fields): Fields => this.#kept(fields);
      const edits = this.#abilities.refusals ? ('refuse' as const) : ('keep' as const);
      const session = { dataset: this.dataset, desktop, last: next, fetched, at: now(), edits, settle };
      for (const number of commitSession(store.db, staging, session))
        refusals.get(number)?.(store.id(number));
    });
    this.#end();
  }

  async abort(): Promise<void> {
    this.#end();
  }

  #openReader(kind: SyncKind): ChangeReader {
    const { desktop, anchor, next } = this.#inPhase('begun');
    this.#parts.staging.clear();
    const reader = openFetch(this.#parts.store.db, this.dataset, kind === 'slow' ? null : anchor);
    this.#state = { phase: 'reading', reader, desktop, anchor, next };
    return reader;
  }

  #toClientChange(change: StoredChange): ClientChange {
    const id = this.#parts.store.id(change.number);
    const timed = this.#abilities.recordTimes && change.changedAt !== null;
    const changedAt = timed ? { changedAt: change.changedAt } : {};
    if (change.kind === 'remove') return { kind: 'remove', id, ...changedAt };
    return { kind: change.kind, xml: this.#told(change.kind, id, change.stored), ...changedAt };
  }

  #told(kind: 'create' | 'replace', id: string, stored: string): string {
    const { briefCreates, fieldsCreates } = this.#abilities;
    const isCreate = kind === 'create';
    const told =
      isCreate && fieldsCreates ? this.#definition.writeFields(stored, { id, style: 'device' }) : undefined;
    if (told !== undefined) return told;
    const brief = isCreate && briefCreates;
    return this.#definition.write(parseFields(stored), { id, own: true, style: 'device', brief });
  }

  #received(previous: Fields, record: ReadRecord): Fields {
    return this.#kept(this.#definition.applyReplace(previous, record, 'merge'));
  }

  #kept(fields: Fields): Fields {
    return keptForm(this.#definition, fields, this.#parts.today());
  }

  /** Whether the desktop does not know what the record is by now. Until the commit that may still change. */
  #refuses(number: number, kind: 'replace' | 'remove', refused: RefusedHandler): boolean {
    if (!this.#abilities.refusals) return false;
    const { fetched, refusals } = this.#inPhase('applying');
    const { store, staging } = this.#parts;
    if (staging.state(number)?.kind === 'create') return false;
    if (!wasTouchedSince(store.db, this.dataset, number, fetched, kind === 'replace')) {
      refusals.set(number, refused);
      return false;
    }
    refused(store.id(number));
    return true;
  }

  #remove(id: string, refused: RefusedHandler): void {
    this.#guarded(() => {
      this.#inPhase('applying');
      const number = this.#parts.store.number(id);
      if (this.#refuses(number, 'remove', refused)) return;
      if (this.#stagedOrStored(number) !== undefined) this.#parts.staging.remove(number);
    });
  }

  /** The fields that the desktop believes a record to have; undefined for a record that is not there. */
  #stagedOrStored(number: number): ReturnType<typeof versionAtFetch> {
    const staged = this.#parts.staging.state(number);
    if (staged === undefined) return versionAtFetch(this.#parts.store.db, this.dataset, number);
    return staged.kind === 'remove' ? undefined : staged.fields;
  }

  #inPhase<P extends State['phase']>(phase: P): Extract<State, { readonly phase: P }> {
    if (this.#state.phase !== phase) throw outOfOrder(phase, this.#state);
    return this.#state as Extract<State, { readonly phase: P }>;
  }

  /** Runs one step; when it fails the session is over and nothing of it stays. */
  #guarded<T>(step: () => T): T {
    try {
      return step();
    } catch (error) {
      this.#end();
      throw toSyncError(error);
    }
  }

  #end(): void {
    if (this.#state.phase === 'reading') this.#state.reader.close();
    if (this.#state.phase === 'applying') this.#parts.staging.clear();
    this.#state = { phase: 'over' };
  }
}

function outOfOrder(wanted: string, state: State): SyncError {
  return new SyncError('wire.protocol', `${wanted} while the session is ${state.phase}`);
}
