/**
 * A handheld in memory, with the semantics of the original's session: anchors to the second, changes told by stamps,
 * transactions that roll back (spec: qdsync protocol, sections 4 and 7). Its link can be cut at every call.
 */
import { randomUUID } from 'node:crypto';
import type {
  ClientChange,
  ClientHeader,
  ClientOperation,
  ClientPluginFactory,
  ClientSyncPlugin,
  DesktopHeader,
  MappedHandler,
  SyncKind,
} from '../../contract/client-plugin.ts';
import type { DeviceConnection } from '../../contract/device.ts';
import { SyncError } from '../../contract/errors.ts';
import { contacts, type Fields } from '../../datasets/index.ts';
import type { VirtualClock } from './virtual-clock.ts';

interface Held {
  readonly fields: Fields;
  readonly createdAt: number;
  readonly changedAt: number;
}

interface Contents {
  readonly records: Map<string, Held>;
  /** When records were removed by the owner. */
  readonly removed: Map<string, number>;
}

/** `before`, `after`: the call is lost, or its answer. Counted from 1 over all calls of a session. */
export interface Cut {
  readonly call: number;
  readonly when: 'before' | 'after';
}

export class MemoryDevice {
  identity = `{${randomUUID()}}`;
  /** The device's clock minus the true time, in ms. */
  skew = 0;
  cut: Cut | null = null;
  readonly #clock: VirtualClock;
  readonly #anchors = new Map<string, number>();
  #contents: Contents = { records: new Map(), removed: new Map() };
  #calls = 0;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now() + this.skew;
  }

  records(): ReadonlyMap<string, Fields> {
    return new Map([...this.#contents.records].map(([id, { fields }]) => [id, fields]));
  }

  add(fields: Fields): void {
    const now = this.now();
    this.#contents.records.set(randomUUID(), { fields, createdAt: now, changedAt: now });
  }

  edit(id: string, fields: Fields): void {
    const held = this.#contents.records.get(id);
    if (held === undefined) throw new Error(`no record ${id}`);
    this.#contents.records.set(id, { ...held, fields, changedAt: this.now() });
  }

  remove(id: string): void {
    this.#contents.records.delete(id);
    this.#contents.removed.set(id, this.now());
  }

  /** As new, with the records or without: another identity and no anchors. */
  reset(keepRecords: boolean): void {
    this.identity = `{${randomUUID()}}`;
    this.#anchors.clear();
    if (!keepRecords) this.#contents = { records: new Map(), removed: new Map() };
  }

  connection(): DeviceConnection {
    this.#calls = 0;
    const plugins: ClientPluginFactory = {
      datasets: [contacts.name],
      abilities: {
        preciseAnchors: false,
        recordTimes: false,
        refusals: false,
        briefCreates: false,
        fieldsCreates: false,
      },
      create: () => this.#session(),
    };
    return {
      banner: {
        version: '4.4.3',
        challenge: this.identity,
        loginName: 'root',
        displayName: '',
        model: 'memory',
        datasets: [contacts.name],
        properties: {},
        extensions: [],
      },
      plugins,
      counters: { linesIn: 0, linesOut: 0, bytesIn: 0, bytesOut: 0 },
      notify: () => undefined,
      onRequest: () => undefined,
      ended: new Promise(() => undefined),
      close: () => Promise.resolve(),
    };
  }

  /** Runs a call over the link, unless it is cut there. */
  #over<T>(work: () => T): Promise<T> {
    this.#calls += 1;
    const cut = this.cut?.call === this.#calls ? this.cut.when : null;
    const lost = new SyncError('link.lost');
    if (cut === 'before') return Promise.reject(lost);
    const result = work();
    return cut === 'after' ? Promise.reject(lost) : Promise.resolve(result);
  }

  #session(): ClientSyncPlugin {
    const kept = this.#contents;
    let open: Contents | null = null;
    let committed = false;
    let desktop = '';
    let next = 0;
    const begin = (header: DesktopHeader): ClientHeader => {
      desktop = header.identity;
      next = this.now();
      return {
        identity: this.identity,
        version: [4, 3, 0],
        last: this.#anchors.get(desktop) ?? null,
        next,
      };
    };
    const apply = (operation: ClientOperation, mapped: MappedHandler): void => {
      open ??= { records: new Map(this.#contents.records), removed: new Map(this.#contents.removed) };
      this.#contents = open;
      carryOut(open, operation, next, mapped);
    };
    const rollBack = (): void => {
      if (open !== null && !committed) this.#contents = kept;
    };
    return {
      dataset: contacts.name,
      begin: (header) => this.#over(() => begin(header)),
      changes: (kind) => this.#changes(kind, desktop),
      apply: (operation, mapped) =>
        this.#over(() => apply(operation, mapped)).catch((error: unknown) => {
          rollBack();
          throw error;
        }),
      settle: () => this.#over(() => undefined),
      commit: () =>
        this.#over(() => {
          committed = true;
          // SQLite keeps the anchor to the second.
          this.#anchors.set(desktop, Math.floor(next / 1000) * 1000);
        }),
      abort: () => {
        rollBack();
        return Promise.resolve();
      },
    };
  }

  async *#changes(kind: SyncKind, desktop: string): AsyncGenerator<readonly ClientChange[]> {
    yield await this.#over(() => {
      const { records, removed } = this.#contents;
      const all = [...records];
      if (kind === 'slow')
        return all.map(([id, { fields }]) => ({ kind: 'create' as const, xml: xmlOf(id, fields) }));
      const since = (this.#anchors.get(desktop) ?? 0) + 1000;
      const change = (name: 'create' | 'replace', [id, { fields }]: [string, Held]): ClientChange => ({
        kind: name,
        xml: xmlOf(id, fields),
      });
      return [
        ...all.filter(([, held]) => held.createdAt >= since).map((entry) => change('create', entry)),
        ...[...removed].filter(([, at]) => at >= since).map(([id]): ClientChange => ({ kind: 'remove', id })),
        ...all
          .filter(([, held]) => held.createdAt < since && held.changedAt >= since)
          .map((entry) => change('replace', entry)),
      ];
    });
  }
}

/** What a sync does carries the time of its anchor, so that it is not told as the owner's change. */
function carryOut(to: Contents, operation: ClientOperation, next: number, mapped: MappedHandler): void {
  const at = Math.floor(next / 1000) * 1000;
  switch (operation.kind) {
    case 'create': {
      const id = randomUUID();
      to.records.set(id, { fields: fieldsOf(operation.xml), createdAt: at, changedAt: at });
      mapped(operation.serverId, id);
      return;
    }
    case 'replace': {
      const held = to.records.get(operation.clientId);
      if (held === undefined) return;
      to.records.set(operation.clientId, { ...held, fields: fieldsOf(operation.xml), changedAt: at });
      return;
    }
    case 'remove':
      to.records.delete(operation.clientId);
  }
}

function xmlOf(id: string, fields: Fields): string {
  return contacts.write(fields, { id, own: true, style: 'device' });
}

function fieldsOf(xml: string): Fields {
  const read = contacts.read(xml);
  if (!read.ok) throw new Error(read.error.detail);
  return read.record.fields;
}
