/** `devices`, `ports`, `find` and `pair`: who there is to sync with, and who may ask for it. */
import type { Command } from 'commander';
import { z } from 'zod';
import {
  devicesSchema,
  foundSchema,
  pairConfirmSchema,
  pairedPagesSchema,
  paths,
  portsSchema,
} from '../../contract/api.ts';
import { SyncError } from '../../contract/errors.ts';
import type { BridgeClient } from './bridge-client.ts';
import { compareCodeCommand } from './compare-code-command.ts';
import type { Io } from './io.ts';
import { deviceList, foundList, pageList, portList } from './listings.ts';
import { printable } from './text.ts';

export interface DeviceFlags {
  readonly json?: true;
  readonly accept?: string;
  readonly compare?: string;
  readonly code?: string;
  readonly allowUnprotected?: string;
  readonly requireProtection?: string;
  readonly list?: true;
  readonly revoke?: string;
}

/** Declares a subcommand that asks the running bridge; the action's result is the exit code. */
export type AskOne = (
  usage: string,
  description: string,
  run: (client: BridgeClient, flags: DeviceFlags, argument: string | undefined) => Promise<number>,
) => Command;

const nothingSchema = z.object({});

export function deviceCommands(ask: AskOne, io: Io): void {
  const print = (flags: DeviceFlags, value: unknown, text: string): number => {
    io.out(flags.json === true ? `${JSON.stringify(value)}\n` : text);
    return 0;
  };

  ask('devices', 'list the configured devices', async (client, flags) => {
    if (flags.accept !== undefined) {
      await client.post(paths.acceptDevice, { device: flags.accept }, nothingSchema);
      return print(
        flags,
        { accepted: flags.accept },
        'The next device that answers there is taken for it.\n',
      );
    }
    if (flags.compare !== undefined) return compareCodeCommand(client, io, flags.compare, flags);
    for (const [device, allowed] of [
      [flags.allowUnprotected, true],
      [flags.requireProtection, false],
    ] as const) {
      if (device === undefined) continue;
      await client.post(paths.allowUnprotected, { device, allowed }, nothingSchema);
      const said = allowed
        ? 'It may be spoken to unprotected: whoever is on the network between can read and change what is synced.\n'
        : 'It is spoken to only where the connection is protected.\n';
      return print(flags, { device, unprotected: allowed }, said);
    }
    const { devices } = await client.get(paths.devices, devicesSchema);
    return print(flags, devices, deviceList(devices));
  })
    .option('--accept <name>', 'this device was replaced or reset: take the next one for it')
    .option('--compare <name>', 'compare the code that this device shows, at its first connection')
    .option('--code <digits>', 'with --compare: the code that the device shows')
    .option('--allow-unprotected <name>', 'speak with this device although it cannot protect the connection')
    .option('--require-protection <name>', 'take that back');

  ask('ports', 'list the serial ports of this PC', async (client, flags) => {
    const { ports } = await client.get(paths.ports, portsSchema);
    return print(flags, ports, portList(ports));
  });

  ask('find', 'look for devices that announce themselves on the network', async (client, flags) => {
    const { devices } = await client.get(paths.found, foundSchema);
    return print(flags, devices, foundList(devices));
  });

  ask('pair [code]', 'let the page in that shows this code', async (client, flags, code) => {
    if (flags.revoke !== undefined) {
      await client.tell('DELETE', `${paths.pairPages}/${encodeURIComponent(flags.revoke)}`);
      return print(flags, { revoked: flags.revoke }, 'The page’s key was taken back.\n');
    }
    if (flags.list === true) {
      const { pages } = await client.get(paths.pairPages, pairedPagesSchema);
      return print(flags, pages, pageList(pages));
    }
    if (code === undefined) throw new SyncError('config.invalid', 'pair needs the code that the page shows');
    const { label } = await client.post(paths.pairConfirm, { code }, pairConfirmSchema);
    return print(flags, { paired: label }, `Paired: ${printable(label)}\n`);
  })
    .option('--list', 'list the paired pages')
    .option('--revoke <id>', 'take a page’s key back');
}
