/** The bridge: the process that joins devices, Outlook hosts and people, and owns every sync. */
import type { Logger } from 'pino';
import { changeUnattended } from '../contract/unattended.ts';
import { SyncError } from '../contract/errors.ts';
import { datasetDefinitions } from '../datasets/index.ts';
import type { BridgeConfig, DeviceConfig } from './config/configuration.ts';
import { addDevice, removeDevice } from './config/device-list.ts';
import { enforcesDevices, requireFreeDevices } from './config/policy.ts';
import { stateFiles } from './config/state-folder.ts';
import { programVersion } from './config/version.ts';
import { OwnHost } from './hosts/own-host.ts';
import { deviceStatus, openDeviceLink, syncDevice, type OpenDevice } from './devices.ts';
import { HostRegistry } from './hosts/host-registry.ts';
import { claimInstance } from './http/instance.ts';
import { startHttpServer } from './http/server.ts';
import type { BridgeService, ServiceEvent } from './http/service.ts';
import { findDevices } from './links/dns-sd.ts';
import { watchPorts } from './links/port-watch.ts';
import { listPorts } from './links/ports.ts';
import { openLog } from './log/log.ts';
import { DevicePasswords } from './passwords/device-passwords.ts';
import { openKeyStore } from './passwords/key-store.ts';
import { Pseudonyms } from './recording/pseudonyms.ts';
import { Recorder } from './recording/recorder.ts';
import { keepAside } from './store/database.ts';
import { openStore, type Store } from './store/store.ts';
import { Archive } from './sync/archive.ts';
import { systemClock } from './sync/clock.ts';
import { DeviceRequests } from './sync/device-requests.ts';
import { UnattendedSyncs } from './sync/unattended.ts';
import { SyncManager } from './sync/manager.ts';

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
  const instance = await claimInstance(config.stateFolder);
  const opened = openLog(config.stateFolder);
  const { log } = opened;
  let store: Store | undefined;
  try {
    store = openOrBeginAnew(stateFiles.database(config.stateFolder), log);
    const bridge = await assemble(config, store, log);
    instance.announce(bridge.address, bridge.certificateFile);
    log.info({ address: bridge.address, version: programVersion() }, 'the bridge is ready');
    const stopped = bridge.stopped.then(() => {
      try {
        store?.close();
      } catch (error) {
        // All that was done is durable; the next start finds the database as a crash would have left it.
        log.warn({ err: error }, 'the database could not be left tidy');
      }
      instance.release();
      log.info('the bridge has stopped');
      opened.close();
    });
    return { url: bridge.url, stop: async () => (bridge.stop(), stopped), stopped };
  } catch (error) {
    store?.close();
    instance.release();
    // Whoever has started it tells a named error; a bug is told here, too.
    (error instanceof SyncError ? opened.fileLog : log).error({ err: error }, 'the bridge did not start');
    opened.close();
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
  const passwords = await DevicePasswords.open(
    store.devices,
    await openKeyStore(config.stateFolder),
    (error) =>
      log.warn({ err: error }, 'the system’s key store does not work; passwords stay in the database'),
  );
  const tls = await store.devices.tlsIdentity();
  const open = (device: DeviceConfig): OpenDevice =>
    openDeviceLink(
      device,
      { config, store, passwords, tls, log },
      {
        onState: () => {
          tell({ event: 'devices' });
          unattended.look();
        },
        onRequest: (request, connection) => requests.handle(device.name, request, connection),
      },
    );
  const { enforced = [] } = config;
  const links = config.devices.map(open);
  const areEnforced = enforcesDevices(enforced);
  const syncDevices = links.map(({ device, link }) => syncDevice(device, link, areEnforced));
  const configFile = config.file ?? stateFiles.config(config.stateFolder);
  let paused = store.devices.paused;
  const ending = new AbortController();
  // The same for as long as the bridge runs, so that its recordings can be read, and replayed, one after the other.
  const pseudonyms = new Pseudonyms();
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
  const requests = new DeviceRequests({
    manager,
    clock: systemClock,
    hasHost: () => hosts.hosts().length > 0,
    log: (device, request, refused) => log.info({ device, request, refused }, 'asked by the device'),
  });
  const archive = new Archive({
    store,
    manager,
    definitions: datasetDefinitions,
    devices: () => syncDevices.map(({ name }) => name),
    changed: () => tell({ event: 'devices' }),
  });

  const named = (name: string): OpenDevice => {
    const found = links.find(({ link }) => link.name === name);
    if (found === undefined) throw new SyncError('device.unknown', name);
    return found;
  };

  const ownHost = new OwnHost(config, () => tell({ event: 'devices' }));
  const unattended = new UnattendedSyncs({
    settings: () => store.devices.unattended,
    devices: () =>
      links.map(({ link }) => ({
        name: link.name,
        connected: link.state.state === 'connected',
        lastSync: store.devices.lastSync(link.name),
      })),
    hasHost: () => hosts.hosts().length > 0,
    isPaused: () => paused,
    manager,
    now: () => new Date(),
    log: (device, refused) => log.info({ device, refused }, 'by itself'),
  });

  let resolveStopped: () => void = () => undefined;
  const stopped = new Promise<void>((resolve) => (resolveStopped = resolve));
  let stopping = false;
  const service: BridgeService = {
    devices: () => links.map(({ link }) => deviceStatus(link, store)),
    addDevice: (request) => {
      requireFreeDevices(enforced);
      if (links.some(({ device }) => device.name === request.name))
        throw new SyncError('device.name-taken', request.name);
      const added = open(addDevice(configFile, config.stateFolder, request));
      links.push(added);
      syncDevices.push(syncDevice(added.device, added.link, false));
      if (!paused) added.link.start();
      tell({ event: 'devices' });
    },
    removeDevice: (name) => {
      requireFreeDevices(enforced);
      const index = links.findIndex(({ device }) => device.name === name);
      const removed = links[index];
      if (removed === undefined) throw new SyncError('device.unknown', name);
      if (manager.isBusy(name)) throw new SyncError('device.busy', name);
      // One that was only named on the command line is not in the file.
      removeDevice(configFile, config.stateFolder, name);
      store.devices.forgetIdentity(name);
      manager.forgetJobs(name);
      links.splice(index, 1);
      syncDevices.splice(index, 1);
      // It never rejects.
      void removed.link.stop();
      tell({ event: 'devices' });
    },
    ports: () => listPorts(),
    found: () => findDevices(ending.signal),
    startSync: (request) => {
      if (paused) throw new SyncError('bridge.paused');
      return manager.start(request);
    },
    recordSync: (request, sink) => {
      if (paused) throw new SyncError('bridge.paused');
      const recorder = new Recorder({
        ...sink,
        pseudonyms,
        version: programVersion(),
        now: () => performance.now(),
        onBug: (error) => log.error({ err: error }, 'a sync could not be recorded'),
      });
      return { job: manager.start(request, recorder), close: () => recorder.close() };
    },
    cancelSync: (job) => manager.cancel(job),
    job: (id) => manager.job(id),
    latestJob: () => manager.latestJob(),
    archive,
    answer: ({ job, question, answer }) => manager.answer(job, question, answer),
    undo: (request) => {
      if (paused) throw new SyncError('bridge.paused');
      return manager.undo(request);
    },
    get unattended() {
      return { ...store.devices.unattended, host: ownHost.state };
    },
    async setUnattended(change) {
      const wanted = changeUnattended(store.devices.unattended, change);
      if (wanted.on) await ownHost.check();
      store.devices.setUnattended(wanted);
      log.info(wanted, 'unattended');
      if (wanted.on) await ownHost.start(server.address);
      else await ownHost.stop();
      tell({ event: 'devices' });
      unattended.look();
    },
    get paused() {
      return paused;
    },
    async setPaused(wanted) {
      if (paused === wanted) return;
      store.devices.setPaused(wanted);
      paused = wanted;
      log.info(wanted ? 'paused' : 'resumed');
      if (wanted) {
        await manager.idle();
        // It may have been resumed meanwhile.
        if (service.paused) await Promise.all(links.map(({ link }) => link.stop()));
      } else for (const { link } of links) link.start();
      tell({ event: 'devices' });
    },
    acceptDevice: (name) => {
      const { link } = named(name);
      store.devices.forgetIdentity(name);
      manager.forgetJobs(name);
      link.connectNow();
    },
    compareCode: (name, code) => {
      const { link } = named(name);
      if (code === null) link.refuseCode();
      else link.compareCode(code);
    },
    allowUnprotected: (name, allowed) => {
      const { link } = named(name);
      requireFreeDevices(enforced);
      store.devices.setAllowsUnprotected(name, allowed);
      log.info({ device: name, allowed }, 'speaking unprotected');
      if (allowed) link.connectNow();
      else if (link.state.state === 'connected' && link.state.protection === 'none') link.reconnect();
    },
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
  hostsChanged = () => {
    server.statusChanged();
    unattended.look();
  };
  unattended.start();
  if (store.devices.unattended.on) {
    ownHost.start(server.address).catch((error: unknown) => {
      log.warn({ err: error }, 'the bridge cannot be its own Outlook host');
    });
  }
  if (!paused) for (const { link } of links) link.start();
  const stopWatching = watchPorts({
    onChange: (ports, added) => {
      log.info({ ports: ports.length, added }, 'serial ports changed');
      tell({ event: 'ports', ports: [...ports] });
      if (added.length === 0) return;
      for (const { device, link } of links) if (device.link.kind === 'serial') link.connectNow();
    },
  });

  async function shutDown(): Promise<void> {
    try {
      stopWatching();
      unattended.stop();
      ending.abort(new SyncError('sync.cancelled'));
      await manager.stop();
      await Promise.all(links.map(({ link }) => link.stop()));
      await passwords.settled();
      await ownHost.stop();
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
