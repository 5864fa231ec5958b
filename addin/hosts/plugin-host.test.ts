/** The host's loop against the bridge's own host registry. */
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HostRegistry } from '../../bridge/hosts/host-registry.ts';
import {
  DEFAULT_OUTLOOK_SETTINGS,
  LEASE_GRACE_MS,
  LEASE_MS,
  type Attached,
  type OutlookSettings,
} from '../../contract/api.ts';
import { SyncError, toSyncError } from '../../contract/errors.ts';
import type { MailboxIdentity, ServerSyncPlugin } from '../../contract/server-plugin.ts';
import { ManualClock, settled } from '../../test/support/manual-clock.ts';
import { startOutlookBench, type OutlookBench } from '../../test/support/outlook-bench.ts';
import { serverPluginContract } from '../../test/contracts/server-plugin-contract.ts';
import { contacts } from '../../datasets/index.ts';
import { waitlessClock } from '../../test/support/waitless-clock.ts';
import type { HostApi } from './bridge-client.ts';
import { runPluginHost, type HostedMailbox, type HostState } from './plugin-host.ts';

const { signal } = new AbortController();

/** The registry as a host sees it over HTTP: a copy of everything, and failures on demand. */
class RegistryApi implements HostApi {
  registry: HostRegistry;
  settings: OutlookSettings = DEFAULT_OUTLOOK_SETTINGS;
  readonly failures: SyncError[] = [];
  readonly polls: (number | undefined)[] = [];

  constructor(registry = new HostRegistry()) {
    this.registry = registry;
  }

  async attach(...[request]: Parameters<HostApi['attach']>): Promise<Attached> {
    this.#fail();
    return { host: this.registry.attach(structuredClone(request)), settings: this.settings };
  }
  async next(...[request, abort]: Parameters<HostApi['next']>) {
    this.#fail();
    this.polls.push(request.waitMs);
    return structuredClone(await this.registry.next(request, abort));
  }
  async answer(...[host, call, answer]: Parameters<HostApi['answer']>): Promise<void> {
    this.#fail();
    this.registry.answer(host, call, structuredClone(answer));
  }
  async detach(host: string): Promise<void> {
    this.registry.detach(host);
  }
  #fail(): void {
    const failure = this.failures.shift();
    if (failure !== undefined) throw failure;
  }
}

const identity: MailboxIdentity = {
  tenant: 'local',
  user: 'anna',
  displayName: 'anna@example.org',
  folders: { contacts: 'default' },
};

/** A mailbox whose plugin does what the test says. */
function hosted(
  plugin: (
    gate: (signal: AbortSignal) => Promise<void>,
    settings: OutlookSettings,
  ) => Partial<ServerSyncPlugin>,
): HostedMailbox {
  const unused = (): Promise<never> => Promise.reject(new SyncError('sync.internal', 'not scripted'));
  return {
    identity,
    datasets: ['contacts'],
    plugins: (gate, settings) => ({
      mailbox: identity,
      datasets: ['contacts'],
      create: (dataset) => ({
        dataset,
        read: unused,
        apply: unused,
        find: unused,
        snapshot: unused,
        ...plugin(gate, settings),
      }),
    }),
  };
}

let ending: AbortController;
let api: RegistryApi;
let running: Promise<unknown>;
let states: HostState[];
beforeEach(() => {
  ending = new AbortController();
  api = new RegistryApi();
  states = [];
  running = Promise.resolve();
});
afterEach(async () => {
  ending.abort();
  await running;
  api.registry.close();
});

const clock = waitlessClock();
function start(mailbox: HostedMailbox): void {
  running = runPluginHost(
    { bridge: api, mailbox, label: 'test', clock, onState: (state) => states.push(state) },
    ending.signal,
  ).catch((error: unknown) => toSyncError(error));
}
const remote = async (): Promise<ServerSyncPlugin> =>
  (await api.registry.waitForMailbox(signal)).create('contacts');
const emptyRead = { anchor: null, page: null };

