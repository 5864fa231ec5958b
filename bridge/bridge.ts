/** The bridge: the process that joins devices, Outlook hosts and people, and owns every sync. */
import { join } from 'node:path';
import pino, { type Logger } from 'pino';
import type { DeviceStatus } from '../contract/api.ts';
import { errorCatalogue, isErrorCode, SyncError } from '../contract/errors.ts';
import { datasetDefinitions } from '../datasets/index.ts';
import type { BridgeConfig, DeviceConfig } from './config/configuration.ts';
import { addDevice, removeDevice } from './config/device-list.ts';
import { stateFiles } from './config/state-folder.ts';
import { programVersion } from './config/version.ts';
import { HostRegistry } from './hosts/host-registry.ts';
import { claimInstance } from './http/instance.ts';
import { startHttpServer } from './http/server.ts';
import type { BridgeService, ServiceEvent } from './http/service.ts';
import { listPorts } from './links/ports.ts';
import { DeviceLink } from './remote/device-link.ts';
import { keepAside } from './store/database.ts';
import { openStore, type Store } from './store/store.ts';
import { Archive } from './sync/archive.ts';
import { systemClock } from './sync/clock.ts';
import { SyncManager, type SyncDevice } from './sync/manager.ts';

/** A loopback or LAN link, for estimates; a serial line moves a tenth of its baud rate. */
const TCP_BYTES_PER_SECOND = 1_000_000;

export interface RunningBridge {
  /** Where the pages are opened. */
  readonly url: string;
  /** Finishes or rolls back what runs. */
  stop(): Promise<void>;
  /** Resolves when the bridge has stopped, whoever asked for it. */
  readonly stopped: Promise<void>;
}

/** Starts everything. Throws a SyncError `bridge.*`, `store.*`. */
export async function startBridge(config: BridgeConfig): Promise<RunningBridge> {
  const log = pino({ level: process.env.ODS_LOG ?? 'warn' }, pino.destination(2));
  const instance = await claimInstance(config.stateFolder);
  let store: Store | undefined;
  try {
    store = openOrBeginAnew(join(config.stateFolder, 'bridge.db'), log);
    const bridge = await assemble(config, store, log);
    instance.announce(bridge.address, bridge.certificateFile);
    const stopped = bridge.stopped.then(() => {
      store?.close();
      instance.release();
    });
    return { url: bridge.url, stop: async () => (bridge.stop(), stopped), stopped };
  } catch (error) {
    store?.close();
    instance.release();
    throw error;
  }
}

/**
 * A damaged database is kept aside and a new one begun: to the device it is a new desktop, so that everything is compared
 * and nothing is removed.
 */
function openOrBeginAnew(path: string, log: Logger): Store {
  try {
    return openStore(path);
  } catch (error) {
    if (!(error instanceof SyncError) || error.code !== 'store.corrupt') throw error;
    const aside = keepAside(path, new Date());
    log.error({ aside }, `${error.message} ${error.remedy}`);
    return openStore(path);
  }
}

interface Assembled {
  readonly address: string;
  readonly url: string;
  readonly certificateFile: string;
  readonly stopped: Promise<void>;
  stop(): void;
}

