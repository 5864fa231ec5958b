/**
 * A handheld and a mailbox of any number of contacts that take no memory for them: what a record says follows from its
 * number. They answer at once, so that what is timed is the Sync Manager and its store.
 */
import type { ClientChange, ClientSyncPlugin } from '../../contract/client-plugin.ts';
import type { DeviceConnection } from '../../contract/device.ts';
import type { MailboxItem, ServerPluginFactory, ServerSyncPlugin } from '../../contract/server-plugin.ts';
import { contacts, type Fields } from '../../datasets/index.ts';

const PAGE = 500;

/** `version` grows with each edit. */
function fieldsOf(number: number, version: number): Fields {
  return {
    FirstName: `Person ${number}`,
    LastName: `Family ${number % 997}`,
    Company: `Company ${number % 53}`,
    Department: version === 0 ? 'Research' : `Moved ${version} times`,
    JobTitle: 'Engineer',
    'PhoneNumbers/HomePhone': `+47 22 ${number}`,
    'PhoneNumbers/BusinessMobile': `+47 9 ${number}`,
    EmailAddresses: [`person${number}@example.org`, `p${number}@example.com`],
    'Addresses/Business': { Street: `Road ${number}`, City: 'Oslo', Zip: '0150', Country: 'Norway' },
    'Categories/business': 'Business',
    Notes: 'Met at the fair; prefers to be called in the morning.',
  };
}

interface Edited {
  /** Number of the record to its version. */
  readonly versions: Map<number, number>;
  /** Edited since the side was last read. */
  readonly news: Set<number>;
}

function edit({ versions, news }: Edited, number: number): void {
  versions.set(number, (versions.get(number) ?? 0) + 1);
  news.add(number);
}

export class EndlessMailbox {
  readonly #count: number;
  readonly #edited: Edited = { versions: new Map(), news: new Set() };

  constructor(count: number) {
    this.#count = count;
  }

  edit(number: number): void {
    edit(this.#edited, number);
  }

  factory(): ServerPluginFactory {
    return {
      mailbox: { tenant: 't', user: 'u', displayName: 'endless', folders: { [contacts.name]: 'folder' } },
      datasets: [contacts.name],
      create: () => this.#plugin(),
    };
  }

  #item(number: number): MailboxItem {
    const version = this.#edited.versions.get(number) ?? 0;
    return {
      id: `item-${number}`,
      fields: fieldsOf(number, version),
      version: String(version),
      modified: '2026-11-24T12:00:00Z',
    };
  }

  #plugin(): ServerSyncPlugin {
    return {
      dataset: contacts.name,
      read: ({ anchor, page }) => {
        const news = [...this.#edited.news];
        const start = Number(page ?? 0);
        const numbers =
          anchor === null
            ? Array.from({ length: Math.min(PAGE, this.#count - start) }, (_, index) => start + index)
            : news;
        if (anchor !== null) this.#edited.news.clear();
        const next = anchor === null && start + PAGE < this.#count ? String(start + PAGE) : null;
        return Promise.resolve({
          kind: 'page',
          reading: anchor === null ? 'full' : 'delta',
          items: numbers.map((number) => this.#item(number)),
          removed: [],
          problems: [],
          next,
          anchor: next === null ? 'read' : null,
        });
      },
      apply: (operations) =>
        Promise.resolve(
          operations.map((operation) => {
            if (operation.kind !== 'update') throw new Error(`nobody asked for a ${operation.kind}`);
            const item: MailboxItem = {
              id: operation.id,
              fields: operation.fields,
              version: 'written',
              modified: '2026-11-24T12:00:00Z',
            };
            return { key: operation.key, status: 'done' as const, item };
          }),
        ),
      find: () => Promise.resolve([]),
      snapshot: (ids) => Promise.resolve(ids.map((id) => ({ id, item: '{}' }))),
    };
  }
}

export class EndlessDevice {
  /** Records that it holds: those of these numbers. */
  #count: number;
  readonly #edited: Edited = { versions: new Map(), news: new Set() };
  readonly #anchors = new Map<string, number>();
  readonly #now: () => number;

  constructor(count: number, now: () => number) {
    this.#count = count;
    this.#now = now;
  }

  edit(number: number): void {
    edit(this.#edited, number);
  }

  connection(): DeviceConnection {
    return {
      banner: {
        version: '4.4.3',
        challenge: '{endless}',
        loginName: 'root',
        displayName: '',
        model: 'endless',
        datasets: [contacts.name],
        properties: {},
        extensions: [],
      },
      plugins: {
        datasets: [contacts.name],
        abilities: {
          preciseAnchors: true,
          recordTimes: false,
          refusals: false,
          briefCreates: false,
          fieldsCreates: false,
        },
        create: () => this.#session(),
      },
      counters: { linesIn: 0, linesOut: 0, bytesIn: 0, bytesOut: 0 },
      notify: () => undefined,
      onRequest: () => undefined,
      ended: new Promise(() => undefined),
      close: () => Promise.resolve(),
    };
  }

  #session(): ClientSyncPlugin {
    let desktop = '';
    let next = 0;
    return {
      dataset: contacts.name,
      begin: (header) => {
        desktop = header.identity;
        next = this.#now();
        const last = this.#anchors.get(desktop) ?? null;
        return Promise.resolve({ identity: '{endless}', version: [4, 3, 0], last, next });
      },
      changes: (kind) => this.#changes(kind === 'slow'),
      apply: (operation, mapped) => {
        if (operation.kind === 'create') {
          const number = /<FirstName[^>]*>Person (\d+)</.exec(operation.xml)?.[1] ?? '';
          this.#count += 1;
          mapped(operation.serverId, `record-${number}`);
        }
        return Promise.resolve();
      },
      settle: () => Promise.resolve(),
      commit: () => {
        this.#anchors.set(desktop, next);
        return Promise.resolve();
      },
      abort: () => Promise.resolve(),
    };
  }

  async *#changes(all: boolean): AsyncGenerator<readonly ClientChange[]> {
    const news = all ? [] : [...this.#edited.news];
    this.#edited.news.clear();
    const total = all ? this.#count : news.length;
    for (let start = 0; start < total; start += PAGE) {
      const length = Math.min(PAGE, total - start);
      yield Array.from({ length }, (_, index) => {
        const number = all ? start + index : (news[start + index] ?? 0);
        const fields = fieldsOf(number, this.#edited.versions.get(number) ?? 0);
        const xml = contacts.write(fields, { id: `record-${number}`, own: true, style: 'device' });
        return { kind: all ? ('create' as const) : ('replace' as const), xml };
      });
    }
  }
}
