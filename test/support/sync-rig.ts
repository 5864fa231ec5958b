/**
 * A whole sync in one process: the real Sync Manager, store, device link over TCP and Outlook plugin, with the local
 * mailbox (stand-in for Microsoft Graph) on one end and the 2009 device (stand-in) on the other. Time jumps instead of
 * passing where the engine only waits.
 */
import { deepStrictEqual } from 'node:assert';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localAccount } from '../../addin/auth/local-account.ts';
import { createGraphClient } from '../../addin/outlook/graph/client.ts';
import { openMailbox } from '../../addin/outlook/mailbox.ts';
import { DeviceLink, type DeviceLinkOptions } from '../../bridge/remote/device-link.ts';
import type { LineObserver } from '../../bridge/remote/connection-events.ts';
import { Pseudonyms } from '../../bridge/recording/pseudonyms.ts';
import { Recorder } from '../../bridge/recording/recorder.ts';
import { openStore, type Store } from '../../bridge/store/store.ts';
import { Archive } from '../../bridge/sync/archive.ts';
import type { StepHook } from '../../bridge/store/step-hook.ts';
import { systemClock, type Clock } from '../../bridge/sync/clock.ts';
import { SyncManager } from '../../bridge/sync/manager.ts';
import type { LinkCounters } from '../../contract/device.ts';
import type { SettingsChange } from '../../contract/settings.ts';
import type { UndoRequest } from '../../contract/history.ts';
import type { Answer, Job, SessionReport, StartRequest } from '../../contract/job.ts';
import type { ServerPluginFactory, ServerSyncPlugin } from '../../contract/server-plugin.ts';
import {
  contacts,
  datasetDefinitions,
  type DatasetDefinition,
  type Fields,
  type ZonedTimes,
} from '../../datasets/index.ts';
import { startMailbox, type Mailbox } from '../../demo/mailbox/mailbox.ts';
import { Device2009 } from '../device-2009/device.ts';
import { startHttpsHost, type HttpsHost } from './https-host.ts';

export const USER = 'ada';
/** A pseudo-terminal does not care. */
const BAUD = 115_200;

/** Runs on by itself; waits of the engine make it jump. */
export class JumpingClock implements Clock {
  #ahead = 0;

  now(): number {
    return Date.now() + this.#ahead;
  }

  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.#ahead += ms;
    await systemClock.sleep(1, signal);
  }

  /** Time passes. */
  pass(ms: number): void {
    this.#ahead += ms;
  }
}

export interface SyncRig<Device = Device2009> {
  readonly device: Device;
  readonly mailbox: Mailbox;
  readonly clock: JumpingClock;
  readonly store: Store;
  /** The Outlook host, where it is one over HTTPS. */
  readonly host: HttpsHost | undefined;
  /** Where the bridge keeps its state. */
  readonly folder: string;
  /** Wraps the Outlook plugin from now on: to cut, delay or falsify calls. */
  wrapPlugin(wrap: (plugin: ServerSyncPlugin) => ServerSyncPlugin): void;
  /** Runs a sync to its end. */
  sync(request?: StartRequest): Promise<Job>;
  /** Puts back what a session did, and waits for the end. */
  undo(request: UndoRequest): Promise<Job>;
  /** What a person at the screen answers to every question from now on; null: nobody is there. */
  answer(answer: Answer | null): void;
  /** Settings, conflicts, history. */
  readonly archive: Archive;
  /** Cancels the sync that runs. */
  cancel(): void;
  /** Runs a sync to its end and returns its recording, line by line. */
  record(request?: StartRequest): Promise<readonly string[]>;
  /** Runs a sync that has to succeed and returns the report of the dataset. */
  synced(request?: StartRequest): Promise<SessionReport>;
  /** R10: a sync that has to find nothing to do, move no record, and write nothing anywhere but the time. */
  idle(): Promise<void>;
  /** Canonical records of each side, sorted: equal when the sides are. */
  deviceRecords(): readonly string[];
  outlookRecords(): Promise<readonly string[]>;
  /** Fields of all records in Outlook. */
  outlookFields(): Promise<readonly Fields[]>;
  /** What the link to the first device has moved since it was opened. */
  counters(): Promise<LinkCounters>;
  /** The Outlook plugin itself, for writing to the mailbox as another program would. */
  plugin(): ServerSyncPlugin;
  /** The bridge is started anew, on the same store or, where that is lost, on a new one. */
  restart(state?: 'kept' | 'lost'): Promise<void>;
  close(): Promise<void>;
}

export interface RigOptions {
  /** The dataset that is synced: contacts unless told otherwise. */
  readonly dataset?: 'contacts' | 'calendar' | 'tasks';
  /** What the `Z` of the devices' times means: a mark unless told otherwise. */
  readonly zonedTimes?: ZonedTimes;
  /** Where the Outlook plugin runs: called by the Sync Manager itself, or by a host over HTTPS as in real life. */
  readonly host?: 'direct' | 'https';
  /** What is configured for the datasets: appointments of all times unless told otherwise. */
  readonly settings?: Readonly<Record<string, SettingsChange>>;
  /** How the bridge speaks to the devices, where not as usual. */
  readonly link?: Partial<Pick<DeviceLinkOptions, 'link' | 'extensions'>>;
  /** Sees every line of the links. */
  readonly observer?: LineObserver | undefined;
  /** Port of a second device, named `second`; the first one is `device`. */
  readonly second?: number;
  /** Told of each durable write of the store. */
  readonly onStep?: StepHook;
}

