/** From a device of the configuration to its link, to what the Sync Manager needs of it, and to what is told of it. */
import type { Logger } from 'pino';
import type { DeviceStatus } from '../contract/api.ts';
import { errorCatalogue, isErrorCode } from '../contract/errors.ts';
import { ownFingerprint, type TlsIdentity } from '../qdsync/index.ts';
import type { BridgeConfig, DeviceConfig } from './config/configuration.ts';
import { isLoopback } from './links/link.ts';
import type { DevicePasswords } from './passwords/device-passwords.ts';
import { DeviceLink, type DeviceLinkOptions, type DeviceProtection } from './remote/device-link.ts';
import type { Store } from './store/store.ts';
import type { SyncDevice } from './sync/manager.ts';

/** A loopback or LAN link, for estimates; a serial line moves a tenth of its baud rate. */
const TCP_BYTES_PER_SECOND = 1_000_000;

/** A device of the configuration, and the link to it. */
export interface OpenDevice {
  readonly device: DeviceConfig;
  readonly link: DeviceLink;
}

/** Makes a device's link; it connects when it is started. */
export function openDeviceLink(
  device: DeviceConfig,
  parts: {
    readonly config: BridgeConfig;
    readonly store: Store;
    readonly passwords: DevicePasswords;
    readonly tls: TlsIdentity;
    readonly log: Logger;
  },
  hooks: {
    readonly onState: () => void;
    readonly onRequest: NonNullable<DeviceLinkOptions['onRequest']>;
  },
): OpenDevice {
  const { config, store, passwords, tls, log } = parts;
  const link = new DeviceLink({
    name: device.name,
    link: device.link,
    passwords,
    identity: {
      known: () => store.devices.identity(device.name),
      learn: (challenge) => store.devices.setIdentity(device.name, challenge),
    },
    protection: protectionOf(device, store, tls),
    limits: { maxLineBytes: config.limits.maxLineBytes },
    onIgnored: (detail) => log.info({ device: device.name }, detail),
    onRequest: hooks.onRequest,
  });
  link.onState((state) => {
    log.info({ device: device.name, state: state.state }, 'device');
    hooks.onState();
  });
  return { device, link };
}

/** A serial line has nobody in between. */
function protectionOf(
  { name, link }: DeviceConfig,
  { devices }: Store,
  identity: TlsIdentity,
): DeviceProtection | undefined {
  if (link.kind !== 'tcp') return undefined;
  return {
    identity,
    ownKey: ownFingerprint(identity),
    isLocal: isLoopback(link.host) && link.forwarded !== true,
    pinned: () => devices.key(name),
    pin: (key) => {
      if (devices.key(name) !== key) devices.setKey(name, key);
    },
    allowsPlain: () => link.unprotected === true || devices.allowsUnprotected(name),
  };
}

/** The device as the Sync Manager sees it. */
export function syncDevice(device: DeviceConfig, link: DeviceLink, settingsEnforced: boolean): SyncDevice {
  return {
    name: device.name,
    categoryAliases: device.categoryAliases,
    zonedTimes: device.zonedTimes,
    datasets: device.datasets,
    settings: device.settings,
    settingsEnforced,
    bytesPerSecond: device.link.kind === 'tcp' ? TCP_BYTES_PER_SECOND : device.link.baudRate / 10,
    observe: (observer) => link.observe(observer),
    connection: (signal) => {
      // A person asks: also a device that refused us before may be asked again.
      link.connectNow();
      return link.connection(signal);
    },
  };
}

/** What pane and command line are told of it. */
export function deviceStatus(link: DeviceLink, store: Store): DeviceStatus {
  const { state } = link;
  const problem = state.state === 'disconnected' ? state.problem : undefined;
  return {
    name: link.name,
    link: link.description,
    state: state.state,
    ...(state.state === 'waiting-for-code' && { code: state.code }),
    ...(state.state === 'connected' && {
      protection: state.protection,
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
