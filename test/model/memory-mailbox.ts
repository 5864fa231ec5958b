/** An Outlook mailbox in memory, behind the server sync plugin's interface; any call can be refused, or its answer lost. */
import { randomUUID } from 'node:crypto';
import { SyncError } from '../../contract/errors.ts';
import type {
  MailboxItem,
  MailboxOperation,
  MailboxResult,
  ServerPluginFactory,
  ServerSyncPlugin,
} from '../../contract/server-plugin.ts';
import { contacts, diffFields, type Fields } from '../../datasets/index.ts';
import type { VirtualClock } from './virtual-clock.ts';

interface Entry {
  readonly item: MailboxItem | null;
  readonly seq: number;
}

/**
 * Counted from 1 over all calls of a sync. `refused`: nothing happens. `lost`: it happens, the host is gone. `unknown`:
 * it happens, and the answer says that nothing is known of it.
 */
export interface MailboxFault {
  readonly call: number;
  readonly kind: 'refused' | 'lost' | 'unknown';
}

export class MemoryMailbox {
  fault: MailboxFault | null = null;
  readonly #clock: VirtualClock;
  readonly #entries = new Map<string, Entry>();
  #seq = 0;
  #calls = 0;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  items(): ReadonlyMap<string, Fields> {
    return new Map(
      [...this.#entries].flatMap(([id, { item }]): [string, Fields][] =>
        item === null ? [] : [[id, item.fields]],
      ),
    );
  }

  /** Makes or changes an item; the key of what made it stays on it. */
  put(id: string, fields: Fields, createKey = this.#entries.get(id)?.item?.createKey): MailboxItem {
    this.#seq += 1;
    const item: MailboxItem = {
      id,
      fields,
      version: String(this.#seq),
      modified: new Date(this.#clock.now()).toISOString(),
      ...(createKey !== undefined && { createKey }),
    };
    this.#entries.set(id, { item, seq: this.#seq });
    return item;
  }

  remove(id: string): void {
    this.#seq += 1;
    this.#entries.set(id, { item: null, seq: this.#seq });
  }

  factory(): ServerPluginFactory {
    this.#calls = 0;
    return {
      mailbox: { tenant: 't', user: 'u', displayName: 'memory', folders: { [contacts.name]: 'folder' } },
      datasets: [contacts.name],
      create: () => this.#plugin(),
    };
  }

  #over<T>(work: () => T, unknown?: () => T): Promise<T> {
    this.#calls += 1;
    const fault = this.fault?.call === this.#calls ? this.fault.kind : null;
    if (fault === 'refused') return Promise.reject(new SyncError('mailbox.unavailable'));
    const result = work();
    if (fault === 'lost') return Promise.reject(new SyncError('mailbox.unavailable'));
    return Promise.resolve(fault === 'unknown' && unknown !== undefined ? unknown() : result);
  }

  #plugin(): ServerSyncPlugin {
    return {
      dataset: contacts.name,
      read: ({ anchor }) =>
        this.#over(() => {
          const changed = [...this.#entries].filter(([, { seq }]) => seq > Number(anchor ?? 0));
          return {
            kind: 'page',
            reading: anchor === null ? 'full' : 'delta',
            items: changed.flatMap(([, { item }]) => (item === null ? [] : [item])),
            removed: changed.flatMap(([id, { item }]) => (item === null ? [id] : [])),
            problems: [],
            next: null,
            anchor: String(this.#seq),
          };
        }),
      apply: (operations) =>
        this.#over(
          () => operations.map((operation) => this.#apply(operation)),
          () =>
            operations.map(({ key }) => ({
              key,
              status: 'unknown' as const,
              problem: { code: 'mailbox.unknown-fate', detail: '' },
            })),
        ),
      find: (keys) =>
        this.#over(() =>
          [...this.#entries.values()].flatMap(({ item }) =>
            item?.createKey !== undefined && keys.includes(item.createKey) ? [item] : [],
          ),
        ),
      snapshot: (ids) =>
        this.#over(() => ids.map((id) => ({ id, item: JSON.stringify(this.items().get(id) ?? null) }))),
    };
  }

  #apply(operation: MailboxOperation): MailboxResult {
    const { key } = operation;
    if (operation.kind === 'create') {
      return { key, status: 'done', item: this.put(randomUUID(), operation.fields, key) };
    }
    const current = this.#entries.get(operation.id)?.item ?? null;
    if (current === null) return { key, status: 'gone' };
    if (diffFields(contacts, current.fields, operation.expected).length > 0) {
      return { key, status: 'changed', item: current };
    }
    if (operation.kind === 'remove') {
      this.remove(operation.id);
      return { key, status: 'done' };
    }
    return { key, status: 'done', item: this.put(operation.id, operation.fields, current.createKey) };
  }
}