/** The device's end of a rig. */
export interface DeviceEnd {
  readonly port: number;
  /** Fields of all its records. */
  records(): readonly Fields[];
  /** What an idle sync must leave as it is: everything held, and how many records were moved. */
  state(): unknown;
  close(): Promise<void>;
}

/** A rig with the 2009 device. */
export async function startRig(options: RigOptions = {}): Promise<SyncRig> {
  const clock = new JumpingClock();
  const device = await Device2009.listen({ now: () => clock.now() });
  return startRigWith(device, endOf(device, device.port, options), clock, options);
}

/** A rig with the 2009 device at the far end of a serial line. */
export async function startSerialRig(
  line: { readonly near: string; readonly far: string },
  observer?: LineObserver,
): Promise<SyncRig> {
  const clock = new JumpingClock();
  const device = new Device2009({ now: () => clock.now() });
  await device.openSerial(line.far, BAUD);
  const link = { kind: 'serial', path: line.near, baudRate: BAUD, greenphone: false } as const;
  return startRigWith(device, endOf(device, 0, {}), clock, { link: { link }, observer });
}

function endOf(device: Device2009, port: number, options: RigOptions): DeviceEnd {
  device.owner('allow');
  return {
    port,
    records: () =>
      device[options.dataset ?? 'contacts']
        .records()
        .map(({ xml }) => readFields(xml, definitionOf(options))),
    state: () => [
      { ...device.snapshot(), anchors: undefined },
      device.counter('recordsSent'),
      ...(['creates', 'replaces', 'removes', 'unknownIds'] as const).map((name) => device.counter(name)),
    ],
    close: () => device.close(),
  };
}

/** A rig with any device that listens on TCP. */
export async function startRigWith<Device>(
  device: Device,
  end: DeviceEnd,
  clock: JumpingClock,
  options: RigOptions = {},
): Promise<SyncRig<Device>> {
  const folder = mkdtempSync(join(tmpdir(), 'sync-rig-'));
  const mailbox = await startMailbox();
  const outlook = await openMailbox(
    createGraphClient(localAccount(mailbox.url, USER)),
    'local',
    AbortSignal.timeout(20_000),
  );
  const plain = outlook.plugins(async () => undefined);
  const host = options.host === 'https' ? await startHttpsHost(outlook) : undefined;
  const served = host?.factory ?? plain;
  let wrap = (plugin: ServerSyncPlugin): ServerSyncPlugin => plugin;
  const factory: ServerPluginFactory = { ...served, create: (dataset) => wrap(served.create(dataset)) };

  let store = openStore(join(folder, 'bridge.db'), options.onStep);
  const devices = [
    { name: 'device', port: end.port },
    ...(options.second === undefined ? [] : [{ name: 'second', port: options.second }]),
  ];
  const definition = definitionOf(options);
  let running = startManager(devices, store, clock, factory, options);

  let answer: Answer | null = null;
  const finished = async (start: (manager: SyncManager) => string): Promise<Job> => {
    // Two sessions of a device never share a second.
    clock.pass(1_100);
    return await new Promise<Job>((resolve) => {
      const { manager } = running;
      const id = start(manager);
      const stop = manager.onEvent((event) => {
        if (event.event !== 'job' || event.job.id !== id) return;
        const { question } = event.job;
        // The question is told while it is being put.
        if (question !== null && answer !== null) {
          setImmediate(() => manager.answer(id, question.id, answer ?? 'skip'));
        }
        if (event.job.state === 'running') return;
        stop();
        resolve(event.job);
      });
    });
  };
  const attended = (): boolean => answer !== null;
  const sync = (request: StartRequest = {}): Promise<Job> =>
    finished((manager) => manager.start({ device: 'device', attended: attended(), ...request }));
  const pseudonyms = new Pseudonyms();
  const record = async (request: StartRequest = {}): Promise<readonly string[]> => {
    const lines: string[] = [];
    const recorder = new Recorder({
      take: (line) => lines.push(line) > 0,
      done: () => undefined,
      now: () => clock.now(),
      version: '0',
      pseudonyms,
      onBug: (error) => {
        throw error;
      },
    });
    await finished((manager) => manager.start({ device: 'device', ...request }, recorder));
    return lines;
  };
  const synced = async (request?: StartRequest): Promise<SessionReport> => {
    const job = await sync(request);
    const [report] = job.sessions;
    if (job.state !== 'ok' || report === undefined)
      throw new Error(`the sync failed: ${JSON.stringify(job.error)}`);
    return report;
  };
  const stop = async (): Promise<void> => {
    await running.manager.stop();
    await Promise.all(running.links.map((link) => link.stop()));
    store.close();
  };
  // The driver adds to each row how long it took.
  const rows = (sql: string): unknown =>
    store.database.all(sql).map((row) => ({ ...row, _metadata: undefined }));
  /** Everything that an idle sync must leave as it is. */
  const state = (): unknown => ({
    device: end.state(),
    outlook: mailbox.admin.dump(USER),
    pairs: rows('SELECT * FROM pair ORDER BY id'),
    items: rows('SELECT number, id, seq, hash, fields, version FROM item ORDER BY number'),
    steps: rows('SELECT count(*) AS n FROM step'),
  });
  const outlookFields = (): Promise<readonly Fields[]> => readAll(plain.create(definition.name));
  return {
    device,
    mailbox,
    clock,
    host,
    folder,
    get store() {
      return store;
    },
    wrapPlugin: (next) => (wrap = next),
    sync,
    undo: (request) => finished((manager) => manager.undo({ attended: attended(), ...request })),
    answer: (next) => void (answer = next),
    get archive() {
      return new Archive({
        store,
        manager: running.manager,
        definitions: datasetDefinitions,
        devices: () => devices.map(({ name }) => name),
        changed: () => undefined,
      });
    },
    record,
    cancel: () => void running.manager.cancel(),
    synced,
    async idle() {
      const before = state();
      const report = await synced();
      const work = [
        ...Object.values(report.device),
        ...Object.values(report.mailbox),
        report.paired,
        report.conflicts,
      ];
      if (work.some((count) => count !== 0)) throw new Error(`not idle: ${JSON.stringify(report)}`);
      deepStrictEqual(state(), before);
    },
    deviceRecords: () =>
      end
        .records()
        .map((fields) => canonicalText(fields, definition))
        .sort(),
    outlookFields,
    outlookRecords: async () =>
      (await outlookFields()).map((fields) => canonicalText(fields, definition)).sort(),
    counters: async () => (await running.links[0]!.connection(AbortSignal.timeout(20_000))).counters,
    plugin: () => plain.create(definition.name),
    async restart(state = 'kept') {
      await stop();
      if (state === 'lost') rmSync(join(folder, 'bridge.db'));
      store = openStore(join(folder, 'bridge.db'), options.onStep);
      running = startManager(devices, store, clock, factory, options);
    },
    async close() {
      const mail = mailbox.admin.calendar.outgoingMail(USER);
      await stop();
      await host?.stop();
      await end.close();
      await mailbox.close();
      rmSync(folder, { recursive: true, force: true });
      // Whatever a test is about: a sync sends nobody mail.
      deepStrictEqual(mail, []);
    },
  };
}