async function assemble(config: BridgeConfig, store: Store, log: Logger): Promise<Assembled> {
  const listeners = new Set<(event: ServiceEvent) => void>();
  const tell = (event: ServiceEvent): void => {
    for (const listener of listeners) listener(event);
  };
  const open = (device: DeviceConfig): OpenDevice =>
    openDeviceLink(device, config, store, log, () => tell({ event: 'devices' }));
  const links = config.devices.map(open);
  const syncDevices = links.map(({ device, link }) => syncDevice(device, link));
  const configFile = config.file ?? stateFiles.config(config.stateFolder);
  let hostsChanged = (): void => undefined;
  const hosts = new HostRegistry({
    onChange: () => hostsChanged(),
    // Its ids are not kept: what a call has made is found by its keys, by the session itself or, when that has failed, by
    // the next one before it decides anything; a change that was made already is recognised when it is asked for again.
    onLateAnswer: (late) => log.warn({ call: late.call }, 'an answer came too late'),
  });
  const manager = new SyncManager({
    store,
    clock: systemClock,
    devices: syncDevices,
    definitions: datasetDefinitions,
    waitForMailbox: (signal, accept) => hosts.waitForMailbox(signal, accept),
    onBug: (error) => log.error({ err: error }, 'unexpected failure'),
  });
  manager.onEvent(tell);
  const archive = new Archive({
    store,
    manager,
    definitions: datasetDefinitions,
    devices: config.devices.map(({ name }) => name),
    changed: () => tell({ event: 'devices' }),
  });

  let resolveStopped: () => void = () => undefined;
  const stopped = new Promise<void>((resolve) => (resolveStopped = resolve));
  let stopping = false;
  const service: BridgeService = {
    devices: () => links.map(({ link }) => deviceStatus(link, store)),
    addDevice: (request) => {
      if (links.some(({ device }) => device.name === request.name))
        throw new SyncError('device.name-taken', request.name);
      const added = open(addDevice(configFile, config.stateFolder, request));
      links.push(added);
      syncDevices.push(syncDevice(added.device, added.link));
      added.link.start();
      tell({ event: 'devices' });
    },
    removeDevice: (name) => {
      const index = links.findIndex(({ device }) => device.name === name);
      const removed = links[index];
      if (removed === undefined) throw new SyncError('device.unknown', name);
      if (manager.isBusy(name)) throw new SyncError('device.busy', name);
      // One that was only named on the command line is not in the file.
      removeDevice(configFile, config.stateFolder, name);
      links.splice(index, 1);
      syncDevices.splice(index, 1);
      // It never rejects.
      void removed.link.stop();
      tell({ event: 'devices' });
    },
    ports: () => listPorts(),
    startSync: (request) => manager.start(request),
    cancelSync: (job) => manager.cancel(job),
    job: (id) => manager.job(id),
    latestJob: () => manager.latestJob(),
    archive,
    answer: ({ job, question, answer }) => manager.answer(job, question, answer),
    undo: (request) => manager.undo(request),
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop: () => {
      if (stopping) return;
      stopping = true;
      void shutDown();
    },
  };
  const server = await startHttpServer({ config, version: programVersion(), service, hosts, log });
  hostsChanged = () => server.statusChanged();
  for (const { link } of links) link.start();

  async function shutDown(): Promise<void> {
    try {
      await manager.stop();
      await Promise.all(links.map(({ link }) => link.stop()));
      hosts.close();
      await server.close();
    } catch (error) {
      log.error({ err: error }, 'the bridge did not stop cleanly');
    } finally {
      resolveStopped();
    }
  }

  return {
    address: server.address,
    url: server.url,
    certificateFile: server.certificateFile,
    stopped,
    stop: () => service.stop(),
  };
}

interface OpenDevice {
  readonly device: DeviceConfig;
  readonly link: DeviceLink;
}

function openDeviceLink(
  device: DeviceConfig,
  config: BridgeConfig,
  store: Store,
  log: Logger,
  onState: () => void,
): OpenDevice {
  const link = new DeviceLink({
    name: device.name,
    link: device.link,
    passwords: {
      get: (challenge) => store.devices.get(challenge),
      set: (challenge, password) => store.devices.set(challenge, password),
    },
    limits: { maxLineBytes: config.limits.maxLineBytes },
    onIgnored: (detail) => log.info({ device: device.name }, detail),
  });
  link.onState((state) => {
    log.info({ device: device.name, state: state.state }, 'device');
    onState();
  });
  return { device, link };
}

function syncDevice(device: DeviceConfig, link: DeviceLink): SyncDevice {
  return {
    name: device.name,
    categoryAliases: device.categoryAliases,
    zonedTimes: device.zonedTimes,
    datasets: device.datasets,
    settings: device.settings,
    bytesPerSecond: device.link.kind === 'tcp' ? TCP_BYTES_PER_SECOND : device.link.baudRate / 10,
    connection: (signal) => {
      // A person asks: also a device that refused us before may be asked again.
      link.connectNow();
      return link.connection(signal);
    },
  };
}

function deviceStatus(link: DeviceLink, store: Store): DeviceStatus {
  const { state } = link;
  const problem = state.state === 'disconnected' ? state.problem : undefined;
  return {
    name: link.name,
    link: link.description,
    state: state.state,
    ...(state.state === 'connected' && {
      banner: {
        version: state.banner.version,
        challenge: state.banner.challenge,
        displayName: state.banner.displayName,
        model: state.banner.model,
        datasets: [...state.banner.datasets],
      },
    }),
    ...(problem !== undefined && {
      problem: { ...problem, remedy: isErrorCode(problem.code) ? errorCatalogue[problem.code].remedy : '' },
    }),
    lastSync: store.devices.lastSync(link.name),
  };
}