describe('a host', () => {
  it('carries out calls, several at a time, and answers each', async () => {
    start(
      hosted(() => ({
        find: async (keys) => keys.map((key) => ({ id: key, fields: {}, version: '', modified: '' })),
      })),
    );
    const plugin = await remote();
    const answers = await Promise.all(['a', 'b', 'c'].map((key) => plugin.find([key], signal)));
    expect(answers.map(([item]) => item?.id)).toEqual(['a', 'b', 'c']);
  });

  it('tells what went wrong with a call, and goes on', async () => {
    let calls = 0;
    start(
      hosted(() => ({
        find: async () => {
          calls += 1;
          if (calls === 1) throw new SyncError('mailbox.signed-out', 'token refused');
          return [];
        },
      })),
    );
    const plugin = await remote();
    await expect(plugin.find(['a'], signal)).rejects.toMatchObject({ code: 'mailbox.signed-out' });
    expect(await plugin.find(['a'], signal)).toEqual([]);
  });

  it('has its lease confirmed at once, and asks often while it works', async () => {
    start(
      hosted((gate) => ({
        async apply(operations, callSignal) {
          await gate(callSignal);
          return operations.map(({ key }) => ({ key, status: 'gone' }));
        },
      })),
    );
    const plugin = await remote();
    const key = randomUUID();
    const results = await plugin.apply([{ kind: 'create', key, fields: {} }], signal);
    expect(results).toEqual([{ key, status: 'gone' }]);
    expect(api.polls.slice(0, 2)).toEqual([20_000, 0]);
    expect(Math.max(...api.polls.slice(1, 3).map((wait) => wait ?? 0))).toBeLessThan(LEASE_MS / 2);
  });

  it('stops working on a call that nobody waits for any more', async () => {
    let stopped: (() => void) | undefined;
    const wasStopped = new Promise<void>((resolve) => (stopped = resolve));
    start(
      hosted(() => ({
        read: (_request, callSignal) =>
          new Promise((_resolve, reject) => {
            callSignal.addEventListener('abort', () => {
              stopped?.();
              reject(new SyncError('sync.cancelled'));
            });
          }),
      })),
    );
    const plugin = await remote();
    const cancel = new AbortController();
    const read = plugin.read(emptyRead, cancel.signal);
    await settled();
    cancel.abort();
    await expect(read).rejects.toMatchObject({ code: 'sync.cancelled' });
    await wasStopped;
  });

  it('that loses the bridge gives its calls up without a word, and one that comes back carries them out', async () => {
    const registryClock = new ManualClock();
    api = new RegistryApi(new HostRegistry({ clock: registryClock }));
    let reads = 0;
    start(
      hosted(() => ({
        read: (_request, callSignal) =>
          new Promise((resolve, reject) => {
            reads += 1;
            if (reads > 1) resolve({ kind: 'reset', detail: 'read by the second' });
            callSignal.addEventListener('abort', () => reject(new SyncError('sync.cancelled')));
          }),
      })),
    );
    const plugin = await remote();
    const told = plugin.read(emptyRead, signal).catch((error: unknown) => toSyncError(error).code);
    await settled();
    api.failures.push(new SyncError('bridge.not-running', 'no answer in time'));
    await registryClock.advance(LEASE_MS + LEASE_GRACE_MS + 2_000);
    expect(await told).toMatchObject({ detail: 'read by the second' });
    expect(reads).toBe(2);
  });

  it('works by the settings that it was told when it attached', async () => {
    api.settings = { meetings: 'writable', taskLists: ['Shopping'] };
    const told: OutlookSettings[] = [];
    start(
      hosted((_gate, settings) => {
        told.push(settings);
        return { find: async () => [] };
      }),
    );
    await (await remote()).find(['a'], signal);
    expect(told).toEqual([{ meetings: 'writable', taskLists: ['Shopping'] }]);
  });

  it('attaches again at once when the bridge has started anew', async () => {
    start(hosted(() => ({ find: async () => [] })));
    await remote();
    const old = api.registry;
    api.registry = new HostRegistry();
    old.close();
    expect(await (await remote()).find(['a'], signal)).toEqual([]);
    expect(states.filter(({ state }) => state === 'attached')).toHaveLength(2);
  });

  it('waits longer and longer while the bridge is away, and comes back', async () => {
    clock.reset();
    api.failures.push(...Array.from({ length: 7 }, () => new SyncError('bridge.not-running')));
    start(hosted(() => ({ find: async () => [] })));
    expect(await (await remote()).find(['a'], signal)).toEqual([]);
    expect(clock.slept.slice(0, 7)).toEqual([500, 1000, 2000, 4000, 8000, 15_000, 15_000]);
  });

  it('ends when its key is no good: only a person can help', async () => {
    api.failures.push(new SyncError('api.unauthorized'));
    start(hosted(() => ({})));
    expect(await running).toMatchObject({ code: 'api.unauthorized' });
  });

  it('says goodbye when it ends', async () => {
    start(hosted(() => ({})));
    await remote();
    ending.abort();
    await running;
    expect(api.registry.mailboxes()).toEqual([]);
  });
});

serverPluginContract('Outlook contacts through bridge and host', {
  definition: contacts,
  labelField: 'FirstName',
  record: (label) => ({ FirstName: label, LastName: 'Example', EmailAddresses: [`${label}@example.org`] }),
  async make() {
    const bench: OutlookBench = await startOutlookBench();
    const own = new RegistryApi();
    const end = new AbortController();
    const host = runPluginHost({ bridge: own, mailbox: bench.opened, label: 'test' }, end.signal);
    const factory = await own.registry.waitForMailbox(signal);
    return {
      plugin: () => factory.create('contacts'),
      async dispose() {
        end.abort();
        await host;
        own.registry.close();
        await bench.close();
      },
    };
  },
});