function definitionOf({ dataset = 'contacts' }: RigOptions): DatasetDefinition {
  return datasetDefinitions.get(dataset) ?? contacts;
}

function startManager(
  devices: readonly { readonly name: string; readonly port: number }[],
  store: Store,
  clock: Clock,
  factory: ServerPluginFactory,
  options: RigOptions,
): { readonly manager: SyncManager; readonly links: readonly DeviceLink[] } {
  const links = devices.map(({ name, port }) => {
    const link = new DeviceLink({
      name,
      link: { kind: 'tcp', host: '127.0.0.1', port },
      ...options.link,
      passwords: {
        get: (wanted) =>
          store.devices.all().find(({ challenge }) => challenge === wanted)?.password ?? undefined,
        set: (challenge, password) => store.devices.set(challenge, password),
      },
    });
    if (options.observer !== undefined) link.observe(options.observer);
    link.start();
    return link;
  });
  const manager = new SyncManager({
    store,
    clock,
    devices: links.map((link) => ({
      name: link.name,
      categoryAliases: {},
      zonedTimes: options.zonedTimes ?? 'wall-clock',
      datasets: [definitionOf(options).name],
      settings: options.settings ?? { calendar: { window: null } },
      bytesPerSecond: 1_000_000,
      observe: (observer) => link.observe(observer),
      connection: (signal) => {
        link.connectNow();
        return link.connection(signal);
      },
    })),
    definitions: datasetDefinitions,
    waitForMailbox: async () => factory,
    onBug: (error) => {
      throw error;
    },
  });
  return { manager, links };
}

export function readFields(xml: string, definition: DatasetDefinition = contacts): Fields {
  const outcome = definition.read(xml);
  if (!outcome.ok) throw new Error(`${outcome.error.code}: ${outcome.error.detail}`);
  return outcome.record.fields;
}

/** Equal for equal records of either side, pictures aside. */
export function canonicalText(fields: Fields, definition: DatasetDefinition = contacts): string {
  const entries = Object.entries(definition.canonical(fields)).filter(([key]) => key !== 'Portrait');
  return JSON.stringify(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

async function readAll(plugin: ServerSyncPlugin): Promise<Fields[]> {
  const fields: Fields[] = [];
  for (let page: string | null = null; ;) {
    const answer = await plugin.read({ anchor: null, page }, AbortSignal.timeout(20_000));
    if (answer.kind === 'reset') throw new Error(answer.detail);
    fields.push(...answer.items.map((item) => item.fields));
    if (answer.next === null) return fields;
    page = answer.next;
  }
}
