/** `start`: the bridge in the foreground, until it is told to stop. */
import { SyncError } from '../../contract/errors.ts';
import {
  DEVICE_PORT,
  ONLY_DEVICE,
  parseLocalMailbox,
  type BridgeConfig,
  type LinkConfig,
} from '../config/configuration.ts';
import { requireFree, requireFreeDevices } from '../config/policy.ts';
import { stateFiles } from '../config/state-folder.ts';
import { findInstance } from '../http/instance.ts';
import type { RunningBridge } from '../bridge.ts';
import { superviseHeadlessHost } from '../hosts/headless-process.ts';
import type { Io } from './io.ts';

export type StartBridge = (config: BridgeConfig) => Promise<RunningBridge>;

/** Options of the command line that override the configuration. */
export interface StartOptions {
  readonly port?: number;
  readonly link?: LinkConfig;
  readonly outlook?: { readonly graph: string | undefined; readonly user: string | undefined };
  readonly json: boolean;
}

export async function startCommand(
  config: BridgeConfig,
  io: Io,
  options: StartOptions,
  startBridge: StartBridge,
): Promise<number> {
  const effective = overrideConfig(config, options);
  const mailbox = effective.outlook.localMailbox;
  if (options.outlook !== undefined && mailbox === undefined) {
    throw new SyncError('config.invalid', '--outlook headless needs --graph URL');
  }
  const running = await startBridge(effective);
  const stopListening = io.onInterrupt(() => {
    // What goes wrong while stopping is told by `stopped` as well.
    running.stop().catch(() => undefined);
  });
  const host =
    options.outlook === undefined || mailbox === undefined
      ? undefined
      : superviseHeadlessHost({
          settings: {
            bridge: (await findInstance(config.stateFolder)).address,
            tokenFile: stateFiles.token(config.stateFolder),
            mailbox,
            ...(options.outlook.user === undefined ? {} : { user: options.outlook.user }),
          },
          certificateFile: stateFiles.authority(config.stateFolder),
          tell: (line) => io.err(`${line}\n`),
        });
  io.out(
    options.json
      ? `${JSON.stringify({ ready: true, url: running.url })}\n`
      : `outlook-device-sync ready at ${running.url}\n`,
  );
  try {
    await running.stopped;
  } finally {
    stopListening();
    // The host goes last: a session that is being ended may still need it.
    await host?.stop();
  }
  return 0;
}

/** @throws SyncError `config.enforced` for what the administrator has set */
export function overrideConfig(config: BridgeConfig, { port, link, outlook }: StartOptions): BridgeConfig {
  const { enforced = [] } = config;
  if (port !== undefined) requireFree(enforced, ['port']);
  if (link !== undefined) requireFreeDevices(enforced);
  if (outlook?.graph !== undefined)
    requireFree(enforced, ['outlook.localMailbox', 'outlook.clientId', 'outlook.authority']);
  const [only, ...others] = config.devices;
  const named =
    only === undefined || others.length > 0
      ? {
          name: ONLY_DEVICE,
          categoryAliases: {},
          zonedTimes: 'wall-clock' as const,
          settings: {},
          datasets: undefined,
        }
      : only;
  const graph = outlook?.graph === undefined ? undefined : parseLocalMailbox(outlook.graph);
  return {
    ...config,
    port: port ?? config.port,
    devices: link === undefined ? config.devices : [{ ...named, link }],
    outlook: {
      ...config.outlook,
      localMailbox: graph ?? config.outlook.localMailbox,
      ...(outlook?.user !== undefined && { localUser: outlook.user }),
    },
  };
}

/**
 * `192.168.0.202`, `192.168.0.202:4245`, `[fe80::1]:4245`
 * @throws SyncError `config.invalid`
 */
export function parseTcp(text: string): LinkConfig {
  const match = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::(\d+))?$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = match?.[3] === undefined ? DEVICE_PORT : Number(match[3]);
  if (host === undefined || port < 1 || port > 65_535) {
    throw new SyncError('config.invalid', `--tcp ${text}: must be HOST or HOST:PORT`);
  }
  return { kind: 'tcp', host, port };
}
